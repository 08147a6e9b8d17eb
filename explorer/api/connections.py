"""How studies, concepts and other nodes are connected: what is around one, and the ways between two."""

from typing import Annotated, Any, Literal

from pydantic import Field
from werkzeug.exceptions import NotFound

from explorer.api.operation import Asked, BadArgument, BadArguments
from explorer.api.shape import ConceptId, Count, Level, Parameters, PemWanted, Remaining, Shape, StudyId
from explorer.near import Unknown, find_concept, find_study
from explorer.node_links import node_url
from explorer.presentation import Chosen
from explorer.presentation_ends import LONGEST
from explorer.presentation_paths import PathsAsked, as_data, paths_page
from explorer.site import Site
from graph.directions import VERDICTS
from graph.judgements import Judgements
from graph.neighbourhood import MOST, Node, neighbourhood
from graph.nodes import KINDS, concept_node, study_node
from graph.standings import Standing

NodeId = Annotated[str, Field(description="A node: `<kind>:<name>`, as in `concept:pain` or `study:smith-2001-…`.")]
Kind = Literal["study", "finding", "concept", "definition", "author", "journal"]
AnyKind = Annotated[str, Field(json_schema_extra={"enum": list(KINDS)})]
Direction = Annotated[str | None, Field(json_schema_extra={"enum": [*VERDICTS, None]})]


class NodeTold(Shape):
    """A node and its place in a picture."""

    id: NodeId
    kind: AnyKind
    label: str
    url: str | None
    x: float = Field(ge=0, le=1)
    """Its place in the unit square."""
    y: float = Field(ge=0, le=1)
    count: Count
    """Neighbours in the whole network."""

    @classmethod
    def of(cls, site: Site, node: Node) -> "NodeTold":
        """A node of a neighbourhood."""
        url = node_url(site, node.id, node.label) or None
        return cls(id=node.id, kind=node.kind, label=node.label, url=url, x=node.x, y=node.y, count=node.count)


class StatementTold(Shape):
    """A tie between two nodes, and whose statement it is."""

    source: NodeId
    target: NodeId
    relation: str
    study: StudyId | None
    """The study that says so; null for the hierarchy of a scheme."""
    finding: int | None
    """The number, from 1, of the finding that says so; null where it is not a finding's."""
    direction: Direction
    standing: Standing | None
    """How that finding stands; null where it is not a finding's."""


class NeighbourhoodAsked(Parameters):
    """How much of what is around is wanted."""

    limit: int = Field(24, ge=0, le=MOST)
    """Nodes at most."""
    kind: tuple[Kind, ...] = ()
    """Kinds of nodes to include; none given: concepts, case definitions, studies and authors."""


class NeighbourhoodAnswer(Shape):
    """A node, others around it, and every tie among them."""

    centre: NodeTold
    nodes: tuple[NodeTold, ...]
    edges: tuple[StatementTold, ...]
    left_out: dict[str, Count]
    """By kind: how many neighbours there was no place for."""


class WaysAsked(Parameters):
    """The two ends, and what may stand between."""

    start: str = Field(alias="from", min_length=1, max_length=LONGEST)
    """A study or a concept: id, node, label or synonym."""
    end: str = Field(alias="to", min_length=1, max_length=LONGEST)
    """Another one."""
    level: Level = ""
    pem: PemWanted = ""
    remains: Remaining = "all"
    through: tuple[str, ...] = Field((), max_length=20)
    """What may stand between besides studies: schemes such as `symptom`, or `definition`, `author`, `journal`. None
    given: every scheme that studies are tagged with, method flags apart."""


class HopTold(Shape):
    """One step of a way."""

    source: NodeId = Field(alias="from")
    target: NodeId = Field(alias="to")
    says: str
    """The step in words."""
    study: StudyId | None
    address: str | None
    text: str | None
    """The finding that it rests on."""
    quote: str | None
    details: tuple[str, ...]
    badges: tuple[str, ...]
    statements: tuple[StatementTold, ...]
    """Every statement that ties the two."""


class WayTold(Shape):
    """A way from one end to the other."""

    nodes: tuple[NodeId, ...]
    labels: tuple[str, ...]
    cost: float
    """Lower is closer: common concepts cost more than rare ones."""
    hops: tuple[HopTold, ...]


class StudiesBetween(Shape):
    """Studies that name a concept: of either end, and of both at once."""

    source: Count = Field(alias="from")
    target: Count = Field(alias="to")
    both: Count


class BetweenTold(Shape):
    """A concept that studies of both ends name."""

    concept: ConceptId
    label: str
    studies: StudiesBetween


class WaysAnswer(Shape):
    """How two nodes are connected; or why no way was found."""

    source: NodeId = Field(alias="from")
    target: NodeId = Field(alias="to")
    level: str | None
    pem: str | None
    through: tuple[str, ...]
    messages: tuple[str, ...]
    none: str | None
    """Why there is no way; null where there is one."""
    give_up: tuple[str, ...]
    """Filters without which there would be a way."""
    between: tuple[BetweenTold, ...]
    """What links the two: concepts that studies of both name, those of most studies first."""
    paths: tuple[WayTold, ...]


def study_neighbourhood(asked: Asked[NeighbourhoodAsked]) -> NeighbourhoodAnswer:
    """What is connected with a study, laid out and bounded: concepts, case definitions, other studies, authors."""
    return _around(asked, study_node(find_study(asked.site, asked.named["id"]).id))


def concept_neighbourhood(asked: Asked[NeighbourhoodAsked]) -> NeighbourhoodAnswer:
    """What is connected with a concept, laid out and bounded: studies that have it, broader and narrower concepts."""
    found = find_concept(asked.site, asked.named["id"])
    return _around(asked, concept_node(asked.site.atlas.vocabulary, found.id))


def _around(asked: Asked[NeighbourhoodAsked], node: str) -> NeighbourhoodAnswer:
    site, own = asked.site, asked.own
    near = neighbourhood(site.atlas, node, own.limit, own.kind or None)
    judgements = Judgements(site.atlas)
    edges = (
        StatementTold(
            source=e.source,
            target=e.target,
            relation=e.relation,
            study=e.study,
            finding=e.finding,
            direction=e.direction,
            standing=judgements.of_statement(e.study, e.finding),
        )
        for e in near.edges
    )
    return NeighbourhoodAnswer(
        centre=NodeTold.of(site, near.centre),
        nodes=tuple(NodeTold.of(site, n) for n in near.nodes),
        edges=tuple(edges),
        left_out=near.left_out,
    )


def paths(asked: Asked[WaysAsked]) -> WaysAnswer:
    """How two studies, concepts or other nodes are connected, and on what evidence: up to four ways, the closest first,
    every step with the statements, quotes and badges of the studies that it rests on. An end that the atlas does not
    have is answered with 404 and what it may have meant."""
    site, own = asked.site, asked.own
    page = paths_page(site, PathsAsked(start=own.start, end=own.end, level=own.level, pem=own.pem, through=own.through))
    unknown = [end for end in page.ends if not end.node]
    if any(not end.asked for end in unknown):
        raise BadArguments(*(BadArgument(end.name, "is empty; name a study or a concept") for end in unknown))
    if unknown:
        raise _unknown(site, asked.own, unknown)
    told: dict[str, Any] = as_data(page, site.atlas.config.base_iri)
    told.pop("suggestions")
    return WaysAnswer.model_validate(told)


def _unknown(site: Site, own: WaysAsked, ends: list[Any]) -> NotFound:
    """404 with requests that put what was meant in place of the first unknown end."""
    given = {"from": own.start, "to": own.end}
    first = ends[0]
    near = (
        Chosen(s.label, site.links.api("/paths", list((given | {first.name: s.url}).items())))
        for s in first.suggestions
    )
    return Unknown(" ".join(end.problem for end in ends), near)
