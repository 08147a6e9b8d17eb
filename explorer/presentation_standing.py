"""How a claim stands, in words: a badge, and every reason with the studies that it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.presentation import Badge, Chosen
from explorer.site import Site
from graph.balance import Balance
from graph.standing import Judged, Standing, balance_standing, standing

NAMED = 5  # studies named for one reason
COLOURS = {
    Standing.PRELIMINARY: "unsure",
    Standing.REPLICATED: "good",
    Standing.CONTESTED: "care",
    Standing.REFUTED: "bad",
    Standing.RETRACTED: "bad",
}
MEANINGS = {
    Standing.PRELIMINARY: "Nobody has repeated it here yet",
    Standing.REPLICATED: "Found again by another study",
    Standing.CONTESTED: "Another study disputes it or found otherwise",
    Standing.REFUTED: "Disputed on stronger evidence, and not replicated",
    Standing.RETRACTED: "A later notice retracts it",
}
# The same of all studies on one concept together.
TOGETHER = {
    Standing.PRELIMINARY: "No two studies found the same",
    Standing.REPLICATED: "Every study that compared found the same",
    Standing.CONTESTED: "Studies that compared found different things",
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
    """A standing as pages show it; ``among``: the studies that it is judged on, empty for all."""

    badge: Badge
    reasons: tuple[ReasonView, ...]
    among: str = ""


def study_standing(site: Site, study_id: str) -> StandingView:
    """How the claims of one study stand."""
    return _view(site, standing(site.atlas, study_id))


def concept_standings(site: Site, weighed: Balance, strict: str) -> tuple[StandingView, ...]:
    """How what was found on a concept stands, on all studies and on those of one PEM status; none where neither is."""
    every, strictly = balance_standing(weighed), balance_standing(weighed, strict)
    label = site.atlas.vocabulary.label(strict)
    views = [_view(site, every, TOGETHER)] if every else []
    return (*views, *((_view(site, strictly, TOGETHER, label),) if strictly else ()))


def _view(site: Site, judged: Judged, meanings: Mapping[Standing, str] = MEANINGS, among: str = "") -> StandingView:
    css, meaning = COLOURS[judged.standing], meanings[judged.standing]
    return StandingView(
        badge=Badge(judged.standing.value.capitalize(), css, meaning, site.links.about("standing")),
        reasons=tuple(_reason(site, r.words, r.studies) for r in judged.reasons),
        among=among,
    )


def _reason(site: Site, words: str, ids: tuple[str, ...]) -> ReasonView:
    named = [site.atlas.studies[i] for i in ids[:NAMED]]
    chosen = tuple(Chosen(f"{s.byline} {s.year}", site.links.study(s.id)) for s in named)
    return ReasonView(len(ids), words[:1].upper() + words[1:], chosen, len(ids) - len(chosen))
