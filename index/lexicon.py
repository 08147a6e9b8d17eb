"""The words of an index as they are written (folded, not stemmed): what prefixes, wildcards and fuzzy words mean.

Engines are given the terms that a pattern stands for, so a pattern means the same on each of them.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from index.spelling import term

FILE = "words.txt"


class Lexicon:
    """A sorted list of words. Immutable."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words: Sequence[str] = sorted(set(words))

    @classmethod
    def read(cls, folder: Path) -> "Lexicon":
        """The lexicon of an index folder. Raises OSError and UnicodeDecodeError."""
        text = (folder / FILE).read_text(encoding="utf-8")
        return cls._of_sorted(text.split("\n") if text else [])

    @classmethod
    def _of_sorted(cls, words: list[str]) -> "Lexicon":
        lexicon = cls(())
        lexicon.words = words
        return lexicon

    def write(self, folder: Path) -> None:
        """Write it into an index folder."""
        (folder / FILE).write_text("\n".join(self.words), encoding="utf-8")

    def with_words(self, words: Iterable[str]) -> "Lexicon":
        """This lexicon and further words."""
        fresh = {word for word in words if word not in self}
        return self._of_sorted(sorted((*self.words, *fresh))) if fresh else self

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        at = bisect_left(self.words, word)
        return at < len(self.words) and self.words[at] == word

    def starting(self, prefix: str) -> Iterator[str]:
        """Words that begin with a prefix, in order."""
        for at in range(bisect_left(self.words, prefix), len(self.words)):
            if not self.words[at].startswith(prefix):
                return
            yield self.words[at]

    def like(self, pattern: str) -> Iterator[str]:
        """Words that match a pattern of ``*`` (any letters) and ``?`` (one letter), in time linear in each word."""
        head = re.split(r"[*?]", pattern, maxsplit=1)[0]
        matches = matcher(pattern)
        return (word for word in self.starting(head) if matches.match(word))

    def near(self, word: str, distance: int, prefix: int) -> Iterator[str]:
        """Words at most ``distance`` edits away (two neighbours swapped count as one) with the same first letters."""
        first = bisect_left(self.words, word[:prefix])
        end = bisect_left(self.words, word[:prefix] + "\U0010ffff")
        letters, lengths = self._shapes
        alike = np.bitwise_count(letters[first:end] ^ _letters(word)) <= 2 * distance
        alike &= np.abs(lengths[first:end] - len(word)) <= distance
        for at in np.flatnonzero(alike).tolist():
            if edits(word, self.words[first + at], distance) <= distance:
                yield self.words[first + at]

    @cached_property
    def _shapes(self) -> tuple[np.ndarray, np.ndarray]:
        """For each word the set of its letters as bits, and its length: what tells quickly that two are not near."""
        letters = np.fromiter(map(_letters, self.words), np.uint32, len(self.words))
        return letters, np.fromiter(map(len, self.words), np.int32, len(self.words))


def _letters(word: str) -> int:
    """The set of a word's letters, one bit for those that share the last five bits of their code."""
    bits = 0
    for c in word:
        bits |= 1 << (ord(c) & 31)
    return bits


def matcher(pattern: str) -> re.Pattern[str]:
    """What a pattern of ``*`` (any letters) and ``?`` (one letter) matches.

    Pieces between stars are found leftmost first and never given back: no pattern takes long.
    """
    pieces = [re.escape(piece).replace(r"\?", ".") for piece in re.split(r"\*+", pattern)]
    if len(pieces) == 1:
        return re.compile(pieces[0] + r"\Z", re.DOTALL)
    middle = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1] if piece)
    return re.compile(f"{pieces[0]}{middle}.*{pieces[-1]}" + r"\Z", re.DOTALL)


def edits(a: str, b: str, limit: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words; above ``limit``, limit + 1."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(before) >= limit:  # a swap reaches over one row
            return limit + 1
    return row[-1]


def terms_of(words: Iterable[str], most: int) -> tuple[list[str], bool]:
    """Index terms of words, each once, at most ``most``; and whether there were more."""
    found: dict[str, None] = {}
    for word in words:
        one = term(word)
        if one not in found and len(found) >= most:
            return list(found), True
        found[one] = None
    return list(found), False
