"""The RDF syntaxes that the atlas is published in, and the pieces in which any text goes out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CHUNK = 65_536  # characters


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


def chunks(pieces: Iterable[str]) -> Iterator[bytes]:
    """Small pieces of text joined to UTF-8 of about 64 KB each."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= CHUNK:
            yield "".join(held).encode()
            held, size = [], 0
    if held:
        yield "".join(held).encode()
