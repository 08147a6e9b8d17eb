"""The network for other programs: GraphML (Gephi, yEd, igraph, networkx) and JSON for Cytoscape."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import networkx as nx

from graph.terms import clean

# Attributes in the order in which they are declared; all of them are text but the numbers.
NODE_FIELDS = (
    "kind",
    "label",
    "title",
    "scheme",
    "year",
    "level",
    "pem",
    "design",
    "peer_review",
    "review",
    "study",
    "finding",
    "direction",
    "x",
    "y",
)
EDGE_FIELDS = ("relation", "study", "finding", "direction")
NUMBERS = {"year", "finding", "x", "y"}
Edge = tuple[str, str, str, dict[str, Any]]


def graphml(network: nx.MultiDiGraph, nodes: Iterable[str] | None = None) -> bytes:
    """The network, or the part of it between ``nodes``, as GraphML."""
    return "".join(write_graphml(network, nodes)).encode()


def cytoscape(network: nx.MultiDiGraph, nodes: Iterable[str] | None = None) -> bytes:
    """The network, or the part of it between ``nodes``, as Cytoscape's JSON (``.cyjs``; Cytoscape.js reads it too)."""
    return "".join(write_cytoscape(network, nodes)).encode()


def write_graphml(network: nx.MultiDiGraph, nodes: Iterable[str] | None = None) -> Iterator[str]:
    """As :func:`graphml`, one node or edge at a time. Texts are cleaned as in the RDF: XML carries no controls."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for domain, fields in (("node", NODE_FIELDS), ("edge", EDGE_FIELDS)):
        for field in fields:
            kind = "int" if field in NUMBERS else "string"
            yield f'  <key id="{domain[0]}-{field}" for="{domain}" attr.name="{field}" attr.type="{kind}"/>\n'
    yield '  <graph edgedefault="directed">\n'
    wanted = _wanted(network, nodes)
    for node in wanted:
        yield f"    <node id={_attribute(node)}>{_data('n', NODE_FIELDS, network.nodes[node])}</node>\n"
    for number, (source, target, _, facts) in enumerate(_edges(network, wanted), 1):
        ends = f"source={_attribute(source)} target={_attribute(target)}"
        yield f'    <edge id="e{number}" {ends}>{_data("e", EDGE_FIELDS, facts)}</edge>\n'
    yield "  </graph>\n</graphml>\n"


def write_cytoscape(network: nx.MultiDiGraph, nodes: Iterable[str] | None = None) -> Iterator[str]:
    """As :func:`cytoscape`, one node or edge at a time."""
    wanted = _wanted(network, nodes)
    title = json.dumps(clean(str(network.graph.get("title", ""))), ensure_ascii=False)
    yield f'{{"data": {{"name": {title}}}, "directed": true, "multigraph": true,\n"elements": {{"nodes": ['
    yield from _joined(_placed(n, network.nodes[n]) for n in wanted)
    yield '], "edges": ['
    edges = enumerate(_edges(network, wanted), 1)
    yield from _joined(
        _element(id=f"e{i}", source=u, target=v, key=k, interaction=k, **facts) for i, (u, v, k, facts) in edges
    )
    yield "]}}\n"


def _wanted(network: nx.MultiDiGraph, nodes: Iterable[str] | None) -> dict[str, None]:
    """The nodes to write, in the order given or else of the network; unknown ones are left out."""
    return dict.fromkeys(network if nodes is None else (n for n in nodes if n in network))


def _edges(network: nx.MultiDiGraph, wanted: dict[str, None]) -> Iterator[Edge]:
    for source in wanted:
        for target, records in network.adj[source].items():
            if target in wanted:
                for relation, facts in records.items():
                    yield source, target, relation, facts


def _data(domain: str, fields: Iterable[str], facts: dict[str, Any]) -> str:
    values = ((field, facts[field]) for field in fields if field in facts)
    return "".join(f'<data key="{domain}-{field}">{escape(clean(str(value)))}</data>' for field, value in values)


def _attribute(value: str) -> str:
    return quoteattr(clean(value))


def _placed(node: str, facts: dict[str, Any]) -> str:
    """A node with its place, where it has one: a node of a picture does, one of the whole network does not."""
    position: dict[str, int] = {axis: facts[axis] for axis in ("x", "y") if axis in facts}
    data = {key: value for key, value in facts.items() if key not in position}
    return _element(position or None, id=node, name=facts["label"], **data)


def _element(position: dict[str, int] | None = None, **data: Any) -> str:
    element: dict[str, Any] = {"data": {k: clean(v) if isinstance(v, str) else v for k, v in data.items()}}
    return json.dumps(element | ({"position": position} if position else {}), ensure_ascii=False)


def _joined(texts: Iterable[str]) -> Iterator[str]:
    before = "\n"
    for text in texts:
        yield before + text
        before = ",\n"
