"""PubMed XML: single articles and whole baseline files, plain or gzip, in constant memory.

No external entity or DTD is fetched and no entity is expanded. A file that breaks in the middle is read on from the
next article, each then parsed alone (:mod:`intake.salvage`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from intake.pubmed_fields import article, book
from intake.record import Origin, ReadProblem, Record
from intake.salvage import encoding_of, fragments
from intake.source import MAX_RECORD, SPOILT, TooLong, opened

FORMAT = "pubmed-xml"
_READERS = {"PubmedArticle": article, "PubmedBookArticle": book}
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_AGAIN = "download this record again"
_WHOLE = "download the file again; the records before this one are read"


class _Bounded:
    """A stream that refuses to go on inside one record for ever; :meth:`rest` begins the count anew."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._since = stream, 0

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        self._since += len(block)
        if self._since > MAX_RECORD:
            raise TooLong(f"one record has more than {MAX_RECORD // 1024**2} MB")
        return block

    def rest(self) -> None:
        self._since = 0


def read_pubmed(path: Path) -> Iterator[Record | ReadProblem]:
    """Every article and book of a PubMed XML file, in order; what cannot be read is a ReadProblem in its place."""
    number = 0
    try:
        with opened(path) as stream:
            bounded = _Bounded(stream)
            events = etree.iterparse(bounded, tag=(*_READERS, "DeleteCitation", "ERROR"), **_SAFE)
            for _, element in events:
                number += 1
                yield _one(element, path, number)
                _forget(element)
                bounded.rest()
    except etree.XMLSyntaxError as error:
        yield from _read_alone(path, number, _words(error))
        return
    except (*SPOILT, TooLong) as error:
        yield ReadProblem(str(path), number + 1, f"the file cannot be read on: {error}", _WHOLE)
        return
    if not number:
        yield ReadProblem(str(path), 1, "it holds no PubMed article", "give the answer of efetch with retmode=xml")


def _one(element: Any, path: Path, number: int) -> Record | ReadProblem:
    """The record of one element, or why there is none."""
    if element.tag == "DeleteCitation":
        gone = ", ".join(pmid.text or "?" for pmid in element.iterfind("PMID"))
        return ReadProblem(str(path), number, f"PubMed has withdrawn PMID {gone[:500]}", "remove what cites them")
    if element.tag == "ERROR":
        return ReadProblem(str(path), number, f"PubMed answered: {(element.text or '')[:200]}", "fetch it again")
    try:
        return _READERS[element.tag](element, Origin(format=FORMAT, path=str(path), number=number))
    except ValueError as error:
        reason, _, mend = _words(error).partition("; ")
        return ReadProblem(str(path), number, reason, mend or _AGAIN)


def _forget(element: Any) -> None:
    """Lets go of a record and of all before it, or the tree would grow with the file."""
    element.clear()
    while (before := element.getprevious()) is not None:
        before.getparent().remove(before)


def _read_alone(path: Path, done: int, broken: str) -> Iterator[Record | ReadProblem]:
    """The records behind the first ``done`` ones, each parsed on its own, so that a broken one harms no other."""
    number, told = 0, False
    parser = parser_of(encoding_of(path))
    for number, fragment in enumerate(fragments(path), 1):
        if number > done:
            found = _fragment(fragment, parser, path, number)
            told = told or isinstance(found, ReadProblem)
            yield found
    if not number:
        yield ReadProblem(str(path), 1, f"no PubMed article, and not well-formed XML: {broken}", "give PubMed XML")
    elif not told:
        reason = f"the file is not well-formed XML ({broken}), but each article found in it was read"
        yield ReadProblem(str(path), number + 1, reason, "count the articles, or download the file again")


def _fragment(fragment: bytes | str, parser: Any, path: Path, number: int) -> Record | ReadProblem:
    if isinstance(fragment, str):
        return ReadProblem(str(path), number, fragment, _WHOLE)
    return alone(fragment, parser, path, number)


def parser_of(encoding: str) -> Any:
    """A parser for articles that are parsed alone; it loads nothing and expands nothing."""
    return etree.XMLParser(encoding=encoding, **_SAFE)


def alone(fragment: bytes, parser: Any, path: Path, number: int) -> Record | ReadProblem:
    """The record of one article that was cut out of its file, or why there is none."""
    try:
        element = etree.fromstring(fragment, parser)
    except etree.XMLSyntaxError as error:
        return ReadProblem(str(path), number, f"not well-formed XML: {_words(error)}", _AGAIN)
    return _one(element, path, number)


def _words(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
