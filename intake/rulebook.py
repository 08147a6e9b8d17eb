"""Rules of the intake as data: what each file in ``data/policy`` may say, and how a rule meets a record.

A rule matches by a publication type, a MeSH heading, a keyword, or a pattern in title or text. Every pattern is a
regular expression that ignores case; ``(?-i:...)`` inside a pattern turns that off.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, PrivateAttr, ValidationError

from entries.errors import EvidenceError
from entries.model import Model, Short
from entries.store import read_yaml
from intake.record import Confidence, Decision, Evidence, Record, Value


class PolicyError(EvidenceError):
    """A file of rules is missing or cannot be used; the message names it and says how to mend it."""


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class Rule(Model):
    """One rule: when it holds, what it says, and why. It holds if anything named matches and nothing of ``unless``."""

    id: Short
    reason: Short
    value: Short | None = None
    confidence: Confidence = "certain"
    types: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    keywords: tuple[Pattern, ...] = ()
    title: tuple[Pattern, ...] = ()
    text: tuple[Pattern, ...] = ()
    times: int = 1
    hint: tuple[str, ...] = ()  # parts of words in small letters; without any of them title and text are not searched
    unless_title: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that holds for a record, the words that it rests on, and what else it rests on (``note``)."""

    rule: Rule
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None

    def decision(self, name: str, value: Value = None) -> Decision:
        """The match as a decision; ``value`` where it is not the rule's own."""
        said = value if value is not None else self.rule.value
        return Decision(
            name=name,
            value=said,
            rule=self.rule.id,
            confidence=self.rule.confidence,
            evidence=self.evidence,
            note=self.note,
        )


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of the text that is no year, age, dose or percentage, and its sentence (start, end)."""

    value: int
    start: int
    end: int
    sentence: tuple[int, int]


class Reading:
    """A record made ready for many rules: its text, put together once."""

    __slots__ = ("_sentences", "lower", "numbers", "record", "text", "title")

    def __init__(self, record: Record) -> None:
        self.record = record
        self.title = record.title or ""
        self.text = record.text()
        self.lower = self.text.lower()
        self._sentences: list[tuple[int, int]] | None = None
        self.numbers: tuple[Number, ...] | None = None  # kept by intake.sample_size, which several stages ask

    @property
    def sentences(self) -> list[tuple[int, int]]:
        """(start, end) of each sentence of the text; worked out once."""
        if self._sentences is None:
            self._sentences = sentences(self.text)
        return self._sentences

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """(start, end) of the sentence that holds ``offset``."""
        found = self.sentences
        at = max(bisect_right(found, offset, key=lambda span: span[0]) - 1, 0)
        return found[at] if found else (0, len(self.text))

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """The span without white space at its ends."""
        piece = self.text[start:end]
        return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())

    def evidence(self, start: int, end: int) -> Evidence:
        """The words between two offsets; ``Record.evidence`` without putting the text together again."""
        return Evidence(field=self.record.field_at(start), start=start, end=end, quote=self.text[start:end])


Policy = TypeVar("Policy", bound=Model)
Made = TypeVar("Made")


def load_policy(kind: type[Policy], data: Path, name: str) -> Policy:
    """The file ``policy/<name>.yaml`` of a data folder as a model. Raises PolicyError where it cannot be used."""
    path = data / "policy" / f"{name}.yaml"
    if not path.is_file():
        raise PolicyError(f"{path} is missing; copy it from the shipped atlas")
    try:
        return kind.model_validate(read_yaml(path).value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise PolicyError(f"{path}: {where}: {first['msg']}; correct it there") from None


class Rulebook(Model):
    """The rules of one file, in its order, and the lists of patterns that it names (``patterns``)."""

    version: Short
    rules: tuple[Rule, ...] = ()
    patterns: dict[Short, tuple[Pattern, ...]] = Field(default_factory=dict)
    words: dict[Short, tuple[str, ...]] = Field(default_factory=dict)
    _kept: dict[str, Any] = PrivateAttr(default_factory=dict)

    def kept(self, name: str, make: Callable[[], Made]) -> Made:
        """What a stage made out of these rules, such as ready patterns: made once, by the first who asks."""
        if name not in self._kept:
            self._kept[name] = make()
        made: Made = self._kept[name]
        return made

    @classmethod
    def load(cls, data: Path, name: str) -> "Rulebook":
        """The file ``policy/<name>.yaml`` of a data folder. Raises PolicyError where it cannot be used."""
        return load_policy(cls, data, name)

    def of(self, value: str) -> Iterator[Rule]:
        """The rules that say ``value``."""
        return (rule for rule in self.rules if rule.value == value)

    def first(self, reading: Reading, value: str | None = None) -> Match | None:
        """The first rule (of ``value``, if given) that holds for the record."""
        rules: Iterable[Rule] = self.rules if value is None else self.of(value)
        return next((m for rule in rules if (m := match(rule, reading))), None)


def match(rule: Rule, reading: Reading) -> Match | None:
    """The rule against one record; None where it does not hold."""
    note = _labelled(rule, reading.record)
    spans = [] if note else _spans(rule, reading)
    if not (note or spans) or any(found(p, reading.title) for p in rule.unless_title):
        return None
    if any(found(p, reading.text) for p in rule.unless):
        return None
    return Match(rule, tuple(reading.evidence(*reading.trimmed(a, b)) for a, b in spans[:3]), note)


def _spans(rule: Rule, reading: Reading) -> list[tuple[int, int]]:
    """Where the rule's patterns stand: in the title once, or in the text as often as the rule asks for."""
    if rule.hint and not any(word in reading.lower for word in rule.hint):
        return []
    for pattern in rule.title:
        if (m := found(pattern, reading.title)) and m.group().strip():
            return [m.span()]
    spans = [m.span() for p in rule.text for m in compiled(p).finditer(reading.text) if m.group().strip()]
    return spans if len(spans) >= rule.times else []


def _labelled(rule: Rule, record: Record) -> str | None:
    """Which publication type, heading or keyword the rule asks for, in words."""
    for kind, wanted, given in (
        ("publication type", rule.types, record.publication_types),
        ("MeSH heading", rule.mesh, record.mesh),
    ):
        known = {w.casefold() for w in wanted}
        for label in given if known else ():
            if label.casefold() in known:
                return f"{kind}: {label}"
    for keyword in record.keywords if rule.keywords else ():
        if any(found(p, keyword) for p in rule.keywords):
            return f"keyword: {keyword}"
    return None


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, ready to use, whatever the case of letters."""
    return re.compile(pattern, re.IGNORECASE)


def found(pattern: str, text: str) -> re.Match[str] | None:
    """The first place where the pattern stands in the text."""
    return compiled(pattern).search(text)


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence; a line end ends one, a point in ``vs.``, ``i.e.`` or ``0.5`` does not."""
    spans, start = [], 0
    for end in _ENDS.finditer(text):
        if end.start() > start:
            spans.append((start, end.start()))
        start = end.end()
    if start < len(text):
        spans.append((start, len(text)))
    return spans


_ENDS = re.compile(r"(?<![ (]vs\.)(?<!i\.e\.)(?<!e\.g\.)(?<!et al\.)(?<=[.?!])[\"”)]?\s+(?=[A-Z0-9“\"(≥<])|\n+")
