"""Texts made comparable for the scanner: folded letters with a way back, sentences, clauses, marked quotes."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

_SAME = {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‟": '"', "ʼ": "'"}
_SAME |= dict.fromkeys("‐‑‒–—−", "-")
_ABBREVIATIONS = "".join(rf"(?<!\b{a}\.)" for a in (r"e\.g", r"i\.e", "vs", "al", "cf"))
_SENTENCE = re.compile(rf"[.!?\n]{_ABBREVIATIONS}[\"')\]]{{0,3}}(?:(?<=\n)|\s)\s*")
_WORD = re.compile(r"[^\W_]+")
_JOINTS = ("-", "_")
_QUOTE = re.compile(r'"[^"\n]{1,2000}"')


class _Folding(dict[int, str]):
    """For ``str.translate``: small letters without accents or width; what cannot be seen is left out."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        if char in _SAME:
            folded = _SAME[char]
        elif category in ("Cf", "Mn", "Me"):  # soft hyphens, zero-width spaces, marks that stand on another letter
            folded = ""
        elif category == "Zs":
            folded = " "
        else:
            parts = unicodedata.normalize("NFKD", char.lower())
            folded = "".join(c for c in parts if not unicodedata.combining(c)).lower() or " "
        self[code] = folded
        return folded


_FOLDING = _Folding()


@dataclass(frozen=True, eq=False)  # known by itself: each text is folded once
class Folded:
    """A text in its folded form, in which the rules look for words."""

    original: str
    text: str

    @cached_property
    def starts(self) -> list[int]:
        """Offsets at which the sentences begin, and the length of the text."""
        return [0, *(match.end() for match in _SENTENCE.finditer(self.text)), len(self.text)]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words and numbers in their order."""
        return tuple(_WORD.findall(self.text))

    @cached_property
    def word_set(self) -> frozenset[str]:
        """The words and numbers, each once."""
        return frozenset(self.words)

    def places(self, wanted: Collection[str]) -> dict[str, list[int]]:
        """Where each of these words begins; not behind a hyphen or an underscore, where no rule begins."""
        found: dict[str, list[int]] = {}
        for match in _WORD.finditer(self.text) if wanted else ():
            if (word := match.group()) in wanted and self.text[match.start() - 1 : match.start()] not in _JOINTS:
                found.setdefault(word, []).append(match.start())
        return found

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """Spans between quotation marks, with the marks."""
        return [match.span() for match in _QUOTE.finditer(self.text)] if '"' in self.text else []

    def sentence(self, offset: int) -> tuple[int, int]:
        """Start and end of the sentence that holds ``offset``."""
        i = min(bisect_right(self.starts, offset), len(self.starts) - 1)
        return self.starts[i - 1], self.starts[i]

    def in_quotes(self, start: int, end: int) -> bool:
        """Whether the span stands between quotation marks."""
        i = bisect_right(self.quoted, (start, start)) - 1
        return i >= 0 and end <= self.quoted[i][1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the original text of a span of the folded one."""
        if self.original.isascii():
            return start, end
        ends: list[int] = []  # after each original character, the length of the folded text so far
        length = 0
        for char in self.original:
            length += len(_FOLDING[ord(char)])
            ends.append(length)
        return bisect_right(ends, start), bisect_right(ends, end - 1) + 1


@lru_cache(maxsize=1024)  # texts of drafts say the same again and again, and several checks ask for each of them
def fold(text: str) -> Folded:
    """The text in small plain letters, whatever quotation marks, hyphens, spaces and accents it was written with."""
    return Folded(text, text.lower() if text.isascii() else text.translate(_FOLDING))


def words(text: str) -> Iterator[re.Match[str]]:
    """The words and numbers of a folded text."""
    return _WORD.finditer(text)
