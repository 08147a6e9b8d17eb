"""Questions to the graph that pages ask: milliseconds each, on lists that are made once and kept."""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from benchmarks.timing import in_turn, once
from entries.atlas import Atlas
from graph.balance import balance
from graph.cooccurrence import found_with
from graph.evidence import Evidence
from graph.expand import FilteredNetwork
from graph.filters import Filters
from graph.grid import grid
from graph.neighbourhood import neighbourhood
from graph.paths import paths
from graph.postings import postings
from graph.related import related

HEADER = ("what", "median", "p99")
FILTERED = {
    "no filter": Filters(),
    "level, PEM and years": Filters(Evidence("E1", "pem-required"), first=2000, last=2020),
    "PEM and directions": Filters(Evidence(pem="pem-required"), frozenset({"increased", "decreased"})),
}


def measure(atlas: Atlas, requests: int, seed: int = 1) -> Iterator[tuple[object, ...]]:
    """Rows of the table."""
    yield "s, the lists, made once by a build", once(lambda: postings(atlas)), "-"
    rng = random.Random(seed)
    studies = rng.sample(list(atlas.studies), requests)
    first, second = atlas.config.tags[:2]
    ones, others = ([c.id for c in atlas.vocabulary.of_scheme(s)] for s in (first, second))
    pairs = [(rng.choice(ones), rng.choice(others)) for _ in range(requests)]
    yield _row("related studies", [lambda s=s: related(atlas, s) for s in studies])
    yield _row("neighbourhood of a study", [lambda s=s: neighbourhood(atlas, f"study:{s}") for s in studies])
    yield _row("neighbourhood of a concept", [lambda a=a: neighbourhood(atlas, f"concept:{a}") for a, _ in pairs])
    for what, filters in FILTERED.items():
        yield _row(f"two steps from a concept, {what}", [partial(_two_steps, atlas, a, filters) for a, _ in pairs])
    yield _row("what a concept is found with", [lambda a=a: found_with(atlas, a) for a, _ in pairs])
    yield _row("balance of a concept", [lambda b=b: balance(atlas, b).counts() for _, b in pairs])
    yield _row("paths between two concepts", [lambda a=a, b=b: paths(atlas, a, b) for a, b in pairs])
    for how in ("cold", "warm"):
        seconds = once(lambda: grid(atlas, first, second, opened=None))
        yield f"ms, grid of all of {first} by {second}, {how}", seconds * 1e3, "-"


def _two_steps(atlas: Atlas, concept: str, filters: Filters) -> None:
    """What the explorer works out for a picture of up to 25 nodes: both steps, every tie, every count."""
    near, node = FilteredNetwork(atlas, filters), f"concept:{concept}"
    wanted = ("study", *atlas.config.tags)
    drawn = (node, *near.expand(node, {node}, wanted))
    drawn += near.shared(drawn, wanted)
    near.ties(drawn)
    for other in drawn:
        near.counts(other)


def _row(what: str, calls: Sequence[Callable[[], object]]) -> tuple[object, ...]:
    [timed] = in_turn([[call] for call in calls])
    return f"ms, {what}", timed.median, timed.p99
