"""Two schemes crossed: how many studies have both, for every pair, and which pairs nobody has studied.

    crossed = grid(atlas, "symptom", "biomarker", Evidence(level="E1"))
    crossed.rows[0].concept, crossed.counts[0]      # folded to the top concepts; ``opened`` unfolds

A concept counts for those above it, as in the search. One study counts once, however often it names a concept.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from entries.atlas import Atlas
from graph.errors import GraphError
from graph.evidence import Evidence, everything
from graph.nodes import concept_node
from graph.postings import Postings, postings

ANY = Evidence()
WORD, AT_ONCE = 64, 256  # bits of a word; words of a line that are counted together (16,384 bits: fits 16 bits)
DEEPEST = 12  # levels below the top that are told apart
MOST_KEPT = 4  # grids of an atlas: a whole one of 100,000 studies takes 7 MB
_KEPT: "WeakKeyDictionary[Atlas, dict[object, Grid]]" = WeakKeyDictionary()
_CLOSED: "WeakKeyDictionary[Postings, dict[str, int]]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a column: a concept, how deep it stands, its studies, and whether more stands or could stand below."""

    concept: str
    depth: int
    count: int
    below: int  # narrower concepts
    opened: bool
    bits: int  # the studies themselves, as in Postings


class Gap(NamedTuple):
    """A pair that no study has, and how many studies have each of the two."""

    row: str
    column: str
    row_count: int
    column_count: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows, the columns, and for each row the studies it shares with each column."""

    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def empty(self) -> int:
        """How many pairs no study has."""
        return sum(counts.count(0) for counts in self.counts)

    def gaps(self, limit: int | None = None) -> tuple[Gap, ...]:
        """Pairs without a study, those first of which one would soonest expect one: both much studied.

        ``limit``: the first of them, and only such as have studies on both.
        """
        if limit is None:
            return tuple(sorted(self._gaps(0), key=_unexpected))
        return tuple(nsmallest(limit, self._gaps(1), key=_unexpected))

    def _gaps(self, least: int) -> Iterator[Gap]:
        """The gaps between lines with at least so many studies each."""
        columns = [(place, column) for place, column in enumerate(self.columns) if column.count >= least]
        for row, counts in zip(self.rows, self.counts, strict=True):
            if row.count >= least:
                for place, column in columns:
                    if not counts[place]:
                        yield Gap(row.concept, column.concept, row.count, column.count)


def _unexpected(gap: Gap) -> int:
    return -gap.row_count * gap.column_count


def grid(atlas: Atlas, rows: str, columns: str, evidence: Evidence = ANY, opened: Collection[str] | None = ()) -> Grid:
    """Cross two schemes. ``opened``: concepts whose narrower ones get lines of their own; None: every concept.

    Raises GraphError for an unknown scheme, level or status, and where both schemes are the same.
    """
    if rows == columns:
        raise GraphError(f"a grid needs two different schemes, not '{rows[:60]}' twice")
    kept = _KEPT.setdefault(atlas, {})
    asked = (rows, columns, evidence, None if opened is None else frozenset(opened))
    found = kept.get(asked)
    if found is None:
        found = crossed(lines(atlas, rows, evidence, opened), lines(atlas, columns, evidence, opened))
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[asked] = found
    return found


def crossed(rows: Sequence[Line], columns: Sequence[Line]) -> Grid:
    """The counts of these lines alone."""
    size = max((line.bits.bit_length() for line in (*rows, *columns)), default=0) // WORD + 1
    across, down = _words(rows, size), _words(columns, size)
    counts: np.ndarray = np.zeros((len(rows), len(columns)), np.int64)
    for start in range(0, size, AT_ONCE):  # a part of all studies at a time: what is counted stays in the cache
        part = np.ascontiguousarray(down[:, start : start + AT_ONCE])
        shared, found = np.empty_like(part), np.empty(part.shape, np.uint8)
        for place, row in enumerate(across[:, start : start + AT_ONCE]):
            np.bitwise_count(np.bitwise_and(part, row, out=shared), out=found)
            counts[place] += np.add.reduce(found, axis=1, dtype=np.uint16)
    return Grid(tuple(rows), tuple(columns), tuple(map(tuple, counts.tolist())))


def _words(found: Sequence[Line], size: int) -> np.ndarray:
    """The studies of each line as words of bits."""
    octets = b"".join(line.bits.to_bytes(size * 8, "little") for line in found)
    return np.frombuffer(octets, np.uint64).reshape(len(found), size)


def lines(atlas: Atlas, scheme: str, evidence: Evidence = ANY, opened: Collection[str] | None = ()) -> tuple[Line, ...]:
    """The lines of one scheme, each once, most studied first below each heading. Raises GraphError."""
    if scheme not in atlas.vocabulary.schemes:
        raise GraphError(f"there is no scheme '{scheme[:60]}'; there is {', '.join(atlas.vocabulary.schemes)}")
    lists = postings(atlas)
    bar = evidence.bits(lists) if evidence else everything(lists)
    return tuple(_Tree(lists, scheme, bar, None if opened is None else frozenset(opened)).lines())


class _Tree:
    """One scheme as lines, counted on the studies that clear the bar."""

    def __init__(self, lists: Postings, scheme: str, bar: int, opened: frozenset[str] | None) -> None:
        self._lists, self._bar, self._opened = lists, bar, opened
        self._ids = {concept.id for concept in lists.atlas.vocabulary.of_scheme(scheme)}
        self._seen: set[str] = set()

    def lines(self) -> Iterator[Line]:
        """The top concepts, each with what is opened below it."""
        vocabulary = self._lists.atlas.vocabulary
        tops = [i for i in self._ids if self._ids.isdisjoint(vocabulary[i].broader)]
        yield from self._under(tops or list(self._ids), 0)  # all of them, where the data go round in a circle

    def _under(self, ids: Sequence[str], depth: int) -> Iterator[Line]:
        fresh = [i for i in ids if i not in self._seen]
        self._seen.update(fresh)
        found = [(self._bits(i), i) for i in fresh]
        ranked = sorted(found, key=lambda f: (-f[0].bit_count(), self._lists.atlas.vocabulary.label(f[1]), f[1]))
        for bits, concept in ranked:
            below = [i for i in self._lists.atlas.vocabulary.narrower(concept) if i in self._ids]
            opened = bool(below) and depth < DEEPEST and (self._opened is None or concept in self._opened)
            yield Line(concept, depth, bits.bit_count(), len(below), opened, bits)
            if opened:
                yield from self._under(below, depth + 1)

    def _bits(self, concept: str) -> int:
        return with_narrower(self._lists, concept) & self._bar


def with_narrower(lists: Postings, concept: str) -> int:
    """The studies that have a concept or one below it, as bits; kept for as long as the lists."""
    known = _CLOSED.setdefault(lists, {})
    found = known.get(concept)
    if found is None:
        vocabulary = lists.atlas.vocabulary
        found = 0
        for one in (concept, *vocabulary.descendants(concept)):
            found |= lists.bits(concept_node(vocabulary, one))
        known[concept] = found
    return found
