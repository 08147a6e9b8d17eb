"""Values chosen in a filter that the atlas does not have, each with what may be meant and where that leads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from explorer.presentation import LEVELS, Chosen
from explorer.presentation_facets import query_of
from index.results import SearchResult


@dataclass(frozen=True, slots=True)
class Unknown:
    """What is not known, and the values that may be meant. ``message``: the same in words, as the engine tells it."""

    told: str
    meant: tuple[Chosen, ...]
    message: str


def unknown_values(result: SearchResult) -> Iterator[Unknown]:
    """Those for which something may be meant; of the others the messages tell."""
    schemes = {found.facet.name: found.facet.scheme for found in result.facets} if result.unknown else {}
    for one in result.unknown:
        leveled = schemes.get(one.facet) == LEVELS  # a level is known by its id as well
        meant = tuple(
            Chosen(f"{value.value} {value.label}" if leveled else value.label, query_of(value.request), value.count)
            for value in one.meant
        )
        if meant:
            yield Unknown(one.told, meant, one.message)


def told(message: str, unknown: Iterable[Unknown]) -> bool:
    """Whether a message tells what is shown with its links already."""
    return any(message == one.message for one in unknown)
