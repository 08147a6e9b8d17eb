"""Where things stand on the map: each group in a circle of its own, circles near those that they are tied to."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

import networkx as nx
import numpy as np

PITCH = 30.0  # half of the room that a node has, in the map's own measure
ANGLES = 72
SPRUNG = 400  # members up to which their ties say where in the circle they stand
PUSHES = 60
FLAT = 1.6  # maps are wider than high

Point = tuple[float, float]
Weighted = Sequence[tuple[int, int, float]]


def layout(
    groups: Sequence[Sequence[int]], ties: Weighted, seed: int
) -> tuple[dict[int, Point], list[tuple[float, float, float]]]:
    """The place of every member, and for each group the circle (x, y, radius) that its members are in."""
    group_of = {n: g for g, members in enumerate(groups) for n in members}
    inside: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    between: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for a, b, strength in ties:
        one, other = group_of[a], group_of[b]
        if one == other:
            inside[one].append((a, b, strength))
        else:
            between[one][other] += strength
            between[other][one] += strength
    circles = _packed([PITCH * math.sqrt(len(members)) + PITCH for members in groups], between)
    points: dict[int, Point] = {}
    for g, (members, (x, y, radius)) in enumerate(zip(groups, circles, strict=True)):
        for n, (dx, dy) in _within(members, inside[g], seed).items():
            points[n] = (round(x + dx * (radius - PITCH), 1), round(y + dy * (radius - PITCH), 1))
    return points, [(round(x, 1), round(y, 1), round(r, 1)) for x, y, r in circles]


def _packed(radii: Sequence[float], between: dict[int, dict[int, float]]) -> list[tuple[float, float, float]]:
    """Circles that do not overlap: each as near as it can be to the middle and to those that it is tied to."""
    placed: list[tuple[float, float, float]] = []
    for g, radius in enumerate(radii):
        drawn = [(placed[o], weight) for o, weight in between[g].items() if o < len(placed)]
        total = sum(weight for _, weight in drawn) or 1.0
        x = sum(c[0] * weight for c, weight in drawn) / total
        y = sum(c[1] * weight for c, weight in drawn) / total
        free = (spot for spot in _spots(placed, radius) if _is_free(spot, radius, placed))
        best = min(free, key=lambda s: (_cost(s, (x, y)), s), default=(0.0, 0.0))
        placed.append((*best, radius))
    return placed


def _spots(placed: Sequence[tuple[float, float, float]], radius: float) -> Iterator[Point]:
    """Places that touch a circle that stands already; the middle where none does."""
    if not placed:
        yield (0.0, 0.0)
    for x, y, other in placed:
        for step in range(ANGLES):
            angle = 2 * math.pi * step / ANGLES
            reach = other + radius + PITCH / 2
            yield (round(x + reach * math.cos(angle), 3), round(y + reach * math.sin(angle), 3))


def _is_free(spot: Point, radius: float, placed: Sequence[tuple[float, float, float]]) -> bool:
    return all(math.dist(spot, (x, y)) >= radius + other + PITCH / 2 - 0.01 for x, y, other in placed)


def _cost(spot: Point, drawn: Point) -> float:
    """Distance from the middle, and from where the ties draw it; steps down cost more than steps aside."""
    return math.hypot(spot[0] / FLAT, spot[1]) + 0.5 * math.hypot(spot[0] - drawn[0], spot[1] - drawn[1])


def _within(members: Sequence[int], ties: Weighted, seed: int) -> dict[int, Point]:
    """Places in a circle of radius 1: ties draw together; the first stand in the middle where there are too many."""
    if len(members) == 1:
        return {members[0]: (0.0, 0.0)}
    if len(members) > SPRUNG or not ties:
        return {n: _seed_of_sunflower(k, len(members)) for k, n in enumerate(members)}
    network: nx.Graph[int] = nx.Graph()
    network.add_nodes_from(members)
    network.add_weighted_edges_from(ties)
    start = {n: _seed_of_sunflower(k, len(members)) for k, n in enumerate(members)}
    found = nx.spring_layout(network, pos=start, k=1.6 / math.sqrt(len(members)), iterations=80, seed=seed)
    return _spread([(n, (float(found[n][0]), float(found[n][1]))) for n in members])


def _seed_of_sunflower(place: int, size: int) -> Point:
    """Evenly spread over a disc, the first in the middle."""
    radius, angle = math.sqrt((place + 0.5) / size), place * math.pi * (3 - math.sqrt(5))
    return (radius * math.cos(angle), radius * math.sin(angle))


def _spread(found: Sequence[tuple[int, Point]]) -> dict[int, Point]:
    """The same angles and the same order outwards, but the distances of an even spread, so that nothing clots."""
    x = sum(p[0] for _, p in found) / len(found)
    y = sum(p[1] for _, p in found) / len(found)
    outwards = sorted(found, key=lambda f: (round(math.dist(f[1], (x, y)), 6), f[0]))
    even: dict[int, Point] = {}
    for place, (n, (px, py)) in enumerate(outwards):
        angle, radius = math.atan2(py - y, px - x), math.sqrt((place + 0.5) / len(found))
        even[n] = (radius * math.cos(angle), radius * math.sin(angle))
    return _apart(even)


def _apart(points: dict[int, Point]) -> dict[int, Point]:
    """The same, with those pushed apart that stand closer than in an even spread; none leaves the circle."""
    at: np.ndarray = np.array(list(points.values()))
    room = 1.6 / math.sqrt(len(at))
    for _ in range(PUSHES):
        away = at[:, None, :] - at[None, :, :]
        distance = np.hypot(away[..., 0], away[..., 1])
        np.fill_diagonal(distance, np.inf)
        push = np.clip(room - distance, 0.0, None) / np.maximum(distance, 1e-9)
        at = at + 0.3 * (away * push[..., None]).sum(axis=1)
        at = at / np.maximum(np.hypot(at[:, 0], at[:, 1]), 1.0)[:, None]
    return {n: (float(x), float(y)) for n, (x, y) in zip(points, at, strict=True)}
