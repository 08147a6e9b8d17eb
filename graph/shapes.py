"""The SHACL shapes that every atlas' RDF meets."""

from importlib.resources import files

from rdflib import Graph


def shapes(base_iri: str, criterion: bool = True) -> Graph:
    """The shapes for an atlas with this base IRI, to hand to any SHACL validator.

    ``criterion``: the atlas has a needed criterion (a scheme ``pem-status``), so every study has a status of it.
    """
    found = Graph(bind_namespaces="none")
    for name in ("shapes.ttl", "shapes-criterion.ttl") if criterion else ("shapes.ttl",):
        text = files("graph").joinpath(name).read_text(encoding="utf-8")
        found.parse(data=text, format="turtle", publicID=base_iri)  # `ev:` is relative to the base
    return found
