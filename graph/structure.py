"""The large shape of an atlas: which concepts studies name together, in what groups, and where each stands on a map.

    shape = structure(atlas)
    [shape.nodes[n].concept for n in shape.communities[0]]      # the largest group, most central first

It is worked out on concepts, not on studies: at most MOST of them, those of most studies, so that the time for it hangs
on the vocabulary. A build stores it; the same data always give the same map.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import numpy as np

from entries.atlas import Atlas
from entries.columns import MEND
from entries.digests import Difference
from entries.errors import StoreError
from entries.kept import Kept
from entries.store import write_atomic
from graph.grid import Line, crossed
from graph.nodes import name_of
from graph.postings import METHODS, Postings, postings
from graph.structure_layout import layout

FILE = "structure.json"
FORMAT = 1  # raise it when what is worked out changes: a build made before is then made anew
MOST = 1_200  # concepts
STRONGEST = 6  # ties of a concept that are kept
SEED = 20_260_101
DAMPING, STEPS = 0.85, 60  # of the random walk that centrality is
_KNOWN: "Kept[Atlas, Structure]" = Kept(lambda atlas: made(atlas))


class Node(NamedTuple):
    """A concept: its group, its centrality (shares of 1), its studies, its place (the middle is 0, 0; y grows down)."""

    concept: str
    community: int
    centrality: float
    studies: int
    x: float
    y: float


class Tie(NamedTuple):
    """Two nodes by place, and how many studies name both."""

    a: int
    b: int
    studies: int


class Circle(NamedTuple):
    """Where a community stands: the places of its members are inside."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Structure:
    """Nodes, most central first; their strongest ties; groups of nodes by place, largest first, with their circles."""

    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    communities: tuple[tuple[int, ...], ...]
    circles: tuple[Circle, ...]


def structure(atlas: Atlas) -> Structure:
    """The structure of an atlas: what :func:`recall` gave it, else worked out now and kept as long as it."""
    return _KNOWN.of(atlas)


def write(atlas: Atlas, folder: Path, known: "Structure | None" = None) -> None:
    """Work it out, if it is not ``known``, and store it in a build's folder. Raises StoreError."""
    if known is not None:
        _KNOWN[atlas] = known
    shape = structure(atlas)
    parts = {field.name: getattr(shape, field.name) for field in fields(shape)}
    held = {"format": FORMAT, "frame": atlas.frame_digest, "studies": len(atlas.studies), **parts}
    write_atomic(folder / FILE, json.dumps(held).encode())


def recall(atlas: Atlas, folder: Path) -> None:
    """Give an atlas what its build stored. Raises StoreError where it is missing, damaged or of another atlas."""
    try:
        held = json.loads((folder / FILE).read_bytes())
        if (held["format"], held["frame"], held["studies"]) != (FORMAT, atlas.frame_digest, len(atlas.studies)):
            raise ValueError("it belongs to another atlas or another version of this program")
        _KNOWN[atlas] = Structure(
            nodes=tuple(Node(*node) for node in held["nodes"]),
            ties=tuple(Tie(*tie) for tie in held["ties"]),
            communities=tuple(map(tuple, held["communities"])),
            circles=tuple(Circle(*circle) for circle in held["circles"]),
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"{folder / FILE}: cannot be read ({error}); {MEND}") from error


def unchanged(was: Atlas, now: Atlas, changes: Difference) -> Structure | None:
    """The structure of ``was``, if the studies that differ name the same concepts, so that it is that of ``now``."""
    schemes = [scheme for scheme in now.config.tags if scheme != METHODS]
    tagged = {concept.id for scheme in schemes for concept in now.vocabulary.of_scheme(scheme)}

    def named(atlas: Atlas, ids: Sequence[str]) -> Counter[tuple[str, ...]]:
        concepts = (atlas.concepts_in(study) for study in atlas.passing(ids))
        return Counter(tuple(sorted(c for c in of if c in tagged)) for of in concepts)

    return structure(was) if named(was, changes.stale) == named(now, changes.fresh) else None


def made(atlas: Atlas) -> Structure:
    """Work it out: in 2 s for 1,200 concepts, however many studies there are up to some 20,000."""
    lists = postings(atlas)
    concepts = _most_studied(lists)
    counts = np.array([lists.count(node) for node in concepts], np.int64)
    shared = _shared(lists, concepts)
    ties = list(_strongest(shared, counts))
    weight = _central(len(concepts), ties)
    order = sorted(range(len(concepts)), key=lambda n: (-weight[n], concepts[n]))
    place = {old: new for new, old in enumerate(order)}
    moved = [(min(place[a], place[b]), max(place[a], place[b]), strength, both) for a, b, strength, both in ties]
    groups = _communities(len(order), [(a, b, strength) for a, b, strength, _ in moved])
    points, circles = layout(groups, [(a, b, strength) for a, b, strength, _ in moved], SEED)
    group_of = {n: g for g, members in enumerate(groups) for n in members}
    nodes = tuple(
        Node(name_of(concepts[old]), group_of[new], round(float(weight[old]), 8), int(counts[old]), *points[new])
        for new, old in enumerate(order)
    )
    kept = tuple(Tie(a, b, both) for a, b, _, both in sorted(moved))
    return Structure(nodes, kept, groups, tuple(Circle(*circle) for circle in circles))


def _most_studied(lists: Postings) -> list[str]:
    """The concepts that say what studies are about, as nodes: at most MOST, those of most studies."""
    schemes = [scheme for scheme in lists.atlas.config.tags if scheme != METHODS]
    found = dict.fromkeys(node for scheme in schemes for node in lists.concepts.get(scheme, ()))
    return sorted(found, key=lambda node: (-lists.count(node), node))[:MOST]


def _shared(lists: Postings, concepts: Sequence[str]) -> np.ndarray:
    """For each two concepts, the number of studies that name both."""
    lines = [Line(node, 0, lists.count(node), 0, False, lists.bits(node)) for node in concepts]
    return np.array(crossed(lines, lines).counts, np.int64).reshape(len(lines), len(lines))


def _strongest(shared: np.ndarray, counts: np.ndarray) -> Iterator[tuple[int, int, float, int]]:
    """(a, b, strength, studies) of the ties worth keeping: of each node, those of most overlap for its size.

    What is common meets everything by chance, so that overlap counts against the numbers of both (cosine).
    """
    if not len(counts):
        return
    strength = shared / np.sqrt(np.outer(counts, counts))
    np.fill_diagonal(strength, 0.0)
    best = np.argsort(-strength, axis=1, kind="stable")[:, :STRONGEST]
    pairs = {(min(a, b), max(a, b)) for a, row in enumerate(best.tolist()) for b in row if strength[a, b] > 0}
    for a, b in sorted(pairs):
        yield a, b, float(strength[a, b]), int(shared[a, b])


def _central(size: int, ties: Sequence[tuple[int, int, float, int]]) -> np.ndarray:
    """Where a walk along the ties spends its time (PageRank): each node's share of 1."""
    if not size:
        return np.zeros(0)
    matrix: np.ndarray = np.zeros((size, size))
    for a, b, _, both in ties:
        matrix[a, b] = matrix[b, a] = math.log1p(both)
    leaving = matrix.sum(axis=0)
    matrix /= np.where(leaving > 0, leaving, 1.0)
    share: np.ndarray = np.full(size, 1 / size)
    for _ in range(STEPS):
        stuck = share[leaving == 0].sum() / size
        share = (1 - DAMPING) / size + DAMPING * (matrix @ share + stuck)
    return share


def _communities(size: int, ties: Sequence[tuple[int, int, float]]) -> tuple[tuple[int, ...], ...]:
    """Groups with more ties inside than between (Louvain), largest first; what is tied to nothing is the last one."""
    network: nx.Graph[int] = nx.Graph()
    network.add_weighted_edges_from(ties)
    found = nx.community.louvain_communities(network, weight="weight", seed=SEED) if ties else []
    groups = sorted((tuple(sorted(group)) for group in found), key=lambda group: (-len(group), group))
    alone = tuple(n for n in range(size) if n not in network)
    return (*groups, alone) if alone else tuple(groups)
