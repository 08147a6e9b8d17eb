"""What remains: a switch that sets studies aside by their PEM status, on every page that counts studies.

The address has it (``remains=possible``, ``remains=required``), so that a link shows what its sender saw, nothing is
stored in the browser, and no page is counted otherwise than it says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from entries.atlas import Atlas
from entries.policy import PemStatus
from explorer.counted import counted
from graph.evidence import Evidence, everything
from graph.grid import with_narrower
from graph.postings import Postings, members, postings

NAME = "remains"  # in addresses
ALL, POSSIBLE, REQUIRED = "all", "possible", "required"
DROPPED: dict[str, tuple[str, ...]] = {
    ALL: (),
    POSSIBLE: (PemStatus.NOT_REQUIRED.value,),
    REQUIRED: (PemStatus.NOT_REQUIRED.value, PemStatus.UNCLEAR.value),
}


class Count(NamedTuple):
    """Studies that remain, of all studies."""

    kept: int
    every: int

    def __bool__(self) -> bool:
        return bool(self.kept)

    def __format__(self, spec: str) -> str:
        return str(self)

    def __str__(self) -> str:
        """``3 of 5``; ``5`` where all remain."""
        return f"{self.every:,}" if self.kept == self.every else f"{self.kept:,} of {self.every:,}"


@dataclass(frozen=True)
class Remains:
    """Which studies of an atlas count. ``kind``: ``all``, ``possible`` (PEM required or unclear) or ``required``."""

    atlas: Atlas
    kind: str = ALL

    @property
    def is_on(self) -> bool:
        """Whether any study may be set aside."""
        return self.kind != ALL

    @cached_property
    def is_possible(self) -> bool:
        """Whether the atlas has the statuses that the switch goes by."""
        return all(status.value in self.atlas.vocabulary for status in PemStatus)

    @property
    def dropped(self) -> tuple[str, ...]:
        """The statuses whose studies are set aside."""
        return DROPPED[self.kind]

    @property
    def args(self) -> list[tuple[str, str]]:
        """What an address says of it."""
        return [(NAME, self.kind)] if self.is_on else []

    @property
    def _lists(self) -> Postings:
        return postings(self.atlas)

    @cached_property
    def bits(self) -> int:
        """The studies that remain, as in :class:`graph.postings.Postings`."""
        return Evidence(dropped=self.dropped).bits(self._lists) if self.is_on else everything(self._lists)

    def keeps(self, study_id: str) -> bool:
        """Whether a study of the atlas remains."""
        return not self.is_on or bool(self._flags[self._lists.number[study_id]])

    @cached_property
    def _flags(self) -> np.ndarray:
        """Whether each study remains, by its number: asked a hundred thousand times, bits of a long number are slow."""
        flags: np.ndarray = np.zeros(len(self._lists.studies), bool)
        flags[members(self.bits)] = True
        return flags

    def kept(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Those of these studies that remain, in their order."""
        return tuple(study_id for study_id in ids if self.keeps(study_id))

    def with_concept(self, concept_id: str) -> Count:
        """Studies with a concept, or with one below it."""
        found = with_narrower(self._lists, concept_id)
        return Count((found & self.bits).bit_count(), found.bit_count())

    @cached_property
    def studies(self) -> Count:
        """All studies."""
        return Count(self.bits.bit_count(), len(self._lists.studies))

    @cached_property
    def findings(self) -> Count:
        """All findings."""
        by_status = counted(self.atlas).findings
        every = sum(by_status.values())
        return Count(every - sum(by_status.get(status, 0) for status in self.dropped), every)

    @cached_property
    def concepts(self) -> Count:
        """Concepts that any study has."""
        counts = [self.with_concept(concept_id) for concept_id in self.atlas.vocabulary]
        return Count(sum(c.kept > 0 for c in counts), sum(c.every > 0 for c in counts))

    def with_status(self, status: PemStatus) -> int:
        """How many studies of the whole atlas have a PEM status."""
        return self._lists.count(f"concept:{status.value}")


def kind_asked(given: str | None) -> str:
    """The kind that an address asks for; ``all`` where it says nothing, or what does not exist."""
    return given if given in DROPPED else ALL
