"""The overview map as one object: the picture of all groups or of one, and the same as tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from explorer import map_picture, picture
from explorer.presentation import Chosen, in_words, number, shortened
from explorer.presentation_concepts import find
from explorer.remains import Count
from explorer.scene import written
from explorer.site import Site
from graph.postings import postings
from graph.structure import Node, Structure, structure

MOST = 300  # nodes in one picture
LINES = 2  # ties of each node that are drawn on the map of everything
LEADING = 3  # concepts that a group is called by
CLOSER = 2.1  # how much more room a group has in a picture of its own
LONGEST = 200  # characters of what is looked for


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A concept on the map: its page, kind, group, studies, rank by centrality (1 is the most central)."""

    id: str
    concept: Chosen
    kind: str
    community: Chosen
    studies: Count
    rank: int
    explore_url: str


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """A group: its number from 1, what it is called, its leading concepts, how many it has, the studies on any."""

    number: int
    name: Chosen
    leading: tuple[Chosen, ...]
    size: int
    studies: Count


@dataclass(frozen=True, slots=True)
class MapPage:
    """Everything that ``map.html`` shows."""

    picture: Markup
    marks: tuple[tuple[Markup, str], ...]
    said: str
    communities: tuple[CommunityRow, ...]
    community: CommunityRow | None
    rows: tuple[NodeRow, ...]
    asked: str
    found: tuple[NodeRow, ...]
    messages: tuple[str, ...]
    csv_url: str
    json_url: str


class Map:
    """Reads the question and draws. ``community``: number of a group as it was given, empty for all."""

    def __init__(self, site: Site, community: str = "", asked: str = "") -> None:
        self._site, self._shape = site, structure(site.atlas)
        self._asked = shortened(asked.replace("\x00", " ").strip(), LONGEST)
        self._messages: list[str] = []
        self._names = [self._name(members) for members in self._shape.communities]
        self._at = self._number(community)
        schemes = site.atlas.vocabulary.schemes
        self._kinds = {name: n for n, name in enumerate(t for t in site.atlas.config.tags if t in schemes)}

    def _number(self, given: str) -> int | None:
        """The place of the group asked for."""
        if given.isascii() and given.isdigit() and len(given) < 6 and 1 <= int(given) <= len(self._names):
            return int(given) - 1
        if given:
            self._messages.append(f"There is no group “{shortened(given, 40)}” on this map; this is all of it.")
        return None

    def _name(self, members: Sequence[int]) -> str:
        """A group in words: its most central concepts."""
        labels = (self._label(self._shape.nodes[n]) for n in members[:LEADING])
        return in_words(labels) if len(members) > LEADING else " · ".join(labels)

    def _label(self, node: Node) -> str:
        return self._site.atlas.vocabulary.label(node.concept)

    def page(self) -> MapPage:
        """The whole page."""
        drawn = self._drawn()
        found = self._found()
        svg, labelled = self._picture(drawn, {row.id for row in found})
        communities = tuple(self._community(n) for n in range(len(self._names)))
        return MapPage(
            picture=svg,
            marks=tuple(self._marks(drawn)),
            said=self._said(drawn, labelled),
            communities=communities,
            community=None if self._at is None else communities[self._at],
            rows=tuple(self._row(n) for n in drawn),
            asked=self._asked,
            found=found,
            messages=tuple(self._messages),
            csv_url=self._site.links.map(suffix=".csv"),
            json_url=self._site.links.map(suffix=".json"),
        )

    def _drawn(self) -> tuple[int, ...]:
        """The nodes of the picture by place, most central first."""
        members = range(len(self._shape.nodes)) if self._at is None else self._shape.communities[self._at]
        return tuple(members[:MOST])

    def _said(self, drawn: Sequence[int], labelled: int) -> str:
        """How much the picture holds."""
        of_all = len(self._shape.nodes) if self._at is None else len(self._shape.communities[self._at])
        said = number(len(drawn), "concept", "concepts")
        said += f" of {of_all:,}, the most central," if of_all > len(drawn) else ""
        return f"{said} drawn, {labelled:,} with their names; the others are named in the table and when pointed at."

    def _picture(self, drawn: Sequence[int], found: set[str]) -> tuple[Markup, int]:
        spots = [self._spot(self._shape.nodes[n], found) for n in drawn]
        regions = list(self._regions())
        where = f"the group {self._names[self._at]}" if self._at is not None else "all concepts in groups"
        title = f"Map of {where}; the tables below say the same"
        return map_picture.draw(spots, list(self._lines(drawn)), regions, title)

    def _spot(self, node: Node, found: set[str]) -> map_picture.Spot:
        scale = 1.0 if self._at is None else CLOSER
        centre = (0.0, 0.0) if self._at is None else self._shape.circles[self._at][:2]
        kept, label = self._studies(node), self._label(node)
        return map_picture.Spot(
            node=f"concept:{node.concept}",
            label=label,
            title=f"{label}: {kept} {'study' if kept.every == 1 else 'studies'}",
            url=self._explore(node),
            kind=self._kinds.get(self._site.atlas.vocabulary.scheme_of(node.concept), 0),
            x=(node.x - centre[0]) * scale,
            y=(node.y - centre[1]) * scale,
            size=min(1.9, 0.7 + 0.12 * node.studies.bit_length()),
            aside=not kept.kept,
            found=node.concept in found,
        )

    def _regions(self) -> Iterator[map_picture.Region]:
        if self._at is not None:
            yield map_picture.Region(0, 0, self._shape.circles[self._at].radius * CLOSER, "", "", self._at + 1)
            return
        for n, circle in enumerate(self._shape.circles):
            name = self._label(self._shape.nodes[self._shape.communities[n][0]])
            yield map_picture.Region(*circle, f"{n + 1}. {name}", self._address(n), n + 1)

    def _lines(self, drawn: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The ties to draw, as places in ``drawn``: of all where one group is shown, else the strongest of each."""
        place, seen = {n: k for k, n in enumerate(drawn)}, dict.fromkeys(drawn, 0)
        for tie in sorted(self._shape.ties, key=lambda t: (-t.studies, t)):
            if tie.a in place and tie.b in place and (self._at is not None or min(seen[tie.a], seen[tie.b]) < LINES):
                seen[tie.a] += 1
                seen[tie.b] += 1
                yield place[tie.a], place[tie.b]

    def _marks(self, drawn: Sequence[int]) -> Iterator[tuple[Markup, str]]:
        vocabulary = self._site.atlas.vocabulary
        there = {vocabulary.scheme_of(self._shape.nodes[n].concept) for n in drawn}
        for name, kind in self._kinds.items():
            if name in there:
                yield picture.mark(kind), vocabulary.schemes[name].plural

    def _found(self) -> tuple[NodeRow, ...]:
        """Nodes with the words looked for in one of their names."""
        if not self._asked:
            return ()
        place = {node.concept: n for n, node in enumerate(self._shape.nodes)}
        return tuple(self._row(place[c.id]) for c in find(self._site, self._asked) if c.id in place)

    def _studies(self, node: Node) -> Count:
        """Studies that name the concept itself."""
        if not self._site.remains.is_on:
            return Count(node.studies, node.studies)
        lists = postings(self._site.atlas)
        return Count((lists.bits(f"concept:{node.concept}") & self._site.remains.bits).bit_count(), node.studies)

    def _row(self, place: int) -> NodeRow:
        node, vocabulary = self._shape.nodes[place], self._site.atlas.vocabulary
        return NodeRow(
            id=node.concept,
            concept=Chosen(self._label(node), self._site.links.concept(node.concept)),
            kind=vocabulary.schemes[vocabulary.scheme_of(node.concept)].label,
            community=Chosen(self._names[node.community], self._address(node.community)),
            studies=self._studies(node),
            rank=place + 1,
            explore_url=self._explore(node),
        )

    def _community(self, place: int) -> CommunityRow:
        members = self._shape.communities[place]
        lists, found = postings(self._site.atlas), 0
        for n in members:
            found |= lists.bits(f"concept:{self._shape.nodes[n].concept}")
        leading = (self._shape.nodes[n] for n in members[:LEADING])
        return CommunityRow(
            number=place + 1,
            name=Chosen(self._names[place], self._address(place)),
            leading=tuple(Chosen(self._label(n), self._site.links.concept(n.concept)) for n in leading),
            size=len(members),
            studies=Count((found & self._site.remains.bits).bit_count(), found.bit_count()),
        )

    def _address(self, community: int) -> str:
        return self._site.links.map([("community", str(community + 1))])

    def _explore(self, node: Node) -> str:
        return self._site.links.explore(written([("open", f"concept:{node.concept}")]))

    def table(self) -> Iterator[list[object]]:
        """Every node as rows of a table, with a heading."""
        yield ["id", "label", "kind", "rank", "group", "group name", "studies", "of", "x", "y"]
        for n, node in enumerate(self._shape.nodes):
            row = self._row(n)
            place = [node.community + 1, row.community.label, *row.studies, node.x, node.y]
            yield [row.id, row.concept.label, row.kind, row.rank, *place]

    def as_data(self) -> dict[str, Any]:
        """The whole map as plain data: nodes with places, ties by places in ``nodes``, groups."""
        return {"groups": [list(c) for c in self._shape.communities], **_plain(self._shape), "names": self._names}


def _plain(shape: Structure) -> dict[str, Any]:
    return {
        "nodes": [n._asdict() for n in shape.nodes],
        "ties": [t._asdict() for t in shape.ties],
        "circles": [c._asdict() for c in shape.circles],
    }
