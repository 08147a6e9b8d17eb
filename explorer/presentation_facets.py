"""Facets as a reader sees them: their values, what is chosen, and where every click leads."""

from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode

from explorer.links import Links
from explorer.presentation import LEVELS, Chosen
from index.query import SearchRequest
from index.results import FacetCount, FacetResult

SHOWN = 6  # values of a facet before "more"
AT_MOST = 40  # values of a facet on the search page; a page of its own lists them all
OPEN = 5  # facets that are unfolded from the start
SLOT = "0value0"  # stands for a value while an address is made once for a whole facet


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One line of a facet. ``key``: the value as an element's id can hold it."""

    value: str
    key: str
    label: str
    count: int
    selected: bool
    excluded: bool
    toggle_url: str
    exclude_url: str


@dataclass(frozen=True, slots=True)
class FacetPanel:
    """One facet: what shows at once, what waits behind "more", and where all of its values are."""

    name: str
    label: str
    shown: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    total: int
    all_url: str
    open: bool
    chosen: int


@dataclass(frozen=True, slots=True)
class Selection:
    """One facet's part of the sentence that says what is selected."""

    label: str
    any_of: tuple[Chosen, ...]
    none_of: tuple[Chosen, ...]


class FacetAddresses:
    """Where a facet's values lead. The two addresses are made once and filled in for each value."""

    def __init__(self, request: SearchRequest, facet: str, base: str = "") -> None:
        self._request, self._facet, self._base = request, facet, base
        self._with = base + query_of(request.with_value(facet, SLOT))
        self._without = base + query_of(request.excluding(facet, SLOT))

    def toggle(self, value: str, on: bool) -> str:
        """Adds the value, or takes it (selected or left out) away again."""
        if on:
            return self._base + query_of(self._request.without_value(self._facet, value))
        return self._with.replace(SLOT, quote_plus(value))

    def exclude(self, value: str) -> str:
        """Leaves out the studies that have the value."""
        if value in self._request.include.get(self._facet, ()):
            return self._base + query_of(self._request.excluding(self._facet, value))
        return self._without.replace(SLOT, quote_plus(value))


def label_of(result: FacetResult, count: FacetCount) -> str:
    """A value's label; an evidence level is known by its id as well."""
    return f"{count.value} {count.label}" if result.facet.scheme == LEVELS else count.label


def query_of(request: SearchRequest) -> str:
    """The address of a search relative to the search page: short, and right behind any proxy."""
    return "?" + urlencode(request.to_args())


def facet_panel(
    result: FacetResult, request: SearchRequest, links: Links, place: int = 0, most: int = AT_MOST, base: str = ""
) -> FacetPanel:
    """One facet with at most ``most`` values, what is chosen on top. ``place`` counts the facets from 0.

    ``base``: the search page's address, where the panel stands on another page.
    """
    name = result.facet.name
    addresses = FacetAddresses(request, name, base)
    counts = [c for c in result.counts if c.count or c.selected or c.excluded]
    chosen = [c for c in counts if c.selected or c.excluded]
    ordered = chosen + [c for c in counts if not (c.selected or c.excluded)]
    values = tuple(
        FacetValue(
            c.value,
            quote_plus(c.value),
            label_of(result, c),
            c.count,
            c.selected,
            c.excluded,
            addresses.toggle(c.value, c.selected or c.excluded),
            addresses.exclude(c.value),
        )
        for c in ordered[: max(most, len(chosen))]
    )
    cut = len(values) if len(values) <= SHOWN + 2 else max(SHOWN, len(chosen))
    return FacetPanel(
        name=name,
        label=result.facet.label,
        shown=values[:cut],
        more=values[cut:],
        total=len(ordered),
        all_url=links.facet(name, request.with_page(1).to_args()) if len(ordered) > len(values) else "",
        open=bool(chosen) or place < OPEN,
        chosen=len(chosen),
    )


def selection(result: FacetResult, request: SearchRequest) -> Selection:
    """What is chosen in one facet, with an address that takes each value away."""
    name, label = result.facet.name, result.facet.label

    def taken_away(value: str, text: str) -> Chosen:
        return Chosen(text, query_of(request.without_value(name, value)))

    return Selection(
        label,
        tuple(taken_away(c.value, label_of(result, c)) for c in result.counts if c.selected),
        tuple(taken_away(c.value, label_of(result, c)) for c in result.counts if c.excluded),
    )
