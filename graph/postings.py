"""Which studies have what: the lists behind related studies, pictures, paths and counts.

Studies are numbered in the order in which a reader would want them (strongest evidence first, then newest), so the
first of any list are the ones to show.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from weakref import ref

import numpy as np

from entries.atlas import Atlas
from entries.columns import Texts
from entries.kept import Kept
from graph import lists as stored
from graph.lists import LEVELS, LINKED
from graph.nodes import concept_node, study_node
from graph.statements import Statement, vocabulary_statements

__all__ = ["LEVELS", "METHODS", "Postings", "as_bits", "members", "postings", "recall"]
METHODS = "method-flag"  # how a study was done: two studies with the same weakness are not related by it
KEPT = 4_096  # nodes whose code, and studies whose nodes, are kept once asked for
_KNOWN: "Kept[Atlas, Postings]" = Kept(lambda atlas: Postings(atlas))


class Postings:
    """For each concept, case definition, author and journal (by node id): the numbers of the studies that have it.

    ``columns`` are those of :mod:`graph.lists`; None: they are made now.
    """

    def __init__(self, atlas: Atlas, columns: Mapping[str, memoryview] | None = None) -> None:
        self._atlas = ref(atlas)  # not the atlas itself: these lists are kept for as long as it lives, and no longer
        self.columns = stored.made(atlas) if columns is None else columns
        ids = list(atlas.studies)
        self.studies: tuple[str, ...] = tuple(ids[row] for row in self.columns["order"])
        self.number: dict[str, int] = {study_id: n for n, study_id in enumerate(self.studies)}
        self.nodes = Texts(self.columns["nodes"])
        self._starts, self._numbers = self.columns["starts"], self.columns["numbers"]
        self._bits: dict[str, int] = {}
        self.code = lru_cache(KEPT)(self.nodes.find)
        self.tied = lru_cache(KEPT)(self._tied)

    @property
    def atlas(self) -> Atlas:
        """The atlas that the lists are of; whoever asks holds it. Raises ReferenceError once it is gone."""
        found = self._atlas()
        if found is None:
            raise ReferenceError("the atlas of these lists is gone; keep a reference to it")
        return found

    def __contains__(self, node: str) -> bool:
        return self.code(node) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)

    def of(self, node: str) -> Sequence[int]:
        """Numbers of the studies with this node, best first; none for an unknown one."""
        code = self.code(node)
        return () if code is None else self.coded(code)

    def coded(self, code: int) -> Sequence[int]:
        """As :meth:`of`, by the node's code."""
        return self._numbers[self._starts[code] : self._starts[code + 1]]

    def count(self, node: str) -> int:
        """How many studies have a node."""
        return len(self.of(node))

    def has(self, node: str, number: int) -> bool:
        """Whether the study with this number has the node."""
        found = self.of(node)
        at = bisect_left(found, number)
        return at < len(found) and found[at] == number

    def ids(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Study ids of these numbers."""
        return tuple(self.studies[n] for n in numbers)

    def weight(self, node: str) -> float:
        """How much it says that two studies share this: 0 if all have it, more the rarer it is."""
        found = len(self.of(node))
        return math.log((len(self.studies) + 1) / found) if found else 0.0

    def level(self, number: int) -> str:
        """The evidence level of the study with this number."""
        place = self.columns["levels"][number]
        return (
            self._levels[place]
            if place < len(self._levels)
            else self.atlas.studies[self.studies[number]].evidence_level
        )

    @cached_property
    def _levels(self) -> tuple[str, ...]:
        return tuple(concept.id for concept in self.atlas.vocabulary.of_scheme(LEVELS))

    def named(self, number: int) -> memoryview:
        """What the entry of a study names: codes, and LINKED + number for each study that it links to."""
        starts = self.columns["tied_starts"]
        return self.columns["tied"][starts[number] : starts[number + 1]]

    def counted(self, numbers: Sequence[int]) -> np.ndarray:
        """How many of these studies, by number and each once, have each node, by code."""
        starts, tied = (np.frombuffer(self.columns[name], np.uint32) for name in ("tied_starts", "tied"))
        begins, ends = starts[:-1][numbers].astype(np.int64), starts[1:][numbers].astype(np.int64)
        lengths = ends - begins
        places = np.repeat(ends - np.cumsum(lengths), lengths) + np.arange(int(lengths.sum()))
        codes = tied[places]
        found: np.ndarray = np.bincount(codes[codes < LINKED], minlength=len(self.nodes))
        return found

    def _tied(self, study_id: str) -> tuple[str, ...]:
        """Nodes, findings apart, that a study's entry ties to it or to one of its findings."""
        named = self.named(self.number[study_id])
        return tuple(self.nodes[c] if c < LINKED else study_node(self.studies[c - LINKED]) for c in named)

    def bits(self, node: str) -> int:
        """The same list as one long integer, bit ``n`` for study ``n``: counting what two lists share is one ``&``."""
        found = self._bits.get(node)
        if found is None:
            found = as_bits(self.of(node), len(self.studies))
            if node.startswith(("concept:", "definition:")):  # of the others there may be hundreds of thousands
                self._bits[node] = found
        return found

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What authors and journals are called, by node id: as the first study has it."""
        return _Names(self, Texts(self.columns["names"]))

    @cached_property
    def hierarchy(self) -> Mapping[str, tuple[Statement, ...]]:
        """What is broader or narrower than a concept, by node id."""
        found: dict[str, list[Statement]] = {}
        for statement in vocabulary_statements(self.atlas):
            found.setdefault(statement.source, []).append(statement)
            found.setdefault(statement.target, []).append(statement)
        return {node: tuple(statements) for node, statements in found.items()}

    @cached_property
    def concepts(self) -> Mapping[str, tuple[str, ...]]:
        """Node ids of the concepts of each scheme that any study has, in the order of the scheme."""
        return {
            name: tuple(node for c in scheme.concepts if (node := concept_node(self.atlas.vocabulary, c.id)) in self)
            for name, scheme in self.atlas.vocabulary.schemes.items()
        }

    @cached_property
    def concept_codes(self) -> Mapping[str, np.ndarray]:
        """The codes of :attr:`concepts`."""
        return {name: np.array([self.code(n) for n in nodes], np.int64) for name, nodes in self.concepts.items()}


class _Names(Mapping[str, str]):
    """Names by node, each made when it is asked for."""

    def __init__(self, lists: Postings, names: Texts) -> None:
        self._lists, self._names = lists, names

    def __getitem__(self, node: str) -> str:
        code = self._lists.code(node)
        if code is None or not (name := self._names[code]):
            raise KeyError(node)
        return name

    def __iter__(self) -> Iterator[str]:
        return (node for node, name in zip(self._lists.nodes, self._names, strict=True) if name)

    def __len__(self) -> int:
        return sum(map(bool, self._names))


def postings(atlas: Atlas) -> Postings:
    """The lists of an atlas: those that :func:`recall` gave it, else made now and kept as long as it."""
    return _KNOWN.of(atlas)


def recall(atlas: Atlas, folder: Path) -> None:
    """Give an atlas the lists that its build stored. Raises StoreError where they are missing or damaged."""
    _KNOWN[atlas] = Postings(atlas, stored.read(atlas, folder))


def members(bits: int) -> list[int]:
    """The numbers of the bits that are set, ascending."""
    octets = np.frombuffer(bits.to_bytes(bits.bit_length() // 8 + 1, "little"), np.uint8)
    found: list[int] = np.flatnonzero(np.unpackbits(octets, bitorder="little")).tolist()
    return found


def as_bits(numbers: Sequence[int], size: int) -> int:
    """Numbers below ``size`` as one long integer, a bit each."""
    mask: np.ndarray = np.zeros(size, bool)
    mask[np.asarray(numbers, np.int64)] = True
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")
