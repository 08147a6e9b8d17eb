"""Numbers grouped by key, brought up to date without sorting them again: a few go, a few come, the rest move along."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Regrouped:
    """Groups after a change. ``take``: for each number its place among the old ones followed by the added ones.

    ``keys`` are in alphabetical order and none is without numbers; ``starts`` says where the numbers of each begin, and
    where the last of them ends. ``moved``: for each old key its place now, -1 if it is gone.
    """

    keys: list[str]
    starts: np.ndarray
    values: np.ndarray
    take: np.ndarray
    moved: np.ndarray


def regrouped(
    keys: Sequence[str],
    starts: np.ndarray,
    values: np.ndarray,
    number: np.ndarray,
    added: Iterable[tuple[str, int]],
) -> Regrouped:
    """Change groups of numbers, which are ascending within each key.

    ``number``: what each old number is called now, -1 if it is gone; those that stay keep their order. ``added``: pairs
    of key and number that come, those of equal key and number in the order in which they are to stand.
    """
    come = sorted(added)
    every = sorted({*keys, *(key for key, _ in come)}) if come else list(keys)
    place = {key: at for at, key in enumerate(every)}
    now_at: np.ndarray = np.fromiter((place[key] for key in keys), np.int64, len(keys))
    group: np.ndarray = np.repeat(now_at, np.diff(starts))
    called = number[values]
    kept = np.flatnonzero(called >= 0)
    size = 1 + max(int(number.max(initial=0)), max((n for _, n in come), default=0))
    ordered = group[kept] * size + called[kept]
    fresh = np.fromiter((place[key] * size + n for key, n in come), np.int64, len(come))
    at = np.searchsorted(ordered, fresh, side="right")
    merged: np.ndarray = np.insert(ordered, at, fresh)
    take: np.ndarray = np.insert(kept, at, len(values) + np.arange(len(come)))
    counts = np.bincount(merged // size, minlength=len(every))
    there = np.flatnonzero(counts)
    renamed: np.ndarray = np.full(len(every), -1, np.int64)
    renamed[there] = np.arange(len(there))
    ends = np.concatenate(([0], np.cumsum(counts[there])))
    return Regrouped([every[n] for n in there.tolist()], ends, merged % size, take, renamed[now_at])
