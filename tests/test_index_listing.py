"""Counts of a facet: in order as a list of all of them would be, made only where they are looked at."""

import random
from typing import get_args

import numpy as np
import pytest
from index_fixtures import config, vocabulary

from index.counting import FacetTable
from index.fields import Facet, facets
from index.listing import Counts
from index.results import FacetCount, FacetResult, Order
from index.values import Chosen, Values

FACETS = {f.name: f for f in facets(config())}
ROWS = 90


def drawn(seed: int) -> tuple[dict[int, list[str]], Chosen]:
    rng = random.Random(seed)
    names = [*(c.id for c in vocabulary().of_scheme("symptom")), *(f"Author {i}" for i in range(40))]
    values = {row: rng.sample(names, rng.randint(0, 4)) for row in range(ROWS)}
    return values, Chosen(np.random.default_rng(seed).random(ROWS) < rng.random())


def by_hand(table: FacetTable, values: dict[int, list[str]], rows: Chosen, chosen: set[str]) -> list[tuple[str, int]]:
    counts = dict.fromkeys(chosen, 0)
    for row in rows.rows.tolist():
        for name in values[row]:
            counts[name] = counts.get(name, 0) + 1
    by_count = table.facet.order == "count"
    return sorted(counts.items(), key=lambda pair: (-pair[1] if by_count else 0, table.order(pair[0])))


@pytest.mark.parametrize("order", get_args(Order))
@pytest.mark.parametrize("seed", range(12))
def test_all_are_counted_and_in_order(seed: int, order: Order) -> None:
    facet = Facet("symptom", "Symptom", "tags.symptom", order, "symptom")
    values, rows = drawn(seed)
    table = FacetTable(facet, Values.of(ROWS, values), vocabulary())
    wanted, unwanted = {"migraine", "no such", "Author 3", "another"}, {"zzz", "pain", "no such"}
    for chosen in ((set(), set()), (wanted, unwanted)):
        found = table.result(rows, *chosen).counts
        assert [(c.value, c.count) for c in found] == by_hand(table, values, rows, chosen[0] | chosen[1])
        assert {c.value for c in found if c.selected} == chosen[0]
        assert {c.value for c in found if c.excluded} == chosen[1]
        for most in (0, 1, 5, len(found), 99):
            assert table.result(rows, *chosen).counts[:most] == tuple(found)[:most]
        listed = {c.value for c in found}
        below = [c.parent for c in found if c.parent in listed]
        assert all(c.children == below.count(c.value) for c in found if c.value in table.numbers)
        assert isinstance(found, Counts)
        assert found.chosen == tuple(c for c in found if c.selected or c.excluded)


def test_what_is_not_looked_at_is_not_made() -> None:
    made: list[int] = []

    def make(codes: np.ndarray, counts: np.ndarray, children: np.ndarray) -> list[FacetCount]:
        made.extend(codes.tolist())
        return [FacetCount(f"v{c}", f"V{c}", int(n)) for c, n in zip(codes, counts, strict=True)]

    counts = Counts(np.arange(1000), np.arange(1000)[::-1], np.zeros(1000, int), make, np.arange(1000), (7,))
    assert len(counts) == 1000
    assert not made
    assert counts[:2] == (FacetCount("v0", "V0", 999), FacetCount("v1", "V1", 998))
    assert counts[-1].value == "v999"
    assert [c.value for c in counts.chosen] == ["v7"]
    assert sorted(made) == [0, 1, 7, 999]
    with pytest.raises(IndexError):
        counts[1000]
    assert counts == list(counts)
    assert list(counts) == counts
    assert counts != list(counts)[:-1]
    assert hash(counts) == hash(tuple(counts))


def test_results_with_equal_counts_are_equal() -> None:
    values, rows = drawn(3)
    tables = [FacetTable(FACETS["author"], Values.of(ROWS, values), vocabulary()) for _ in range(2)]
    one, other = (table.result(rows) for table in tables)
    assert one == other
    assert one == FacetResult(one.facet, tuple(one.counts))
    assert one != tables[0].result(Chosen(~rows.mask))
