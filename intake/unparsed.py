"""Articles of PubMed files cut out but not parsed yet, so that parsing can be done by many processes.

``pieces(path)`` hands out what ``intake.read.read`` would, but of PubMed XML the bytes of each article; ``parsed``
makes the record. Every article is parsed alone, so that a broken one harms no other.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from intake.read import each_file, read
from intake.read_pubmed import FORMAT, alone, parser_of, read_pubmed
from intake.record import Origin, ReadProblem, Record
from intake.salvage import encoding_of, fragments
from intake.source import SPOILT, head

_WHOLE = "download the file again; the articles before its end are read"


class Unparsed(NamedTuple):
    """The ``number``-th article of a PubMed file: its bytes, and the encoding that the file declares."""

    path: str
    number: int
    xml: bytes
    encoding: str

    @property
    def origin(self) -> Origin:
        """Where the record that it becomes was read."""
        return Origin(format=FORMAT, path=self.path, number=self.number)


def pieces(path: Path) -> Iterator[Unparsed | Record | ReadProblem]:
    """Every article, record or problem of a file, or of the files of a folder. Nothing is raised."""
    for file in each_file(path):
        yield from _articles(file) if _is_xml(file) else read(file)


def parsed(piece: Unparsed) -> Record | ReadProblem:
    """The record of an article, or why there is none."""
    return alone(piece.xml, _parser(piece.encoding), Path(piece.path), piece.number)


@lru_cache(maxsize=8)
def _parser(encoding: str) -> Any:
    return parser_of(encoding)


def _is_xml(path: Path) -> bool:
    try:
        return head(path).startswith(b"<")
    except SPOILT:
        return False


def _articles(path: Path) -> Iterator[Unparsed | Record | ReadProblem]:
    number, encoding = 0, encoding_of(path)
    for number, article in enumerate(fragments(path), 1):
        if isinstance(article, str):
            yield ReadProblem(str(path), number, article, _WHOLE)
        else:
            yield Unparsed(str(path), number, article, encoding)
    if not number:
        yield from read_pubmed(path)  # which says what the file is instead
