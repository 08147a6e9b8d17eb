"""Searches side by side as one object: each in words, the studies that they share or do not, facets in one table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from explorer.comparison import LETTERS, FacetTable, Region, Side, facet_tables, regions
from explorer.presentation import Chosen, in_words, number
from explorer.presentation_snapshot import kept_args, title_of
from explorer.site import Site

FIRST = 5  # studies of each region where all regions are shown
A_PAGE = 50  # studies of a region that is shown alone


@dataclass(frozen=True, slots=True)
class SideView:
    """One search: its capital letter, its words, where it leads, how many studies it finds, what it could not use."""

    letter: str
    title: str
    url: str
    total: int
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionView:
    """Studies that some of the searches find and the others do not."""

    key: str
    heading: str
    total: int
    studies: tuple[Chosen, ...]
    all_url: str


@dataclass(frozen=True, slots=True)
class Field:
    """One box of the form."""

    name: str
    label: str
    value: str
    needed: bool


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Everything that ``compare.html`` shows."""

    fields: tuple[Field, ...]
    sides: tuple[SideView, ...]
    regions: tuple[RegionView, ...]
    alone: str  # heading of the one region that is shown, or empty
    previous: str
    next: str
    shown: str
    tables: tuple[FacetTable, ...]
    csv_url: str
    all_url: str


def form_fields(asked: Sequence[tuple[str, str]]) -> tuple[Field, ...]:
    """The boxes with what was written in them."""
    written = dict(asked)
    return tuple(
        Field(letter, f"Search {letter.upper()}" + (" (if you like)" if n > 1 else ""), written.get(letter, ""), n < 2)
        for n, letter in enumerate(LETTERS)
    )


def addressed(compared: Sequence[Side]) -> list[tuple[str, str]]:
    """The searches as arguments of the page's own address."""
    return [(side.letter, search_address(side)) for side in compared]


def search_address(side: Side) -> str:
    """A search from its ``?`` on; the form that stands in addresses and files."""
    return "?" + urlencode(kept_args(side.request))


def compare_page(
    site: Site, asked: Sequence[tuple[str, str]], compared: Sequence[Side], only: str, part: int
) -> ComparePage:
    """Put the page together. ``only``: letters of the one region to show, ``part`` its page from 1."""
    args = addressed(compared)
    found = regions(compared) if len(compared) > 1 else ()
    chosen = next((r for r in found if r.letters == only), None)
    first = A_PAGE * (part - 1) if chosen else 0
    shown = [chosen] if chosen else found
    last = chosen is None or first + A_PAGE >= len(chosen.ids)
    return ComparePage(
        fields=form_fields(asked),
        sides=tuple(_side(site, side) for side in compared),
        regions=tuple(_region(site, r, compared, args, first, A_PAGE if chosen else FIRST) for r in shown),
        alone=_heading(chosen, compared) if chosen else "",
        previous=site.links.compare([*args, ("only", only), ("part", str(part - 1))]) if first else "",
        next="" if last else site.links.compare([*args, ("only", only), ("part", str(part + 1))]),
        shown=f"showing {first + 1:,} to {min(first + A_PAGE, len(chosen.ids)):,}" if chosen and chosen.ids else "",
        tables=() if chosen or len(compared) < 2 else tuple(facet_tables(site.atlas, compared)),
        csv_url=site.links.compare(args, ".csv") if found else "",
        all_url=site.links.compare(args),
    )


def rows(site: Site, compared: Sequence[Side]) -> Iterator[tuple[str, ...]]:
    """Every study that any of the searches finds, with a column a search."""
    yield ("id", "title", "year", *(f"found by {side.letter.upper()}" for side in compared), "address")
    for region in regions(compared):
        found = ["yes" if side.letter in region.letters else "no" for side in compared]
        for study in site.atlas.selection(region.ids):
            yield (study.id, study.title, str(study.year), *found, f"{site.atlas.config.base_iri}studies/{study.id}")


def _side(site: Site, side: Side) -> SideView:
    return SideView(
        side.letter.upper(),
        title_of(side.request, side.result),
        site.links.search(kept_args(side.request)),
        side.result.total,
        tuple(dict.fromkeys((*side.request.messages, *side.result.messages))),
    )


def _heading(region: Region, compared: Sequence[Side]) -> str:
    letters = [letter.upper() for letter in region.letters]
    others = [s.letter.upper() for s in compared if s.letter not in region.letters]
    if not others:
        return "In both" if len(letters) == 2 else "In all three"
    without = f", not in {in_words(others, 'or')}" if len(compared) > 2 else ""
    return f"Only in {letters[0]}" if len(letters) == 1 else f"In {in_words(letters)}{without}"


def _region(
    site: Site, region: Region, compared: Sequence[Side], args: list[tuple[str, str]], first: int, most: int
) -> RegionView:
    ids = region.ids[first : first + most]
    studies = site.atlas.selection(ids)
    return RegionView(
        key=region.letters,
        heading=f"{_heading(region, compared)}: {number(len(region.ids), 'study', 'studies')}",
        total=len(region.ids),
        studies=tuple(Chosen(f"{s.title} ({s.byline} {s.year})", site.links.study(s.id)) for s in studies),
        all_url=site.links.compare([*args, ("only", region.letters)]) if len(region.ids) > most else "",
    )
