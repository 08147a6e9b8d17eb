"""How a single finding stands: what others found on the same concepts together, and what links say of it.

A link between two studies bears on a finding where the other's entry names every concept of it, unless what the other
found there says the contrary of its link. Findings are held against each other by direction, as far as what was
compared goes together (see :mod:`graph.comparable`). An association has no direction that could agree: two studies that
both find one may have found opposite things, so that links alone tell how it stands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from entries.atlas import Atlas
from entries.study import Finding, Study
from graph.agreement import Agreement, Own, View, agreed
from graph.directions import COMPARED
from graph.standing_links import Linked
from graph.standings import Standing

AGREEING = 2  # other studies with the same direction that make a finding replicated where no link says so
DISPUTED, CONFIRMED = "disputed by", "replicated by or replicates"  # what links say, in words


class Ground(NamedTuple):
    """What a standing rests on, without the studies that agree or differ: these may be thousands.

    ``studies``: those whose links decide. ``view``: where other studies found the same, or, where ``same`` is False,
    something else; ``enough``: whether that settles it.
    """

    words: str
    studies: tuple[str, ...] = ()
    view: View | None = None
    same: bool = False
    enough: bool = False


@dataclass(frozen=True, slots=True)
class FindingJudged:
    """How one finding stands.

    ``view``: what it is held against, None where nothing can be; ``same``, ``otherwise``: other studies that found the
    same, or replicate it; that found otherwise, or dispute it. ``verdict``: what its study found there.
    """

    number: int
    standing: Standing
    same: int = 0
    otherwise: int = 0
    grounds: tuple[Ground, ...] = ()
    view: View | None = None
    verdict: str = ""


def judge_findings(atlas: Atlas, study: Study, own: Mapping[View, Own], linked: Linked) -> Iterator[FindingJudged]:
    """How each finding of a study that is not retracted stands. ``own``: what the study compared."""
    viewed = {n: (view, one.verdict) for view, one in own.items() for n in one.findings}
    for number, finding in enumerate(study.findings, 1):
        yield _judged(atlas, linked, number, finding, *viewed.get(number, (None, "")))


def judge_finding(atlas: Atlas, study: Study, number: int, linked: Linked) -> FindingJudged:
    """How one finding of a study that is not retracted stands; the others are not judged. Raises IndexError."""
    own = agreed(atlas).own(study).items()
    view, verdict = next(((view, one.verdict) for view, one in own if number in one.findings), (None, ""))
    return _judged(atlas, linked, number, study.findings[number - 1], view, verdict)


def _judged(
    atlas: Atlas, linked: Linked, number: int, finding: Finding, view: View | None, verdict: str
) -> FindingJudged:
    tally = agreed(atlas).tally(view) if view else {}
    if linked.are_there or len(tally) > 1 or tally.get(verdict, 0) > 1:
        return _Judging(atlas, linked, finding, view, verdict).judged(number)
    return FindingJudged(number, Standing.PRELIMINARY, view=view, verdict=verdict)  # most of them: nobody else looked


class _Judging:
    """One finding, and who says what of it."""

    def __init__(self, atlas: Atlas, linked: Linked, finding: Finding, view: View | None, verdict: str) -> None:
        self._view, self._verdict, self._linked = view, verdict, linked
        self._atlas, agreement = atlas, agreed(atlas)
        tally = agreement.tally(view) if view else {}
        agreeing = self._bearing(agreement, finding, linked.agreeing)
        disputing = self._bearing(agreement, finding, linked.disputing)
        self._agreeing = tuple(i for i, found in agreeing.items() if found in (None, verdict))
        self._disputing = tuple(i for i, found in disputing.items() if found is None or found != verdict)
        self._alike = max(tally.get(verdict, 0) - 1, 0)
        self._other = sum(n for found, n in tally.items() if found != verdict)
        self._untold = tuple(
            sum(1 for i in ids if told[i] is None)
            for ids, told in ((self._agreeing, agreeing), (self._disputing, disputing))
        )

    def _bearing(self, agreement: Agreement, finding: Finding, others: tuple[str, ...]) -> dict[str, str | None]:
        """Those whose link bears on the finding, and what each found where it is held against others."""
        near = self._linked.on(finding, others) if others else ()
        return {other.id: agreement.verdict_in(other, self._view) if self._view else None for other in near}

    def judged(self, number: int) -> FindingJudged:
        """The standing, with who is for and against and why."""
        standing, stronger = self._standing()
        same, otherwise = self._alike + self._untold[0], self._other + self._untold[1]
        grounds = tuple(self._grounds(stronger))
        return FindingJudged(number, standing, same, otherwise, grounds, self._view, self._verdict)

    def _standing(self) -> tuple[Standing, tuple[str, ...]]:
        """The standing, and the disputing studies that refute it."""
        stronger = self._linked.stronger(self._disputing) if self._disputing else ()
        if stronger and not self._agreeing and not self._alike:
            return Standing.REFUTED, stronger
        if self._disputing or self._other:
            return Standing.CONTESTED, ()
        if self._agreeing or self._alike >= AGREEING:
            return Standing.REPLICATED, ()
        return Standing.PRELIMINARY, ()

    def _grounds(self, stronger: tuple[str, ...]) -> Iterator[Ground]:
        links = ((DISPUTED, self._disputing), (CONFIRMED, self._agreeing))
        yield from (Ground(words, studies) for words, studies in links if studies)
        if stronger:
            yield Ground("stronger evidence, and nobody found the same", stronger)
        if self._view is None:
            return
        label = " with ".join(sorted(map(self._atlas.vocabulary.label, self._view.subject)))
        if self._alike:
            yield Ground(f"found the same on {label}", (), self._view, True, self._alike >= AGREEING)
        if self._other:
            yield Ground(f"found otherwise on {label}", (), self._view, False, True)


def agreeing(tally: Mapping[str, int], verdict: str) -> tuple[int, bool]:
    """Of a study that found ``verdict``: how many others found the same, at most AGREEING; whether any did not."""
    return min(tally.get(verdict, 0) - 1, AGREEING), any(other != verdict for other in tally)


def elsewhere(atlas: Atlas, view: View) -> int:
    """How many studies compared something else on the same concepts: another comparison, or another kind of study."""
    every, here = (sum(agreed(atlas).tally(one).values()) for one in (View(view.subject, None), view))
    return every - here


def unheld(atlas: Atlas, finding: Finding) -> str:
    """Why a finding without a view is held against none, as what it lacks."""
    if finding.direction is None:
        return "it gives no direction"
    if not finding.concepts:
        return "it names no concept"
    if not agreed(atlas).is_narrow(frozenset(finding.concepts)):
        return "what it is about is a heading with narrower concepts"
    if finding.direction not in COMPARED:
        return "it says what goes together, but not whether both rise or one falls; only links tell how it stands"
    return "its study compared something else on the same concepts"
