"""What of a record tells whether it is the same publication as another: folded once, compared often."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from entries.vocabulary import GREEK
from intake import identifiers
from intake.record import Record

_WORD = re.compile(r"[a-z0-9]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_GREEK = str.maketrans(GREEK)
_NUMBER = re.compile(r"(?<![a-z0-9])(?:[0-9]+|[ivx]+)(?![a-z0-9])")
_FIRST_PAGE = re.compile(r"[A-Za-z]*[0-9]+")
# A translated title may end in its language, a notice begins with what it is.
_TRANSLATED = re.compile(r"\W*\[(?:in )?[A-Z][a-z]+(?:, [A-Z][a-z]+)*\]\W*$")
_RETRACTED = re.compile(r"^\W*(?:(?:RETRACTED|WITHDRAWN)\b|(?i:retracted(?: article)?|withdrawn) ?[:\]])\W*")
_NOTICE = re.compile(
    r"^\W*(corrections?|corrigend(?:um|a)|errat(?:um|a)|author correction|publisher correction|"
    r"retraction(?: note| notice)?|expression of concern|editorial expression of concern|"
    r"comments?(?: on| to)?|commentary|reply|replies|"
    r"response(?: to)?|authors?'? (?:reply|response)|re|letter to the editor)\b(?=[:\s(.\"“‘']|$)\W*",
    re.IGNORECASE,
)
_SERVERS = (
    "medrxiv",
    "biorxiv",
    "research square",
    "researchsquare",
    "preprint",
    "ssrn",
    "arxiv",
    "psyarxiv",
    "authorea",
)
_SERVER_DOIS = re.compile(r"10\.(?:1101/(?:20|19|[0-9]{6}$)|21203/|20944/|2139/|48550/|31234/|22541/|64898/)")


@dataclass(frozen=True, slots=True)
class Likeness:
    """The folded features of one record; empty where the record does not say."""

    pmid: str | None
    pmcid: str | None
    doi: str | None
    title: tuple[str, ...]
    trigrams: frozenset[str]
    numbers: tuple[str, ...]
    notice: str
    families: tuple[str, ...]
    year: int | None
    journal: tuple[str, ...]
    volume: str
    page: str
    abstract: frozenset[str]
    preprint: bool
    versions: frozenset[str]


def likeness(record: Record) -> Likeness:
    """The features of a record that was normalised."""
    written = _TRANSLATED.sub("", _RETRACTED.sub("", record.title or ""))
    notice = _NOTICE.match(written)
    title = words(written)
    volume, page = _number(record.volume), _FIRST_PAGE.search(record.pages or "")
    return Likeness(
        pmid=record.pmid,
        pmcid=record.pmcid,
        doi=identifiers.doi(record.doi),
        title=title,
        trigrams=trigrams("".join(title)),
        numbers=tuple(_NUMBER.findall(" ".join(title))),
        notice=notice[1].lower()[:4] if notice else "",
        families=tuple(folded for a in record.authors if (folded := "".join(words(a.short)))),
        year=record.year,
        journal=words(record.journal or ""),
        volume=volume,
        page=page[0].lower() if page else "",
        abstract=frozenset(words(" ".join(section.text for section in record.abstract)[:4_000])),
        preprint=is_preprint(record),
        versions=frozenset(c.pmid or c.doi or "" for c in record.corrections if c.kind in ("UpdateOf", "UpdateIn"))
        - {""},
    )


def is_preprint(record: Record) -> bool:
    """Whether it is known as a preprint: by its publication type, its server, or the DOI of one."""
    if "Preprint" in record.publication_types:
        return True
    journal = (record.journal or "").lower()
    return any(server in journal for server in _SERVERS) or bool(_SERVER_DOIS.match(record.doi or ""))


def is_retracted_title(title: str) -> bool:
    """Whether a title begins with a mark such as ``RETRACTED:`` that journals set before it afterwards."""
    return bool(_RETRACTED.match(title))


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in small letters without accents, Greek letters spelled out."""
    if text.isascii():
        return tuple(_WORD.findall(text.lower()))
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return tuple(_WORD.findall(_ACCENTS.sub("", folded).translate(_GREEK)))


def trigrams(text: str) -> frozenset[str]:
    """Every three letters that follow each other in the text, and its ends."""
    padded = f"^{text}$" if text else ""
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient: 0 nothing shared, 1 all; 0 where either is empty."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def same_journal(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one name is the other, its abbreviation (``Curr Opin Lipidol``), or its beginning."""
    short, long = sorted((_told(one), _told(other)), key=len)
    if not short:
        return False
    return short == long[: len(short)] or _abbreviates(short, long)


_FILLERS = frozenset(["the", "of", "and", "in", "for", "on", "de", "la", "der", "und", "a", "an", "et"])


def _told(journal: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in journal if word not in _FILLERS)


def _abbreviates(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Each word begins the next unused word of the long name; all must be found within its first words."""
    if not (long[0].startswith(short[0]) or short[0].startswith(long[0])):
        return False
    place = 0
    for word in short:
        while place < len(long) and not (long[place].startswith(word) or word.startswith(long[place])):
            place += 1
        if place == len(long):
            return False
        place += 1
    return place <= len(short) + 1


def _number(text: str | None) -> str:
    found = re.search(r"[0-9]+", text or "")
    return found[0].lstrip("0") if found else ""
