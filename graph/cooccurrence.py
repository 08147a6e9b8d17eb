"""What a concept is found with: other concepts in the same studies, and which studies those are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import nlargest, nsmallest

import networkx as nx

from entries.atlas import Atlas
from graph.network import atlas_of
from graph.nodes import concept_node, name_of, unknown_entry
from graph.postings import Postings, members, postings


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
    if concept_id not in atlas.vocabulary:
        raise unknown_entry(atlas, f"concept:{concept_id}")
    lists = postings(atlas)
    below = atlas.vocabulary.descendants(concept_id)
    kin = {concept_node(atlas.vocabulary, c) for c in (concept_id, *below, *atlas.vocabulary.ancestors(concept_id))}
    own = _any_of(lists, (concept_id, *(below if narrower else ())))
    schemes = atlas.config.tags if scheme is None else (scheme,)
    counts = {node: n for node in _nodes(lists, schemes, kin) if (n := (own & lists.bits(node)).bit_count())}
    least = min(nlargest(limit, counts.values()), default=0)
    near = (node for node, n in counts.items() if n >= least)  # only these are looked up by name
    best = nsmallest(limit, near, key=lambda node: (-counts[node], atlas.vocabulary.label(name_of(node))))
    return tuple(FoundWith(name_of(node), own & lists.bits(node), lists) for node in best)


def _any_of(lists: Postings, concepts: Iterable[str]) -> int:
    """The studies that have any of these, as bits."""
    found = 0
    for concept in concepts:
        found |= lists.bits(concept_node(lists.atlas.vocabulary, concept))
    return found


def _nodes(lists: Postings, schemes: Iterable[str], without: set[str]) -> Iterator[str]:
    for scheme in schemes:
        for node in lists.concepts.get(scheme, ()):
            if node not in without:
                yield node
