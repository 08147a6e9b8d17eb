"""How a claim stands: preliminary, replicated, contested, refuted or retracted, and why.

    judged = standing(atlas, "see-1996-alpha-interferon")
    judged.standing, judged.reasons

Derived, never entered: from what studies say of each other (their links) and from the directions of findings on the
same concepts together (a marker; a treatment with an outcome). A standing is not an evidence level: a strong study can
be preliminary, a weak one replicated. Directions agree or differ by the word alone; what was compared with what may not
be the same, so the reasons name the studies.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from entries.atlas import Atlas
from entries.study import Relation, Study
from graph.agreement import Agreement, Own, Subject, agreed
from graph.balance import is_retracted
from graph.postings import LEVELS
from graph.standings import Standing

AGREEING = 2  # other studies with the same direction that make a claim replicated where no link says so
MOST_NAMED = 200  # studies that a reason names, strongest evidence first


class Reason(NamedTuple):
    """Why: words, and the ids of the studies that they are about."""

    words: str
    studies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A standing with every reason for it."""

    standing: Standing
    reasons: tuple[Reason, ...]


class Ground(NamedTuple):
    """What a standing rests on, without the studies that agree or differ: these may be thousands.

    ``studies``: those whose links decide. ``subject``: the concepts on which other studies found the same, or, where
    ``same`` is False, something else; ``enough``: whether that settles it.
    """

    words: str
    studies: tuple[str, ...] = ()
    subject: Subject = frozenset()
    same: bool = False
    enough: bool = False


def standing(atlas: Atlas, study_id: str) -> Judged:
    """How the claims of one study stand. Links decide; directions only where no link says anything. Raises KeyError."""
    study, agreement = atlas.studies[study_id], agreed(atlas)
    own = agreement.own(study)
    found, grounds = judged(atlas, study, own)
    return Judged(found, tuple(_reason(agreement, study.id, own, ground) for ground in grounds))


def judged(atlas: Atlas, study: Study, own: Mapping[Subject, Own]) -> tuple[Standing, tuple[Ground, ...]]:
    """How the claims of a study of the atlas stand, and on what grounds. ``own``: what it compared."""
    return _Linked(atlas, study).judged() or _by_directions(atlas, own)


def _reason(agreement: Agreement, study_id: str, own: Mapping[Subject, Own], ground: Ground) -> Reason:
    """A ground with the studies that it is about."""
    if not ground.subject:
        return Reason(ground.words, ground.studies)
    found = own[ground.subject].verdict
    others = (i for i, v in agreement.saying(ground.subject) if (v == found) == ground.same and i != study_id)
    return Reason(ground.words, tuple(islice(others, MOST_NAMED)))


class _Linked:
    """What other studies say of one, by their links; retracted ones have no say."""

    def __init__(self, atlas: Atlas, study: Study) -> None:
        self._atlas, self._study = atlas, study
        self._retracting = tuple(i for i, link in atlas.links_to(study.id) if link.relation is Relation.RETRACTS)
        self._disputing = self._saying(Relation.DISPUTES)
        own = (link.study for link in study.links if link.relation is Relation.REPLICATES)
        confirmed = (i for i in own if i in atlas.studies and i != study.id and not is_retracted(atlas, i))
        self._agreeing = tuple(dict.fromkeys((*self._saying(Relation.REPLICATES), *confirmed)))

    def _saying(self, relation: Relation) -> tuple[str, ...]:
        others = (i for i, link in self._atlas.links_to(self._study.id) if link.relation is relation)
        return tuple(dict.fromkeys(i for i in others if i != self._study.id and not is_retracted(self._atlas, i)))

    def judged(self) -> tuple[Standing, tuple[Ground, ...]] | None:
        """The standing that the links give; None where they give none."""
        if self._retracting:
            return Standing.RETRACTED, (Ground("retracted by", self._retracting),)
        if self._study.is_noted_retracted:
            return Standing.RETRACTED, (Ground("retracted by a notice that is no entry here"),)
        grounds = tuple(
            Ground(words, studies)
            for words, studies in (("disputed by", self._disputing), ("replicated by or replicates", self._agreeing))
            if studies
        )
        if self._disputing and not self._agreeing and (stronger := tuple(self._stronger())):
            return Standing.REFUTED, (*grounds, Ground("stronger evidence, and nobody replicated it", stronger))
        if self._disputing:
            return Standing.CONTESTED, grounds
        return (Standing.REPLICATED, grounds) if self._agreeing else None

    def _stronger(self) -> Iterator[str]:
        """Disputing studies of a stronger evidence level than the one disputed."""
        rank = {c.id: n for n, c in enumerate(self._atlas.vocabulary.of_scheme(LEVELS))}
        own = rank.get(self._study.evidence_level, len(rank))
        for other in self._disputing:
            if rank.get(self._atlas.studies[other].evidence_level, len(rank)) < own:
                yield other


def _by_directions(atlas: Atlas, compared: Mapping[Subject, Own]) -> tuple[Standing, tuple[Ground, ...]]:
    """The standing that findings on the same concepts together give."""
    agreement = agreed(atlas)
    same, otherwise = [], []
    for subject, own in compared.items():
        alike, other = agreeing(agreement.tally(subject), own.verdict)
        if not alike and not other:
            continue
        named = " with ".join(sorted(map(atlas.vocabulary.label, subject)))
        if alike:
            same.append(Ground(f"found the same on {named}", (), subject, True, alike >= AGREEING))
        if other:
            otherwise.append(Ground(f"found otherwise on {named}", (), subject, False, True))
    grounds = (*same, *otherwise)
    if otherwise:
        return Standing.CONTESTED, grounds
    if any(ground.enough for ground in same):
        return Standing.REPLICATED, grounds
    return Standing.PRELIMINARY, grounds or (Ground("no other study here replicates, disputes or compares it"),)


def agreeing(tally: Mapping[str, int], verdict: str) -> tuple[int, bool]:
    """Of a study that found ``verdict``: how many others found the same, at most AGREEING; whether any did not."""
    return min(tally.get(verdict, 0) - 1, AGREEING), any(other != verdict for other in tally)
