"""What a study's page says in its head to search engines and reference managers: schema.org, and ``citation_`` tags."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from entries import citation
from entries.study import Author, Study
from explorer.signposting import schema_type
from explorer.site import Site
from graph.rdf_paper import addresses


@dataclass(frozen=True, slots=True)
class StudyHead:
    """Names and contents of ``meta`` elements about the paper, and the JSON-LD about paper, study and entry."""

    tags: tuple[tuple[str, str], ...]
    json_ld: dict[str, Any]


def study_head(site: Site, study: Study) -> StudyHead:
    """Put the head of a study's page together."""
    return StudyHead(tuple(_tags(study)), {"@context": "https://schema.org", "@graph": list(_nodes(site, study))})


def _tags(study: Study) -> Iterator[tuple[str, str]]:
    """The paper as Highwire Press has it, which Google Scholar and Zotero read."""
    yield "citation_title", study.title
    for author in study.authors:
        yield "citation_author", author.name
    yield "citation_publication_date", str(study.year)
    first, last = citation.first_and_last(study.pages)
    told = {
        "journal_title": study.journal,
        "volume": study.volume,
        "issue": study.issue,
        "firstpage": first,
        "lastpage": last,
        "doi": study.doi,
        "pmid": study.pmid,
    }
    for name, value in told.items():
        if value:
            yield f"citation_{name}", value


def _nodes(site: Site, study: Study) -> Iterator[dict[str, Any]]:
    config = site.atlas.config
    address = f"{config.base_iri}studies/{study.id}"
    yield {
        "@type": "AboutPage",
        "@id": f"{address}#graph",
        "url": address,
        "name": study.title,
        "inLanguage": config.language,
        "license": config.licence,
        "dateModified": study.updated.isoformat(),
        "publisher": {"@type": "Organization", "name": config.publisher},
        "isPartOf": {"@type": "Dataset", "@id": f"{config.base_iri}dataset", "name": config.title}
        | {"description": config.description, "license": config.licence, "url": f"{config.base_iri}downloads"},
        "mainEntity": {"@id": address},
    }
    yield {
        "@type": list(dict.fromkeys(("MedicalStudy", schema_type(site, study)))),
        "@id": address,
        "name": study.title,
        "description": study.summary,
        "healthCondition": {"@type": "MedicalCondition", "name": config.disease.name},
        "subjectOf": {"@id": f"{address}#paper"},
    }
    yield _paper(site, study, f"{address}#paper")


def _paper(site: Site, study: Study, address: str) -> dict[str, Any]:
    paper: dict[str, Any] = {
        "@type": "MedicalScholarlyArticle",
        "@id": address,
        "headline": study.title,
        "author": [_person(author) for author in study.authors],
        "datePublished": str(study.year),
        "isPartOf": _journal(study),
        "pagination": study.pages,
        "identifier": [*_identifiers(study)],
        "sameAs": [*addresses(study)],
        "about": [_term(site, concept) for concept in study.tags.all()],
    }
    return {name: value for name, value in paper.items() if value}


def _person(author: Author) -> dict[str, Any]:
    if author.literal:
        return {"@type": "Organization", "name": author.literal}
    person = {"@type": "Person", "name": author.name, "familyName": author.family, "givenName": author.given}
    if author.orcid:
        person["@id"] = f"https://orcid.org/{author.orcid}"
    return {name: value for name, value in person.items() if value}


def _journal(study: Study) -> dict[str, Any] | None:
    """The journal, with the volume and the issue around it as schema.org nests them."""
    if not study.journal:
        return None
    inside: dict[str, Any] = {"@type": "Periodical", "name": study.journal}
    for kind, name, value in (
        ("PublicationVolume", "volumeNumber", study.volume),
        ("PublicationIssue", "issueNumber", study.issue),
    ):
        if value:
            inside = {"@type": kind, name: value, "isPartOf": inside}
    return inside


def _identifiers(study: Study) -> Iterator[dict[str, str]]:
    for name, value in (("DOI", study.doi), ("PMID", study.pmid), ("PMCID", study.pmcid)):
        if value:
            yield {"@type": "PropertyValue", "propertyID": name, "value": value}


def _term(site: Site, concept: str) -> dict[str, str]:
    return {
        "@type": "DefinedTerm",
        "@id": f"{site.atlas.config.base_iri}concepts/{concept}",
        "name": site.atlas.vocabulary.label(concept),
        "termCode": concept,
    }
