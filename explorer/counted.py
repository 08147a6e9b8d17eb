"""What is counted once over all studies of an atlas: in one pass at build, then read back by every process.

found = counted(atlas)          # made in one pass where no build has stored it
found.concepts["pain"], found.reviewed
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from heapq import nlargest
from pathlib import Path
from weakref import WeakKeyDictionary

from entries.atlas import Atlas
from entries.columns import MEND
from entries.errors import StoreError
from entries.store import write_atomic
from explorer.warned import warned_by

FILE = "counted.json"
FORMAT = 3  # raise it when what is counted changes: a build made before is then made anew
RECENT = 5
_KNOWN: "WeakKeyDictionary[Atlas, Counted]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Counted:
    """Numbers of one atlas.

    ``concepts``: studies by concept, narrower ones included; ``named``: the concept itself in tags and findings only;
    ``subjects``: findings by concept; ``recent``: ids of the entries changed last; ``years``: first and last;
    ``warned``: ids of the studies that were retracted or stand in doubt; ``findings``: findings by PEM status of their
    study.
    """

    concepts: Mapping[str, int]
    named: Mapping[str, int]
    subjects: Mapping[str, int]
    recent: tuple[str, ...]
    reviewed: int
    years: tuple[int, int] | None
    warned: tuple[str, ...] = ()
    findings: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, atlas: Atlas) -> "Counted":
        """Count, in one pass over the studies."""
        return _in_one_pass(atlas)

    def write(self, folder: Path) -> None:
        """Store it in a build's folder. Raises StoreError."""
        write_atomic(folder / FILE, json.dumps({"format": FORMAT, **asdict(self)}).encode())


def counted(atlas: Atlas) -> Counted:
    """The numbers of an atlas: those that :func:`recall` gave it, else counted now and kept as long as it."""
    found = _KNOWN.get(atlas)
    if found is None:
        found = _KNOWN[atlas] = Counted.of(atlas)
    return found


def recall(atlas: Atlas, folder: Path) -> None:
    """Give an atlas the numbers that its build stored. Raises StoreError where they are missing or damaged."""
    try:
        held = json.loads((folder / FILE).read_bytes())
        if held.pop("format") != FORMAT:
            raise ValueError("another version of this program wrote it")
        years = tuple(held["years"]) if held["years"] else None
        recent = tuple(i for i in held["recent"] if i in atlas.studies)
        warned = tuple(i for i in held["warned"] if i in atlas.studies)
        _KNOWN[atlas] = Counted(**{**held, "years": years, "recent": recent, "warned": warned})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(f"{folder / FILE}: cannot be read ({error}); {MEND}") from error


def _in_one_pass(atlas: Atlas) -> Counted:
    above = {concept: atlas.vocabulary.closure((concept,)) for concept in atlas.vocabulary}
    concepts, named, subjects, years = Counter[str](), Counter[str](), Counter[str](), Counter[int]()
    findings = Counter[str]()
    recent: list[tuple[date, int, str]] = []
    reviewed = 0
    warned: set[str] = set()
    for study in atlas.studies.values():
        concepts.update({broad for c in atlas.concepts_in(study) for broad in above.get(c, (c,))})
        named.update({*study.tags.all(), *study.finding_concepts})
        subjects.update(c for finding in study.findings for c in finding.concepts)
        findings[str(atlas.badge(study).status)] += len(study.findings)
        years[study.year] += 1
        reviewed += bool(study.review.history)
        warned.update(warned_by(study))
        recent.append((study.updated, study.year, study.id))
        if len(recent) > 1_000:
            recent = nlargest(RECENT, recent)
    return Counted(
        concepts=dict(concepts),
        named=dict(named),
        subjects=dict(subjects),
        recent=tuple(study_id for *_, study_id in nlargest(RECENT, recent)),
        reviewed=reviewed,
        years=(min(years), max(years)) if years else None,
        warned=tuple(sorted(warned.intersection(atlas.studies))),
        findings=dict(findings),
    )
