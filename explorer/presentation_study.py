"""A study's page as one object."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from entries import addresses, citation
from entries.study import Basis, Finding, Link, Study
from explorer.forms import CITATIONS, STUDY_FORMS, Offered, offered
from explorer.presentation import DIRECTIONS, PEM, RELATIONS, UNREVIEWED, Badge, Chosen, Words
from explorer.presentation_facts import facts, history
from explorer.presentation_head import StudyHead, study_head
from explorer.presentation_standing import StandingView, study_standings
from explorer.presentation_warned import WarningView, banners
from explorer.site import Site
from graph.related import Related, related

BASIS = {
    Basis.QUOTED: "quoted from the paper",
    Basis.COMPUTED: "worked out by this atlas from the paper's figures",
    Basis.STATED: "as the paper states it",
}
WHERE = {"across", "along", "among", "between", "by", "over", "within"}  # "compared within patients"
RELATED = 6
AUTHORS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding; ``number`` is its anchor, ``finding-<number>``, the same as in the RDF."""

    number: int
    text: str
    direction: Words | None
    fine: tuple[str, ...]  # comparison, statistic, basis
    quote: str
    location: str
    concepts: tuple[Chosen, ...]
    standing: StandingView


@dataclass(frozen=True, slots=True)
class DefinitionView:
    """A case definition that the study used, and how it treats PEM."""

    label: str
    url: str
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class PemView:
    """The PEM badge with its reason."""

    badge: Badge
    meaning: str
    reason: str
    conflict: str
    scheme: str
    what_it_says: str
    definitions: tuple[DefinitionView, ...]


@dataclass(frozen=True, slots=True)
class CitationView:
    """How to cite the paper, and this atlas's reading of it."""

    formatted: str
    texts: tuple[tuple[str, str, str, str], ...]  # (label, id, text, download address)
    snapshot: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """A tie to another study: its words, the study, a note."""

    words: str
    title: str
    url: str
    by: str
    note: str
    compare_url: str


@dataclass(frozen=True, slots=True)
class RelatedView:
    """A study that shares something particular with this one."""

    title: str
    url: str
    by: str
    reason: str
    compare_url: str


@dataclass(frozen=True, slots=True)
class StudyPage:
    """Everything that ``study.html`` shows."""

    study: Study
    head: StudyHead
    title: str
    authors: str
    more_authors: str
    badges: tuple[Badge, ...]
    paper: tuple[Chosen, ...]
    warnings: tuple[WarningView, ...]
    draft_note: str
    findings: tuple[FindingView, ...]
    tags: tuple[tuple[str, tuple[Chosen, ...]], ...]
    facts: tuple[tuple[str, str, str], ...]  # (label, text, address or "")
    history: tuple[tuple[str, str], ...]
    pem: PemView | None
    citation: CitationView
    links: tuple[LinkView, ...]
    related: tuple[RelatedView, ...]
    set_aside: int
    is_aside: bool
    forms: tuple[Offered, ...]
    picture_url: str
    standing: StandingView
    contact: str
    contact_url: str


def study_page(site: Site, study: Study, today: date) -> StudyPage:
    """Put the page of one study together."""
    names = [a.name for a in study.authors]
    links = tuple(_links(site, study))
    back = tuple(_links_back(site, study))
    near = _related_to(site, study)
    kept = site.remains.kept(r.study_id for r in near)
    stands, each = study_standings(site, study)
    return StudyPage(
        study=study,
        head=study_head(site, study),
        title=study.title,
        authors="; ".join(names[:AUTHORS_SHOWN]),
        more_authors="; ".join(names[AUTHORS_SHOWN:]),
        badges=site.badges.full(study),
        paper=tuple(_paper(study)),
        warnings=banners(site, study),
        draft_note=_draft_note(site, study),
        findings=tuple(_finding(site, *one) for one in zip(count(1), study.findings, each, strict=False)),
        tags=tuple(_tags(site, study)),
        facts=tuple(facts(site, study)),
        history=tuple(history(site, study)),
        pem=_pem(site, study),
        citation=_citation(site, study, today),
        links=links + back,
        related=tuple(_related(site, study.id, r) for r in near if r.study_id in kept),
        set_aside=len(near) - len(kept),
        is_aside=not site.remains.keeps(study.id),
        forms=offered(STUDY_FORMS, site.links.study(study.id)),
        picture_url=site.links.study_picture(study.id),
        standing=stands,
        contact=site.atlas.config.contact or "",
        contact_url=_contact_url(site.atlas.config.contact or ""),
    )


def _contact_url(contact: str) -> str:
    """Where to write: a web address as it is, an e-mail address as a link; empty for anything else."""
    if contact.startswith(("https://", "http://")):
        return contact
    is_mail = "@" in contact and not any(c.isspace() or c in "<>?&" for c in contact)
    return f"mailto:{contact}" if is_mail else ""


def _paper(study: Study) -> Iterator[Chosen]:
    if study.doi:
        yield Chosen(f"DOI {study.doi}", addresses.doi_url(study.doi))
    if study.pmid:
        yield Chosen(f"PubMed {study.pmid}", addresses.pubmed_url(study.pmid))
    if study.pmcid:
        yield Chosen(f"Full text {study.pmcid}", addresses.pmc_url(study.pmcid))


def _draft_note(site: Site, study: Study) -> str:
    """What the reader should know of who wrote this entry; empty after a review."""
    if study.review.status != UNREVIEWED:
        return ""
    concept = site.atlas.vocabulary.get(UNREVIEWED)
    return concept.definition if concept else ""


def _finding(site: Site, place: int, finding: Finding, stands: StandingView) -> FindingView:
    return FindingView(
        number=place,
        text=finding.text,
        direction=DIRECTIONS[finding.direction] if finding.direction else None,
        fine=tuple(fine_print(finding)),
        quote=finding.quote or "",
        location=finding.location or "",
        concepts=tuple(_concept(site, c) for c in finding.concepts),
        standing=stands,
    )


def fine_print(finding: Finding) -> Iterator[str]:
    """What stands in small print below a finding: comparison, statistic, basis, place."""
    if finding.comparison:
        begins, _, rest = finding.comparison.partition(" ")
        told = f"{begins.lower()} {rest}" if begins.lower() in WHERE else f"with {finding.comparison}"
        yield f"compared {told}"
    if finding.statistic:
        yield finding.statistic
    yield BASIS[finding.basis]
    if finding.location and not finding.quote:
        yield finding.location


def _concept(site: Site, concept_id: str) -> Chosen:
    return Chosen(site.atlas.vocabulary.label(concept_id), site.links.concept(concept_id))


def _tags(site: Site, study: Study) -> Iterator[tuple[str, tuple[Chosen, ...]]]:
    for scheme in site.atlas.config.tags:
        if chosen := study.tags.of(scheme):
            yield site.atlas.vocabulary.schemes[scheme].plural, tuple(_concept(site, c) for c in chosen)


def _pem(site: Site, study: Study) -> PemView | None:
    badges = site.badges.pem(study)
    scheme = site.atlas.vocabulary.schemes.get(PEM)
    if not badges or scheme is None:
        return None
    badge = site.atlas.badge(study)
    return PemView(
        badge=badges[0],
        meaning=site.atlas.vocabulary[str(badge.status)].plain,
        reason=badge.reason,
        conflict=badge.conflict or "",
        scheme=scheme.label,
        what_it_says=scheme.definition,
        definitions=tuple(_definition(site, i) for i in study.case_definition.ids),
    )


def _definition(site: Site, concept_id: str) -> DefinitionView:
    concept = site.atlas.vocabulary.get(concept_id)
    rule = (concept.pem if concept else None) or "ambiguous"
    source = (concept.source if concept else None) or ""
    return DefinitionView(site.atlas.vocabulary.label(concept_id), site.links.concept(concept_id), rule, source)


def _citation(site: Site, study: Study, today: date) -> CitationView:
    texts = {
        "bibtex": citation.bibtex([study]).strip(),
        "ris": citation.ris([study]).strip(),
        "csl": json.dumps(citation.csl(study), ensure_ascii=False, indent=2),
    }
    address = f"{site.atlas.config.base_iri}studies/{study.id}"
    return CitationView(
        formatted=citation.formatted(study),
        texts=tuple((f.label, f.name, texts[f.name], site.links.study(study.id, f.suffix)) for f in CITATIONS),
        snapshot=citation.snapshot_reference(study, site.atlas.config, address, today),
    )


def _links(site: Site, study: Study) -> Iterator[LinkView]:
    for link in study.links:
        yield _link(site, study.id, RELATIONS[link.relation][0], link.study, link)


def _links_back(site: Site, study: Study) -> Iterator[LinkView]:
    for source, link in site.atlas.links_to(study.id):
        yield _link(site, study.id, RELATIONS[link.relation][1], source, link)


def _link(site: Site, own: str, words: str, other: str, link: Link) -> LinkView:
    study = site.atlas.studies.get(other)
    if study is None:  # an entry with errors is not served; its id still says what was meant
        return LinkView(words, other, "", "", link.note or "", "")
    url, beside = site.links.study(other), site.links.side_by_side((own, other))
    return LinkView(words, study.title, url, f"{study.byline} {study.year}", link.note or "", beside)


def _related_to(site: Site, study: Study) -> Sequence[Related]:
    return related(site.atlas, study.id, limit=RELATED)


def _related(site: Site, own: str, found: Related) -> RelatedView:
    title, byline, year = site.atlas.heading(found.study_id)
    reason = found.reason[:1].upper() + found.reason[1:]
    beside = site.links.side_by_side((own, found.study_id))
    return RelatedView(title, site.links.study(found.study_id), f"{byline} {year}", reason, beside)
