"""Answers travel compressed where the browser can read that: a search page shrinks to an eighth."""

import gzip
import zlib
from collections.abc import Iterable, Iterator

from flask import Flask, Response, request

try:  # a sixth of zlib's time, for answers that are a tenth larger; there is none for some processors
    from isal import igzip
except ImportError:
    igzip = None  # type: ignore[assignment]

SMALLEST = 1_000  # bytes; below this, compression costs more than it saves
LEVEL = 4
FAST_LEVEL = 2  # of isal's
GZIP = 16  # tells zlib to write gzip's header and checksum
TYPES = ("text/", "application/json", "application/xml", "image/svg+xml")
ENDINGS = ("+json", "+xml", "javascript", "yaml", "n-triples", "n-quads", "trig", "bibtex", "research-info-systems")


def compress(app: Flask) -> None:
    """Compress what an application answers; what is made piece by piece is compressed piece by piece."""

    @app.after_request
    def shrink(response: Response) -> Response:
        kind = response.mimetype or ""
        if not (kind.startswith(TYPES) or kind.endswith(ENDINGS)):
            return response
        response.vary.add("Accept-Encoding")
        if not _worthwhile(response):
            return response
        if _piece_by_piece(response):
            response.response = squeezed(response.iter_encoded())
            response.headers.pop("Content-Length", None)
        else:
            response.direct_passthrough = False  # static files come as open files
            response.set_data(packed(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
        etag, weak = response.get_etag()
        if etag and not weak:  # the bytes are not the file's any more
            response.set_etag(etag, weak=True)
        return response


def packed(data: bytes) -> bytes:
    """The data as gzip, the same for the same data."""
    if igzip is None:
        return gzip.compress(data, LEVEL, mtime=0)
    found: bytes = igzip.compress(data, FAST_LEVEL, mtime=0)
    return found


def squeezed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same as gzip: each part is handed on as soon as it is full, and no more of it is held."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | GZIP)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


def _piece_by_piece(response: Response) -> bool:
    return response.is_streamed and not response.direct_passthrough


def _worthwhile(response: Response) -> bool:
    if response.status_code != 200 or "Content-Encoding" in response.headers:
        return False
    if request.accept_encodings.quality("gzip") <= 0 or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return False
    return _piece_by_piece(response) or (response.content_length or 0) >= SMALLEST
