"""What links two things: the concepts that studies of each of them name, with how many of either side do.

for link in between(atlas, "concept:nk-cell-marker", "concept:orthostatic-intolerance", ["symptom"]):
    link.concept, link.first, link.second, link.both
"""

from collections.abc import Iterable
from typing import NamedTuple

from entries.atlas import Atlas
from graph.evidence import Evidence
from graph.grid import with_narrower
from graph.neighbourhood import find_node
from graph.nodes import kind_of, name_of
from graph.postings import postings

ANY = Evidence()


class Link(NamedTuple):
    """A concept, the studies that have it with the first thing, with the second, and with both at once."""

    concept: str
    first: int
    second: int
    both: int


def between(atlas: Atlas, a: str, b: str, schemes: Iterable[str], evidence: Evidence = ANY) -> tuple[Link, ...]:
    """The concepts of some schemes that studies of both ends name, those of most studies first.

    ``a``, ``b``: nodes, ids, labels or synonyms. A heading stands for everything below it; a study is its own only
    study. The ends themselves, and what is above or below them, say nothing new and are left out. Raises UnknownNode,
    and GraphError for an unknown level, status or case definition.
    """
    lists, vocabulary = postings(atlas), atlas.vocabulary
    start, end = find_node(atlas, a), find_node(atlas, b)
    bar = evidence.bits(lists)
    first, second = (_studies(atlas, node) & bar for node in (start, end))
    kin = {c for node in (start, end) for c in _kin(atlas, node)}
    found = []
    for node in (node for scheme in schemes for node in lists.concepts.get(scheme, ())):
        have = lists.bits(node)
        counts = ((have & first).bit_count(), (have & second).bit_count())
        if all(counts) and name_of(node) not in kin:
            found.append(Link(name_of(node), *counts, (have & first & second).bit_count()))
    return tuple(sorted(found, key=lambda k: (-k.first - k.second, vocabulary.label(k.concept), k.concept)))


def _studies(atlas: Atlas, node: str) -> int:
    """The studies of a node, as bits."""
    lists = postings(atlas)
    if kind_of(node) in ("concept", "definition"):
        return with_narrower(lists, name_of(node))
    if kind_of(node) == "study":
        return 1 << lists.number[name_of(node)]
    return lists.bits(node)


def _kin(atlas: Atlas, node: str) -> set[str]:
    name = name_of(node)
    if name not in atlas.vocabulary:
        return set()
    return {name, *atlas.vocabulary.ancestors(name), *atlas.vocabulary.descendants(name)}
