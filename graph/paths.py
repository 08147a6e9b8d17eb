"""How two nodes hang together: the few shortest ways from one to the other, each step with the study that says so.

    for way in paths(atlas, "NK cell function", "concept:fatigue"):
        print(way)      # NK cell function —[finding 1, increased]— See & Tilles (1996) —[tagged]— Fatigue

A step through something that very many studies have says little, so it costs more: up to the price of a detour.
"""

import math
from bisect import insort
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import islice, pairwise

import networkx as nx

from entries.atlas import Atlas
from graph.errors import GraphError, NoPath
from graph.evidence import Evidence
from graph.neighbourhood import find_node, label
from graph.network import atlas_of
from graph.nodes import KINDS, finding_of, kind_of, name_of, study_node
from graph.postings import LEVELS, METHODS, Postings, postings
from graph.statements import CLASSES, Statement, direct_statements, study_statements

ANY = Evidence()
THROUGH = ("study", "concept")  # kinds that may stand between the ends, unless others are named
FILTERS = {"level": "the evidence level", "pem": "the PEM status"}  # what may cut a way, in words
WIDER = ("concept", "definition", "author", "journal")  # kinds that might stand between where no way was found
MOST_PATHS = 20
SETTLED = 4_000  # nodes looked at before a search gives up: far more than any way worth showing needs
EXPANDED = 300  # studies of a node between the ends that are looked at, strongest evidence first
ABOVE = 1.0  # a step to a broader or narrower concept costs so much more: no study says it
HEADING = 0.5  # a concept with narrower ones is general: passing it says less
LEAST_STEP = 1.0  # no step between two nodes that are no ends costs less
LEVEL_COST = 0.02  # a step of evidence level decides between ways that are otherwise equal


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path and every statement that makes it; the first one is the best (a finding before a tag)."""

    source: str
    target: str
    statements: tuple[Statement, ...]

    @property
    def study(self) -> str | None:
        """Id of the study that says so; None where the vocabulary does."""
        return self.statements[0].study

    def __str__(self) -> str:
        first = self.statements[0]
        if first.finding is None:
            return first.relation
        return ", ".join([f"finding {first.finding}", *([first.direction] if first.direction else [])])


@dataclass(frozen=True, slots=True)
class Path:
    """A way from one end to the other: node ids, their labels, the hops between them, and what it costs."""

    nodes: tuple[str, ...]
    labels: tuple[str, ...]
    hops: tuple[Hop, ...]
    cost: float

    def __str__(self) -> str:
        steps = (f" —[{hop}]— {name}" for hop, name in zip(self.hops, self.labels[1:], strict=True))
        return self.labels[0] + "".join(steps)


def paths(
    source: Atlas | nx.MultiDiGraph,
    a: str,
    b: str,
    limit: int = 3,
    through: Collection[str] = THROUGH,
    evidence: Evidence = ANY,
) -> tuple[Path, ...]:
    """Up to ``limit`` ways between two nodes, cheapest first; each differs from the others in at least one node.

    ``a``, ``b``: node ids, ids, labels or synonyms. ``through``: kinds that may stand between, or schemes, such as
    ``symptom``, whose concepts may. ``evidence``: the only studies that a way may use. The cheapest way is exact; the
    others are the cheapest through places where the searches from both ends met. Raises UnknownNode with suggestions,
    NoPath with what kept the two apart, GraphError for an unknown kind, scheme, level or status.
    """
    lists = postings(atlas_of(source))
    start, end = find_node(lists.atlas, a), find_node(lists.atlas, b)
    for kind in through:
        if kind not in KINDS and kind not in lists.atlas.vocabulary.schemes:
            raise GraphError(
                f"there is no kind of node '{kind[:60]}'; the kinds are {', '.join(KINDS)}, or name a scheme"
            )
    if start == end:
        raise NoPath(f"both ends are {label(lists, start)}; choose two different ones")
    asked = _Asked(lists, start, end, through, evidence)
    best = _search(asked, limit)
    if not best.ways:
        raise asked.why_none(best.gave_up)
    return tuple(_path(lists, nodes, cost) for cost, nodes in best.ways)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one search is about: the ends, what may stand between, which studies count."""

    lists: Postings
    start: str
    end: str
    through: Collection[str] = THROUGH
    evidence: Evidence = ANY

    def why_none(self, gave_up: bool) -> NoPath:
        """Tries again without each filter, and says which of them kept the two apart."""
        said = f"nothing connects {label(self.lists, self.start)} with {label(self.lists, self.end)}"
        said += f" through {_and(self.through)}" + (" on the evidence asked for" if self.evidence else "")
        said += f", as far as the {SETTLED:,} nearest nodes tell" if gave_up else ""
        parts = self.evidence.parts
        cut: dict[tuple[str, ...], str] = {
            (part,): f"without the filter on {FILTERS[part]}" for part in parts if self._opens(part)
        }
        if len(parts) > 1 and not cut and self._opens(*parts):
            cut = {parts: "without both filters on evidence"}
        wider = [kind for kind in WIDER if kind not in self.through and self._opens(kind)]
        ways = list(cut.values())
        ways += [f"if {' or '.join(wider)} may stand between"] if wider else []
        return NoPath(
            f"{said}; there is a way {', or '.join(ways)}" if ways else said, (*cut, *((kind,) for kind in wider))
        )

    def _opens(self, *parts: str) -> bool:
        """Whether there is a way without these parts of the evidence, or with these kinds between."""
        evidence, through = self.evidence, list(self.through)
        for part in parts:
            if part in FILTERS:
                evidence = evidence.without(part)
            else:
                through.append(part)
        return bool(_search(_Asked(self.lists, self.start, self.end, through, evidence), 1).ways)


def _and(kinds: Iterable[str]) -> str:
    return " and ".join(kinds) or "no other node"


class _Side:
    """One of the two searches: what it has reached, from where, at what cost."""

    def __init__(self, start: str) -> None:
        self.reached: dict[str, float] = {start: 0.0}
        self.settled: set[str] = set()
        self.came_from: dict[str, str | None] = {start: None}
        self._waiting: list[tuple[float, str]] = [(0.0, start)]

    def least(self) -> float:
        """Cost of the nearest node not yet settled; infinite when there is none."""
        while self._waiting and self._waiting[0][1] in self.settled:
            heappop(self._waiting)
        return self._waiting[0][0] if self._waiting else math.inf

    def waiting(self) -> int:
        """How many nodes were reached and not yet looked at (some may count twice)."""
        return len(self._waiting)

    def settle(self) -> str:
        """Take the nearest node; :meth:`least` must have said that there is one."""
        node = heappop(self._waiting)[1]
        self.settled.add(node)
        return node

    def reach(self, node: str, came_from: str, cost: float) -> None:
        """Note a way to a node if it is cheaper than the one known."""
        if cost < self.reached.get(node, math.inf):
            self.reached[node] = cost
            self.came_from[node] = came_from
            heappush(self._waiting, (cost, node))

    def way_to(self, node: str) -> list[str]:
        """From the start to a node that was reached."""
        way, at = [], node
        while True:
            way.append(at)
            before = self.came_from[at]
            if before is None:
                return way[::-1]
            at = before


class _Ground:
    """The network as the search walks it: who is next to whom, and what a step onto a node costs."""

    def __init__(self, asked: _Asked) -> None:
        lists = self._lists = asked.lists
        self._ends = (asked.start, asked.end)
        self._kinds = frozenset(asked.through) & frozenset(KINDS)
        self._schemes = frozenset(asked.through) - frozenset(KINDS)
        self._open: dict[str, bool] = {}  # whether a node may be stepped on: most are met many times
        self._costs: dict[str, float] = dict.fromkeys(self._ends, 0.0)
        # One octet of eight studies: looking one up must not shift an integer of a hundred thousand bits.
        bits = asked.evidence.bits(lists) if asked.evidence else None
        self._allowed = None if bits is None else bits.to_bytes(len(lists.studies) // 8 + 1, "little")

    def around(self, node: str) -> Iterator[str]:
        """Neighbours that may be stepped on. An end that is a study which does not count has none."""
        if not self._counts(node):
            return
        known = self._open
        for other in self._all_around(node):
            is_open = known.get(other)
            if is_open is None:
                is_open = known[other] = (other in self._ends or self._may_pass(other)) and self._counts(other)
            if is_open:
                yield other

    def _all_around(self, node: str) -> Iterator[str]:
        lists = self._lists
        if kind_of(node) == "finding":
            study, _ = finding_of(lists.atlas, node)
            yield study_node(study.id)
            yield from (s.target for s in study_statements(lists.atlas, study) if s.source == node)
        elif kind_of(node) == "study":
            study = lists.atlas.studies[name_of(node)]
            yield from lists.tied(study.id)
            yield from (study_node(other) for other, _ in lists.atlas.links_to(study.id))
            yield from (end for end in self._ends if end.startswith(f"finding:{study.id}/"))
        else:
            yield from map(study_node, lists.ids(self._studies_of(node)))
            for s in lists.hierarchy.get(node, ()):
                yield s.source if s.target == node else s.target

    def _studies_of(self, node: str) -> Sequence[int]:
        """Numbers of the studies that count and have a node: all of an end's, else the first of them."""
        numbers, allowed = self._lists.of(node), self._allowed
        most = len(numbers) if node in self._ends else EXPANDED
        if allowed is None:
            return numbers[:most]
        return list(islice((n for n in numbers if allowed[n >> 3] >> (n & 7) & 1), most))

    def _counts(self, node: str) -> bool:
        """Whether a node is no study, or one that may be used as evidence."""
        if self._allowed is None or kind_of(node) not in ("study", "finding"):
            return True
        number = self._lists.number[name_of(node).partition("/")[0]]
        return bool(self._allowed[number >> 3] >> (number & 7) & 1)

    def _may_pass(self, node: str) -> bool:
        if node in self._silent:
            return False
        if node in self._below:
            return True
        kind = kind_of(node)
        if kind in self._kinds:
            return True
        return (
            kind in ("concept", "definition") and self._lists.atlas.vocabulary.scheme_of(name_of(node)) in self._schemes
        )

    @cached_property
    def _below(self) -> frozenset[str]:
        """What is narrower than an end: a heading is reached by any of the concepts below it."""
        vocabulary = self._lists.atlas.vocabulary
        ends = [name_of(end) for end in self._ends if kind_of(end) == "concept"]
        return frozenset(f"concept:{i}" for end in ends for i in vocabulary.descendants(end))

    @cached_property
    def _silent(self) -> frozenset[str]:
        """Concepts that sort studies or say how they were done: a way through them tells nothing."""
        schemes = (METHODS, "study-design", LEVELS, "pem-status", "peer-review", "review-status")
        return frozenset(node for scheme in schemes for node in self._lists.concepts.get(scheme, ()))

    def step(self, node: str, other: str) -> float:
        """What it costs to go from one node to its neighbour: half of what passing each of them costs."""
        above = node.startswith("concept:") and other.startswith("concept:")
        return (self._cost(node) + self._cost(other)) / 2 + (ABOVE if above else 0.0)

    def _cost(self, node: str) -> float:
        """What it costs to pass a node; the ends are free."""
        found = self._costs.get(node)
        if found is None:
            found = self._costs[node] = self._price(node)
        return found

    def _price(self, node: str) -> float:
        if kind_of(node) == "study":
            level = self._lists.atlas.studies[name_of(node)].evidence_level
            return 1.0 + LEVEL_COST * self._levels.get(level, len(self._levels))
        above = bool(self._lists.atlas.vocabulary.narrower(name_of(node))) if kind_of(node) == "concept" else False
        return 1.0 + math.log10(max(1, len(self._lists.of(node)))) + (HEADING if above else 0.0)

    @cached_property
    def _levels(self) -> dict[str, int]:
        return {c.id: n for n, c in enumerate(self._lists.atlas.vocabulary.of_scheme(LEVELS))}


class _Best:
    """The cheapest ways found so far, at most ``limit`` of them, no way twice."""

    def __init__(self, limit: int) -> None:
        self.ways: list[tuple[float, tuple[str, ...]]] = []
        self.gave_up = False  # whether there was more to look at
        self._limit = limit

    def wants(self, cost: float) -> bool:
        """Whether a way at this cost would be among them."""
        return len(self.ways) < self._limit or cost < self.ways[-1][0]

    def add(self, cost: float, way: tuple[str, ...]) -> None:
        """Take a way in, if it passes no node twice and is new."""
        cost = round(cost, 6)
        if len(set(way)) == len(way) and (cost, way) not in self.ways:
            insort(self.ways, (cost, way))
            del self.ways[self._limit :]


def _search(asked: _Asked, limit: int) -> _Best:
    """Dijkstra's search from both ends at once, a step costing half of what each of its two nodes costs."""
    ground, sides = _Ground(asked), (_Side(asked.start), _Side(asked.end))
    best = _Best(max(1, min(limit, MOST_PATHS)))
    for _ in range(SETTLED):
        nearest = [side.least() for side in sides]
        # A way not met yet has a node that neither side has settled, then another: at least one more whole step.
        if math.inf in nearest or not best.wants(sum(nearest) + LEAST_STEP):
            break
        turn = 0 if sides[0].waiting() <= sides[1].waiting() else 1  # whichever has less to look at
        _advance(ground, sides[turn], sides[1 - turn], best, forward=turn == 0)
    else:
        best.gave_up = True
    return best


def _advance(ground: _Ground, side: _Side, other: _Side, best: _Best, forward: bool) -> None:
    """Settle one node of a side, look at its neighbours, and note every place where the two sides meet."""
    node = side.settle()
    so_far = side.reached[node]
    for neighbour in ground.around(node):
        if neighbour in side.settled:
            continue
        cost = so_far + ground.step(node, neighbour)
        side.reach(neighbour, node, cost)
        if neighbour in other.reached and best.wants(whole := cost + other.reached[neighbour]):
            way = (*side.way_to(node), *reversed(other.way_to(neighbour)))
            best.add(whole, way if forward else way[::-1])


def _path(lists: Postings, nodes: tuple[str, ...], cost: float) -> Path:
    hops = tuple(Hop(u, v, _between(lists, u, v)) for u, v in pairwise(nodes))
    return Path(nodes, tuple(label(lists, node) for node in nodes), hops, cost)


def _between(lists: Postings, u: str, v: str) -> tuple[Statement, ...]:
    """Every statement that ties two neighbours, findings first."""
    found: list[Statement] = []
    for node in (u, v):
        if kind_of(node) in ("study", "finding"):
            study = lists.atlas.studies[name_of(node).partition("/")[0]]
            told = study_statements if "finding" in (kind_of(u), kind_of(v)) else direct_statements
            found += told(lists.atlas, study)
        else:
            found += lists.hierarchy.get(node, ())
    ties = dict.fromkeys(s for s in found if {s.source, s.target} == {u, v})
    return tuple(sorted(ties, key=lambda s: (s.finding is None, s.relation in CLASSES)))
