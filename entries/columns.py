"""Numbers and texts by the column in one file: what a build works out once, opened in milliseconds by every process.

    write(path, {"kind": "shelf 1"}, {"years": array("i", [2007]), "ids": pack(["maes-2007"])})
    columns = read(path, "shelf 1")
    columns["years"][0], Texts(columns["ids"])[0]

The file begins with one line of JSON (what it is, which columns follow, how long they are and a checksum of them); then
come the columns, each at a multiple of eight bytes. It is mapped into memory: several processes share its pages, and
of a page that nobody looks at there is none in memory, which is why the checksum is taken from the file as it is read.
"""

import json
import mmap
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, BinaryIO, overload

from entries.errors import StoreError
from entries.store import writing

MEND = "run `evidence build --full` to make it anew"
PLACE = 8  # every column begins at a multiple of so many bytes
PIECE = 1 << 20  # bytes that are read at a time
Column = array | bytes  # numbers of one size, or packed texts


class Columns(Mapping[str, memoryview]):
    """The columns of a file by name; ``about`` is what else its first line says."""

    def __init__(self, about: Mapping[str, Any], columns: Mapping[str, memoryview]) -> None:
        self.about = about
        self._columns = columns

    def __getitem__(self, name: str) -> memoryview:
        return self._columns[name]

    def __iter__(self) -> Any:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def write(path: Path, about: Mapping[str, Any], columns: Mapping[str, Column]) -> None:
    """Write a file whole or not at all; ``about`` is JSON with a ``kind``. Raises StoreError."""
    raw = {name: column if isinstance(column, bytes) else column.tobytes() for name, column in columns.items()}
    check = 0
    for data in raw.values():
        check = zlib.crc32(_padded(data), check)
    kinds = {name: "B" if isinstance(column, bytes) else column.typecode for name, column in columns.items()}
    held = [[name, kinds[name], len(data)] for name, data in raw.items()]
    head = json.dumps({**about, "order": sys.byteorder, "columns": held, "check": check}, ensure_ascii=False)
    with writing(path) as file:
        file.write(_padded(head.encode() + b"\n", b" "))
        for data in raw.values():
            file.write(_padded(data))


def read(path: Path, kind: str, checked: bool = False) -> Columns:
    """Map a file that :func:`write` wrote. Raises StoreError where it is missing, damaged or of another kind.

    ``checked``: whoever calls has compared the file with a digest of its own, so the checksum is passed over.
    """
    try:
        with path.open("rb") as file:
            view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            head = json.loads(file.readline())
            if head["kind"] != kind or head["order"] != sys.byteorder:
                raise StoreError(f"{path}: made by another version of this program or on another machine; {MEND}")
            start = _place(file.tell())
            if not checked and _checksum(file, start) != head["check"]:
                raise StoreError(f"{path}: damaged, it is not what was written; {MEND}")
        return Columns(head, _columns(head, view, start))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}: cannot be read ({error}); {MEND}") from error


def _checksum(file: BinaryIO, start: int) -> int:
    """Of all that comes from a place on."""
    check = 0
    file.seek(start)
    while piece := file.read(PIECE):
        check = zlib.crc32(piece, check)
    return check


def _columns(head: Mapping[str, Any], view: memoryview, start: int) -> dict[str, memoryview]:
    """The columns behind the first line, which ends with blanks up to the next place."""
    found = {}
    for name, kind, size in head["columns"]:
        found[name] = view[start : start + size].cast(kind)
        start = _place(start + size)
    return found


def _place(at: int) -> int:
    return -(-at // PLACE) * PLACE


def _padded(data: bytes, with_: bytes = b"\0") -> bytes:
    return data + with_ * (_place(len(data)) - len(data))


def pack(texts: Iterable[str]) -> bytes:
    """Texts as one column, for :class:`Texts`: how many, where each ends, and their UTF-8."""
    encoded = [text.encode() for text in texts]
    ends = array("I", accumulate(map(len, encoded), initial=0))
    return len(encoded).to_bytes(4, sys.byteorder) + ends.tobytes() + b"".join(encoded)


class Texts(Sequence[str]):
    """Packed texts: a text is made when it is asked for, so a hundred thousand names take no memory of their own."""

    def __init__(self, column: memoryview) -> None:
        self._size = int.from_bytes(column[:4], sys.byteorder)
        split = 4 + 4 * (self._size + 1)
        self._ends = column[4:split].cast("I")
        self._bytes = column[split:]

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [self[n] for n in range(*place.indices(self._size))]
        if place < 0:
            place += self._size
        if not 0 <= place < self._size:
            raise IndexError(place)
        return str(self._bytes[self._ends[place] : self._ends[place + 1]], "utf-8")

    def find(self, text: str) -> int | None:
        """Where a text stands among texts that are in ascending order; None where it does not."""
        at = bisect_left(self, text)
        return at if at < self._size and self[at] == text else None

    def many(self) -> list[str]:
        """All of them as a list: the quick way to look at each."""
        whole, ends = bytes(self._bytes), self._ends.tolist()
        return [whole[a:b].decode() for a, b in pairwise(ends)]
