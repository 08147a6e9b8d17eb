"""Where in a query a value stands that its facet does not have, and the query with another value in its place."""

import re
from typing import NamedTuple

from index.naming import Naming
from index.syntax import OPERATORS, straight_quotes

MOST_WORDS = 4  # after a value that may belong to its name, as in symptom:brain fog
_FURTHER = re.compile(r"\s+([^\s:\"()\[\]]+)(?=[\s)]|\Z)")
_ENDS = '"*?'  # of a pattern or a quoted text
_AROUND = ".,;!?"


class Place(NamedTuple):
    """A part of a query, end exclusive. ``value``: what it asks for; ``prefixed``: whether the facet's name is in it;
    ``named``: the values that it names in full, together with words behind it."""

    start: int
    end: int
    value: str
    prefixed: bool
    named: tuple[str, ...] = ()


def place_of(text: str, naming: Naming, value: str) -> Place | None:
    """Where a query asks for the value; None where it is not found as it was read."""
    text = straight_quotes(text)
    field = re.compile(rf'(?<![\w:]){re.escape(naming.facet.name)}:\s*("[^"]*"|[^\s()"]+)', re.IGNORECASE)
    for found in field.finditer(text):
        if _same(found[1], value):
            return _longest(text, naming, Place(found.start(), found.end(), value, True))
    within = re.search(rf"(?<![\w:]){re.escape(value)}(?!\w)", text, re.IGNORECASE) if value else None
    return Place(within.start(), within.end(), value, False) if within else None  # symptom:(pain OR fatige)


def _same(written: str, value: str) -> bool:
    bare = re.sub(r"[\^~][0-9.]*\Z", "", written).strip(_ENDS)
    return value.casefold().strip(_ENDS) in (bare.casefold(), bare.casefold().rstrip(_AROUND))


def _longest(text: str, naming: Naming, place: Place) -> Place:
    """The place with as many of the words behind it as make a name together: quotation marks were forgotten."""
    words: list[str] = []
    found, end = place, place.end
    while len(words) < MOST_WORDS and (more := _FURTHER.match(text, end)) and more[1] not in OPERATORS:
        words.append(more[1].rstrip(_AROUND))
        end = more.end()
        if named := naming.named(" ".join((place.value, *words))):
            found = place._replace(end=end, named=tuple(named))
    return found


def replaced(text: str, place: Place, naming: Naming, value: str) -> str:
    """The query with a value of the facet at the place."""
    asked = naming.asked(value)
    return f"{text[: place.start]}{asked if place.prefixed else asked.partition(':')[2]}{text[place.end :]}"
