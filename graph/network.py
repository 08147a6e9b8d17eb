"""The atlas as a networkx graph: typed nodes, typed edges, each edge knowing the statement that it stands for."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import networkx as nx

from entries import collector
from entries.atlas import Atlas
from graph.network_facts import Facts, Node, concept_nodes, edge_facts, study_nodes
from graph.nodes import finding_node
from graph.small_records import small
from graph.statements import Statement, study_statements, vocabulary_statements

if TYPE_CHECKING:
    _Base = nx.MultiDiGraph[str]
else:
    _Base = nx.MultiDiGraph


class Network(_Base):
    """A MultiDiGraph, frozen, that remembers the atlas it was made from.

    Nodes have ``kind`` and ``label``; studies also ``year``, ``level``, ``pem``, ``design``, ``peer_review``,
    ``review``, ``title`` and ``standing``; concepts their ``scheme``; findings ``study``, ``finding``, ``direction``
    and ``standing``. Edges have ``relation`` (their key too), and ``study``, ``finding``, ``direction`` and
    ``standing`` (of the finding) where these apply. Edges of one statement share their attributes: read them, do not
    write.
    """

    atlas: Atlas


class _Filling:
    """Puts nodes and edges into an empty network, in as little memory as plain dictionaries can do with.

    This does what ``add_node`` and ``add_edge`` do, on the same dictionaries; but edges that say the same share one
    record, records of one kind share their keys, and every node is one text however many edges it has. An atlas has a
    million edges: without this they take three times as long and three times the memory.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._facts: dict[str, Facts] = network._node  # type: ignore[attr-defined]
        self._out: dict[str, dict[str, dict[str, Facts]]] = network._succ  # type: ignore[attr-defined]
        self._into: dict[str, dict[str, dict[str, Facts]]] = network._pred  # type: ignore[attr-defined]
        self._names: dict[str, str] = {}
        self._later: list[Statement] = []

    def hold(self, nodes: Iterable[Node]) -> None:
        """Add nodes, those apart that are there already."""
        for node, facts in nodes:
            if node not in self._names:
                self._network.add_node(node)
                self._facts[node] = small(facts["kind"], facts)
                self._names[node] = node

    def join(self, statements: Iterable[Statement]) -> None:
        """Add the edges of statements; those that lead to a node which is not there yet wait for :meth:`finish`."""
        said: tuple[Any, ...] = ()
        record: dict[str, Facts] = {}
        for statement in statements:
            source, target = self._names[statement.source], self._names.get(statement.target)
            if target is None:
                self._later.append(statement)
                continue
            if statement[2:] != said:
                facts = small("edge", edge_facts(statement, self._standing(statement)))
                said, record = statement[2:], small(statement.relation, {statement.relation: facts})
            known = self._out[source].get(target)
            self._out[source][target] = self._into[target][source] = record if known is None else known | record

    def finish(self) -> None:
        """Add the edges that waited: links to studies that came after their own."""
        self._later, waited = [], self._later
        self.join(waited)

    def _standing(self, statement: Statement) -> str | None:
        """How the finding stands that a statement comes from: as its node was told."""
        if statement.study is None or statement.finding is None:
            return None
        standing: str = self._facts[finding_node(statement.study, statement.finding)]["standing"]
        return standing


def build_network(atlas: Atlas) -> Network:
    """The whole network: 20,000 studies (102,000 nodes, 790,000 edges) take 225 MB.

    Node ids are in :mod:`graph.nodes`.
    """
    network = Network(title=atlas.config.title)
    network.atlas = atlas
    with collector.paused():
        filling = _Filling(network)
        filling.hold(concept_nodes(atlas))
        filling.join(vocabulary_statements(atlas))
        for study in atlas.studies.values():
            filling.hold(study_nodes(atlas, study))
            filling.join(study_statements(atlas, study))
        filling.finish()
    nx.freeze(network)
    return network


def atlas_of(source: Atlas | nx.MultiDiGraph) -> Atlas:
    """The atlas itself, or the one that a network was made from. Raises TypeError for any other graph."""
    if isinstance(source, Atlas):
        return source
    if isinstance(source, Network):
        return source.atlas
    raise TypeError("this needs an atlas, or a network that build_network() made")
