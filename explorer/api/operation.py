"""One operation: where it is, what it takes, what it answers, and how a request to it is read.

Arguments of a search are read as the search page reads them: what cannot be used is left out and told in ``messages``.
An operation's own arguments are typed: what does not fit is refused with 400, argument by argument.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from inspect import getdoc
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from explorer.api.shape import Parameters, Shape
from explorer.narrowing import narrowed
from explorer.presentation import shortened
from explorer.remains import DROPPED
from explorer.remains import NAME as REMAINS
from explorer.site import Site
from index.fields import facets
from index.query import SearchRequest, clean

Own = TypeVar("Own", bound=Parameters)
Args = list[tuple[str, str]]


class BadArgument(NamedTuple):
    """An argument that cannot be used, and what it would have to be."""

    name: str
    detail: str


class BadArguments(BadRequest):
    """400 that names each argument that cannot be used."""

    def __init__(self, *arguments: BadArgument) -> None:
        super().__init__(" ".join(f"“{a.name}”: {a.detail}." for a in arguments))
        self.arguments = arguments


@dataclass(frozen=True, slots=True)
class Asked(Generic[Own]):
    """A request, read: what the path names, the operation's own arguments, the search, and its arguments as given."""

    site: Site
    named: Mapping[str, str]
    own: Own
    search: SearchRequest
    args: Args


class Example(NamedTuple):
    """A request to try: what the path names, and the arguments."""

    named: Mapping[str, str]
    args: Args


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. ``path`` as OpenAPI writes it; ``searches``: it takes the arguments of a search, too.

    ``run`` gives the answer, or its bytes piece by piece; its docstring is the description. ``named``: what each part
    of the path that stands in braces is; ``may_lack``: what its arguments name may not be there (404).
    ``example`` makes a request that finds something in any atlas with a study.
    """

    name: str
    path: str
    subject: str
    summary: str
    answer: type[Shape]
    run: Callable[[Asked[Any]], Shape | Iterator[bytes]]
    example: Callable[[Site], Example]
    own: type[Parameters] = Parameters
    searches: bool = False
    named: Mapping[str, str] | None = None
    may_lack: bool = False

    @property
    def description(self) -> str:
        """What it does, in sentences."""
        return " ".join((getdoc(self.run) or "").split())

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")

    @property
    def takes_arguments(self) -> bool:
        """Whether an argument can be refused."""
        return bool(self.own.model_fields) or not self.searches

    def address(self, site: Site, example: Example) -> str:
        """Where a request goes."""
        return site.links.api(self.path.format(**example.named), list(example.args))

    def read(self, site: Site, named: Mapping[str, str], args: MultiDict[str, str]) -> Asked[Parameters]:
        """Read a request. Raises BadArguments."""
        given = list(args.items(multi=True))
        names = _names(self.own)
        own = _own(self.own, [(k, v) for k, v in given if not self.searches or k in names])
        search = [(k, v) for k, v in given if self.searches and k not in names and k != REMAINS]
        wanted = narrowed(site, SearchRequest.from_args(search, facets(site.atlas.config)))
        unknown = next((v for k, v in given if self.searches and k == REMAINS and v not in DROPPED), "")
        if unknown:
            told = f"“{shortened(clean(unknown), 40)}” is none of {', '.join(DROPPED)} and was left out."
            wanted = replace(wanted, messages=(*wanted.messages, told))
        return Asked(site, named, own, wanted, search)


@cache
def json_schema(own: type[Parameters]) -> Mapping[str, Any]:
    """The JSON Schema of an operation's own arguments, worked out once. Not to be changed."""
    return own.model_json_schema()


@cache
def _names(own: type[Parameters]) -> Mapping[str, bool]:
    """The arguments by name: whether they may be given several times."""
    properties: Mapping[str, Any] = json_schema(own).get("properties", {})
    return {name: schema.get("type") == "array" for name, schema in properties.items()}


def _own(own: type[Parameters], given: Args) -> Parameters:
    names = _names(own)
    values: dict[str, str | list[str]] = {}
    twice = []
    for name, value in given:
        if names.get(name):
            values.setdefault(name, []).append(clean(value))  # type: ignore[union-attr]
        elif name in values:
            twice.append(BadArgument(shortened(clean(name), 40), "is given more than once; give it once"))
        else:
            values[name] = clean(value)
    if twice:
        raise BadArguments(*dict.fromkeys(twice))
    try:
        return own.model_validate(values)
    except ValidationError as error:
        raise BadArguments(*_refused(error, names)) from error


MOST_TOLD = 20  # arguments that one answer names


def _refused(error: ValidationError, names: Mapping[str, bool]) -> Iterator[BadArgument]:
    for one in error.errors(include_url=False, include_input=False)[:MOST_TOLD]:
        name = shortened(clean(str(one["loc"][0])), 40) if one["loc"] else "arguments"
        if one["type"] == "extra_forbidden":
            known = ", ".join(names)
            yield BadArgument(name, f"is no argument of this operation; it takes {known or 'none'}")
        elif one["type"] == "missing":
            yield BadArgument(name, "is missing; this operation needs it")
        else:
            yield BadArgument(name, one["msg"][:1].lower() + one["msg"][1:])
