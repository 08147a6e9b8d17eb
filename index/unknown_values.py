"""Values of facets that the atlas does not have: told, with what may be meant, where that leads and what it finds.

One that is chosen in a filter stays in the search: an address that has outlived a value must not give all studies
instead of none. One that the text asks for was searched as words.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from index.counting import FacetTable
from index.nearest import nearest
from index.query import SearchRequest
from index.resolve import Unread
from index.results import MeantValue, UnknownValue
from index.unread import Place, place_of, replaced
from index.written import without

MOST_TOLD = 3  # of one request, chosen in filters and asked for in the text each
SHOWN = 60  # characters of a value
FEW_VALUES = 8  # of a facet, that fit a message
Count = Callable[[SearchRequest], int]


def unknown_values(tables: Iterable[FacetTable], request: SearchRequest, count: Count) -> tuple[UnknownValue, ...]:
    """The first of the values wanted or unwanted that no study has and no scheme declares."""
    sides = ((request.include, False), (request.exclude, True))
    found = (
        _Chosen(table, value, excluded)
        for table in tables
        for chosen, excluded in sides
        for value in chosen.get(table.facet.name, ())
        if not table.knows(value)
    )
    unknown = list(islice(found, MOST_TOLD))
    near = {one: _near(one.table, one.value) for one in unknown}
    mended = {one: near[one][0] for one in unknown if near[one]}
    return tuple(
        _told(one, near[one], request, {o: v for o, v in mended.items() if o != one}, count) for one in unknown
    )


class _Chosen(NamedTuple):
    """An unknown value of a facet, chosen or left out."""

    table: FacetTable
    value: str
    excluded: bool

    def replaced(self, request: SearchRequest, other: str) -> SearchRequest:
        """The search with another value in its place."""
        name, rest = self.table.facet.name, request.without_value(self.table.facet.name, self.value)
        return rest.excluding(name, other) if self.excluded else rest.with_value(name, other)


def _near(table: FacetTable, value: str) -> tuple[str, ...]:
    """What may be meant by an unknown value: where nothing resembles it, each of the few that there are."""
    found, declared = nearest(table.naming, value, table.values.names), tuple(table.naming.declared)
    return found or (declared if len(declared) <= FEW_VALUES else ())


def unread_values(
    tables: Mapping[str, FacetTable], request: SearchRequest, unread: Iterable[Unread], count: Count
) -> tuple[UnknownValue, ...]:
    """The first of the values that the text asks of facets (tables by name) that do not have them."""
    return tuple(_asked(tables[one.facet], request, one.value, count) for one in islice(unread, MOST_TOLD))


def further(unread: Collection[Unread]) -> tuple[str, ...]:
    """What there is to tell of the values in a text that are too many to be told one by one."""
    more = len(unread) - MOST_TOLD
    if more <= 0:
        return ()
    values = "1 more value of a facet was" if more == 1 else f"{more:,} more values of facets were"
    return (f"{values} not known either, and searched as words.",)


def _told(
    one: _Chosen, near: Iterable[str], request: SearchRequest, others: Mapping[_Chosen, str], count: Count
) -> UnknownValue:
    """``others``: what is likeliest meant by the other unknown values, without which none of them would find any."""
    table, name = one.table, one.table.facet.name
    rest = request.without_value(name, one.value)
    found, mended = count(rest), request
    for other, value in others.items():
        mended = other.replaced(mended, value)
    meant, idle = _parted(_meant(table, one.replaced(mended, value), value, count) for value in near)
    beside = rest.include.get(name)
    effect = "it leaves nothing out" if one.excluded else "it adds nothing" if beside else "no study has it"
    told = f"{table.facet.label}: this atlas does not know “{_shown(one.value)}”, so {effect}."
    more = [f"Perhaps {_either(f'“{value.label}”' for value in meant)} is meant."] if meant else []
    more += map(why_idle, idle)
    if effect == "no study has it":
        more.append(f"Without it the search finds {_studies(found)}.")
    message = " ".join((told, *more))
    return UnknownValue(name, one.value, None, one.excluded, meant, idle, rest, found, told, message)


def _asked(table: FacetTable, request: SearchRequest, value: str, count: Count) -> UnknownValue:
    naming, place = table.naming, place_of(request.text, table.naming, value)
    meant, idle = _parted(_in_place(table, request, place, count)) if place else ((), ())
    more = [f"Perhaps {_either(naming.asked(one.value) for one in meant)} is meant."] if meant else []
    more += map(why_idle, idle)
    if not more:  # one word may be all that was read of a name
        more = ["Its filter lists all of them." if " " in value else "Put a name of several words in quotation marks."]
    told = f"“{_shown(value)}” is no value of {table.facet.label}, so it was searched as words."
    rest = request.with_text(without(request.text, place.start, place.end)) if place else request
    message = " ".join((told, *more))
    written = request.text[place.start : place.end] if place else value
    return UnknownValue(table.facet.name, value, written, False, meant, idle, rest, count(rest), told, message)


def _in_place(table: FacetTable, request: SearchRequest, place: Place, count: Count) -> Iterator[MeantValue]:
    """What may be meant at a place of the text, in its stead."""
    for value in place.named or _near(table, place.value):
        yield _meant(table, request.with_text(replaced(request.text, place, table.naming, value)), value, count)


def _meant(table: FacetTable, request: SearchRequest, value: str, count: Count) -> MeantValue:
    alone = SearchRequest(include={table.facet.name: (value,)})
    return MeantValue(value, table.label(value), request, count(request), count(alone))


def _parted(near: Iterable[MeantValue]) -> tuple[tuple[MeantValue, ...], tuple[MeantValue, ...]]:
    """Those that find something, and those that do not."""
    near = list(near)
    finding = tuple(one for one in near if one.count and one.total)
    return finding, tuple(one for one in near if one not in finding)


def why_idle(value: MeantValue) -> str:
    """Why a value that may be meant finds nothing."""
    if not value.total:
        return f"“{value.label}” is in the vocabulary, and no study here has it yet."
    if value.total == 1:
        return f"“{value.label}” may be meant, and its only study does not fit the rest of this search."
    return f"“{value.label}” may be meant, and none of its {_studies(value.total)} fits the rest of this search."


def _either(names: Iterable[str]) -> str:
    return " or ".join(names)


def _studies(count: int) -> str:
    return f"{count:,} {'study' if count == 1 else 'studies'}"


def _shown(value: str) -> str:
    return value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
