"""What is counted once over all studies of an atlas: in one pass at build, then read back by every process.

found = counted(atlas)          # made in one pass where no build has stored it
found.concepts["pain"], found.reviewed
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from entries.atlas import Atlas
from entries.columns import MEND
from entries.digests import Difference
from entries.errors import StoreError
from entries.kept import Kept
from entries.store import write_atomic
from entries.study import Study
from explorer.warned import doubted_by_links, warned_by

FILE = "counted.json"
FORMAT = 4  # raise it when what is counted changes: a build made before is then made anew
RECENT = 5
_KNOWN: "Kept[Atlas, Counted]" = Kept(lambda atlas: Counted.of(atlas))


@dataclass(frozen=True, slots=True)
class Counted:
    """Numbers of one atlas.

    ``concepts``: studies by concept, narrower ones included; ``named``: the concept itself in tags and findings only;
    ``subjects``: findings by concept; ``recent``: ids of the entries changed last; ``years``: first and last;
    ``warned``: ids of the studies that were retracted or stand in doubt; ``findings``: findings by PEM status of their
    study; ``noticed``: ids of the studies whose own notices say that they were retracted or stand in doubt.
    """

    concepts: Mapping[str, int]
    named: Mapping[str, int]
    subjects: Mapping[str, int]
    recent: tuple[str, ...]
    reviewed: int
    years: tuple[int, int] | None
    warned: tuple[str, ...] = ()
    findings: Mapping[str, int] = field(default_factory=dict)
    noticed: tuple[str, ...] = ()

    @classmethod
    def of(cls, atlas: Atlas) -> "Counted":
        """Count, in one pass over the studies."""
        return _in_one_pass(atlas)

    def write(self, folder: Path) -> None:
        """Store it in a build's folder. Raises StoreError."""
        write_atomic(folder / FILE, json.dumps({"format": FORMAT, **asdict(self)}).encode())


def counted(atlas: Atlas) -> Counted:
    """The numbers of an atlas: those that :func:`recall` gave it, else counted now and kept as long as it."""
    return _KNOWN.of(atlas)


def recall(atlas: Atlas, folder: Path) -> None:
    """Give an atlas the numbers that its build stored. Raises StoreError where they are missing or damaged."""
    try:
        held = json.loads((folder / FILE).read_bytes())
        if held.pop("format") != FORMAT:
            raise ValueError("another version of this program wrote it")
        years = tuple(held["years"]) if held["years"] else None
        recent = tuple(i for i in held["recent"] if i in atlas.studies)
        warned = tuple(i for i in held["warned"] if i in atlas.studies)
        told = {"years": years, "recent": recent, "warned": warned, "noticed": tuple(held["noticed"])}
        _KNOWN[atlas] = Counted(**{**held, **told})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(f"{folder / FILE}: cannot be read ({error}); {MEND}") from error


class _Tally:
    """What is counted study by study, and so can be taken back for a study that is no longer as it was."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._above = {concept: atlas.vocabulary.closure((concept,)) for concept in atlas.vocabulary}
        self.concepts, self.named, self.subjects = Counter[str](), Counter[str](), Counter[str]()
        self.findings = Counter[str]()
        self.reviewed = 0
        self.noticed: set[str] = set()
        self.doubted: set[str] = set()

    def add(self, study: Study, times: int = 1) -> None:
        """Count a study; ``times`` -1 takes it back."""
        counted_as = {broad for c in self._atlas.concepts_in(study) for broad in self._above.get(c, (c,))}
        for counter, keys in (
            (self.concepts, counted_as),
            (self.named, {*study.tags.all(), *study.finding_concepts}),
            (self.subjects, [c for finding in study.findings for c in finding.concepts]),
        ):
            for key in keys:
                counter[key] += times
        self.findings[str(self._atlas.badge(study).status)] += times * len(study.findings)
        self.reviewed += times * bool(study.review.history)
        self.doubted.update(doubted := set(warned_by(study)))
        if times > 0 and study.id in doubted:
            self.noticed.add(study.id)
        else:
            self.noticed.discard(study.id)

    def counted(self, warned: Iterable[str]) -> Counted:
        """The numbers."""
        rows = self._atlas.studies.keys()
        return Counted(
            concepts=_ordered(self.concepts),
            named=_ordered(self.named),
            subjects=_ordered(self.subjects),
            recent=self._atlas.latest(RECENT),
            reviewed=self.reviewed,
            years=self._atlas.years,
            warned=tuple(sorted(rows & set(warned))),
            findings=_ordered(self.findings),
            noticed=tuple(sorted(self.noticed)),
        )


def _ordered(counter: Mapping[str, int]) -> dict[str, int]:
    return {key: count for key, count in sorted(counter.items()) if count}


def _in_one_pass(atlas: Atlas) -> Counted:
    tally = _Tally(atlas)
    for study in atlas.studies.values():
        tally.add(study)
    return tally.counted(tally.doubted)


def updated(before: Counted, was: Atlas, now: Atlas, changes: Difference) -> Counted:
    """The numbers of ``now`` from those of ``was``, which has the same vocabulary; only what changed is looked at."""
    tally = _Tally(now)
    for name in ("concepts", "named", "subjects", "findings"):
        getattr(tally, name).update(getattr(before, name))
    tally.reviewed, tally.noticed = before.reviewed, set(before.noticed)
    for study in was.passing(changes.stale):
        tally.add(study, -1)
    for study in now.passing(changes.fresh):
        tally.add(study)
    if not (tally.doubted or changes.added or changes.removed):
        return tally.counted(before.warned)
    return tally.counted({*tally.noticed, *doubted_by_links(now)})
