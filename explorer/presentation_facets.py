"""Facets as a reader sees them: their values, what is chosen, and where every click leads."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote_plus, urlencode

from entries.config import RESERVED_NAMES
from explorer.links import Links
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

    ``count``: of how many that remain, where some are set aside. A tuple, since a page makes and takes apart hundreds.
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

    @property
    def chosen_here(self) -> bool:
        """Whether this value or one below it is selected or left out."""
        return self.selected or self.excluded or self.open


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
        self.is_untouched = facet not in addresses.request.include and facet not in addresses.request.exclude
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
        """What stands before and after a value where it is added, then where it is left out, in an untouched facet."""
        return self._with, self._after, self._without, self._after_not


_quoted = lru_cache(maxsize=20_000)(quote_plus)  # the same few values on every page


def label_of(result: FacetResult, count: FacetCount) -> str:
    """A value's label; an evidence level is known by its id as well."""
    twofold = result.facet.scheme == LEVELS and count.label != count.value  # one that is not known has no label
    return f"{count.value} {count.label}" if twofold else count.label


def query_of(request: SearchRequest) -> str:
    """The address of a search relative to the search page: short, and right behind any proxy."""
    return "?" + urlencode(request.to_args())


class FacetLines:
    """Makes the lines of one facet within a search. ``base``: the search page's address, seen from another page."""

    def __init__(self, result: FacetResult, addresses: SearchAddresses, base: str = "") -> None:
        self._result = result
        self._name = result.facet.name
        self._is_level = result.facet.scheme == LEVELS
        self._addresses = FacetAddresses(addresses, self._name, base)

    def line(self, count: FacetCount, below: Sequence[FacetValue] = ()) -> FacetValue:
        """One value with those below it, unfolded where one of them is chosen."""
        line = self._plain(count)
        return line._replace(below=tuple(below), open=any(one.chosen_here for one in below)) if below else line

    def _plain(self, count: FacetCount) -> FacetValue:
        value, label, number, selected, excluded, *_ = count
        quoted = _quoted(value)
        if self._is_level:
            label = label_of(self._result, count)
        toggle, exclude = self._addresses.of(value, quoted, selected or excluded)
        line = (value, f"{self._name}-{quoted}", label, number, selected, excluded, toggle, exclude, (), False)
        return tuple.__new__(FacetValue, line)  # the constructor takes twice the time

    @property
    def _is_plain(self) -> bool:
        """Whether nothing is chosen or left out here, and values are called by their labels alone."""
        return self._addresses.is_untouched and not self._is_level

    def _plainly(self, counts: Sequence[FacetCount]) -> list[FacetValue]:
        """The lines of an untouched facet without a tree: as :meth:`line` makes them, looking at none."""
        name, new = self._name, tuple.__new__
        with_, after, without, after_not = self._addresses.around
        return [
            new(
                FacetValue,
                (v, f"{name}-{q}", label, n, False, False, with_ + q + after, without + q + after_not, (), False),
            )
            for v, label, n, *_ in counts
            for q in (_quoted(v),)
        ]

    def tree(self, counts: Sequence[FacetCount]) -> list[FacetValue]:
        """The values as a tree; ``counts`` come each after its broader one. What is chosen stands before the rest."""
        if not any(count.depth for count in counts):
            return self._plainly(counts) if self._is_plain else self._chosen_first([(count, ()) for count in counts])
        levels: list[list[tuple[FacetCount, list[FacetValue]]]] = [[]]
        for count in counts:
            while len(levels) > count.depth + 1:
                self._fold(levels)
            levels[-1].append((count, []))
            levels.append([])
        while len(levels) > 1:
            self._fold(levels)
        return self._chosen_first(levels[0])

    def _fold(self, levels: list[list[tuple[FacetCount, list[FacetValue]]]]) -> None:
        """Hang the deepest level below the last value of the level above it."""
        if deepest := levels.pop():
            levels[-1][-1][1].extend(self._chosen_first(deepest))

    def _chosen_first(self, level: Sequence[tuple[FacetCount, Sequence[FacetValue]]]) -> list[FacetValue]:
        lines = [self.line(count, below) if below else self._plain(count) for count, below in level]
        chosen = [line for line in lines if line.selected or line.excluded or line.open]
        return [*chosen, *(line for line in lines if not line.chosen_here)] if chosen else lines


def facet_panel(result: FacetResult, addresses: SearchAddresses, links: Links, place: int = 0) -> FacetPanel:
    """One facet of the search page: its weightiest values as a tree. ``place`` counts the facets from 0."""
    name = result.facet.name
    chosen = len(chosen_of(result))
    kept = shown_counts(result, AT_MOST if chosen or place < OPEN else FOLDED)
    values = FacetLines(result, addresses).tree(kept)
    top = sum(1 for value in values if value.chosen_here)
    cut = len(values) if len(values) <= SHOWN + 2 else max(SHOWN, top)
    return FacetPanel(
        name=name,
        label=result.facet.label,
        shown=tuple(values[:cut]),
        more=tuple(values[cut:]),
        total=len(result.counts),
        all_url=links.facet(name, []) + addresses.query if len(result.counts) > SHOWN + 2 else "",
        open=bool(chosen) or place < OPEN,
        chosen=chosen,
        is_tree=any(value.below for value in values),
    )


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
