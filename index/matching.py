"""What a query text means in an open index: the tree it becomes, the rows that match, how they are ranked.

Where no study has all of its words, any of them is enough (:mod:`index.anyword`), and the order then takes feedback
(:mod:`index.feedback`). That depends on the text alone, so facets, pages and exports of one text always agree.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Protocol

from whoosh import query as q

from index.anyword import TOLD, all_wanted, any_word, is_word
from index.expand import expand
from index.feedback import BEST, Feedback
from index.lexicon import Lexicon
from index.parse import QuerySchema, parse
from index.plan import Plan
from index.query import Sort
from index.resolve import Unread
from index.syntax import DEFAULT_FIELD, OPERATORS, straight_quotes
from index.values import Chosen, Mask
from index.wordlists import STOP_WORDS

REMEMBERED = 64  # texts whose matching rows are kept; another page, order or selection does not match them again
READ = 256  # texts whose trees are kept
MOST_MISSED = 12  # words of a text that are looked up one by one
Scored = list[tuple[str, float]]  # (study id, score)
_PLAIN = re.compile(r"(?=.*[^\W\d_])[^\s\"*?~^:()\[\]{}<>=]{2,60}")
_NUMBER = re.compile(r"[0-9]{5}")  # of a publication, of which the page tells otherwise
_AROUND = ".,;!'’"


class Searching(Protocol):
    """What an engine does with a tree in terms of its index."""

    def rows(self, tree: q.Query) -> Mask:
        """Rows that match the tree."""

    def matches(self, tree: q.Query) -> bool:
        """Whether any row matches the tree."""

    def rank(self, plan: Plan, rows: Chosen, offset: int, limit: int) -> Scored:
        """Of the rows (those that match the whole plan) the best from ``offset`` on, equal scores by id."""


@dataclass(frozen=True)
class Meaning:
    """``tree``: what was asked for. ``widened`` adds what else the order takes into account, given the rows."""

    tree: q.Query
    messages: tuple[str, ...]
    match: Callable[[q.Query], Mask] = field(repr=False)
    any_word: bool = False
    widened: Callable[[q.Query, Mask], q.Query] | None = field(default=None, repr=False)

    @cached_property
    def rows(self) -> Mask:
        """The rows that match, worked out when they are first asked for."""
        return self.match(self.tree)

    @cached_property
    def ranking(self) -> q.Query:
        """The tree by which the rows are put in order; only counts do without."""
        return self.widened(self.tree, self.rows) if self.widened else self.tree

    @property
    def is_matched(self) -> bool:
        """Whether the rows are known already."""
        return "rows" in self.__dict__

    @property
    def shared(self) -> q.Query | None:
        """What feedback added to the order, if it did."""
        return self.ranking.b if self.any_word and isinstance(self.ranking, q.AndMaybe) else None


class Matching:
    """The meanings of texts, remembered. One object serves all threads."""

    def __init__(self, schema: QuerySchema, lexicon: Lexicon, engine: Searching, feedback: Feedback) -> None:
        self._schema = schema
        self._lexicon = lexicon
        self._engine = engine
        self._feedback = feedback
        self.read = lru_cache(maxsize=READ)(self._read)
        self.as_asked = lru_cache(maxsize=REMEMBERED)(self._as_asked)
        self.of = lru_cache(maxsize=REMEMBERED)(self._of)

    def forget(self) -> None:
        """Forget which rows matched earlier texts."""
        self.as_asked.cache_clear()
        self.of.cache_clear()

    def _read(self, text: str) -> tuple[q.Query, tuple[str, ...], tuple[Unread, ...]]:
        """The tree of a text, all of its words wanted, what the reader should be told, and unknown values in it."""
        parsed = parse(text, self._schema)
        tree, messages = expand(parsed.query, self._lexicon)
        return tree, (*parsed.messages, *messages), parsed.unread

    def unread(self, text: str) -> tuple[Unread, ...]:
        """Values that the text asks of facets that do not have them."""
        return self.read(text)[2]

    def _as_asked(self, text: str) -> Meaning:
        """What the text means when all of its words are wanted, whether or not a study has them."""
        tree, messages, _ = self.read(text)
        return Meaning(tree, messages, self._engine.rows)

    def told_of_nothing(self, text: str) -> tuple[str, ...]:
        """What there is to tell of words that find nothing at all."""
        return () if self.of(text).any_word else self._missing(text)

    def readings(self, text: str) -> Iterator[Meaning]:
        """What the text means as it was asked, then what :meth:`of` makes of it: who finds with the first need not ask.

        To find out whether any study matches takes an engine as long as to find those that are wanted.
        """
        yield (as_asked := self.as_asked(text))
        if (meaning := self.of(text)) is not as_asked:
            yield meaning

    def _of(self, text: str) -> Meaning:
        as_asked = self.as_asked(text)
        found = bool(as_asked.rows.any()) if as_asked.is_matched else self._engine.matches(as_asked.tree)
        if found or all_wanted(text):
            return as_asked
        return self.any_of(text) or as_asked

    def asked(self, text: str) -> q.Query:
        """What a text asks for, with its patterns as they were written."""
        tree = parse(text, self._schema).query
        return (any_word(tree) or tree) if self.of(text).any_word else tree

    def counts(self, text: str) -> tuple[int, int]:
        """How many studies have all words of a text, and, where none has, how many have any of them."""
        tree, *_ = self.read(text)
        having_all = int(self._engine.rows(tree).sum())
        wider = None if having_all else any_word(tree)
        return having_all, having_all if wider is None else int(self._engine.rows(wider).sum())

    def any_of(self, text: str) -> Meaning | None:
        """What the text means when any of its words is enough; None where it has no two words or nothing matches."""
        tree, messages, _ = self.read(text)
        wider = any_word(tree)
        if wider is None or not self._engine.matches(wider):
            return None
        told = (*messages, TOLD, *self._missing(text))
        return Meaning(wider, told, self._engine.rows, any_word=True, widened=self.with_feedback)

    def _missing(self, text: str) -> tuple[str, ...]:
        """What to tell of the plain words that no study has; patterns, fields and operators are not looked at."""
        if not any(leaf.field() == DEFAULT_FIELD for leaf in self.read(text)[0].leaves()):
            return ()
        words = pairwise(["", *dict.fromkeys(straight_quotes(text).split())])
        plain = [w for before, w in words if _PLAIN.fullmatch(w) and before != "NOT" and _bare(w) not in STOP_WORDS]
        asked = [(w.strip(_AROUND), self.read(w)[0]) for w in plain[:MOST_MISSED] if w not in OPERATORS]
        missing = [
            f"“{word}”"
            for word, tree in asked
            if is_word(tree) and not (_NUMBER.search(word) or self._engine.matches(tree))
        ]
        return (
            (f"No study here has the word{'s' if len(missing) > 1 else ''} {', '.join(missing)}.",) if missing else ()
        )

    def with_feedback(self, tree: q.Query, rows: Mask) -> q.Query:
        """The tree with what its best matches share."""
        best = self._engine.rank(Plan(tree, Sort.RELEVANCE), Chosen(rows), 0, BEST)
        return self._feedback.ranking(tree, best)


def _bare(word: str) -> str:
    """A word as the list of stop words has it: ``Can't?`` is ``cant``."""
    return re.sub(r"['’]", "", word.lower().strip(_AROUND))
