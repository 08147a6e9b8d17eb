"""Studies that stay on disk: a mapping that reads one when it is asked for, with what must be quick beside it.

    shelf = Shelf.open(folder)              # where :func:`entries.shelving.write` wrote them
    shelf["see-1996-alpha-interferon"]      # read from the file; those asked for last are kept

``studies.jsonl`` holds the entries, one a line, in the order of their ids; ``studies.columns`` where each begins, its
checksum, and the few facts that are asked of all studies at once: digests, years, days, identifiers, concepts, links.
A shelf that was made from another shares its ``studies.jsonl``; what came since is in ``studies.later.jsonl``.
"""

import json
import os
import zlib
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from heapq import nlargest, nsmallest
from pathlib import Path
from threading import Lock
from typing import Any

from pydantic import ValidationError

from entries import columns
from entries.columns import MEND, Columns, Texts
from entries.digests import Digests
from entries.errors import StoreError
from entries.glance import Glance, written_byline
from entries.packed import Record
from entries.stored import Stored
from entries.study import Heading, Link, Study

LINES, LATER, FACTS = "studies.jsonl", "studies.later.jsonl", "studies.columns"
KIND = "shelf 2"  # raise the number when columns change: a build made before is then made anew
KEPT = 250  # studies that are kept after they were read: about 4 MB
LOOKED_AT = 200  # glances that are kept: less than 1 MB


class Shelf(Stored):
    """The studies by id, in alphabetical order. Safe to use from several threads; damage is told when it is met."""

    def __init__(self, folder: Path, facts: Columns, lines: "Lines", later: "Lines") -> None:
        self.folder = folder
        self.facts = facts
        self.lines, self.later = lines, later
        self.ids: list[str] = Texts(facts["ids"]).many()
        self._row = {study_id: row for row, study_id in enumerate(self.ids)}
        self._concepts = Texts(facts["concepts"])
        self._identifiers = Texts(facts["identifiers"])
        self.findings: int = facts.about["findings"]
        self._read = lru_cache(KEPT)(self._fresh)
        self._looked_at = lru_cache(LOOKED_AT)(self._glance)

    @classmethod
    def open(cls, folder: Path) -> "Shelf":
        """Open what :func:`entries.shelving.write` wrote. Raises StoreError where it is missing or not whole."""
        facts = columns.read(folder / FACTS, KIND)
        try:
            lines, later = (Lines(folder / name, facts.about["bytes"][name]) for name in (LINES, LATER))
        except KeyError as error:
            raise StoreError(f"{folder / FACTS}: does not say {error}; {MEND}") from error
        return cls(folder, facts, lines, later)

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

    def row(self, study_id: str) -> int | None:
        """The place of a study among all; None where it is not there."""
        return self._row.get(study_id)

    def line(self, row: int) -> bytes:
        """The line of the study at a place, as it was written. Raises StoreError where it is damaged."""
        start, length = self.facts["starts"][row], self.facts["lengths"][row]
        beyond = start - len(self.lines)
        line = self.lines.read(start, length) if beyond < 0 else self.later.read(beyond, length)
        if zlib.crc32(line) != self.facts["checks"][row]:
            reason = f"study '{self.ids[row]}': damaged, it is not what was written"
            raise StoreError(f"{self.folder / (LINES if beyond < 0 else LATER)}, {reason}; {MEND}")
        return line

    def check(self, ids: Iterable[str]) -> None:
        """Hold the lines of studies against their checksums. Raises KeyError, and StoreError where one is damaged."""
        for study_id in ids:
            self.line(self._row[study_id])

    def heading(self, study_id: str) -> Heading:
        """What a study is called in a list, without making the study. Raises KeyError, and StoreError where damaged."""
        written = json.loads(self.line(self._row[study_id]))
        return Heading(written["title"], written_byline(written["authors"]), written["year"])

    def glance(self, study_id: str) -> Glance:
        """What a list shows of a study, without making the study. Raises KeyError, and StoreError where damaged."""
        return self._looked_at(self._row[study_id])

    def _glance(self, row: int) -> Glance:
        line = self.line(row)
        try:
            return Glance.read(line)
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{self.folder}, study '{self.ids[row]}': damaged ({error}); {MEND}") from error

    def _fresh(self, row: int) -> Study:
        line = self.line(row)
        try:
            return Study.model_validate_json(line)
        except ValidationError as error:
            raise StoreError(f"{self.folder}, study '{self.ids[row]}': damaged ({error}); {MEND}") from error

    @property
    def digests(self) -> Digests:
        """Content digest (SHA-256, hex) by id."""
        return Digests(self.ids, self.facts["digests"], self._row)

    def linking(self, ids: Collection[str]) -> set[str]:
        """Ids of the studies that have a link to any of these."""
        return {source for links in self.pointing(ids).values() for source, _ in links}

    def pointing(self, ids: Collection[str]) -> dict[str, list[tuple[str, dict[str, Any]]]]:
        """By id of those of these that are linked to: (id of the linking study, its link as it is written)."""
        held = json.loads(bytes(self.facts["links"]))
        return {target: held[target] for target in ids if target in held}

    def altered(self, records: Mapping[str, Record], removed: Collection[str]) -> Stored:
        """These studies with some put in, or in the place of others, and some taken out."""
        from entries.overlaid import Overlaid  # which is made of this class

        return Overlaid(self, records, removed)

    def year(self, study_id: str) -> int:
        """Year of publication. Raises KeyError."""
        return int(self.facts["years"][self._row[study_id]])

    def newest(self, ids: Iterable[str], count: int) -> list[str]:
        """So many of these studies, the newest first, of one year by id. Raises KeyError."""
        years, size = self.facts["years"], len(self.ids)
        keys = [row - years[row] * size for row in map(self._row.__getitem__, ids)]  # the rows are in the order of ids
        return [self.ids[key % size] for key in nsmallest(count, keys)]

    def updated(self, study_id: str) -> date:
        """Day of the last change. Raises KeyError."""
        return date.fromordinal(self.facts["days"][self._row[study_id]])

    @property
    def modified(self) -> date | None:
        """The latest of these days; None without studies."""
        days = self.facts["days"]
        return date.fromordinal(max(days)) if len(days) else None

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year of publication; None without studies."""
        years = self.facts["years"]
        return (min(years), max(years)) if len(years) else None

    def latest(self, count: int) -> tuple[str, ...]:
        """Ids of the studies changed last; of one day the youngest first, of one year the last by id."""
        days = zip(self.facts["days"], self.facts["years"], self.ids, strict=True)
        return tuple(study_id for *_, study_id in nlargest(count, days))

    def identified(self, identifier: str) -> tuple[str, ...]:
        """Ids of the studies with this PMID, PMCID or DOI, as :func:`entries.shelving.identifiers` writes them."""
        at, found = bisect_left(self._identifiers, identifier), []
        while at < len(self._identifiers) and self._identifiers[at] == identifier:
            found.append(self.ids[self.facts["identified"][at]])
            at += 1
        return tuple(found)

    def with_any(self, concepts: Iterable[str]) -> tuple[str, ...]:
        """Ids of the studies that use any of these concepts in any role; sorted."""
        rows: set[int] = set()
        for place in map(self._concepts.find, concepts):
            if place is not None:
                start, end = self.facts["using_starts"][place : place + 2]
                rows.update(self.facts["using"][start:end])
        return tuple(self.ids[row] for row in sorted(rows))

    def links_to(self) -> dict[str, tuple[tuple[str, Link], ...]]:
        """By id of the study linked to: (id of the linking study, its link)."""
        held = json.loads(bytes(self.facts["links"]))
        return {target: tuple((i, Link.model_validate(k)) for i, k in links) for target, links in held.items()}


class Lines:
    """A file of so many bytes; one of none need not be there.

    It is read and not mapped into memory: what was read does not count as memory of the process, and a file that
    somebody cuts short is damage to be told, where a mapped one would end the process.
    """

    def __init__(self, path: Path, size: int) -> None:
        """Raises StoreError where it is missing or has another size."""
        self.path, self._size, self._lock = path, size, Lock()
        if not size:
            return
        try:
            self._file = path.open("rb", buffering=0)
            found = self._file.seek(0, 2)
        except OSError as error:
            raise StoreError(f"{path}: cannot be read ({error}); {MEND}") from error
        if found != size:
            raise StoreError(f"{path}: has {found:,} bytes and not the {size:,} written; {MEND}")

    def __len__(self) -> int:
        return self._size

    def read(self, start: int, length: int) -> bytes:
        """So many bytes from a place, fewer where the file ends, for any thread. Raises StoreError."""
        if not length:
            return b""
        try:
            if hasattr(os, "pread"):
                return os.pread(self._file.fileno(), length, start)
            with self._lock:
                self._file.seek(start)
                return self._file.read(length)
        except OSError as error:
            raise StoreError(f"{self.path}: cannot be read ({error}); {MEND}") from error
