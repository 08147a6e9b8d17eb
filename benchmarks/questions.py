"""Questions to the graph that pages ask: milliseconds each, on lists that are made once and kept.

By the clock and by the processor: what other programs take on a machine that they share shows in the first alone.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from benchmarks.timing import both_clocks
from entries import collector
from entries.atlas import Atlas
from graph import lists
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

HEADER = ("what", "median", "p99", "median, processor", "p99, processor")
FILTERED = {
    "no filter": Filters(),
    "level, PEM and years": Filters(Evidence("E1", "pem-required"), first=2000, last=2020),
    "PEM and directions": Filters(Evidence(pem="pem-required"), frozenset({"increased", "decreased"})),
}


def measure(atlas: Atlas, requests: int, seed: int = 1) -> Iterator[tuple[object, ...]]:
    """Rows of the table."""
    yield _row("the lists, made once by a build", [lambda: lists.make(atlas)], 0)
    postings(atlas)  # as a site has them: recalled, or made now
    collector.settle()  # as a site does once it is open: no question waits while all that stays is walked through
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
        yield _row(f"grid of all of {first} by {second}, {how}", [lambda: grid(atlas, first, second, opened=None)], 0)


def _two_steps(atlas: Atlas, concept: str, filters: Filters) -> None:
    """What the explorer works out for a picture of up to 25 nodes: both steps, every tie, every count."""
    near, node = FilteredNetwork(atlas, filters), f"concept:{concept}"
    wanted = ("study", *atlas.config.tags)
    drawn = (node, *near.expand(node, {node}, wanted))
    drawn += near.shared(drawn, wanted)
    near.ties(drawn)
    for other in drawn:
        near.counts(other)


def _row(what: str, calls: Sequence[Callable[[], object]], warm_up: int = 3) -> tuple[object, ...]:
    clock, processor = both_clocks(calls, warm_up)
    return f"ms, {what}", clock.median, clock.p99, processor.median, processor.p99
