"""How two nodes are connected, as one object: the question, the ways with their evidence, or what stands in between."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.asked_evidence import AskedEvidence, Option, asked_evidence
from explorer.presentation import Chosen, number
from explorer.presentation_between import LinkRow, link_rows
from explorer.presentation_between import as_data as between_data
from explorer.presentation_ends import End, end_asked
from explorer.presentation_graph import KIND_NAMES
from explorer.presentation_ways import Way, way_of
from explorer.presentation_ways import as_data as way_data
from explorer.remains import ALL
from explorer.remains import NAME as REMAINS
from explorer.scene import written
from explorer.site import Site
from graph.errors import NoPath
from graph.paths import Path, paths
from graph.postings import METHODS

SHOWN = 4
OTHER_KINDS = ("definition", "author", "journal")
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class PathsPage:
    """Everything that ``paths.html`` shows."""

    ends: tuple[End, End]
    asked: AskedEvidence
    kinds: tuple[Option, ...]
    ways: tuple[Way, ...]
    found: tuple[Path, ...]
    none: str
    same: bool
    before: str
    between: tuple[LinkRow, ...]
    openings: tuple[Chosen, ...]
    examples: tuple[Chosen, ...]
    turned_url: str
    json_url: str
    explore_url: str
    status: int


@dataclass(frozen=True, slots=True)
class PathsAsked:
    """The arguments of an address, as they came."""

    start: str
    end: str
    level: str = ""
    pem: str = ""
    through: tuple[str, ...] = ()


def paths_page(site: Site, given: PathsAsked) -> PathsPage:
    """Put the page together. An unknown end makes its status 404; no way between two known ones is an answer."""
    return _Answer(site, given).page()


class _Answer:
    """Reads the question, asks for the ways, and puts both in words."""

    def __init__(self, site: Site, given: PathsAsked) -> None:
        self._site = site
        self._asked = asked_evidence(site, given.level, given.pem)
        self._start, self._end = end_asked(site, "from", given.start), end_asked(site, "to", given.end)
        offered = [option.value for option in _kinds(site, ())]
        self._through = tuple(kind for kind in offered if kind in given.through)

    def page(self) -> PathsPage:
        """The whole of it."""
        found, none, openings = self._found()
        args = self._args()
        return PathsPage(
            ends=(self._start, self._end),
            asked=self._asked,
            kinds=_kinds(self._site, self._through),
            ways=tuple(way_of(self._site, path) for path in found),
            found=found,
            none=none,
            same=bool(self._start.node) and self._start.node == self._end.node,
            before=self._before(found),
            between=self._between(),
            openings=openings,
            examples=() if self._start.asked or self._end.asked else tuple(_examples(self._site)),
            turned_url=self._site.links.paths(self._args(start=self._end.asked, end=self._start.asked)),
            json_url=self._site.links.paths(args, ".json"),
            explore_url=self._site.links.explore(written(("n", n) for n in dict.fromkeys(_nodes(found)))),
            status=404 if any(end.asked and not end.node for end in (self._start, self._end)) else 200,
        )

    def _found(self) -> tuple[tuple[Path, ...], str, tuple[Chosen, ...]]:
        """The ways; or why there is none, and addresses that would find one."""
        if not (self._start.node and self._end.node):
            return (), "", ()
        through = ("study", *(self._through or _usual(self._site)))
        try:
            ends = (self._start.node, self._end.node)
            return paths(self._site.atlas, *ends, SHOWN, through, self._asked.evidence), "", ()
        except NoPath as why:
            return (), self._why(why), tuple(self._openings(why))

    def _between(self) -> tuple[LinkRow, ...]:
        """The concepts of the kinds asked for that studies of both ends name."""
        kinds = [kind for kind in self._through or _usual(self._site) if kind not in OTHER_KINDS]
        start, end = self._start.node, self._end.node
        return link_rows(self._site, start, end, kinds, self._asked.evidence, bool(start and end))

    def _before(self, found: Sequence[Path]) -> str:
        """What the switch takes away: how many of the shortest ways through all studies are still there."""
        if not (self._asked.evidence.dropped and self._start.node and self._end.node):
            return ""
        try:
            ends, through = (self._start.node, self._end.node), ("study", *(self._through or _usual(self._site)))
            every = paths(self._site.atlas, *ends, SHOWN, through, self._asked.evidence.without("dropped"))
        except NoPath:
            return ""
        remaining = len({path.nodes for path in every} & {path.nodes for path in found})
        ways = number(len(every), "shortest way", "shortest ways")
        return f"Of the {ways} through all studies, {remaining} {'remains' if remaining == 1 else 'remain'}."

    def _why(self, why: NoPath) -> str:
        if self._start.node == self._end.node:
            return "Both ends are the same. Choose two different ones."
        filters = self._asked.evidence.parts or self._through
        said = "Nothing in this atlas connects them" + (" under these filters" if filters else "")
        return f"{said}." + ("" if why.opens else " Giving up any one filter would not help.")

    def _openings(self, why: NoPath) -> Iterator[Chosen]:
        """What to give up, as addresses."""
        status = f"any {self._asked.status_label}"
        filters = {"level": "any evidence level", "pem": status, "dropped": "all studies counted"}
        for parts in why.opens:
            if parts[0] in filters:
                args, words = self._args(without=parts), " and ".join(filters[part] for part in parts)
            elif parts[0] == "concept":
                args, words = self._args(through=()), "concepts of every kind between"
            else:
                args = self._args(through=(*(self._through or _usual(self._site)), parts[0]))
                words = f"{KIND_NAMES[parts[0]][1]} between, too"
            yield Chosen(words, self._site.links.paths(args))

    def _args(
        self,
        start: str | None = None,
        end: str | None = None,
        without: Sequence[str] = (),
        through: Sequence[str] | None = None,
    ) -> list[tuple[str, str]]:
        """The arguments of this page, or of one a little different."""
        ends = (self._start.asked if start is None else start, self._end.asked if end is None else end)
        args = [("from", ends[0]), ("to", ends[1])]
        args += [(name, value) for name, value in self._asked.args if name not in (*without, REMAINS)]
        # Said even where all count, since links otherwise take along what the page was asked with.
        args += [(REMAINS, ALL)] if "dropped" in without else self._asked.remains
        kinds = self._through if through is None else through
        return [(k, v) for k, v in args if v] + [("through", kind) for kind in dict.fromkeys(kinds)]


def _nodes(ways: Iterable[Path]) -> Iterator[str]:
    """The ends, then what stands between them, way by way."""
    for way in ways:
        yield from (way.nodes[0], way.nodes[-1], *way.nodes[1:-1])


def _usual(site: Site) -> tuple[str, ...]:
    """Kinds that may stand between unless some are chosen: concepts of every scheme that says what was studied."""
    return tuple(option.value for option in _kinds(site, ()) if option.value not in OTHER_KINDS)


def _kinds(site: Site, chosen: Sequence[str]) -> tuple[Option, ...]:
    """What may stand between, as choices: schemes that studies are tagged with, then the other kinds."""
    schemes = site.atlas.vocabulary.schemes
    options = [(name, schemes[name].plural) for name in site.atlas.config.tags if name in schemes and name != METHODS]
    options += [(kind, KIND_NAMES[kind][1].capitalize()) for kind in OTHER_KINDS]
    return tuple(Option(value, words, value in chosen) for value, words in options)


def _examples(site: Site) -> Iterator[Chosen]:
    """Pairs of much studied concepts out of different schemes, to begin with."""
    starts = [start.top for start in site.overview.starts if start.scheme != METHODS and start.top]
    for row in range(EXAMPLES):
        pair = [top[row][0] for top in starts[:2] if len(top) > row]
        if len(pair) == 2:
            args = [("from", pair[0].label), ("to", pair[1].label)]
            yield Chosen(f"{pair[0].label} and {pair[1].label}", site.links.paths(args))


def as_data(page: PathsPage, base: str) -> dict[str, Any]:
    """The same as plain data, every statement of every hop included; ``base``: the base of identifiers."""
    return {
        "from": page.ends[0].node or None,
        "to": page.ends[1].node or None,
        "level": page.asked.evidence.level,
        "pem": page.asked.evidence.pem,
        "through": [option.value for option in page.kinds if option.selected],
        "messages": [*page.asked.messages, *(end.problem for end in page.ends if end.problem)],
        "suggestions": {end.name: [s.url for s in end.suggestions] for end in page.ends if end.problem},
        "none": page.none or None,
        "give_up": [opening.label for opening in page.openings],
        "between": between_data(page.between),
        "paths": [way_data(way, path, base) for way, path in zip(page.ways, page.found, strict=True)],
    }
