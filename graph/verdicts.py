"""The balance of every concept at once: for each concept and verdict, the studies, as bits.

    found = verdicts(atlas)
    found["cortisol"]["decreased"] & Evidence(pem="pem-required").bits(postings(atlas))

The same verdicts as :func:`graph.balance.balance`, retracted studies left out.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from weakref import ref

import numpy as np

from entries.atlas import Atlas
from entries.kept import Kept
from graph.balance import claims, told_on
from graph.directions import VERDICTS
from graph.nodes import concept_node
from graph.postings import as_bits, postings

KEPT = 24_000_000  # bytes of bits that are kept, about: at 100,000 studies a concept takes up to 90 KB
LEAST = 64  # concepts whose bits are kept in any case
_KNOWN: "Kept[Atlas, Verdicts]" = Kept(lambda atlas: Verdicts(atlas))


class Verdicts(Mapping[str, Mapping[str, int]]):
    """Bits of studies by concept and verdict, worked out when asked for. Concepts that no finding is on are not in."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = ref(atlas)  # kept for as long as the atlas lives, and no longer
        each = len(VERDICTS) * len(atlas.studies) // 8 or 1
        self._on = lru_cache(max(LEAST, KEPT // each))(self._worked_out)

    def __getitem__(self, concept: str) -> Mapping[str, int]:
        if concept not in self._concepts:
            raise KeyError(concept)
        return self._on(concept)

    def __contains__(self, concept: object) -> bool:
        return concept in self._concepts

    def __iter__(self) -> Iterator[str]:
        return iter(self._concepts)

    def __len__(self) -> int:
        return len(self._concepts)

    @cached_property
    def _concepts(self) -> dict[str, None]:
        """Concepts with a finding on them or on one below."""
        atlas = self._held()
        every, named = claims(atlas), atlas.vocabulary
        told = [c for c in named if every.any_on(concept_node(named, c))]
        return dict.fromkeys(named.closure(told))

    def _worked_out(self, concept: str) -> Mapping[str, int]:
        atlas = self._held()
        told, lists = told_on(atlas, concept), postings(atlas)
        counting = np.frombuffer(lists.columns["retracted"], np.uint8)[told.numbers] == 0
        size = len(lists.studies)
        by_verdict = {v: told.numbers[counting & (told.verdicts == n)] for n, v in enumerate(VERDICTS)}
        return {v: as_bits(numbers, size) for v, numbers in by_verdict.items() if len(numbers)}

    def _held(self) -> Atlas:
        found = self._atlas()
        if found is None:
            raise ReferenceError("the atlas of these verdicts is gone; keep a reference to it")
        return found


def verdicts(atlas: Atlas) -> Verdicts:
    """The verdicts of an atlas; the same object for as long as it lives."""
    return _KNOWN.of(atlas)
