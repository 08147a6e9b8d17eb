"""The site: milliseconds a page in the process, milliseconds over HTTP with waitress, memory of the process."""

import http.client
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import psutil

from benchmarks.complete import typed
from benchmarks.requests import asked
from benchmarks.serving import our_server
from benchmarks.timing import Timed, in_turn
from explorer.app import create_app
from explorer.instance import Instance
from explorer.kept_pages import EXTENSION as KEPT

HEADER = ("what", "median", "p99")
WORKERS = 8
REPEATED = 20_000  # requests for pages that were asked for before


def measure(instance: Path, requests: int) -> Iterator[tuple[object, ...]]:
    """Rows of the table for the build in an instance folder."""
    opened = Instance.open(instance)
    app = create_app(opened)
    app.extensions[KEPT].most = 0  # in the process every page is made anew
    client = app.test_client()
    searches = ["/studies?" + urlencode(a.request.to_args()) for a in asked(opened.atlas, requests, 2)]
    studies = [f"/studies/{a}" for a in list(opened.atlas.studies)[:requests]]
    concepts = [f"/concepts/{c.id}" for c in opened.atlas.vocabulary.of_scheme(opened.atlas.config.tags[0])[:requests]]
    kinds = {
        "search page, two facet values chosen": searches,
        "study page": studies,
        "concept page": concepts,
        "study as Turtle": [f"{s}.ttl" for s in studies],
    }
    for what, addresses in kinds.items():
        [timed] = in_turn([[partial(client.get, a)] for a in addresses])
        yield f"ms, {what}, in the process", timed.median, timed.p99
    texts = list(typed(opened.atlas, max(2, requests // 4), random.Random(1)).values())
    completions = [f"/complete?{urlencode({'q': t[:n]})}" for kind in texts for t in kind for n in range(2, len(t))]
    opened.close()
    with our_server(instance) as base:
        yield from _over_http(base, list(dict.fromkeys(searches)), list(dict.fromkeys(completions))[:2_000])


def _over_http(base: str, searches: list[str], completions: list[str]) -> Iterator[tuple[object, ...]]:
    """The server is a process of its own, as in use; each client keeps its connection, as browsers do."""
    clients = f"over HTTP, {WORKERS} clients at once"
    answers = Answers()
    seconds = answers.ask(base, searches)
    yield f"ms, search page {clients}, each page for the first time", answers.timed.median, answers.timed.p99
    yield "search pages a second over HTTP, each for the first time", len(searches) / seconds, "-"
    again = Answers()
    repeated = searches * -(-REPEATED // len(searches))
    seconds = again.ask(base, repeated)
    yield f"ms, search page {clients}, {len(searches)} pages again and again", again.timed.median, again.timed.p99
    yield "search pages a second over HTTP, again and again", len(repeated) / seconds, "-"
    completed = Answers()
    completed.ask(base, completions)
    yield f"ms, completion {clients}", completed.timed.median, completed.timed.p99
    asked_for = len(searches) + len(repeated) + len(completions)
    yield f"errors in {asked_for:,} requests over HTTP", answers.errors + again.errors + completed.errors, "-"


@dataclass
class Answers:
    """What several clients heard: seconds of each answer, and how many were errors."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0

    @property
    def timed(self) -> Timed:
        """The times as a series."""
        return Timed(tuple(self.seconds))

    def ask(self, base: str, addresses: list[str]) -> float:
        """Ask for all addresses, shared out among the clients; the seconds until the last was answered."""
        workers = [threading.Thread(target=self._client, args=(base, addresses[i::WORKERS])) for i in range(WORKERS)]
        started = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return time.perf_counter() - started

    def _client(self, base: str, addresses: list[str]) -> None:
        connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=60)
        for address in addresses:
            started = time.perf_counter()
            try:
                connection.request(
                    "GET", address, headers={"Accept": "text/html, */*;q=0.5", "Accept-Encoding": "gzip"}
                )
                answer = connection.getresponse()
                answer.read()
                self.errors += answer.status != 200
            except (OSError, http.client.HTTPException):
                self.errors += 1
                connection.close()
            self.seconds.append(time.perf_counter() - started)
        connection.close()


def memory(instance: Path, requests: int) -> tuple[float, float]:
    """(MB after opening, MB at most) of a fresh process that opens the build and answers search pages."""
    command = [sys.executable, "-m", "benchmarks.site", str(instance), str(requests)]
    opened, most = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return opened, most


def _main(instance: Path, requests: int) -> None:
    build = Instance.open(instance)
    client = create_app(build).test_client()
    client.get("/")
    process = psutil.Process()
    opened = process.memory_info().rss / 2**20
    for a in asked(build.atlas, requests, 1):
        client.get("/studies?" + urlencode(a.request.to_args()))
    print(json.dumps([opened, process.memory_info().rss / 2**20]))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]))
