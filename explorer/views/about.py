"""How the atlas works, told from its own vocabularies."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint
from werkzeug.wrappers import Response

from entries.vocabulary import Concept, Scheme
from explorer.presentation import LEVELS, PEM, REVIEWS, Badge
from explorer.presentation_concept import PEM_RULES
from explorer.rendering import page
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
    syntax: tuple[tuple[str, str], ...]
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
            syntax=tuple(_syntax(site)),
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


def _syntax(site: Site) -> Iterator[tuple[str, str]]:
    """(what to write, what it finds) with words of this very atlas."""
    tops = [_short([concept for concept, _ in start.top]) for start in site.overview.starts]
    one = tops[0].label.lower() if tops else "one"
    two = tops[1].label.lower() if len(tops) > 1 else "two"
    study = site.overview.recent[0] if site.overview.recent else None
    facet = site.facet_of(site.overview.starts[0].scheme) if tops else None
    yield f"{_first(one)} {_first(two)}", "studies that have both words, anywhere"
    yield f"{_first(one)} OR {_first(two)}", "studies that have one of them"
    yield f"{_first(one)} NOT {_first(two)}", "studies with the first and without the second"
    yield f'"{one if " " in one else "single study"}"', "exactly these words, one after the other"
    yield f"{_first(one)[:5]}*", "words that begin so"
    yield f"{_first(one)}~", "words that differ by a letter"
    yield f"title:{_first(one)}", "only in titles; also summary, findings, conclusions, authors, journal"
    if study:
        yield f"author:{study.authors[0].short.lower().split()[-1]}", "by an author"
    if facet:
        yield f"{facet}:{tops[0].id}", "tagged so; every filter's name works like this"
    yield "year:[2010 TO 2020]", "published in these years"
    if study and study.pmid:
        yield f"pmid:{study.pmid}", "by PubMed number; a pasted DOI works, too"
    yield f"({_first(one)} OR {_first(two)}) year:>=2015", "brackets group"


def _short(concepts: list[Concept]) -> Concept:
    """The first concept with a label of one word, else the first: examples read better so."""
    return next((c for c in concepts if c.label.isalpha()), concepts[0])


def _first(words: str) -> str:
    return words.split()[0].strip("(),")


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
