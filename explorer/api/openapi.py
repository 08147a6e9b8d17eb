"""The OpenAPI 3.1 document of the API, made from the same declarations that read requests and write answers."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from explorer.api.operation import Operation, json_schema
from explorer.api.operations import NAMED, OPERATIONS
from explorer.api.problem import MIME, Problem
from explorer.api.shape import Shape
from explorer.forms import JSON
from explorer.remains import DROPPED
from explorer.site import Site
from index.fields import Facet, facets
from index.query import LAST_PAGE, LAST_YEAR, LONGEST_AFTER, MOST_CHARACTERS, MOST_PER_PAGE, MOST_VALUES, NOT, Sort

VERSION = "1.0.0"  # of the API: raise the first number when a field is renamed, taken away or means something else
REFERENCE = "#/components/schemas/{model}"
SUBJECTS = {
    "Search": "Find studies, and go on from what was found.",
    "Studies": "One study, and what stands in doubt.",
    "Concepts": "Symptoms, biomarkers, designs and the other concepts that studies are tagged with.",
    "Evidence": "How things are connected, and what is known for and against.",
    "Atlas": "The atlas as a whole.",
}
STATUSES = {
    304: "Nothing changed since the answer whose tag the request names.",
    400: "An argument cannot be used; `errors` names each.",
    404: "There is no such thing; `near` names what may have been meant.",
    503: "The atlas cannot answer just now.",
}
TOO_LONG = {
    "description": "The address is longer than the server in front reads: some hundred thousand characters.",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}

REMAINS = (
    "Which studies count: `possible` sets those aside whose `pem-status` is `pem-not-required`, `required` keeps "
    "only those in which it is `pem-required`. Told in `search.exclude`."
)

Json = dict[str, Any]


def document(site: Site) -> Json:
    """The document for one atlas: its facets are arguments of every search."""
    config = site.atlas.config
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": f"{config.title}: JSON API",
            "version": VERSION,
            "summary": "Everything that the site shows, as data. Read only, open to every page of the web.",
            "description": config.description,
            "license": {"name": config.licence_label, "url": config.licence},
        },
        "servers": [{"url": site.links.api()}],
        "externalDocs": {"description": "The documentation for people", "url": f"{config.base_iri}api"},
        "tags": [{"name": name, "description": text} for name, text in SUBJECTS.items()],
        "paths": {operation.path or "/": {"get": _operation(site, operation)} for operation in OPERATIONS},
        "components": {"schemas": schemas(), "responses": _failures()},
    }


@cache
def schemas() -> Json:
    """JSON Schemas (2020-12) of all answers, by the name of their type."""
    models: dict[type[Shape], None] = dict.fromkeys([*(operation.answer for operation in OPERATIONS), Problem])
    _, made = models_json_schema([(model, "validation") for model in models], ref_template=REFERENCE)
    found: Json = made["$defs"]
    return found


def parameters(site: Site, operation: Operation) -> Iterator[Json]:
    """Everything that an operation takes, as OpenAPI writes it."""
    named = operation.example(site).named if operation.named else {}
    for name, kind in (operation.named or {}).items():
        text, pattern = NAMED[kind]
        schema = {"type": "string", "pattern": pattern}
        yield {"name": name, "in": "path", "required": True, "description": text, "schema": schema,
               "example": named[name]}  # fmt: skip
    yield from _own(operation)
    if operation.searches:
        yield from search_parameters_of(site)


def _own(operation: Operation) -> Iterator[Json]:
    made = json_schema(operation.own)
    for name, schema in made.get("properties", {}).items():
        told = {k: v for k, v in schema.items() if k not in ("title", "description")}
        yield _query(name, schema.get("description", ""), told, name in made.get("required", ()))


def search_parameters(known: tuple[Facet, ...]) -> Iterator[Json]:
    """The arguments of a search in an atlas with these facets."""
    year = {"type": "integer", "minimum": 0, "maximum": LAST_YEAR}
    values = {"type": "array", "items": {"type": "string"}, "maxItems": MOST_VALUES}
    yield _query("q", "Words, in the query language of the site.", {"type": "string", "maxLength": MOST_CHARACTERS})
    for facet in known:
        yield _query(facet.name, f"{facet.label}: any of these values.", values)
    for facet in known:
        yield _query(NOT + facet.name, f"{facet.label}: none of these values.", values)
    yield _query("from", "First year of publication.", year)
    yield _query("to", "Last year of publication.", year)
    yield _query("remains", REMAINS, {"type": "string", "enum": list(DROPPED), "default": "all"})
    yield _query("sort", "Order.", {"type": "string", "enum": list(Sort), "default": "relevance"})
    yield _query("page", "Page, from 1.", {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1})
    yield _query("size", "Hits a page.", {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": 10})
    yield _query(
        "after", "In place of `page`: `next_after` of the answer before.",
        {"type": "string", "maxLength": LONGEST_AFTER},
    )  # fmt: skip


def search_parameters_of(site: Site) -> tuple[Json, ...]:
    """The arguments of a search in this atlas."""
    return tuple(search_parameters(facets(site.atlas.config)))


def _query(name: str, text: str, schema: Mapping[str, Any], required: bool = False) -> Json:
    """An argument; of a list, each value is given by itself: ``symptom=pain&symptom=fatigue``."""
    made: Json = {"name": name, "in": "query", "required": required, "description": text, "schema": dict(schema)}
    return made | ({"style": "form", "explode": True} if schema.get("type") == "array" else {})


def _operation(site: Site, operation: Operation) -> Json:
    answer = {"$ref": REFERENCE.format(model=operation.answer.__name__)}
    possible = {400: operation.takes_arguments, 404: operation.named or operation.may_lack, 503: True}
    codes = [code for code, can in possible.items() if can]
    return {
        "operationId": operation.name,
        "tags": [operation.subject],
        "summary": operation.summary,
        "description": operation.description,
        "parameters": list(parameters(site, operation)),
        "responses": {
            "200": {"description": operation.answer.__doc__, "content": {JSON.mime: {"schema": answer}}},
            "304": {"description": STATUSES[304]},
            **{str(code): {"$ref": f"#/components/responses/{code}"} for code in (*codes, 431)},
        },
    }


def _failures() -> Json:
    """The answers to requests that fail, by status."""
    content = {MIME: {"schema": {"$ref": REFERENCE.format(model=Problem.__name__)}}}
    told = {str(code): {"description": text, "content": content} for code, text in STATUSES.items() if code >= 400}
    return told | {"431": TOO_LONG}
