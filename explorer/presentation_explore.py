"""The interactive explorer's page: picture, the node looked at with what may grow from it, filters, and the table."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from explorer.asked_evidence import AskedEvidence, Option, search_arguments
from explorer.constellation import draw
from explorer.drawing import Drawing
from explorer.forms import Form, Offered
from explorer.node_links import named_in, node_url
from explorer.presentation import DIRECTIONS, Badge, Chosen, in_words
from explorer.presentation_standing import finding_badge, study_standings
from explorer.presentation_ties import Row
from explorer.scene import MOST, written
from explorer.scene_actions import EVERYTHING, OF, Offer, Outcome
from explorer.site import Site
from graph.directions import UNDIRECTED, VERDICTS
from graph.expand import LISTED, STEP, FilteredNetwork
from graph.neighbourhood import label
from graph.nodes import CASE_DEFINITIONS, finding_of, kind_of, name_of, study_label, study_node
from graph.postings import METHODS, postings

EXAMPLES = 2  # concepts a scheme to begin with


@dataclass(frozen=True, slots=True)
class Neighbours:
    """One group of neighbours: how many, how many of them are drawn, how many a step would add, and those waiting.

    ``every``: how many there are when no study is set aside.
    """

    label: str
    total: int
    every: int
    drawn: int
    step: int
    value: str
    waiting: tuple[tuple[Chosen, str], ...]
    beyond: int
    search: str

    @property
    def left(self) -> int:
        """How many are not drawn."""
        return self.total - self.drawn


@dataclass(frozen=True, slots=True)
class Focus:
    """The node looked at."""

    node: str
    label: str
    title: str
    url: str
    kind: str
    about: str
    badges: tuple[Badge, ...]
    pinned: bool
    step: int
    paths_url: str
    groups: tuple[Neighbours, ...]


@dataclass(frozen=True, slots=True)
class NodeLine:
    """One drawn node in the list of all: its page, its kind, how many neighbours wait."""

    node: str
    label: str
    url: str
    kind: str
    more: int
    warning: str
    standing: str


@dataclass(frozen=True, slots=True)
class ExplorePage:
    """Everything that ``explore.html`` shows."""

    state: str
    url: str
    carried: tuple[tuple[str, str], ...]
    kept_nodes: tuple[tuple[str, str], ...]
    messages: tuple[str, ...]
    offers: tuple[Offer, ...]
    unknown: str
    picture: Markup
    counted: str
    marks: tuple[tuple[Markup, str], ...]
    focus: Focus | None
    nodes: tuple[NodeLine, ...]
    rows: tuple[Row, ...]
    hidden: tuple[Chosen, ...]
    full: bool
    broken: bool
    pinned: int
    shared: str
    wanted: tuple[Option, ...]
    directions: tuple[Option, ...]
    asked: AskedEvidence
    years: tuple[str, str]
    chosen: str
    unfiltered: str
    examples: tuple[tuple[str, tuple[Chosen, ...]], ...]
    forms: tuple[Offered, ...]
    status: int


class Explorer:
    """Puts the page of a drawing together."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing, self._site, self._scene = drawing, drawing.site, drawing.scene

    def page(
        self, asked: AskedEvidence, messages: Iterable[str], outcome: Outcome | None, forms: Iterable[Form]
    ) -> ExplorePage:
        """The whole page."""
        scene, state = self._scene, self._scene.query()
        pairs, rows = self._drawing.pairs, tuple(self._drawing.ties.rows())
        return ExplorePage(
            state=state,
            url=self._site.links.explore(state),
            carried=tuple(scene.args()),
            kept_nodes=tuple((k, v) for k, v in scene.args() if k in ("n", "at")),
            messages=(*messages, *(outcome.messages if outcome else ())),
            offers=outcome.offers if outcome else (),
            unknown=outcome.unknown if outcome else "",
            picture=draw(self._drawing.stars, pairs, f"{self._drawing.counted}; the table below says the same"),
            counted=self._drawing.counted,
            marks=tuple(self._drawing.marks()),
            focus=self._focus(),
            nodes=tuple(self._lines()),
            rows=rows,
            hidden=tuple(self._hidden()),
            full=len(scene.nodes) >= MOST,
            broken=any(pair.against for pair in pairs),
            pinned=sum(p.pinned for p in scene.nodes),
            shared=EVERYTHING if len(self._drawing.nodes) > 1 and len(scene.nodes) < MOST else "",
            wanted=tuple(self._wanted()),
            directions=tuple(self._directions()),
            asked=asked,
            years=(str(scene.first or ""), str(scene.last or "")),
            chosen="; ".join(self._chosen(asked)),
            unfiltered=self._site.links.explore(written(p for p in scene.args() if p[0] in ("n", "at"))),
            examples=() if scene.nodes else tuple(_examples(self._site)),
            forms=tuple(Offered(f.label, f.mime, self._site.links.explore(state, f.suffix)) for f in forms),
            status=404 if outcome and outcome.unknown else 200,
        )

    def _lines(self) -> Iterator[NodeLine]:
        for star in self._drawing.stars:
            url = node_url(self._site, star.node, star.label)
            yield NodeLine(star.node, star.label, url, star.kind, star.more, star.warning, star.standing)

    def _focus(self) -> Focus | None:
        node = self._drawing.focus
        if not node:
            return None
        star = next(star for star in self._drawing.stars if star.node == node)
        atlas, kind = self._site.atlas, kind_of(node)
        study = atlas.studies[name_of(node)] if kind == "study" else None
        concept = atlas.vocabulary.get(name_of(node)) if kind in ("concept", "definition") else None
        return Focus(
            node=node,
            label=star.label,
            title=study.title if study else "",
            url=node_url(self._site, node, star.label),
            kind=star.kind,
            about=concept.plain if concept else "",
            badges=self._badges(node, star.standing),
            pinned=star.pinned,
            step=min(STEP, star.more, MOST - len(self._scene.nodes)),
            paths_url=self._site.links.paths([("from", node)]),
            groups=tuple(self._neighbours(node)),
        )

    def _badges(self, node: str, standing: str) -> tuple[Badge, ...]:
        """Of a study what lists say of it, and how it stands; of a finding how that stands. Nobody else has any."""
        atlas, kind = self._site.atlas, kind_of(node)
        if kind == "finding":
            found, number = finding_of(atlas, node)
            return finding_badge(self._site, found, number)
        if kind != "study":
            return ()
        study = atlas.studies[name_of(node)]
        stands = (study_standings(self._site, study)[0].badge,) if standing else ()
        return (*self._site.badges.short(study), *stands)

    def _neighbours(self, node: str) -> Iterator[Neighbours]:
        counts, drawn = self._drawing.counts[node], frozenset(self._scene.ids)
        before = self._before(node)
        order = dict.fromkeys((*self._drawing.groups, *counts, *before))
        for group in order:
            total = counts.get(group, 0)
            if not total and not before.get(group):
                continue
            there = min(self._drawing.tied[node][group], total)
            waiting = self._drawing.near.neighbours(node, group, drawn, LISTED)
            yield Neighbours(
                label=self._drawing.group_name(group, many=total != 1),
                total=total,
                every=before.get(group, total),
                drawn=there,
                step=max(0, min(STEP, total - there, MOST - len(self._scene.nodes))),
                value=f"{node}{OF}{group}",
                waiting=tuple((self._drawing.ties.chosen(other), other) for other in waiting),
                beyond=max(0, total - there - len(waiting)),
                search=self._search(node) if group == "study" else "",
            )

    def _before(self, node: str) -> Mapping[str, int]:
        """Neighbours by group when no study is set aside; empty where none is."""
        filters = self._scene.filters
        if not filters.evidence.dropped:
            return {}
        every = replace(filters, evidence=filters.evidence.without("dropped"))
        return FilteredNetwork(self._site.atlas, every).counts(node)

    def _search(self, node: str) -> str:
        """All studies of a node in the search, under the same filters; empty where the search cannot say the same."""
        args, own = search_arguments(self._site, self._scene.evidence), self._found_by(node)
        if self._scene.directions or args is None or own is None:
            return ""
        years = [(k, v) for k, v in self._scene.filter_args() if k in ("from", "to")]
        return self._site.links.search([own, *args, *years])

    def _found_by(self, node: str) -> tuple[str, str] | None:
        """The argument of a search for the studies of a node; None where there is none."""
        kind, name = kind_of(node), name_of(node)
        if kind in ("author", "journal"):
            return named_in(kind, self._drawing.ties.label(node))
        facet = self._site.facet_of(self._drawing.group(node)) if kind == "concept" else None
        if kind == "definition":
            facet = self._site.facet_of(CASE_DEFINITIONS)
        return (facet, name) if facet else None

    def _hidden(self) -> Iterator[Chosen]:
        """Studies of the scene that do not pass the filters."""
        lists = postings(self._site.atlas)
        for node in self._scene.ids:
            if node not in self._drawing.places:
                called = label(lists, node)
                yield Chosen(called, node_url(self._site, node, called))

    def _chosen(self, asked: AskedEvidence) -> Iterator[str]:
        """The filters in words."""
        yield from (option.label for option in (*asked.levels, *asked.statuses) if option.selected)
        first, last = self._scene.first, self._scene.last
        if self._scene.filters.has_years:
            yield f"published {first or '…'}–{last or '…'}"
        if self._scene.directions:
            yield f"findings: {in_words((o.label.lower() for o in self._directions() if o.selected), 'or')}"
        if self._scene.wanted:
            yield f"a step adds {in_words(o.label.lower() for o in self._wanted() if o.selected)}"

    def _wanted(self) -> Iterator[Option]:
        chosen = self._scene.groups(self._site)
        for group in self._drawing.groups:
            yield Option(group, self._drawing.group_name(group, many=True), group in chosen)

    def _directions(self) -> Iterator[Option]:
        words = {d.value: w.word for d, w in DIRECTIONS.items()} | {UNDIRECTED: "No direction given"}
        for verdict in VERDICTS:
            yield Option(verdict, words[verdict], verdict in self._scene.directions)


def _examples(site: Site) -> Iterator[tuple[str, tuple[Chosen, ...]]]:
    """Where to begin: the most studied concepts of each scheme, and the newest entries."""
    for start in site.overview.starts:
        if start.scheme != METHODS:
            found = (
                Chosen(c.label, site.links.explore(written([("open", f"concept:{c.id}")])), n) for c, n in start.top
            )
            yield start.label, tuple(found)[:EXAMPLES]
    recent = site.overview.recent[:EXAMPLES]
    if recent:
        opened = (site.links.explore(written([("open", study_node(s.id))])) for s in recent)
        yield "Studies", tuple(Chosen(study_label(s), url) for s, url in zip(recent, opened, strict=True))
