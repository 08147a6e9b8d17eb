"""How a study and its findings stand, in words: a badge, and every reason with the studies that it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass

from entries.study import Study
from explorer.asked_studies import MOST
from explorer.node_links import finding_url
from explorer.presentation import Badge, Chosen, number
from explorer.site import Site
from graph.finding_standing import DISPUTED, FindingJudged, elsewhere, unheld
from graph.standing import FindingReason, finding_reasons, finding_standing, standing
from graph.standings import MEANINGS, Standing

NAMED = 5  # studies named for one reason
COLOURS = {
    Standing.PRELIMINARY: "unsure",
    Standing.REPLICATED: "good",
    Standing.CONTESTED: "care",
    Standing.REFUTED: "bad",
    Standing.RETRACTED: "bad",
}
ALL_COUNT = "All studies count for this, those too that are set aside at present."


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason: how many studies say so, what, the first of them, and these beside the one that they are about."""

    count: int
    words: str
    studies: tuple[Chosen, ...]
    more: int
    beside_url: str = ""


@dataclass(frozen=True, slots=True)
class StandingView:
    """How a study or a finding stands, as pages show it. ``words``: how many others, of a finding; ``note``: if any."""

    badge: Badge
    words: str
    reasons: tuple[ReasonView, ...]
    note: str


def study_standings(site: Site, study: Study) -> tuple[StandingView, tuple[StandingView, ...]]:
    """How a study stands, and each of its findings in their order."""
    judged = standing(site.atlas, study.id)
    css, meaning = COLOURS[judged.standing], MEANINGS[judged.standing].removesuffix(".")
    badge = Badge(judged.standing.value.capitalize(), css, meaning, site.links.about("standing"))
    note = ALL_COUNT if site.remains.is_on else ""
    whole = StandingView(badge, "", tuple(_reason(site, r.words, r.studies) for r in judged.reasons), note)
    return whole, tuple(_finding(site, study, one) for one in judged.findings)


def finding_badge(site: Site, study: Study, finding: int | None) -> tuple[Badge, ...]:
    """How one finding (from 1) of a study stands, in a word that leads to the reasons.

    None where no finding is meant, and of a retracted study: that it is retracted stands beside it anyway.
    """
    if finding is None:
        return ()
    judged = finding_standing(site.atlas, study, finding)
    if judged.standing is Standing.RETRACTED:
        return ()
    text = f"{judged.standing.value.capitalize()} finding"
    words = _words(site, study, judged)
    return (Badge(text, COLOURS[judged.standing], words, finding_url(site, study.id, finding)),)


def _finding(site: Site, study: Study, judged: FindingJudged) -> StandingView:
    css, meaning = COLOURS[judged.standing], MEANINGS[judged.standing]
    badge = Badge(judged.standing.value.capitalize(), css, meaning, site.links.about("standing"))
    reasons = (_finding_reason(site, study, reason) for reason in finding_reasons(site.atlas, study.id, judged))
    return StandingView(badge, _words(site, study, judged), tuple(reasons), _elsewhere(site, judged))


def _words(site: Site, study: Study, judged: FindingJudged) -> str:
    """How many others, as far as the atlas knows."""
    if judged.standing is Standing.RETRACTED:
        return "retracted with its study"
    if judged.same or judged.otherwise:
        return ", ".join(_counts(judged))
    if judged.view is None:
        return f"not compared with others: {unheld(site.atlas, study.findings[judged.number - 1])}"
    return "nobody else has looked at this, as far as this atlas knows"


def _counts(judged: FindingJudged) -> Iterator[str]:
    if judged.same:
        few = " only" if judged.standing is Standing.PRELIMINARY else ""
        yield f"{number(judged.same, 'other study', 'other studies')}{few} found the same"
    if judged.otherwise:
        disputes = any(ground.studies for ground in judged.grounds if ground.words == DISPUTED)
        words = " or disputed it" if disputes else ""
        yield f"{number(judged.otherwise, 'other study', 'other studies')} found otherwise{words}"


def _elsewhere(site: Site, judged: FindingJudged) -> str:
    """That others looked at the same in another way, which says nothing for or against it."""
    found = elsewhere(site.atlas, judged.view) if judged.view else 0
    if not found:
        return ""
    told = "compared it with something else or is of another kind, and is not held against it"
    if found > 1:
        told = told.replace(" is ", " are ")
    return f"{number(found, 'more study', 'more studies')} on the same {told}."


def _reason(site: Site, words: str, ids: tuple[str, ...]) -> ReasonView:
    named = [site.atlas.studies[i] for i in ids[:NAMED]]
    chosen = tuple(Chosen(f"{s.byline} {s.year}", site.links.study(s.id)) for s in named)
    return ReasonView(len(ids), words[:1].upper() + words[1:], chosen, len(ids) - len(chosen))


def _finding_reason(site: Site, study: Study, reason: FindingReason) -> ReasonView:
    """A reason whose studies are led to at the finding where they say it."""
    named = [(site.atlas.studies[said.study], said.findings) for said in reason.saying[:NAMED]]
    chosen = tuple(
        Chosen(f"{s.byline} {s.year}", finding_url(site, s.id, numbers[0] if numbers else None)) for s, numbers in named
    )
    beside = site.links.side_by_side((study.id, *(s.id for s, _ in named[: MOST - 1])))
    words = reason.words[:1].upper() + reason.words[1:]
    return ReasonView(reason.total, words, chosen, reason.total - len(chosen), beside if chosen else "")
