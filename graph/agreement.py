"""Which studies compared something on the very same concepts together, and how many of them found what.

agreement = agreed(atlas)
own = agreement.own(study)                  # by subject: the numbers of its findings, and their verdict
agreement.tally(subject)                    # studies by verdict, retracted ones left out
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from entries.atlas import Atlas
from entries.kept import Kept
from entries.study import Direction, Study
from graph.balance import claims
from graph.claims import Told
from graph.directions import COMPARED, VERDICTS, verdict
from graph.nodes import concept_node
from graph.postings import Postings, postings

Subject = frozenset[str]  # the concepts that a finding names together
KEPT = 20_000  # subjects whose tally is kept once counted


class Own(NamedTuple):
    """What one study found on a subject: one verdict, and the findings (numbers from 1) that it comes from."""

    verdict: str
    findings: tuple[int, ...]


class Agreement:
    """What the studies of an atlas compared, by subject. A heading is too wide to compare on: it is no subject."""

    def __init__(self, atlas: Atlas) -> None:
        lists = postings(atlas)  # not kept: it is what this is known by
        self._claims, self._vocabulary, self._studies = claims(atlas), atlas.vocabulary, lists.studies
        self._narrow = frozenset(concept for concept in atlas.vocabulary if not atlas.vocabulary.narrower(concept))
        self._retracted: np.ndarray = np.frombuffer(lists.columns["retracted"], np.uint8)
        self._tallies: dict[Subject, Mapping[str, int]] = {}

    def own(self, study: Study) -> dict[Subject, Own]:
        """What a study compared, by subject in the order of its findings."""
        found: dict[Subject, dict[int, Direction]] = {}
        for number, finding in enumerate(study.findings, 1):
            if finding.direction and finding.concepts and self._narrow.issuperset(finding.concepts):
                found.setdefault(frozenset(finding.concepts), {})[number] = finding.direction
        return dict(_compared(found))

    def tally(self, subject: Subject) -> Mapping[str, int]:
        """How many studies found what on a subject, by verdict; retracted ones are left out."""
        found = self._tallies.get(subject)
        if found is None:
            if len(self._tallies) >= KEPT:
                self._tallies.clear()
            found = self._tallies[subject] = self._counted(subject)
        return found

    def _counted(self, subject: Subject) -> Mapping[str, int]:
        told = self._together(subject)
        counts = np.bincount(told.verdicts[self._retracted[told.numbers] == 0], minlength=len(VERDICTS)).tolist()
        return {v: n for v, n in zip(VERDICTS, counts, strict=True) if n and v in COMPARED}

    def saying(self, subject: Subject) -> Iterator[tuple[str, str]]:
        """(study, verdict) of all that compared something on a subject and are not retracted, best evidence first."""
        told = self._together(subject)
        for number, place in zip(told.numbers.tolist(), told.verdicts.tolist(), strict=True):
            if VERDICTS[place] in COMPARED and not self._retracted[number]:
                yield self._studies[number], VERDICTS[place]

    def _together(self, subject: Subject) -> Told:
        return self._claims.together(concept_node(self._vocabulary, concept) for concept in sorted(subject))


def _compared(found: Mapping[Subject, Mapping[int, Direction]]) -> Iterator[tuple[Subject, Own]]:
    for subject, given in found.items():
        one = verdict(given.values())
        if one in COMPARED:
            deciding = tuple(number for number, direction in given.items() if direction in COMPARED)
            yield subject, Own(one, deciding or tuple(given))


_KNOWN: Kept[Postings, Agreement] = Kept(lambda lists: Agreement(lists.atlas))


def agreed(atlas: Atlas) -> Agreement:
    """The agreement of an atlas: what it has counted is kept as long as the atlas' lists."""
    return _KNOWN.of(postings(atlas))
