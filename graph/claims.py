"""What the findings of all studies say on concepts, counted on columns: one verdict a study, as in ``graph.balance``.

claims = Claims(postings(atlas))
told = claims.on(["concept:cortisol"])
told.numbers, told.verdicts         # of each study with a finding on it: its number, its place in VERDICTS
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from entries.study import Direction
from graph.comparable import goes_with
from graph.directions import VERDICTS, verdict
from graph.lists import UNDIRECTED
from graph.postings import Postings

Numbers = np.ndarray


@dataclass(frozen=True, slots=True)
class Told:
    """The studies that have a finding on what was asked for, best first; every array has one entry a study.

    ``starts`` has one more: findings ``starts[i]`` to ``starts[i + 1]`` of ``findings`` are those of study ``i``.
    """

    numbers: Numbers
    verdicts: Numbers
    findings: Numbers
    starts: Numbers

    def __len__(self) -> int:
        return len(self.numbers)


class Claims:
    """The findings of all studies by what they are about."""

    def __init__(self, lists: Postings) -> None:
        self._code = lists.code
        column = lists.columns
        self._starts = column["claim_starts"]
        self._numbers = np.frombuffer(column["claim_numbers"], np.uint32)
        self._findings = np.frombuffer(column["claim_findings"], np.uint32)
        self._widths = np.frombuffer(column["claim_widths"], np.uint32)
        self._directions = np.frombuffer(column["claim_directions"], np.uint8)
        self._sorts = np.frombuffer(column["claim_sorts"], np.uint8)

    def any_on(self, node: str) -> bool:
        """Whether any finding is about this very concept."""
        code = self._code(node)
        return code is not None and self._starts[code] < self._starts[code + 1]

    def on(self, nodes: Iterable[str]) -> Told:
        """What the findings about any of these nodes say, each finding once."""
        codes = [code for node in dict.fromkeys(nodes) if (code := self._code(node)) is not None]
        places = np.concatenate([_NOTHING, *(np.arange(self._starts[c], self._starts[c + 1]) for c in codes)])
        keys, first = np.unique(self._keys(places), return_index=True)
        return self._told(keys, places[first])

    def together(self, nodes: Iterable[str], sort: int | None = None) -> Told:
        """What the findings say that are about all of these nodes and about no other; ``sort``: that go with it."""
        codes = [self._code(node) for node in dict.fromkeys(nodes)]
        known = sorted(
            (self._about(code) for code in codes if code is not None), key=lambda about: about.stop - about.start
        )
        if not codes or len(known) < len(codes):
            return self._told(_NOTHING, _NOTHING)
        rarest, *others = known
        wanted = self._widths[rarest] == len(codes)
        if sort is not None:
            wanted &= goes_with(sort)[self._sorts[rarest]]
        places = np.flatnonzero(wanted) + rarest.start
        keys = self._every[places]
        for about in others:  # what is looked for is the shorter list: the longer one is not gone through
            there = self._every[about]
            at = np.minimum(np.searchsorted(there, keys), len(there) - 1)
            both = there[at] == keys
            places, keys = places[both], keys[both]
        return self._told(keys, places)

    def _about(self, code: int) -> slice:
        """Where the findings about a node stand."""
        return slice(int(self._starts[code]), int(self._starts[code + 1]))

    @cached_property
    def _every(self) -> Numbers:
        """The keys of all findings; within a node they ascend."""
        return self._keys(np.arange(len(self._numbers)))

    def _keys(self, places: Numbers) -> Numbers:
        """Study and finding in one number, in the order of studies, then findings."""
        keys: Numbers = (self._numbers[places].astype(np.int64) << 32) | self._findings[places]
        return keys

    def _told(self, keys: Numbers, places: Numbers) -> Told:
        """The findings with these keys, ascending, by study."""
        numbers = keys >> 32
        first: np.ndarray = np.ones(len(numbers), bool)
        first[1:] = numbers[1:] != numbers[:-1]
        begins = np.flatnonzero(first)
        given = _AS_SET[self._directions[places]]
        sets = np.bitwise_or.reduceat(given, begins) if len(begins) else given
        ends: Numbers = np.append(begins, len(keys))
        return Told(numbers[begins], _VERDICT_OF_SET[sets], keys & 0xFFFFFFFF, ends)


_NOTHING: Numbers = np.zeros(0, np.int64)
# A set of directions as bits; findings without one add nothing to it.
_AS_SET = np.array([1 << n for n in range(len(Direction))] + [0], np.uint8)


def _directions(bits: int) -> Iterable[Direction]:
    return [direction for n, direction in enumerate(Direction) if bits >> n & 1]


_VERDICT_OF_SET = np.array([VERDICTS.index(verdict(_directions(bits))) for bits in range(1 << UNDIRECTED)], np.uint8)
