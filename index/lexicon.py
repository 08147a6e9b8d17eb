"""The words of an index as they are written (folded, not stemmed): what prefixes, wildcards and fuzzy words mean.

Engines are given the terms that a pattern stands for, so a pattern means the same on each of them.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import OSA

from index.packed import PackedTexts
from index.spelling import term

FILE = "words.txt"
REMEMBERED = 256  # patterns whose terms are kept
STEP = 1_000  # characters
BLOCK = 4_096  # words that are made at a time


class Pattern(NamedTuple):
    """Words by their beginning or by ``*`` and ``?`` in them, or those at most ``distance`` edits from a word.

    The latter share their first ``prefix`` letters with it; ``distance`` is -1 for the former.
    """

    text: str
    distance: int = -1
    prefix: int = 0


class Lexicon:
    """A sorted list of words. Immutable."""

    def __init__(self, words: Iterable[str]) -> None:
        self._given = words
        self.terms = lru_cache(maxsize=REMEMBERED)(self._terms)

    @classmethod
    def read(cls, folder: Path) -> "Lexicon":
        """The lexicon of an index folder. Raises OSError and UnicodeDecodeError."""
        text = (folder / FILE).read_text(encoding="utf-8")
        return cls._of_sorted(text)

    @classmethod
    def _of_sorted(cls, text: str) -> "Lexicon":
        """A lexicon of words in order, one a line, which are cut apart when they are first asked for."""
        lexicon = cls(())
        lexicon._text = text
        return lexicon

    @cached_property
    def words(self) -> PackedTexts:
        """The words in order, each made when it is asked for: half a million of them in a list are 33 MB."""
        return PackedTexts.lines(self._text)

    @cached_property
    def _text(self) -> str:
        return "\n".join(sorted(set(self._given)))

    def write(self, folder: Path) -> None:
        """Write it into an index folder."""
        (folder / FILE).write_text(self._text, encoding="utf-8")

    def with_words(self, words: Iterable[str]) -> "Lexicon":
        """This lexicon and further words."""
        fresh = sorted({word for word in words if word not in self})
        lines = f"{self._text}\n" if self._text else ""
        places = [self._place(word) for word in fresh]
        pieces = [lines[start:end] for start, end in pairwise([0, *places, len(lines)])]
        added = (f"{word}\n{after}" for word, after in zip(fresh, pieces[1:], strict=True))
        return self._of_sorted("".join((pieces[0], *added))[:-1]) if fresh else self

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return bool(word) and self._text[(at := self._place(word)) : self._end(at)] == word

    @cached_property
    def _signposts(self) -> tuple[list[int], list[str]]:
        """Words some STEP characters apart, and where they stand."""
        places = [0]
        while at := self._text.find("\n", places[-1] + STEP) + 1:
            places.append(at)
        return places, [self._text[at : self._end(at)] for at in places]

    def _place(self, word: str) -> int:
        """Where in the text the first word stands that does not come before this one; most of it is not looked at."""
        places, posts = self._signposts
        number = bisect_left(posts, word)
        if not number:
            return 0
        start = places[number - 1]
        end = places[number] - 1 if number < len(places) else len(self._text)
        near = self._text[start:end].split("\n")
        return start + sum(len(before) + 1 for before in near[: bisect_left(near, word)])

    def _end(self, at: int) -> int:
        """Where the word ends that stands at a place of the text."""
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end

    def _terms(self, pattern: Pattern, most: int) -> tuple[tuple[str, ...], bool]:
        """Index terms of the words that fit a pattern, each once, at most ``most``; and whether there were more."""
        if pattern.distance < 0:
            return terms_of(self.like(pattern.text), most)
        return terms_of(self.near(pattern.text, pattern.distance, pattern.prefix), most)

    def starting(self, prefix: str) -> Iterator[str]:
        """Words that begin with a prefix, in order."""
        first, end = self._beginning(prefix)
        for start in range(first, end, BLOCK):
            yield from self.words.between(start, min(end, start + BLOCK))

    def like(self, pattern: str) -> Iterator[str]:
        """Words that match a pattern of ``*`` (any letters) and ``?`` (one letter), in time linear in each word."""
        head = re.split(r"[*?]", pattern, maxsplit=1)[0]
        return self.starting(head) if pattern == f"{head}*" else self._matching(pattern, *self._beginning(head))

    def _matching(self, pattern: str, first: int, end: int) -> Iterator[str]:
        matches, needed = matcher(pattern), _letters(re.sub(r"[*?]", "", pattern))
        for start in range(first, end, BLOCK):
            stop = min(end, start + BLOCK)
            holding = np.flatnonzero(self._shapes[0][start:stop] & needed == needed).tolist()
            words = self.words.between(start, stop) if holding else []
            yield from (word for at in holding if matches.match(word := words[at]))

    def near(self, word: str, distance: int, prefix: int) -> Iterator[str]:
        """Words at most ``distance`` edits away (two neighbours swapped count as one) with the same first letters."""
        first, end = self._beginning(word[:prefix])
        letters, lengths = self._shapes
        alike = np.bitwise_count(letters[first:end] ^ _letters(word)) <= 2 * distance
        alike &= np.abs(lengths[first:end] - len(word)) <= distance
        for at in np.flatnonzero(alike).tolist():
            if edits(word, other := self.words[first + at], distance) <= distance:
                yield other

    def _beginning(self, prefix: str) -> tuple[int, int]:
        """Where the words that begin with a prefix stand, end exclusive."""
        return bisect_left(self.words, prefix), bisect_left(self.words, prefix + "\U0010ffff")

    @cached_property
    def _shapes(self) -> tuple[np.ndarray, np.ndarray]:
        """For each word the set of its letters as bits, and its length: what tells quickly that two are not near."""
        shapes = [_shapes(self.words.part(at, at + BLOCK)) for at in range(0, len(self.words), BLOCK)]
        if not shapes:
            return np.zeros(0, np.uint32), np.zeros(0, np.int32)
        letters, lengths = zip(*shapes, strict=True)
        return np.concatenate(letters), np.concatenate(lengths)


def _shapes(words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sets of letters and the lengths of words in UTF-8, each with a zero byte after it."""
    starts = np.concatenate(([0], np.flatnonzero(words == 0)[:-1] + 1))
    bits = np.where((words > 0) & (words < 0x80), np.uint32(1) << (words & 31).astype(np.uint32), np.uint32(0))
    begun = ((words > 0) & (words & 0xC0 != 0x80)).astype(np.int32)  # a letter may take several bytes
    return np.bitwise_or.reduceat(bits, starts), np.add.reduceat(begun, starts)


def _letters(word: str) -> int:
    """The set of a word's ASCII letters, one bit for those that share the last five bits of their code."""
    bits = 0
    for c in word:
        if c < "\x80":
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
    return OSA.distance(a, b, score_cutoff=limit)


def terms_of(words: Iterable[str], most: int) -> tuple[tuple[str, ...], bool]:
    """Index terms of words, each once, at most ``most``; and whether there were more."""
    found: dict[str, None] = {}
    for word in words:
        one = term(word)
        if one not in found and len(found) >= most:
            return tuple(found), True
        found[one] = None
    return tuple(found), False
