"""What became of each record that came in, and why: the report of an intake."""

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Literal, overload

from entries.model import Model
from entries.study import Notice, Study
from intake.lineage import Proposal
from intake.record import Decision, Origin, Record
from intake.tally import Counts

SHOWN = 10  # records on another subject that are told by name for each reason: there may be thousands
Fate = Literal["accepted", "merged", "known", "rejected", "blocked", "unreadable"]
FATES: dict[Fate, str] = {
    "accepted": "drafted as an entry",
    "merged": "the same study as another record of this run",
    "known": "in the atlas already",
    "rejected": "not about the disease, or not enough for an entry",
    "blocked": "drafted, but the wording scanner forbids it",
    "unreadable": "could not be read",
}


class Wording(Model):
    """One finding of the scanner in a draft."""

    rule: str
    severity: str
    field: str
    quote: str
    reason: str


class Outcome(Model):
    """One record: where it came from, what became of it, why, and every decision on the way with its evidence.

    Offsets of evidence point into the text of the normalised (and, if merged, completed) record.
    """

    name: str
    origins: tuple[Origin, ...]
    title: str | None = None
    fate: Fate
    study: str | None = None
    reason: str | None = None
    decisions: tuple[Decision, ...] = ()
    wording: tuple[Wording, ...] = ()


class Outcomes(Sequence[Outcome]):
    """Outcomes in the order of the records, whichever came first. Packed ones are unpacked each time they are read."""

    def __init__(self) -> None:
        self._kept: list[tuple[int, int, Outcome | bytes]] = []
        self._sorted = True
        self.astray: Counter[str | None] = Counter()  # records on another subject, by the reason
        self._shown: dict[str | None, list[bytes]] = {}  # the first of them
        self.fates: Counter[Fate] = Counter()

    def add(self, place: int, told: Outcome) -> None:
        """The outcome of the record with this number."""
        self._add(place, told, told.fate)

    def add_astray(self, place: int, told: bytes, reason: str | None) -> None:
        """That of a record on another subject, rejected for this reason, as compressed JSON."""
        self.astray[reason] += 1
        if len(first := self._shown.setdefault(reason, [])) < SHOWN:
            first.append(told)
        self._add(place, told, "rejected")

    def first_astray(self, reason: str | None) -> list[Outcome]:
        """The first records on another subject that were rejected for this reason, SHOWN at most."""
        return [_unpacked(told) for told in self._shown.get(reason, ())]

    def near(self) -> Iterator[Outcome]:
        """Those of all other records, in order."""
        self._in_order()
        return (told for _, _, told in self._kept if isinstance(told, Outcome))

    def _add(self, place: int, told: Outcome | bytes, fate: Fate) -> None:
        self.fates[fate] += 1
        self._kept.append((place, len(self._kept), told))
        self._sorted = False

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, index: int) -> Outcome: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Outcome]: ...
    def __getitem__(self, index: int | slice) -> Outcome | Sequence[Outcome]:
        self._in_order()
        if isinstance(index, slice):
            return [_unpacked(told) for _, _, told in self._kept[index]]
        return _unpacked(self._kept[index][2])

    def _in_order(self) -> None:
        if not self._sorted:
            self._kept.sort(key=itemgetter(0, 1))
            self._sorted = True


def _unpacked(told: Outcome | bytes) -> Outcome:
    return Outcome.model_validate_json(zlib.decompress(told)) if isinstance(told, bytes) else told


@dataclass(frozen=True, slots=True)
class Intake:
    """A whole run: the outcome of every record, the entries to write, and what entries of the atlas should have.

    ``proposals`` are links and ``noticed`` notices (by the id of the study) that they lack; ``stages`` counts what each
    stage did.
    """

    outcomes: Outcomes
    studies: tuple[Study, ...]
    proposals: tuple[Proposal, ...] = ()
    noticed: tuple[tuple[str, Notice], ...] = ()
    stages: Counts = field(default_factory=dict)

    def counts(self) -> dict[Fate, int]:
        """How many records met each fate, in the order of FATES; their sum is the number of records."""
        return {fate: self.outcomes.fates[fate] for fate in FATES}


def outcome(
    record: Record, fate: Fate, study: str | None, reason: str | None, decisions: Sequence[Decision]
) -> Outcome:
    """The outcome of a record that could be read."""
    return Outcome(
        name=record.name,
        origins=(record.origin,),
        title=record.title,
        fate=fate,
        study=study,
        reason=reason,
        decisions=tuple(decisions),
    )
