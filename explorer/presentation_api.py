"""The documentation of the JSON API as one object: every operation with what it takes, what it answers, an example."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from explorer.api import openapi
from explorer.api.operations import OPERATIONS
from explorer.api.problem import MENDS, TITLES
from explorer.site import Site


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument: its name, what it takes, whether it is needed, what it means."""

    name: str
    takes: str
    needed: bool
    means: Markup


@dataclass(frozen=True, slots=True)
class AnswerField:
    """A field of an answer; ``type_url`` leads to its type where that is one of ours."""

    name: str
    type: str
    type_url: str
    means: Markup


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation. ``example`` is an address that can be opened at once."""

    id: str
    path: str
    summary: str
    description: Markup
    arguments: tuple[Argument, ...]
    takes_search: bool
    answer: str
    answer_url: str
    example: str


@dataclass(frozen=True, slots=True)
class SubjectView:
    """Operations on one subject."""

    name: str
    means: str
    operations: tuple[OperationView, ...]


@dataclass(frozen=True, slots=True)
class TypeView:
    """A type of object in answers."""

    name: str
    means: Markup
    fields: tuple[AnswerField, ...]


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A kind of error, and what to do about it."""

    id: str
    status: int
    title: str
    mend: str


@dataclass(frozen=True, slots=True)
class ApiPage:
    """Everything that ``api.html`` shows."""

    base: str
    openapi_url: str
    version: str
    search_arguments: tuple[Argument, ...]
    subjects: tuple[SubjectView, ...]
    types: tuple[TypeView, ...]
    problems: tuple[ProblemView, ...]
    first: str
    next: str


def api_page(site: Site, host: str) -> ApiPage:
    """Put the page together. ``host``: the server's address without its path, for examples to be copied."""
    told = openapi.document(site)
    facets = {p["name"] for p in openapi.search_parameters_of(site)}
    search = told["paths"]["/search"]["get"]["parameters"]
    example = next(o for o in OPERATIONS if o.name == "search")
    return ApiPage(
        base=host + site.links.api(),
        openapi_url=site.links.api("/openapi.json"),
        version=openapi.VERSION,
        search_arguments=tuple(_argument(p) for p in search),
        subjects=tuple(
            SubjectView(name, means, tuple(_operations(site, told, name, facets)))
            for name, means in openapi.SUBJECTS.items()
        ),
        types=tuple(_type(name, schema) for name, schema in sorted(told["components"]["schemas"].items())),
        problems=tuple(
            ProblemView(f"problem-{status}", status, TITLES[status], mend) for status, mend in MENDS.items()
        ),
        first=f'curl "{host}{example.address(site, example.example(site))}"',
        next=site.links.api("/search"),
    )


def _operations(site: Site, told: Mapping[str, Any], subject: str, facets: set[str]) -> Iterator[OperationView]:
    for operation in OPERATIONS:
        if operation.subject == subject:
            parameters = told["paths"][operation.path or "/"]["get"]["parameters"]
            own = (p for p in parameters if not (operation.searches and p["in"] == "query" and p["name"] in facets))
            name = operation.answer.__name__
            yield OperationView(
                id=operation.name,
                path=site.links.root + "/api/v1" + operation.path,
                summary=operation.summary,
                description=marked(operation.description),
                arguments=tuple(_argument(p) for p in own),
                takes_search=operation.searches,
                answer=name,
                answer_url=f"#type-{name}",
                example=operation.address(site, operation.example(site)),
            )


def marked(text: str) -> Markup:
    """A description for a page: what stands in backticks (one or two) is code."""
    parts = text.replace("``", "`").split("`")
    return Markup("").join(Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in enumerate(parts))


def _argument(told: Mapping[str, Any]) -> Argument:
    return Argument(told["name"], _kind(told["schema"])[0], told["required"], marked(told["description"]))


def _type(name: str, schema: Mapping[str, Any]) -> TypeView:
    fields = (
        AnswerField(field, *_kind(of), marked(of.get("description", "")))
        for field, of in schema.get("properties", {}).items()
    )
    return TypeView(name, marked(schema.get("description", "")), tuple(fields))


def _kind(schema: Mapping[str, Any]) -> tuple[str, str]:
    """A schema in words, and where the type that it names is described."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return name, f"#type-{name}"
    if "enum" in schema:
        return ", ".join("null" if value is None else str(value) or "(empty)" for value in schema["enum"]), ""
    if "const" in schema:
        return str(schema["const"]), ""
    if "anyOf" in schema:
        parts = [_kind(part) for part in schema["anyOf"]]
        return " or ".join(part for part, _ in parts), next((url for _, url in parts if url), "")
    return _plain(schema)


def _plain(schema: Mapping[str, Any]) -> tuple[str, str]:
    kind = str(schema.get("type", "any"))
    if kind == "array":
        words, url = _kind(schema.get("items", {}))
        return f"list of {words}", url
    if kind == "object" and isinstance(inner := schema.get("additionalProperties"), Mapping):
        words, url = _kind(inner)
        return f"object of {words}", url
    least, most = schema.get("minimum"), schema.get("maximum")
    span = f" {least:,} to {most:,}" if least is not None and most is not None else ""
    length = f", {schema['maxLength']:,} characters at most" if "maxLength" in schema else ""
    return f"{schema.get('format') or kind}{span}{length}", ""
