"""Rules over what earlier stages decided: flags and the evidence level ask for design, size and words together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field, PrivateAttr

from entries.model import Model, Short
from intake.by_word import ByWord
from intake.literals import Needs
from intake.reading import Reading
from intake.record import Decision, Evidence
from intake.rulebook import Pattern
from intake.sought import Sought, either, sought

_MOST_DESIGNS = 200  # for which the rules are kept apart
Need = Literal["no-definition", "pem-not-required", "weak-definition", "preprint", "corrected"]
LEVEL = "evidence_level"  # the name of the decision on it
_ON_DEFINITIONS = {"pem-not-required", "weak-definition"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a study when its flags and its level are worked out.

    ``words``: what the decisions on ``design``, ``patients``, ``controls``, ``total`` and ``definitions`` rest on.
    """

    design: str
    patients: int | None = None
    controls: int | None = None
    total: int | None = None
    holds: frozenset[str] = frozenset()  # the needs that are met
    words: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict, compare=False)

    @property
    def smallest(self) -> int | None:
        """People in the smallest group that was compared, or in all where nothing was compared."""
        groups = [n for n in (self.patients, self.controls) if n is not None]
        return min(groups) if groups else self.total

    @property
    def size(self) -> int | None:
        """Everybody: the total, else patients and controls together."""
        groups = [n for n in (self.patients, self.controls) if n is not None]
        return self.total if self.total is not None else sum(groups) if groups else None

    def smallest_in(self) -> tuple[str, ...]:
        """Which of the numbers is ``smallest``."""
        return tuple(name for name in ("patients", "controls") if getattr(self, name) == self.smallest) or ("total",)

    def size_in(self) -> tuple[str, ...]:
        """Which of the numbers ``size`` is, or is the sum of."""
        return ("total",) if self.total is not None else ("patients", "controls")


class FactRule(Model):
    """One rule: ``value`` holds where every condition that it names is met."""

    id: Short
    value: Short
    reason: Short
    designs: tuple[str, ...] = ()
    not_designs: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    smallest_at_most: int | None = None
    smallest_at_least: int | None = None
    total_at_most: int | None = None
    total_at_least: int | None = None
    patients_at_least: int | None = None
    text: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A rule with its groups of designs spelled out and its patterns ready to be looked for."""

    rule: FactRule
    designs: frozenset[str]
    not_designs: frozenset[str]
    text: tuple[Sought, ...]
    needs: Needs  # what the text needs, whichever of the patterns matches
    unless: tuple[Sought, ...]

    def is_about(self, design: str) -> bool:
        """Whether the rule is asked about studies of this design."""
        return (not self.designs or design in self.designs) and design not in self.not_designs

    def fits(self, facts: Facts) -> bool:
        """Whether the facts meet every condition but those on design and words."""
        rule = self.rule
        return (
            facts.holds.issuperset(rule.needs)
            and _within(facts.smallest, rule.smallest_at_least, rule.smallest_at_most)
            and _within(facts.size, rule.total_at_least, rule.total_at_most)
            and _within(facts.patients, rule.patients_at_least, None)
        )

    def rests_on(self, facts: Facts, name: str) -> Iterator[Evidence]:
        """The words behind those earlier decisions that the rule asks for; a level always asks for the design."""
        rule, asked = self.rule, ["design"] if self.designs or name == LEVEL else []
        if rule.smallest_at_least is not None or rule.smallest_at_most is not None:
            asked += facts.smallest_in()
        if rule.total_at_least is not None or rule.total_at_most is not None:
            asked += facts.size_in()
        if rule.patients_at_least is not None:
            asked.append("patients")
        if set(rule.needs) & _ON_DEFINITIONS:
            asked.append("definitions")
        return (words for name in asked for words in facts.words.get(name, ()))

    def decision(self, name: str, reading: Reading, facts: Facts) -> Decision | None:
        """The rule as a decision called ``name``; None where the words are not there, or forbid it."""
        held = next((m for p in self.text if (m := reading.search(p))), None)
        if (self.text and held is None) or any(reading.search(p) for p in self.unless):
            return None
        own = (reading.evidence(*reading.trimmed(*held.span())),) if held and held.group().strip() else ()
        rule, evidence = self.rule, tuple(dict.fromkeys((*own, *self.rests_on(facts, name))))
        return Decision(
            name=name, value=rule.value, rule=rule.id, confidence="likely", evidence=evidence, note=rule.reason
        )


class FactRules(Model):
    """The rules of one file, and the groups of designs that they name."""

    version: Short
    groups: dict[Short, tuple[str, ...]] = Field(default_factory=dict)
    rules: tuple[FactRule, ...] = ()
    _made: list[_Ready] = PrivateAttr(default_factory=list)
    _by_design: dict[str, ByWord[_Ready]] = PrivateAttr(default_factory=dict)

    def holding(self, name: str, reading: Reading, facts: Facts) -> Iterator[Decision]:
        """A decision called ``name`` for every rule that holds, in the order of the file."""
        for ready in self._of_design(facts.design).possible(reading.words):
            if ready.fits(facts) and (decision := ready.decision(name, reading, facts)):
                yield decision

    def designs(self, named: tuple[str, ...]) -> frozenset[str]:
        """Ids of designs, with the groups among them spelled out."""
        return frozenset(design for n in named for design in self.groups.get(n, (n,)))

    def _of_design(self, design: str) -> ByWord[_Ready]:
        """The rules that a study of this design may meet."""
        if design not in self._by_design:
            if len(self._by_design) > _MOST_DESIGNS:
                self._by_design.clear()
            self._by_design[design] = ByWord((one, one.needs) for one in self._ready() if one.is_about(design))
        return self._by_design[design]

    def _ready(self) -> list[_Ready]:
        if not self._made:
            self._made.extend(map(self._made_ready, self.rules))
        return self._made

    def _made_ready(self, rule: FactRule) -> _Ready:
        text, unless = tuple(map(sought, rule.text)), tuple(map(sought, rule.unless))
        return _Ready(rule, self.designs(rule.designs), self.designs(rule.not_designs), text, either(text), unless)


def _within(number: int | None, least: int | None, most: int | None) -> bool:
    """Whether a number lies within limits; one that is not known lies within none."""
    if least is None and most is None:
        return True
    return number is not None and (least is None or number >= least) and (most is None or number <= most)
