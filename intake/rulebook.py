"""Rules of the intake as data: what each file in ``data/policy`` may say, and how a rule meets a record.

A rule matches by a publication type, a MeSH heading, a keyword, or a pattern in title or text. Every pattern is a
regular expression that ignores case; ``(?-i:...)`` inside a pattern turns that off.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, ValidationError

from entries.errors import EvidenceError
from entries.model import Model, Short
from intake.literals import Needs
from intake.reading import Reading
from intake.record import Confidence, Decision, Evidence, Value
from intake.shipped_rules import policy_file, read_rules
from intake.sought import Sought, compiled, either, sought


class PolicyError(EvidenceError):
    """A file of rules is missing or cannot be used; the message names it and says how to mend it."""


def _compiles(pattern: str) -> str:
    try:
        compiled(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
    return pattern


_QUOTED = 3  # places that a decision quotes
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
    fallback: bool = False  # asked only where no other rule of its file told anything
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
class Ready:
    """A rule with its patterns ready to be looked for."""

    rule: Rule
    labels: frozenset[str]  # publication types and headings, as Reading.labels has them
    title: tuple[Sought, ...]
    text: tuple[Sought, ...]
    needs: Needs  # what title and text need, whichever of the patterns matches
    unless_title: tuple[Sought, ...]
    unless: tuple[Sought, ...]

    @classmethod
    def of(cls, rule: Rule) -> "Ready":
        """The rule, ready for any number of records."""
        labels = [f"type: {t.casefold()}" for t in rule.types] + [f"mesh: {m.casefold()}" for m in rule.mesh]
        title, text = tuple(map(sought, rule.title)), tuple(map(sought, rule.text))
        unless_title, unless = tuple(map(sought, rule.unless_title)), tuple(map(sought, rule.unless))
        return cls(rule, frozenset(labels), title, text, either(title + text), unless_title, unless)

    def match(self, reading: Reading) -> Match | None:
        """The rule against one record; None where it does not hold."""
        note = self._labelled(reading)
        spans = [] if note or not reading.may_hold(self.needs) else self._spans(reading)
        if not (note or spans) or any(reading.search_title(p) for p in self.unless_title):
            return None
        if any(reading.search(p) for p in self.unless):
            return None
        return Match(self.rule, tuple(reading.evidence(*reading.trimmed(a, b)) for a, b in spans[:_QUOTED]), note)

    def _spans(self, reading: Reading) -> list[tuple[int, int]]:
        """Where the rule's patterns stand: in the title once, or in the text as often as the rule asks for."""
        for pattern in self.title:
            if (m := reading.search_title(pattern)) and m.group().strip():
                return [m.span()]
        spans: list[tuple[int, int]] = []
        for pattern in self.text:
            for m in reading.each(pattern):
                if m.group().strip():
                    spans.append(m.span())
                if len(spans) >= max(self.rule.times, _QUOTED):
                    return spans
        return spans if len(spans) >= self.rule.times else []

    def _labelled(self, reading: Reading) -> str | None:
        """Which publication type, heading or keyword the rule asks for, in words."""
        record = reading.record
        if not self.labels.isdisjoint(reading.labels):
            types = (
                f"publication type: {t}" for t in record.publication_types if f"type: {t.casefold()}" in self.labels
            )
            mesh = (f"MeSH heading: {m}" for m in record.mesh if f"mesh: {m.casefold()}" in self.labels)
            return next(chain(types, mesh))
        for keyword in record.keywords if self.rule.keywords else ():
            if any(found(p, keyword) for p in self.rule.keywords):
                return f"keyword: {keyword}"
        return None


Policy = TypeVar("Policy", bound=Model)
Made = TypeVar("Made")


def load_policy(kind: type[Policy], data: Path, name: str) -> Policy:
    """The file ``policy/<name>.yaml`` of a data folder as a model. Raises PolicyError where it cannot be used."""
    path = policy_file(data, name)
    if not path.is_file():
        raise PolicyError(f"{path} is missing; copy it from the shipped atlas, or from one that `evidence new` makes")
    try:
        return kind.model_validate(read_rules(path).value)
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

    @cached_property
    def _kept(self) -> dict[str, Any]:
        return {}

    def kept(self, name: str, make: Callable[[], Made]) -> Made:
        """What a stage made out of these rules, such as ready patterns: made once, by the first who asks."""
        kept = self._kept
        if name not in kept:
            kept[name] = make()
        made: Made = kept[name]
        return made

    @classmethod
    def load(cls, data: Path, name: str) -> "Rulebook":
        """The file ``policy/<name>.yaml`` of a data folder. Raises PolicyError where it cannot be used."""
        return load_policy(cls, data, name)

    def ready(self) -> tuple[Ready, ...]:
        """The rules in their order, ready for any number of records."""
        return self.kept("ready", lambda: tuple(map(Ready.of, self.rules)))

    def possible(self, reading: Reading) -> list[Ready]:
        """The rules, in their order, that hold words, a label or perhaps a keyword of the record; the others cannot."""
        index = self.kept("index", lambda: _Index.of(self.ready()))
        found = set(index.always)
        if reading.record.keywords:
            found |= index.keyworded
        for word in index.keys & (reading.words | reading.labels):
            found.update(index.by_word[word])
        ready = self.ready()
        return [ready[i] for i in sorted(found)]

    def first(self, reading: Reading, value: str | None = None) -> Match | None:
        """The first rule (of ``value``, if given) that holds for the record."""
        ready = (one for one in self.ready() if value is None or one.rule.value == value)
        return next((m for one in ready if (m := one.match(reading))), None)


@dataclass(frozen=True, slots=True)
class _Index:
    """Numbers of the rules by what a record must have for them to hold: a word of its text, or a label."""

    by_word: Mapping[str, Sequence[int]]
    keys: frozenset[str]  # of by_word
    always: frozenset[int]  # rules with a pattern that needs no word
    keyworded: frozenset[int]

    @classmethod
    def of(cls, rules: Sequence[Ready]) -> "_Index":
        by_word: dict[str, list[int]] = {}
        for number, one in enumerate(rules):
            for key in one.labels.union(*one.needs):
                by_word.setdefault(key, []).append(number)
        always = (n for n, one in enumerate(rules) if (one.title or one.text) and not one.needs)
        keyworded = (n for n, one in enumerate(rules) if one.rule.keywords)
        return cls(by_word, frozenset(by_word), frozenset(always), frozenset(keyworded))


def match(rule: Rule, reading: Reading) -> Match | None:
    """One rule against one record; None where it does not hold."""
    return Ready.of(rule).match(reading)


def found(pattern: str, text: str) -> re.Match[str] | None:
    """The first place where the pattern stands in the text."""
    return compiled(pattern).search(text)
