"""The site: milliseconds a page in the process, milliseconds over HTTP with waitress, memory of the process."""

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psutil

from benchmarks.requests import asked
from benchmarks.timing import Timed, in_turn, once
from explorer.app import create_app
from explorer.instance import Instance

HEADER = ("what", "median", "p99")
WORKERS = 8


def measure(instance: Path, requests: int) -> Iterator[tuple[object, ...]]:
    """Rows of the table for the build in an instance folder."""
    opened = Instance.open(instance)
    client = create_app(opened).test_client()
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
        [timed] = in_turn([[lambda a=a: client.get(a)] for a in addresses])
        yield f"ms, {what}, in the process", timed.median, timed.p99
    timed, rate = _over_http(instance, searches)
    yield f"ms, search page over HTTP, {WORKERS} clients at once", timed.median, timed.p99
    yield "search pages a second over HTTP", rate, "-"


def _over_http(instance: Path, addresses: list[str]) -> tuple[Timed, float]:
    """Times of single requests and requests a second; the server is a process of its own, as in use."""
    command = [sys.executable, "-m", "explorer", "--instance", str(instance), "serve", "--no-build", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            base = next(word for word in server.stdout.readline().split() if word.startswith("http"))
            urllib.request.urlopen(base).read()
            return _clients(base.rstrip("/"), addresses)
        finally:
            server.terminate()


def _clients(base: str, addresses: list[str]) -> tuple[Timed, float]:
    times: list[float] = []

    def client(mine: list[str]) -> None:
        for address in mine:
            times.append(once(lambda a=address: urllib.request.urlopen(base + a).read()))

    workers = [threading.Thread(target=client, args=(addresses[i::WORKERS],)) for i in range(WORKERS)]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return Timed(tuple(times)), len(times) / (time.perf_counter() - started)


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
