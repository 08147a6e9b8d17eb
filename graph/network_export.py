"""The network for other programs: GraphML (Gephi, yEd, igraph, networkx) and JSON for Cytoscape.

graphml(network)                                  # bytes
for piece in write_graphml(AtlasElements(atlas)): ...     # text, in constant memory
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import networkx as nx

from graph.errors import GraphError
from graph.formats import chunks
from graph.network_elements import Elements, NetworkElements
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
    "standing",
    "study",
    "finding",
    "direction",
    "x",
    "y",
)
EDGE_FIELDS = ("relation", "study", "finding", "direction", "standing")
NUMBERS = {"year", "finding", "x", "y"}


def write_network(elements: Elements, fmt: str) -> Iterator[bytes]:
    """A network in a format of NETWORK_FORMATS, piece by piece. Raises GraphError at once for any other."""
    if fmt not in NETWORK_FORMATS:
        raise GraphError(f"there is no network format '{fmt}'; use one of {', '.join(NETWORK_FORMATS)}")
    return chunks(NETWORK_FORMATS[fmt](elements))


def graphml(network: nx.MultiDiGraph, nodes: Iterable[str] | None = None) -> bytes:
    """The network, or the part of it between ``nodes``, as GraphML."""
    return "".join(write_graphml(NetworkElements(network, nodes))).encode()


def cytoscape(network: nx.MultiDiGraph, nodes: Iterable[str] | None = None) -> bytes:
    """The network, or the part of it between ``nodes``, as Cytoscape's JSON (``.cyjs``; Cytoscape.js reads it too)."""
    return "".join(write_cytoscape(NetworkElements(network, nodes))).encode()


def write_graphml(elements: Elements) -> Iterator[str]:
    """GraphML, one node or edge at a time. Texts are cleaned as in the RDF: XML carries no controls."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for domain, fields in (("node", NODE_FIELDS), ("edge", EDGE_FIELDS)):
        for field in fields:
            kind = "int" if field in NUMBERS else "string"
            yield f'  <key id="{domain[0]}-{field}" for="{domain}" attr.name="{field}" attr.type="{kind}"/>\n'
    yield '  <graph edgedefault="directed">\n'
    for node, facts in elements.nodes():
        yield f"    <node id={_attribute(node)}>{_data('n', NODE_FIELDS, facts)}</node>\n"
    for number, (source, target, _, facts) in enumerate(elements.edges(), 1):
        ends = f"source={_attribute(source)} target={_attribute(target)}"
        yield f'    <edge id="e{number}" {ends}>{_data("e", EDGE_FIELDS, facts)}</edge>\n'
    yield "  </graph>\n</graphml>\n"


def write_cytoscape(elements: Elements) -> Iterator[str]:
    """Cytoscape's JSON, one node or edge at a time."""
    title = json.dumps(clean(elements.title), ensure_ascii=False)
    yield f'{{"data": {{"name": {title}}}, "directed": true, "multigraph": true,\n"elements": {{"nodes": ['
    yield from _joined(_placed(node, facts) for node, facts in elements.nodes())
    yield '], "edges": ['
    edges = enumerate(elements.edges(), 1)
    yield from _joined(
        _element(id=f"e{i}", source=u, target=v, key=k, interaction=k, **facts) for i, (u, v, k, facts) in edges
    )
    yield "]}}\n"


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


NETWORK_FORMATS: dict[str, Callable[[Elements], Iterator[str]]] = {
    "graphml": write_graphml,
    "cytoscape": write_cytoscape,
}
