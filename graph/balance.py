"""For and against: what the studies of a concept found on it, one verdict a study.

    found = balance(atlas, "cortisol")
    found.counts("pem-required")        # {"decreased": 3, "no-difference": 1}: studies, retracted ones left out

Counting is not weighing: a verdict knows nothing of how good a study was, so its level and size go with it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from entries.atlas import Atlas
from entries.study import Direction, Relation, Study
from graph.nodes import concept_node, unknown_entry
from graph.postings import members, postings

UNDIRECTED = "none"  # the verdict of a study whose findings give no direction
# What a study found between groups or over time says more than what went with what: it decides where there are both.
COMPARED = (Direction.INCREASED, Direction.DECREASED, Direction.NO_DIFFERENCE, Direction.MIXED)
VERDICTS = (*(direction.value for direction in Direction), UNDIRECTED)


@dataclass(frozen=True, slots=True)
class Said:
    """What one study found: its ``verdict``, and the numbers (from 1) of the findings it rests on."""

    study: str
    verdict: str
    findings: tuple[int, ...]
    level: str
    size: int | None
    pem: str
    retracted: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """What every study with a finding on a concept, or on one below it, says; strongest evidence first, then newest."""

    concept: str
    studies: tuple[Said, ...]

    def counts(self, pem: str | None = None) -> dict[str, int]:
        """Studies by verdict, in the order of VERDICTS, retracted ones left out; ``pem``: those of one status only."""
        found = Counter(s.verdict for s in self.studies if not s.retracted and pem in (None, s.pem))
        return {verdict: found[verdict] for verdict in VERDICTS if found[verdict]}


def balance(atlas: Atlas, concept_id: str) -> Balance:
    """Weigh up a concept. Raises UnknownNode for an unknown one."""
    if concept_id not in atlas.vocabulary:
        raise unknown_entry(atlas, f"concept:{concept_id}")
    lists, wanted = postings(atlas), {concept_id, *atlas.vocabulary.descendants(concept_id)}
    bits = 0
    for concept in wanted:
        bits |= lists.bits(concept_node(atlas.vocabulary, concept))
    said = (_said(atlas, atlas.studies[i], wanted) for i in lists.ids(members(bits)))
    return Balance(concept_id, tuple(s for s in said if s is not None))


def _said(atlas: Atlas, study: Study, wanted: set[str]) -> Said | None:
    """One study's verdict; None where it has no finding on what is wanted."""
    numbers = tuple(n for n, f in enumerate(study.findings, 1) if not wanted.isdisjoint(f.concepts))
    if not numbers:
        return None
    return Said(
        study=study.id,
        verdict=verdict(study.findings[n - 1].direction for n in numbers),
        findings=numbers,
        level=study.evidence_level,
        size=study.participants.size,
        pem=str(atlas.pem(study.id).status),
        retracted=is_retracted(atlas, study.id),
    )


def is_retracted(atlas: Atlas, study_id: str) -> bool:
    """Whether another study of the atlas retracts this one."""
    return any(link.relation is Relation.RETRACTS for _, link in atlas.links_to(study_id))


def verdict(directions: Iterable[Direction | None]) -> str:
    """One word for the findings of one study: theirs if they agree, ``mixed`` if they do not.

    Associations count only where nothing was compared; findings without a direction only where no other has one.
    """
    given = {direction for direction in directions if direction is not None}
    deciding = given & set(COMPARED) or given
    if not deciding:
        return UNDIRECTED
    return deciding.pop().value if len(deciding) == 1 else Direction.MIXED.value
