"""Designs that no single phrase tells: what speaks for and against them is weighed together.

``design-cues.yaml`` says, by hand, which words are cues and whether each speaks for or against a design;
``design-weights.yaml`` says how much, learnt from abstracts that people labelled. A design holds where its intercept
and the weights of the cues that a record bears add up to more than nought. Nothing is hidden: a decision names the sum,
the cues with their weights, and quotes the words of the heaviest.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field

from entries.model import Model, Short
from intake.literals import Needs, needs
from intake.reading import Reading
from intake.rulebook import Match, Pattern, PolicyError, Rule, load_policy

CUES, WEIGHTS = "design-cues", "design-weights"
_SURE = 3.0  # log odds from which a design is certain: 19 in 20 on the records that the weights were learnt from
_SHOWN = 3  # cues whose words are quoted
BRIEF = 300  # letters


class Cue(Model):
    """Words that a title or an abstract may bear, ``times`` times and in as many ``distinct`` wordings."""

    id: Short
    where: Literal["title", "abstract", "text"]
    reason: Short
    patterns: tuple[Pattern, ...]
    times: int = 1
    distinct: int = 1


class Balance(Model):
    """What speaks for a design and what against it: ids of cues, or of rules of ``design.yaml`` (``design.…``).

    ``needs``: one of these must be borne, whatever the sum; ``never``: none of these may be. ``unless``: designs that
    rule it out; one that is weighed, too, stands above it in the file.
    """

    value: Short
    reason: Short
    speak_for: tuple[Short, ...] = Field(alias="for")
    against: tuple[Short, ...] = ()
    needs: tuple[Short, ...] = ()
    never: tuple[Short, ...] = ()
    unless: tuple[Short, ...] = ()


class CueRules(Model):
    """The file of cues."""

    version: Short
    cues: tuple[Cue, ...]
    designs: tuple[Balance, ...]


class Weighing(Model):
    """The intercept of a design and the weight of each of its cues, as log odds; a cue that is not named weighs 0.

    ``brief``: the intercept for a record without abstract, or with one of fewer than ``BRIEF`` letters, which can bear
    few of the cues of a whole one.
    """

    intercept: float
    brief: float
    weights: dict[Short, float]


class CueWeights(Model):
    """The file of weights, and how they were learnt."""

    version: Short
    learnt: Short
    designs: dict[Short, Weighing]


Span = tuple[int, int]
Statements = Mapping[str, tuple[Span, ...]]  # id of a rule of design.yaml that holds -> where its words stand


class Cues:
    """The cues and their weights, ready for any number of records."""

    def __init__(self, rules: CueRules, weights: CueWeights) -> None:
        """Raises PolicyError where weights and cues do not agree."""
        self.rules = rules
        self.versions = {CUES: rules.version, WEIGHTS: weights.version}
        self._ready = {cue.id: _Ready.of(cue) for cue in rules.cues}
        self.designs = [(balance, self._weighing(balance, weights)) for balance in rules.designs]

    @classmethod
    def load(cls, data: Path) -> "Cues":
        """The two files of a data folder. Raises PolicyError where they cannot be used."""
        return cls(load_policy(CueRules, data, CUES), load_policy(CueWeights, data, WEIGHTS))

    @cached_property
    def values(self) -> frozenset[str]:
        """The designs that are weighed."""
        return frozenset(balance.value for balance, _ in self.designs)

    def _weighing(self, balance: Balance, weights: CueWeights) -> Weighing:
        """The weights of a design. Raises PolicyError where they are missing, or where a cue or a sign is another."""
        known = dict.fromkeys(balance.speak_for, 1) | dict.fromkeys(balance.against, -1)
        for cue in (*known, *balance.needs, *balance.never):
            if cue not in self._ready and not cue.startswith("design."):
                raise PolicyError(f"policy/{CUES}.yaml: {balance.value} names {cue}, which is no cue; correct it there")
        weighing = weights.designs.get(balance.value)
        if weighing is None:
            raise PolicyError(f"policy/{WEIGHTS}.yaml has no weights for {balance.value}; learn them anew")
        for cue, weight in weighing.weights.items():
            if weight * known.get(cue, 0) < 0 or cue not in known:
                side = "for" if weight > 0 else "against"
                raise PolicyError(
                    f"policy/{WEIGHTS}.yaml: {balance.value}: {cue} weighs {weight}, but policy/{CUES}.yaml does not "
                    f"say that it speaks {side} it; learn the weights anew"
                )
        return weighing

    def borne(self, reading: Reading, cue: str) -> tuple[Span, ...]:
        """Where the words of a cue stand in the text of a record; ``()`` where it does not bear the cue."""
        ready = self._ready.get(cue)
        return ready.spans(reading) if ready else ()

    def marks(self, reading: Reading, statements: Statements, marked: Collection[str] = ()) -> dict[str, Match]:
        """Every design that the cues mark. ``statements``: rules that hold; ``marked``: designs that are known."""
        known: dict[str, tuple[Span, ...]] = dict(statements)

        def borne(cue: str) -> tuple[Span, ...]:
            if cue not in known:
                known[cue] = self.borne(reading, cue)
            return known[cue]

        found: dict[str, Match] = {}
        for balance, weighing in self.designs:
            if balance.value in marked or not {*marked, *found}.isdisjoint(balance.unless):
                continue
            if not self._possible(reading, balance, weighing, statements):
                continue
            if held := _weighed(reading, balance, weighing, borne):
                found[balance.value] = held
        return found

    def _possible(self, reading: Reading, balance: Balance, weighing: Weighing, statements: Statements) -> bool:
        """Whether the cues that the words of the text allow could outweigh the intercept; spares most searches."""
        most = _intercept(reading, weighing)
        for cue in balance.speak_for:
            if weight := weighing.weights.get(cue):
                ready = self._ready.get(cue)
                if reading.may_hold(ready.needs) if ready else cue in statements:
                    most += weight
        return most > 0


@dataclass(frozen=True, slots=True)
class _Ready:
    """A cue, its patterns as one, and what they need."""

    cue: Cue
    regex: re.Pattern[str]
    needs: Needs

    @classmethod
    def of(cls, cue: Cue) -> "_Ready":
        joined = "|".join(f"(?:{p})" for p in cue.patterns)
        return cls(cue, re.compile(joined, re.IGNORECASE), needs(joined))

    def spans(self, reading: Reading) -> tuple[Span, ...]:
        if not reading.may_hold(self.needs):
            return ()
        found: list[re.Match[str]] = []
        spans: list[Span] = []
        for start, text in self._parts(reading):
            for m in self.regex.finditer(text):
                found.append(m)
                spans.append((start + m.start(), start + m.end()))
                if self._enough(found):
                    return tuple(spans)
        return ()

    def _enough(self, found: list[re.Match[str]]) -> bool:
        cue = self.cue
        return len(found) >= cue.times and (
            cue.distinct == 1 or len({m.group().casefold() for m in found}) >= cue.distinct
        )

    def _parts(self, reading: Reading) -> Iterator[tuple[int, str]]:
        if self.cue.where != "abstract":
            yield 0, reading.title
        if self.cue.where != "title":
            yield len(reading.title) + 1, reading.abstract


def _intercept(reading: Reading, weighing: Weighing) -> float:
    return weighing.brief if len(reading.abstract) < BRIEF else weighing.intercept


def _weighed(
    reading: Reading, balance: Balance, weighing: Weighing, borne: Callable[[str], tuple[Span, ...]]
) -> Match | None:
    """The design with the cues that carry it, the heaviest first; None where it is outweighed."""
    told = [(weight, cue, spans) for cue, weight in weighing.weights.items() if weight and (spans := borne(cue))]
    total = _intercept(reading, weighing) + sum(weight for weight, _, _ in told)
    if total <= 0 or any(map(borne, balance.never)) or not (any(map(borne, balance.needs)) or not balance.needs):
        return None
    told.sort(key=lambda one: -one[0])
    quoted = [spans[0] for weight, _, spans in told if weight > 0][:_SHOWN]
    note = f"score {total:.1f}: " + ", ".join(f"{cue} {weight:+.1f}" for weight, cue, _ in told)
    rule = Rule(
        id=f"cues.{balance.value}",
        reason=balance.reason,
        value=balance.value,
        confidence="certain" if total >= _SURE else "likely",
    )
    return Match(rule, tuple(reading.evidence(*reading.trimmed(a, b)) for a, b in quoted), note)
