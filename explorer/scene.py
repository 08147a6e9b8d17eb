"""What the interactive explorer shows, as its address has it: which nodes, where they stand, under which filters.

    /explore?n=concept:fatigue@0,0!&n=study:see-1996-alpha-interferon@196,-88&pem=required&at=concept:fatigue

An address says everything, so that it shows the same picture to whoever opens it. ``!`` marks a pinned node.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote

from werkzeug.datastructures import MultiDict

from explorer.asked_evidence import AskedEvidence, asked_evidence
from explorer.lattice import FURTHEST, places
from explorer.presentation import in_words, number, shortened
from explorer.site import Site
from graph.directions import VERDICTS
from graph.errors import UnknownNode
from graph.evidence import Evidence
from graph.expand import FilteredNetwork, groups
from graph.filters import Filters
from graph.nodes import kind_of, resolve_entry
from graph.postings import METHODS, postings
from graph.rdf_context import slug

MOST = 80  # nodes of one picture: more is a hairball
UNUSUAL = (METHODS, "author", "journal", "finding")  # groups that a step adds only where asked for
YEARS = (1000, 9999)
LONGEST_NAME = 300  # characters of a node's name that are looked at
NAMED = 3  # unknown nodes that a message names


class Placed(NamedTuple):
    """A node of the picture and where it stands; (0, 0) is the middle, y grows downwards."""

    node: str
    x: int
    y: int
    pinned: bool = False

    def __str__(self) -> str:
        return f"{self.node}@{self.x},{self.y}{'!' if self.pinned else ''}"


@dataclass(frozen=True)
class Scene:
    """The whole state. ``wanted``: groups that a step adds, () for the usual ones; ``at``: the node looked at."""

    nodes: tuple[Placed, ...] = ()
    wanted: tuple[str, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    evidence_args: tuple[tuple[str, str], ...] = ()
    directions: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    at: str = ""

    @property
    def filters(self) -> Filters:
        """What studies and ties have to pass."""
        return Filters(self.evidence, frozenset(self.directions), self.first, self.last)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The node ids, in the order in which they came."""
        return tuple(placed.node for placed in self.nodes)

    @property
    def focus(self) -> str:
        """The node that is looked at: the one asked for where it is drawn, else the first; empty without nodes."""
        return self.at if self.at in self.ids else (self.ids[0] if self.nodes else "")

    def groups(self, site: Site) -> tuple[str, ...]:
        """What a step adds."""
        return self.wanted or usual(site)

    def filter_args(self) -> list[tuple[str, str]]:
        """The arguments of the filters alone."""
        pairs = [("kind", group) for group in self.wanted] + list(self.evidence_args)
        pairs += [("direction", direction) for direction in self.directions]
        return pairs + [(n, str(year)) for n, year in (("from", self.first), ("to", self.last)) if year is not None]

    def args(self) -> list[tuple[str, str]]:
        """Every argument, in one order."""
        return [("n", str(p)) for p in self.nodes] + self.filter_args() + ([("at", self.at)] if self.at else [])

    def query(self) -> str:
        """The address' query."""
        return written(self.args())

    def with_nodes(self, nodes: Iterable[Placed], at: str | None = None) -> "Scene":
        """The same with other nodes."""
        return replace(self, nodes=tuple(nodes), at=self.at if at is None else at)


def usual(site: Site) -> tuple[str, ...]:
    """What a step adds where nothing else is asked for."""
    return tuple(group for group in groups(site.atlas) if group not in UNUSUAL)


def written(pairs: Iterable[tuple[str, str]]) -> str:
    """Arguments as people can read them in an address: node ids keep their colons."""
    return "&".join(f"{name}={quote(value, safe=':@,/!~')}" for name, value in pairs)


def placed(site: Site, scene: Scene, new: Iterable[str], start: str = "") -> tuple[Placed, ...]:
    """Places for new nodes of a scene, near ``start`` and whatever else they are tied to; those there stay."""
    at = {p.node: (p.x, p.y) for p in scene.nodes}
    fresh = [node for node in dict.fromkeys(new) if node not in at]
    tied: dict[str, dict[tuple[int, int], None]] = {n: {at[start]: None} if start in at else {} for n in fresh}
    lines = set()
    for tie in FilteredNetwork(site.atlas).ties((*at, *fresh)):
        if tie.source in at and tie.target in at:
            lines.add((at[tie.source], at[tie.target]))
        for node, other in ((tie.source, tie.target), (tie.target, tie.source)):
            if node in tied and other in at:
                tied[node][at[other]] = None
    near = {node: list(ends) for node, ends in tied.items()}
    found = places(fresh, near, at.values(), sorted(lines))
    return tuple(Placed(node, *found[node]) for node in fresh)


def surroundings(site: Site, node: str, others: Iterable[str]) -> Scene:
    """The scene of a node in the middle and these others around it."""
    scene = Scene(nodes=(Placed(node, 0, 0),), at=node)
    return scene.with_nodes((*scene.nodes, *placed(site, scene, others, node)))


def read(site: Site, args: "MultiDict[str, str]") -> tuple[Scene, AskedEvidence, tuple[str, ...]]:
    """The scene that an address describes, its bar for evidence as choices, and what could not be used of it."""
    asked = asked_evidence(site, args.get("level", ""), args.get("pem", ""))
    reader = _Reader(site, args)
    scene = Scene(
        wanted=reader.wanted(),
        evidence=asked.evidence,
        evidence_args=tuple(asked.args),
        directions=reader.known("direction", VERDICTS, "direction"),
        first=reader.year("from"),
        last=reader.year("to"),
    )
    nodes, homeless = reader.nodes()
    scene = scene.with_nodes(nodes)
    scene = scene.with_nodes((*nodes, *placed(site, scene, homeless)))
    at = node_of(site, (args.getlist("at") or [""])[-1])  # a button's comes after what the form carries along
    return (
        scene.with_nodes(scene.nodes, at if at in scene.ids else ""),
        asked,
        (*asked.messages, *reader.messages),
    )


def node_of(site: Site, name: str) -> str:
    """The node that an id, label or synonym means; empty where there is none. Quick: an address may name thousands."""
    name, lists = name[:LONGEST_NAME], postings(site.atlas)
    if kind_of(name) in ("author", "journal") and name in lists:
        return name
    try:
        found = resolve_entry(site.atlas, name)
    except UnknownNode:
        return ""
    return found or next((n for n in (f"author:{slug(name)}", f"journal:{slug(name)}") if name and n in lists), "")


class _Reader:
    """Reads arguments with patience and notes what it could not use."""

    def __init__(self, site: Site, args: "MultiDict[str, str]") -> None:
        self._site, self._args = site, args
        self.messages: list[str] = []

    def nodes(self) -> tuple[list[Placed], list[str]]:
        """Nodes with their places, and nodes that have none yet; no node twice, no more than MOST."""
        given, there, homeless, unknown = self._args.getlist("n"), dict[str, Placed](), dict[str, None](), list[str]()
        for text in given[: 2 * MOST]:
            name, place, pinned = _parted(text)
            node = node_of(self._site, name)
            if not node:
                unknown.append(name)
            elif place is None:
                homeless[node] = None
            else:
                there.setdefault(node, Placed(node, *place, pinned))
        self._tell(given, unknown, len(there) + len(homeless.keys() - there.keys()))
        kept = list(there.values())[:MOST]
        return kept, [node for node in homeless if node not in there][: MOST - len(kept)]

    def _tell(self, given: list[str], unknown: list[str], known: int) -> None:
        if unknown:
            names = in_words(f"“{shortened(name, 40)}”" for name in unknown[:NAMED])
            more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
            self.messages.append(f"{names}{more} {'are' if len(unknown) > 1 else 'is'} not in this atlas; left out.")
        if len(given) > 2 * MOST or known > MOST:
            said = number(len(given), "thing", "things")
            self.messages.append(f"The address names {said}; a picture holds {MOST}, so the others were left out.")

    def wanted(self) -> tuple[str, ...]:
        """What a step is to add; empty where it is what steps add anyway."""
        found = self.known("kind", groups(self._site.atlas), "kind of node")
        return () if found == usual(self._site) else found

    def known(self, name: str, values: Iterable[str], what: str) -> tuple[str, ...]:
        """The values of an argument that there are, in their own order."""
        given, values = self._args.getlist(name), tuple(values)
        if wrong := [value for value in given if value and value not in values]:
            self.messages.append(f"“{shortened(wrong[0], 40)}” is no {what} and was left out.")
        return tuple(value for value in values if value in given)

    def year(self, name: str) -> int | None:
        """A year; None where none is given."""
        text = self._args.get(name, "").strip()
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) == 4 and YEARS[0] <= int(text) <= YEARS[1]:
            return int(text)
        self.messages.append(f"“{shortened(text, 40)}” is no year and was left out.")
        return None


def _parted(text: str) -> tuple[str, tuple[int, int] | None, bool]:
    """``node@x,y!`` in its parts; no place where what is written is none."""
    pinned = text.endswith("!")
    name, at, place = text.removesuffix("!").rpartition("@")
    if not at:
        return place, None, pinned
    x, _, y = place.partition(",")
    if not (_is_whole(x) and _is_whole(y)):
        return name, None, pinned
    return name, (_within(int(x)), _within(int(y))), pinned


def _is_whole(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 7


def _within(value: int) -> int:
    return max(-FURTHEST, min(FURTHEST, value))
