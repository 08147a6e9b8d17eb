"""What a concept is found with: other concepts in the same studies, and which studies those are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nlargest, nsmallest

import networkx as nx
import numpy as np

from entries.atlas import Atlas
from graph.network import atlas_of
from graph.nodes import concept_node, name_of, unknown_entry
from graph.postings import Postings, members, postings

FEW = 8  # studies are few where they are less than one in so many


@dataclass(frozen=True, slots=True)
class FoundWith:
    """A concept that studies of another one have, too. ``bits``: those studies, as in :class:`Postings`."""

    concept_id: str
    bits: int
    lists: Postings = field(repr=False, compare=False)

    @property
    def count(self) -> int:
        """How many studies have both."""
        return self.bits.bit_count()

    @property
    def studies(self) -> tuple[str, ...]:
        """Their ids, strongest evidence first, then newest; worked out when asked for, since there may be many."""
        return self.lists.ids(members(self.bits))


def found_with(
    source: Atlas | nx.MultiDiGraph,
    concept_id: str,
    scheme: str | None = None,
    limit: int = 20,
    narrower: bool = True,
) -> tuple[FoundWith, ...]:
    """The concepts that most studies of a concept have too, most first.

    ``scheme``: only concepts of this scheme; else those of every scheme that studies are tagged with. ``narrower``:
    studies of concepts below count for ``concept_id`` too. Concepts above and below it are left out, since they say
    nothing new. Raises UnknownNode for an unknown concept.
    """
    atlas = atlas_of(source)
    shared = _Shared(atlas, concept_id, narrower)
    return shared.most(atlas.config.tags if scheme is None else (scheme,), limit)


def found_with_each(atlas: Atlas, concept_id: str, limit: int) -> dict[str, tuple[FoundWith, ...]]:
    """As :func:`found_with`, by each scheme that studies are tagged with, in one go; schemes without any are left out.

    Raises UnknownNode for an unknown concept.
    """
    shared = _Shared(atlas, concept_id, narrower=True)
    return {scheme: found for scheme in atlas.config.tags if (found := shared.most((scheme,), limit))}


class _Shared:
    """The studies of one concept, and how many of them have each other concept too."""

    def __init__(self, atlas: Atlas, concept_id: str, narrower: bool) -> None:
        if concept_id not in atlas.vocabulary:
            raise unknown_entry(atlas, f"concept:{concept_id}")
        self._atlas, self._lists = atlas, postings(atlas)
        below = atlas.vocabulary.descendants(concept_id)
        kin = (concept_id, *below, *atlas.vocabulary.ancestors(concept_id))
        self._kin = {concept_node(atlas.vocabulary, concept) for concept in kin}
        self._own = _any_of(self._lists, (concept_id, *(below if narrower else ())))

    def most(self, schemes: Iterable[str], limit: int) -> tuple[FoundWith, ...]:
        """The concepts of these schemes that most of the studies have, most first, then by label."""
        counts = {node: n for scheme in schemes for node, n in self._counts(scheme) if node not in self._kin}
        least = min(nlargest(limit, counts.values()), default=0)
        near = (node for node, n in counts.items() if n >= least)  # only these are looked up by name
        best = nsmallest(limit, near, key=lambda node: (-counts[node], self._atlas.vocabulary.label(name_of(node))))
        return tuple(FoundWith(name_of(node), self._own & self._lists.bits(node), self._lists) for node in best)

    def _counts(self, scheme: str) -> Iterable[tuple[str, int]]:
        """How many of the studies have each concept of a scheme, those without any left out."""
        nodes, codes = self._lists.concepts.get(scheme, ()), self._lists.concept_codes.get(scheme)
        if codes is None or self._named is None:
            counts = ((node, (self._own & self._lists.bits(node)).bit_count()) for node in nodes)
            return ((node, n) for node, n in counts if n)
        found = self._named[codes]
        there = np.flatnonzero(found)
        return zip(map(nodes.__getitem__, there.tolist()), found[there].tolist(), strict=True)

    @cached_property
    def _named(self) -> np.ndarray | None:
        """Of few studies, how many name each node, by code: quicker than to go through every concept. None of many."""
        numbers = members(self._own)
        return None if len(numbers) * FEW > len(self._lists.studies) else self._lists.counted(numbers)


def _any_of(lists: Postings, concepts: Iterable[str]) -> int:
    """The studies that have any of these, as bits."""
    found = 0
    for concept in concepts:
        found |= lists.bits(concept_node(lists.atlas.vocabulary, concept))
    return found
