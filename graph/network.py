"""The atlas as a networkx graph: typed nodes, typed edges, each edge knowing the statement that it stands for."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import networkx as nx

from entries import collector
from entries.atlas import Atlas
from graph.network_elements import AtlasElements, edge_facts
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
                said, record = statement[2:], {statement.relation: edge_facts(statement)}
            known = out[source].get(target)
            out[source][target] = into[target][source] = record if known is None else known | record


def build_network(atlas: Atlas) -> Network:
    """The whole network: 20,000 studies take 3 s and 250 MB. Node ids are in :mod:`graph.nodes`."""
    network = Network(title=atlas.config.title)
    network.atlas = atlas
    with collector.paused():
        network.add_nodes_from(AtlasElements(atlas).nodes())
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
