"""What the questions to the graph are answered from, as columns: made in one pass over the studies, stored by a build.

A *number* is a study's place among all, strongest evidence first, then newest. A *code* is the place of a node that is
no study and no finding (concept, case definition, author, journal) among all of these in alphabetical order.

    order                       row (place by id) of each number
    nodes, names                id of each code; what an author or journal is called, as the first study has it
    starts, numbers             by code: the numbers of the studies that have it, ascending
    tied_starts, tied           by number: the codes that the entry names, in its order; LINKED + number for a link
    claim_starts, claim_*       by code: the findings about it: number, finding (from 1), direction, and on how
                                many concepts together it is (widths), and with which others it may be compared
                                (sorts: see graph.comparable)
    levels, pems            by number: places in the scheme and in STATUSES
    sizes, retracted        by number: participants (-1: not told), 1 if retracted
"""

from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from entries import collector, columns
from entries.atlas import Atlas
from entries.columns import MEND, Column, pack
from entries.errors import StoreError
from entries.policy import PemStatus
from entries.study import Direction, Relation, Study
from graph.comparable import sorting
from graph.nodes import author_node, journal_node
from graph.statements import study_statements

KIND = "graph lists 3"  # raise the number when columns change: a build made before is then made anew
FILE = "lists.columns"
LINKED = 1 << 31  # added to the number of a study that a study links to
LEVELS = "evidence-level"
UNDIRECTED = len(Direction)  # the direction of a finding that gives none
NOT_TOLD = -1
OTHER = 255  # a level that the scheme does not have
STATUSES = tuple(PemStatus)  # what ``pems`` are places in
_DIRECTIONS: Mapping[str | None, int] = {**{d.value: n for n, d in enumerate(Direction)}, None: UNDIRECTED}


def write(atlas: Atlas, folder: Path, made: Mapping[str, Column] | None = None) -> None:
    """Make the lists of an atlas, if they are not ``made``, and store them in a build's folder. Raises StoreError."""
    about = {"kind": KIND, "studies": len(atlas.studies), "frame": atlas.frame_digest}
    columns.write(folder / FILE, about, make(atlas) if made is None else made)


def read(atlas: Atlas, folder: Path) -> Mapping[str, memoryview]:
    """The lists that a build stored for this atlas. Raises StoreError where they are missing, damaged or of another."""
    found = columns.read(folder / FILE, KIND)
    if (found.about["studies"], found.about["frame"]) != (len(atlas.studies), atlas.frame_digest):
        raise StoreError(f"{folder / FILE}: belongs to another atlas; {MEND}")
    return found


def made(atlas: Atlas) -> Mapping[str, memoryview]:
    """The lists of an atlas, not stored."""
    return {name: memoryview(column) for name, column in make(atlas).items()}


def make(atlas: Atlas) -> dict[str, Column]:
    """The lists of an atlas, in one pass: 20,000 studies take a second."""
    with collector.paused():
        return _Pass(atlas).columns()


class Claim(NamedTuple):
    """A finding about a node: its place in the entry (from 1), direction, width and sort as the columns have them."""

    node: str
    finding: int
    direction: int
    width: int
    sort: int


class Facts(NamedTuple):
    """What the lists say of one study. ``tied``: nodes in the order of the entry, studies that it links to as well."""

    tied: tuple[str, ...]
    claims: tuple[Claim, ...]
    levels: int
    pems: int
    sizes: int

    @property
    def nodes(self) -> Iterator[str]:
        """The nodes that are no studies."""
        return (node for node in self.tied if not node.startswith("study:"))


def facts_of(atlas: Atlas, study: Study) -> Facts:
    """Look at one study."""
    tied: dict[str, None] = {}
    claims, sorts = [], sorting(atlas)
    for statement in study_statements(atlas, study):
        if not statement.target.startswith("finding:"):
            tied[statement.target] = None
            if statement.relation == "about":
                number = statement.finding or 0
                finding = study.findings[number - 1]
                width, sort = len(set(finding.concepts)), sorts.of(study, finding)
                claims.append(Claim(statement.target, number, _DIRECTIONS[statement.direction], width, sort))
    level = {c.id: n for n, c in enumerate(atlas.vocabulary.of_scheme(LEVELS))}.get(study.evidence_level, OTHER)
    size = NOT_TOLD if study.participants.size is None else study.participants.size
    return Facts(tuple(tied), tuple(claims), level, STATUSES.index(atlas.badge(study).status), size)


class _Pass:
    """Collects what every study names, study by study in the order of ids; codes are those of first mention."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._row = {study_id: row for row, study_id in enumerate(atlas.studies)}
        self._codes: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._tied, self._tied_starts = array("I"), array("I", [0])
        self._claims: tuple[array[int], ...] = tuple(map(array, "IIIBIB"))
        self._years, self._sizes = array("i"), array("q")
        self._levels, self._pems = bytearray(), bytearray()
        self._retracted = bytearray(len(self._row))

    def columns(self) -> dict[str, Column]:
        """Go through the studies, then put everything in order."""
        for row, study in enumerate(self._atlas.studies.values()):
            self._add(row, study)
        levels = np.frombuffer(bytes(self._levels), np.uint8)
        order = np.lexsort((np.arange(len(levels)), -np.asarray(self._years, np.int64), levels))
        number: np.ndarray = np.empty(len(order), np.int64)
        number[order] = np.arange(len(order))
        names = sorted(self._codes)
        code: np.ndarray = np.empty(len(names), np.int64)
        code[[self._codes[name] for name in names]] = np.arange(len(names))
        return {
            "order": numbers_column(order),
            "nodes": pack(names),
            "names": pack(self._names.get(name, "") for name in names),
            **self._ties(order, number, code),
            **self._said(number, code),
            "levels": levels[order].tobytes(),
            "pems": np.frombuffer(bytes(self._pems), np.uint8)[order].tobytes(),
            "sizes": array("q", np.asarray(self._sizes, np.int64)[order].tobytes()),
            "retracted": np.frombuffer(bytes(self._retracted), np.uint8)[order].tobytes(),
        }

    def _add(self, row: int, study: Study) -> None:
        facts = facts_of(self._atlas, study)
        for node in facts.tied:
            if node.startswith("study:"):
                self._tied.append(LINKED + self._row[node.partition(":")[2]])
            else:
                self._tied.append(self._codes.setdefault(node, len(self._codes)))
        self._tied_starts.append(len(self._tied))
        for claim in facts.claims:
            values = (self._codes[claim.node], row, claim.finding, claim.direction, claim.width, claim.sort)
            for column, value in zip(self._claims, values, strict=True):
                column.append(value)
        for author in study.authors:
            self._names.setdefault(author_node(author), author.name)
        if study.journal:
            self._names.setdefault(journal_node(study.journal), study.journal)
        self._years.append(study.year)
        self._sizes.append(facts.sizes)
        self._levels.append(facts.levels)
        self._pems.append(facts.pems)
        if study.is_noted_retracted:
            self._retracted[row] = 1
        for link in study.links:
            if link.relation is Relation.RETRACTS and link.study in self._row:
                self._retracted[self._row[link.study]] = 1

    def _ties(self, order: np.ndarray, number: np.ndarray, code: np.ndarray) -> dict[str, Column]:
        """What each study names, in the order of numbers, and the same the other way round."""
        starts = np.asarray(self._tied_starts, np.int64)
        lengths = np.diff(starts)[order]
        ends = np.cumsum(lengths)
        places = np.repeat(starts[:-1][order] - (ends - lengths), lengths) + np.arange(int(lengths.sum()))
        tied = np.asarray(self._tied, np.int64)[places]
        linked = tied >= LINKED
        tied[linked] = number[tied[linked] - LINKED] + LINKED
        tied[~linked] = code[tied[~linked]]
        whose = np.repeat(np.arange(len(order)), lengths)[~linked]
        named = tied[~linked]
        by_code = np.argsort(named, kind="stable")  # within a code the numbers stay ascending
        return {
            "starts": numbers_column(_starts(named, len(code))),
            "numbers": numbers_column(whose[by_code]),
            "tied_starts": numbers_column(np.concatenate(([0], ends))),
            "tied": numbers_column(tied),
        }

    def _said(self, number: np.ndarray, code: np.ndarray) -> dict[str, Column]:
        codes, rows, findings, directions, widths, sorts = (np.asarray(column) for column in self._claims)
        codes, numbers = code[codes.astype(np.int64)], number[rows.astype(np.int64)]
        by_code = np.lexsort((findings, numbers, codes))
        return {
            "claim_starts": numbers_column(_starts(codes, len(code))),
            "claim_numbers": numbers_column(numbers[by_code]),
            "claim_findings": numbers_column(findings[by_code]),
            "claim_widths": numbers_column(widths[by_code]),
            "claim_directions": directions[by_code].astype(np.uint8).tobytes(),
            "claim_sorts": sorts[by_code].astype(np.uint8).tobytes(),
        }


def _starts(codes: np.ndarray, size: int) -> np.ndarray:
    """Where the entries of each code begin among those sorted by code, and where the last of them ends."""
    return np.concatenate(([0], np.cumsum(np.bincount(codes, minlength=size))))


def numbers_column(values: np.ndarray) -> "array[int]":
    """Numbers as a column of the file."""
    return array("I", values.astype(np.uint32).tobytes())
