"""Several records of one study -> one: the best record, completed from the others, with every source named."""

from collections.abc import Sequence
from typing import Any

from intake.likeness import is_preprint
from intake.record import Correction, Record, Reference

# Sources from the fullest to the barest.
_FORMATS = ("pubmed-xml", "medline", "jsonl", "csl-json", "esummary", "ris", "bibtex")
_TOGETHER = ("publication_types", "mesh", "keywords")
_OF_A_PAPER = ("journal", "volume", "issue", "pages", "year", "published", "pmid", "pmcid", "doi", "publication_types")
VERSION = "UpdateOf"  # PubMed's word for the preprint of a paper


def merged(records: Sequence[Record]) -> Record:
    """One record of all: the first by :func:`order`, what it lacks from the next ones.

    A paper keeps its own identifiers and place; its preprints are named among its corrections, as ``UpdateOf``.
    """
    best, *others = sorted(records, key=order)
    if not others:
        return best
    found = {name: _filled(name, best, others) for name in Record.model_fields if name not in ("origin", "origins")}
    found["corrections"] = _corrections(best, others)
    found["origins"] = tuple(dict.fromkeys(origin for record in (best, *others) for origin in record.sources))
    return best.model_copy(update=found)


def order(record: Record) -> tuple[bool, bool, int, int, str, int]:
    """Papers before preprints, with abstract before without, fuller sources first, then more fields."""
    place = _FORMATS.index(record.origin.format) if record.origin.format in _FORMATS else len(_FORMATS)
    known = sum(bool(getattr(record, name)) for name in Record.model_fields)
    return is_preprint(record), not record.abstract, place, -known, record.origin.path, record.origin.number


def _filled(name: str, best: Record, others: Sequence[Record]) -> Any:
    """The best record's value, the first one of the others where it has none, or what all list."""
    paper = not is_preprint(best)
    givers = [r for r in others if not (paper and name in _OF_A_PAPER and is_preprint(r))]
    if name in _TOGETHER:
        return tuple(dict.fromkeys(item for record in (best, *givers) for item in getattr(record, name)))
    if name == "references":
        return max((record.references for record in (best, *others)), key=_known_references)
    if name == "authors" and givers:
        return max((record.authors for record in (best, *givers)), key=lambda authors: (len(authors), _given(authors)))
    return getattr(best, name) or next((value for r in givers if (value := getattr(r, name))), getattr(best, name))


def _known_references(references: tuple[Reference, ...]) -> int:
    return sum(bool(r.pmid or r.doi) for r in references)


def _given(authors: Sequence[Any]) -> int:
    return sum(len(author.given or "") for author in authors)


def _corrections(best: Record, others: Sequence[Record]) -> tuple[Correction, ...]:
    """All corrections, and the preprints that a paper was merged with."""
    listed = [c for record in (best, *others) for c in record.corrections if not is_preprint(record) or record is best]
    if not is_preprint(best):
        named = {c.pmid or c.doi for c in listed}
        listed += [
            Correction(kind=VERSION, pmid=r.pmid, doi=r.doi, citation=r.journal)
            for r in others
            if is_preprint(r) and (r.pmid or r.doi) and (r.pmid or r.doi) not in named
        ]
    return tuple(dict.fromkeys(listed))
