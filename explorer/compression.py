"""Answers travel compressed where the browser can read that: a search page shrinks to an eighth."""

import gzip

from flask import Flask, Response, request

SMALLEST = 1_000  # bytes; below this, compression costs more than it saves
LEVEL = 4
TYPES = ("text/", "application/json", "application/xml", "image/svg+xml")
ENDINGS = ("+json", "+xml", "javascript", "yaml", "n-triples", "n-quads", "trig")


def compress(app: Flask) -> None:
    """Compress what an application answers, streams excepted."""

    @app.after_request
    def shrink(response: Response) -> Response:
        kind = response.mimetype or ""
        if not (kind.startswith(TYPES) or kind.endswith(ENDINGS)):
            return response
        response.vary.add("Accept-Encoding")
        if not _worthwhile(response):
            return response
        response.direct_passthrough = False  # static files come as open files
        response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        etag, weak = response.get_etag()
        if etag and not weak:  # the bytes are not the file's any more
            response.set_etag(etag, weak=True)
        return response


def _worthwhile(response: Response) -> bool:
    streamed = response.is_streamed and not response.direct_passthrough
    if response.status_code != 200 or "Content-Encoding" in response.headers or streamed:
        return False
    if request.accept_encodings.quality("gzip") <= 0 or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return False
    return (response.content_length or 0) >= SMALLEST
