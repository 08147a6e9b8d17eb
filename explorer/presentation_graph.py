"""What is connected with a study or a concept: a picture, and a table with the very same rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from entries.study import Direction, Relation
from explorer import picture
from explorer.forms import Form, Offered
from explorer.node_links import node_url, said_by
from explorer.presentation import DIRECTIONS, RELATIONS, Chosen, Words, in_words
from explorer.remains import Count
from explorer.scene import written
from explorer.site import Site
from graph.neighbourhood import Edge, Neighbourhood, Node, neighbourhood
from graph.nodes import KINDS

MOST = 24  # nodes around the centre
MOST_OF_A_KIND = 40
KIND_NAMES = {
    "study": ("study", "studies"),
    "concept": ("concept", "concepts"),
    "definition": ("case definition", "case definitions"),
    "author": ("author", "authors"),
    "journal": ("journal", "journals"),
    "finding": ("finding", "findings"),
}
RELATION_WORDS = {
    "tagged": "is tagged with",
    "finding": "has a finding on",
    "case-definition": "took patients by",
    "by": "was written by",
    "in": "appeared in",
    "reports": "reports",
    "about": "is about",
    "broader": "is a kind of",
    **{relation.value: words.lower() for relation, (words, _) in RELATIONS.items()},
}
AGAINST = {Direction.NO_DIFFERENCE, Direction.NOT_ASSOCIATED, Relation.DISPUTES, Relation.RETRACTS}


@dataclass(frozen=True, slots=True)
class KindView:
    """One kind of neighbour: how many there are, and an address that shows it alone."""

    label: str
    count: Count
    url: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One tie: from, how, to, which way, and on whose evidence."""

    source: Chosen
    relation: str
    target: Chosen
    direction: Words | None
    study: Chosen | None


@dataclass(frozen=True, slots=True)
class GraphPage:
    """Everything that ``graph.html`` shows."""

    title: str
    url: str
    area: str
    kinds: tuple[KindView, ...]
    all_url: str
    marks: tuple[tuple[Markup, str], ...]
    picture: Markup
    rows: tuple[Row, ...]
    left_out: str
    broken_lines: bool
    paths_url: str
    explore_url: str
    forms: tuple[Offered, ...]


def graph_page(
    site: Site, node: str, title: str, url: str, area: str, kinds: Sequence[str], forms: Iterable[Form] = ()
) -> GraphPage:
    """The neighbourhood of a node. ``url``: the page of what is in the middle; ``kinds``: those wanted, () for all.

    ``forms``: what else the picture can be had in.
    """
    wanted = [kind for kind in KINDS if kind in kinds]
    near = near_node(site, node, wanted)
    drawing = _Drawing(site, near)
    return GraphPage(
        title=title,
        url=url,
        area=area,
        kinds=tuple(_kinds(site, near, url, wanted)),
        all_url=f"{url}/graph" if wanted else "",
        marks=drawing.marks(),
        picture=drawing.draw(f"What is connected with {title}; the table below says the same"),
        rows=tuple(drawing.rows()),
        left_out=_left_out(near, wanted),
        broken_lines=any(_against(edge) for edge in near.edges),
        paths_url=site.links.paths([("from", node)]),
        explore_url=site.links.explore(written([("open", node)])),
        forms=_offered(forms, url, wanted),
    )


def _offered(forms: Iterable[Form], url: str, kinds: Sequence[str]) -> tuple[Offered, ...]:
    """The picture in other forms, of the same kinds."""
    query = "?" + written(("kind", kind) for kind in kinds) if kinds else ""
    return tuple(Offered(f.label, f.mime, f"{url}/graph{f.suffix}{query}") for f in forms)


def near_node(site: Site, node: str, kinds: Sequence[str]) -> Neighbourhood:
    """What the page draws: the neighbourhood, more of it where some kinds only are wanted."""
    among = site.remains.bits if site.remains.is_on else None
    return neighbourhood(site.atlas, node, MOST_OF_A_KIND if kinds else MOST, kinds or None, among)


def _kinds(site: Site, near: Neighbourhood, url: str, wanted: Sequence[str]) -> Iterator[KindView]:
    counts = _counted(near)
    every = _counted(neighbourhood(site.atlas, near.centre.id, 0)) if site.remains.is_on else counts
    for kind in KINDS:
        if every[kind]:
            label, count = KIND_NAMES[kind][1].capitalize(), Count(counts[kind], every[kind])
            yield KindView(label, count, f"{url}/graph?kind={kind}", kind in wanted)


def _counted(near: Neighbourhood) -> Counter[str]:
    """Neighbours by kind, drawn or not."""
    return Counter(node.kind for node in near.nodes) + Counter(near.left_out)


def _left_out(near: Neighbourhood, wanted: Sequence[str]) -> str:
    """``Not drawn: 3 authors and 1 journal.`` Of the kinds wanted only, where any are; empty if nothing is missing."""
    missing = {kind: n for kind, n in near.left_out.items() if not wanted or kind in wanted}
    parts = [f"{n:,} {KIND_NAMES[kind][n != 1]}" for kind, n in missing.items()]
    return f"Not drawn: {in_words(parts)}." if parts else ""


def _against(edge: Edge) -> bool:
    return edge.direction in AGAINST or edge.relation in AGAINST


class _Drawing:
    """Gives every node its mark and its address, and every tie its words."""

    def __init__(self, site: Site, near: Neighbourhood) -> None:
        self._site, self._near = site, near
        self._nodes = {node.id: node for node in (near.centre, *near.nodes)}
        groups = dict.fromkeys(self._group(node) for node in self._nodes.values())
        self._numbers = {group: number for number, group in enumerate(sorted(groups, key=self._order))}

    def _order(self, group: str) -> tuple[int, str]:
        """Studies first, then schemes as configured, then the rest."""
        tags = self._site.atlas.config.tags
        place = {"study": 0, **{scheme: n for n, scheme in enumerate(tags, 1)}}
        return place.get(group, len(place)), group

    def _group(self, node: Node) -> str:
        """What shares a mark: the kind, and of concepts the scheme."""
        vocabulary = self._site.atlas.vocabulary
        return vocabulary.scheme_of(node.name) if node.kind == "concept" else node.kind

    def _group_name(self, group: str) -> str:
        scheme = self._site.atlas.vocabulary.schemes.get(group)
        return scheme.plural if scheme else KIND_NAMES[group][1].capitalize()

    def marks(self) -> tuple[tuple[Markup, str], ...]:
        """The legend: each mark and what it stands for."""
        return tuple((picture.mark(number), self._group_name(group)) for group, number in self._numbers.items())

    def draw(self, title: str) -> Markup:
        """The picture itself."""
        dots = [self._dot(node, node is self._near.centre) for node in self._nodes.values()]
        lines = [picture.Line(e.source, e.target, self._says(e), _against(e)) for e in self._near.edges]
        return picture.draw(dots, lines, title)

    def rows(self) -> Iterator[Row]:
        """The table: the ties of the centre first, then those among the others."""
        centre = self._near.centre.id
        for edge in sorted(self._near.edges, key=lambda e: centre not in (e.source, e.target)):
            yield Row(
                source=self._chosen(edge.source),
                relation=RELATION_WORDS.get(edge.relation, edge.relation),
                target=self._chosen(edge.target),
                direction=DIRECTIONS[Direction(edge.direction)] if edge.direction else None,
                study=said_by(self._site, edge.study, edge.finding),
            )

    def _dot(self, node: Node, centre: bool) -> picture.Dot:
        chosen = self._chosen(node.id)
        number = self._numbers[self._group(node)]
        return picture.Dot(node.id, node.x, node.y, chosen.label, chosen.url, number, centre)

    def _chosen(self, node_id: str) -> Chosen:
        node = self._nodes[node_id]
        return Chosen(node.label, node_url(self._site, node.id, node.label))

    def _says(self, edge: Edge) -> str:
        words = RELATION_WORDS.get(edge.relation, edge.relation)
        direction = f" ({DIRECTIONS[Direction(edge.direction)].word.lower()})" if edge.direction else ""
        return f"{self._nodes[edge.source].label} {words} {self._nodes[edge.target].label}{direction}"


def kinds_asked(given: Iterable[str]) -> tuple[str, ...]:
    """The kinds of neighbours that an address asks for; unknown ones are left out."""
    return tuple(dict.fromkeys(kind for kind in given if kind in KINDS))
