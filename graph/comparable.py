"""Which findings on the same concepts may be held against each other: of the same material, not of unlike comparisons.

sorts = sorting(atlas)
sorts.of(study, finding)            # a number below SORTS; 0: may be held against any
sorts.beside(sort)                  # sorts that the findings of one sort are held against, itself among them

What is sorted how stands in ``atlas.yaml`` under ``comparing``. The upper four bits of a sort are the design that is
held apart, the lower four the kind of comparison; 0 in either: none of those listed.
"""

import re
from functools import lru_cache

import numpy as np

from entries.atlas import Atlas
from entries.config import Comparing
from entries.kept import Kept
from entries.study import Finding, Study
from entries.vocabulary import Vocabulary

SORTS = 256
_KIND = 15  # the bits of the kind of comparison
_BELOW = 4  # how many bits lie below those of the design
KEPT = 10_000  # comparisons whose kind is kept once told


class Sorting:
    """The sorts of an atlas' findings."""

    def __init__(self, comparing: Comparing, vocabulary: Vocabulary) -> None:
        self._apart: dict[str, int] = {}
        for place, design in enumerate(comparing.apart, 1):
            for below in (design, *vocabulary.descendants(design)):
                self._apart.setdefault(below, place << _BELOW)
        kinds = list(dict.fromkeys(one.kind for one in comparing.against))
        self._kinds = range(len(kinds) + 1)
        self._rules = [(_words(one.words), kinds.index(one.kind) + 1) for one in comparing.against]
        self._kind = lru_cache(KEPT)(self._told)

    def of(self, study: Study, finding: Finding) -> int:
        """The sort of a finding of a study."""
        apart = self._apart.get(study.design, 0)
        return apart + self._kind(finding.comparison) if finding.comparison and self._rules else apart

    def beside(self, sort: int) -> tuple[int, ...]:
        """The sorts that findings of this one are held against."""
        apart, kind = sort & ~_KIND, sort & _KIND
        return tuple(apart + k for k in ((0, kind) if kind else self._kinds))

    def _told(self, comparison: str) -> int:
        return next((kind for rule, kind in self._rules if rule.search(comparison)), 0)


def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


def of_one_design(sort: int, other: int) -> bool:
    """Whether two sorts are of the same design held apart, or both of none."""
    return sort >> _BELOW == other >> _BELOW


@lru_cache(SORTS)
def goes_with(sort: int) -> np.ndarray:
    """Whether findings of each sort may be held against those of one: of the same design, unless both kinds are told
    and differ."""
    every = np.arange(SORTS)
    alike = every >> _BELOW == sort >> _BELOW
    kind, own = every & _KIND, sort & _KIND
    found: np.ndarray = alike & ((kind == own) | (kind == 0) | (own == 0))
    return found


_KNOWN: "Kept[Atlas, Sorting]" = Kept(lambda atlas: Sorting(atlas.config.comparing, atlas.vocabulary))


def sorting(atlas: Atlas) -> Sorting:
    """The sorts of an atlas; the same object for as long as it lives."""
    return _KNOWN.of(atlas)
