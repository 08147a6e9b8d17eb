"""From a query text to a ``whoosh.query`` tree of index terms. Any text parses to something.

The tree holds ``Term``, ``Phrase``, ``And``, ``Or``, ``Not``, ``NumericRange`` (years, sizes), ``Every``,
``NullQuery``, and ``Prefix``, ``Wildcard`` and ``FuzzyTerm``, which :mod:`index.expand` replaces by terms. The field
``text`` stands for all text fields.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from whoosh import query as q
from whoosh.qparser import QueryParser

from entries.atlas import Atlas
from index.fields import ALIASES, KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, Facet, facets
from index.query import MOST_CHARACTERS, clean
from index.resolve import Resolver, Unread
from index.syntax import DEFAULT_FIELD, OPERATORS, glue, parser, prepare


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query tree, what the reader should be told about it, and values in it that their facets do not have."""

    query: q.Query
    messages: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def message(self) -> str | None:
        """All messages as one text; None where there is nothing to tell."""
        return " ".join(self.messages) or None


class QuerySchema:
    """What a query may name: text and keyword fields, the year, and the facets with their values."""

    def __init__(self, atlas: Atlas) -> None:
        self.facets: Mapping[str, Facet] = {f.name: f for f in facets(atlas.config)}
        self.vocabulary = atlas.vocabulary
        text = {f.name: f.name for f in TEXT_FIELDS}
        keyword = {name: name for name in KEYWORD_FIELDS}
        number = {name: name for name in NUMBER_FIELDS}
        self.fields: Mapping[str, str] = {**ALIASES, **text, **keyword, **number, DEFAULT_FIELD: DEFAULT_FIELD}

    @cached_property
    def names(self) -> frozenset[str]:
        """All names that may stand before a colon."""
        return frozenset((*self.fields, *self.facets))


_parser: QueryParser = parser()
_WORDS = re.compile(r"[A-Za-z]+(?: [A-Za-z]+){0,19}")


def nothing_but_words(text: str) -> list[str]:
    """The words of a text that the parser would take for them and nothing else, as of most; otherwise none.

    Whoosh's parser looks at each letter with a dozen patterns, which takes longer than to search.
    """
    words = text.split(" ") if _WORDS.fullmatch(text) else []
    return words if OPERATORS.isdisjoint(words) and glue(text) == text else []


def parse(text: str, schema: QuerySchema) -> Parsed:
    """Parse a query text. Never raises: what is no syntax is searched as the words it holds, with a message."""
    text = clean(text)[:MOST_CHARACTERS]
    if not text:
        return Parsed(q.Every())
    resolver = Resolver(schema.fields, schema.facets, schema.vocabulary)
    messages: list[str] = []
    if words := nothing_but_words(text):
        tree = resolver.resolve(q.And([q.Term(DEFAULT_FIELD, word) for word in words]))
    else:
        prepared, messages = prepare(text, schema.names)
        try:
            tree = resolver.resolve(_parser.parse(prepared, normalize=False))
        except (Exception, RecursionError):  # the parser's own failures have no common type
            messages.append("The search could not be read as written, so its words were searched. See the search help.")
            tree = resolver.words(prepared)
    messages.extend(resolver.messages)
    if tree is None:
        messages.append("There is no word to search for in this text, so all studies are shown.")
        tree = q.Every()
    return Parsed(tree, tuple(dict.fromkeys(messages)), tuple(dict.fromkeys(resolver.unread)))
