"""Content digests of many studies, and what differs between two such sets: a hundred thousand in milliseconds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import numpy as np

BYTES = 32  # of a SHA-256


class Digests(Mapping[str, str]):
    """Content digest (SHA-256, hex) by id, as bytes: 32 a place.

    ``row_of``: the place of each id; worked out at the first need where it is not given.
    """

    def __init__(self, ids: Sequence[str], raw: bytes | memoryview, row_of: Mapping[str, int] | None = None) -> None:
        self.ids, self.raw = ids, raw
        self._given = row_of

    @cached_property
    def _row_of(self) -> Mapping[str, int]:
        return {study_id: row for row, study_id in enumerate(self.ids)} if self._given is None else self._given

    @classmethod
    def of(cls, digests: Mapping[str, str]) -> "Digests":
        """These digests in this form."""
        if isinstance(digests, Digests):
            return digests
        return cls(list(digests), bytes.fromhex("".join(digests.values())))

    def __getitem__(self, study_id: str) -> str:
        row = self._row_of[study_id]
        return bytes(self.raw[row * BYTES : (row + 1) * BYTES]).hex()

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, ids: Sequence[str]) -> np.ndarray:
        """Where these ids stand; -1 for one that is not there."""
        return np.fromiter(map(self._row_of.get, ids, repeat(-1)), np.int64, len(ids))

    @property
    def rows(self) -> np.ndarray:
        """The digests as an array: uint8, a row each."""
        return np.frombuffer(self.raw, np.uint8).reshape(len(self.ids), BYTES)

    @property
    def words(self) -> np.ndarray:
        """The same as numbers of eight bytes, which are compared sooner: uint64, a row each."""
        return np.frombuffer(self.raw, np.uint64).reshape(len(self.ids), BYTES // 8)


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids of the studies that are new, that have another content, and that are gone; each in alphabetical order."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __len__(self) -> int:
        return sum(self.counts)

    @property
    def counts(self) -> tuple[int, int, int]:
        """(added, changed, removed)."""
        return len(self.added), len(self.changed), len(self.removed)

    @property
    def fresh(self) -> tuple[str, ...]:
        """What is there now and was not like that before."""
        return (*self.added, *self.changed)

    @property
    def stale(self) -> tuple[str, ...]:
        """What was there before and is not like that now."""
        return (*self.changed, *self.removed)


def difference(before: Mapping[str, str], now: Mapping[str, str]) -> Difference:
    """What to do to get from these digests to those."""
    had, has = Digests.of(before), Digests.of(now)
    ids = list(has.ids)
    same_ids = ids == list(had.ids)
    places: np.ndarray = np.arange(len(ids)) if same_ids else had.places(ids)
    known = np.flatnonzero(places >= 0)
    mine, theirs = (has.words, had.words) if same_ids else (has.words[known], had.words[places[known]])
    other = known[(theirs != mine).any(axis=1)]
    added = sorted(ids[at] for at in np.flatnonzero(places < 0).tolist())
    gone = [] if same_ids or len(known) == len(had) else sorted(set(had.ids) - set(ids))
    return Difference(tuple(added), tuple(sorted(ids[at] for at in other.tolist())), tuple(gone))
