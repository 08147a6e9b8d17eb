"""Studies as a CSV table that a spreadsheet can open without running anything."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from entries.atlas import Atlas
from entries.study import Study
from explorer.warned import warnings

RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes such a cell for a formula
ROWS_A_CHUNK = 200
FIXED = (
    "id", "title", "authors", "journal", "year", "pmid", "pmcid", "doi", "design", "evidence_level", "peer_review",
    "pem", "pem_reason", "case_definition", "patients", "controls", "total",
)  # fmt: skip
LAST = ("summary", "does_not_prove", "findings", "review", "updated", "address", "notices")


def harmless(value: object) -> str:
    """The value as text; an apostrophe before what a spreadsheet would compute. Line breaks become blanks."""
    if value is None:
        return ""
    text = str(value).replace("\x00", "")
    text = " ".join(text.split()) if "\n" in text or "\r" in text else text
    if text.lstrip(" ").startswith(RISKY) or text.startswith(RISKY):
        return "'" + text
    return text


def header(atlas: Atlas) -> tuple[str, ...]:
    """Column names; one column for each scheme that studies are tagged with."""
    return (*FIXED, *atlas.config.tags, *LAST)


def row(atlas: Atlas, study: Study) -> list[str]:
    """One study, in the order of :func:`header`. Several values of one cell are parted by ``; ``."""
    badge, people, definition = atlas.badge(study), study.participants, study.case_definition
    joined = " AND " if definition.all else " OR "
    pem = (badge.status, badge.reason) if badge.status in atlas.vocabulary else ("", "")
    values: list[object] = [
        study.id, study.title, "; ".join(a.name for a in study.authors), study.journal, study.year, study.pmid,
        study.pmcid, study.doi, study.design, study.evidence_level, study.peer_review, *pem,
        joined.join(definition.ids), people.patients, people.controls, people.total,
    ]  # fmt: skip
    values += ["; ".join(study.tags.of(scheme)) for scheme in atlas.config.tags]
    findings = "; ".join(f"[{f.direction or 'no direction'}] {f.text}" for f in study.findings)
    address = f"{atlas.config.base_iri}studies/{study.id}"
    values += [study.summary, study.does_not_prove, findings, study.review.status, study.updated, address]
    values.append(
        "; ".join(f"{found.kind} {found.citation or found.entry}".strip() for found in warnings(atlas, study))
    )
    return [harmless(value) for value in values]


def table_of(rows: Iterable[Sequence[object]]) -> bytes:
    """Any rows as a small CSV table, in UTF-8 with a byte-order mark (spreadsheets need it)."""
    return b"".join(table_in_pieces(rows))


def table_in_pieces(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The same for many rows, a chunk of them at a time."""
    out = io.StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    for count, row in enumerate(rows, 1):
        writer.writerow([harmless(value) for value in row])
        if count % ROWS_A_CHUNK == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def csv_table(atlas: Atlas, studies: Iterable[Study]) -> Iterator[bytes]:
    """One row a study, with all that an entry holds as columns; a chunk of rows at a time."""
    yield from table_in_pieces(chain([header(atlas)], (row(atlas, study) for study in studies)))
