"""The network's nodes and edges one after the other: for writing it down without holding it as a networkx graph.

AtlasElements(atlas)                            # the whole network
AtlasElements(atlas, ["see-1996-alpha-interferon"])     # what some studies say
NetworkElements(network, nodes)                 # of a networkx graph, or of a part of it
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import networkx as nx

from entries.atlas import Atlas
from entries.study import Study
from graph.nodes import author_node, concept_node, finding_node, journal_node, study_label, study_node
from graph.statements import Statement, study_statements, vocabulary_statements
from graph.suggest import unknown

Facts = dict[str, Any]
Node = tuple[str, Facts]
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
    every concept stands, used or not. Raises UnknownNode for an unknown id.
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
        concepts = dict(_concepts(self._atlas))
        met: set[str] = set()
        if self._ids is None:
            yield from concepts.items()
            met.update(concepts)
        for study in self._studies():
            named = () if self._ids is None else self._concepts_of(study, concepts)
            for node, facts in (*_of_study(self._atlas, study), *named):
                if node not in met:
                    yield node, facts
                if facts["kind"] in _SHARED or node in concepts:
                    met.add(node)

    def edges(self) -> Iterator[Edge]:
        """The ties of each study, then the hierarchy of the concepts."""
        named: set[str] = set()
        for study in self._studies():
            said = {s[:3]: edge_facts(s) for s in study_statements(self._atlas, study) if self._has(s.target)}
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


def edge_facts(statement: Statement) -> Facts:
    """What an edge says of its statement; nothing that it does not know."""
    facts: Facts = {"relation": statement.relation}
    if statement.study is not None:
        facts["study"] = statement.study
    if statement.finding is not None:
        facts["finding"] = statement.finding
    if statement.direction is not None:
        facts["direction"] = statement.direction
    return facts


def _concepts(atlas: Atlas) -> Iterator[Node]:
    vocabulary = atlas.vocabulary
    for concept in vocabulary.values():
        node = concept_node(vocabulary, concept.id)
        kind = node.partition(":")[0]
        yield node, {"kind": kind, "label": concept.label, "scheme": vocabulary.scheme_of(concept.id)}


def _of_study(atlas: Atlas, study: Study) -> Iterator[Node]:
    yield study_node(study.id), _study(atlas, study)
    for number, finding in enumerate(study.findings, 1):
        facts = {"kind": "finding", "label": finding.text, "study": study.id, "finding": number}
        direction = {"direction": finding.direction.value} if finding.direction else {}
        yield finding_node(study.id, number), facts | direction
    for author in study.authors:
        yield author_node(author), {"kind": "author", "label": author.name}
    if study.journal:
        yield journal_node(study.journal), {"kind": "journal", "label": study.journal}


def _study(atlas: Atlas, study: Study) -> Facts:
    return {
        "kind": "study",
        "label": study_label(study),
        "title": study.title,
        "year": study.year,
        "level": study.evidence_level,
        "pem": str(atlas.badge(study).status),
        "design": study.design,
        "peer_review": study.peer_review,
        "review": study.review.status,
    }
