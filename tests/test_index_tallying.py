"""Facets counted together: the same values, counts and order as each facet counted by itself."""

import random
from collections.abc import Mapping

import numpy as np
import pytest
from index_fixtures import config, vocabulary

from index import tallying
from index.counting import FacetTable
from index.fields import Facet, facets
from index.query import SearchRequest
from index.results import FacetResult
from index.tallying import Tally
from index.values import Chosen, Values

ROWS = 300
FACETS: tuple[Facet, ...] = facets(config())


def tables(seed: int) -> list[FacetTable]:
    """Every facet of the atlas with values of its own: none for some rows, for one facet none at all."""
    rng = random.Random(seed)
    found = []
    for place, facet in enumerate(FACETS):
        names = [c.id for c in vocabulary().of_scheme(facet.scheme)] if facet.scheme else []
        names += [f"{facet.name} {i}" for i in range(30)]
        most = place % 5
        values = {row: rng.sample(names, rng.randint(0, most)) for row in range(ROWS) if most and rng.random() < 0.9}
        found.append(FacetTable(facet, Values.of(ROWS, values), vocabulary()))
    return found


def drawn(rng: np.random.Generator, share: float) -> Chosen:
    return Chosen(rng.random(ROWS) < share)


def same(found: FacetResult, alone: FacetResult) -> None:
    assert found.facet == alone.facet
    assert found.places == alone.places
    assert list(found.counts) == list(alone.counts)
    size = len(alone.counts)
    assert len(found.counts) == size
    for cut in (slice(0, 3), slice(2, size + 5), slice(None, None, -1), slice(5, 1), slice(-4, None)):
        assert found.counts[cut] == tuple(alone.counts)[cut]
    if size:
        assert (found.counts[0], found.counts[-1]) == (alone.counts[0], alone.counts[-1])
    with pytest.raises(IndexError):
        found.counts[size]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("share", [0.0, 0.01, 0.05, 0.5, 1.0])
def test_together_they_are_as_alone(seed: int, share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallying, "FEW", 0)  # together whatever the number of rows
    monkeypatch.setattr(tallying, "BLOCK", 64)
    made = tables(seed)
    rows = drawn(np.random.default_rng(seed), share)
    for table, found in zip(made, Tally(made).results(rows, {}, SearchRequest()), strict=True):
        same(found, table.result(rows))


@pytest.mark.parametrize("few", [0, 8, 10**9])
def test_what_has_a_selection_is_counted_without_it(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallying, "FEW", few)
    made, rng = tables(9), np.random.default_rng(9)
    rows, first, second = drawn(rng, 0.02), made[2].facet.name, made[5].facet.name
    without: Mapping[str, Chosen] = {first: drawn(rng, 0.2), second: drawn(rng, 0.02), "years": drawn(rng, 0.4)}
    request = SearchRequest(include={first: ("pain", "unheard of")}, exclude={second: ("zzz",)})
    for table, found in zip(made, Tally(made).results(rows, without, request), strict=True):
        name = table.facet.name
        chosen = request.include.get(name, ()), request.exclude.get(name, ())
        alone = table.result(without.get(name, rows), *chosen)
        same(found, alone)
        assert {c.value for c in found.counts if c.selected} == set(chosen[0])
        assert {c.value for c in found.counts if c.excluded} == set(chosen[1])


def test_without_studies_there_is_nothing() -> None:
    made = [FacetTable(facet, Values.of(0, {}), vocabulary()) for facet in FACETS]
    tally = Tally(made)
    tally.settle()
    assert [len(f.counts) for f in tally.results(Chosen(np.zeros(0, bool)), {}, SearchRequest())] == [0] * len(FACETS)
