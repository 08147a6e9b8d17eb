"""How the atlas works, told from its own vocabularies."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint
from werkzeug.wrappers import Response

from entries.vocabulary import Scheme
from explorer.presentation import LEVELS, PEM, REVIEWS, Badge
from explorer.presentation_concept import PEM_RULES
from explorer.rendering import page
from explorer.search_examples import Example
from explorer.site import Site, here

blueprint = Blueprint("about", __name__)
DEFINITIONS = "case-definition"
LADDERS = (("levels", LEVELS), ("pem", PEM), ("review", REVIEWS))


@dataclass(frozen=True, slots=True)
class Ladder:
    """A scheme whose every step is explained."""

    id: str
    scheme: Scheme
    rows: tuple[tuple[Badge, str, str], ...]  # (badge, plain words, definition)


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """A case definition and how it treats PEM."""

    label: str
    url: str
    year: int | None
    rule: str
    count: int


@dataclass(frozen=True, slots=True)
class AboutPage:
    """Everything that ``about.html`` shows."""

    contents: tuple[tuple[str, str], ...]
    ladders: tuple[Ladder, ...]
    definitions: tuple[DefinitionRow, ...]
    total: int
    reviewed: int
    syntax: tuple[Example, ...]
    versions: tuple[tuple[str, str], ...]


@blueprint.get("/about")
def about() -> Response:
    """What an entry is, what the badges mean, how to search, versions, licence, limits."""
    site = here()
    ladders = tuple(_ladders(site))
    return page(
        "about.html",
        AboutPage(
            contents=_contents(ladders),
            ladders=ladders,
            definitions=tuple(_definitions(site)),
            total=len(site.atlas.studies),
            reviewed=site.overview.reviewed,
            syntax=site.search_examples,
            versions=_versions(site),
        ),
    )


def _contents(ladders: tuple[Ladder, ...]) -> tuple[tuple[str, str], ...]:
    return (
        ("entry", "What an entry is"),
        *((ladder.id, ladder.scheme.plural) for ladder in ladders),
        ("limits", "Limits"),
        ("search", "How to search"),
        ("keys", "Keyboard and comfort"),
        ("versions", "Versions"),
        ("cite", "Licence and citation"),
    )


def _ladders(site: Site) -> Iterator[Ladder]:
    for anchor, name in LADDERS:
        scheme = site.atlas.vocabulary.schemes.get(name)
        if scheme:
            rows = tuple((site.badges.of_concept(c.id), c.plain, c.definition) for c in scheme.concepts)
            yield Ladder(anchor, scheme, rows)


def _definitions(site: Site) -> Iterator[DefinitionRow]:
    for concept in site.atlas.vocabulary.of_scheme(DEFINITIONS):
        rule = PEM_RULES[concept.pem or "ambiguous"]
        count = site.overview.counts.get(concept.id, 0)
        yield DefinitionRow(concept.label, site.links.concept(concept.id), concept.year, rule, count)


def _versions(site: Site) -> tuple[tuple[str, str], ...]:
    versions = site.atlas.config.versions
    return (
        ("Atlas", versions.atlas),
        ("Policy", versions.policy),
        ("Generator of drafts", versions.generator),
        ("Scanner of wording", versions.scanner),
        ("Built", site.build.built.strftime("%Y-%m-%d %H:%M UTC")),
        ("Search engine", site.engine.name),
    )
