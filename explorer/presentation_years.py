"""The year range of a search: a picture of the studies a year that is also where the range is set."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from explorer import svg
from explorer.presentation import Chosen
from explorer.presentation_facets import query_of
from index.query import SearchRequest


@dataclass(frozen=True, slots=True)
class Years:
    """The picture, its ends, what it says in words, what is set, and where the two thumbs stand."""

    picture: Markup
    first: int
    last: int
    sentence: str
    year_from: int | None
    year_to: int | None
    low: int
    high: int


def years(request: SearchRequest, counted: Sequence[tuple[int, int]]) -> Years | None:
    """The year range with its picture; None where there is nothing to choose.

    ``counted``: (year, studies) in order, the request's own range left out.
    """
    known = [(year, count) for year, count in counted if count]
    if not known and not request.has_years:
        return None
    first, last = (known[0][0], known[-1][0]) if known else (0, 0)
    most = max(known, key=lambda pair: pair[1]) if known else None
    sentence = f"Studies a year, {first} to {last}; most in {most[0]}: {most[1]:,}." if most else "No studies."
    low = first if request.year_from is None else min(max(request.year_from, first), last)
    high = last if request.year_to is None else max(min(request.year_to, last), first)
    picture = svg.histogram(known, request.year_from, request.year_to)
    return Years(picture, first, last, sentence, request.year_from, request.year_to, low, high)


def years_chosen(request: SearchRequest) -> Chosen | None:
    """The year range in words, with an address that takes it away."""
    if not request.has_years:
        return None
    first, last = request.year_from, request.year_to
    words = f"until {last}" if first is None else f"since {first}" if last is None else f"{first} to {last}"
    return Chosen(words, query_of(request.with_years(None, None)))
