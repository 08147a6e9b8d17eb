"""Values that the atlas does not have, chosen in a filter or asked for in the words: what may be meant by them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from explorer.links import Links
from explorer.presentation import LEVELS, Chosen
from explorer.presentation_facets import query_of
from index.results import SearchResult
from index.unknown_values import why_idle


@dataclass(frozen=True, slots=True)
class Unknown:
    """What is not known, the values that may be meant, and those that find nothing: why, with their own pages.

    ``message``: the same in words, as the engine tells it.
    """

    told: str
    meant: tuple[Chosen, ...]
    idle: tuple[Chosen, ...]
    message: str


def unknown_values(result: SearchResult, links: Links) -> Iterator[Unknown]:
    """Those for which something may be meant; of the others the messages tell."""
    schemes = {found.facet.name: found.facet.scheme for found in result.facets} if result.unknown else {}
    for one in result.unknown:
        leveled = schemes.get(one.facet) == LEVELS  # a level is known by its id as well
        meant = tuple(
            Chosen(f"{value.value} {value.label}" if leveled else value.label, query_of(value.request), value.count)
            for value in one.meant
        )
        idle = tuple(
            Chosen(why_idle(value), links.concept(value.value) if schemes.get(one.facet) else "") for value in one.idle
        )
        if meant or idle:
            yield Unknown(one.told, meant, idle, one.message)


def told(message: str, unknown: Iterable[Unknown]) -> bool:
    """Whether a message tells what is shown with its links already."""
    return any(message == one.message for one in unknown)
