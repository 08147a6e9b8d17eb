"""DOIs, PMIDs and PMCIDs as people and programs write them -> the bare identifier."""

import re
from urllib.parse import unquote

from entries.model import DOI_PATTERN, PMCID_PATTERN, PMID_PATTERN

_DOI_START = re.compile(r"10\.[0-9]{4,9}/")
_TAIL = ".,;:'\"`’”>]}"
_PMCID = re.compile(r"(?:PMC)?\s*([0-9]{2,9})(?:\.[0-9]+)?", re.IGNORECASE)
_PMID = re.compile(
    r"(?:.*?pubmed[^0-9]*/|\s*(?:PMID|MEDLINE)\s*:?)?\s*0*([1-9][0-9]{0,8})(?:\.0|v[0-9]+)?/?\s*", re.IGNORECASE
)
_LONGEST = 500


def doi(written: str | None) -> str | None:
    """The DOI in a text, such as an address or ``doi: 10.1/x.``, in lower case (DOIs ignore case); None without one."""
    text = (written or "").strip()
    if "%" in text:
        text = unquote(text)
    start = _DOI_START.search(text)
    if not start:
        return None
    found = text[start.start() :].split()[0].rstrip(_TAIL)
    while found.endswith(")") and found.count(")") > found.count("("):  # (doi:10.1/x) but 10.1016/s0(99)1
        found = found[:-1].rstrip(_TAIL)
    found = found.lower()
    return found if re.match(DOI_PATTERN, found) and len(found) <= _LONGEST else None


def pmid(written: str | None) -> str | None:
    """The digits of a PubMed id, as in ``PMID: 8675231``; None where the text is none."""
    found = _PMID.fullmatch(written or "")
    return found[1] if found and re.match(PMID_PATTERN, found[1]) else None


def pmcid(written: str | None) -> str | None:
    """``PMC2000001`` from this, from its digits or with a version behind; None where the text is none."""
    found = _PMCID.fullmatch((written or "").strip().rsplit("/", 1)[-1])
    known = f"PMC{found[1]}" if found else None
    return known if known and re.match(PMCID_PATTERN, known) else None
