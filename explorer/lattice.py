"""Where the nodes of a growing picture stand: on a lattice of cells that each have room for a label.

Every new node takes a free cell near what it is tied to; nodes that are there already never move. The same nodes in the
same order always get the same places.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest

COLUMN, ROW = 196, 88  # one cell, in the picture's own measure; every other row is shifted by half a column
WIDE, HIGH = 150, 60  # nodes nearer than this would cover each other's label
FURTHEST = 9_999  # no place is further from the middle
REACH = 2.0  # columns between a node and what grows from it
UPRIGHT = 0.62  # columns that a row counts for
ASIDE = 0.35  # how much nearness to the other ties counts, beside that to the first
WINDOWS = (4, 8, 16)  # rows and columns around a node that are looked at; the last holds more cells than any picture
CHOICE = 12  # best cells that are looked at more closely
CLOSE = 30  # a line nearer to a node and its label than this seems to go through it
ROOM = 0.5  # of a turn of 6.3: two lines from one node with less between them are hard to tell apart
LABEL = 10  # how far below its place the middle of a node and its label is

Place = tuple[int, int]
Line = tuple[Place, Place]


def places(
    new: Sequence[str], tied: Mapping[str, Sequence[Place]], taken: Iterable[Place], lines: Iterable[Line] = ()
) -> dict[str, Place]:
    """A place for each new node. ``tied``: places of what it is tied to, that which it grows from first.

    ``lines``: those that are drawn already; no node is put on one of them if another cell will do.
    """
    there, drawn, found = list(taken), list(lines), dict[str, Place]()
    full = {cell for place in there for cell in _covered(place)}
    for node in new:
        near = [*tied.get(node, ())] or ([_middle(there)] if there else [])
        cell = found[node] = _best(near, full, there, drawn) if near else (0, 0)
        full.update(_covered(cell))
        there.append(cell)
        drawn += ((cell, other) for other in tied.get(node, ()))
    return found


def _best(near: Sequence[Place], full: Collection[Place], there: Sequence[Place], lines: Sequence[Line]) -> Place:
    """The free cell that is best for something with these ties."""
    for window in WINDOWS:
        free = [cell for cell in _cells(near[0], window) if cell not in full]
        if free:
            best = nsmallest(CHOICE, free, key=lambda cell: _cost(cell, near))
            # Of those as good in this, min keeps the first.
            return min(best, key=lambda cell: (_hits(cell, near, there, lines), _squeezed(cell, near[0], lines)))
    return near[0]


def _squeezed(cell: Place, first: Place, lines: Sequence[Line]) -> float:
    """How close its line to the first tie would lie to another line from there: 0 where there is room."""
    ends = [b if a == first else a for a, b in lines if first in (a, b)]
    turns = (abs(math.remainder(_angle(first, cell) - _angle(first, end), 2 * math.pi)) for end in ends)
    return round(max(0.0, ROOM - min(turns, default=ROOM)), 1)


def _angle(centre: Place, place: Place) -> float:
    return math.atan2(place[1] - centre[1], place[0] - centre[0])


def _hits(cell: Place, near: Sequence[Place], there: Sequence[Place], lines: Sequence[Line]) -> int:
    """How many lines would go through the node, and how many nodes its own lines would go through."""
    under = sum(_touches(cell, line) for line in lines)
    return under + sum(_touches(other, (cell, end)) for end in near for other in there)


def _touches(place: Place, line: Line) -> bool:
    """Whether a line passes a place so closely that it would seem to end there; its own ends do not count."""
    (ax, ay), (bx, by) = line
    if place in line:
        return False
    dx, dy = bx - ax, by - ay
    x, y = place[0], place[1] + LABEL
    along = ((x - ax) * dx + (y - ay) * dy) / ((dx * dx + dy * dy) or 1)
    return 0 < along < 1 and math.hypot(ax + along * dx - x, ay + along * dy - y) < CLOSE


def _cost(cell: Place, near: Sequence[Place]) -> tuple[float, float]:
    """How bad a cell is; of two as bad the one that comes first on a clock's face."""
    first, *others = near
    aside = sum(_distance(cell, other) for other in others) / len(others) if others else 0.0
    clock = math.atan2(cell[0] - first[0], first[1] - cell[1]) % (2 * math.pi)
    return round(abs(_distance(cell, first) - REACH) + ASIDE * aside, 3), round(clock, 3)


def _cells(near: Place, window: int) -> Iterator[Place]:
    """The cells around a place, and the one that it is in."""
    row, column = round(near[1] / ROW), round(near[0] / COLUMN)
    for r in range(row - window, row + window + 1):
        for c in range(column - window, column + window + 1):
            x, y = c * COLUMN + (COLUMN // 2 if r % 2 else 0), r * ROW
            if abs(x) <= FURTHEST and abs(y) <= FURTHEST:
                yield x, y


def _covered(place: Place) -> Iterator[Place]:
    """The cells in which a label would touch that of a node at this place."""
    return (cell for cell in _cells(place, 2) if abs(cell[0] - place[0]) < WIDE and abs(cell[1] - place[1]) < HIGH)


def _distance(a: Place, b: Place) -> float:
    """In columns. Rows count for less than they are high, so that pictures grow as high as wide."""
    return math.hypot((a[0] - b[0]) / COLUMN, (a[1] - b[1]) / ROW * UPRIGHT)


def _middle(there: Sequence[Place]) -> Place:
    return round(sum(x for x, _ in there) / len(there)), round(sum(y for _, y in there) / len(there))
