"""One ``PubmedArticle`` or ``PubmedBookArticle`` element -> a record.

Elements: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html (DTD of 2025).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from lxml.etree import Entity

from entries.study import Author
from intake.dates import day_of, year_in
from intake.names import group, orcid, person
from intake.plain import raised, squeezed
from intake.record import Correction, Origin, Record, Reference, Section

Element = Any  # lxml has no types of its own


def article(element: Element, origin: Origin) -> Record:
    """The record of a ``PubmedArticle``. Raises ValueError where it is none."""
    citation = element.find("MedlineCitation")
    work = None if citation is None else citation.find("Article")
    if work is None:
        raise ValueError("it has no MedlineCitation with an Article in it")
    data = element.find("PubmedData")
    ids = _ids(data)
    journal = work.find("Journal")
    issue = None if journal is None else journal.find("JournalIssue")
    printed = None if issue is None else issue.find("PubDate")
    electronic = work.find("ArticleDate")
    return Record(
        origin=origin,
        pmid=_text(citation.find("PMID")),
        pmcid=ids.get("pmc"),
        doi=ids.get("doi") or _electronic_doi(work),
        title=_text(work.find("ArticleTitle")) or _text(work.find("VernacularTitle")),
        journal=_journal(journal, citation),
        language=_text(work.find("Language")),
        volume=_of(issue, "Volume"),
        issue=_of(issue, "Issue"),
        pages=_pages(work),
        year=_year(printed) or _year(electronic),
        published=_day(electronic) or _day(printed),
        authors=_authors(_listed(work, "AuthorList")),
        abstract=_abstract(work.find("Abstract")) or _abstract(citation.find("OtherAbstract")),
        publication_types=_texts(_listed(work, "PublicationTypeList")),
        mesh=_texts(heading[0] for heading in _listed(citation, "MeshHeadingList") if len(heading)),
        keywords=_texts(citation.iterfind("KeywordList/Keyword")),
        references=tuple(_references(data)),
        corrections=tuple(_corrections(citation)),
    )


def book(element: Element, origin: Origin) -> Record:
    """The record of a ``PubmedBookArticle``: a book, or a chapter of one. Raises ValueError where it is none."""
    document = element.find("BookDocument")
    volume = None if document is None else document.find("Book")
    if volume is None:
        raise ValueError("it has no BookDocument with a Book in it")
    ids = {e.get("IdType"): _text(e) for e in document.iterfind("ArticleIdList/ArticleId")}
    whole = _text(volume.find("BookTitle"))
    writers = [*document.iterfind("AuthorList/Author")] or [*volume.iterfind("AuthorList/Author")]
    day = volume.find("PubDate")
    return Record(
        origin=origin,
        pmid=_text(document.find("PMID")),
        pmcid=ids.get("pmc"),
        doi=ids.get("doi"),
        title=_text(document.find("ArticleTitle")) or whole,
        journal=whole,
        language=_text(document.find("Language")),
        volume=_of(volume, "Volume"),
        year=_year(day) or _year(document.find("ContributionDate")),
        published=_day(document.find("ContributionDate")) or _day(day),
        authors=_authors(writers),
        abstract=_abstract(document.find("Abstract")),
        publication_types=_texts(document.iterfind("PublicationType")) or ("Book",),
        keywords=_texts(document.iterfind("KeywordList/Keyword")),
        references=tuple(_references(document)),
    )


def _text(element: Element | None) -> str | None:
    """All text inside an element; a raised power stays one. Raises ValueError where an entity stands in it."""
    if element is None:
        return None
    if not len(element):
        return squeezed(element.text)
    return squeezed("".join(_parts(element)))


def _parts(element: Element) -> Iterator[str]:
    before = element.text or ""
    yield before
    for child in element:
        if child.tag is Entity:
            raise ValueError(f"the entity {child.text[:60]} is not expanded; write the character itself")
        inner = "".join(_parts(child))
        yield raised(inner, before) if child.tag == "sup" else inner
        before = child.tail or ""
        yield before


def _listed(parent: Element, name: str) -> Iterable[Element]:
    """The items of a list element, none where there is no such list."""
    found = parent.find(name)
    return () if found is None else found


def _texts(elements: Iterable[Element]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for element in elements if (text := _text(element))))


def _of(parent: Element | None, name: str) -> str | None:
    return None if parent is None else _text(parent.find(name))


def _ids(data: Element | None) -> dict[str, str]:
    """Identifiers of the article itself; a reference list has lists of its own."""
    if data is None:
        return {}
    pairs = ((e.get("IdType"), squeezed(e.text)) for e in _listed(data, "ArticleIdList"))
    return {kind: value for kind, value in pairs if kind and value}


def _electronic_doi(work: Element) -> str | None:
    for place in work.iterfind("ELocationID"):
        if place.get("EIdType") == "doi" and place.get("ValidYN") != "N":
            return squeezed(place.text)
    return None


def _journal(journal: Element | None, citation: Element) -> str | None:
    return (
        _of(journal, "Title")
        or _of(journal, "ISOAbbreviation")
        or squeezed(citation.findtext("MedlineJournalInfo/MedlineTA"))
    )


def _pages(work: Element) -> str | None:
    pagination = work.find("Pagination")
    if pagination is None:
        return next((squeezed(e.text) for e in work.iterfind("ELocationID") if e.get("EIdType") == "pii"), None)
    if written := _of(pagination, "MedlinePgn"):
        return written
    return "-".join(_texts([e for e in pagination if e.tag in ("StartPage", "EndPage")])) or None


def _year(day: Element | None) -> int | None:
    if day is None:
        return None
    return year_in(day.findtext("Year") or day.findtext("MedlineDate"))


def _day(day: Element | None) -> date | None:
    if day is None:
        return None
    return day_of(day.findtext("Year"), day.findtext("Month"), day.findtext("Day"))


def _authors(elements: Iterable[Element]) -> tuple[Author, ...]:
    return tuple(a for e in elements if e.get("ValidYN") != "N" and (a := _author(e)) is not None)


def _author(element: Element) -> Author | None:
    parts = {child.tag: child for child in element}
    if "LastName" not in parts:
        return group(_text(parts.get("CollectiveName")))
    identifier = parts.get("Identifier")
    given = parts.get("ForeName", parts.get("Initials"))
    known = None if identifier is None or identifier.get("Source") != "ORCID" else orcid(identifier.text)
    return person(_text(parts["LastName"]), _text(given), _text(parts.get("Suffix")), known)


def _abstract(element: Element | None) -> tuple[Section, ...]:
    if element is None:
        return ()
    return tuple(
        Section(label=squeezed(part.get("Label")), text=text)
        for part in element.iterfind("AbstractText")
        if (text := _text(part))
    )


def _references(data: Element | None) -> Iterator[Reference]:
    for item in () if data is None else data.iter("Reference"):
        citation, ids = None, {}
        for child in item:
            if child.tag == "Citation":
                citation = _text(child)
            elif child.tag == "ArticleIdList":
                ids = {e.get("IdType"): squeezed(e.text) for e in child}
        if ids or citation:
            yield Reference(pmid=ids.get("pubmed"), doi=ids.get("doi"), citation=citation)


def _corrections(citation: Element) -> Iterator[Correction]:
    for item in _listed(citation, "CommentsCorrectionsList"):
        if kind := item.get("RefType"):
            yield Correction(kind=kind, pmid=_of(item, "PMID"), citation=_of(item, "RefSource"))
