"""Files of tagged lines: MEDLINE (``PMID- 123``, .nbib) and RIS (``TY  - JOUR``), a record at a time.

Tags of MEDLINE: https://www.nlm.nih.gov/bsd/mms/medlineelements.html. RIS is parsed by rispy.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import rispy

from entries.study import Author
from intake import names
from intake.dates import day_in, year_in
from intake.plain import squeezed
from intake.record import Correction, Origin, ReadProblem, Record, Section
from intake.source import MAX_RECORD, SPOILT, TooLong, lines

_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) *- ?(.*)")
_PAGES = re.compile(r"(\S+?)-+(\S+)")
_ENCODING_MEND = "save the file as UTF-8"
_CUT = "download the file again; the records before this one are read"
# MEDLINE's tags of CommentsCorrections -> the names that they have in XML.
CORRECTIONS = {
    "CIN": "CommentIn",
    "CON": "CommentOn",
    "CRF": "CorrectedandRepublishedFrom",
    "CRI": "CorrectedandRepublishedIn",
    "DDIN": "DatasetIn",
    "ECF": "ExpressionOfConcernFor",
    "ECI": "ExpressionOfConcernIn",
    "EFR": "ErratumFor",
    "EIN": "ErratumIn",
    "ORI": "OriginalReportIn",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RPF": "RepublishedFrom",
    "RPI": "RepublishedIn",
    "RRF": "RetractedandRepublishedFrom",
    "RRI": "RetractedandRepublishedIn",
    "SPIN": "SummaryForPatientsIn",
    "UIN": "UpdateIn",
    "UOF": "UpdateOf",
}


def read_medline(path: Path) -> Iterator[Record | ReadProblem]:
    """Every record of a MEDLINE file, in order. A record begins at ``PMID-``, or behind an empty line."""
    return _read(path, "medline", re.compile(rb"PMID *- "), _medline)


def read_ris(path: Path) -> Iterator[Record | ReadProblem]:
    """Every reference of a RIS file, in order. A reference begins at ``TY  -``."""
    return _read(path, "ris", re.compile(rb"TY *- "), _ris)


def _read(
    path: Path, format: str, start: re.Pattern[bytes], parse: Callable[[str, Origin], Record]
) -> Iterator[Record | ReadProblem]:
    number = 0
    try:
        for number, block in enumerate(_blocks(path, start), 1):
            try:
                yield parse(block.decode(), Origin(format=format, path=str(path), number=number))
            except UnicodeDecodeError as error:
                wrong = f"the byte {block[error.start]:#04x} is not UTF-8"
                yield ReadProblem(str(path), number, wrong, _ENCODING_MEND)
            except (ValueError, rispy.parser.ParseError) as error:
                reason, _, mend = str(error).partition("; ")
                yield ReadProblem(str(path), number, reason[:200], mend or "export this record again")
    except (*SPOILT, TooLong) as error:
        yield ReadProblem(str(path), number + 1, f"the file cannot be read on: {error}", _CUT)


def _blocks(path: Path, start: re.Pattern[bytes]) -> Iterator[bytes]:
    """The lines of each record. What stands before the first one is handed out too: it may be one without start."""
    block: list[bytes] = []
    size = 0
    for line in lines(path):
        if start.match(line) and size:
            yield b"".join(block)
            block, size = [], 0
        if size or line.strip():
            block.append(line)
            size += len(line)
        if size > MAX_RECORD:
            raise TooLong(f"one record has more than {MAX_RECORD // 1024**2} MB")
    if size:
        yield b"".join(block)


def _medline(text: str, origin: Origin) -> Record:
    """The record of one block of MEDLINE lines. Raises ValueError where it has none of the tags of one."""
    tags = _tags(text)
    if not tags.keys() & {"PMID", "TI", "BTI", "AB", "DP"}:
        raise ValueError("these lines are no MEDLINE record; begin each record with a line 'PMID- '")
    one = {tag: values[0] for tag, values in tags.items()}
    dois = [value.split()[0] for tag in ("LID", "AID") for value in tags.get(tag, ()) if value.endswith("[doi]")]
    text_of_abstract = one.get("AB") or one.get("OAB")
    return Record(
        origin=origin,
        pmid=one.get("PMID"),
        pmcid=one.get("PMC"),
        doi=next(iter(dois), None),
        title=one.get("TI") or one.get("BTI") or one.get("TT"),
        journal=one.get("JT") or one.get("TA") or one.get("BTI"),
        language=one.get("LA"),
        volume=one.get("VI"),
        issue=one.get("IP"),
        pages=one.get("PG"),
        year=year_in(one.get("DP")) or year_in(one.get("DEP")),
        published=day_in(one.get("DEP")) or day_in(one.get("DP")),
        authors=tuple(_medline_authors(text)),
        abstract=(Section(text=text_of_abstract),) if text_of_abstract else (),
        publication_types=tuple(tags.get("PT", ())),
        mesh=tuple(dict.fromkeys(heading.split("/")[0].strip("*") for heading in tags.get("MH", ()))),
        keywords=tuple(dict.fromkeys(word.strip("*") for word in tags.get("OT", ()))),
        corrections=tuple(
            Correction(kind=kind, pmid=_pmid_at_end(value), citation=value)
            for tag, kind in CORRECTIONS.items()
            for value in tags.get(tag, ())
        ),
    )


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """(tag, value) of each tagged line, with the lines that go on with it."""
    tag, value = "", ""
    for line in text.splitlines():
        if found := _TAG.match(line):
            if tag:
                yield tag, value
            tag, value = found[1], found[2]
        elif tag:
            value = f"{value} {line.strip()}"
    if tag:
        yield tag, value


def _tags(text: str) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = defaultdict(list)
    for tag, value in _pairs(text):
        if cleaned := squeezed(value):
            tags[tag].append(cleaned)
    return dict(tags)


def _medline_authors(text: str) -> Iterator[Author]:
    """Authors by full name (FAU), with the ORCID behind them (AUID); by short name (AU) where there is no full one."""
    pairs = list(_pairs(text))
    full = any(tag == "FAU" for tag, _ in pairs)
    found: Author | None = None
    for tag, value in pairs:
        if tag == "AUID" and found and (known := names.orcid(value)):
            found = found.model_copy(update={"orcid": known})
        elif tag in (("FAU", "CN") if full else ("AU", "CN")):
            if found:
                yield found
            found = names.group(value) if tag == "CN" else names.author(value)
    if found:
        yield found


def _pmid_at_end(citation: str) -> str | None:
    found = re.search(r"PMID: *([0-9]+)", citation)
    return found[1] if found else None


def _ris(text: str, origin: Origin) -> Record:
    """The record of one block of RIS lines. Raises ValueError or rispy's ParseError where it is none."""
    if not re.search(r"(?m)^ER *-", text):
        text += "\nER  - \n"
    items: list[dict[str, Any]] = rispy.loads(text)
    if not items:
        raise ValueError("these lines are no RIS reference; begin each with 'TY  - ' and end it with 'ER  - '")
    item = items[0]
    journal = _first(
        item, "journal_name", "secondary_title", "alternate_title3", "alternate_title2", "alternate_title1"
    )
    when = _first(item, "date", "year", "publication_year")
    abstract = _first(item, "abstract", "notes_abstract")
    accession = _first(item, "accession_number", "id") or ""
    return Record(
        origin=origin,
        pmid=accession if re.fullmatch("[0-9]{1,9}", accession) and "nlm" in text.lower() else None,
        pmcid=_first(item, "custom2"),
        doi=_first(item, "doi"),
        title=_first(item, "title", "primary_title", "translated_title"),
        journal=journal,
        language=_first(item, "language"),
        volume=_first(item, "volume"),
        issue=_first(item, "number"),
        pages=_range(_first(item, "start_page"), _first(item, "end_page")),
        year=year_in(_first(item, "year", "publication_year")) or year_in(when),
        published=day_in(when),
        authors=names.authors(item.get("authors") or item.get("first_authors") or ()),
        abstract=(Section(text=abstract),) if abstract else (),
        publication_types=tuple(kind for kind in (_first(item, "type_of_work"),) if kind),
        keywords=tuple(dict.fromkeys(k for word in item.get("keywords", ()) if (k := squeezed(str(word))))),
    )


def _first(item: dict[str, Any], *keys: str) -> str | None:
    """The first of these fields that says something."""
    for key in keys:
        value = item.get(key)
        if text := squeezed(str(value[0] if isinstance(value, list) and value else value or "")):
            return text
    return None


def _range(start: str | None, end: str | None) -> str | None:
    """``101-109`` from its two ends, or from the first where a program has written both there."""
    if start and end and end != start and not _PAGES.fullmatch(start):
        return f"{start}-{end}"
    return start
