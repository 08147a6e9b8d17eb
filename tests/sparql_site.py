"""A real server with a SPARQL endpoint over the invented atlas, for tests that speak HTTP as anybody would."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPMessage
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import site_samples
import waitress

from explorer.app import create_app
from explorer.sparql_pool import SparqlPool


class Got(NamedTuple):
    """An answer, whatever its status."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def kind(self) -> str:
        """The media type without its parameters."""
        return self.headers.get_content_type()

    def rows(self) -> list[dict[str, Any]]:
        """Bindings of a SPARQL JSON answer."""
        assert self.status == 200, self.text
        found: list[dict[str, Any]] = json.loads(self.body)["results"]["bindings"]
        return found


class Endpoint:
    """The address of a running site, and a few ways to ask it."""

    def __init__(self, address: str, pool: SparqlPool) -> None:
        self.address, self.pool = address, pool

    def get(self, path: str, accept: str = "", method: str = "GET", **headers: str) -> Got:
        """Any page."""
        return self.send(urllib.request.Request(self.address + path, method=method), accept, headers)

    def ask(self, query: str, accept: str = "", **more: Any) -> Got:
        """A query with GET; ``more``: further parameters, lists for several values."""
        return self.get("/sparql?" + urlencode({"query": query} | more, doseq=True), accept)

    def post(self, body: bytes | str, kind: str, accept: str = "", path: str = "/sparql") -> Got:
        """Anything with POST."""
        data = body.encode() if isinstance(body, str) else body
        request = urllib.request.Request(self.address + path, data=data, method="POST")
        return self.send(request, accept, {"Content-Type": kind})

    def send(self, request: urllib.request.Request, accept: str, headers: dict[str, str]) -> Got:
        """Send it and wait for the answer."""
        for name, value in (({"Accept": accept} if accept else {}) | headers).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Got(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Got(error.code, error.headers, error.read())


def _run(server: Any) -> None:
    """Serve until the sockets are closed, which ends the wait for requests with an error."""
    with suppress(OSError):
        server.run()


@contextmanager
def serving(folder: Path, threads: int = 8, **limits: Any) -> Iterator[Endpoint]:
    """The site on a free port; ``limits`` are those of the pool."""
    build = site_samples.SampleBuild(site_samples.atlas(), folder)
    app = create_app(build)
    app.extensions["sparql"] = pool = SparqlPool(**limits)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=threads)
    threading.Thread(target=_run, args=[server], daemon=True).start()
    try:
        yield Endpoint(f"http://127.0.0.1:{server.effective_port}", pool)
    finally:
        server.close()
        pool.close()
        build.engine.close()
