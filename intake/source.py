"""Opens a file of records, plain or gzip, and hands out its bytes within bounds."""

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

GZIP = b"\x1f\x8b"
MAX_RECORD = 32 * 1024 * 1024  # bytes; the largest article of PubMed, with 5,000 authors, has about 5 MB
HEAD = 8192  # bytes that show what a file is
SPOILT = (EOFError, OSError, zlib.error)  # what a truncated or damaged gzip file raises while it is read


class TooLong(ValueError):
    """One record takes more bytes than any real one."""


def opened(path: Path) -> BinaryIO:
    """The bytes of a file, unpacked where it is gzip (by its first bytes, whatever its name). Raises OSError."""
    with path.open("rb") as plain:
        packed = plain.read(2) == GZIP
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, each with its end. UTF-16 (by its mark) is handed out as UTF-8.

    Raises TooLong at a line of more than MAX_RECORD bytes, OSError or EOFError where a file is damaged.
    """
    with opened(path) as stream:
        source = _utf8(stream)
        while line := source.readline(MAX_RECORD + 1):
            if len(line) > MAX_RECORD:
                raise TooLong(f"a line has more than {MAX_RECORD // 1024**2} MB")
            yield line


def head(path: Path) -> bytes:
    """The first bytes of a file as UTF-8, without byte order mark. Raises OSError or EOFError."""
    with opened(path) as stream:
        return _utf8(stream).read(HEAD).lstrip()


def _utf8(stream: BinaryIO) -> BinaryIO:
    """The stream without its byte order mark, recoded where the mark says UTF-16."""
    buffered = io.BufferedReader(cast(io.RawIOBase, stream))
    mark = buffered.peek(3)[:3]
    if mark.startswith((b"\xff\xfe", b"\xfe\xff")):
        return cast(BinaryIO, _Recoded(io.TextIOWrapper(buffered, encoding="utf-16", errors="replace", newline="")))
    if mark == b"\xef\xbb\xbf":
        buffered.read(3)
    return cast(BinaryIO, buffered)


class _Recoded:
    """The two calls that the readers make, on a stream of another encoding."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text

    def readline(self, size: int) -> bytes:
        return self._text.readline(size).encode()

    def read(self, size: int) -> bytes:
        return self._text.read(size).encode()
