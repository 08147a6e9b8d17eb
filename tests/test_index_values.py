"""Counts over arrays, held to counting by hand."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.packed import PackedTexts
from index.values import Chosen, Lists, Values, packed

ROWS = 700


def drawn(seed: int) -> dict[int, list[str]]:
    """Values of rows: some that nearly all rows have, some that hardly any has, and rows without one."""
    rng = np.random.default_rng(seed)
    names = [f"v{i}" for i in range(40)]
    shares = np.linspace(0.0, 0.9, 40) ** 3
    return {row: [n for n, share in zip(names, shares, strict=True) if rng.random() < share] for row in range(ROWS)}


def by_hand(values: dict[int, list[str]], rows: set[int]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        for name in values.get(row, ()):
            counts[name] = counts.get(name, 0) + 1
    return counts


@given(st.integers(0, 5), st.floats(0, 1), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_counts(seed: int, share: float, draw: int) -> None:
    values = drawn(seed)
    facet = Values.of(ROWS, values)
    mask = np.random.default_rng(draw).random(ROWS) < share
    counts = facet.counted(Chosen(mask))
    assert {n: c for n, c in zip(facet.names, counts.tolist(), strict=True) if c} == by_hand(
        values, set(np.flatnonzero(mask))
    )


def test_both_ways_of_holding_values_are_used() -> None:
    facet = Values.of(ROWS, drawn(1))
    assert 0 < len(facet._frequent) < len(facet.names)
    assert len(facet._rare.codes)


@pytest.mark.parametrize("size", [0, 1, 7, 63, 64, 65, 129])
def test_bits(size: int) -> None:
    mask = np.arange(size) % 3 == 0
    assert int(np.bitwise_count(packed(mask)).sum()) == int(mask.sum())
    assert len(packed(mask)) == -(-size // 64)


def test_having() -> None:
    values = drawn(2)
    facet = Values.of(ROWS, values)
    for names in (["v39"], ["v3", "v20"], ["no such"], []):
        rows = {row for row, chosen in values.items() if set(names) & set(chosen)}
        assert set(np.flatnonzero(facet.having(names)).tolist()) == rows


def test_few_and_many_rows_are_counted_alike() -> None:
    lists = Lists.of(4, np.array([3, 0, 0, 2]), np.array([1, 0, 2, 2], np.int32))
    assert lists.starts.tolist() == [0, 2, 2, 3, 4]
    many = Chosen(np.array([True, True, True, False]))
    assert lists.counted(many, 3).tolist() == [1, 0, 2]
    wide = Lists.of(100, np.array([3, 0, 0, 2]), np.array([1, 0, 2, 2], np.int32))
    few = Chosen(np.arange(100) < 3)
    assert wide.counted(few, 3).tolist() == [1, 0, 2]
    assert wide.counted(Chosen(np.zeros(100, bool)), 3).tolist() == [0, 0, 0]


def test_values_of_other_rows_stay() -> None:
    before = Values.of(3, {0: ["a", "b"], 1: ["b"], 2: ["c"]})
    after = before.replaced(np.array([3, 1]), Values.of(2, {0: ["a"], 1: ["d"]}), 5)
    assert {n: set(np.flatnonzero(after.having([n])).tolist()) for n in "abcd"} == {
        "a": {0, 3},
        "b": {0},
        "c": {2},
        "d": {1},
    }
    assert after.lists.starts.tolist() == [0, 2, 3, 4, 5, 5]
    part = after.taken(np.array([4, 1, 0]))
    assert [{part.names[c] for c in part.lists.taken(np.array([r])).codes} for r in range(3)] == [
        set(),
        {"d"},
        {"a", "b"},
    ]
    assert set(part.names) == {"a", "b", "d"}


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_pieces_are_replaced(seed: int) -> None:
    rng = random.Random(seed)
    texts = ["é" * rng.randint(0, 3) + str(i) for i in range(rng.randint(0, 9))]
    size = len(texts) + rng.randint(0, 4)
    rows = rng.sample(range(size), rng.randint(0, size))
    fresh = [f"new{row}" for row in rows]
    wanted = [*texts, *[""] * (size - len(texts))]
    for row, text in zip(rows, fresh, strict=True):
        wanted[row] = text
    found = PackedTexts.of(texts).replaced(np.array(rows, np.int64), PackedTexts.of(fresh), size)
    assert list(found) == wanted
    assert [found[i] for i in range(-size, size)] == wanted * 2
    with pytest.raises(IndexError):
        found[size]
