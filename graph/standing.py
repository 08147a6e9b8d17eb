"""How a study and each of its findings stand: preliminary, replicated, contested, refuted or retracted, and why.

    judged = standing(atlas, "see-1996-alpha-interferon")
    judged.standing, judged.reasons
    judged.findings[0].standing, finding_reasons(atlas, "see-1996-alpha-interferon", judged.findings[0])

Derived, never entered: from what studies say of each other (their links) and from the directions of findings on the
same concepts together (a marker; a treatment with an outcome). A study stands as its findings do, with what links say
of it as a whole: it is contested where a finding is, or is refuted, and replicated where one is and none is contested.
A standing is not an evidence level: a strong study can be preliminary, a weak one replicated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from entries.atlas import Atlas
from entries.study import Study
from graph.agreement import Own, Saying, View, agreed
from graph.finding_standing import CONFIRMED, DISPUTED, FindingJudged, Ground, judge_finding, judge_findings
from graph.standing_links import Linked
from graph.standings import Standing

MOST_NAMED = 200  # studies that a reason names, strongest evidence first


class Reason(NamedTuple):
    """Why: words, and the ids of the studies that they are about."""

    words: str
    studies: tuple[str, ...] = ()


class FindingReason(NamedTuple):
    """Why a finding stands as it does: words, and who says so, with the numbers of the findings where these say it.

    ``total``: how many say so, of whom at most MOST_NAMED are in ``saying``.
    """

    words: str
    saying: tuple[Saying, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A standing with every reason for it, and that of each finding."""

    standing: Standing
    reasons: tuple[Reason, ...]
    findings: tuple[FindingJudged, ...]


class Judgement(NamedTuple):
    """A standing on what grounds, and the findings'; without the studies that agree or differ."""

    standing: Standing
    grounds: tuple[Ground, ...]
    findings: tuple[FindingJudged, ...]


def standing(atlas: Atlas, study_id: str) -> Judged:
    """How one study and its findings stand. Raises KeyError."""
    study = atlas.studies[study_id]
    found = judged(atlas, study, agreed(atlas).own(study))
    views = {finding.view: finding for finding in found.findings if finding.view}
    reasons = []
    for ground in found.grounds:
        finding = views.get(ground.view) if ground.view else None
        named = tuple(said.study for said in _saying(atlas, study_id, finding, ground)) if finding else ground.studies
        reasons.append(Reason(ground.words, named))
    return Judged(found.standing, tuple(reasons), found.findings)


def finding_reasons(atlas: Atlas, study_id: str, finding: FindingJudged) -> tuple[FindingReason, ...]:
    """Why a finding stands as it does, with the findings of others that it rests on."""
    return tuple(
        FindingReason(ground.words, tuple(_saying(atlas, study_id, finding, ground)), _total(atlas, finding, ground))
        for ground in finding.grounds
    )


def _total(atlas: Atlas, finding: FindingJudged, ground: Ground) -> int:
    if ground.view is None:
        return len(ground.studies)
    tally = agreed(atlas).tally(ground.view)
    same = tally.get(finding.verdict, 0)
    return same - 1 if ground.same else sum(tally.values()) - same


def finding_standing(atlas: Atlas, study: Study, number: int) -> FindingJudged:
    """How one finding (from 1) of a study of the atlas stands; :func:`finding_reasons` names those on whom it rests.

    A page that names single findings of many studies asks for these alone. Raises IndexError for an unknown number.
    """
    linked = Linked(atlas, study)
    if _has_fallen(linked, study):
        return FindingJudged(number, Standing.RETRACTED)
    return judge_finding(atlas, study, number, linked)


def _saying(atlas: Atlas, study_id: str, finding: FindingJudged, ground: Ground) -> Iterator[Saying]:
    """Who a ground is about: at most MOST_NAMED."""
    if ground.view is None:
        yield from (Saying(other, "", ()) for other in ground.studies)
        return
    found = finding.verdict
    others = (s for s in agreed(atlas).saying(ground.view) if (s.verdict == found) == ground.same)
    yield from islice((said for said in others if said.study != study_id), MOST_NAMED)


def judged(atlas: Atlas, study: Study, own: Mapping[View, Own]) -> Judgement:
    """How a study of the atlas and its findings stand, and on what grounds. ``own``: what it compared."""
    linked = Linked(atlas, study)
    if _has_fallen(linked, study):
        words = "retracted by" if linked.retracting else "retracted by a notice that is no entry here"
        fallen = (FindingJudged(number, Standing.RETRACTED) for number in range(1, len(study.findings) + 1))
        return Judgement(Standing.RETRACTED, (Ground(words, linked.retracting),), tuple(fallen))
    findings = tuple(judge_findings(atlas, study, own, linked))
    found, grounds = _of_study(linked, findings), tuple(_grounds(linked, findings))
    return Judgement(found, grounds or (Ground("no other study here replicates, disputes or compares it"),), findings)


def _has_fallen(linked: Linked, study: Study) -> bool:
    return bool(linked.retracting) or study.is_noted_retracted


def _of_study(linked: Linked, findings: tuple[FindingJudged, ...]) -> Standing:
    """What the findings and the links to the study as a whole come to."""
    stands = {finding.standing for finding in findings}
    if _refuting(linked, findings):
        return Standing.REFUTED
    if linked.disputing or stands & {Standing.CONTESTED, Standing.REFUTED}:
        return Standing.CONTESTED
    if linked.agreeing or Standing.REPLICATED in stands:
        return Standing.REPLICATED
    return Standing.PRELIMINARY


def _refuting(linked: Linked, findings: tuple[FindingJudged, ...]) -> tuple[str, ...]:
    """Disputing studies on stronger evidence, where nobody agrees with the study or found the same as any finding."""
    agrees = linked.agreeing or any(finding.same for finding in findings)
    return () if agrees or not linked.disputing else linked.stronger(linked.disputing)


def _grounds(linked: Linked, findings: tuple[FindingJudged, ...]) -> Iterator[Ground]:
    """What links say of the study as a whole, then what others found, each once."""
    links = ((DISPUTED, linked.disputing), (CONFIRMED, linked.agreeing))
    yield from (Ground(words, studies) for words, studies in links if studies)
    if stronger := _refuting(linked, findings):
        yield Ground("stronger evidence, and nobody found the same", stronger)
    compared = dict.fromkeys(ground for finding in findings for ground in finding.grounds if ground.view)
    yield from (ground for ground in compared if ground.same)
    yield from (ground for ground in compared if not ground.same)
