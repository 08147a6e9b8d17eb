"""What a query gave, in every form that people ask for."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

RESULT_FORMS = {
    "json": (ox.QueryResultsFormat.JSON, "application/sparql-results+json"),
    "xml": (ox.QueryResultsFormat.XML, "application/sparql-results+xml"),
    "csv": (ox.QueryResultsFormat.CSV, "text/csv"),
    "tsv": (ox.QueryResultsFormat.TSV, "text/tab-separated-values"),
}
GRAPH_FORMS = {
    "turtle": (ox.RdfFormat.TURTLE, "text/turtle"),
    "ntriples": (ox.RdfFormat.N_TRIPLES, "application/n-triples"),
    "rdfxml": (ox.RdfFormat.RDF_XML, "application/rdf+xml"),
    "jsonld": (ox.RdfFormat.JSON_LD, "application/ld+json"),
}
WIDEST = 60  # characters of a cell in a table for the terminal
Row = tuple[Node | None, ...]


@dataclass(frozen=True)
class SparqlResult:
    """The answer to a SELECT (``rows``), an ASK (``boolean``) or a CONSTRUCT or DESCRIBE (``graph``).

    ``kind`` is "select", "ask" or "graph"; ``content`` the answer as SPARQL JSON, or as N-Triples.
    """

    kind: str
    content: bytes
    prefixes: dict[str, str]
    seconds: float = 0.0

    @cached_property
    def _json(self) -> dict[str, Any]:
        if self.kind == "graph":
            raise ValueError("CONSTRUCT and DESCRIBE give a graph, not rows")
        found: dict[str, Any] = json.loads(self.content)
        return found

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the columns; none for ASK. Raises ValueError for a graph."""
        return tuple(self._json["head"].get("vars", ()))

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Rows of rdflib terms, None where a variable is unbound. Raises ValueError for a graph."""
        bindings = self._json.get("results", {}).get("bindings", ())
        return tuple(tuple(_term(row.get(name)) for name in self.variables) for row in bindings)

    @property
    def boolean(self) -> bool:
        """The answer to an ASK. Raises ValueError for anything else."""
        if self.kind != "ask":
            raise ValueError("only ASK gives yes or no")
        return bool(self._json["boolean"])

    def graph(self) -> Graph:
        """The triples of a CONSTRUCT or DESCRIBE, prefixes bound. Raises ValueError for anything else."""
        if self.kind != "graph":
            raise ValueError("only CONSTRUCT and DESCRIBE give a graph")
        graph = Graph(bind_namespaces="none")
        for prefix, namespace in self.prefixes.items():
            graph.bind(prefix, namespace)
        return graph.parse(data=self.content, format="nt")

    def serialize(self, form: str) -> bytes:
        """The answer as ``json``, ``xml``, ``csv`` or ``tsv``; a graph in one of GRAPH_FORMS.

        Raises ValueError where the form does not fit the answer.
        """
        if self.kind == "graph":
            return self._graph_as(form)
        if form not in RESULT_FORMS:
            raise ValueError(f"rows cannot be written as '{form}'; use one of {', '.join(RESULT_FORMS)}")
        parsed: Any = ox.parse_query_results(self.content, format=ox.QueryResultsFormat.JSON)
        return bytes(parsed.serialize(format=RESULT_FORMS[form][0]))

    def _graph_as(self, form: str) -> bytes:
        if form not in GRAPH_FORMS:
            reason = f"CONSTRUCT and DESCRIBE give a graph, which cannot be written as '{form}'"
            raise ValueError(f"{reason}; use one of {', '.join(GRAPH_FORMS)}")
        triples = (quad.triple for quad in ox.parse(self.content, format=ox.RdfFormat.N_TRIPLES))
        used = {p: n for p, n in self.prefixes.items() if f"<{n}".encode() in self.content}
        return bytes(ox.serialize(triples, format=GRAPH_FORMS[form][0], prefixes=used) or b"")

    def table(self) -> str:
        """Columns for a terminal, addresses shortened by the known prefixes; a graph as Turtle; yes or no for ASK."""
        if self.kind == "graph":
            return self.serialize("turtle").decode()
        if self.kind == "ask":
            return "yes\n" if self.boolean else "no\n"
        cells = [list(self.variables), *([self._cell(term) for term in row] for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        cells.insert(1, ["-" * width for width in widths])
        lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells)
        return "\n".join(lines) + f"\n({len(self.rows)} row{'' if len(self.rows) == 1 else 's'})\n"

    def _cell(self, term: Node | None) -> str:
        if term is None:
            return ""
        text = " ".join(str(term).split())
        if isinstance(term, URIRef):
            prefix = next((p for p, n in self.prefixes.items() if text.startswith(n)), None)
            text = f"{prefix}:{text.removeprefix(self.prefixes[prefix])}" if prefix else text
        text = "".join(c if c.isprintable() else "\ufffd" for c in text)  # nothing that moves the cursor
        return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _term(value: dict[str, Any] | None) -> Node | None:
    if value is None:
        return None
    if value["type"] == "uri":
        return URIRef(value["value"])
    if value["type"] == "bnode":
        return BNode(value["value"])
    if value["type"] == "triple":
        return Literal(json.dumps(value["value"], ensure_ascii=False))
    return Literal(value["value"], lang=value.get("xml:lang"), datatype=value.get("datatype"))
