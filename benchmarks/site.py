"""The site: milliseconds a page in the process, milliseconds over HTTP with waitress, memory of the process."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import psutil

from benchmarks.clients import CLIENTS, Answers, ask
from benchmarks.complete import typed
from benchmarks.requests import asked
from benchmarks.serving import our_site
from benchmarks.timing import in_turn
from benchmarks.visitors import COMPLETIONS, first_times, visits
from entries.atlas import Atlas
from explorer.app import create_app
from explorer.instance import Instance
from explorer.kept_pages import EXTENSION as KEPT

HEADER = ("what", "median", "p99")
PROCESSES = (1, 2)
WARM_UP = ["/", "/studies?q=pain&page=2", "/complete?q=zz"]  # what each process makes once for all pages
MOST_COMPLETIONS = 2_000
REPEATED = 20_000  # requests for pages that were asked for before


def measure(instance: Path, requests: int) -> Iterator[tuple[object, ...]]:
    """Rows of the table for the build in an instance folder."""
    opened = Instance.open(instance)
    opened.settle()  # as a site does that has been open for some seconds
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
    wanted = _Asked(
        list(dict.fromkeys(searches)), _completions(opened.atlas, requests), visits(opened.atlas, 10 * requests)
    )
    opened.close()
    for processes in PROCESSES:
        yield from _over_http(instance, processes, wanted)


def _completions(atlas: Atlas, requests: int) -> list[str]:
    """Completions as they are asked for letter by letter, those of several people at once."""
    rng = random.Random(1)
    texts = [text for kind in typed(atlas, max(2, requests // 4), rng).values() for text in kind]
    begun = list(dict.fromkeys(text[:end] for text in texts for end in range(2, len(text))))
    rng.shuffle(begun)
    return [COMPLETIONS + urlencode({"q": text}) for text in begun[:MOST_COMPLETIONS]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for over HTTP: pages and completions, none of them twice, and what visitors ask for."""

    searches: list[str]
    completions: list[str]
    visits: list[str]


def _over_http(instance: Path, processes: int, what: _Asked) -> Iterator[tuple[object, ...]]:
    """Clients and server are processes of their own; each client keeps its connection, as browsers do."""
    how = f"over HTTP, {CLIENTS} clients, {processes} {'process' if processes == 1 else 'processes'}"
    heard: list[Answers] = []

    def asked_for(base: str, addresses: list[str]) -> Answers:
        heard.append(ask(base, addresses))
        return heard[-1]

    with our_site(instance, processes) as site:
        ask(site.base, WARM_UP * CLIENTS)
        yield from _rows(f"search page {how}, each for the first time", asked_for(site.base, what.searches))
        again = what.searches * -(-REPEATED // len(what.searches))
        yield from _rows(f"search page {how}, {len(what.searches)} pages again and again", asked_for(site.base, again))
        yield from _rows(f"completion {how}, each for the first time", asked_for(site.base, what.completions))
        yield from _visited(how, what.visits, asked_for(site.base, what.visits))
        yield f"MB of memory after that, {processes} serving, all / private", site.memory(), site.private()
    count = sum(len(answers.statuses) for answers in heard)
    yield f"errors in {count:,} requests {how}", sum(answers.errors for answers in heard), "-"


def _rows(what: str, answers: Answers) -> Iterator[tuple[object, ...]]:
    yield f"ms, {what}", answers.timed().median, answers.timed().p99
    yield f"a second, {what}", len(answers.seconds) / answers.elapsed, "-"


def _visited(how: str, visits: list[str], answers: Answers) -> Iterator[tuple[object, ...]]:
    """As visitors ask: pages and completions at the same time, some of them asked for before."""
    typed = [address.startswith(COMPLETIONS) for address in visits]
    fresh = sum(f and not t for f, t in zip(first_times(visits), typed, strict=True)) / typed.count(False)
    pages, completions = answers.timed([not t for t in typed]), answers.timed(typed)
    yield f"ms, page {how}, as visitors ask ({fresh:.0%} for the first time)", pages.median, pages.p99
    yield f"ms, completion {how}, as visitors ask", completions.median, completions.p99


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
