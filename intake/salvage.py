"""Cuts a broken PubMed file into its articles without parsing it, so that the sound ones can still be read."""

import re
from collections.abc import Iterator
from io import BufferedReader
from itertools import pairwise
from pathlib import Path
from typing import cast

from intake.source import MAX_RECORD, SPOILT, head, opened

_BLOCK = 1 << 20
_START = re.compile(rb"<(PubmedArticle|PubmedBookArticle|DeleteCitation)[\s>]")
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']""")
_LONGEST_TAG = 32  # bytes that a start tag cut in two may have left in the block before


def encoding_of(path: Path) -> str:
    """The encoding that the file declares, ``utf-8`` where it declares none that Python knows."""
    found = _ENCODING.search(head(path))
    name = found[1].decode() if found else "utf-8"
    try:
        "".encode(name)
    except LookupError:
        return "utf-8"
    return name


def fragments(path: Path) -> Iterator[bytes | str]:
    """The bytes of each article from its start tag on; a text says why one is not to be had.

    An article without an end tag ends where the next one begins. A file that ends behind an article without closing
    what holds them all has lost something: that is told, too.
    """
    kept, whole_file = b"", True
    try:
        with opened(path) as stream:
            # What stands before a damaged place is handed out: read() would lose up to a block of it.
            while block := cast(BufferedReader, stream).read1(_BLOCK):
                kept += block
                whole, kept = _cut(kept)
                yield from whole
                if len(kept) > MAX_RECORD:
                    yield f"one record has more than {MAX_RECORD // 1024**2} MB"
                    kept = kept[-_LONGEST_TAG:]
    except SPOILT as error:
        whole_file = False
        yield f"the file ends here: {error}"
    if _START.match(kept):
        last = _ended(kept)
        yield last
        if whole_file and last.endswith(_end_of(last)) and b"</" not in kept[len(last) :]:
            yield "the file is cut off here, behind an article"


def _cut(data: bytes) -> tuple[list[bytes], bytes]:
    """The articles that another one follows in ``data``, and what is left."""
    starts = [found.start() for found in _START.finditer(data)]
    if not starts:
        return [], data[-_LONGEST_TAG:]
    whole = [_ended(data[here:there]) for here, there in pairwise(starts)]
    return whole, data[starts[-1] :]


def _ended(data: bytes) -> bytes:
    """An article up to its own end tag, where it has one."""
    end = _end_of(data)
    place = data.find(end)
    return data if place < 0 else data[: place + len(end)]


def _end_of(data: bytes) -> bytes:
    """The end tag of the article that ``data`` begins with."""
    start = _START.match(data)
    return b"</" + start[1] + b">" if start else b">"
