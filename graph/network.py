"""The atlas as a networkx graph: typed nodes, typed edges, each edge knowing the statement that it stands for."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import networkx as nx

from entries import collector
from entries.atlas import Atlas
from entries.study import Study
from graph.nodes import author_node, concept_node, finding_node, journal_node, study_label, study_node
from graph.statements import Statement, study_statements, vocabulary_statements

if TYPE_CHECKING:
    _Base = nx.MultiDiGraph[str]
else:
    _Base = nx.MultiDiGraph


class Network(_Base):
    """A MultiDiGraph, frozen, that remembers the atlas it was made from.

    Nodes have ``kind`` and ``label``; studies also ``year``, ``level``, ``pem``, ``design``, ``peer_review``,
    ``review`` and ``title``; concepts their ``scheme``; findings ``study``, ``finding`` and ``direction``. Edges have
    ``relation`` (their key too), and ``study``, ``finding`` and ``direction`` where these apply. Edges of one
    statement share their attributes: read them, do not write.
    """

    atlas: Atlas

    def join(self, statements: Iterable[Statement]) -> None:
        """Add the edges of statements whose nodes are there already.

        This does what ``add_edge`` does, on the same dictionaries, but lets edges that say the same share one record:
        an atlas has a million edges, and a record for each takes three times as long and twice the memory.
        """
        said: tuple[Any, ...] = ()
        record: dict[str, dict[str, Any]] = {}
        out: dict[str, dict[str, dict[str, dict[str, Any]]]] = self._succ  # type: ignore[attr-defined]
        into: dict[str, dict[str, dict[str, dict[str, Any]]]] = self._pred  # type: ignore[attr-defined]
        for statement in statements:
            source, target = statement[:2]
            if statement[2:] != said:
                said, record = statement[2:], {statement.relation: _facts(statement)}
            known = out[source].get(target)
            out[source][target] = into[target][source] = record if known is None else known | record


def build_network(atlas: Atlas) -> Network:
    """The whole network: 20,000 studies take 3 s and 250 MB. Node ids are in :mod:`graph.nodes`."""
    network = Network(title=atlas.config.title)
    network.atlas = atlas
    with collector.paused():
        network.add_nodes_from(_concepts(atlas))
        for study in atlas.studies.values():
            network.add_nodes_from(_nodes(atlas, study))
        network.join(_statements(atlas))
    nx.freeze(network)
    return network


def atlas_of(source: Atlas | nx.MultiDiGraph) -> Atlas:
    """The atlas itself, or the one that a network was made from. Raises TypeError for any other graph."""
    if isinstance(source, Atlas):
        return source
    if isinstance(source, Network):
        return source.atlas
    raise TypeError("this needs an atlas, or a network that build_network() made")


def _statements(atlas: Atlas) -> Iterator[Statement]:
    studies = (study_statements(atlas, study) for study in atlas.studies.values())
    return chain(vocabulary_statements(atlas), chain.from_iterable(studies))


def _facts(statement: Statement) -> dict[str, Any]:
    """What an edge says of its statement; nothing that it does not know."""
    facts: dict[str, Any] = {"relation": statement.relation}
    if statement.study is not None:
        facts["study"] = statement.study
    if statement.finding is not None:
        facts["finding"] = statement.finding
    if statement.direction is not None:
        facts["direction"] = statement.direction
    return facts


def _concepts(atlas: Atlas) -> Iterator[tuple[str, dict[str, Any]]]:
    vocabulary = atlas.vocabulary
    for concept in vocabulary.values():
        node = concept_node(vocabulary, concept.id)
        kind = node.partition(":")[0]
        yield node, {"kind": kind, "label": concept.label, "scheme": vocabulary.scheme_of(concept.id)}


def _nodes(atlas: Atlas, study: Study) -> Iterator[tuple[str, dict[str, Any]]]:
    yield study_node(study.id), _study(atlas, study)
    for number, finding in enumerate(study.findings, 1):
        facts = {"kind": "finding", "label": finding.text, "study": study.id, "finding": number}
        direction = {"direction": finding.direction.value} if finding.direction else {}
        yield finding_node(study.id, number), facts | direction
    for author in study.authors:
        yield author_node(author), {"kind": "author", "label": author.name}
    if study.journal:
        yield journal_node(study.journal), {"kind": "journal", "label": study.journal}


def _study(atlas: Atlas, study: Study) -> dict[str, Any]:
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
