"""Citations of the paper: CSL-JSON at the core; BibTeX, RIS and formatted text through libraries.

CSL-JSON follows the schema of citationstyles.org (v1.0.2). The formatted style is Harvard (Cite Them Right).
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import bibtexparser
import rispy
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from pylatexenc.latexencode import RULE_DICT, UnicodeToLatexConversionRule, UnicodeToLatexEncoder

from entries.addresses import doi_url, pubmed_url
from entries.config import AtlasConfig
from entries.study import Author, NoticeKind, Study

STYLE = "harvard-cite-them-right"
PREPRINT = "preprint"
# BibTeX counts braces even after a backslash, so a brace inside a text is written as a command.
_BRACES = UnicodeToLatexConversionRule(RULE_DICT, {ord("{"): r"{\textbraceleft}", ord("}"): r"{\textbraceright}"})
_latex = UnicodeToLatexEncoder(
    conversion_rules=[_BRACES, "defaults"],
    replacement_latex_protection="braces-almost-all",  # {\v{S}}, which BibTeX takes for one letter of a name
    unknown_char_policy="keep",
    unknown_char_warning=False,
)
_NAME_SEPARATOR = re.compile(r",|(?:^|\s)and(?:\s|$)", re.IGNORECASE)
# What a DOI may show as it stands inside BibTeX; the rest, such as braces, is percent-encoded.
_IN_DOI = "/:;()<>[]._-~@!$&'*+,=#?|^`\""
_PAGE_RANGE = re.compile(r"(\w+)\s*[-‐‑–—]\s*(\w+)")
_WARNINGS = {
    NoticeKind.RETRACTED: "Retracted",
    NoticeKind.PARTLY_RETRACTED: "Partly retracted",
    NoticeKind.CONCERN: "Expression of concern published",
}


def csl(study: Study) -> dict[str, Any]:
    """The paper as one CSL-JSON item; fields that the entry does not know are left out."""
    item: dict[str, Any] = {
        "id": study.id,
        "type": "article" if study.peer_review == PREPRINT else "article-journal",
        "title": study.title,
        "author": [_csl_name(a) for a in study.authors],
        "container-title": study.journal,
        "issued": {"date-parts": [[study.year]]},
        "volume": study.volume,
        "issue": study.issue,
        "page": study.pages,
        "DOI": study.doi,
        "PMID": study.pmid,
        "PMCID": study.pmcid,
        "URL": _url(study),
        "note": _warning(study),
    }
    return {key: value for key, value in item.items() if value}


def _warning(study: Study) -> str | None:
    """What a reference manager should carry along with a paper that was retracted or stands in doubt."""
    words = dict.fromkeys(_WARNINGS[notice.kind] for notice in study.notices if notice.kind in _WARNINGS)
    return "; ".join(words) or None


def _csl_name(author: Author) -> dict[str, str]:
    if author.literal:
        return {"literal": author.literal}
    return {"family": str(author.family), **({"given": author.given} if author.given else {})}


def _url(study: Study) -> str | None:
    if study.doi:
        return doi_url(study.doi)
    return pubmed_url(study.pmid) if study.pmid else None


def bibtex(studies: Iterable[Study]) -> str:
    """BibTeX of the papers; texts are encoded for LaTeX, titles keep their capitals."""
    return str(bibtexparser.write_string(Library([_bibtex_entry(s) for s in studies])))


def _bibtex_entry(study: Study) -> Entry:
    fields = {
        "author": " and ".join(_bibtex_name(a) for a in study.authors),
        "title": "{" + _encoded(study.title) + "}",
        "journal": study.journal and _encoded(study.journal),
        "year": str(study.year),
        "volume": study.volume and _encoded(study.volume),
        "number": study.issue and _encoded(study.issue),
        "pages": study.pages and _encoded(_PAGE_RANGE.sub(r"\1--\2", study.pages)),
        "doi": study.doi and quote(study.doi, safe=_IN_DOI),
        "url": _url(study),
        "note": "; ".join(filter(None, (study.pmid and f"PubMed: {study.pmid}", _warning(study)))),
    }
    kind = "article" if study.journal else "misc"
    return Entry(kind, study.id, [Field(key, value) for key, value in fields.items() if value])


def _bibtex_name(author: Author) -> str:
    if author.literal:
        return "{" + _encoded(author.literal) + "}"
    if author.given is None:  # kept together, or BibTeX would take its first word for a given name
        return "{" + _encoded(str(author.family)) + "}"
    return f"{_name_part(str(author.family))}, {_name_part(author.given)}"


def _name_part(name: str) -> str:
    """One part of a name; in braces where BibTeX would take something in it for a separator."""
    return "{" + _encoded(name) + "}" if _NAME_SEPARATOR.search(name) else _encoded(name)


def _encoded(text: str) -> str:
    return str(_latex.unicode_to_latex(" ".join(text.split())))


def ris(studies: Iterable[Study]) -> str:
    """RIS of the papers, for EndNote, Zotero and the like."""
    return rispy.dumps([_ris_entry(s) for s in studies], implementation=_RisWriter, enforce_list_tags=False)


class _RisWriter(rispy.RisWriter):
    """RIS as the specification has it: without rispy's line that numbers the references."""

    def set_header(self, count: int) -> str:
        return ""


def _ris_entry(study: Study) -> dict[str, Any]:
    first, last = first_and_last(study.pages)
    entry = {
        "type_of_reference": "UNPB" if study.peer_review == PREPRINT else "JOUR",
        "id": study.id,
        "title": study.title,
        "authors": [a.name for a in study.authors],
        "secondary_title": study.journal,
        "year": str(study.year),
        "volume": study.volume,
        "number": study.issue,
        "start_page": first,
        "end_page": last,
        "doi": study.doi,
        "accession_number": study.pmid,
        "urls": [url] if (url := _url(study)) else None,
        "notes": [warning] if (warning := _warning(study)) else None,
    }
    return {key: _one_line(value) for key, value in entry.items() if value}


def first_and_last(pages: str | None) -> tuple[str | None, str | None]:
    """``387-9`` gives 387 and 389; what is no plain range stays whole."""
    found = _PAGE_RANGE.fullmatch(pages or "")
    if not found:
        return pages, None
    first, last = found.groups()
    if first.isdecimal() and last.isdecimal() and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return first, last


def _one_line(value: Any) -> Any:
    """A line break inside a value would begin a new RIS tag."""
    if isinstance(value, list):
        return [" ".join(v.split()) for v in value]
    return " ".join(value.split())


@lru_cache(maxsize=1)
def _style() -> CitationStylesStyle:
    style = CitationStylesStyle(STYLE, validate=False)
    for locale in style.root.locales:  # asked fifty times a reference, each time by an XPath over all terms
        locale.get_term = _remembered(locale.get_term)
    return style


def _remembered(find: Callable[..., Any]) -> Callable[..., Any]:
    """A search for a term that is made once for each question; as it does, it raises IndexError where there is none."""
    known: dict[tuple[Any, ...], Any] = {}

    def found(*args: Any, **named: Any) -> Any:
        question = (args, *named.items())
        if question not in known:
            try:
                known[question] = find(*args, **named)
            except IndexError:
                known[question] = None
        if known[question] is None:
            raise IndexError(question)
        return known[question]

    return found


def formatted(study: Study) -> str:
    """The reference as plain text in the Harvard style."""
    item = csl(study)
    item["author"] = [name if "given" in name else {"literal": _family(name)} for name in item["author"]]
    if item["type"] == "article-journal" and not item.keys() & {"volume", "issue", "page"}:
        item["type"] = "article-magazine"  # the style calls a journal article without these a preprint
    bibliography = CitationStylesBibliography(_style(), CiteProcJSON([item]), formatter.plain)
    bibliography.register(Citation([CitationItem(study.id)]))
    return " ".join(str(bibliography.bibliography()[0]).split())


def _family(name: dict[str, str]) -> str:
    return name.get("literal") or name["family"]


def snapshot_reference(study: Study, config: AtlasConfig, url: str, accessed: date) -> str:
    """How to cite this atlas's *reading* of the paper on a day, with the versions that made it."""
    made = study.provenance
    versions = [
        f"Generator {made.generator or config.versions.generator}",
        f"Scanner {made.scanner or config.versions.scanner}",
        f"Policy {made.policy or config.versions.policy}",
    ]
    return (
        f"{config.title}, atlas {config.versions.atlas}. {study.byline} {study.year}, entry of "
        f"{study.updated.isoformat()}. {' / '.join(versions)}. Accessed {accessed.isoformat()}. {url}"
    )
