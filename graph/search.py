"""The search for paths: Dijkstra's from both ends at once, a step costing half of what each of its two nodes costs.

Neighbours come as arrays: a node that a hundred thousand studies have is looked at as quickly as one that ten have.
"""

import math
from bisect import insort
from heapq import heappop, heappush

import numpy as np

from graph.ground import Ground, Places

MOST_PATHS = 20
SETTLED = 4_000  # nodes looked at before a search gives up: far more than any way worth showing needs
TOGETHER = 512  # studies that are looked at in one go
LEAST_STEP = 1.0  # no step between two nodes that are no ends costs less
NOWHERE = -1

Way = tuple[int, ...]


class Best:
    """The cheapest ways found so far, at most ``limit`` of them, no way twice."""

    def __init__(self, limit: int) -> None:
        self.ways: list[tuple[float, Way]] = []
        self.gave_up = False  # whether there was more to look at
        self._limit = limit

    def wants(self, cost: float) -> bool:
        """Whether a way at this cost would be among them."""
        return len(self.ways) < self._limit or cost < self.ways[-1][0]

    def add(self, cost: float, way: Way) -> None:
        """Take a way in, if it passes no place twice and is new."""
        cost = round(cost, 6)
        if len(set(way)) == len(way) and (cost, way) not in self.ways:
            insort(self.ways, (cost, way))
            del self.ways[self._limit :]


class _Side:
    """One of the two searches: what it has reached, from where, at what cost."""

    def __init__(self, start: int, size: int) -> None:
        self.reached: np.ndarray = np.full(size, math.inf)
        self.settled: np.ndarray = np.zeros(size, bool)
        self._came_from: np.ndarray = np.full(size, NOWHERE, np.int64)
        # What was reached together waits in one row, cheapest first; of each row the first waits in the heap.
        self._rows: list[tuple[list[int], list[float]]] = []
        self._waiting: list[tuple[float, int, int, int]] = []  # (cost, place, row, place in the row)
        self.waiting = 0  # places reached and not yet looked at; some may count twice
        self.reach(np.array([start]), np.array([NOWHERE]), np.zeros(1))

    def reach(self, places: Places, came_from: Places, costs: np.ndarray) -> None:
        """Note ways to places, and from where, where they are cheaper than those known."""
        cheaper = np.flatnonzero(costs < self.reached[places])
        if len(cheaper):
            order = cheaper[np.argsort(costs[cheaper], kind="stable")]
            backwards = order[::-1]  # of several ways to a place the cheapest is written last, and stays
            self.reached[places[backwards]] = costs[backwards]
            self._came_from[places[backwards]] = came_from[backwards]
            self._rows.append((places[order].tolist(), costs[order].tolist()))
            self.waiting += len(order)
            self._wait(len(self._rows) - 1, 0)

    def _wait(self, row: int, at: int) -> None:
        places, costs = self._rows[row]
        if at < len(places):
            heappush(self._waiting, (costs[at], places[at], row, at))

    def _take(self) -> int:
        _, place, row, at = heappop(self._waiting)
        self.waiting -= 1
        self._wait(row, at + 1)
        return place

    def least(self) -> float:
        """Cost of the nearest place not yet settled; infinite when there is none."""
        while self._waiting and self.settled[self._waiting[0][1]]:
            self._take()
        return self._waiting[0][0] if self._waiting else math.inf

    def settle(self, ground: Ground) -> list[int]:
        """Take the nearest place; :meth:`least` must have said that there is one.

        If it is a study, others that are next in turn come with it: none is a whole step dearer, so that no way leads
        through one to another.
        """
        bound, found = self.least() + LEAST_STEP, list[int]()
        while len(found) < TOGETHER and self.least() < bound:
            if found and not (ground.is_study(self._waiting[0][1]) and ground.is_study(found[0])):
                break
            found.append(self._take())
            self.settled[found[-1]] = True
        return found

    def way_to(self, place: int) -> list[int]:
        """From the start to a place that was reached."""
        way = []
        while place != NOWHERE:
            way.append(place)
            place = int(self._came_from[place])
        return way[::-1]


def search(ground: Ground, limit: int) -> Best:
    """The cheapest ways between the two ends of a ground."""
    sides = tuple(_Side(end, ground.size) for end in ground.ends)
    best = Best(max(1, min(limit, MOST_PATHS)))
    settled = 0
    while settled < SETTLED:
        nearest = [side.least() for side in sides]
        # A way not met yet has a place that neither side has settled, then another: at least one more whole step.
        if math.inf in nearest or not best.wants(sum(nearest) + LEAST_STEP):
            return best
        turn = 0 if sides[0].waiting <= sides[1].waiting else 1  # whichever has less to look at
        settled += _advance(ground, sides[turn], sides[1 - turn], best, forward=turn == 0)
    best.gave_up = True
    return best


def _advance(ground: Ground, side: _Side, other: _Side, best: Best, forward: bool) -> int:
    """Settle places of a side, look at their neighbours, and note every one where the two sides meet; how many."""
    places = side.settle(ground)
    if ground.is_study(places[0]):
        near, steps, came_from = ground.around_studies(places)
    else:
        near, steps = ground.around(places[0])
        came_from = np.full(len(near), places[0])
    fresh = ~side.settled[near]
    near, came_from = near[fresh], came_from[fresh]
    costs = steps[fresh] + side.reached[came_from]
    side.reach(near, came_from, costs)
    whole = costs + other.reached[near]
    met = np.flatnonzero(np.isfinite(whole))
    for at in met[np.argsort(whole[met], kind="stable")].tolist():
        if not best.wants(float(whole[at])):
            break
        way = (*side.way_to(int(came_from[at])), *reversed(other.way_to(int(near[at]))))
        best.add(float(whole[at]), way if forward else way[::-1])
    return len(places)
