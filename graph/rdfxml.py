"""Writes RDF/XML, one subject at a time."""

from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from graph.terms import NamedGraph, Term, parts

_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


class _Names:
    """Qualified names of properties and classes; RDF/XML cannot write a property without one."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = {namespace: prefix for prefix, namespace in prefixes.items()}
        self._known: dict[Term, str | None] = {}

    def find(self, term: Term) -> str | None:
        """``skos:prefLabel``, or None where no declared prefix gives an XML name."""
        if term not in self._known:
            cut = max(term.rfind("#"), term.rfind("/")) + 1
            prefix, local = self._prefixes.get(term[1:cut]), term[cut:-1]
            usable = prefix and (local[:1].isalpha() or local[:1] == "_") and local.replace("-", "_").isidentifier()
            self._known[term] = f"{prefix}:{local}" if usable else None
        return self._known[term]

    def __getitem__(self, term: Term) -> str:
        name = self.find(term)
        if name is None:
            raise ValueError(f"RDF/XML has no name for the property {term}: declare a prefix for its namespace")
        return name


def write_rdfxml(graphs: Iterable[NamedGraph], prefixes: Mapping[str, str]) -> Iterator[str]:
    """RDF/XML: the triples of all graphs. Raises ValueError for a property outside the declared prefixes."""
    names = _Names(prefixes)
    declared = "".join(f"\n    xmlns:{p}={quoteattr(n)}" for p, n in prefixes.items())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{declared}>\n'
    for graph in graphs:
        for subject, properties in graph.by_subject().items():
            yield _subject(names, subject, properties)
    yield "</rdf:RDF>\n"


def _subject(names: _Names, subject: Term, properties: dict[Term, list[Term]]) -> str:
    """A typed node where its first class has a name, else an rdf:Description."""
    types = properties.get(_RDF_TYPE, [])
    element = names.find(types[0]) if types else None
    left_out = types[0] if element else None
    lines = [
        f"    {_property(names[predicate], value)}\n"
        for predicate, values in properties.items()
        for value in values
        if not (predicate == _RDF_TYPE and value == left_out)
    ]
    element = element or "rdf:Description"
    return f"  <{element} rdf:about={quoteattr(subject[1:-1])}>\n{''.join(lines)}  </{element}>\n"


def _property(name: str, value: Term) -> str:
    if value[0] == "<":
        return f"<{name} rdf:resource={quoteattr(value[1:-1])}/>"
    body, language, datatype = parts(value)
    extra = f' xml:lang="{language}"' if language else f" rdf:datatype={quoteattr(datatype)}" if datatype else ""
    return f"<{name}{extra}>{escape(body)}</{name}>"
