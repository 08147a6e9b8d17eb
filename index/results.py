"""What a search answers with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from index.fields import Facet
from index.query import SearchRequest


class Hit(NamedTuple):
    """A study found. ``score`` is 0 where the order is not by relevance.

    ``highlights``: by field, escaped HTML with ``<mark>`` around what was found and no other tag.
    """

    id: str
    score: float
    highlights: Mapping[str, str]


class FacetCount(NamedTuple):
    """One value of a facet and how many studies selecting it would give."""

    value: str
    label: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody asks of it
    selected: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class FacetResult:
    """A facet with its counts, in the facet's order. The counts leave its own selection out and obey all others.

    Values that no study has are left out, except those that are selected or excluded.
    """

    facet: Facet
    counts: tuple[FacetCount, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to a request. ``request`` is the one answered: its page lies within the results.

    ``years``: (year, studies) in ascending order, leaving the request's own year range out. ``seconds`` it took.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[FacetResult, ...]
    years: tuple[tuple[int, int], ...]
    request: SearchRequest
    messages: tuple[str, ...]
    seconds: float
