"""Facets put together at the first need: the same values, and nothing read that is not asked for."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from index_fixtures import atlas
from index_opened import ENGINES, unsettled

from index.layers import Lazily, Replaced, taken
from index.query import SearchRequest
from index.values import Values


def values_of(values: Values, row: int) -> list[str]:
    """The values of one row."""
    codes = values.lists.codes[values.lists.starts[row] : values.lists.starts[row + 1]]
    return [values.names[code] for code in codes.tolist()]


def drawn(rng: random.Random, rows: int) -> list[list[str]]:
    return [rng.sample("abcdefgh", rng.randint(0, 4)) for _ in range(rows)]


def facet(rows: Sequence[Sequence[str]]) -> Values:
    return Values.of(len(rows), dict(enumerate(rows)))


def test_rows_are_the_same_whether_taken_from_layers_or_from_the_whole() -> None:
    rng = random.Random(8)
    for _ in range(60):
        wanted = drawn(rng, rng.randint(0, 9))
        facets: Lazily = Lazily(["f"], lambda _, first=tuple(wanted): facet(first))
        for _ in range(rng.randint(1, 3)):
            size = len(wanted) + rng.randint(0, 3)
            rows = rng.sample(range(size), rng.randint(size - len(wanted), size))
            rows = list(dict.fromkeys([*rows, *range(len(wanted), size)]))
            fresh = drawn(rng, len(rows))
            wanted += [[]] * (size - len(wanted))
            for row, found in zip(rows, fresh, strict=True):
                wanted[row] = found
            facets = Replaced(facets, np.array(rows, np.int64), {"f": facet(fresh)}, size)
        some = rng.sample(range(len(wanted)), rng.randint(0, len(wanted)))
        part = taken(facets, "f", np.array(some, np.int64))
        assert [values_of(part, at) for at in range(len(some))] == [wanted[row] for row in some]
        assert [values_of(facets["f"], row) for row in range(len(wanted))] == wanted


def test_replaced_rows_are_taken_without_reading_the_others() -> None:
    def read(name: str) -> Values:
        raise AssertionError(f"{name} was read")

    facets = Replaced(Lazily(["f"], read), np.array([5, 2]), {"f": facet([["a"], ["b", "c"]])}, 6)
    part = taken(facets, "f", np.array([2, 5]))
    assert [values_of(part, at) for at in range(2)] == [["b", "c"], ["a"]]
    with pytest.raises(AssertionError, match="f was read"):
        facets["f"]


def test_a_facet_is_made_once() -> None:
    made: list[str] = []

    def make(name: str) -> Values:
        made.append(name)
        return facet([[name]])

    facets = Lazily(["f", "g"], make)
    assert list(facets) == ["f", "g"]
    assert not made
    assert facets["g"] is facets["g"]
    assert made == ["g"]


@pytest.mark.parametrize("engine", ENGINES)
def test_settling_changes_no_answer(engine: str) -> None:
    search = unsettled(engine)
    requests = [SearchRequest("fatigue"), SearchRequest("", include={"symptom": ("pain",)})]

    def answers() -> list[object]:
        found = [search.search(request) for request in requests]
        return [*((f.total, f.hits, f.facets) for f in found), *(search.complete(t) for t in ("pa", "fat", "l"))]

    before = answers()
    search.settle()
    assert answers() == before
    assert search.document_count() == len(atlas().studies)
    search.close()
