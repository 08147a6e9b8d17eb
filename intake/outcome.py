"""What became of each record that came in, and why: the report of an intake."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from entries.model import Model
from entries.study import Study
from intake.lineage import Proposal
from intake.record import Decision, Origin, Record

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


@dataclass(frozen=True, slots=True)
class Intake:
    """A whole run: the outcome of every record, the entries to write, and links that known entries should have."""

    outcomes: tuple[Outcome, ...]
    studies: tuple[Study, ...]
    proposals: tuple[Proposal, ...] = ()

    def counts(self) -> dict[Fate, int]:
        """How many records met each fate, in the order of FATES; their sum is the number of records."""
        met = Counter(outcome.fate for outcome in self.outcomes)
        return {fate: met[fate] for fate in FATES}


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
