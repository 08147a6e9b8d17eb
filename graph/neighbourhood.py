"""What is connected with one node: a bounded, laid-out part of the network, ready to draw and to list.

    near = neighbourhood(atlas, "study:see-1996-alpha-interferon", limit=24)
    near.centre, near.nodes, near.edges; near.left_out      # {"author": 3}: not drawn, to be offered as a list

Findings are folded in unless asked for: a study is tied straight to what its finding is about, with its direction.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

import networkx as nx

from entries.atlas import Atlas
from graph.errors import GraphError
from graph.network import atlas_of
from graph.nodes import (
    KINDS,
    finding_node,
    finding_of,
    kind_of,
    name_of,
    resolve_entry,
    study_label,
    study_node,
    unknown_entry,
)
from graph.postings import Postings, members, postings
from graph.statements import CLASSES, Statement, direct_statements, study_statements

DRAWN = ("concept", "definition", "study", "author")  # kinds that are drawn unless others are asked for, in this order
# Places a round when there are more nodes than places, by the kind of the centre; every other kind gets one.
SHARE = {"study": {"concept": 3}, "finding": {"concept": 3}, "concept": {"study": 3}}
MOST = 300  # nodes; more is no picture
CROWDED = 12  # nodes on one ring; more alternate between two
RADII = (0.42, 0.3)


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the picture: its place in the unit square, and how many neighbours it has in the whole network."""

    id: str
    kind: str
    label: str
    x: float
    y: float
    count: int

    @property
    def name(self) -> str:
        """The id of the study or concept behind it."""
        return name_of(self.id)


@dataclass(frozen=True, slots=True)
class Edge:
    """A tie between two nodes of the picture, and the statement it stands for, as in :class:`Statement`."""

    source: str
    target: str
    relation: str
    study: str | None
    direction: str | None
    finding: int | None = None


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The centre, the other ``nodes`` around it, all ``edges`` among them, and how many of each kind were left out."""

    centre: Node
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: dict[str, int]


def neighbourhood(
    source: Atlas | nx.MultiDiGraph,
    node: str,
    limit: int = 24,
    kinds: Collection[str] | None = None,
    among: int | None = None,
) -> Neighbourhood:
    """The neighbours of a node, at most ``limit``. ``kinds``: those to draw (see ``KINDS``); None: ``DRAWN``.

    ``among``: the studies that may be neighbours, as bits (see :class:`graph.postings.Postings`); None: all. The same
    atlas always gives the same picture. Raises UnknownNode, and GraphError for an unknown kind.
    """
    atlas = atlas_of(source)
    lists = postings(atlas)
    centre = _find(lists, node)
    wanted = _checked(kinds)
    folded = "finding" not in wanted
    around = {kind: group for kind, group in _around(lists, centre, folded, among).items() if group.total}
    offered = {kind: around[kind].first for kind in wanted if kind in around}
    chosen = _chosen(offered, max(0, min(limit, MOST)), SHARE.get(kind_of(centre), {}))
    nodes = tuple(_node(lists, n, x, y) for n, (x, y) in zip(chosen, _places(len(chosen)), strict=True))
    drawn = Counter(node.kind for node in nodes)
    left_out = {kind: group.total - drawn[kind] for kind, group in around.items() if group.total > drawn[kind]}
    edges = tuple(_edges(lists, {centre, *chosen}, folded))
    return Neighbourhood(_node(lists, centre, 0.5, 0.5), nodes, edges, left_out)


def find_node(source: Atlas | nx.MultiDiGraph, name: str) -> str:
    """The node that a node id, an id, a label or a synonym means. Raises UnknownNode with suggestions."""
    return _find(postings(atlas_of(source)), name)


def _find(lists: Postings, name: str) -> str:
    if kind_of(name) in ("author", "journal") and name in lists:
        return name
    found = resolve_entry(lists.atlas, name)
    if found is None:
        raise unknown_entry(lists.atlas, name)
    return found


def _checked(kinds: Collection[str] | None) -> tuple[str, ...]:
    if kinds is None:
        return DRAWN
    for kind in kinds:
        if kind not in KINDS:
            raise GraphError(f"there is no kind of node '{kind}'; the kinds are {', '.join(KINDS)}")
    return tuple(kind for kind in (*DRAWN, *KINDS) if kind in kinds)


class _Group(NamedTuple):
    """Neighbours of one kind: how many, and the first of them in the order in which they should get a place."""

    total: int
    first: list[str]


def _around(lists: Postings, centre: str, folded: bool, among: int | None = None) -> dict[str, _Group]:
    """The neighbours of a node by kind; ``among``: the studies that may be of them, None for all."""
    kind = kind_of(centre)
    if kind in ("study", "finding"):
        found = (_around_study if kind == "study" else _around_finding)(lists, centre, folded)
        return _grouped(n for n in found if among is None or _is_among(lists, n, among))
    if among is not None:
        kept = members(lists.bits(centre) & among)
        first = [study_node(i) for i in lists.ids(kept[:MOST])]
        return _grouped(_hierarchy(lists, centre)) | {"study": _Group(len(kept), first)}
    numbers = lists.of(centre)  # up to all studies: never more of them than a picture holds are looked at
    studies = _Group(len(numbers), [study_node(i) for i in lists.ids(numbers[:MOST])])
    return _grouped(_hierarchy(lists, centre)) | {"study": studies}


def _is_among(lists: Postings, node: str, among: int) -> bool:
    """Whether a node is no study, or one of these."""
    return kind_of(node) != "study" or bool(among >> lists.number[name_of(node)] & 1)


def _grouped(nodes: Iterable[str]) -> dict[str, _Group]:
    by_kind: dict[str, list[str]] = {}
    for node in dict.fromkeys(nodes):
        by_kind.setdefault(kind_of(node), []).append(node)
    return {kind: _Group(len(found), found) for kind, found in by_kind.items()}


def _around_finding(lists: Postings, centre: str, folded: bool) -> Iterator[str]:
    """Its study, and what it is about."""
    study, _ = finding_of(lists.atlas, centre)
    yield study_node(study.id)
    yield from (s.target for s in study_statements(lists.atlas, study) if s.source == centre)


def _around_study(lists: Postings, centre: str, folded: bool) -> Iterator[str]:
    """What the entry itself says, findings before tags; then who links to it."""
    study = lists.atlas.studies[name_of(centre)]
    statements = list((direct_statements if folded else study_statements)(lists.atlas, study))
    statements.sort(key=lambda s: s.relation == "tagged")
    yield from (s.target for s in statements if s.source == centre and s.relation not in CLASSES)
    yield from (study_node(other) for other, _ in lists.atlas.links_to(study.id))
    if folded:
        yield from (finding_node(study.id, n) for n in range(1, len(study.findings) + 1))


def _hierarchy(lists: Postings, centre: str) -> Iterator[str]:
    for statement in lists.hierarchy.get(centre, ()):
        yield statement.source if statement.target == centre else statement.target


def _chosen(by_kind: dict[str, list[str]], limit: int, share: dict[str, int]) -> list[str]:
    """At most ``limit`` nodes, in rounds so that no kind crowds out the others; kept together by kind."""
    waiting = {kind: iter(nodes) for kind, nodes in by_kind.items()}
    got: dict[str, list[str]] = {kind: [] for kind in by_kind}
    left = limit
    while left > 0 and any(len(got[k]) < len(by_kind[k]) for k in by_kind):
        for kind, nodes in waiting.items():
            more = list(islice(nodes, min(share.get(kind, 1), left)))
            got[kind] += more
            left -= len(more)
    return [node for nodes in got.values() for node in nodes]


def _places(count: int) -> list[tuple[float, float]]:
    """Places around the centre of the unit square, from the top clockwise."""
    places = []
    for i in range(count):
        angle = 2 * math.pi * i / count - math.pi / 2
        radius = RADII[i % 2] if count > CROWDED else RADII[0]
        places.append((round(0.5 + radius * math.cos(angle), 4), round(0.5 + radius * math.sin(angle), 4)))
    return places


def _node(lists: Postings, node: str, x: float, y: float) -> Node:
    count = sum(group.total for kind, group in _around(lists, node, folded=True).items() if kind in DRAWN)
    return Node(node, kind_of(node), label(lists, node), x, y, count)


def label(lists: Postings, node: str) -> str:
    """What a node is called: ``See & Tilles (1996)``, a concept's label, a finding's text, a name."""
    atlas, kind = lists.atlas, kind_of(node)
    if kind == "study":
        return study_label(atlas.studies[name_of(node)])
    if kind == "finding":
        study, number = finding_of(atlas, node)
        return study.findings[number - 1].text
    return lists.names[node] if kind in ("author", "journal") else atlas.vocabulary.label(name_of(node))


def _edges(lists: Postings, drawn: set[str], folded: bool) -> Iterator[Edge]:
    """Every statement between two drawn nodes: of the studies (and findings) drawn, and of the schemes."""
    atlas = lists.atlas
    studies = dict.fromkeys(name_of(n).partition("/")[0] for n in sorted(drawn) if kind_of(n) in ("study", "finding"))
    told = direct_statements if folded else study_statements
    own: Iterator[Statement] = chain.from_iterable(told(atlas, atlas.studies[i]) for i in studies)
    above = chain.from_iterable(lists.hierarchy.get(n, ()) for n in sorted(drawn))
    for s in dict.fromkeys(chain(own, above)):
        if s.source in drawn and s.target in drawn:
            yield Edge(s.source, s.target, s.relation, s.study, s.direction, s.finding)
