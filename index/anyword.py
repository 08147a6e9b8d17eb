"""Where no study has all words of a query: the same query with any of its words enough.

Only words that stand side by side are set free. What a reader said with a sign stays as it was: fields, years, values
of facets, NOT, quotation marks, AND. A word of several ordinary words (``low-dose``) is opened as well; one of letters,
figures and Greek names (``IL-6``) stands for one thing and stays whole.
"""

import re
from collections.abc import Iterator

from whoosh import query as q

from index.analysis import GREEK_NAMES
from index.direct import LEAST_WORDS
from index.expand import PATTERNS
from index.fields import KEYWORD_FIELDS
from index.resolve import Spelled
from index.syntax import DEFAULT_FIELD

TOLD = "No study has all of these words, so any of them was enough; the best matches come first."
LEAST_LETTERS = 3  # of each part of a word that is opened
WRITTEN_AS_ONE = 0.2  # weight of the parts written as one word, beside the parts
_QUOTED = re.compile(r'"[^"]*"')
_ALL_WANTED = re.compile(r"(?<!\S)(?:AND|REQUIRE)(?!\S)")


def all_wanted(text: str) -> bool:
    """Whether a query text says by an operator that all of its words are wanted."""
    return bool(_ALL_WANTED.search(_QUOTED.sub(" ", text)))


def any_word(tree: q.Query) -> q.Query | None:
    """The tree with any of its words enough; None where it does not ask for two words or more.

    A pattern is a word, and so is what :mod:`index.expand` made of it, even where no word matches.
    """
    if not isinstance(tree, q.And):
        return None
    children = list(_side_by_side(tree))
    words = [child for child in children if is_word(child)]
    known = [word for word in words if not isinstance(word, q.NullQuery.__class__)]
    if len(words) < 2 or not known:
        return None
    is_reference = len(words) >= LEAST_WORDS  # its words may be of an entry that does not say its identifier
    rest = [c for c in children if not (is_word(c) or (is_reference and _is_identifier(c)))]
    opened = list(dict.fromkeys(part for word in known for part in _opened(word)))
    either = opened[0] if len(opened) == 1 else q.Or(opened)
    return q.And([either, *rest]) if rest else either


def _is_identifier(node: q.Query) -> bool:
    return isinstance(node, q.Term) and node.fieldname in KEYWORD_FIELDS


def _side_by_side(tree: q.And) -> Iterator[q.Query]:
    """The parts of a conjunction, those of inner conjunctions among them."""
    for child in tree.subqueries:
        if isinstance(child, q.And):
            yield from _side_by_side(child)
        else:
            yield child


def _opened(word: q.Query) -> Iterator[q.Query]:
    """The ordinary words of which a word is made, and the word as it is where there are none.

    Such a word is its parts in sequence or, in other texts, written as one: ``Or([Term, Phrase])``; parts with a slash
    between them come in either order.
    """
    if isinstance(word, Spelled):
        first, *others = word.subqueries
        yield from (*_opened(first), *others)
        return
    written = word.subqueries if isinstance(word, q.Or) else ()
    sequence = next((one for one in written if isinstance(one, q.Phrase)), None)
    if sequence is None or len(written) not in (2, 3) or not all(map(_is_ordinary, sequence.words)):
        yield word
        return
    yield from (q.Term(sequence.fieldname, part, boost=sequence.boost) for part in sequence.words)
    yield from (one.with_boost(one.boost * WRITTEN_AS_ONE) for one in written if isinstance(one, q.Term))


def _is_ordinary(word: str) -> bool:
    return len(word) >= LEAST_LETTERS and word.isalpha() and word not in GREEK_NAMES


def is_word(node: q.Query) -> bool:
    """Whether a part of the query is a word in any field, in one spelling or several."""
    if isinstance(node, q.ConstantScoreQuery):
        return is_word(node.child)
    if isinstance(node, Spelled):
        return is_word(node.subqueries[0])
    if isinstance(node, q.Or):
        return all(is_word(child) for child in node.subqueries)
    if isinstance(node, (q.Term, q.Phrase, *PATTERNS)):
        return bool(node.fieldname == DEFAULT_FIELD)
    return isinstance(node, q.NullQuery.__class__)
