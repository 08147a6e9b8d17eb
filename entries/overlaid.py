"""Studies of a shelf with some of them changed: what a build makes of the one before without reading all of it again.

now = shelf.altered({"maes-2007": Record.of(study)}, {"see-1996"})
now.shelve(folder, atlas.concepts_in)       # shares the file of studies, and writes what is new beside it
"""

import json
import os
import shutil
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np

from entries import columns, store
from entries.columns import Column, Texts, pack
from entries.digests import BYTES, Digests
from entries.errors import StoreError
from entries.packed import Record
from entries.regrouped import regrouped
from entries.shelf import FACTS, LATER, LINES, Shelf
from entries.shelving import Facts, about, identified_columns, identifiers, packed_links
from entries.stored import Stored
from entries.study import Study

MOST_LATER = 1 / 16  # of the bytes of all studies; from there on they are written anew, in the order of their ids
_SIZES = {"starts": "Q", "lengths": "I", "checks": "I", "years": "i", "days": "i"}


class Overlaid(Stored):
    """The studies of ``base``, with ``records`` put in or in the place of others, and ``removed`` taken out."""

    def __init__(self, base: Shelf, records: Mapping[str, Record], removed: Collection[str] = ()) -> None:
        self.base = base
        self.records = dict(sorted(records.items()))
        self.removed = frozenset(removed) - self.records.keys()

    def __getitem__(self, study_id: str) -> Study:
        if study_id in self.records:
            return self.records[study_id].study()
        if study_id in self.removed:
            raise KeyError(study_id)
        return self.base[study_id]

    def __contains__(self, study_id: object) -> bool:
        return study_id in self.records or (study_id not in self.removed and study_id in self.base)

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def ids(self) -> list[str]:
        """The ids in alphabetical order."""
        new = [study_id for study_id in self.records if study_id not in self.base]
        kept = [i for i in self.base.ids if i not in self.removed] if self.removed else self.base.ids
        return sorted((*kept, *new)) if new else kept

    def passing(self, ids: Iterable[str]) -> Iterator[Study]:
        """These studies, each made as its turn comes. Raises KeyError."""
        return (self[i] if i in self.records else next(self.base.passing((i,))) for i in self._known(ids))

    def _known(self, ids: Iterable[str]) -> Iterator[str]:
        for study_id in ids:
            if study_id not in self:
                raise KeyError(study_id)
            yield study_id

    @cached_property
    def digests(self) -> Digests:
        """Content digest (SHA-256, hex) by id."""
        came = b"".join(bytes.fromhex(record.digest) for record in self.records.values())
        held = np.concatenate((self.base.digests.rows, np.frombuffer(came, np.uint8).reshape(-1, BYTES)))
        return Digests(self.ids, held[self._from].tobytes())

    @cached_property
    def _from(self) -> np.ndarray:
        """For each study its row in the shelf, or, beyond these, its place among the records."""
        size = len(self.base)
        mine, held = list(self.records), self.base.digests
        if self.ids is self.base.ids:
            rows, at = np.arange(size), held.places(mine)
        else:
            place = {study_id: row for row, study_id in enumerate(self.ids)}
            rows, at = held.places(self.ids), np.fromiter(map(place.__getitem__, mine), np.int64, len(mine))
        rows[at] = size + np.arange(len(mine))
        return rows

    def linking(self, ids: Collection[str]) -> set[str]:
        """Ids of the studies that have a link to any of these."""
        found = {i for i in self.base.linking(ids) if i in self and i not in self.records}
        return found | {i for i, record in self.records.items() if record.links_to_any(ids)}

    def altered(self, records: Mapping[str, Record], removed: Collection[str]) -> "Overlaid":
        """These studies with some put in, or in the place of others, and some taken out."""
        kept = {i: record for i, record in self.records.items() if i not in removed}
        return Overlaid(self.base, {**kept, **records}, {*self.removed, *removed} - records.keys())

    def shelve(self, folder: Path, concepts: Callable[[Study], Iterable[str]]) -> None:
        """Write these studies for :meth:`Shelf.open`. Raises StoreError, too where what the shelf holds is damaged."""
        _Writing(self, concepts).write(folder)


class _Writing:
    """One shelf made from another."""

    def __init__(self, now: Overlaid, concepts: Callable[[Study], Iterable[str]]) -> None:
        self._now, self._base = now, now.base
        self._source = now._from
        size = len(self._base)
        row_of: np.ndarray = np.full(size + len(now.records), -1, np.int64)
        row_of[self._source] = np.arange(len(self._source))
        self._number, self._rows = row_of[:size], row_of[size:]  # the row now, of each before and of each record
        self._facts = Facts()
        self._old: list[Study] = []
        for study_id, record in now.records.items():
            study = record.study()
            self._facts.add(study, record, concepts(study))
            if study_id in self._base:
                self._old.append(self._base[study_id])
        self._old += self._base.passing(i for i in now.removed if i in self._base)

    def write(self, folder: Path) -> None:
        """Write the files; that of the facts last."""
        held, came = len(self._base.lines), b"".join(record.line for record in self._now.records.values())
        later = len(self._base.later) + len(came)
        found = self._columns()
        if later <= MOST_LATER * held:
            found["starts"][self._rows] += np.uint64(held + len(self._base.later))
            _share(self._base.folder / LINES, folder / LINES)
            store.write_atomic(folder / LATER, self._base.later.read(0, len(self._base.later)) + came)
        else:
            lengths: np.ndarray = found["lengths"].astype(np.uint64)
            found["starts"] = np.cumsum(lengths) - lengths
            held, later = self._copied(folder), 0
        findings = self._base.findings + self._facts.findings - sum(len(study.findings) for study in self._old)
        numbers = {name: _column(_SIZES.get(name), column) for name, column in found.items()}
        columns.write(folder / FACTS, about(findings, held, later), {**self._texts(), **numbers})

    def _copied(self, folder: Path) -> int:
        """Write all lines in the order of ids; how many bytes they are."""
        size, records = len(self._base), list(self._now.records.values())
        with store.writing(folder / LINES) as file:
            for source in self._source.tolist():
                file.write(self._base.line(source) if source < size else records[source - size].line)
            return file.tell()

    def _columns(self) -> dict[str, np.ndarray]:
        """What there is one of for each study. ``starts`` of records count from the first of them."""
        found = {}
        for name, came in self._facts.numbers().items():
            kind = np.dtype(_SIZES.get(name, f"V{BYTES}"))
            both = (np.frombuffer(self._base.facts[name], kind), np.frombuffer(came, kind))
            found[name] = np.concatenate(both)[self._source]
        return found

    def _texts(self) -> dict[str, Column]:
        """What is found by a text; as it was where nothing of it has changed."""
        same = self._now.ids is self._base.ids
        ids = bytes(self._base.facts["ids"]) if same else pack(self._now.ids)
        return {"ids": ids, **self._identified(), **self._using(), "links": self._links()}

    def _identified(self) -> dict[str, Column]:
        facts, rows = self._base.facts, self._rows.tolist()
        came = [(text, rows[at]) for text, at in self._facts.identifiers]
        gone = sorted((text, self._base.row(study.id)) for study in self._old for text in identifiers(study))
        if self._now.ids is self._base.ids and gone == sorted(came):
            return {"identifiers": bytes(facts["identifiers"]), "identified": array("I", facts["identified"])}
        number = self._kept().tolist()
        held = zip(Texts(facts["identifiers"]).many(), facts["identified"], strict=True)
        return identified_columns([*((text, number[row]) for text, row in held if number[row] >= 0), *came])

    def _using(self) -> dict[str, Column]:
        facts, rows = self._base.facts, self._rows.tolist()
        starts, values = (np.asarray(facts[name], np.int64) for name in ("using_starts", "using"))
        came = [(concept, rows[at]) for concept, used in self._facts.using.items() for at in used]
        found = regrouped(Texts(facts["concepts"]).many(), starts, values, self._kept(), came)
        return {
            "concepts": pack(found.keys),
            "using_starts": _column("I", found.starts.astype(np.uint32)),
            "using": _column("I", found.values.astype(np.uint32)),
        }

    def _kept(self) -> np.ndarray:
        """For each row of the shelf the row now, -1 where the study is gone or has another content."""
        number = self._number.copy()
        number[[row for i in self._now.records if (row := self._base.row(i)) is not None]] = -1
        return number

    def _links(self) -> bytes:
        """The links by target, sources in the order of ids."""
        held: bytes = bytes(self._base.facts["links"])
        if not self._facts.links and not any(study.links for study in self._old):
            return held
        old = {study.id for study in self._old}
        links = {
            target: kept
            for target, told in json.loads(held).items()
            if (kept := [one for one in told if one[0] not in old])
        }
        for target, told in self._facts.links.items():  # a study may link to another more than once, in its own order
            links[target] = sorted([*links.get(target, ()), *map(list, told)], key=lambda one: one[0])
        return packed_links(links)


def _column(kind: str | None, values: np.ndarray) -> Column:
    """Numbers as a column; bytes where there is no kind of number."""
    return array(kind, values.tobytes()) if kind else values.tobytes()


def _share(source: Path, target: Path) -> None:
    """Let a folder have a file of another: by a hard link, which takes no room, or a copy."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        os.link(source, target)
    except OSError:  # another disk, or a file system without hard links
        try:
            shutil.copy2(source, target)
        except OSError as error:
            raise StoreError(f"{target}: cannot be written: {error.strerror or error}; free some space") from error
