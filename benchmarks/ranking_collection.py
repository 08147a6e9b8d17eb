"""Collections for measuring a ranking: documents, queries and judgements in the forms that BEIR and TREC use.

Whatever cannot be used (a line that is no JSON, a query without judgements) is left out and counted in
:attr:`Collection.skipped`.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count, product
from pathlib import Path
from string import ascii_lowercase

from entries.atlas import Atlas
from entries.config import AtlasConfig
from entries.study import Study
from entries.vocabulary import Vocabulary
from index.query import clean

LONGEST_TITLE, LONGEST_TEXT = 1_000, 20_000  # characters of a study's title and summary
_NOTHING = "-"  # stands where a study needs some text and the collection has none; it holds no word


@dataclass(frozen=True, slots=True)
class Collection:
    """``documents``: (title, text) by id. ``judgements``: by query, grades by document. ``skipped``: what, how many."""

    documents: Mapping[str, tuple[str, str]]
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]
    skipped: Mapping[str, int]

    @classmethod
    def read(cls, docs: Path, queries: Path, qrels: Path) -> "Collection":
        """Read ``{"_id", "title", "text"}`` a line, ``id<TAB>text`` a line, and TREC judgements. Raises OSError."""
        skipped: Counter[str] = Counter()
        documents = _documents(docs, skipped)
        judged = _judgements(qrels, skipped)
        asked = _queries(queries, skipped)
        for query in [query for query in asked if not any(grade > 0 for grade in judged.get(query, {}).values())]:
            skipped["queries without a relevant document in the judgements"] += 1
            del asked[query]
        skipped["judgements of queries that there are not"] = sum(query not in asked for query in judged)
        unknown = {document for grades in judged.values() for document in grades}.difference(documents)
        skipped["judged documents that the collection does not hold"] = len(unknown)
        return cls(documents, asked, judged, +skipped)

    def atlas(self) -> tuple[Atlas, Mapping[str, str]]:
        """The documents as studies (title and summary, nothing else), and the document id of each study id."""
        ids = dict(zip(_study_ids(), self.documents, strict=False))
        studies = (_study(study_id, *self.documents[document]) for study_id, document in ids.items())
        return Atlas.of(_CONFIG, Vocabulary([]), studies), ids


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from (line.rstrip("\r\n") for line in file if line.strip())


def _documents(path: Path, skipped: Counter[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for line in _lines(path):
        try:
            record = json.loads(line)
            key = str(record["_id"])
            title, text = (" ".join(clean(str(record.get(part) or "")).split()) for part in ("title", "text"))
        except (ValueError, KeyError, TypeError, AttributeError):
            skipped["lines of documents that are no JSON object with an _id"] += 1
            continue
        skipped["documents that came twice (the first was kept)"] += key in found
        skipped[f"documents cut after {LONGEST_TEXT:,} characters"] += len(text) > LONGEST_TEXT
        skipped["documents without any text"] += not title and not text
        found.setdefault(key, (title, text))
    return found


def _queries(path: Path, skipped: Counter[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _lines(path):
        key, tab, text = line.partition("\t")
        if not tab or not text.strip():
            skipped["lines of queries without a tab and a text"] += 1
        elif key.strip() in found:
            skipped["queries that came twice (the first was kept)"] += 1
        else:
            found[key.strip()] = text.strip()
    return found


def _judgements(path: Path, skipped: Counter[str]) -> dict[str, dict[str, int]]:
    """``query iteration document grade`` a line; ``query document grade``, as BEIR has it, is read too."""
    found: dict[str, dict[str, int]] = {}
    for line in _lines(path):
        parts = line.split()
        try:
            query, document, grade = parts[0], parts[-2], int(float(parts[-1]))
            if len(parts) not in (3, 4):
                raise ValueError
        except (ValueError, IndexError, OverflowError):
            skipped["lines of judgements that could not be read"] += 1
            continue
        found.setdefault(query, {})[document] = grade
    return found


def _study_ids() -> Iterator[str]:
    """Ids of letters only, in order, that no text holds as a word: they are searched like everything else."""
    for length in count(4):
        yield from ("zqxj" + "".join(letters) for letters in product(ascii_lowercase, repeat=length))


def _study(study_id: str, title: str, text: str) -> Study:
    return Study.model_validate(
        {
            "id": study_id,
            "title": title[:LONGEST_TITLE].strip() or _NOTHING,
            "summary": text[:LONGEST_TEXT].strip() or _NOTHING,
            "authors": [{"literal": _NOTHING}],
            "year": 2000,
            "design": "none",
            "peer_review": "none",
            "evidence_level": "none",
            "does_not_prove": _NOTHING,
            "provenance": {"source": "collection"},
            "updated": "2026-01-01",
        }
    )


_CONFIG = AtlasConfig.model_validate(
    {
        "title": "Collection",
        "description": "A collection of documents with queries and judgements.",
        "disease": {"label": "none", "name": "none"},
        "base_iri": "https://example.org/",
        "publisher": "Nobody",
        "licence": "https://example.org/licence",
        "licence_label": "none",
        "versions": {"atlas": "0", "generator": "v0", "scanner": "none", "policy": "v0"},
        "tags": ["none"],
        "facets": [{"name": "peer", "label": "Peer review", "source": "peer_review", "order": "count"}],
    }
)
