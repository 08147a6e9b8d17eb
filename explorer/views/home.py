"""The start page."""

from dataclasses import dataclass, replace

from flask import Blueprint
from werkzeug.wrappers import Response

from entries.study import Study
from explorer.presentation import LEVELS, PEM, UNREVIEWED, Badge, Chosen
from explorer.rendering import page
from explorer.search_examples import Example
from explorer.site import Site, here

blueprint = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class StartView:
    """A scheme's most studied concepts, each leading to its studies."""

    scheme: str
    label: str
    top: tuple[Chosen, ...]
    url: str


@dataclass(frozen=True, slots=True)
class RecentView:
    """One of the latest entries."""

    title: str
    url: str
    by: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """Everything that ``home.html`` shows."""

    figures: tuple[tuple[str, str], ...]
    years: tuple[int, int] | None
    updated: str
    starts: tuple[StartView, ...]
    recent: tuple[RecentView, ...]
    key: tuple[tuple[Badge, str], ...]
    examples: tuple[Example, ...]
    questions: tuple[Chosen, ...]


@blueprint.get("/")
def home() -> Response:
    """The atlas in two sentences, a search box, and places to start."""
    site = here()
    overview = site.overview
    return page(
        "home.html",
        HomePage(
            figures=_figures(site),
            years=overview.years,
            updated=overview.updated,
            starts=_starts(site),
            recent=tuple(_recent(site, s) for s in overview.recent),
            key=_key(site),
            examples=site.search_examples,
            questions=tuple(Chosen(q.text, f"{site.links.home()}{q.page}") for q in site.atlas.config.questions),
        ),
    )


def _figures(site: Site) -> tuple[tuple[str, str], ...]:
    """What the atlas holds; under the switch, what remains of it."""
    remains, labels = site.remains, [label for label, _ in site.overview.figures]
    if not remains.is_on:
        return tuple((label, f"{count:,}") for label, count in site.overview.figures)
    return tuple(zip(labels, map(str, (remains.studies, remains.findings, remains.concepts)), strict=True))


def _starts(site: Site) -> tuple[StartView, ...]:
    return tuple(
        StartView(
            start.scheme,
            start.label,
            tuple(replace(site.chosen(c.id), url=site.search_for(c.id)) for c, _ in start.top),
            site.links.concepts(start.scheme),
        )
        for start in site.overview.starts
    )


def _recent(site: Site, study: Study) -> RecentView:
    by = " · ".join(part for part in (study.byline, study.journal, str(study.year)) if part)
    return RecentView(study.title, site.links.study(study.id), by)


def _key(site: Site) -> tuple[tuple[Badge, str], ...]:
    """Badges and what they say in plain words: PEM, levels, and what an unreviewed entry is."""
    vocabulary = site.atlas.vocabulary
    concepts = [*vocabulary.of_scheme(PEM), *vocabulary.of_scheme(LEVELS)]
    draft = vocabulary.get(UNREVIEWED)
    concepts += [draft] if draft else []
    return tuple((site.badges.of_concept(c.id), c.plain) for c in concepts)
