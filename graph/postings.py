"""Which studies have what: the lists behind related studies, pictures, paths and counts.

Studies are numbered in the order in which a reader would want them (strongest evidence first, then newest), so the
first of any list are the ones to show.
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import compress
from sys import intern
from weakref import WeakKeyDictionary, ref

from entries.atlas import Atlas
from entries.study import Study
from graph.nodes import author_node, concept_node, journal_node
from graph.statements import Statement, study_statements, vocabulary_statements

LEVELS = "evidence-level"
METHODS = "method-flag"  # how a study was done: two studies with the same weakness are not related by it
_KNOWN: "WeakKeyDictionary[Atlas, Postings]" = WeakKeyDictionary()


class Postings:
    """For each concept, case definition, author and journal (by node id): the numbers of the studies that have it."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = ref(atlas)  # not the atlas itself: these lists are kept for as long as it lives, and no longer
        self.studies: tuple[str, ...] = tuple(_best_first(atlas))
        self.number: dict[str, int] = {study_id: n for n, study_id in enumerate(self.studies)}
        self._of: dict[str, array[int]] = {}
        self._bits: dict[str, int] = {}
        self._tied: dict[str, tuple[str, ...]] = {}
        for n, study_id in enumerate(self.studies):
            self._add(atlas, n, atlas.studies[study_id])

    def _add(self, atlas: Atlas, number: int, study: Study) -> None:
        for node in dict.fromkeys(s.target for s in study_statements(atlas, study)):
            if not node.startswith(("study:", "finding:")):
                found = self._of.get(node)
                if found is None:
                    found = self._of[node] = array("I")
                found.append(number)

    @property
    def atlas(self) -> Atlas:
        """The atlas that the lists are of; whoever asks holds it. Raises ReferenceError once it is gone."""
        found = self._atlas()
        if found is None:
            raise ReferenceError("the atlas of these lists is gone; keep a reference to it")
        return found

    def __contains__(self, node: str) -> bool:
        return node in self._of

    def __iter__(self) -> Iterable[str]:
        return iter(self._of)

    def of(self, node: str) -> Sequence[int]:
        """Numbers of the studies with this node, best first; none for an unknown one."""
        return self._of.get(node, _NONE)

    def has(self, node: str, number: int) -> bool:
        """Whether the study with this number has the node."""
        found = self._of.get(node, _NONE)
        at = bisect_left(found, number)
        return at < len(found) and found[at] == number

    def ids(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Study ids of these numbers."""
        return tuple(self.studies[n] for n in numbers)

    def weight(self, node: str) -> float:
        """How much it says that two studies share this: 0 if all have it, more the rarer it is."""
        found = len(self.of(node))
        return math.log((len(self.studies) + 1) / found) if found else 0.0

    def tied(self, study_id: str) -> tuple[str, ...]:
        """Nodes, findings apart, that a study's entry ties to it or to one of its findings; kept once asked for."""
        found = self._tied.get(study_id)
        if found is None:
            targets = (s.target for s in study_statements(self.atlas, self.atlas.studies[study_id]))
            found = tuple(intern(node) for node in dict.fromkeys(targets) if not node.startswith("finding:"))
            self._tied[study_id] = found
        return found

    def bits(self, node: str) -> int:
        """The same list as one long integer, bit ``n`` for study ``n``: counting what two lists share is one ``&``."""
        found = self._bits.get(node)
        if found is None:
            found = self._bits[node] = as_bits(self.of(node), len(self.studies))
        return found

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What authors and journals are called, by node id: as the first study has it."""
        found: dict[str, str] = {}
        for study in self.atlas.studies.values():
            for author in study.authors:
                found.setdefault(author_node(author), author.name)
            if study.journal:
                found.setdefault(journal_node(study.journal), study.journal)
        return found

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


_NONE: "array[int]" = array("I")


def postings(atlas: Atlas) -> Postings:
    """The lists of an atlas, made once for each."""
    found = _KNOWN.get(atlas)
    if found is None:
        found = _KNOWN[atlas] = Postings(atlas)
    return found


def members(bits: int) -> list[int]:
    """The numbers of the bits that are set, ascending."""
    digits = f"{bits:b}"[::-1]
    if bits.bit_count() * 8 > len(digits):  # many: look at each; few: jump from one to the next
        return list(compress(range(len(digits)), digits.encode().translate(_TRUTH)))
    found = []
    at = digits.find("1")
    while at >= 0:
        found.append(at)
        at = digits.find("1", at + 1)
    return found


_TRUTH = bytes.maketrans(b"01", b"\x00\x01")


def as_bits(numbers: Sequence[int], size: int) -> int:
    """Numbers below ``size`` as one long integer, a bit each."""
    octets = bytearray(size // 8 + 1)
    for n in numbers:
        octets[n >> 3] |= 1 << (n & 7)
    return int.from_bytes(octets, "little")


def _best_first(atlas: Atlas) -> list[str]:
    """Study ids by evidence level (in the order of the scheme), then newest, then id."""
    rank = {concept.id: n for n, concept in enumerate(atlas.vocabulary.of_scheme(LEVELS))}

    def key(study: Study) -> tuple[int, int, str]:
        return rank.get(study.evidence_level, len(rank)), -study.year, study.id

    return [study.id for study in sorted(atlas.studies.values(), key=key)]
