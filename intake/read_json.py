"""JSON: CSL-JSON, the summaries of NCBI's esummary, and lines of JSON objects (JSONL); an object at a time."""

import codecs
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from intake.json_fields import record_of
from intake.record import Origin, ReadProblem, Record
from intake.source import MAX_RECORD, SPOILT, TooLong, lines, opened

_DECODER = json.JSONDecoder()
_BLOCK = 1 << 16
_CUT = "save the file again; the records before this one are read"
_BROKEN = (ValueError, RecursionError)


def read_jsonl(path: Path) -> Iterator[Record | ReadProblem]:
    """The record of every line; a line that is no JSON object is told, and the next one read."""
    number = 0
    try:
        for line in lines(path):
            if line.strip():
                number += 1
                yield _parsed(line, path, number)
    except (*SPOILT, TooLong) as error:
        yield ReadProblem(str(path), number + 1, f"the file cannot be read on: {error}", _CUT)


def _parsed(line: bytes, path: Path, number: int) -> Record | ReadProblem:
    try:
        item = json.loads(line)
    except _BROKEN as error:
        return ReadProblem(str(path), number, f"not a line of JSON: {_words(error)}", "mend or delete this line")
    return _record(item, "jsonl", path, number)


def read_csl(path: Path) -> Iterator[Record | ReadProblem]:
    """Every item of a CSL-JSON array (or one item alone), or of the answer of esummary."""
    number = 0
    try:
        for number, (format, item) in enumerate(_items(path), 1):
            if "\ufffd" in str(item):
                lost = "a character in it was lost, or is not UTF-8"
                yield ReadProblem(str(path), number, lost, "save the file as UTF-8")
            else:
                yield _record(item, format, path, number)
    except (*SPOILT, *_BROKEN) as error:
        yield ReadProblem(str(path), number + 1, f"not JSON from here on: {_words(error)}", _CUT)


def _record(item: Any, format: str, path: Path, number: int) -> Record | ReadProblem:
    try:
        return record_of(item, Origin(format=format, path=str(path), number=number))
    except _BROKEN as error:
        reason, _, mend = _words(error).partition("; ")
        return ReadProblem(str(path), number, reason, mend or "write the fields of a record")


def _items(path: Path) -> Iterator[tuple[str, Any]]:
    """(format, object) of each record of the file; an array is read an item at a time."""
    with opened(path) as stream:
        text = _Text(iter(lambda: stream.read(_BLOCK), b""))
        if text.at("["):
            for item in text.array():
                yield "csl-json", item
            return
        whole = text.value()
    summaries = whole.get("result") if isinstance(whole, dict) else None
    if isinstance(summaries, dict):
        yield from (("esummary", item) for uid, item in summaries.items() if uid != "uids")
    elif isinstance(whole, dict) and isinstance(whole.get("items"), list):
        yield from (("csl-json", item) for item in whole["items"])
    else:
        yield "csl-json", whole


class _Text:
    """Decoded text of a stream of which no more is held than one value of JSON needs."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._chunks = (decoder.decode(chunk) for chunk in chunks)
        self._held = ""

    def at(self, mark: str) -> bool:
        """Whether the next character that is no white space is this one."""
        while not (held := self._held.lstrip()) and self._more():
            pass
        self._held = held
        return held.startswith(mark)

    def array(self) -> Iterator[Any]:
        """The items of the array that begins here. Raises ValueError where it is broken."""
        self._held = self._held[1:]
        while not self.at("]"):
            yield self.value()
            if self.at(","):
                self._held = self._held[1:]
            elif not self.at("]"):
                raise ValueError("here should stand a comma or the end of the list")

    def value(self) -> Any:
        """The value that begins here. Raises ValueError where it is broken or larger than any record."""
        self.at("")
        wanted = 0
        while True:
            if len(self._held) >= wanted:
                try:
                    value, end = _DECODER.raw_decode(self._held)
                except ValueError:
                    wanted = 2 * len(self._held)  # so that a long value is not tried again at every block
                else:
                    if end < len(self._held) or not self._more():
                        self._held = self._held[end:]
                        return value
                    continue
            if len(self._held) > MAX_RECORD:
                raise TooLong(f"one value has more than {MAX_RECORD // 1024**2} MB")
            if not self._more():
                return _DECODER.decode(self._held)  # tells what is wrong, and where

    def _more(self) -> bool:
        chunk = next(self._chunks, None)
        self._held += chunk or ""
        return chunk is not None


def _words(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
