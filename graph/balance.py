"""For and against: what the studies of a concept found on it, one verdict a study.

    found = balance(atlas, "cortisol")
    found.counts("pem-required")        # {"decreased": 3, "no-difference": 1}: studies, retracted ones left out

Counting is not weighing: a verdict knows nothing of how good a study was, so its level and size go with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from entries.atlas import Atlas
from entries.kept import Kept
from entries.policy import PemStatus
from entries.study import Relation
from graph.claims import Claims, Told
from graph.directions import COMPARED, UNDIRECTED, VERDICTS, verdict
from graph.lists import NOT_TOLD, STATUSES
from graph.nodes import concept_node, unknown_entry
from graph.postings import Postings, postings

__all__ = ["COMPARED", "UNDIRECTED", "VERDICTS", "Balance", "Said", "Weighed", "balance", "is_retracted", "verdict"]
_CLAIMS: "Kept[Postings, Claims]" = Kept(lambda lists: Claims(lists))


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


class Weighed(Sequence[Said]):
    """The studies that say something, strongest evidence first, then newest; each is put into words when asked for."""

    def __init__(self, atlas: Atlas, told: Told, chosen: np.ndarray) -> None:
        self._atlas, self._lists = atlas, postings(atlas)  # the lists alone would not keep the atlas
        self._told, self._chosen = told, chosen

    def __len__(self) -> int:
        return len(self._chosen)

    @overload
    def __getitem__(self, place: int) -> Said: ...
    @overload
    def __getitem__(self, place: slice) -> "Weighed": ...
    def __getitem__(self, place: int | slice) -> "Said | Weighed":
        if isinstance(place, slice):
            return Weighed(self._atlas, self._told, self._chosen[place])
        at = int(self._chosen[place])
        told, column, number = self._told, self._lists.columns, int(self._told.numbers[at])
        study_id = self._lists.studies[number]
        return Said(
            study=study_id,
            verdict=VERDICTS[told.verdicts[at]],
            findings=tuple(told.findings[told.starts[at] : told.starts[at + 1]].tolist()),
            level=self._lists.level(number),
            size=None if column["sizes"][number] == NOT_TOLD else column["sizes"][number],
            pem=STATUSES[column["pems"][number]],
            retracted=bool(column["retracted"][number]),
        )

    def with_pem(self, status: str) -> "Weighed":
        """Those with one PEM status."""
        code = STATUSES.index(PemStatus(status)) if status in STATUSES else -1
        return Weighed(self._atlas, self._told, self._chosen[self._column("pems") == code])

    @property
    def retracted(self) -> int:
        """How many of them are retracted."""
        return int(np.count_nonzero(self._column("retracted")))

    def counts(self) -> dict[str, int]:
        """Studies by verdict, in the order of VERDICTS, retracted ones left out."""
        counting = self._chosen[self._column("retracted") == 0]
        found = np.bincount(self._told.verdicts[counting], minlength=len(VERDICTS)).tolist()
        return {verdict: n for verdict, n in zip(VERDICTS, found, strict=True) if n}

    def _column(self, name: str) -> np.ndarray:
        """One fact of each of the studies."""
        column: np.ndarray = np.frombuffer(self._lists.columns[name], np.uint8)
        return column[self._told.numbers[self._chosen]]


@dataclass(frozen=True, slots=True)
class Balance:
    """What every study with a finding on a concept, or on one below it, says."""

    concept: str
    studies: Weighed

    def counts(self, pem: str | None = None) -> dict[str, int]:
        """Studies by verdict, in the order of VERDICTS, retracted ones left out; ``pem``: those of one status only."""
        return (self.studies if pem is None else self.studies.with_pem(pem)).counts()


def balance(atlas: Atlas, concept_id: str) -> Balance:
    """Weigh up a concept. Raises UnknownNode for an unknown one."""
    if concept_id not in atlas.vocabulary:
        raise unknown_entry(atlas, f"concept:{concept_id}")
    told = told_on(atlas, concept_id)
    return Balance(concept_id, Weighed(atlas, told, np.arange(len(told))))


def told_on(atlas: Atlas, concept_id: str) -> Told:
    """The verdicts on a concept of the vocabulary, those on narrower ones among them."""
    wanted = (concept_id, *atlas.vocabulary.descendants(concept_id))
    return claims(atlas).on(concept_node(atlas.vocabulary, concept) for concept in wanted)


def claims(atlas: Atlas) -> Claims:
    """The findings of an atlas by what they are about."""
    return _CLAIMS.of(postings(atlas))


def is_retracted(atlas: Atlas, study_id: str) -> bool:
    """Whether another study of the atlas retracts this one."""
    if any(link.relation is Relation.RETRACTS for _, link in atlas.links_to(study_id)):
        return True
    return study_id in atlas.studies and atlas.studies[study_id].is_noted_retracted
