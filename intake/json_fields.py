"""One JSON object -> a record, whichever of the forms it has: CSL, esummary, or a plain record of a download.

CSL: https://github.com/citation-style-language/schema (v1.0.2). A plain record has ``title``, ``abstract``, ``authors``
(a list of names), ``year`` or ``pub_year``, ``article_types`` and the like.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from entries.study import Author
from intake import names
from intake.dates import day_in, day_of, year_in
from intake.plain import squeezed
from intake.record import Origin, Record, Section

_SECTION_KEYS = ("label", "Label", "heading")


def record_of(item: Any, origin: Origin) -> Record:
    """The record of one object. Raises ValueError where it is none."""
    if not isinstance(item, dict):
        raise ValueError("this is no JSON object; write one with a title in braces")
    if "articleids" in item or "sorttitle" in item:
        return _summary(item, origin)
    if isinstance(item.get("author"), list) or "container-title" in item or "issued" in item:
        return _csl(item, origin)
    return _plain(item, origin)


def _plain(item: dict[str, Any], origin: Origin) -> Record:
    title, pmid, doi = (_text(item, key) for key in ("title", "pmid", "doi"))
    if not (title or pmid or doi):
        raise ValueError("it has no title, pmid or doi; give at least one")
    return Record(
        origin=origin,
        pmid=pmid,
        pmcid=_text(item, "pmcid"),
        doi=doi,
        title=title,
        journal=_text(item, "journal"),
        language=_text(item, "language"),
        volume=_text(item, "volume"),
        issue=_text(item, "issue", "number"),
        pages=_text(item, "pages"),
        year=year_in(_text(item, "year", "pub_year", "publication_date", "pubdate", "date")),
        published=day_of(item.get("pub_year"), item.get("pub_month"), item.get("pub_day"))
        or day_in(_text(item, "published", "publication_date", "pubdate", "date")),
        authors=tuple(_people(item.get("authors"))),
        abstract=tuple(_sections(item.get("abstract"))),
        publication_types=_list(item, "article_types", "publication_types"),
        mesh=_list(item, "mesh", "mesh_terms"),
        keywords=_list(item, "keywords"),
    )


def _csl(item: dict[str, Any], origin: Origin) -> Record:
    issued = item.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    day = [*parts[0], None, None][:3] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    written = _text(issued, "raw", "literal") if isinstance(issued, dict) else _text(item, "issued")
    genre = {"article": ("Preprint",)}.get(_text(item, "type") or "", ())
    return Record(
        origin=origin,
        pmid=_text(item, "PMID"),
        pmcid=_text(item, "PMCID"),
        doi=_text(item, "DOI"),
        title=_text(item, "title"),
        journal=_text(item, "container-title", "collection-title", "publisher"),
        language=_text(item, "language"),
        volume=_text(item, "volume"),
        issue=_text(item, "issue"),
        pages=_text(item, "page"),
        year=year_in(day[0]) if day else year_in(written),
        published=day_of(*day) if day else day_in(written),
        authors=tuple(_people(item.get("author"))),
        abstract=tuple(_sections(item.get("abstract"))),
        publication_types=genre,
        keywords=tuple(k for word in (_text(item, "keyword") or "").split(",") if (k := word.strip())),
    )


def _summary(item: dict[str, Any], origin: Origin) -> Record:
    if error := _text(item, "error"):
        raise ValueError(f"PubMed answered: {error}; ask for this PMID again")
    ids = {e.get("idtype"): _text(e, "value") for e in _objects(item.get("articleids"))}
    people = [e for e in _objects(item.get("authors")) if e.get("authtype") in ("Author", "CollectiveName", None)]
    return Record(
        origin=origin,
        pmid=ids.get("pubmed") or _text(item, "uid"),
        pmcid=ids.get("pmc"),
        doi=ids.get("doi"),
        title=_text(item, "title") or _text(item, "booktitle"),
        journal=_text(item, "fulljournalname", "source"),
        language=next(iter(_list(item, "lang")), None),
        volume=_text(item, "volume"),
        issue=_text(item, "issue"),
        pages=_text(item, "pages"),
        year=year_in(_text(item, "pubdate", "epubdate")),
        published=_summary_day(item),
        authors=tuple(
            a
            for e in people
            if (a := (names.group if e.get("authtype") == "CollectiveName" else names.author)(_text(e, "name")))
        ),
        publication_types=_list(item, "pubtype"),
    )


def _summary_day(item: dict[str, Any]) -> date | None:
    return day_in(_text(item, "epubdate")) or day_in(_text(item, "pubdate"))


def _text(item: Any, *keys: str) -> str | None:
    """The first of these fields that holds a text or a number; the first item of a list."""
    for key in keys:
        value = item.get(key)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str | int) and not isinstance(value, bool) and (text := squeezed(str(value))):
            return text
    return None


def _list(item: dict[str, Any], *keys: str) -> tuple[str, ...]:
    """The texts of the first of these fields that is a list, or a text with semicolons, each once."""
    for key in keys:
        value = item.get(key)
        listed = value.split(";") if isinstance(value, str) else value if isinstance(value, list) else []
        if found := tuple(dict.fromkeys(t for v in listed if isinstance(v, str) and (t := squeezed(v)))):
            return found
    return ()


def _objects(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _people(value: Any) -> Iterator[Author]:
    """Authors from names in one piece, or from objects with ``family``, ``given`` or ``literal``."""
    listed = value.split(";") if isinstance(value, str) else value if isinstance(value, list) else []
    alone = names.family_names_only(one for one in listed if isinstance(one, str))
    for one in listed:
        found = _person(one) if isinstance(one, dict) else names.author(one, alone) if isinstance(one, str) else None
        if found:
            yield found


def _person(one: dict[str, Any]) -> Author | None:
    family = " ".join(p for key in ("non-dropping-particle", "family") if (p := _text(one, key)))
    given = " ".join(p for key in ("given", "dropping-particle") if (p := _text(one, key)))
    if family:
        return names.person(family, given or None, _text(one, "suffix"), names.orcid(_text(one, "ORCID")))
    return names.author(_text(one, "literal", "name"))


def _sections(value: Any) -> Iterator[Section]:
    """Sections from a text, from a list of texts or labelled objects, or from an object of label -> text."""
    if isinstance(value, dict):
        value = [{"label": label, "text": text} for label, text in value.items()]
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and (text := _text(one, "text")):
            yield Section(label=_text(one, *_SECTION_KEYS), text=text)
        elif isinstance(one, str) and (text := squeezed(one)):
            yield Section(text=text)
