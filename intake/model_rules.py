"""``policy/model.yaml``: what a language model is asked, and which of its sentences may stand in a draft.

A sentence is kept only if everything checkable in it is in the record: every number, every concept of the vocabulary,
every abbreviation and name in capitals. What is kept comes with the words of the record that it rests on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pydantic import Field

from entries.model import Model, Short, Text
from entries.vocabulary import Vocabulary
from intake.record import Evidence, Record
from intake.rulebook import Pattern
from intake.terms import Terms

FILE = "model"
_BULLET = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.)])\s+")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_NAME = re.compile(r"\b(?=\w*[A-Z0-9]\w*[A-Z0-9])[A-Za-z][\w/+-]*\w\b")  # ME/CFS, IL-6, tDCS


class Refusal(Model):
    """Words that no sentence may hold, and why."""

    reason: Short
    pattern: Pattern


class ModelRules(Model):
    """The whole of the file."""

    version: Short
    system: Text
    intro: Short
    most_sentences: int = Field(default=4, ge=1, le=20)
    fewest_words: int = Field(default=4, ge=1)
    most_words: int = Field(default=35, ge=5, le=200)
    refused: tuple[Refusal, ...] = ()

    @cached_property
    def _refused(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple((r.reason, re.compile(r.pattern.strip(), re.IGNORECASE)) for r in self.refused)

    def objection(self, sentence: str) -> str | None:
        """Why a sentence may not stand whatever the record says; None where it may."""
        count = len(sentence.split())
        if not self.fewest_words <= count <= self.most_words:
            return f"it has {count} words; {self.fewest_words} to {self.most_words} are allowed"
        if not sentence.isprintable():
            return "it holds a control character"
        return next((reason for reason, pattern in self._refused if pattern.search(sentence)), None)


def sentences(answer: str) -> Iterator[str]:
    """The sentences of an answer, without bullets and numbers before them, each once."""
    lines = (_BULLET.sub("", line).strip() for line in answer.splitlines())
    yield from dict.fromkeys(s.strip() for line in lines for s in _END.split(line) if s.strip())


@dataclass(frozen=True, slots=True)
class Traced:
    """Where a sentence's facts stand in the record, or the first one that does not (``missing``)."""

    evidence: tuple[Evidence, ...] = ()
    missing: str | None = None


class Tracing:
    """Looks the facts of sentences up in one record."""

    def __init__(self, record: Record, terms: Terms, vocabulary: Vocabulary, label: str) -> None:
        self._record, self._terms, self._vocabulary = record, terms, vocabulary
        self._text = record.text()
        self._names = {label.casefold(), *(part.casefold() for part in label.split("/"))}
        self._concepts: dict[str, tuple[int, int]] = {}
        for found in terms.found_in(self._text):
            for concept in vocabulary.closure((found.concept,)):  # who names IL-6 names a cytokine
                self._concepts.setdefault(concept, (found.start, found.end))

    def trace(self, sentence: str) -> Traced:
        """Every number, name and concept of the sentence, in the record."""
        spans: list[tuple[int, int]] = []
        for what, found in (*self._numbers(sentence), *self._abbreviations(sentence), *self._named(sentence)):
            if found is None:
                return Traced(missing=f"{what} is not in the record")
            spans.append(found)
        return Traced(tuple(self._record.evidence(*span) for span in dict.fromkeys(spans) if span[1] > span[0]))

    def _numbers(self, sentence: str) -> Iterator[tuple[str, tuple[int, int] | None]]:
        for number in _NUMBER.findall(sentence):
            bare = number.replace(",", "")
            same = (m.span() for m in _NUMBER.finditer(self._text) if m.group().replace(",", "") == bare)
            yield f"the number {number}", next(same, None)

    def _abbreviations(self, sentence: str) -> Iterator[tuple[str, tuple[int, int] | None]]:
        for name in _NAME.findall(sentence):
            if name.casefold() not in self._names:
                found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self._text)
                yield f"the name {name}", found.span() if found else None

    def _named(self, sentence: str) -> Iterator[tuple[str, tuple[int, int] | None]]:
        for found in self._terms.found_in(sentence):
            yield f"the concept {self._vocabulary.label(found.concept)}", self._concepts.get(found.concept)
