"""What is drawn of a scene: the nodes that pass the filters with their places, marks and counts, and what ties them."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from markupsafe import Markup

from explorer import picture
from explorer.constellation import Pair, Star
from explorer.presentation import number
from explorer.presentation_graph import KIND_NAMES
from explorer.presentation_ties import Ties
from explorer.scene import Scene, written
from explorer.site import Site
from graph.balance import is_retracted
from graph.expand import FilteredNetwork, group_of, groups
from graph.judgements import Judgements
from graph.nodes import kind_of, name_of
from graph.standings import Standing


class Drawing:
    """One scene, looked at. Each part is worked out when it is first asked for."""

    def __init__(self, site: Site, scene: Scene) -> None:
        self.site, self.scene = site, scene
        self.near = FilteredNetwork(site.atlas, scene.filters)

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """The nodes that pass the filters."""
        return tuple(node for node in self.scene.ids if self.near.passes(node))

    @cached_property
    def places(self) -> dict[str, tuple[int, int]]:
        """Where the drawn nodes stand."""
        return {p.node: (p.x, p.y) for p in self.scene.nodes if self.near.passes(p.node)}

    @cached_property
    def focus(self) -> str:
        """The node looked at: always one that is drawn."""
        if self.scene.focus in self.places:
            return self.scene.focus
        return self.nodes[0] if self.nodes else ""

    @cached_property
    def ties(self) -> Ties:
        """What ties the drawn nodes."""
        return Ties(self.site, self.near.ties(self.nodes), self.focus)

    @cached_property
    def judgements(self) -> Judgements:
        """How the studies and findings of the picture stand."""
        return Judgements(self.site.atlas)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The lines of the picture."""
        return tuple(self.ties.pairs())

    @cached_property
    def stars(self) -> tuple[Star, ...]:
        """The nodes of the picture."""
        return tuple(self._star(node) for node in self.nodes)

    @property
    def counted(self) -> str:
        """``13 nodes, 24 statements between them``."""
        statements = number(len(self.ties.statements), "statement", "statements")
        return f"{number(len(self.nodes), 'node', 'nodes')}, {statements} between them"

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Every group of nodes, in the order of their marks."""
        return groups(self.site.atlas)

    def group(self, node: str) -> str:
        """The group of a node."""
        return group_of(self.site.atlas.vocabulary, node)

    def group_name(self, group: str, many: bool = False) -> str:
        """What a group is called."""
        scheme = self.site.atlas.vocabulary.schemes.get(group)
        if scheme:
            return scheme.plural if many else scheme.label
        return KIND_NAMES[group][many].capitalize()

    def marks(self) -> Iterator[tuple[Markup, str]]:
        """The legend: the mark of each group that is drawn, and its name."""
        present = sorted({self.group(node) for node in self.nodes}, key=lambda g: (self._mark(g), g))
        for group in present:
            yield picture.mark(self._mark(group)), self.group_name(group, many=True)

    def _mark(self, group: str) -> int:
        """The number of a group's mark: always the same, whatever is drawn; what only sorts studies shares the last."""
        return self.groups.index(group) if group in self.groups else len(self.groups)

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many neighbours of each group every drawn node has."""
        return {node: dict(self.near.counts(node)) for node in self.nodes}

    @cached_property
    def tied(self) -> dict[str, Counter[str]]:
        """How many drawn neighbours of each group every drawn node has."""
        found: dict[str, Counter[str]] = {node: Counter() for node in self.nodes}
        for pair in self.pairs:
            found[pair.source][self.group(pair.target)] += 1
            found[pair.target][self.group(pair.source)] += 1
        return found

    def _more(self, node: str) -> int:
        """How many neighbours of the groups that a step adds are not drawn."""
        wanted = self.scene.groups(self.site)
        return sum(max(0, n - self.tied[node][g]) for g, n in self.counts[node].items() if g in wanted)

    def _star(self, node: str) -> Star:
        x, y = self.places[node]
        group = self.group(node)
        return Star(
            node=node,
            x=x,
            y=y,
            label=self.ties.label(node),
            kind=self.group_name(group).lower(),
            group=self._mark(group),
            url=f"{self._looking}{written([('at', node)])}#focus",
            more=self._more(node),
            pinned=node in self._pinned,
            chosen=node == self.focus,
            retracted=self._is_retracted(node),
            warning=self._warning(node),
            standing=self._standing(node),
        )

    @cached_property
    def _looking(self) -> str:
        """The address of the scene, up to the node that is looked at."""
        return self.site.links.explore(written(pair for pair in self.scene.args() if pair[0] != "at")) + "&"

    @cached_property
    def _pinned(self) -> frozenset[str]:
        return frozenset(p.node for p in self.scene.nodes if p.pinned)

    def _is_retracted(self, node: str) -> bool:
        study = name_of(node).partition("/")[0]
        return kind_of(node) in ("study", "finding") and is_retracted(self.site.atlas, study)

    def _standing(self, node: str) -> str:
        """How a study or finding stands; what is retracted is warned of already."""
        standing = self.judgements.of_node(node)
        return standing.value if standing not in (None, Standing.RETRACTED) else ""

    def _warning(self, node: str) -> str:
        """What a later notice says of a study's paper: that it is retracted, in part, or doubted."""
        if kind_of(node) not in ("study", "finding"):
            return ""
        study = self.site.atlas.studies[name_of(node).partition("/")[0]]
        return next((badge.text for badge in self.site.badges.warnings(study)), "")
