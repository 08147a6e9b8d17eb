"""One form for what sources write in many: titles, names, journals, pages, languages, identifiers, sections.

Pure: a record in, a record out. :func:`changes` tells what was changed, for a person to look at.
"""

import re
from collections.abc import Iterable

from entries.study import Author
from intake import identifiers
from intake.abstracts import sections
from intake.names import PARTICLES
from intake.plain import plain
from intake.record import Correction, Decision, Record, Reference

_BRACKETED = re.compile(r"\[(.*)\]\.?")
_ABBREVIATED = re.compile(r"(?:\.\.|\b(?:[A-Z]|et al|vs|etc|spp|Jr|Inc|Ltd|U\.S))\.$")
_RANGE = re.compile(r"([A-Za-z]*)([0-9]+)\s*[-–—‐‑]+\s*([A-Za-z]*)([0-9]+)")
_LANGUAGES = {
    "en": "eng", "de": "ger", "fr": "fre", "es": "spa", "it": "ita", "pt": "por", "nl": "dut", "ja": "jpn", "zh": "chi",
    "ru": "rus", "pl": "pol", "no": "nor", "nb": "nor", "da": "dan", "sv": "swe", "fi": "fin", "cs": "cze", "hu": "hun",
    "ko": "kor", "tr": "tur", "el": "gre", "english": "eng", "german": "ger", "french": "fre",
    "spanish": "spa", "italian": "ita", "portuguese": "por", "dutch": "dut", "japanese": "jpn", "chinese": "chi",
    "russian": "rus", "polish": "pol", "norwegian": "nor", "danish": "dan", "swedish": "swe", "deu": "ger",
    "fra": "fre", "nld": "dut", "zho": "chi", "ces": "cze", "ell": "gre",
}  # fmt: skip
_ADDITION = re.compile(r" [:=] (?![^()]*\))")  # not the one in "(San Diego, Calif. : 1997)"
_LISTS = ("publication_types", "mesh", "keywords")


def normalise(record: Record) -> Record:
    """The record in one form; what is no identifier, no name or no abstract is None or left out. Idempotent."""
    doi = identifiers.doi(record.doi)
    return record.model_copy(
        update={
            "pmid": identifiers.pmid(record.pmid),
            "pmcid": identifiers.pmcid(record.pmcid),
            "doi": doi,
            "title": title(record.title),
            "journal": journal(record.journal),
            "language": language(record.language),
            "volume": plain(record.volume),
            "issue": plain(record.issue),
            "pages": pages(record.pages),
            "year": record.year or (record.published.year if record.published else None),
            "authors": authors(record.authors),
            "abstract": sections(record.abstract),
            "references": tuple(_reference(r) for r in record.references),
            "corrections": tuple(_correction(c) for c in record.corrections),
            **{name: _each_once(getattr(record, name)) for name in _LISTS},
        }
    )


def changes(before: Record, after: Record) -> tuple[Decision, ...]:
    """One decision for each field that :func:`normalise` changed: its name, and what it was."""
    return tuple(
        Decision(name=f"normalise.{name}", rule="normalise", note=f"was {_shown(old)}, is {_shown(new)}")
        for name in Record.model_fields
        if (old := getattr(before, name)) != (new := getattr(after, name))
    )


def title(written: str | None) -> str | None:
    """Without markup, the brackets of a translated title and the full stop that PubMed sets behind every title."""
    text = plain(written)
    if text and (inner := _BRACKETED.fullmatch(text)) and "[" not in inner[1] and "]" not in inner[1]:
        text = inner[1].strip()
    if text and text.endswith(".") and not _ABBREVIATED.search(text):
        text = text[:-1].rstrip()
    return text or None


def journal(written: str | None) -> str | None:
    """The name without the library's addition behind `` : `` and without a full stop behind it."""
    text = plain(written)
    return _ADDITION.split(text)[0].rstrip(" .,;") or None if text else None


def pages(written: str | None) -> str | None:
    """``1281-1286`` from ``1281-6`` or ``1281--1286``; what is no range stays as it is."""
    text = plain(written)
    found = _RANGE.fullmatch(text) if text else None
    if not found:
        return text
    before, start, _, end = found.groups()
    if len(end) < len(start):
        end = start[: len(start) - len(end)] + end
    return f"{before}{start}-{found[3]}{end}" if (start, before) != (end, found[3] or before) else f"{before}{start}"


def language(written: str | None) -> str | None:
    """PubMed's three letters for a language that is written as a tag or in English; others as they are."""
    text = (plain(written) or "").lower()
    return _LANGUAGES.get(text, _LANGUAGES.get(text.split("-")[0], text)) or None


def authors(given: Iterable[Author]) -> tuple[Author, ...]:
    """Each full name once, in order (two who are called Li are two); no name is in capitals throughout."""
    kept: dict[Author | int, Author] = {}
    for place, author in enumerate(map(_lowered, given)):
        kept.setdefault(author if author.given or author.literal else place, author)
    return tuple(kept.values())


def _lowered(author: Author) -> Author:
    family = author.family
    if not family or not family.isupper() or len(family.replace(".", "")) < 4:
        return author
    words = [word.lower() if word.lower() in PARTICLES else word.title() for word in family.split()]
    return author.model_copy(update={"family": " ".join(words)})


def _reference(given: Reference) -> Reference:
    pmid, doi = identifiers.pmid(given.pmid), identifiers.doi(given.doi)
    if (pmid, doi) == (given.pmid, given.doi):
        return given
    return given.model_copy(update={"pmid": pmid, "doi": doi})


def _correction(given: Correction) -> Correction:
    update = {"pmid": identifiers.pmid(given.pmid), "doi": identifiers.doi(given.doi or given.citation)}
    return given.model_copy(update=update)


def _each_once(given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for item in given if (text := plain(item))))


def _shown(value: object) -> str:
    text = "nothing" if value in (None, ()) else repr(value)
    return text if len(text) <= 120 else text[:117] + "..."
