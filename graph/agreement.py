"""Which studies compared something on the very same concepts together, and how many of them found what.

agreement = agreed(atlas)
own = agreement.own(study)          # by view: the numbers of its findings that are compared, and their verdict
agreement.tally(view)               # studies by verdict, retracted ones left out
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from entries.atlas import Atlas
from entries.kept import Kept
from entries.study import Study
from graph.balance import claims
from graph.claims import Told
from graph.comparable import goes_with, sorting
from graph.directions import COMPARED, VERDICTS, verdict
from graph.nodes import concept_node
from graph.postings import Postings, postings

Subject = frozenset[str]  # the concepts that a finding names together
KEPT = 20_000  # views whose tally is kept once counted


class View(NamedTuple):
    """What a finding is held against: findings on the same concepts together, of sorts that go with its own.

    ``sort``: as :mod:`graph.comparable` tells it; None: of any sort.
    """

    subject: Subject
    sort: int | None = 0


class Own(NamedTuple):
    """What one study found in a view: one verdict, and those of its findings (numbers from 1) that have this view."""

    verdict: str
    findings: tuple[int, ...]


class Saying(NamedTuple):
    """A study, what it found in a view, and the numbers of its findings there."""

    study: str
    verdict: str
    findings: tuple[int, ...]


class Agreement:
    """What the studies of an atlas compared, by view. A heading is too wide to compare on: it is no subject."""

    def __init__(self, atlas: Atlas) -> None:
        lists = postings(atlas)  # not kept: it is what this is known by
        self._claims, self._vocabulary, self._studies = claims(atlas), atlas.vocabulary, lists.studies
        self._narrow = frozenset(concept for concept in atlas.vocabulary if not atlas.vocabulary.narrower(concept))
        self._retracted: np.ndarray = np.frombuffer(lists.columns["retracted"], np.uint8)
        self._tallies: dict[View, Mapping[str, int]] = {}
        self._sorts = sorting(atlas)

    def is_narrow(self, subject: Subject) -> bool:
        """Whether there is anything to compare on: concepts, none of which has narrower ones."""
        return bool(subject) and self._narrow.issuperset(subject)

    def own(self, study: Study) -> dict[View, Own]:
        """What a study compared, by view in the order of its findings."""
        directed, found = self._directed(study), dict[View, Own]()
        if len({view.subject for view in directed.values()}) == len(directed):  # most often: no two on the same
            return {
                view: Own(direction.value, (number,))
                for number, view in directed.items()
                if (direction := study.findings[number - 1].direction) in COMPARED
            }
        comparing = {n: view for n, view in directed.items() if study.findings[n - 1].direction in COMPARED}
        subjects = {view.subject for view in comparing.values()}
        for view in dict.fromkeys(directed.values()):
            one = self._found(study, directed, view)
            deciding = comparing if view.subject in subjects else directed
            if one and (numbers := tuple(n for n, its in deciding.items() if its == view)):
                found[view] = Own(one, numbers)
        return found

    def verdict_in(self, study: Study, view: View) -> str | None:
        """What a study found in a view that another's finding has; None where it compared nothing there."""
        return self._found(study, self._directed(study), view)

    def views(self, study: Study) -> Iterator[View]:
        """The views of any finding, of whichever study, that the findings of this one bear on."""
        for subject, sort in dict.fromkeys(self._directed(study).values()):
            yield from (View(subject, beside) for beside in self._sorts.beside(sort or 0))

    def _directed(self, study: Study) -> dict[int, View]:
        """The findings that point somewhere and are about something narrow, by number."""
        return {
            number: View(subject, self._sorts.of(study, finding))
            for number, finding in enumerate(study.findings, 1)
            if finding.direction and self.is_narrow(subject := frozenset(finding.concepts))
        }

    @staticmethod
    def _found(study: Study, directed: Mapping[int, View], view: View) -> str | None:
        goes = goes_with(view.sort or 0)
        given = [study.findings[n - 1].direction for n, its in directed.items() if _bears(its, view, goes)]
        one = verdict(given)
        return one if given and one in COMPARED else None

    def tally(self, view: View) -> Mapping[str, int]:
        """How many studies found what in a view, by verdict; retracted ones are left out."""
        found = self._tallies.get(view)
        if found is None:
            if len(self._tallies) >= KEPT:
                self._tallies.clear()
            found = self._tallies[view] = self._counted(view)
        return found

    def _counted(self, view: View) -> Mapping[str, int]:
        told = self._together(view)
        counts = np.bincount(told.verdicts[self._retracted[told.numbers] == 0], minlength=len(VERDICTS)).tolist()
        return {v: n for v, n in zip(VERDICTS, counts, strict=True) if n and v in COMPARED}

    def saying(self, view: View) -> Iterator[Saying]:
        """All that compared something in a view and are not retracted, best evidence first."""
        told = self._together(view)
        for at, (number, place) in enumerate(zip(told.numbers.tolist(), told.verdicts.tolist(), strict=True)):
            if VERDICTS[place] in COMPARED and not self._retracted[number]:
                numbers = told.findings[told.starts[at] : told.starts[at + 1]]
                yield Saying(self._studies[number], VERDICTS[place], tuple(numbers.tolist()))

    def _together(self, view: View) -> Told:
        nodes = (concept_node(self._vocabulary, concept) for concept in sorted(view.subject))
        return self._claims.together(nodes, view.sort)


def _bears(one: View, view: View, goes: np.ndarray) -> bool:
    """Whether a finding with one view is among those that another is made of."""
    return one.subject == view.subject and (view.sort is None or bool(goes[one.sort or 0]))


_KNOWN: Kept[Postings, Agreement] = Kept(lambda lists: Agreement(lists.atlas))


def agreed(atlas: Atlas) -> Agreement:
    """The agreement of an atlas: what it has counted is kept as long as the atlas' lists."""
    return _KNOWN.of(postings(atlas))
