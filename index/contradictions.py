"""Selections that no study fits, told in words: a value asked for and left out, or within one that is left out."""

from collections.abc import Iterable, Iterator
from itertools import islice

from index.counting import FacetTable
from index.query import SearchRequest

MOST_TOLD = 5


def contradictions(tables: Iterable[FacetTable], request: SearchRequest) -> list[str]:
    """At most a few messages."""
    return list(islice((told for table in tables for told in _of_facet(table, request)), MOST_TOLD))


def _of_facet(table: FacetTable, request: SearchRequest) -> Iterator[str]:
    wanted, unwanted = (side.get(table.facet.name, ()) for side in (request.include, request.exclude))
    for value in wanted if unwanted else ():
        name = f"{table.facet.label}: “{table.label(value)}”"
        if value in unwanted:
            yield f"{name} is both asked for and left out."
        elif wider := next((above for above in table.naming.broader(value) if above in unwanted), None):
            yield f"{name} is asked for, but “{table.label(wider)}”, which includes it, is left out."
