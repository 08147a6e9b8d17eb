"""Sort keys: one whole number a study and sort, so that every order is total and the same on every engine.

Ties are broken by study id. To have that in one number, each study has a *place*: a number that orders ids, spaced
out so that a study that comes later fits between two others without renumbering (a full build spaces them anew).
Titles have places of their own. All keys fit a signed 64-bit integer; lower comes first.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from entries.atlas import Atlas
from entries.study import Study

PLACE_BITS = 33  # of a study's place: room for 8.5 billion
TITLE_BITS = 62
_YEAR_BITS = 12
_LAST_YEAR = (1 << _YEAR_BITS) - 1
_SIZE_BITS = 30
_NO_SIZE = (1 << _SIZE_BITS) - 1


class NoRoom(Exception):
    """No whole number is left between two places; only numbering everything anew helps."""


def spread(count: int, bits: int) -> list[int]:
    """``count`` ascending numbers below ``2**bits`` with equal gaps. Raises NoRoom when there are not enough."""
    return between(0, 1 << bits, count)


def between(low: int, high: int, count: int) -> list[int]:
    """``count`` ascending numbers, strictly between two. Raises NoRoom."""
    gap = (high - low) // (count + 1)
    if gap < 1:
        raise NoRoom
    return [low + gap * (i + 1) for i in range(count)]


def insert(places: dict[str, int], new: Iterable[str], key: Callable[[str], Any], bits: int) -> None:
    """Give ``new`` ids places among those that exist, in the order of ``key``. Changes ``places``; raises NoRoom."""
    ordered = sorted(places, key=places.__getitem__)
    groups: dict[int, list[str]] = {}
    for study_id in sorted(new, key=key):
        at = bisect_left(ordered, key(study_id), key=key)
        groups.setdefault(at, []).append(study_id)
    for at, ids in groups.items():
        low = places[ordered[at - 1]] if at else 0
        high = places[ordered[at]] if at < len(ordered) else 1 << bits
        places.update(zip(ids, between(low, high, len(ids)), strict=True))


def title_key(study: Study) -> tuple[str, str]:
    """What titles are sorted by: letters and digits without accents, case and punctuation; then the id."""
    folded = unicodedata.normalize("NFKD", study.title.casefold())
    words = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c)).split()
    return " ".join(words), study.id


@dataclass(frozen=True, slots=True)
class Places:
    """Places of all studies of an index: by id, and by title."""

    by_id: dict[str, int]
    by_title: dict[str, int]

    @classmethod
    def of(cls, atlas: Atlas) -> "Places":
        """Evenly spaced places for all studies of an atlas."""
        count = len(atlas.studies)
        titles = [i for _, i in sorted(map(title_key, atlas.studies.values()))]
        by_id = dict(zip(atlas.studies, spread(count, PLACE_BITS), strict=True))
        return cls(by_id, dict(zip(titles, spread(count, TITLE_BITS), strict=True)))

    def updated(self, atlas: Atlas, changed: Sequence[str], removed: Iterable[str]) -> "Places":
        """Places after ``changed`` (new ones included) and ``removed`` studies. Raises NoRoom."""
        gone = set(removed)
        by_id = {i: place for i, place in self.by_id.items() if i not in gone}
        insert(by_id, [i for i in changed if i not in by_id], lambda i: i, PLACE_BITS)
        gone.update(changed)
        by_title = {i: place for i, place in self.by_title.items() if i not in gone}
        insert(by_title, changed, lambda i: title_key(atlas.studies[i]), TITLE_BITS)
        return Places(by_id, by_title)


class Keys:
    """Makes the sort keys of studies: ``place`` and one key a sort that is not by relevance."""

    NAMES = ("place", "newest", "oldest", "level", "size", "title_order")

    def __init__(self, atlas: Atlas, places: Places) -> None:
        self._places = places
        self._levels = {c.id: rank for rank, c in enumerate(atlas.vocabulary.of_scheme("evidence-level"))}

    def of(self, study: Study) -> tuple[int, ...]:
        """Keys in the order of :attr:`NAMES`. Level: strongest, then newest; size: largest, unknown last."""
        place = self._places.by_id[study.id]
        year = max(0, min(study.year, _LAST_YEAR))
        newest = (_LAST_YEAR - year) << PLACE_BITS | place
        oldest = year << PLACE_BITS | place
        level = min(self._levels.get(study.evidence_level, 255), 255) << (_YEAR_BITS + PLACE_BITS) | newest
        size = study.participants.size
        smallness = _NO_SIZE if size is None else _NO_SIZE - 1 - min(size, _NO_SIZE - 1)
        return place, newest, oldest, level, smallness << PLACE_BITS | place, self._places.by_title[study.id]


def place_of(key: int) -> int:
    """The place in a key of any sort but by title."""
    return key & ((1 << PLACE_BITS) - 1)
