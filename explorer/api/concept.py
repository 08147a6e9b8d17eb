"""Schemes, concepts, and what studies found on a concept."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from entries.vocabulary import Concept, Scheme
from explorer.api.operation import Asked
from explorer.api.shape import ConceptBrief, ConceptId, Count, Parameters, Shape, StudyBrief
from explorer.api.study import FormOf
from explorer.forms import CONCEPT_FORMS
from explorer.near import Unknown, find_concept
from explorer.presentation import Chosen, shortened
from explorer.presentation_concepts import find
from explorer.site import Site
from graph.balance import VERDICTS, Said, balance
from graph.cooccurrence import found_with_each
from graph.namespaces import expand
from graph.standing import finding_standing
from graph.standings import Standing

COMPANIONS = 10  # of each scheme
MOST_STUDIES = 100
Verdict = Annotated[str, Field(json_schema_extra={"enum": list(VERDICTS)})]


class SchemeBrief(Shape):
    """A concept scheme."""

    id: ConceptId
    address: str
    url: str
    api: str
    label: str
    plural: str
    definition: str
    concepts: Count
    """How many concepts it has."""
    facet: str | None
    """The facet of the search whose values are its concepts; null where there is none."""

    @classmethod
    def of(cls, site: Site, scheme: Scheme) -> "SchemeBrief":
        """A scheme of the vocabulary."""
        name = scheme.scheme
        return cls(
            id=name,
            address=f"{site.atlas.config.base_iri}schemes/{name}",
            url=site.links.concepts(name),
            api=site.links.api(f"/schemes/{name}"),
            label=scheme.label,
            plural=scheme.plural,
            definition=scheme.definition,
            concepts=len(scheme.concepts),
            facet=site.facet_of(name),
        )


class SchemesAnswer(Shape):
    """All concept schemes of the atlas."""

    schemes: tuple[SchemeBrief, ...]


class SchemeConcept(ConceptBrief):
    """A concept within its scheme."""

    plain: str
    """The label in plain words."""
    synonyms: tuple[str, ...]
    broader: tuple[ConceptId, ...]


class SchemeAnswer(Shape):
    """A scheme with all its concepts in their order."""

    scheme: SchemeBrief
    concepts: tuple[SchemeConcept, ...]


class ConceptsAsked(Parameters):
    """A name to look up."""

    q: str = Field("", max_length=200)
    """A text that a label or a synonym begins with or holds, whatever its case, accents, Greek letters and hyphens."""


class ConceptFound(ConceptBrief):
    """A concept with the text in one of its names."""

    name: str
    """The name that fits."""


class ConceptsAnswer(Shape):
    """Concepts by name, those that fit best and that most studies have first; at most 40."""

    q: str
    concepts: tuple[ConceptFound, ...]


class Match(Shape):
    """The same concept elsewhere."""

    id: str
    """As in `HP:0012531`."""
    address: str | None


class Companions(Shape):
    """Concepts of one scheme that most studies of this concept have, too."""

    scheme: ConceptId
    concepts: tuple[ConceptBrief, ...]
    """Each with the number of studies that have both."""


Counts = Annotated[dict[Verdict, Count], Field(description="Studies by verdict; those with none are left out.")]


class BalanceTold(Shape):
    """What studies found on the concept or on narrower ones: one verdict a study, retracted studies left out."""

    studies: Count
    """Studies with a finding on it, retracted ones included."""
    retracted: Count
    counts: Counts
    by_pem: dict[str, Counts]
    """The same for the studies of each `pem-status`."""
    api: str
    """The studies with their verdicts."""


class ConceptAnswer(ConceptBrief):
    """A concept with what the atlas knows of it."""

    plain: str
    definition: str
    synonyms: tuple[str, ...]
    note: str | None
    broader: tuple[ConceptBrief, ...]
    narrower: tuple[ConceptBrief, ...]
    matches: tuple[Match, ...]
    year: int | None
    """Of a case definition: when it was published."""
    pem: Literal["required", "optional", "absent", "ambiguous"] | None
    """Of a case definition: how it treats the criterion of the scheme `pem-status`."""
    source: str | None
    """Of a case definition: where it was published."""
    schema_type: str | None
    """Of a study design: its class in schema.org."""
    found_with: tuple[Companions, ...]
    balance: BalanceTold
    search: str
    """All of its studies as a page."""
    forms: tuple[FormOf, ...]


class BalanceAsked(Parameters):
    """Which of the studies are wanted."""

    pem: Literal["", "pem-required", "pem-not-required", "pem-unclear"] = ""
    """Only studies of this `pem-status`; empty: all."""
    offset: int = Field(0, ge=0, le=10_000_000)
    """How many studies to leave out at the beginning."""
    limit: int = Field(50, ge=1, le=MOST_STUDIES)
    """Studies at most."""


class SaidTold(Shape):
    """What one study found."""

    study: StudyBrief
    verdict: Verdict
    findings: tuple[int, ...]
    """Numbers, from 1, of the findings that the verdict rests on."""
    standings: tuple[Standing, ...]
    """How each of these findings stands."""
    level: ConceptId
    participants: Count | None
    pem: str
    retracted: bool


class ConceptBalanceAnswer(Shape):
    """The studies with a finding on a concept, strongest evidence first, then newest."""

    concept: ConceptBrief
    total: Count
    offset: Count
    counts: Counts
    studies: tuple[SaidTold, ...]


def schemes(asked: Asked[Parameters]) -> SchemesAnswer:
    """All concept schemes: symptoms, biomarkers, study designs, evidence levels, case definitions and so on."""
    found = asked.site.atlas.vocabulary.schemes.values()
    return SchemesAnswer(schemes=tuple(SchemeBrief.of(asked.site, scheme) for scheme in found))


def scheme(asked: Asked[Parameters]) -> SchemeAnswer:
    """One scheme with all its concepts in their order, each with its number of studies."""
    site, name = asked.site, asked.named["id"]
    found = site.atlas.vocabulary.schemes.get(name)
    if found is None:
        known = site.atlas.vocabulary.schemes.values()
        raise Unknown(
            f"This atlas has no scheme “{shortened(name, 40)}”.",
            [Chosen(s.label, site.links.api(f"/schemes/{s.scheme}")) for s in known],
        )
    concepts = (
        SchemeConcept(**ConceptBrief.of(site, c.id).model_dump(), plain=c.plain, synonyms=c.synonyms, broader=c.broader)
        for c in found.concepts
    )
    return SchemeAnswer(scheme=SchemeBrief.of(site, found), concepts=tuple(concepts))


def concepts(asked: Asked[ConceptsAsked]) -> ConceptsAnswer:
    """Concepts by any of their names. Without a text: none; `schemes` lists them all."""
    site = asked.site
    told = (
        ConceptFound(**ConceptBrief.of(site, one.id).model_dump(), name=one.name or one.label)
        for one in find(site, asked.own.q)
    )
    return ConceptsAnswer(q=asked.own.q, concepts=tuple(told))


def concept(asked: Asked[Parameters]) -> ConceptAnswer:
    """One concept: its definition, names and place in the scheme; how many studies have it; what it is found with; and
    the balance of what studies found on it, in all and by `pem-status`."""
    site = asked.site
    found = find_concept(site, asked.named["id"])
    vocabulary = site.atlas.vocabulary
    own = found.model_dump(include={"plain", "definition", "synonyms", "note", "year", "pem", "source", "schema_type"})
    return ConceptAnswer(
        **ConceptBrief.of(site, found.id).model_dump(),
        **own,
        broader=tuple(ConceptBrief.of(site, i) for i in found.broader if i in vocabulary),
        narrower=tuple(ConceptBrief.of(site, i) for i in vocabulary.narrower(found.id)),
        matches=tuple(Match(id=curie, address=expand(curie)) for curie in found.exact_match),
        found_with=tuple(_companions(site, found)),
        balance=_balance(site, found),
        search=site.search_for(found.id),
        forms=tuple(
            FormOf(label=f.label, media_type=f.mime, url=site.links.concept(found.id, f.suffix)) for f in CONCEPT_FORMS
        ),
    )


def _companions(site: Site, found: Concept) -> Iterator[Companions]:
    for name, both in found_with_each(site.atlas, found.id, COMPANIONS).items():
        yield Companions(scheme=name, concepts=tuple(ConceptBrief.of(site, one.concept_id, one.count) for one in both))


def _balance(site: Site, found: Concept) -> BalanceTold:
    weighed = balance(site.atlas, found.id)
    statuses = [c.id for c in site.atlas.vocabulary.of_scheme("pem-status")]
    by_pem = {status: counts for status in statuses if (counts := weighed.counts(status))}
    return BalanceTold(
        studies=len(weighed.studies),
        retracted=weighed.studies.retracted,
        counts=weighed.counts(),
        by_pem=by_pem,
        api=site.links.api(f"/concepts/{found.id}/balance"),
    )


def concept_balance(asked: Asked[BalanceAsked]) -> ConceptBalanceAnswer:
    """For and against: every study with a finding on a concept, or on a narrower one, with its verdict, the findings
    that it rests on, its evidence level, size and `pem-status`. Counting is not weighing."""
    site, own = asked.site, asked.own
    found = find_concept(site, asked.named["id"])
    weighed = balance(site.atlas, found.id).studies
    wanted = weighed.with_pem(own.pem) if own.pem else weighed
    return ConceptBalanceAnswer(
        concept=ConceptBrief.of(site, found.id),
        total=len(wanted),
        offset=min(own.offset, len(wanted)),
        counts=wanted.counts(),
        studies=tuple(_said(site, said) for said in wanted[own.offset : own.offset + own.limit]),
    )


def _said(site: Site, said: Said) -> SaidTold:
    study = site.atlas.studies[said.study]
    return SaidTold(
        study=StudyBrief.of(site, study),
        verdict=said.verdict,
        findings=said.findings,
        standings=tuple(finding_standing(site.atlas, study, number).standing for number in said.findings),
        level=said.level,
        participants=said.size,
        pem=str(said.pem),
        retracted=said.retracted,
    )
