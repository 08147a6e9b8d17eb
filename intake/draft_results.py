"""What ``policy/draft.yaml`` says on results: how a finding is told, what may be concluded, and why it may matter."""

from collections.abc import Collection, Iterable

from pydantic import Field, model_validator

from entries.model import ConceptId, Model, Short
from entries.study import Direction
from intake.comparison import LINKS
from intake.result_rules import Against
from intake.results import Result
from intake.sentences import Sentence

_OTHERWISE: dict[Direction | None, tuple[Direction, ...]] = {
    Direction.INCREASED: (Direction.NO_DIFFERENCE,),
    Direction.DECREASED: (Direction.NO_DIFFERENCE,),
    Direction.NO_DIFFERENCE: (Direction.INCREASED, Direction.DECREASED),
    Direction.ASSOCIATED: (Direction.NOT_ASSOCIATED,),
    Direction.NOT_ASSOCIATED: (Direction.ASSOCIATED,),
}


class Lead(Model):
    """What a finding opens with in studies of some designs; of any design, where none is named."""

    designs: tuple[ConceptId, ...] = ()
    text: Sentence


class Telling(Model):
    """How a finding is told: a lead by design, which way, against whom, and the concepts."""

    leads: tuple[Lead, ...] = Field(min_length=1)
    open: Sentence
    directions: dict[Direction, Short]
    single: dict[Direction, Short]  # in place of these, where one concept alone is named
    than: dict[Against, Short]  # behind the words for more and less
    apart: dict[Against, Short]  # behind those for no difference
    unnamed: Short  # where nobody is named
    comparisons: dict[Against, Short]  # the field ``comparison`` of a finding
    most: int = Field(default=8, ge=0)

    @model_validator(mode="after")
    def _whole(self) -> "Telling":
        if missing := sorted(set(Direction) - set(self.directions)):
            raise ValueError(f"'directions' has no words for '{missing[0]}'; add them")
        if self.leads[-1].designs:
            raise ValueError("the last of 'leads' is for all other designs; add one without 'designs'")
        return self

    def text(self, result: Result, design: str, named: str) -> str:
        """The finding in a sentence of ours; ``named`` are its concepts by label."""
        if result.direction is None:
            return self.open.format(list=named)
        lead = next(lead.text for lead in self.leads if not lead.designs or design in lead.designs)
        words = self.directions if len(result.concepts) > 1 else self.directions | self.single
        told = f"{lead} {words[result.direction]}"
        if result.direction not in LINKS:
            behind = self.apart if result.direction is Direction.NO_DIFFERENCE else self.than
            told += f" {behind.get(result.against, self.unnamed) if result.against else self.unnamed}"
        return f"{told}: {named}."


class Point(Model):
    """A sentence that some results of some designs give rise to: a conclusion or a question."""

    text: Sentence
    directions: tuple[Direction, ...] = Field(min_length=1)
    against: tuple[Against, ...] = ()
    designs: tuple[ConceptId, ...] = ()
    not_designs: tuple[ConceptId, ...] = ()
    flag: ConceptId | None = None

    def concepts(self, results: Iterable[Result], design: str, flags: Collection[str]) -> tuple[str, ...]:
        """The concepts of the results that it is about; none where it does not arise."""
        fits = design in self.designs or not self.designs
        if not fits or design in self.not_designs or (self.flag and self.flag not in flags):
            return ()
        told = tuple(results)
        held = (r for r in told if r.direction in self.directions and (not self.against or r.against in self.against))
        # What another sentence tells otherwise, of the same comparison, is no conclusion of the whole.
        said = {(c, r.direction, _against(r)) for r in told for c in r.concepts}
        clear = (
            (
                c
                for c in r.concepts
                if not any((c, other, _against(r)) in said for other in _OTHERWISE.get(r.direction, ()))
            )
            for r in held
        )
        return tuple(dict.fromkeys(c for concepts in clear for c in concepts))


class Why(Model):
    """What a study of some designs is to be looked at for, where it was tagged with concepts of a scheme."""

    designs: tuple[ConceptId, ...] = ()
    scheme: ConceptId
    text: Sentence


def _against(result: Result) -> Against | None:
    """Whom it is told against; of things that go together it does not matter."""
    return None if result.direction in LINKS else result.against
