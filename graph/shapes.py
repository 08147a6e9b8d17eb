"""The SHACL shapes that every atlas' RDF meets."""

from importlib.resources import files

from rdflib import Graph


def shapes_text() -> str:
    """``shapes.ttl`` as it stands; its ``ev:`` is relative to the base IRI that it is parsed with."""
    return files("graph").joinpath("shapes.ttl").read_text(encoding="utf-8")


def shapes(base_iri: str) -> Graph:
    """The shapes for an atlas with this base IRI, to hand to any SHACL validator."""
    return Graph(bind_namespaces="none").parse(data=shapes_text(), format="turtle", publicID=base_iri)
