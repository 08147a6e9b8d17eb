"""The paper: a publication with authors, journal and identifiers, as distinct from the study that it reports."""

from collections.abc import Iterator

from entries.addresses import doi_url, pmc_url, pubmed_url
from entries.study import Author, Notice, NoticeKind, Study
from graph.namespaces import term
from graph.ontology import A
from graph.rdf_context import Context, slug
from graph.terms import Term, Triple, iri, text, year

ARTICLE = term("schema:MedicalScholarlyArticle")
SAME = term("schema:sameAs")
_PASSIVE = {
    NoticeKind.RETRACTED: term("cito:isRetractedBy"),
    NoticeKind.PARTLY_RETRACTED: term("cito:isRetractedBy"),
    NoticeKind.CORRECTED: term("cito:isCorrectedBy"),
}
PERSON_FIELDS = {"family": term("foaf:familyName"), "given": term("foaf:givenName")}
PLAIN_FIELDS = {
    "doi": term("bibo:doi"),
    "pmid": term("bibo:pmid"),
    "pmcid": term("fabio:hasPubMedCentralId"),
    "volume": term("bibo:volume"),
    "issue": term("bibo:issue"),
    "pages": term("bibo:pages"),
    "journal": term("prism:publicationName"),
}


def paper_triples(context: Context, study: Study) -> Iterator[Triple]:
    """Everything about the publication of a study."""
    names = context.names
    paper = names.part(study.id, "paper")
    yield paper, A, ARTICLE
    yield paper, A, term("fabio:JournalArticle") if study.journal else term("fabio:Article")
    yield paper, term("dcterms:title"), text(study.title)
    yield paper, term("schema:about"), names.study(study.id)
    yield paper, term("dcterms:issued"), year(study.year)
    yield paper, context.ev["peerReview"], names.concept(study.peer_review)
    for field, predicate in PLAIN_FIELDS.items():
        value = getattr(study, field)
        if value:
            yield paper, predicate, text(value)
    for address in addresses(study):
        yield paper, SAME, iri(address)
    yield from _journal(context, study, paper)
    yield from _authors(context, study, paper)
    yield from _notices(context, study, paper)


def addresses(study: Study | Notice) -> Iterator[str]:
    """Where else the paper, or a notice on it, is known: DOI, PubMed, PubMed Central."""
    if study.doi:
        yield doi_url(study.doi)
    if study.pmid:
        yield pubmed_url(study.pmid)
    if isinstance(study, Study) and study.pmcid:
        yield pmc_url(study.pmcid)


def _notices(context: Context, study: Study, paper: Term) -> Iterator[Triple]:
    """What was published about the paper: a node each, and CiTO's own terms where the notice has an identifier."""
    for number, notice in enumerate(study.notices, 1):
        node = context.names.part(study.id, f"notice-{number}")
        yield paper, context.ev["notice"], node
        yield node, A, context.ev["Notice"]
        yield node, context.ev["noticeKind"], text(notice.kind.value)
        if notice.citation:
            yield node, term("dcterms:bibliographicCitation"), text(notice.citation)
        for name, value in (("bibo:pmid", notice.pmid), ("bibo:doi", notice.doi)):
            if value:
                yield node, term(name), text(value)
        for address in addresses(notice):
            yield node, SAME, iri(address)
            if predicate := _PASSIVE.get(notice.kind):
                yield paper, predicate, iri(address)


def _journal(context: Context, study: Study, paper: Term) -> Iterator[Triple]:
    if not study.journal:
        return
    journal = context.names.dataset_part(f"journal-{slug(study.journal)}")
    yield paper, term("dcterms:isPartOf"), journal
    yield journal, A, term("fabio:Journal")
    yield journal, term("dcterms:title"), text(study.journal)


def _authors(context: Context, study: Study, paper: Term) -> Iterator[Triple]:
    """Authors twice: unordered for queries, and as a sequence, since their order means something.

    A person has an address of its own only with an ORCID; two papers by a "Wang, Y" do not make one person.
    """
    sequence = context.names.part(study.id, "authors")
    people = [author_iri(context, study, number) for number in range(1, len(study.authors) + 1)]
    for person in dict.fromkeys(people):
        yield paper, term("dcterms:creator"), person
    yield paper, term("bibo:authorList"), sequence
    yield sequence, A, term("rdf:Seq")
    for number, person in enumerate(people, 1):
        yield sequence, term(f"rdf:_{number}"), person
    for person, author in zip(people, study.authors, strict=True):
        yield from _author(person, author)


def author_iri(context: Context, study: Study, number: int) -> Term:
    """The author's ORCID address, or a part of the study's description. ``number`` counts from 1."""
    author = study.authors[number - 1]
    if author.orcid:
        return iri(f"https://orcid.org/{author.orcid}")
    return context.names.part(study.id, f"author-{number}")


def _author(person: Term, author: Author) -> Iterator[Triple]:
    yield person, A, term("foaf:Group") if author.literal else term("foaf:Person")
    yield person, term("foaf:name"), text(author.name)
    for field, predicate in PERSON_FIELDS.items():
        value = getattr(author, field)
        if value:
            yield person, predicate, text(value)
