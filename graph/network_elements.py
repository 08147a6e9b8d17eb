"""The network's nodes and edges one after the other: for writing it down without holding it as a networkx graph.

AtlasElements(atlas)                            # the whole network
AtlasElements(atlas, ["see-1996-alpha-interferon"])     # what some studies say
NetworkElements(network, nodes)                 # of a networkx graph, or of a part of it
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import networkx as nx

from entries.atlas import Atlas
from entries.study import Study
from graph.network_facts import Facts, Node, Stands, concept_nodes, edge_facts, study_nodes
from graph.statements import study_statements, vocabulary_statements
from graph.suggest import unknown

_SHARED = ("author", "journal")  # kinds that several studies have; studies and findings are met once


class Edge(NamedTuple):
    """An edge between two nodes, what it is called, and what it says of its statement."""

    source: str
    target: str
    relation: str
    facts: Facts


class Elements(Protocol):
    """Nodes and edges that can be gone through more than once; every end of an edge is among the nodes."""

    @property
    def title(self) -> str:
        """What the network is called."""

    def nodes(self) -> Iterator[Node]:
        """Every node once, with its facts."""

    def edges(self) -> Iterator[Edge]:
        """Every edge once."""


class AtlasElements:
    """Straight from the studies, of which one at a time is held. Facts are those that :class:`Network` tells of.

    ``ids``: only these studies, with what they name and the ties between them; None: the whole network, in which
    every concept stands, used or not. A study's standing is that among all of the atlas, whichever are wanted. Raises
    UnknownNode for an unknown id.
    """

    def __init__(self, atlas: Atlas, ids: Sequence[str] | None = None) -> None:
        for study_id in ids or ():
            if study_id not in atlas.studies:
                raise unknown(study_id, atlas.studies)
        self.title = atlas.config.title
        self._atlas = atlas
        self._ids = None if ids is None else dict.fromkeys(ids)

    def nodes(self) -> Iterator[Node]:
        """Concepts, then study by study; where only some studies are wanted, concepts when they are first named."""
        concepts = dict(concept_nodes(self._atlas))
        met: set[str] = set()
        if self._ids is None:
            yield from concepts.items()
            met.update(concepts)
        for study in self._studies():
            named = () if self._ids is None else self._concepts_of(study, concepts)
            for node, facts in (*study_nodes(self._atlas, study), *named):
                if node not in met:
                    yield node, facts
                if facts["kind"] in _SHARED or node in concepts:
                    met.add(node)

    def edges(self) -> Iterator[Edge]:
        """The ties of each study, then the hierarchy of the concepts."""
        named: set[str] = set()
        for study in self._studies():
            stands = Stands.of(self._atlas, study)  # anew, and not kept from the nodes: a study at a time is held
            told = (s for s in study_statements(self._atlas, study) if self._has(s.target))
            said = {s[:3]: edge_facts(s, stands.behind(s)) for s in told}
            named.update(target for _, target, _ in said)
            yield from (Edge(*ends, facts) for ends, facts in said.items())
        for statement in vocabulary_statements(self._atlas):
            if self._ids is None or {statement.source, statement.target} <= named:
                yield Edge(*statement[:3], edge_facts(statement))

    def _studies(self) -> Iterable[Study]:
        return self._atlas.studies.values() if self._ids is None else self._atlas.passing(self._ids)

    def _concepts_of(self, study: Study, concepts: dict[str, Facts]) -> Iterator[Node]:
        targets = dict.fromkeys(s.target for s in study_statements(self._atlas, study))
        return ((target, concepts[target]) for target in targets if target in concepts)

    def _has(self, target: str) -> bool:
        """Whether an edge to this node stays: one to a study that is not wanted does not."""
        kind, _, name = target.partition(":")
        return self._ids is None or kind != "study" or name in self._ids


class NetworkElements:
    """Of a networkx graph, or of the part of it between ``nodes``, in the order given; unknown ones are left out."""

    def __init__(self, network: nx.MultiDiGraph, nodes: Iterable[str] | None = None) -> None:
        self.title = str(network.graph.get("title", ""))
        self._network = network
        self._wanted = dict.fromkeys(network if nodes is None else (n for n in nodes if n in network))

    def nodes(self) -> Iterator[Node]:
        """The nodes wanted."""
        return ((node, self._network.nodes[node]) for node in self._wanted)

    def edges(self) -> Iterator[Edge]:
        """The edges between them, by source."""
        for source in self._wanted:
            for target, records in self._network.adj[source].items():
                if target in self._wanted:
                    yield from (Edge(source, target, relation, facts) for relation, facts in records.items())
