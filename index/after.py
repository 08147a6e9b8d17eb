"""Where a list of results goes on: a token that names the last study seen, instead of a number of pages.

Pages shift when studies come or go between two requests; what comes after a study does not. The token holds the order,
the study and how many came up to it; nothing of it is secret, and nothing of it is trusted.
"""

import base64
import binascii
import json
from typing import NamedTuple

from index.query import LAST_PAGE, Sort

_VERSION = 1


class Place(NamedTuple):
    """The last study seen in an order (never RELEVANCE where nothing is ranked), and how many came up to it."""

    sort: Sort
    study_id: str
    position: int


def token_of(place: Place) -> str:
    """A place as text that needs no quoting in an address."""
    raw = json.dumps([_VERSION, place.sort.value, place.study_id, place.position], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def place_of(token: str) -> Place | None:
    """The place that a token names; None where it names none."""
    try:
        raw = base64.b64decode(token.encode() + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
        version, sort, study_id, position = json.loads(raw)
        if version != _VERSION or type(study_id) is not str or type(position) is not int:
            return None
        return Place(Sort(sort), study_id, position) if 0 < position <= LAST_PAGE else None
    except (ValueError, TypeError, RecursionError, binascii.Error):
        return None
