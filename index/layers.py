"""The facets of a table, each read and put together when it is first asked for.

A table that is a file and a few changed rows need not be made whole to say what its changed rows hold: that is taken
from the changes alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from index.values import Lists, Mask, Rows, Values

NOTHING = Values((), Lists(np.zeros(1, np.int64), np.empty(0, np.int32)))


class Lazily(Mapping[str, Values]):
    """Facets by index field, each made by ``make`` at the first need and kept. Threads may make one twice."""

    def __init__(self, names: Sequence[str], make: Callable[[str], Values]) -> None:
        self._made: dict[str, Values | None] = dict.fromkeys(names)
        self._make = make

    def __getitem__(self, name: str) -> Values:
        made = self._made[name]
        if made is None:
            self._made[name] = made = self._make(name)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


class Replaced(Lazily):
    """Facets of ``size`` rows: those of a table before, with ``rows`` taken from others."""

    def __init__(self, before: Mapping[str, Values], rows: Rows, fresh: Mapping[str, Values], size: int) -> None:
        super().__init__(tuple(before), lambda name: before[name].replaced(rows, fresh[name], size))
        self._before, self._rows, self._fresh = before, rows, fresh

    def taken(self, name: str, rows: Rows) -> Values:
        """The values of these rows alone, in their order; of the table before only rows that were not replaced."""
        at = {row: place for place, row in enumerate(self._rows.tolist())}
        places = np.array([at.get(row, -1) for row in rows.tolist()], np.int64)
        new: Mask = places >= 0
        if new.all():
            return self._fresh[name].taken(places)
        kept = NOTHING.replaced(np.flatnonzero(~new), taken(self._before, name, rows[~new]), len(rows))
        return kept.replaced(np.flatnonzero(new), self._fresh[name].taken(places[new]), len(rows))


def taken(facets: Mapping[str, Values], name: str, rows: Rows) -> Values:
    """The values of some rows in one of the facets."""
    return facets.taken(name, rows) if isinstance(facets, Replaced) else facets[name].taken(rows)
