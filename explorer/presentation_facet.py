"""One facet in full, within a search: searched by name, in the order that the reader wants, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from entries.vocabulary import normalise
from explorer.presentation import number
from explorer.presentation_facets import FacetLines, FacetValue, SearchAddresses
from explorer.presentation_search import heading
from explorer.site import Site
from index.query import SearchRequest
from index.results import FacetCount, FacetResult, Order, SearchResult

A_PAGE = 200  # values; a tree is shown whole up to LARGEST_TREE
LARGEST_TREE = 600
ORDERS: dict[Order, str] = {"count": "Most studies first", "name": "By name", "scheme": "As the vocabulary has them"}
LONGEST_FIND = 100


@dataclass(frozen=True, slots=True)
class FacetAsked:
    """What the page's own arguments ask: words in the value's name, an order (empty: the facet's), a page."""

    find: str = ""
    order: str = ""
    part: int = 1


@dataclass(frozen=True, slots=True)
class FacetPage:
    """Everything that ``facet.html`` shows."""

    name: str
    label: str
    sentence: str
    values: tuple[FacetValue, ...]
    is_tree: bool
    find: str
    orders: tuple[tuple[str, str, bool], ...]
    kept: tuple[tuple[str, str], ...]
    action: str
    previous: str
    next: str
    back_url: str
    heading: str


def facet_page(site: Site, result: SearchResult, found: FacetResult, asked: FacetAsked) -> FacetPage:
    """Put the page together."""
    request, name = result.request, found.facet.name
    ordered = found.sorted(_order(found, asked.order))
    usable = replace(ordered, counts=tuple(c for c in ordered.counts if c.count or c.selected or c.excluded))
    fitting = fitting_counts(site, usable, asked.find)
    lines = FacetLines(found, SearchAddresses(request), site.links.search())
    tree = usable.tree() if not asked.find and len(fitting) <= LARGEST_TREE else ()
    is_tree = any(count.depth for count in tree)
    first, values = _page_of(lines, fitting, tree if is_tree else (), asked.part)
    return FacetPage(
        name=name,
        label=found.facet.label,
        sentence=_sentence(asked.find, len(fitting), first, len(fitting) if is_tree else len(values)),
        values=values,
        is_tree=is_tree,
        find=asked.find,
        orders=tuple(_orders(found, asked.order)),
        kept=tuple(request.with_page(1).to_args()),
        action=site.links.facet(name, []),
        previous=_address(site, request, name, asked, -1) if first else "",
        next=_address(site, request, name, asked, +1) if not is_tree and first + A_PAGE < len(fitting) else "",
        back_url=site.links.search(request.to_args()),
        heading=heading(result, len(site.atlas.studies))[0].lower(),
    )


def _page_of(
    lines: FacetLines, fitting: Sequence[FacetCount], tree: Sequence[FacetCount], part: int
) -> tuple[int, tuple[FacetValue, ...]]:
    """(number of the first value from 0, the values of this page); a tree whole and unfolded."""
    if tree:
        return 0, tuple(_unfolded(value) for value in lines.tree(tree))
    first = min(part - 1, max(0, len(fitting) - 1) // A_PAGE) * A_PAGE
    return first, tuple(lines.line(count) for count in fitting[first : first + A_PAGE])


def _unfolded(value: FacetValue) -> FacetValue:
    return value._replace(open=True, below=tuple(_unfolded(v) for v in value.below)) if value.below else value


def _order(found: FacetResult, wanted: str) -> Order:
    """The order asked for; the facet's own where there is no such."""
    known: dict[str, Order] = {order: order for order in ORDERS}
    return known.get(wanted) or known.get(found.facet.order) or "count"


def _orders(found: FacetResult, wanted: str) -> list[tuple[str, str, bool]]:
    """(value, label, chosen) of the orders; only what has a scheme can be in its order."""
    present = _order(found, wanted)
    return [(o, label, o == present) for o, label in ORDERS.items() if o != "scheme" or found.places]


def fitting_counts(site: Site, usable: FacetResult, find: str) -> Sequence[FacetCount]:
    """The values that have the words in a name; a concept has several names. What is chosen comes first."""
    wanted = normalise(find)
    counts = sorted(usable.counts, key=lambda c: not (c.selected or c.excluded))
    if not wanted:
        return counts
    names = site.overview.names if usable.facet.scheme else {}

    def fits(count: FacetCount) -> bool:
        own = names.get(count.value, ())
        return wanted in normalise(count.label) or any(name.fits(wanted) for name in own)

    return [count for count in counts if fits(count)]


def _sentence(find: str, total: int, first: int, shown: int) -> str:
    what = number(total, "value", "values")
    if find:
        what = f"{what} with “{find}”" if total else f"No value has “{find}” in its name"
    part = f", showing {first + 1:,} to {first + shown:,}" if shown < total else ""
    return f"{what}{part}."


def _address(site: Site, request: SearchRequest, name: str, asked: FacetAsked, step: int) -> str:
    own = [("find", asked.find), ("order", asked.order), ("part", str(asked.part + step))]
    args = [*request.with_page(1).to_args(), *((key, value) for key, value in own if value)]
    return f"{site.links.facet(name, [])}?{urlencode(args)}"
