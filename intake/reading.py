"""A record made ready for many rules: its text put together once, its sentences and words found once."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

from intake.literals import WORDS
from intake.numerals import Number
from intake.passage import FEW, Passage
from intake.record import Evidence, Record
from intake.sentence_spans import sentences
from intake.sought import Sought


class Part(Passage):
    """A part of a text that was read for words before, perhaps with one of its words replaced."""

    def __init__(self, text: str, whole: "Reading", start: int, end: int) -> None:
        super().__init__(text)
        self._whole, self._span = whole, (start, end)
        self._asked = FEW  # its words are known at once

    def _read(self) -> frozenset[str]:
        return self._whole.words_between(*self._span)


class Reading(Passage):
    """The text of a record: its title, a line end, and the sections of its abstract, a line each."""

    def __init__(self, record: Record) -> None:
        super().__init__(record.text())
        self.record = record
        self.title = record.title or ""
        self.numbers: tuple[Number, ...] | None = None  # kept by intake.sample_size, which several stages ask
        self.marked: dict[int, Passage] = {}  # kept by the same
        self.named: dict[int, bool] = {}  # kept by intake.groups
        self._hits: tuple[Sequence[int], Sequence[str]] = ((), ())

    def _read(self) -> frozenset[str]:
        self._hits = WORDS.found_in(self.lower)
        return frozenset(self._hits[1])

    def words_between(self, start: int, end: int) -> frozenset[str]:
        """The words that patterns need and that end between two offsets."""
        if self._known != WORDS.number:
            self._known, self._words = WORDS.number, self._read()
        ends, words = self._hits
        return frozenset(words[bisect_left(ends, start) : bisect_left(ends, end)])

    def part(self, start: int, end: int) -> Passage:
        """The text between two offsets, to look for patterns in."""
        part = Part(self.text[start:end], self, start, end)
        part.lower = self.lower[start:end]
        return part

    @cached_property
    def title_part(self) -> Passage:
        """The title by itself."""
        return self.part(0, len(self.title))

    @cached_property
    def abstract_part(self) -> Passage:
        """The text behind the title."""
        return self.part(len(self.title) + 1, len(self.text))

    @property
    def abstract(self) -> str:
        """The same as a text."""
        return self.abstract_part.text

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """(start, end) of each sentence of the text; worked out once."""
        return sentences(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    @cached_property
    def _fields(self) -> tuple[tuple[str, int, int], ...]:
        return self.record.fields()

    @cached_property
    def labels(self) -> frozenset[str]:
        """Publication types and MeSH headings in small letters, each with its kind: ``type: review``."""
        record = self.record
        return frozenset(
            [f"type: {t.casefold()}" for t in record.publication_types] + [f"mesh: {m.casefold()}" for m in record.mesh]
        )

    def search_title(self, pattern: Sought) -> re.Match[str] | None:
        """The first place of the title where the pattern stands."""
        return self.title_part.search(pattern)

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """(start, end) of the sentence that holds ``offset``."""
        found = self.sentences
        return found[max(bisect_right(self._starts, offset) - 1, 0)] if found else (0, len(self.text))

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """The span without white space at its ends."""
        piece = self.text[start:end]
        return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())

    def evidence(self, start: int, end: int) -> Evidence:
        """The words between two offsets; ``Record.evidence`` without putting the text together again."""
        for name, a, b in self._fields:
            if a <= start < b:
                return Evidence(field=name, start=start, end=end, quote=self.text[start:end])
        return Evidence(field=self.record.field_at(start), start=start, end=end, quote=self.text[start:end])
