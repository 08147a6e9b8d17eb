"""How a claim stands: preliminary, replicated, contested, refuted or retracted, and why.

    judged = standing(atlas, "see-1996-alpha-interferon")
    judged.standing, judged.reasons

Derived, never entered: from what studies say of each other (their links) and from the directions of findings on the
same concepts together (a marker; a treatment with an outcome). A standing is not an evidence level: a strong study can
be preliminary, a weak one replicated. Directions agree or differ by the word alone; what was compared with what may not
be the same, so the reasons name the studies.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from entries.atlas import Atlas
from entries.study import Relation, Study
from graph.balance import COMPARED, VERDICTS, claims, is_retracted, verdict
from graph.nodes import concept_node
from graph.postings import LEVELS, postings

AGREEING = 2  # other studies with the same direction that make a claim replicated where no link says so
Subject = frozenset[str]  # the concepts that a finding names together
MOST_COMPARED = 200  # studies on one concept that are looked at, strongest evidence first


class Standing(StrEnum):
    """How a claim stands, weakest news first."""

    PRELIMINARY = "preliminary"
    REPLICATED = "replicated"
    CONTESTED = "contested"
    REFUTED = "refuted"
    RETRACTED = "retracted"


class Reason(NamedTuple):
    """Why: words, and the ids of the studies that they are about."""

    words: str
    studies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A standing with every reason for it."""

    standing: Standing
    reasons: tuple[Reason, ...]


def standing(atlas: Atlas, study_id: str) -> Judged:
    """How the claims of one study stand. Links decide; directions only where no link says anything. Raises KeyError."""
    study = atlas.studies[study_id]
    linked = _Linked(atlas, study)
    found = linked.judged()
    if found is not None:
        return found
    return _by_directions(atlas, study)


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

    def judged(self) -> Judged | None:
        """The standing that the links give; None where they give none."""
        if self._retracting:
            return Judged(Standing.RETRACTED, (Reason("retracted by", self._retracting),))
        if self._study.is_noted_retracted:
            return Judged(Standing.RETRACTED, (Reason("retracted by a notice that is no entry here"),))
        reasons = tuple(
            Reason(words, studies)
            for words, studies in (("disputed by", self._disputing), ("replicated by or replicates", self._agreeing))
            if studies
        )
        if self._disputing and not self._agreeing and (stronger := tuple(self._stronger())):
            return Judged(Standing.REFUTED, (*reasons, Reason("stronger evidence, and nobody replicated it", stronger)))
        if self._disputing:
            return Judged(Standing.CONTESTED, reasons)
        return Judged(Standing.REPLICATED, reasons) if self._agreeing else None

    def _stronger(self) -> Iterator[str]:
        """Disputing studies of a stronger evidence level than the one disputed."""
        rank = {c.id: n for n, c in enumerate(self._atlas.vocabulary.of_scheme(LEVELS))}
        own = rank.get(self._study.evidence_level, len(rank))
        for other in self._disputing:
            if rank.get(self._atlas.studies[other].evidence_level, len(rank)) < own:
                yield other


def _by_directions(atlas: Atlas, study: Study) -> Judged:
    """The standing that findings on the same concepts together give."""
    same: dict[Subject, tuple[str, ...]] = {}
    other: dict[Subject, tuple[str, ...]] = {}
    for subject in dict.fromkeys(frozenset(f.concepts) for f in study.findings if f.concepts):
        own = _verdict_on(study, subject)
        if own is not None and not any(c not in atlas.vocabulary or atlas.vocabulary.narrower(c) for c in subject):
            told = dict(_others(atlas, study, subject))
            same[subject] = tuple(i for i, v in told.items() if v == own)
            other[subject] = tuple(i for i, v in told.items() if v != own)
    reasons = (*_reasons(atlas, "found the same on", same), *_reasons(atlas, "found otherwise on", other))
    if any(other.values()):
        return Judged(Standing.CONTESTED, reasons)
    if any(len(ids) >= AGREEING for ids in same.values()):
        return Judged(Standing.REPLICATED, reasons)
    return Judged(Standing.PRELIMINARY, reasons or (Reason("no other study here replicates, disputes or compares it"),))


def _others(atlas: Atlas, study: Study, subject: Subject) -> Iterator[tuple[str, str]]:
    """(id, verdict) of the other studies that compared something on these very concepts together."""
    lists, nodes = postings(atlas), [concept_node(atlas.vocabulary, concept) for concept in sorted(subject)]
    rarest = min(map(lists.of, nodes), key=len)
    told = claims(atlas).together(nodes)
    for number, place in zip(told.numbers.tolist(), told.verdicts.tolist(), strict=True):
        if number > rarest[:MOST_COMPARED][-1]:
            return
        other, found = lists.studies[number], VERDICTS[place]
        if found in COMPARED and other != study.id and not is_retracted(atlas, other):
            yield other, found


def _verdict_on(study: Study, subject: Subject) -> str | None:
    """A study's verdict on concepts that its findings name together; None where it compared nothing on them."""
    found = verdict(f.direction for f in study.findings if frozenset(f.concepts) == subject)
    return found if found in COMPARED else None


def _reasons(atlas: Atlas, words: str, by_subject: dict[Subject, tuple[str, ...]]) -> Iterable[Reason]:
    def named(subject: Subject) -> str:
        return " with ".join(sorted(map(atlas.vocabulary.label, subject)))

    return tuple(Reason(f"{words} {named(subject)}", ids) for subject, ids in by_subject.items() if ids)
