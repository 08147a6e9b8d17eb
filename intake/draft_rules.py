"""The sentences of a draft as data: ``policy/draft.yaml`` read and checked, and the choice among them."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from entries.model import ConceptId, Model, Short
from intake.draft_results import Point, Telling, Why
from intake.sentences import Sentence

FILE = "draft"  # of the folder policy


class Kind(Model):
    """What a draft of certain designs opens with, and what such a design cannot show."""

    designs: tuple[ConceptId, ...] = Field(min_length=1)
    opening: Sentence
    limit: Sentence
    people: bool = True  # whether people take part in such a study at all


class People(Model):
    """How to say who took part, where the numbers in ``needs`` are known (and not equal, with ``differ``)."""

    needs: tuple[Literal["patients", "controls", "total"], ...] = ()
    differ: bool = False
    text: Sentence

    def fits(self, numbers: Mapping[str, int]) -> bool:
        """Whether every number that the sentence needs is known."""
        known = [numbers[name] for name in self.needs if name in numbers]
        return len(known) == len(self.needs) and (not self.differ or len(set(known)) == len(known))


class Definitions(Model):
    """How to say by which criteria people were let in: by ``one``, ``any`` or ``all`` of several."""

    one: Sentence
    any: Sentence
    all: Sentence


class Closing(Model):
    """How a summary ends: results ``quoted`` below, results ``untold``, ``plain`` where no results are to be had, or
    ``title`` where the record has no abstract."""

    quoted: Sentence
    untold: Sentence
    plain: Sentence
    title: Sentence


class Unread(Model):
    """What was not read: the ``paper``, or the ``abstract`` neither."""

    paper: Sentence
    abstract: Sentence


class Question(Model):
    """A question that stays open where a flag was set, a fact is missing, or the design is so."""

    text: Sentence
    flag: ConceptId | None = None
    missing: Literal["people"] | None = None
    design: ConceptId | None = None

    def arises(self, design: str, flags: Collection[str], missing: Collection[str]) -> bool:
        """Whether the study leaves the question open."""
        return self.flag in flags or self.missing in missing or self.design == design


class DraftRules(Model):
    """The whole of ``policy/draft.yaml``."""

    version: Short
    nobody: Short
    read: Closing
    results: Telling
    conclusions: tuple[Point, ...] = ()
    asks: tuple[Point, ...] = ()
    most_points: Annotated[int, Field(ge=0)] = 2  # conclusions, and questions that results raise
    why: tuple[Why, ...] = ()
    kinds: tuple[Kind, ...] = Field(min_length=1)
    people: tuple[People, ...] = ()
    definitions: Definitions
    topics: dict[ConceptId, Sentence] = Field(default_factory=dict)
    most_topics: Annotated[int, Field(ge=1)] = 4
    more: Short
    notices: dict[Short, Sentence] = Field(default_factory=dict)
    most_flags: Annotated[int, Field(ge=0)] = 5
    flags: dict[ConceptId, Sentence] = Field(default_factory=dict)
    within: dict[ConceptId, tuple[ConceptId, ...]] = Field(default_factory=dict)  # a flag, and those that it says, too
    unread: Unread
    silences: tuple[ConceptId, ...] = ()
    questions: tuple[Question, ...] = ()
    passed_over: Annotated[str, Field(max_length=5_000)] = ""

    @cached_property
    def _kind_of(self) -> dict[str, Kind]:
        return {design: kind for kind in reversed(self.kinds) for design in kind.designs}

    def kind(self, design: str) -> Kind:
        """The kind of a design; the last of the file for a design that none names."""
        return self._kind_of.get(design, self.kinds[-1])

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """Words of a title that are no part of an id."""
        return frozenset(self.passed_over.split())
