"""Writes Turtle and TriG: readable, one named graph at a time, so that size never matters.

Subjects come in the order of the model, not of the alphabet: the study first, then its findings, its paper, its
history. Parts of a study are written relative to it (``<#finding-1>``) by declaring the study as the base.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from graph.terms import INTEGER, XSD, NamedGraph, Term

_LOCAL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?\Z")
_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_CACHE = 50_000


class Shortener:
    """Turns terms into the shortest form that Turtle allows, under given prefixes and a base."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = {namespace: prefix for prefix, namespace in prefixes.items()}
        self._known: dict[Term, str] = {}
        self._base = "\0"

    def move_to(self, base: str) -> None:
        """Write addresses that begin with ``base#`` as ``<#part>`` from now on."""
        self._base = f"<{base}#"

    def __call__(self, term: Term) -> str:
        if term[0] == '"':
            return self._literal(term)
        if term.startswith(self._base):
            return "<" + term[len(self._base) - 1 :]
        short = self._known.get(term)
        if short is None:
            if len(self._known) > _CACHE:
                self._known.clear()
            short = self._known[term] = self._iri(term)
        return short

    def _iri(self, term: Term) -> str:
        cut = max(term.rfind("#"), term.rfind("/")) + 1
        prefix, local = self._prefixes.get(term[1:cut]), term[cut:-1]
        return f"{prefix}:{local}" if prefix and _LOCAL.match(local) else term

    @staticmethod
    def _literal(term: Term) -> str:
        if term[-1] != ">":
            return term
        body, _, datatype = term.rpartition("^^")
        if datatype == INTEGER:
            return body[1:-1]
        return f"{body}^^xsd:{datatype[len(XSD) + 1 : -1]}" if datatype.startswith(f"<{XSD}") else term


def write_turtle(graphs: Iterable[NamedGraph], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Turtle: the triples of all graphs, without the graphs' names."""
    short = Shortener(prefixes)
    yield _prefixes(prefixes)
    for graph in graphs:
        yield _base(graph, short)
        yield from _statements(graph, short, "")


def write_trig(graphs: Iterable[NamedGraph], prefixes: Mapping[str, str]) -> Iterator[str]:
    """TriG: each graph in braces under its name."""
    short = Shortener(prefixes)
    yield _prefixes(prefixes)
    for graph in graphs:
        yield _base(graph, short)
        yield f"\n{short(graph.name)} {{\n"
        yield from _statements(graph, short, "    ")
        yield "}\n"


def _prefixes(prefixes: Mapping[str, str]) -> str:
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes.items())


def _base(graph: NamedGraph, short: Shortener) -> str:
    base = graph.name[1:-1].partition("#")[0]
    short.move_to(base)
    return f"\n@base <{base}> .\n"


def _statements(graph: NamedGraph, short: Shortener, indent: str) -> Iterator[str]:
    between = f" ;\n{indent}    "
    for subject, properties in graph.by_subject().items():
        lines = [
            f"{'a' if predicate == _RDF_TYPE else short(predicate)} {_objects(objects, short, indent)}"
            for predicate, objects in properties.items()
        ]
        yield f"\n{indent}{short(subject)} {between.join(lines)} .\n"


def _objects(objects: list[Term], short: Shortener, indent: str) -> str:
    written = [short(o) for o in objects]
    if len(written) > 1 and sum(map(len, written)) > 80:
        return f",\n{indent}        ".join(written)
    return ", ".join(written)
