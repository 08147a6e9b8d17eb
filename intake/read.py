"""Reads records from a file of any known format, which is told by what stands in it, never by its name."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from intake.read_bibtex import read_bibtex
from intake.read_json import read_csl, read_jsonl
from intake.read_pubmed import read_pubmed
from intake.read_tagged import read_medline, read_ris
from intake.record import ReadProblem, Record
from intake.source import SPOILT, head

Reader = Callable[[Path], Iterator[Record | ReadProblem]]
FORMATS = "PubMed XML, MEDLINE (.nbib), RIS, BibTeX, CSL-JSON or JSON lines"
# The first that fits what a file begins with reads it.
_SIGNS: tuple[tuple[re.Pattern[bytes], Reader], ...] = (
    (re.compile(rb"\A<"), read_pubmed),
    (re.compile(rb"\A\["), read_csl),
    (re.compile(rb"\A\{[^\r\n]*\}\s*[\r\n]+\s*\{"), read_jsonl),
    (re.compile(rb"\A\{\s*[\r\n]"), read_csl),
    (re.compile(rb'\A\{[^\r\n]*?"(?:header|result|items|container-title|issued)"'), read_csl),
    (re.compile(rb"\A\{"), read_jsonl),
    (re.compile(rb"(?m)\A(?:[^@\r\n]*[\r\n]+){0,20}?TY {1,3}- "), read_ris),
    (re.compile(rb"(?m)\A(?:[^@\r\n]*[\r\n]+){0,20}?(?:PMID|OWN|STAT) {0,2}- "), read_medline),
    (re.compile(rb"(?m)^[ \t]*@[A-Za-z]+\s*[{(]"), read_bibtex),
)


def read(path: Path) -> Iterator[Record | ReadProblem]:
    """Every record of a file, or of the files of a folder in the order of their names, in constant memory.

    Nothing is raised: a record, a file or the rest of one that cannot be read is a ReadProblem in its place.
    """
    if path.is_dir():
        for inside in each_file(path):
            yield from read(inside)
        return
    try:
        start = head(path)
    except SPOILT as error:
        yield ReadProblem(str(path), 1, f"the file cannot be read: {error}", "make it readable, or leave it out")
        return
    reader = reader_of(start)
    if reader is None:
        what = "it is empty" if not start else "it is no known format of records"
        yield ReadProblem(str(path), 1, what, f"give {FORMATS}")
        return
    yield from reader(path)


def each_file(path: Path) -> Iterator[Path]:
    """The file itself, or those of a folder in the order of their names, hidden ones left out."""
    if path.is_dir():
        yield from sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
    else:
        yield path


def reader_of(start: bytes) -> Reader | None:
    """The reader for a file that begins with these bytes, white space left out; None where none fits."""
    return next((reader for sign, reader in _SIGNS if sign.search(start)), None)
