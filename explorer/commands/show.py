"""``evidence show``."""

import textwrap
from collections.abc import Iterator

import click

from entries.atlas import Atlas
from entries.config import CRITERION
from entries.errors import EvidenceError
from entries.study import Finding, Study
from entries.vocabulary import Concept
from explorer import settings
from explorer.commands.formats import chosen
from explorer.forms import CONCEPT_FORMS, STUDY_FORMS
from explorer.instance import Instance
from explorer.near import closest
from explorer.takeaway import concept_in, study_in

WIDTH = 96


@click.command("show")
@click.argument("name", metavar="ID")
@click.option(
    "--format",
    "-f",
    "form",
    default="text",
    show_default=True,
    help="text, or any form of a study: yaml, json, bib, ris, ttl ...",
)
@click.pass_obj
def command(folders: settings.Folders, name: str, form: str) -> None:
    """Print one study or concept. ID may be a study's id, its PMID or DOI, or a concept's id or term."""
    atlas = Instance.open(folders.instance).atlas
    found = find(atlas, name)
    if form == "text":
        lines = _study(atlas, found) if isinstance(found, Study) else _concept(atlas, found)
        click.echo("\n".join(lines))
    elif isinstance(found, Study):
        click.echo(study_in(atlas, found, chosen(STUDY_FORMS, form)).decode(), nl=False)
    else:
        click.echo(concept_in(atlas, found, chosen(CONCEPT_FORMS, form)).decode(), nl=False)


def find(atlas: Atlas, name: str) -> Study | Concept:
    """The study or concept that a person means. Raises EvidenceError with the nearest names."""
    name = name.strip()
    if name in atlas.studies:
        return atlas.studies[name]
    if same := atlas.identified(name.lower().removeprefix("https://doi.org/")):
        return atlas.studies[same[0]]
    concepts = [atlas.vocabulary[name]] if name in atlas.vocabulary else atlas.vocabulary.find(name)
    if concepts:
        return concepts[0]
    near = closest(name.lower(), [*atlas.studies, *atlas.vocabulary])
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "look for it with `evidence search`"
    raise EvidenceError(f"there is no study and no concept '{name}'; {hint}")


def _study(atlas: Atlas, study: Study) -> Iterator[str]:
    label, badge = atlas.vocabulary.label, atlas.pem(study.id)
    yield from _wrapped(study.title)
    yield f"{'; '.join(a.name for a in study.authors)}. {study.journal or 'journal not recorded'}, {study.year}."
    status = [label(badge.status)] if badge.status in atlas.vocabulary else []
    level = f"{study.evidence_level} {label(study.evidence_level)}"
    yield " | ".join([level, *status, label(study.design), label(study.review.status)])
    if status:
        yield from _section(atlas.vocabulary.schemes[CRITERION].label, [badge.reason])
    yield from _section("Summary", [study.summary])
    yield from _section("Why it matters", [study.why_it_matters] if study.why_it_matters else [])
    yield from _section("Findings", [_finding(atlas, f) for f in study.findings], "- ")
    yield from _section("Conclusions of the authors", list(study.conclusions), "- ")
    yield from _section("Open questions", list(study.questions), "- ")
    yield from _section("What this study does not prove", [study.does_not_prove])
    tags = [f"{scheme}: {', '.join(map(label, ids))}" for scheme, ids in study.tags.root.items() if ids]
    yield from _section("Tags", tags, "- ")


def _finding(atlas: Atlas, finding: Finding) -> str:
    about = ", ".join(map(atlas.vocabulary.label, finding.concepts))
    direction = f"{finding.direction}: " if finding.direction else ""
    statistic = f" ({finding.statistic})" if finding.statistic else ""
    return f"[{direction}{about}] {finding.text}{statistic}"


def _concept(atlas: Atlas, concept: Concept) -> Iterator[str]:
    label = atlas.vocabulary.label
    studies = atlas.studies_with(concept.id)
    yield f"{concept.label} ({atlas.vocabulary.scheme_of(concept.id)}; {concept.id})"
    yield f"In plain words: {concept.plain}"
    yield from _section("Definition", [concept.definition])
    yield from _section("Also called", ["; ".join(concept.synonyms)] if concept.synonyms else [])
    yield from _section("Broader", [label(i) for i in concept.broader], "- ")
    yield from _section("Narrower", [label(i) for i in atlas.vocabulary.narrower(concept.id)], "- ")
    yield from _section(f"Studies ({len(studies)})", [f"{i}: {atlas.studies[i].title}" for i in studies[:50]], "- ")


def _section(heading: str, texts: list[str], bullet: str = "") -> Iterator[str]:
    if not texts:
        return
    yield ""
    yield heading.upper()
    for text in texts:
        yield from _wrapped(text, bullet)


def _wrapped(text: str, bullet: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet))
