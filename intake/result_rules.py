"""What ``policy/results.yaml`` says: sentences that tell results, words that point a way, and against whom."""

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from pydantic import Field

from entries.model import ConceptId, Model, Short
from entries.study import Direction
from intake.by_word import AnyOf, Lists
from intake.literals import folded
from intake.rulebook import Pattern, Rule, Rulebook
from intake.sought import sought

Frame = Literal["attribute", "predicate", "relation"]
Against = Literal["controls", "comparator", "before", "illness", "subgroup", "groups", "sample"]


class Cue(Model):
    """Words that point a way, and where the concept stands to them.

    ``attribute``: behind them (*higher lactate*); ``predicate``: before them (*lactate was higher*); ``relation``:
    anywhere in the clause (*lactate was associated with pain*).
    """

    id: Short
    direction: Direction
    frame: Frame
    text: tuple[Pattern, ...] = Field(min_length=1)
    against: Against | None = None  # where the words themselves say it, as a change is one against before
    schemes: tuple[ConceptId, ...] = ()  # only concepts of these; all that may point, where none is named
    among: Short | None = None  # only concepts of this list in ``words``, where one is named


class Comparison(Model):
    """Words that name whom or what a result is told against."""

    id: Short
    against: Against
    text: tuple[Pattern, ...] = Field(min_length=1)


class ResultRules(Rulebook):
    """The whole of the file; ``words`` and ``patterns`` are told there."""

    cues: tuple[Cue, ...] = ()
    comparisons: tuple[Comparison, ...] = ()

    def any_of(self, name: str) -> AnyOf:
        """The list of patterns of that name, ready to be looked for; empty where the file has none."""
        return self._lists.get(name, _NONE)

    @cached_property
    def _lists(self) -> dict[str, AnyOf]:
        return {name: AnyOf(map(sought, listed)) for name, listed in self.patterns.items()}

    def telling(self, text: str, words: frozenset[str]) -> Iterator[Rule]:
        """The rules of the file, in their order, that hold for a sentence with these words."""
        lists = self.kept("tell", lambda: Lists({rule.id: tuple(map(sought, rule.text)) for rule in self.rules}))
        by_id = self.kept("by-id", lambda: {rule.id: rule for rule in self.rules})
        small = folded(text)
        for name, patterns in lists.possible(words).items():
            if any(pattern.search(text, small) for pattern in patterns):
                yield by_id[name]


_NONE = AnyOf(())
