"""Pages that were made once and are asked for again: a page is a function of the build, the address and a few headers.

Nothing here outlives the build that it was made from: the first request to a newer one empties the store.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import NamedTuple

from flask import Flask, Response, g, request
from werkzeug.wrappers import Response as BaseResponse

from explorer.site import here

MOST = 32_000_000  # bytes, compressed as they travel; some two thousand pages
OVERHEAD = 3_000  # bytes that an answer takes besides its text: headers, objects around it
SMALL = ("complete.complete",)  # endpoints whose answers are no pages but are asked for by everybody who types
LARGEST = 1_000_000  # bytes of one page
EXTENSION = "kept pages"
LONGEST = 2_000  # characters of an address: longer ones are hardly asked for twice
# What an answer may depend on besides the address.
HEADERS = ("Accept", "Accept-Encoding", "Cookie", "Host", "HX-Request", "HX-Target", "X-Forwarded-Proto")
_IN_ENVIRON = tuple(f"HTTP_{name.upper().replace('-', '_')}" for name in HEADERS)


class Key(NamedTuple):
    """What an answer depends on: the address as it was asked for, and all else."""

    uri: str
    given: tuple[str, ...] = ()


@dataclass
class KeptPages:
    """The pages asked for last, at most so many bytes of them. Safe to use from several threads."""

    most: int = MOST
    size: int = 0
    _build: object = None
    _pages: OrderedDict[Key, Response] = field(default_factory=OrderedDict)
    _uris: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def renew(self, build: object) -> None:
        """Forget everything, if it was made from another build."""
        with self._lock:
            if self._build is not build:
                self._build, self.size = build, 0
                self._pages.clear()
                self._uris.clear()

    def has(self, uri: str) -> bool:
        """Whether some page of an address is kept, for whomever it was made."""
        return uri in self._uris

    def get(self, key: Key) -> Response | None:
        """The page kept under a key, to be sent once more; None where there is none."""
        with self._lock:
            kept = self._pages.get(key)
            if kept is None:
                return None
            self._pages.move_to_end(key)
        return Response(kept.get_data(), kept.status, kept.headers.copy())

    def put(self, key: Key, page: Response) -> None:
        """Keep a page; those asked for longest ago make room."""
        data = page.get_data()
        copy = Response(data, page.status, page.headers.copy())
        with self._lock:
            if key in self._pages:
                return
            self._pages[key] = copy
            self._uris[key.uri] += 1
            self.size += len(data) + OVERHEAD
            while self.size > self.most:
                gone, oldest = self._pages.popitem(last=False)
                self.size -= len(oldest.get_data()) + OVERHEAD
                self._uris[gone.uri] -= 1
                if not self._uris[gone.uri]:
                    del self._uris[gone.uri]

    def __len__(self) -> int:
        return len(self._pages)


def keep_pages(app: Flask, most: int = MOST) -> None:
    """Answer with pages that were made before, at most so many bytes of them.

    To be called first: what is kept has then passed everything else.
    """
    pages = app.extensions[EXTENSION] = KeptPages(most)

    @app.before_request
    def kept() -> BaseResponse | None:
        key = _key()
        if key is None:
            return None
        pages.renew(here().build)
        page = pages.get(key)
        if page is None:
            g.page_key = key
            return None
        return page.make_conditional(request)

    @app.after_request
    def keep(response: Response) -> Response:
        key = g.pop("page_key", None)
        if key is not None and _lasting(response):
            pages.put(key, response)
        return response


def _key() -> Key | None:
    """What the present answer depends on; None where it is not to be kept."""
    if request.method != "GET" or request.endpoint in (None, "static") or len(request.full_path) > LONGEST:
        return None
    today = datetime.now(UTC).date().isoformat()  # pages say when they were looked up
    given = request.environ
    uri = given.get("REQUEST_URI", "")  # as a server gives it that knows it; only hints at what is kept
    return Key(uri, (request.script_root, request.full_path, today, *(given.get(name, "") for name in _IN_ENVIRON)))


def _lasting(response: Response) -> bool:
    """Whether an answer is a whole page, or as good as one, for anybody who asks alike."""
    if response.status_code != 200 or response.is_streamed:
        return False
    if response.mimetype != "text/html" and request.endpoint not in SMALL:
        return False
    if "Set-Cookie" in response.headers or "no-store" in response.headers.get("Cache-Control", ""):
        return False
    return (response.content_length or 0) <= LARGEST
