"""Designs that no single phrase tells: what speaks for and against them is weighed together.

``design-cues.yaml`` says, by hand, which words are cues and whether each speaks for or against a design;
``design-weights.yaml`` says how much, learnt from abstracts that people labelled. A design holds where its intercept
and the weights of the cues that a record bears add up to more than nought. Nothing is hidden: a decision names the sum,
the cues with their weights, and quotes the words of the heaviest.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field

from entries.model import Model, Short
from intake.by_word import ByWord
from intake.literals import Needs
from intake.passage import Passage
from intake.reading import Reading
from intake.rulebook import Match, Pattern, PolicyError, Rule, load_policy
from intake.sought import Sought, either, sought

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

    ``settled_by``: rules of ``design.yaml`` that decide without weighing, each with cues of which one has to stand
    beside it (where it names any). ``needs``: one of these must be borne, whatever the sum; ``never``: none of these
    may be. ``unless``: designs that rule it out; one that is weighed, too, stands above it in the file.
    """

    value: Short
    reason: Short
    speak_for: tuple[Short, ...] = Field(alias="for")
    against: tuple[Short, ...] = ()
    settled_by: dict[Short, tuple[Short, ...]] = Field(default_factory=dict)
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
        self._by_word = ByWord((one, one.needs) for one in self._ready.values())
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
        beside = (cue for cues in balance.settled_by.values() for cue in cues)
        for cue in (*known, *balance.settled_by, *beside, *balance.needs, *balance.never):
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
        weighed = _Weighed(self, reading, dict(statements), self.possible(reading))
        found: dict[str, Match] = {}
        for balance, weighing in self.designs:
            if balance.value in marked or not {*marked, *found}.isdisjoint(balance.unless):
                continue
            if held := weighed.match(balance, weighing):
                found[balance.value] = held
        return found

    def possible(self, reading: Reading) -> frozenset[str]:
        """The cues that the words of the text allow for; quick."""
        return frozenset([one.cue.id for one in self._by_word.possible(reading.words)])


@dataclass(frozen=True, slots=True)
class _Weighed:
    """One record on the scales: each cue is looked for once, and only while it can still decide."""

    cues: Cues
    reading: Reading
    known: dict[str, tuple[Span, ...]]  # statements, and the cues that were looked for
    possible: frozenset[str]  # cues that the words of the record allow for

    def match(self, balance: Balance, weighing: Weighing) -> Match | None:
        """The design, if it holds."""
        if balance.needs and not any(map(self._may_be, balance.needs)):
            return None  # most records: their words rule out what the design needs
        intercept = weighing.brief if len(self.reading.abstract) < BRIEF else weighing.intercept
        said = self._said(balance)
        if not (said or self._outweighs(intercept, weighing.weights)) or any(map(self.borne, balance.never)):
            return None
        if balance.needs and not any(map(self.borne, balance.needs)):
            return None
        told = [(weight, cue) for cue, weight in weighing.weights.items() if cue != said and self.borne(cue)]
        told += [(weighing.weights.get(said, 0.0), said)] if said else []
        total = intercept + sum(weight for weight, _ in told)
        told.sort(key=lambda one: (one[1] != said, -one[0]))
        return self._told(balance, total, told, said) if said or total > 0 else None

    def _said(self, balance: Balance) -> str | None:
        """The first statement that settles the design, beside something that such a paper tells."""
        for statement, beside in balance.settled_by.items():
            if self.known.get(statement) and (not beside or any(map(self.borne, beside))):
                return statement
        return None

    def borne(self, cue: str) -> tuple[Span, ...]:
        """Where the cue stands."""
        if cue not in self.known:
            self.known[cue] = self.cues.borne(self.reading, cue)
        return self.known[cue]

    def _outweighs(self, intercept: float, weights: Mapping[str, float]) -> bool:
        """Whether what speaks for the design outweighs the intercept; given up as soon as it no longer can."""
        possible = [(w, cue) for cue, w in weights.items() if w > 0 and self._may_be(cue)]
        most = intercept + sum(w for w, _ in possible)
        for weight, cue in sorted(possible, reverse=True):
            if most <= 0:
                return False
            if not self.borne(cue):
                most -= weight
        return most > 0

    def _may_be(self, cue: str) -> bool:
        return cue in self.possible or cue in self.known

    def _told(self, balance: Balance, total: float, told: list[tuple[float, str]], said: str | None) -> Match:
        """The design with the cues that carry it: the statement that settles it, then the heaviest first."""
        quoted = [self.known[cue][0] for weight, cue in told if weight > 0 or cue == said][:_SHOWN]
        rule = Rule(
            id=f"cues.{balance.value}",
            reason=balance.reason,
            value=balance.value,
            confidence="certain" if total >= _SURE else "likely",
        )
        evidence = tuple(self.reading.evidence(*self.reading.trimmed(a, b)) for a, b in quoted)
        note = f"score {total:.1f}: " + ", ".join(f"{cue} {weight:+.1f}" for weight, cue in told)
        note = f"settled by {said}; {note}" if said else note
        return Match(rule, evidence, note)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A cue with its patterns: each by itself where one place is enough, else as one that counts each place once."""

    cue: Cue
    patterns: tuple[Sought, ...]
    needs: Needs

    @classmethod
    def of(cls, cue: Cue) -> "_Ready":
        one = cue.times == cue.distinct == 1
        patterns = cue.patterns if one else ("|".join(f"(?:{p})" for p in cue.patterns),)
        ready = tuple(map(sought, patterns))
        return cls(cue, ready, either(ready))

    def spans(self, reading: Reading) -> tuple[Span, ...]:
        if not reading.may_hold(self.needs):
            return ()
        parts = self._parts(reading)
        for pattern in self.patterns:
            if reading.may_hold(pattern.needs) and (spans := self._found(pattern, parts)):
                return spans
        return ()

    def _found(self, pattern: Sought, parts: list[tuple[int, Passage]]) -> tuple[Span, ...]:
        spans: list[Span] = []
        wordings: set[str] = set()
        for start, part in parts:
            for m in part.each(pattern):
                spans.append((start + m.start(), start + m.end()))
                wordings.add(m.group().casefold())
                if len(spans) >= self.cue.times and len(wordings) >= self.cue.distinct:
                    return tuple(spans)
        return ()

    def _parts(self, reading: Reading) -> list[tuple[int, Passage]]:
        title = [(0, reading.title_part)] if self.cue.where != "abstract" else []
        return title + ([(len(reading.title) + 1, reading.abstract_part)] if self.cue.where != "title" else [])
