"""Facets: the weightiest values in the answer to a search, all of them at an address of their own."""

from typing import Literal

from pydantic import Field

from explorer.api.operation import Asked, BadArgument, BadArguments
from explorer.api.searched import SearchTold, messages
from explorer.api.shape import ConceptId, Count, Parameters, Shape
from explorer.near import Unknown
from explorer.presentation import Chosen, shortened
from explorer.presentation_facet import fitting_counts
from explorer.presentation_facets import shown_counts
from explorer.site import Site
from index.fields import facets
from index.query import SearchRequest
from index.results import FacetCount, FacetResult

VALUES = 25  # of each facet in the answer to a search; the facet itself has them all
A_PART = 1_000  # values


class FacetValue(Shape):
    """A value of a facet, right after its broader one where it has one."""

    value: str
    label: str
    count: Count
    """Studies that selecting it would give: the facet's own selection is left out, all others are obeyed."""
    selected: bool
    excluded: bool
    parent: str | None
    """The broader value above it."""
    depth: Count
    children: Count
    """How many values stand right below it."""

    @classmethod
    def of(cls, count: FacetCount) -> "FacetValue":
        """A value as the engine counts it."""
        return cls.model_validate(count._asdict())


class FacetBrief(Shape):
    """A facet: its weightiest values and all that are chosen, as a tree."""

    name: str
    label: str
    scheme: ConceptId | None
    """The concept scheme of its values; null where they are no concepts."""
    total: Count
    """How many values it has within this search."""
    values: tuple[FacetValue, ...]
    api: str
    """All of its values."""

    @classmethod
    def of(cls, site: Site, request: SearchRequest, found: FacetResult) -> "FacetBrief":
        """A facet of an answer."""
        name = found.facet.name
        return cls(
            name=name,
            label=found.facet.label,
            scheme=found.facet.scheme,
            total=len(found.counts),
            values=tuple(FacetValue.of(count) for count in shown_counts(found, VALUES)),
            api=site.links.api(f"/facets/{name}", request.with_page(1).to_args()),
        )


class FacetAsked(Parameters):
    """What of a facet is wanted."""

    find: str = Field("", max_length=100)
    """Only values with this text in a name: label, plain label or synonym; case and accents do not count."""
    order: Literal["", "count", "name", "scheme"] = ""
    """`count`: most studies first; `name`; `scheme`: as the vocabulary has them. Empty: the order of the facet."""
    part: int = Field(1, ge=1, le=1_000_000)
    """Which thousand of the values, from 1."""


class FacetAnswer(Shape):
    """A facet in full within a search."""

    name: str
    label: str
    scheme: ConceptId | None
    total: Count
    """Values that fit."""
    part: int
    parts: int
    values: tuple[FacetValue, ...]
    """A thousand of them. With neither `find` nor `order`, each follows the broader value above it."""
    messages: tuple[str, ...]
    search: SearchTold


def facet(asked: Asked[FacetAsked]) -> FacetAnswer:
    """All values of one facet within a search, a thousand at a time, as a tree or in the order asked for."""
    result, own = asked.site.engine.search(asked.search.with_page(1)), asked.own
    found = next((f for f in result.facets if f.facet.name == asked.named["facet"]), None)
    if found is None:
        raise _no_facet(asked)
    if own.order == "scheme" and not found.places:
        raise BadArguments(BadArgument("order", "this facet has no scheme; use count or name"))
    ordered = found.sorted(own.order) if own.order else found
    fitting = ordered.counts if own.order else ordered.tree()
    if own.find:
        fitting = fitting_counts(asked.site, ordered, own.find)
    parts = max(1, -(-len(fitting) // A_PART))
    part = min(own.part, parts)
    return FacetAnswer(
        name=found.facet.name,
        label=found.facet.label,
        scheme=found.facet.scheme,
        total=len(fitting),
        part=part,
        parts=parts,
        values=tuple(FacetValue.of(c) for c in fitting[(part - 1) * A_PART : part * A_PART]),
        messages=messages(asked.search, result),
        search=SearchTold.of(asked.site, result.request),
    )


def _no_facet(asked: Asked[FacetAsked]) -> Unknown:
    known = facets(asked.site.atlas.config)
    return Unknown(
        f"This atlas has no facet “{shortened(asked.named['facet'], 40)}”.",
        [Chosen(f.label, asked.site.links.api(f"/facets/{f.name}")) for f in known],
    )
