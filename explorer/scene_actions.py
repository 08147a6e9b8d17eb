"""What can be done to a picture: open, add, expand, remove, pin, clear. Each gives another scene: another address."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from explorer.presentation import number, shortened
from explorer.presentation_concepts import find
from explorer.scene import MOST, Placed, Scene, node_of, placed
from explorer.site import Site
from graph.errors import UnknownNode
from graph.expand import STEP, FilteredNetwork
from graph.nodes import study_label
from graph.suggest import similar
from index.query import SearchRequest

EVERYTHING = "*"  # expand this: what most of the drawn nodes have in common
OF = "~"  # between a node and the group that it is expanded by
MOST_HOPS = 2
LONGEST = 200  # characters of what is looked up
OFFERED = 6


@dataclass(frozen=True, slots=True)
class Offer:
    """What an unknown name may have meant: a node id or label to ask for instead, and its words."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The scene afterwards, what there is to say about it, and what an unknown name may have meant."""

    scene: Scene
    messages: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    unknown: str = ""


def act(site: Site, scene: Scene, args: "MultiDict[str, str]") -> Outcome | None:
    """Do what an address asks for beside the scene; None where it asks for nothing."""
    actions: dict[str, Callable[[Site, Scene, str], Outcome]] = {
        "open": lambda site, scene, name: _open(site, scene, name, args.get("hops", "1")),
        "add": _add,
        "expand": _expand,
        "remove": _remove,
        "pin": lambda site, scene, name: _pin(scene, name, True),
        "unpin": lambda site, scene, name: _pin(scene, name, False),
        "clear": lambda site, scene, name: _clear(scene),
    }
    for name, action in actions.items():
        value = " ".join(args.get(name, "").replace("\x00", " ").split())[:LONGEST]
        if value:
            try:
                return action(site, scene, value)
            except UnknownNode:
                return _not_found(site, scene, value.partition(OF)[0])
    return None


def _named(site: Site, name: str) -> str:
    """The node of a name. Raises UnknownNode."""
    node = node_of(site, name)
    if not node:
        raise UnknownNode(name)
    return node


def _open(site: Site, scene: Scene, name: str, hops: str) -> Outcome:
    """A new picture around one node, one step or two: ``hops`` of more are two."""
    node = _named(site, name)
    fresh = scene.with_nodes((Placed(node, 0, 0),), node)
    steps = int(hops) if hops.isascii() and hops.isdigit() and len(hops) < 5 else 1
    done = _grown(site, fresh, node, "") if steps else Outcome(fresh)
    if steps > 1:
        done = _shared(site, done.scene)
    said = (f"A picture opens with at most {MOST_HOPS} steps; go on from there.",) if steps > MOST_HOPS else ()
    return Outcome(done.scene, said)


def _add(site: Site, scene: Scene, name: str) -> Outcome:
    node = _named(site, name)
    if node in scene.ids:
        return Outcome(scene.with_nodes(scene.nodes, node))
    if len(scene.nodes) >= MOST:
        return _full(scene)
    return Outcome(scene.with_nodes((*scene.nodes, *placed(site, scene, (node,))), node))


def _expand(site: Site, scene: Scene, value: str) -> Outcome:
    if value == EVERYTHING:
        return _shared(site, scene)
    name, _, group = value.partition(OF)
    node = _named(site, name)
    if node not in scene.ids:
        added = _add(site, scene, node)
        if node not in added.scene.ids:
            return added
        scene = added.scene
    return _grown(site, scene, node, group)


def _grown(site: Site, scene: Scene, node: str, group: str) -> Outcome:
    """One step from a node, of one group or of those that are wanted."""
    room = min(STEP, MOST - len(scene.nodes))
    wanted = (group,) if group else scene.groups(site)
    new = FilteredNetwork(site.atlas, scene.filters).expand(node, frozenset(scene.ids), wanted, max(room, 0))
    return _with(site, scene, new, node, "There is nothing more of that next to it under these filters.")


def _shared(site: Site, scene: Scene) -> Outcome:
    room = min(STEP, MOST - len(scene.nodes))
    near = FilteredNetwork(site.atlas, scene.filters)
    new = near.shared(frozenset(scene.ids), scene.groups(site), max(room, 0))
    return _with(site, scene, new, "", "Nothing more is tied to two of these nodes under these filters.")


def _with(site: Site, scene: Scene, new: tuple[str, ...], start: str, nothing: str) -> Outcome:
    scene = replace(scene, at=start or scene.at)
    if len(scene.nodes) >= MOST:
        return _full(scene)
    if not new:
        return Outcome(scene, (nothing,))
    return Outcome(scene.with_nodes((*scene.nodes, *placed(site, scene, new, start))))


def _full(scene: Scene) -> Outcome:
    return Outcome(scene, (f"The picture is full: {number(MOST, 'node', 'nodes')}. Remove some, or clear it.",))


def _remove(site: Site, scene: Scene, name: str) -> Outcome:
    nodes = tuple(placed for placed in scene.nodes if placed.node != name)
    return Outcome(scene.with_nodes(nodes, "" if scene.at == name else scene.at))


def _pin(scene: Scene, name: str, pinned: bool) -> Outcome:
    nodes = (p._replace(pinned=pinned) if p.node == name else p for p in scene.nodes)
    return Outcome(scene.with_nodes(nodes, name if name in scene.ids else scene.at))


def _clear(scene: Scene) -> Outcome:
    """All but the pinned nodes go."""
    return Outcome(scene.with_nodes((p for p in scene.nodes if p.pinned), ""))


def _not_found(site: Site, scene: Scene, name: str) -> Outcome:
    offers = tuple(dict.fromkeys(_offers(site, name)))[:OFFERED]
    said = f"There is no study and no concept “{shortened(name, 60)}” here."
    return Outcome(scene, (said,), offers, name)


def _offers(site: Site, name: str) -> Iterator[Offer]:
    """Concepts with such a name, or else those that are written alike; then studies with such words."""
    found = find(site, name)[: OFFERED - 2]
    yield from (Offer(concept.label, f"{concept.label} ({concept.scheme.lower()})") for concept in found)
    if not found:
        vocabulary = site.atlas.vocabulary
        for label in similar(name, dict.fromkeys(concept.label for concept in vocabulary.values())):
            yield Offer(label, label)
    hits = site.engine.search(SearchRequest(text=name, per_page=OFFERED)).hits
    studies = (site.atlas.studies[hit.id] for hit in hits if hit.id in site.atlas.studies)
    yield from (Offer(study.id, f"{study_label(study)}: {shortened(study.title, 80)}") for study in studies)
