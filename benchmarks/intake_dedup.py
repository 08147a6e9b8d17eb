"""How well duplicates are found, on a reference list in which people marked them (a CSV of ASySD's form).

``source`` says which record is the one to keep of each study (``unique``) and which are more of it (``duplicate``);
which duplicate belongs to which study is not said. A group that holds no kept record has lost one duplicate, and one
that holds several has swallowed studies.
"""

import csv
import gzip
from pathlib import Path
from typing import NamedTuple

from intake.deduplicate import StudyGroup, deduplicate
from intake.names import authors
from intake.normalise import normalise
from intake.record import Origin, Record, Section


class Figures(NamedTuple):
    """Duplicates found, missed, and studies that were taken for duplicates."""

    found: int
    missed: int
    wrong: int

    @property
    def recall(self) -> float:
        """Share of the duplicates that were found."""
        return self.found / ((self.found + self.missed) or 1)

    @property
    def precision(self) -> float:
        """Share of what was merged that is a duplicate."""
        return self.found / ((self.found + self.wrong) or 1)


def labelled(path: Path) -> list[tuple[Record, bool]]:
    """(record, whether it is a duplicate) of each row."""
    with gzip.open(path, "rt", encoding="latin-1", newline="") as file:
        return [(_record(row, path, n), row["source"] == "duplicate") for n, row in enumerate(csv.DictReader(file), 1)]


def _record(row: dict[str, str], path: Path, number: int) -> Record:
    value = {key: None if text in ("", "NA") else text for key, text in row.items()}
    abstract = value["abstract"]
    return normalise(
        Record(
            origin=Origin(format="csv", path=str(path), number=number),
            title=value["title"],
            journal=value["journal"],
            year=int(row["year"]) if row["year"].isdigit() else None,
            volume=value["volume"],
            issue=value["number"],
            pages=value["pages"],
            doi=value["doi"],
            authors=authors(_names(value["author"] or "")),
            abstract=(Section(text=abstract),) if abstract else (),
        )
    )


def _names(joined: str) -> list[str]:
    """``Adeli K.Lewis G. F.`` has no sign between two names but a full stop before a capital letter."""
    parts, start = [], 0
    for place in range(1, len(joined) - 1):
        if joined[place - 1] == "." and joined[place].isupper() and joined[place + 1].islower():
            parts.append(joined[start:place])
            start = place
    return [name.replace(".", "").strip() for name in (*parts, joined[start:])]


def figures(groups: tuple[StudyGroup, ...], duplicate: dict[int, bool]) -> Figures:
    """The figures of groups, given which record (by its number) is a duplicate."""
    found = missed = wrong = 0
    for group in groups:
        extra = sum(duplicate[m.origin.number] for m in group.members)
        kept = len(group.members) - extra
        found += extra if kept else extra - 1
        missed += 0 if kept else 1
        wrong += max(0, kept - 1)
    return Figures(found, missed, wrong)


def measure(path: Path) -> Figures:
    """The figures of the whole file."""
    rows = labelled(path)
    return figures(deduplicate(record for record, _ in rows), {r.origin.number: d for r, d in rows})
