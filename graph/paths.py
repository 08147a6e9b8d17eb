"""How two nodes are connected: the few shortest ways from one to the other, each step with the study that says so.

    for way in paths(atlas, "NK cell function", "concept:fatigue"):
        print(way)      # NK cell function —[finding 1, increased]— See & Tilles (1996) —[tagged]— Fatigue

A step through something that very many studies have says little, so it costs more: up to the price of a detour.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

from entries.atlas import Atlas
from graph.errors import GraphError, NoPath
from graph.evidence import Evidence
from graph.ground import Ground
from graph.neighbourhood import find_node, label
from graph.network import atlas_of
from graph.nodes import KINDS, kind_of, name_of
from graph.postings import Postings, postings
from graph.search import MOST_PATHS, SETTLED, search
from graph.statements import CLASSES, Statement, direct_statements, study_statements

__all__ = ["MOST_PATHS", "THROUGH", "Hop", "Path", "paths"]
ANY = Evidence()
THROUGH = ("study", "concept")  # kinds that may stand between the ends, unless others are named
# What may cut a way, in words.
FILTERS = {"level": "the evidence level", "pem": "the PEM status", "dropped": "the PEM statuses set aside"}
FILTERS["alone"] = "cohorts of one case definition alone"
WIDER = ("concept", "definition", "author", "journal")  # kinds that might stand between where no way was found


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
    ground = asked.ground()
    best = search(ground, limit)
    if not best.ways:
        raise asked.why_none(best.gave_up)
    return tuple(_path(lists, tuple(map(ground.node, way)), cost) for cost, way in best.ways)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one search is about: the ends, what may stand between, which studies count."""

    lists: Postings
    start: str
    end: str
    through: Collection[str] = THROUGH
    evidence: Evidence = ANY

    def ground(self) -> Ground:
        """The network that the search walks. Raises GraphError for an unknown level or status."""
        return Ground(self.lists, (self.start, self.end), self.through, self.evidence)

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
            cut = {parts: f"without {'both' if len(parts) == 2 else 'all'} filters on evidence"}
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
        return bool(search(_Asked(self.lists, self.start, self.end, through, evidence).ground(), 1).ways)


def _and(kinds: Iterable[str]) -> str:
    return " and ".join(kinds) or "no other node"


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
