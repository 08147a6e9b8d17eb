"""Writes JSON-LD: a context of prefixes and one node object a subject, streamed."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graph.terms import INTEGER, NamedGraph, Term, parts
from graph.turtle import Shortener

_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def write_jsonld(graphs: Iterable[NamedGraph], prefixes: Mapping[str, str]) -> Iterator[str]:
    """JSON-LD: the triples of all graphs.

    ``<`` is written as an escape, so that the text can stand inside a page's ``<script>`` whatever it says.
    """
    short = Shortener(prefixes)
    yield f'{{"@context": {_json(dict(prefixes))},\n"@graph": ['
    before = "\n"
    for graph in graphs:
        for subject, properties in graph.by_subject().items():
            yield before + _json(_node(short, subject, properties))
            before = ",\n"
    yield "\n]}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _node(short: Shortener, subject: Term, properties: dict[Term, list[Term]]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": _iri(short, subject)}
    for predicate, objects in properties.items():
        if predicate == _RDF_TYPE:
            node["@type"] = [_iri(short, o) for o in objects]
        else:
            values = [_value(short, o) for o in objects]
            node[_iri(short, predicate)] = values if len(values) > 1 else values[0]
    return node


def _iri(short: Shortener, term: Term) -> str:
    return short(term).removeprefix("<").removesuffix(">")


def _value(short: Shortener, term: Term) -> Any:
    if term[0] == "<":
        return {"@id": _iri(short, term)}
    body, language, datatype = parts(term)
    if language:
        return {"@language": language, "@value": body}
    if datatype is None:
        return body
    kind = f"<{datatype}>"
    return int(body) if kind == INTEGER else {"@type": _iri(short, kind), "@value": body}
