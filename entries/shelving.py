"""Studies written to disk for :class:`entries.shelf.Shelf`: their lines, and the columns of what must be quick.

write(folder, ((study, Record.of(study)) for study in studies), atlas.concepts_in)
"""

import json
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from entries import columns, store
from entries.checks import Head
from entries.columns import Column, pack
from entries.packed import Record
from entries.shelf import FACTS, KIND, LATER, LINES
from entries.study import Study


def identifiers(study: Study | Head) -> Iterator[str]:
    """PMID, PMCID and DOI (in small letters) that a study can be asked for by."""
    yield from (text for text in (study.pmid, study.pmcid) if text)
    if study.doi:
        yield study.doi.lower()


def write(folder: Path, studies: Iterable[tuple[Study, Record]], concepts: Callable[[Study], Iterable[str]]) -> None:
    """Write studies, sorted by id, for :meth:`entries.shelf.Shelf.open`, in one pass over them. Raises StoreError.

    ``concepts``: every concept that a study uses, in any role.
    """
    facts = Facts()
    with store.writing(folder / LINES) as file:
        for study, record in studies:
            file.write(record.line)
            facts.add(study, record, concepts(study))
        size = file.tell()
    columns.write(folder / FACTS, about(facts.findings, size, 0), facts.columns())


def about(findings: int, lines: int, later: int) -> dict[str, Any]:
    """What the file of facts says first: how many findings there are, and how many bytes the other files have."""
    return {"kind": KIND, "findings": findings, "bytes": {LINES: lines, LATER: later}}


class Facts:
    """The columns of a shelf while it is written."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._digests = bytearray()
        self._end = 0
        self._starts, self._lengths, self._checks = array("Q"), array("I"), array("I")
        self._years, self._days = array("i"), array("i")
        self.identifiers: list[tuple[str, int]] = []
        self.using: dict[str, array[int]] = {}
        self.links: dict[str, list[tuple[str, Any]]] = {}
        self.findings = 0

    def add(self, study: Study, record: Record, concepts: Iterable[str]) -> None:
        """Note one study, what it was written as, and the concepts that it uses."""
        row = len(self._ids)
        self.identifiers += ((text, row) for text in identifiers(study))
        for concept in dict.fromkeys(concepts):
            self.using.setdefault(concept, array("I")).append(row)
        for link in study.links:
            self.links.setdefault(link.study, []).append((study.id, link.model_dump(mode="json")))
        self._ids.append(study.id)
        self.findings += len(study.findings)
        self._digests += bytes.fromhex(record.digest)
        self._starts.append(self._end)
        self._lengths.append(len(record.line))
        self._end += len(record.line)
        self._checks.append(zlib.crc32(record.line))
        self._years.append(study.year)
        self._days.append(study.updated.toordinal())

    def numbers(self) -> dict[str, Column]:
        """What there is one of for each study."""
        return {
            "digests": bytes(self._digests),
            "starts": self._starts,
            "lengths": self._lengths,
            "checks": self._checks,
            "years": self._years,
            "days": self._days,
        }

    def columns(self) -> dict[str, Column]:
        """Everything noted."""
        starts, using = array("I", [0]), array("I")
        for concept in sorted(self.using):
            using.extend(self.using[concept])
            starts.append(len(using))
        return {
            "ids": pack(self._ids),
            **self.numbers(),
            **identified_columns(self.identifiers),
            "concepts": pack(sorted(self.using)),
            "using_starts": starts,
            "using": using,
            "links": packed_links(self.links),
        }


def identified_columns(identifiers: list[tuple[str, int]]) -> dict[str, Column]:
    """The columns of what studies can be asked for by, and the place of the study of each."""
    identifiers.sort()
    return {
        "identifiers": pack(text for text, _ in identifiers),
        "identified": array("I", [n for _, n in identifiers]),
    }


def packed_links(links: Mapping[str, Iterable[tuple[str, Any]]]) -> bytes:
    """The column of links by the study linked to, in alphabetical order."""
    return json.dumps({target: [*links[target]] for target in sorted(links)}, ensure_ascii=False).encode()
