"""Facets as a reader sees them: their values, what is chosen, and where every click leads."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, overload

from entries.config import RESERVED_NAMES
from explorer.escaping import escaped
from explorer.facet_lines import Line, chosen_first, flat, hung, is_chosen, levelled
from explorer.links import Links, quoted, urlencode
from explorer.presentation import LEVELS, Chosen
from explorer.remains import Count
from index.listing import Counts
from index.query import NOT, SearchRequest
from index.results import FacetCount, FacetResult

SHOWN = 6  # values at the top of a facet before "more"
AT_MOST = 24  # values of a facet on the search page; a page of its own lists them all
FOLDED = 8  # the same for a facet that is folded and has nothing chosen
OPEN = 5  # facets that are unfolded from the start


class FacetValue(NamedTuple):
    """One line of a facet. ``key``: facet and value as an element's id holds them; ``below``: its narrower values.

    ``count``: of how many that remain, where some are set aside.
    """

    value: str
    key: str
    label: str
    count: int | Count  # type: ignore[assignment]  # hides tuple.count, which nobody asks of it
    selected: bool
    excluded: bool
    toggle_url: str
    exclude_url: str
    below: tuple["FacetValue", ...] = ()
    open: bool = False


class FacetPanel(NamedTuple):
    """One facet: what shows at once, what waits behind "more", and where all of its values are."""

    name: str
    label: str
    shown: Sequence[FacetValue]
    more: Sequence[FacetValue]
    total: int
    all_url: str
    open: bool
    chosen: int
    is_tree: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """One facet's part of the sentence that says what is selected."""

    label: str
    any_of: tuple[Chosen, ...]
    none_of: tuple[Chosen, ...]


class SearchAddresses:
    """Addresses of searches that choose one value more: parts of the present address, with one put in its place.

    Making a request for each and writing its address took a third of the time of a page. ``query``: the present address
    from its ``?`` on, without the page.
    """

    def __init__(self, request: SearchRequest) -> None:
        args = request.with_page(1).to_args()
        self.request = request
        self._places = [self._place(key) for key, _ in args]
        self._parts = [urlencode([pair]) for pair in args]
        self.query = "?" + "&".join(self._parts) if args else ""

    @staticmethod
    def _place(key: str) -> tuple[int, str]:
        """Words first, then values wanted, then those left out, by facet, then the rest: the order of ``to_args``."""
        if key in RESERVED_NAMES:
            return (0 if key == "q" else 3, "")
        return (2 if key.startswith(NOT) else 1, key)

    def adding(self, key: str) -> tuple[str, str]:
        """The address with ``key=`` in it: what comes before the value, and what after it."""
        at = bisect_right(self._places, self._place(key))
        return "?" + "&".join([*self._parts[:at], f"{key}="]), "".join(f"&{part}" for part in self._parts[at:])


class FacetAddresses:
    """Where a facet's values lead. The two addresses are made once and filled in for each value."""

    def __init__(self, addresses: SearchAddresses, facet: str, base: str = "") -> None:
        self._request, self._facet, self._base = addresses.request, facet, base
        self._wanted = frozenset(addresses.request.include.get(facet, ()))
        before, self._after = addresses.adding(facet)
        self._with = base + before
        before, self._after_not = addresses.adding(NOT + facet)
        self._without = base + before

    def of(self, value: str, quoted: str, on: bool) -> tuple[str, str]:
        """Where the value (``quoted``: as addresses hold it) is added, or, being selected or left out (``on``), taken
        away again; and where the studies that have it are left out."""
        without = self._without + quoted + self._after_not
        if value in self._wanted:
            without = self._base + query_of(self._request.excluding(self._facet, value))
        if on:
            return self._base + query_of(self._request.without_value(self._facet, value)), without
        return self._with + quoted + self._after, without

    @property
    def around(self) -> tuple[str, str, str, str]:
        """What stands before and after a value where it is added, then where it is left out; of one that is neither."""
        return self._with, self._after, self._without, self._after_not


def label_of(result: FacetResult, count: FacetCount) -> str:
    """A value's label; an evidence level is known by its id as well."""
    return _level_label(count) if result.facet.scheme == LEVELS else count.label


def _level_label(count: FacetCount) -> str:
    return f"{count.value} {count.label}" if count.label != count.value else count.label  # one not known has no label


def query_of(request: SearchRequest) -> str:
    """The address of a search relative to the search page: short, and right behind any proxy."""
    return "?" + urlencode(request.to_args())


class FacetLines:
    """Makes the values of one facet within a search. ``base``: the search page's address, seen from another page."""

    def __init__(self, result: FacetResult, addresses: SearchAddresses, base: str = "") -> None:
        self.name = result.facet.name
        self.is_level = result.facet.scheme == LEVELS
        self._addresses = FacetAddresses(addresses, self.name, base)

    @cached_property
    def around(self) -> tuple[str, str, str, str]:
        """What stands in HTML before and after a value (as quoted) where it is added, then where it is left out."""
        with_, after, without, after_not = map(escaped, self._addresses.around)
        return with_, after, without, after_not

    def label(self, count: FacetCount) -> str:
        """What a value is called."""
        return _level_label(count) if self.is_level else count.label

    def line(self, count: FacetCount) -> FacetValue:
        """One value, nothing below it."""
        return self.value((count, (), False))

    def value(self, line: Line) -> FacetValue:
        """One value with those below it, unfolded where one of them is chosen."""
        count, below, is_open = line
        key = quoted(count.value)
        toggle, exclude = self._addresses.of(count.value, key, count.selected or count.excluded)
        return FacetValue(
            count.value, f"{self.name}-{key}", self.label(count), count.count, count.selected, count.excluded,
            toggle, exclude, tuple(map(self.value, below)), is_open,
        )  # fmt: skip

    def tree(self, counts: Sequence[FacetCount]) -> list[FacetValue]:
        """The values as a tree; ``counts`` come each after its broader one. What is chosen stands before the rest."""
        return [self.value(line) for line in chosen_first(levelled(counts))]


class Lines(Sequence[FacetValue]):
    """Values of a facet on their way to a page: most are written as they are, and only those looked at are made."""

    def __init__(self, lines: Sequence[Line], making: FacetLines) -> None:
        self.lines = lines
        self.making = making

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, at: int) -> FacetValue: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[FacetValue]: ...

    def __getitem__(self, at: int | slice) -> FacetValue | Sequence[FacetValue]:
        return Lines(self.lines[at], self.making) if isinstance(at, slice) else self.making.value(self.lines[at])


def facet_panel(result: FacetResult, addresses: SearchAddresses, links: Links, place: int = 0) -> FacetPanel:
    """One facet of the search page: its weightiest values as a tree. ``place`` counts the facets from 0."""
    name, total = result.facet.name, len(result.counts)
    chosen = len(chosen_of(result))
    lines = _shown(result, AT_MOST if chosen or place < OPEN else FOLDED)
    if chosen:
        lines = chosen_first(lines)
    cut = len(lines) if len(lines) <= SHOWN + 2 else max(SHOWN, sum(map(is_chosen, lines)))
    making = FacetLines(result, addresses)
    return FacetPanel(
        name=name,
        label=result.facet.label,
        shown=Lines(lines[:cut], making),
        more=Lines(lines[cut:], making),
        total=total,
        all_url=links.facet(name, []) + addresses.query if total > SHOWN + 2 else "",
        open=bool(chosen) or place < OPEN,
        chosen=chosen,
        is_tree=any(below for _, below, _ in lines),
    )


def _shown(result: FacetResult, most: int) -> list[Line]:
    """The values that the search page shows as lines, in their order."""
    if result.facet.scheme is None:
        return flat(_first(result, most))
    if result.facet.order == "count" and (lines := hung(_first(result, most))) is not None:
        return lines
    return levelled(shown_counts(result, most))


def chosen_of(result: FacetResult) -> Sequence[FacetCount]:
    """What is selected or left out in a facet."""
    if isinstance(result.counts, Counts):  # made one by one, so those that nobody looks at are not made
        return result.counts.chosen
    return [c for c in result.counts if c.selected or c.excluded]


def shown_counts(result: FacetResult, most: int) -> Sequence[FacetCount]:
    """The values that the search page shows: the first ones of a flat facet, the weightiest ones of a tree."""
    if result.facet.scheme is None:
        return _first(result, most)
    if result.facet.order == "count":  # the first are the weightiest; those above a value count at least as much
        first = _first(result, most)
        listed = {c.value for c in first}
        if all(c.parent is None or c.parent in listed for c in first):
            return replace(result, counts=first).tree()
    tree = result.tree() if any(c.parent for c in result.counts) else result.counts
    return _weightiest(tree, most)


def _first(result: FacetResult, most: int) -> list[FacetCount]:
    """What is chosen, and the first values of the facet's own order: ``most`` together, if not more are chosen."""
    chosen = chosen_of(result)
    first = [c for c in result.counts[:most] if not (c.selected or c.excluded)]
    return [*chosen, *first[: max(0, most - len(chosen))]]


def _weightiest(tree: Sequence[FacetCount], most: int) -> list[FacetCount]:
    """At most ``most`` values, and all that are chosen, each with everything above it; in the order of the tree."""
    if len(tree) <= most:
        return list(tree)
    above = _right_above(tree)
    kept: set[int] = set()

    def keep(n: int) -> None:
        while n >= 0 and n not in kept:  # of what is kept, everything above is kept as well
            kept.add(n)
            n = above[n]

    for n, count in enumerate(tree):
        if count.selected or count.excluded:
            keep(n)
    for n in sorted(range(len(tree)), key=[-count.count for count in tree].__getitem__)[:most]:
        if len(kept) >= most:
            break
        keep(n)
    return [tree[n] for n in sorted(kept)]


def _right_above(tree: Sequence[FacetCount]) -> list[int]:
    """For each value the number in the tree of the one that it stands right below; -1 at the top."""
    above: list[int] = []
    path: list[int] = []
    for n, count in enumerate(tree):
        del path[count.depth :]
        above.append(path[-1] if path else -1)
        path.append(n)
    return above


def selection(result: FacetResult, request: SearchRequest) -> Selection:
    """What is chosen in one facet, with an address that takes each value away."""
    name, label = result.facet.name, result.facet.label
    if name not in request.include and name not in request.exclude:
        return Selection(label, (), ())

    def taken_away(value: str, text: str) -> Chosen:
        return Chosen(text, query_of(request.without_value(name, value)))

    chosen = chosen_of(result)
    return Selection(
        label,
        tuple(taken_away(c.value, label_of(result, c)) for c in chosen if c.selected),
        tuple(taken_away(c.value, label_of(result, c)) for c in chosen if c.excluded),
    )
