"""Studies that stay on disk: a mapping that reads one when it is asked for, with what must be quick beside it.

    write(folder, ((study, Record.of(study)) for study in studies), atlas.concepts_in)
    shelf = Shelf.open(folder)
    shelf["see-1996-alpha-interferon"]      # read from the file; the last thousand are kept

``studies.jsonl`` holds the entries, one a line, in the order of their ids; ``studies.columns`` where each begins, its
checksum, and the few facts that are asked of all studies at once: digests, years, days, identifiers, concepts, links.
"""

import json
import mmap
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from entries import columns, store
from entries.columns import MEND, Column, Texts, pack
from entries.errors import StoreError
from entries.packed import Record
from entries.stored import Stored
from entries.study import Link, Study

LINES, FACTS = "studies.jsonl", "studies.columns"
KIND = "shelf 1"  # raise the number when columns change: a build made before is then made anew
KEPT = 1_000  # studies that are kept after they were read: about 15 MB


class Shelf(Stored):
    """The studies by id, in alphabetical order. Safe to use from several threads; damage is told when it is met."""

    def __init__(self, folder: Path, facts: columns.Columns, lines: memoryview) -> None:
        self.folder = folder
        self._facts = facts
        self._lines = lines
        self.ids: list[str] = Texts(facts["ids"]).many()
        self._row = {study_id: row for row, study_id in enumerate(self.ids)}
        self._concepts = Texts(facts["concepts"])
        self._identifiers = Texts(facts["identifiers"])
        self.findings: int = facts.about["findings"]
        self._read = lru_cache(KEPT)(self._fresh)

    @classmethod
    def open(cls, folder: Path) -> "Shelf":
        """Open what :func:`write` wrote. Raises StoreError where it is missing or not whole."""
        facts = columns.read(folder / FACTS, KIND)
        path = folder / LINES
        try:
            with path.open("rb") as file:
                size = file.seek(0, 2)
                lines = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) if size else memoryview(b"")
        except (OSError, ValueError) as error:
            raise StoreError(f"{path}: cannot be read ({error}); {MEND}") from error
        if size != facts["starts"][-1]:
            raise StoreError(f"{path}: has {size:,} bytes and not the {facts['starts'][-1]:,} written; {MEND}")
        return cls(folder, facts, lines)

    def __getitem__(self, study_id: str) -> Study:
        return self._read(self._row[study_id])

    def __contains__(self, study_id: object) -> bool:
        return study_id in self._row

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def passing(self, ids: Iterable[str]) -> Iterator[Study]:
        """These studies, each read as its turn comes. Raises KeyError."""
        return (self._fresh(self._row[study_id]) for study_id in ids)

    def _fresh(self, row: int) -> Study:
        line = self._lines[self._facts["starts"][row] : self._facts["starts"][row + 1]]
        try:
            if zlib.crc32(line) != self._facts["checks"][row]:
                raise ValueError("it is not what was written")
            return Study.model_validate_json(bytes(line))
        except (ValueError, ValidationError) as error:
            raise StoreError(f"{self.folder / LINES}, line {row + 1}: damaged ({error}); {MEND}") from error

    @property
    def digests(self) -> Mapping[str, str]:
        """Content digest (SHA-256, hex) by id."""
        return _Digests(self, self._facts["digests"])

    def year(self, study_id: str) -> int:
        """Year of publication. Raises KeyError."""
        return int(self._facts["years"][self._row[study_id]])

    def updated(self, study_id: str) -> date:
        """Day of the last change. Raises KeyError."""
        return date.fromordinal(self._facts["days"][self._row[study_id]])

    @property
    def modified(self) -> date | None:
        """The latest of these days; None without studies."""
        days = self._facts["days"]
        return date.fromordinal(max(days)) if len(days) else None

    def identified(self, identifier: str) -> tuple[str, ...]:
        """Ids of the studies with this PMID, PMCID or DOI, as :func:`identifiers` writes them."""
        at, found = bisect_left(self._identifiers, identifier), []
        while at < len(self._identifiers) and self._identifiers[at] == identifier:
            found.append(self.ids[self._facts["identified"][at]])
            at += 1
        return tuple(found)

    def with_any(self, concepts: Iterable[str]) -> tuple[str, ...]:
        """Ids of the studies that use any of these concepts in any role; sorted."""
        rows: set[int] = set()
        for place in map(self._concepts.find, concepts):
            if place is not None:
                start, end = self._facts["using_starts"][place : place + 2]
                rows.update(self._facts["using"][start:end])
        return tuple(self.ids[row] for row in sorted(rows))

    def links_to(self) -> dict[str, tuple[tuple[str, Link], ...]]:
        """By id of the study linked to: (id of the linking study, its link)."""
        held = json.loads(bytes(self._facts["links"]))
        return {target: tuple((i, Link.model_validate(k)) for i, k in links) for target, links in held.items()}


class _Digests(Mapping[str, str]):
    """Digests as bytes on disk, as text when asked for."""

    def __init__(self, shelf: Shelf, digests: memoryview) -> None:
        self._shelf, self._digests = shelf, digests

    def __getitem__(self, study_id: str) -> str:
        row = self._shelf._row[study_id]
        return bytes(self._digests[row * 32 : row * 32 + 32]).hex()

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf)

    def __len__(self) -> int:
        return len(self._shelf)


def identifiers(study: Study) -> Iterator[str]:
    """PMID, PMCID and DOI (in small letters) that a study can be asked for by."""
    yield from (text for text in (study.pmid, study.pmcid) if text)
    if study.doi:
        yield study.doi.lower()


def write(folder: Path, studies: Iterable[tuple[Study, Record]], concepts: Callable[[Study], Iterable[str]]) -> None:
    """Write studies, sorted by id, for :meth:`Shelf.open`, in one pass over them. Raises StoreError.

    ``concepts``: every concept that a study uses, in any role.
    """
    facts = _Facts()
    with store.writing(folder / LINES) as file:
        for study, record in studies:
            file.write(record.line)
            facts.add(study, record, concepts(study))
    columns.write(folder / FACTS, {"kind": KIND, "findings": facts.findings}, facts.columns())


class _Facts:
    """The columns of a shelf while it is written."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._digests = bytearray()
        self._starts, self._checks = array("Q", [0]), array("I")
        self._years, self._days = array("i"), array("i")
        self._identifiers: list[tuple[str, int]] = []
        self._using: dict[str, array[int]] = {}
        self._links: dict[str, list[tuple[str, Any]]] = {}
        self.findings = 0

    def add(self, study: Study, record: Record, concepts: Iterable[str]) -> None:
        """Note one study, what it was written as, and the concepts that it uses."""
        row = len(self._ids)
        self._identifiers += ((text, row) for text in identifiers(study))
        for concept in dict.fromkeys(concepts):
            self._using.setdefault(concept, array("I")).append(row)
        for link in study.links:
            self._links.setdefault(link.study, []).append((study.id, link.model_dump(mode="json")))
        self._ids.append(study.id)
        self.findings += len(study.findings)
        self._digests += bytes.fromhex(record.digest)
        self._starts.append(self._starts[-1] + len(record.line))
        self._checks.append(zlib.crc32(record.line))
        self._years.append(study.year)
        self._days.append(study.updated.toordinal())

    def columns(self) -> dict[str, Column]:
        """Everything noted."""
        starts, using = array("I", [0]), array("I")
        for concept in sorted(self._using):
            using.extend(self._using[concept])
            starts.append(len(using))
        self._identifiers.sort()
        return {
            "ids": pack(self._ids),
            "digests": bytes(self._digests),
            "starts": self._starts,
            "checks": self._checks,
            "years": self._years,
            "days": self._days,
            "identifiers": pack(text for text, _ in self._identifiers),
            "identified": array("I", [n for _, n in self._identifiers]),
            "concepts": pack(sorted(self._using)),
            "using_starts": starts,
            "using": using,
            "links": json.dumps(self._links, ensure_ascii=False).encode(),
        }
