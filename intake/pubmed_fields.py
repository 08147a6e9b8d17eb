"""One ``PubmedArticle`` or ``PubmedBookArticle`` element -> a record.

Elements: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html (DTD of 2025).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from lxml.etree import Entity

from intake.dates import day_of, year_in
from intake.names import group_fields, orcid, person_fields
from intake.plain import raised, squeezed
from intake.record import Origin, Record

Element = Any  # lxml has no types of its own
Fields = dict[str, str | None]
_NAMES = {"pubmed": "pmid", "doi": "doi"}  # IdType -> field
_DAY = ("Year", "Month", "Day")
_DAYS = frozenset(_DAY)
_LONG = 200  # characters: an abstract
_UNUSUAL = "\n\t\r\x7f"  # what an ASCII text can hold in XML beside printable characters


def article(element: Element, origin: Origin) -> Record:
    """The record of a ``PubmedArticle``. Raises ValueError where it is none."""
    citation = _children(element.find("MedlineCitation"))
    work = _children(citation.get("Article"))
    if not work:
        raise ValueError("it has no MedlineCitation with an Article in it")
    data = element.find("PubmedData")
    ids = _ids(data)
    journal = _children(work.get("Journal"))
    issue = _children(journal.get("JournalIssue"))
    printed, electronic = _children(issue.get("PubDate")), _children(work.get("ArticleDate"))
    return _record(
        origin=origin,
        pmid=_text(citation.get("PMID")),
        pmcid=ids.get("pmc"),
        doi=ids.get("doi") or _electronic_doi(citation["Article"]),
        title=_text(work.get("ArticleTitle")) or _text(work.get("VernacularTitle")),
        journal=_text(journal.get("Title")) or _text(journal.get("ISOAbbreviation")) or _short_name(citation),
        language=_text(work.get("Language")),
        volume=_text(issue.get("Volume")),
        issue=_text(issue.get("Issue")),
        pages=_pages(work.get("Pagination")) or _electronic_page(citation["Article"]),
        year=_year(printed) or _year(electronic),
        published=_day(electronic) or _day(printed),
        authors=_authors(work.get("AuthorList")),
        abstract=_abstract(work.get("Abstract")) or _abstract(citation.get("OtherAbstract")),
        publication_types=_texts(_items(work.get("PublicationTypeList"))),
        mesh=_texts(heading[0] for heading in _items(citation.get("MeshHeadingList")) if len(heading)),
        keywords=_texts(word for words in citation["Article"].itersiblings("KeywordList") for word in words),
        references=_references(data),
        corrections=[*_corrections(citation.get("CommentsCorrectionsList"))],
    )


def book(element: Element, origin: Origin) -> Record:
    """The record of a ``PubmedBookArticle``: a book, or a chapter of one. Raises ValueError where it is none."""
    document = _children(element.find("BookDocument"))
    volume = _children(document.get("Book"))
    if not volume:
        raise ValueError("it has no BookDocument with a Book in it")
    ids = _ids(element.find("BookDocument"))
    whole = _text(volume.get("BookTitle"))
    day, contributed = _children(volume.get("PubDate")), _children(document.get("ContributionDate"))
    return _record(
        origin=origin,
        pmid=_text(document.get("PMID")),
        pmcid=ids.get("pmc"),
        doi=ids.get("doi"),
        title=_text(document.get("ArticleTitle")) or whole,
        journal=whole,
        language=_text(document.get("Language")),
        volume=_text(volume.get("Volume")),
        pages=_pages(document.get("Pagination")),
        year=_year(day) or _year(contributed),
        published=_day(contributed) or _day(day),
        authors=_authors(document.get("AuthorList")) or _authors(volume.get("AuthorList")),
        abstract=_abstract(document.get("Abstract")),
        publication_types=_texts(element.iterfind("BookDocument/PublicationType")) or ("Book",),
        keywords=_texts(_items(document.get("KeywordList"))),
        references=_references(element.find("BookDocument")),
    )


def _children(element: Element | None) -> dict[str, Element]:
    """The children by their tags, the first of each; one look instead of a search for each."""
    return {} if element is None else {child.tag: child for child in element.iterchildren(reversed=True)}


def _items(element: Element | None) -> Iterable[Element]:
    return () if element is None else element


def _record(**fields: Any) -> Record:
    """The record of these fields; its parts are given as mappings, which pydantic reads three times as fast."""
    return Record.model_validate(fields)


def _text(element: Element | None) -> str | None:
    """All text inside an element; a raised power stays one. Raises ValueError where an entity stands in it."""
    if element is None:
        return None
    if len(element):
        return squeezed(_raw(element))
    text = element.text
    if text and len(text) > _LONG and text.isascii() and not any(c in text for c in _UNUSUAL):
        return text.strip() or None  # looking for double spaces takes longer than all else; normalise does it once
    if text and text.isprintable() and "  " not in text:  # nearly every other; squeezed() is a call more
        return text.strip() or None
    return squeezed(text)


def _raw(element: Element) -> str | None:
    """The text inside an element as it stands there."""
    return "".join(_parts(element)) if len(element) else element.text


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


def _texts(elements: Iterable[Element]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for element in elements if (text := _text(element))))


def _ids(parent: Element | None) -> dict[str, str]:
    """Identifiers of the publication itself; a reference list has lists of its own."""
    listed = None if parent is None else parent.find("ArticleIdList")
    pairs = ((e.get("IdType"), squeezed(e.text)) for e in _items(listed))
    return {kind: value for kind, value in pairs if kind and value}


def _electronic_doi(work: Element) -> str | None:
    for place in work.iterfind("ELocationID"):
        if place.get("EIdType") == "doi" and place.get("ValidYN") != "N":
            return squeezed(place.text)
    return None


def _electronic_page(work: Element) -> str | None:
    return next((squeezed(e.text) for e in work.iterfind("ELocationID") if e.get("EIdType") == "pii"), None)


def _short_name(citation: dict[str, Element]) -> str | None:
    return _text(_children(citation.get("MedlineJournalInfo")).get("MedlineTA"))


def _pages(pagination: Element | None) -> str | None:
    parts = _children(pagination)
    ends = (_text(parts.get("StartPage")), _text(parts.get("EndPage")))
    return _text(parts.get("MedlinePgn")) or "-".join(end for end in ends if end) or None


def _year(day: dict[str, Element]) -> int | None:
    return year_in(_text(day.get("Year")) or _text(day.get("MedlineDate"))) if day else None


def _day(day: dict[str, Element]) -> date | None:
    return day_of(*(day[name].text for name in _DAY)) if len(day) >= 3 and day.keys() >= _DAYS else None


def _authors(listed: Element | None) -> list[Fields]:
    return [a for e in _items(listed) if e.get("ValidYN") != "N" and (a := _author(e)) is not None]


def _author(element: Element) -> Fields | None:
    parts = {child.tag: child for child in element.iterchildren(reversed=True)}
    if "LastName" not in parts:
        return group_fields(_text(parts.get("CollectiveName")))
    identifier = parts.get("Identifier")
    given = parts.get("ForeName", parts.get("Initials"))
    known = None if identifier is None or identifier.get("Source") != "ORCID" else orcid(identifier.text)
    suffix = parts.get("Suffix")
    return person_fields(
        _raw(parts["LastName"]),
        None if given is None else _raw(given),
        None if suffix is None else _raw(suffix),
        known,
    )


def _abstract(element: Element | None) -> list[Fields]:
    texts = [part for part in _items(element) if part.tag == "AbstractText"]
    return [{"label": squeezed(part.get("Label")), "text": text} for part in texts if (text := _text(part))]


def _references(data: Element | None) -> list[Fields]:
    """One flat walk through the lists: they hold half of all the elements of a record."""
    found: list[Fields] = []
    current: Fields = {}  # what stands before the first reference belongs to none
    for listed in () if data is None else data.iterchildren("ReferenceList"):
        for element in listed.iter("Reference", "Citation", "ArticleId"):
            tag = element.tag
            if tag == "ArticleId":
                if name := _NAMES.get(element.get("IdType")):
                    current[name] = squeezed(element.text)
            elif tag == "Citation":
                current["citation"] = _text(element)
            else:
                current = {}
                found.append(current)
    return [one for one in found if one]


def _corrections(listed: Element | None) -> Iterator[Fields]:
    for item in _items(listed):
        if kind := item.get("RefType"):
            parts = _children(item)
            yield {"kind": kind, "pmid": _text(parts.get("PMID")), "citation": _text(parts.get("RefSource"))}
