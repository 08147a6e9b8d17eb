"""How a claim stands, in words: a badge, and every reason with the studies that it rests on."""

from dataclasses import dataclass

from explorer.presentation import Badge, Chosen
from explorer.site import Site
from graph.standing import standing
from graph.standings import MEANINGS, Standing

NAMED = 5  # studies named for one reason
COLOURS = {
    Standing.PRELIMINARY: "unsure",
    Standing.REPLICATED: "good",
    Standing.CONTESTED: "care",
    Standing.REFUTED: "bad",
    Standing.RETRACTED: "bad",
}


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason: how many studies say so, what, and the first of them."""

    count: int
    words: str
    studies: tuple[Chosen, ...]
    more: int


@dataclass(frozen=True, slots=True)
class StandingView:
    """A standing as pages show it."""

    badge: Badge
    reasons: tuple[ReasonView, ...]


def study_standing(site: Site, study_id: str) -> StandingView:
    """How the claims of one study stand."""
    judged = standing(site.atlas, study_id)
    css, meaning = COLOURS[judged.standing], MEANINGS[judged.standing].removesuffix(".")
    badge = Badge(judged.standing.value.capitalize(), css, meaning, site.links.about("standing"))
    return StandingView(badge, tuple(_reason(site, r.words, r.studies) for r in judged.reasons))


def _reason(site: Site, words: str, ids: tuple[str, ...]) -> ReasonView:
    named = [site.atlas.studies[i] for i in ids[:NAMED]]
    chosen = tuple(Chosen(f"{s.byline} {s.year}", site.links.study(s.id)) for s in named)
    return ReasonView(len(ids), words[:1].upper() + words[1:], chosen, len(ids) - len(chosen))
