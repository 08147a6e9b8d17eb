"""Values chosen in a facet that the atlas does not have: told, with what may be meant and what is found without them.

Such a value stays in the search: an address that has outlived a value must not give all studies instead of none.
"""

from collections.abc import Callable, Iterable
from itertools import islice

from index.counting import FacetTable
from index.nearest import nearest
from index.query import SearchRequest
from index.results import MeantValue, UnknownValue

MOST_TOLD = 3  # of one request
SHOWN = 60  # characters of a value
Count = Callable[[SearchRequest], int]


def unknown_values(tables: Iterable[FacetTable], request: SearchRequest, count: Count) -> tuple[UnknownValue, ...]:
    """The first of the values wanted or unwanted that no study has and no scheme declares."""
    sides = ((request.include, False), (request.exclude, True))
    found = (
        _told(table, request, value, excluded, count)
        for table in tables
        for chosen, excluded in sides
        for value in chosen.get(table.facet.name, ())
        if not table.knows(value)
    )
    return tuple(islice(found, MOST_TOLD))


def _told(table: FacetTable, request: SearchRequest, value: str, excluded: bool, count: Count) -> UnknownValue:
    name = table.facet.name
    without = request.without_value(name, value)
    found = count(without)
    meant = tuple(
        _meant(table, without.excluding(name, near) if excluded else without.with_value(name, near), near, count)
        for near in nearest(table.naming, value, table.values.names)
    )
    shown = value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
    others = without.include.get(name)
    effect = "it leaves nothing out" if excluded else "it adds nothing" if others else "no study has it"
    told = f"{table.facet.label}: this atlas does not know “{shown}”, so {effect}."
    more = f" Perhaps {' or '.join(f'“{one.label}”' for one in meant)} is meant." if meant else ""
    if effect == "no study has it":
        more += f" Without it the search finds {found:,} {'study' if found == 1 else 'studies'}."
    return UnknownValue(name, value, excluded, meant, without, found, told, told + more)


def _meant(table: FacetTable, request: SearchRequest, value: str, count: Count) -> MeantValue:
    return MeantValue(value, table.label(value), request, count(request))
