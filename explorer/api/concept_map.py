"""The overview map as data: concepts in groups, with centrality and places, and their strongest ties."""

from pydantic import Field

from explorer.api.operation import Asked
from explorer.api.shape import ConceptBrief, Count, Parameters, Shape
from explorer.presentation_map import Map


class MapNode(ConceptBrief):
    """A concept on the map. Its place: the middle of the map is 0, 0, and `y` grows down."""

    group: Count
    """Its group, as its place in `groups`."""
    centrality: float = Field(ge=0)
    """Its share of all centrality, from 0 to 1."""
    x: float
    y: float


class MapTie(Shape):
    """Two concepts, as their places in `nodes`, and how many studies name both."""

    a: Count
    b: Count
    studies: Count


class MapGroup(Shape):
    """Concepts that are named together more than with others, and the circle in which they stand."""

    name: str
    """Its leading concepts."""
    nodes: tuple[Count, ...]
    """Its concepts, as their places in `nodes`."""
    x: float
    y: float
    radius: float = Field(ge=0)


class MapAnswer(Shape):
    """The whole map."""

    nodes: tuple[MapNode, ...]
    """The most central first."""
    ties: tuple[MapTie, ...]
    groups: tuple[MapGroup, ...]
    """The largest first."""


def concept_map(asked: Asked[Parameters]) -> MapAnswer:
    """Every concept that studies are tagged with, in groups of those that are studied together, with places for drawing
    and the strongest ties. Worked out once for each build: the same data always give the same map."""
    told = Map(asked.site).as_data()
    nodes = (
        MapNode(
            **ConceptBrief.of(asked.site, node["concept"], node["studies"]).model_dump(),
            group=node["community"],
            centrality=node["centrality"],
            x=node["x"],
            y=node["y"],
        )
        for node in told["nodes"]
    )
    groups = zip(told["names"], told["groups"], told["circles"], strict=True)
    return MapAnswer(
        nodes=tuple(nodes),
        ties=tuple(MapTie.model_validate(tie) for tie in told["ties"]),
        groups=tuple(MapGroup(name=name, nodes=tuple(members), **circle) for name, members, circle in groups),
    )
