"""Bad questions, heavy ones, slow callers and too many at once: each is answered, and the site goes on."""

import os
import shutil
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

import pytest
import site_samples
from served import until
from sparql_site import Endpoint, Got, serving

from explorer.app import create_app
from explorer.build import GRAPH, build
from explorer.instance import Instance, LiveInstance
from explorer.sparql_pool import PoolBusy, SparqlPool
from graph.sparql import QueryLimit
from graph.store import GraphStore

FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
EASY = "SELECT * { ?s a skos:Concept } LIMIT 3"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a schema:MedicalStudy }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ENDLESS = {
    "cross product": CROSS,
    "infinite property path": "SELECT (COUNT(*) AS ?n) { ?a (!<x:x>|^!<x:x>)* ?b . ?b (!<x:x>|^!<x:x>)* ?c "
    ". ?c (!<x:x>|^!<x:x>)* ?d }",
    "endless sorting": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY MD5(STR(?i)) LIMIT 1",
}
TIMEOUT = 1.5


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with serving(tmp_path_factory.mktemp("limits"), timeout=TIMEOUT, patience=1.0) as endpoint:
        assert endpoint.ask(EASY).status == 200
        yield endpoint


def processes() -> dict[int, float]:
    """Processor seconds of each process that this one has started and that still runs."""
    children = [int(pid) for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()]
    used = {}
    for pid in children:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        if fields[0] != "Z":
            used[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def idle() -> bool:
    """Whether none of them works. One that takes the place of a stopped one does at first."""
    before = processes()
    time.sleep(0.5)
    return all(used - before.get(pid, 0.0) <= 0.2 for pid, used in processes().items())


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are looked up in /proc")


# What is refused


REFUSED = {
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }": "SERVICE",
    "LOAD <http://127.0.0.1:1/>": "LOAD would change",
    "INSERT DATA { <x:a> <x:b> 1 }": "INSERT would change",
    "DROP ALL": "DROP would change",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }": "no such graph",
    "SELECT * FROM NAMED <http://127.0.0.1:1/> { ?s ?p ?o }": "no such graph",
    "SELECT * { ?s ?p": "not a SPARQL 1.1 query",
    "SELECT * { ?s nowhere:p ?o }": "nothing declares",
    "": "the query is empty",
    "SELECT * { ?s ?p ?o } # " + "x" * 100_000: "100,000 is the limit",
    "SELECT * {" * 2_000 + "}" * 2_000: "nested",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda t: t[:40])
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_refused_with_the_reason(site: Endpoint, text: str, way: str) -> None:
    if way == "get":
        got = site.ask(text)
    else:
        got = site.post(urlencode({"query": text}), FORM) if way == "form" else site.post(text, QUERY)
    assert (got.status, got.kind) == (400, "text/plain")
    assert REFUSED[text] in got.text


def test_requests_that_are_none(site: Endpoint) -> None:
    said: dict[str, tuple[Got, int, str]] = {
        "no query": (site.post("", FORM), 400, "there is no query"),
        "two queries": (site.get("/sparql?query=a&query=b", "text/csv"), 400, "2 queries"),
        "update": (site.post(urlencode({"update": "DROP ALL"}), FORM), 400, "only reads"),
        "update itself": (site.post("DROP ALL", "application/sparql-update"), 400, "only reads"),
        "another type": (site.post("{}", "application/json"), 415, "application/sparql-query"),
        "a form with files": (site.post("--x--", "multipart/form-data; boundary=x"), 415, "multipart"),
        "not UTF-8": (site.post(b"SELECT \xff", QUERY), 400, "not UTF-8"),
        "not UTF-8, encoded": (site.get("/sparql?query=%FF", "text/csv"), 400, "not UTF-8"),
        "many parameters": (site.post("&".join(["a=1"] * 5_000), FORM), 400, "1,000 parameters"),
        "suffix alone": (site.get("/sparql.csv"), 400, "there is no query"),
        "wrong suffix": (site.get("/sparql.ttl?" + urlencode({"query": EASY})), 400, "rows"),
    }
    for name, (got, status, words) in said.items():
        assert (got.status, got.kind) == (status, "text/plain"), name
        assert words in got.text, name
    assert site.get("/sparql.exe?query=x").status == 404
    put = site.get("/sparql", method="PUT")
    assert (put.status, put.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert site.get("/studies").status == 200


@pytest.mark.parametrize("kind", [FORM, QUERY])
def test_ten_megabytes_of_query(site: Endpoint, kind: str) -> None:
    got = site.post(b"query=" + b"x" * 10_000_000, kind)
    assert got.status == 413
    assert "1,000,000 bytes" in got.text
    assert site.post(b"query=" + b"x" * 900_000, kind).status == 400, "below that the query's own limit holds"
    assert site.ask("x" * 300_000).status in (413, 414, 431, 400), "a long address is refused by the server itself"


# What is stopped


@needs_proc
@pytest.mark.parametrize("name", ENDLESS)
def test_what_has_no_end_is_stopped(site: Endpoint, name: str) -> None:
    got = site.ask(ENDLESS[name])
    assert (got.status, got.kind) == (422, "text/plain")
    assert "longer than 1.5 s" in got.text or "memory" in got.text
    assert until(idle), "a process goes on with what nobody waits for"
    assert site.ask(EASY).status == 200


def test_a_hundred_million_rows(site: Endpoint) -> None:
    numbers = " ".join(map(str, range(100)))
    product = " ".join(f"VALUES ?{v} {{ {numbers} }}" for v in "abcd")
    got = site.ask(f"SELECT * {{ {product} }}")
    assert got.status == 422
    assert "100,000 results" in got.text or "longer than" in got.text


def test_more_bytes_than_allowed(site: Endpoint) -> None:
    numbers = " ".join(map(str, range(100)))
    long = "x" * 20_000
    got = site.ask(f"SELECT ('{long}' AS ?long) {{ VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} }}")
    assert got.status == 422
    assert "50,000,000 bytes" in got.text or "longer than" in got.text


# Many, and slow ones


def test_fifty_at_once(tmp_path: Path) -> None:
    with serving(tmp_path, timeout=2.0, patience=0.5) as site:
        assert site.ask(EASY).status == 200
        with ThreadPoolExecutor(52) as callers:
            asked = [callers.submit(site.ask, CROSS if n % 2 else EASY) for n in range(50)]
            time.sleep(0.3)
            page = callers.submit(site.get, "/studies").result()  # gives up after a minute
            answers = [a.result() for a in asked]
        assert page.status == 200
        statuses = Counter(a.status for a in answers)
        assert set(statuses) <= {200, 422, 503}, statuses
        assert statuses[503] > 0, "nobody was sent away"
        for refused in (a for a in answers if a.status == 503):
            assert int(refused.headers["Retry-After"]) > 0
            assert "try again" in refused.text
        assert until(lambda: site.ask(EASY).status == 200)


def test_fifty_easy_ones_by_callers_who_come_again(site: Endpoint) -> None:
    def patient(_: int) -> bool:
        return until(lambda: site.ask(EASY).status == 200)

    with ThreadPoolExecutor(50) as callers:
        assert all(callers.map(patient, range(50)))


def test_a_page_says_that_there_are_too_many(tmp_path: Path) -> None:
    with serving(tmp_path, workers=1, waiting=0, timeout=3.0) as site, ThreadPoolExecutor(1) as caller:
        enough, answers = Event(), list[Got]()
        heavy = caller.submit(until, lambda: site.ask(CROSS).status == 422 and enough.is_set())

        def refused() -> bool:
            answers.append(site.ask(f"{EASY} # {len(answers)}", "text/html"))  # answers already given are kept
            return answers[-1].status == 503

        told = until(refused)
        enough.set()
        assert told and heavy.result()
        got = answers[-1]
        assert got.kind == "text/html"
        assert got.headers["Retry-After"]
        assert "try again" in got.text


def test_callers_who_read_slowly_hold_nobody_up(tmp_path: Path) -> None:
    numbers = " ".join(map(str, range(250)))
    large = f"SELECT ('{'x' * 400}' AS ?long) {{ VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} }}"
    with serving(tmp_path, threads=4) as site:
        host, port = site.address.removeprefix("http://").split(":")
        sockets = []
        for _ in range(6):
            sockets.append(socket.create_connection((host, int(port))))
            query = urlencode({"query": large})
            sockets[-1].sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode())
            assert sockets[-1].recv(15).startswith(b"HTTP/1.1 200"), "twenty megabytes, of which this is all we read"
        slow = socket.create_connection((host, int(port)))
        slow.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nquery=")
        assert site.get("/studies").status == 200, "who asks gives up after a minute"
        assert site.ask(EASY).status == 200
        for each in (*sockets, slow):
            each.close()
        assert site.ask(EASY).status == 200


# A build on disk


def test_a_damaged_store_is_told_and_the_site_goes_on(folder: Path, tmp_path: Path) -> None:
    build(folder, tmp_path / "instance")
    instance = Instance.open(tmp_path / "instance")
    for part in (instance.folder / GRAPH).glob("quads-*"):
        shutil.rmtree(part)
    client = create_app(instance).test_client()
    for address in (f"/sparql?{urlencode({'query': EASY})}", "/sparql", "/.well-known/void"):
        response = client.get(address, headers={"Accept": "text/turtle, */*;q=0.5"})
        assert response.status_code == 503
        assert "evidence build" in response.text
    assert client.get("/studies").status_code == 200


def test_a_running_site_asks_the_newest_build(folder: Path, tmp_path: Path) -> None:
    build(folder, tmp_path / "instance")
    live = LiveInstance(tmp_path / "instance")
    app = create_app(live)
    client = app.test_client()
    address = f"/sparql.csv?{urlencode({'query': COUNT})}"
    before = int(client.get(address).text.split()[1])
    next((folder / "studies").glob("*.yaml")).unlink()
    build(folder, tmp_path / "instance")
    assert until(lambda: int(client.get(address).text.split()[1]) == before - 1)
    app.extensions["sparql"].close()


# The pool itself


@pytest.fixture
def stores(tmp_path: Path) -> tuple[GraphStore, GraphStore]:
    return tuple(GraphStore.build(site_samples.atlas(n), tmp_path / str(n)) for n in (0, 5))  # type: ignore[return-value]


@needs_proc
def test_a_newer_build_takes_over(stores: tuple[GraphStore, GraphStore]) -> None:
    first, second = stores
    already = set(processes())
    pool = SparqlPool(workers=2)
    with ThreadPoolExecutor(2) as callers:
        list(callers.map(lambda _: pool.query(first, COUNT), range(8)))
    old = set(processes()) - already
    assert old
    [[before]], [[after]] = pool.query(first, COUNT).rows, pool.query(second, COUNT).rows
    assert int(after) - int(before) == 5  # type: ignore[arg-type]
    new = set(processes()) - already
    assert not new & old, "a process still works on the older build"
    pool.close()
    assert set(processes()) <= already


@needs_proc
def test_processes_end_with_their_pool(stores: tuple[GraphStore, GraphStore]) -> None:
    already = set(processes())
    pool = SparqlPool(workers=1)
    pool.query(stores[0], COUNT)
    assert set(processes()) - already
    del pool
    assert until(lambda: set(processes()) <= already)


def test_a_pool_is_bounded(stores: tuple[GraphStore, GraphStore]) -> None:
    pool = SparqlPool(workers=1, waiting=1, patience=0.3, timeout=2.0)
    pool.query(stores[0], COUNT)
    with ThreadPoolExecutor(3) as callers:
        asked = [callers.submit(pool.query, stores[0], CROSS) for _ in range(3)]
        failures = Counter(type(a.exception()) for a in asked)
    assert failures == {QueryLimit: 1, PoolBusy: 2}
    assert pool.query(stores[0], COUNT).rows
    pool.close()
