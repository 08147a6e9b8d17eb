"""Which entries hold a word that begins so: words in order, and the entries of each one after another.

All words with one beginning are neighbours, so the entries of any prefix are one piece of an array.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from entries.study import Study
from index.analysis import compound, joined_parts, piece_chunks
from index.name_spelling import of_name
from index.spelling import one_spelling
from index.values import Values
from index.wordlists import STOP_WORDS

Entries = np.ndarray  # int, numbers of entries; may repeat
TITLE, AUTHORS, JOURNAL = "complete_title", "complete_authors", "complete_journal"  # in the table of an index
FIELDS = (TITLE, AUTHORS, JOURNAL)
BETWEEN = "\x1f"  # between the words of a name, as they are compared, and the name
REMEMBERED = 50_000  # pieces, words and names, each
_LAST = "\U0010ffff"


def words_of(text: str) -> tuple[str, ...]:
    """Folded words, their compounds and their one spelling, each once; stop words only where there are no others."""
    pieces = [_piece_words(piece) for piece in text.split()]
    meant = [word for piece in pieces for word in piece.words if word not in STOP_WORDS]
    meant = meant or [word for piece in pieces for word in piece.words]
    joined = [word for piece in pieces for word in piece.joined]
    return tuple(dict.fromkeys((*meant, *joined, *map(_one_spelling, meant))))


class _PieceWords(NamedTuple):
    """Folded words of a piece, and their compounds."""

    words: tuple[str, ...]
    joined: tuple[str, ...]


@lru_cache(maxsize=REMEMBERED)
def _piece_words(piece: str) -> _PieceWords:
    found = piece_chunks(piece)
    words = tuple(p.word for chunk in found for p in chunk)
    joined = (compound([p.word for p in run]) for run in joined_parts(found)) if len(words) > 1 else ()
    return _PieceWords(words, tuple(joined))


_one_spelling = lru_cache(maxsize=REMEMBERED)(one_spelling)


def completed(study: Study) -> dict[str, Sequence[str]]:
    """What completes to a study, by field of the table: words of its title, its authors and journal with theirs."""
    return {
        AUTHORS: tuple(dict.fromkeys([spoken(author.name, *of_name(author.name)) for author in study.authors])),
        JOURNAL: (spoken(study.journal),) if study.journal else (),
        TITLE: words_of(study.title),
    }


@lru_cache(maxsize=REMEMBERED)
def spoken(name: str, *others: str) -> str:
    """A name with its words before it, and those of its other spellings."""
    return f"{' '.join(words_of(' '.join((name, *others))))}{BETWEEN}{name}"


class Prefixes:
    """Entries by the beginnings of their words. ``entries[starts[i]:starts[i + 1]]`` have the word ``words[i]``."""

    def __init__(self, words: Sequence[str], starts: np.ndarray, entries: Entries) -> None:
        self._words = words
        self._starts = starts
        self._entries = entries

    @classmethod
    def of(cls, words: Iterable[Sequence[str]]) -> "Prefixes":
        """From the words of each entry, in the order of entries."""
        lists = list(words)
        numbers: dict[str, int] = {}
        codes = [numbers.setdefault(word, len(numbers)) for word in chain.from_iterable(lists)]
        entries: Entries = np.repeat(np.arange(len(lists), dtype=np.int32), [len(one) for one in lists])
        return cls._sorted(list(numbers), np.array(codes, np.int32), entries)

    @classmethod
    def turned(cls, values: Values) -> "Prefixes":
        """From the values (words) of each row."""
        return cls._sorted(values.names, values.lists.codes, values.lists.rows)

    @classmethod
    def _sorted(cls, names: Sequence[str], codes: np.ndarray, entries: Entries) -> "Prefixes":
        order = sorted(range(len(names)), key=names.__getitem__)
        places: np.ndarray = np.empty(len(names), np.int32)
        places[order] = np.arange(len(names), dtype=np.int32)
        placed = places[codes]
        starts = np.concatenate([[0], np.cumsum(np.bincount(placed, minlength=len(names)))])
        return cls([names[code] for code in order], starts, entries[np.argsort(placed, kind="stable")])

    def starting(self, prefix: str) -> Entries:
        """Entries with a word that begins so, in this spelling or that of the index."""
        other = one_spelling(prefix)
        found = self._starting(prefix)
        return found if other == prefix else np.concatenate([found, self._starting(other)])

    def _starting(self, prefix: str) -> Entries:
        return self._between(bisect_left(self._words, prefix), bisect_left(self._words, prefix + _LAST))

    def exactly(self, word: str) -> Entries:
        """Entries with the word, in this spelling or that of the index."""
        other = one_spelling(word)
        return self._exactly(word) if other == word else np.concatenate([self._exactly(word), self._exactly(other)])

    def _exactly(self, word: str) -> Entries:
        at = bisect_left(self._words, word)
        return self._between(at, at + (at < len(self._words) and self._words[at] == word))

    def _between(self, first: int, last: int) -> Entries:
        return self._entries[self._starts[first] : self._starts[last]]
