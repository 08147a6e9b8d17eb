"""The RDF syntaxes that the atlas is published in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One syntax; ``suffix`` begins with its dot.

    ``quads``: it keeps the named graphs; otherwise the triples of all graphs come together.
    """

    name: str
    label: str
    suffix: str
    mime: str
    quads: bool


FORMATS = {
    f.name: f
    for f in (
        Format("turtle", "Turtle", ".ttl", "text/turtle", False),
        Format("trig", "TriG", ".trig", "application/trig", True),
        Format("ntriples", "N-Triples", ".nt", "application/n-triples", False),
        Format("nquads", "N-Quads", ".nq", "application/n-quads", True),
        Format("rdfxml", "RDF/XML", ".rdf", "application/rdf+xml", False),
        Format("jsonld", "JSON-LD", ".jsonld", "application/ld+json", False),
    )
}
