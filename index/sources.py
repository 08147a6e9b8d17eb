"""Facet values that are no concepts: journals, authors, ranges of participants, controls, directions, claims.

A *claim* is a concept together with the direction of a finding about it: ``nk-cell-function:decreased``.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise

from entries.config import SIZE_BOUNDS
from entries.study import Direction, Participants, Study
from entries.vocabulary import Vocabulary

UNKNOWN = "unknown"  # the entry does not say; it is never guessed from something else
WITH_CONTROLS, WITHOUT_CONTROLS = "with-controls", "without-controls"
BETWEEN = ":"  # a concept and its direction

Values = Iterator[str]


@lru_cache(maxsize=64)
def size_ranges(bounds: tuple[int, ...]) -> tuple[str, ...]:
    """``0-19``, ``20-49``, …, ``500-`` for the numbers at which ranges begin; without any, the usual ones."""
    starts = (0, *(bounds or SIZE_BOUNDS))
    return (*(f"{start}-{end - 1}" for start, end in pairwise(starts)), f"{starts[-1]}-")


def size_range(participants: Participants, bounds: tuple[int, ...]) -> str:
    """The range that a number of participants lies in."""
    if participants.size is None:
        return UNKNOWN
    return size_ranges(bounds)[bisect_right(bounds or SIZE_BOUNDS, participants.size)]


def claim(concept_id: str, direction: str) -> str:
    """A claim as one value."""
    return f"{concept_id}{BETWEEN}{direction}"


def claim_parts(value: str) -> tuple[str, str]:
    """(concept, direction) of a claim; an empty direction where the value is none."""
    concept_id, _, direction = value.rpartition(BETWEEN)
    return (concept_id, direction) if concept_id else (direction, "")


def _journal(vocabulary: Vocabulary, study: Study, bounds: tuple[int, ...]) -> Values:
    if study.journal:
        yield study.journal


def _authors(vocabulary: Vocabulary, study: Study, bounds: tuple[int, ...]) -> Values:
    yield from (author.name for author in study.authors)


def _size(vocabulary: Vocabulary, study: Study, bounds: tuple[int, ...]) -> Values:
    yield size_range(study.participants, bounds)


def _controls(vocabulary: Vocabulary, study: Study, bounds: tuple[int, ...]) -> Values:
    controls = study.participants.controls
    yield UNKNOWN if controls is None else WITH_CONTROLS if controls else WITHOUT_CONTROLS


def _directions(vocabulary: Vocabulary, study: Study, bounds: tuple[int, ...]) -> Values:
    given = {finding.direction for finding in study.findings}
    yield from (direction.value for direction in Direction if direction in given)


def _claims(vocabulary: Vocabulary, study: Study, bounds: tuple[int, ...]) -> Values:
    for finding in study.findings:
        if finding.direction is not None:
            direction = finding.direction.value
            known = [c for c in finding.concepts if c in vocabulary]
            yield from [claim(c, direction) for c in vocabulary.closure(known)]


SOURCES: dict[str, Callable[[Vocabulary, Study, tuple[int, ...]], Values]] = {
    "journal": _journal,
    "authors": _authors,
    "size": _size,
    "controls": _controls,
    "direction": _directions,
    "claim": _claims,
}
