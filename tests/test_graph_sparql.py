"""Queries: answered, bounded, and never more than reading this dataset."""

import contextlib
import csv
import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import graph_samples as samples
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Literal, URIRef
from served import until

from graph import sparql_guard
from graph.errors import GraphUnusable, QueryFailed, QueryLimit, QueryRefused
from graph.namespaces import Names
from graph.sparql import ChosenGraphs, QueryWorker, query
from graph.sparql_guard import check, check_words
from graph.store import GraphStore

ROOT = Path(__file__).parents[1]
PREFIXES = Names(samples.BASE).prefixes()
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sparql") / "graph"
    GraphStore.build(samples.small(), path).close()
    return path


@pytest.fixture(scope="module")
def worker(store: Path) -> Iterator[QueryWorker]:
    with QueryWorker(store) as made:
        yield made


def test_select_in_every_form(worker: QueryWorker) -> None:
    result = worker.query(
        "SELECT ?label ?n ?year WHERE { ?c skos:notation ?n ; skos:prefLabel ?label ."
        " OPTIONAL { ?c dcterms:issued ?year } FILTER(?n IN ('nf-kb', 'fukuda-1994')) } ORDER BY ?n"
    )
    assert result.variables == ("label", "n", "year")
    assert [row[1] for row in result.rows] == [Literal("fukuda-1994"), Literal("nf-kb")]
    assert result.rows[1][0] == Literal("NF-κB", lang="en")
    assert result.rows[1][2] is None
    assert json.loads(result.serialize("json"))["head"]["vars"] == ["label", "n", "year"]
    table = list(csv.reader(io.StringIO(result.serialize("csv").decode())))
    assert table == [["label", "n", "year"], ["Fukuda (1994)", "fukuda-1994", "1994"], ["NF-κB", "nf-kb", ""]]
    assert result.serialize("tsv").decode().splitlines()[0] == "?label\t?n\t?year"
    assert b"<sparql" in result.serialize("xml")
    back = ox.parse_query_results(result.serialize("xml"), format=ox.QueryResultsFormat.XML)
    assert isinstance(back, ox.QuerySolutions)
    assert len(list(back)) == 2
    assert "Fukuda (1994)" in result.table()
    assert result.table().endswith("(2 rows)\n")
    with pytest.raises(ValueError, match="use one of json"):
        result.serialize("turtle")
    with pytest.raises(ValueError, match="only ASK"):
        result.boolean  # noqa: B018


def test_ask(worker: QueryWorker) -> None:
    assert worker.query("ASK { concept:pain skos:notation 'pain' }").boolean
    no = worker.query("ASK { concept:pain skos:notation 'pane' }")
    assert not no.boolean
    assert no.table() == "no\n"
    assert json.loads(no.serialize("json")) == {"head": {}, "boolean": False}
    assert b"false" in no.serialize("xml")


@pytest.mark.parametrize(
    "text",
    ["CONSTRUCT { ?s skos:notation ?n } WHERE { ?s skos:notation ?n }", "DESCRIBE ?s { ?s skos:notation 'pain' }"],
)
def test_graphs(worker: QueryWorker, text: str) -> None:
    result = worker.query(text)
    assert (URIRef(samples.BASE + "concepts/pain"), None, Literal("pain")) in result.graph()
    for form in ("turtle", "ntriples", "rdfxml", "jsonld"):
        assert b"pain" in result.serialize(form)
    assert result.table().startswith("@prefix")
    assert "concept:pain" in result.table()
    with pytest.raises(ValueError, match="cannot be written as 'csv'"):
        result.serialize("csv")
    with pytest.raises(ValueError, match="not rows"):
        result.rows  # noqa: B018


def test_the_question_of_the_atlas(worker: QueryWorker) -> None:
    text = """
        SELECT ?marker (COUNT(DISTINCT ?study) AS ?n) WHERE {
          ?study ev:finding ?f . ?f ev:direction ev:increased ; dcterms:subject ?marker .
          ?marker skos:inScheme scheme:biomarker
        } GROUP BY ?marker ORDER BY DESC(?n) ?marker"""
    found = {str(marker).rsplit("/", 1)[1]: int(n) for marker, n in worker.query(text).rows}  # type: ignore[arg-type]
    assert found == {"il-6": 1, "nf-kb": 1, "nk-cell-function": 1}


def test_own_prefixes_win(worker: QueryWorker) -> None:
    result = worker.query(
        f"PREFIX skos: <{samples.BASE}concepts/> SELECT ?l {{ skos:pain rdfs:label|schema:position ?l }}"
    )
    assert len(result.rows) == 1


def test_named_graphs_and_from(worker: QueryWorker) -> None:
    [[n]] = worker.query("SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }").rows
    assert n == Literal(3 * 2 + len(samples.SCHEMES) + 2), "of each study its entry and its standing"
    one = worker.query(f"SELECT * FROM <{samples.BASE}studies/maes-2007-not-mind#graph> {{ ?s a schema:MedicalStudy }}")
    assert len(one.rows) == 1
    named = worker.query(
        f"SELECT DISTINCT ?g FROM NAMED <{samples.BASE}schemes/symptom#graph> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    )
    assert [str(row[0]) for row in named.rows] == [f"{samples.BASE}schemes/symptom#graph"]


def test_graphs_that_the_caller_chooses(worker: QueryWorker) -> None:
    symptoms, markers = (f"{samples.BASE}schemes/{name}#graph" for name in ("symptom", "biomarker"))
    text = "SELECT ?n ?g { { ?c skos:notation ?n } UNION { GRAPH ?g { ?c skos:notation ?n } } }"

    def found(default: tuple[str, ...], named: tuple[str, ...], text: str = text) -> set[tuple[str, bool]]:
        return {(str(n), g is not None) for n, g in worker.query(text, graphs=ChosenGraphs(default, named)).rows}

    assert {("pain", False)} <= found((symptoms,), ()) <= {(s["id"], False) for s in samples.SCHEMES["symptom"]}
    assert {("il-6", True)} <= found((), (markers,)) <= {(s["id"], True) for s in samples.SCHEMES["biomarker"]}
    assert {("pain", False), ("il-6", False)} <= found((symptoms, markers), ())
    assert ("il-6", False) not in found((symptoms,), (), text.replace("{", f"FROM <{markers}> {{", 1))
    for wrong in ("file:///etc/passwd", "http://127.0.0.1:1/", "no address", ""):
        with pytest.raises(QueryRefused, match=r"no such graph|not an address"):
            found((wrong,), ())


def test_columns_of_star_in_the_order_of_the_query(worker: QueryWorker) -> None:
    assert worker.query("SELECT * { ?zebra ?apple ?middle } LIMIT 1").variables == ("zebra", "apple", "middle")


REFUSED = {
    "SELECT * { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }": "SERVICE would send",
    "SELECT * { service silent <http://127.0.0.1:{port}/> { ?s ?p ?o } }": "SERVICE would send",
    "SELECT * { { SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <http://[::1]:{port}/> {} } } } }": "SERVICE would send",
    "SELECT * { ?s ?p trueSERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }": "SERVICE would send",
    "PREFIX : <http://127.0.0.1:{port}/> SELECT * { SERVICE:x { ?s ?p ?o } }": "could be read as SERVICE",
    "PREFIX e: <http://a/> SELECT * { e:a\\# SERVICE <http://127.0.0.1:{port}/> {} }": "SERVICE would send",
    "SELECT * { \\u0053ERVICE <http://127.0.0.1:{port}/> {} }": "only in strings",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }": "no such graph",
    "SELECT * FROM <http://127.0.0.1:{port}/data.ttl> { ?s ?p ?o }": "no such graph",
    "SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }": "no such graph",
    "BASE <file:///etc/> SELECT * FROM <passwd> { ?s ?p ?o }": "no such graph",
    "PREFIX f: <file:///etc/> SELECT * FROM f:passwd { ?s ?p ?o }": "no such graph",
    "LOAD <file:///etc/passwd>": "LOAD would change",
    "PREFIX a: <a:> INSERT DATA { a:a a:b a:c }": "INSERT would change",
    "DELETE WHERE { ?s ?p ?o }": "DELETE would change",
    "CLEAR ALL": "CLEAR would change",
    "SELECT * { ?s ?p ?o } ; DROP ALL": "not a SPARQL 1.1 query",
    "SELECT * { ?s ?p": "not a SPARQL 1.1 query",
    "SELECT * { ?s unknown:p ?o }": "a prefix that nothing declares",
    "": "the query is empty",
    "   \n": "the query is empty",
    "SELECT * { ?s ?p '\0' }": "NUL",
    "hello": "not a SPARQL 1.1 query",
    "SELECT * " + "{ " * 3000: "nested too deeply",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_reaches_out_or_changes_is_refused_and_nobody_is_called(worker: QueryWorker, text: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        with pytest.raises(QueryRefused, match=REFUSED[text]):
            worker.query(text.replace("{port}", str(server.getsockname()[1])))
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?service ?load ?insert FILTER(?load != 'SERVICE <http://a>') } LIMIT 1",
        "# SERVICE <http://a> { }\nSELECT * { ?s ?p ?o } LIMIT 1 # DROP ALL",
        'SELECT ("""SERVICE " <x> \\" """ AS ?x) { }',
        "SELECT * { ?s <http://service.example/load> ?o }",
        "SELECT * { ?s ev:metAnyOf|schema:about ?o } LIMIT 1",
    ],
)
def test_harmless_words_are_no_offence(worker: QueryWorker, text: str) -> None:
    assert worker.query(text).kind == "select"


def test_a_query_of_ten_megabytes(worker: QueryWorker) -> None:
    with pytest.raises(QueryRefused, match="100,000 is the limit"):
        worker.query("SELECT * { ?s ?p ?o } #" + "x" * 10_000_000)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_the_quick_reading_never_fails_otherwise(text: str) -> None:
    try:
        check_words(text)
    except QueryRefused as error:
        assert str(error)


@given(st.text(alphabet=" \n?.:<>{}'\"\\#@trueSERVICE1", max_size=30))
@settings(max_examples=150, deadline=None)
def test_no_disguise_of_service_gets_through(tail: str) -> None:
    text = f"SELECT * {{ ?s ?p {tail}SERVICE <http://127.0.0.1:9/> {{ ?s ?p ?o }} }}"
    try:
        check(text, PREFIXES)
    except QueryRefused:
        return
    # What got through must have SERVICE in a place where it means nothing: a string, a comment, an address, a name.
    masked = sparql_guard._TOKEN.sub(
        lambda m: "" if m.lastgroup in {"iri", "string", "comment", "variable", "language", "name"} else m.group(), text
    )
    assert "service" not in masked.lower()


def test_the_worker_is_cut_off_from_the_network(worker: QueryWorker) -> None:
    worker.query("ASK {}")
    if not worker.jailed:
        pytest.skip("this platform cannot forbid sockets to a process")
    code = """
import socket, sys, threading
from graph.sparql_jail import forbid_network
import pyoxigraph as ox
assert forbid_network()
def call():
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    except PermissionError:
        print("refused")
call()
thread = threading.Thread(target=call); thread.start(); thread.join()
try:
    list(ox.Store().query("SELECT * { SERVICE <http://127.0.0.1:%s/> { ?s ?p ?o } }" % sys.argv[1]))
except OSError as error:
    print("refused")
"""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        command = [sys.executable, "-c", code, str(server.getsockname()[1])]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=120, env=os.environ | {"PYTHONPATH": str(ROOT)}
        )
        assert done.stdout.split() == ["refused"] * 3, done.stderr
        with pytest.raises(BlockingIOError):
            server.accept()


def alive(pid: int) -> bool:
    """Whether a process still does something (a zombie does not)."""
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_the_time_limit_truly_stops_the_work(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with QueryWorker(store) as own:
        own.query("ASK {}")
        assert own._process is not None
        pid = own._process.pid
        started = time.monotonic()
        with pytest.raises(QueryLimit, match=r"longer than 0.5 s"):
            own.query(ENDLESS, timeout=0.5)
        assert time.monotonic() - started < 60
        assert not alive(pid), "the process is gone, not busy"
        assert own.query("ASK {}").boolean, "and a new one answers"
    started_ones = []
    original = QueryWorker._start

    def remembering(self: QueryWorker) -> subprocess.Popen[bytes]:
        started_ones.append(original(self))
        return started_ones[-1]

    monkeypatch.setattr(QueryWorker, "_start", remembering)
    with pytest.raises(QueryLimit):
        query(store, ENDLESS, timeout=0.3)
    assert [alive(process.pid) for process in started_ones] == [False]


def test_a_worker_whose_parent_died_ends_itself(store: Path) -> None:
    code = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from graph.sparql import QueryWorker
import threading, time, os
worker = QueryWorker({str(store)!r})
worker.query("ASK {{}}")
print(worker._process.pid, flush=True)
threading.Thread(target=lambda: worker.query({ENDLESS!r}, timeout=0.5), daemon=True).start()
time.sleep(0.2)
os._exit(1)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    pid = int(done.stdout)
    assert until(lambda: not alive(pid)), "the orphan goes on working"


def test_rows_bytes_and_memory_are_limited(store: Path, worker: QueryWorker) -> None:
    with pytest.raises(QueryLimit, match="more than 10 results"):
        worker.query(HUGE, max_rows=10)
    assert len(worker.query("SELECT * { ?s ?p ?o } LIMIT 10", max_rows=10).rows) == 10
    with pytest.raises(QueryLimit, match="more than 1,000 bytes"):
        worker.query(HUGE, max_bytes=1000)
    with pytest.raises(QueryLimit, match="more than 10 results"):
        worker.query("CONSTRUCT WHERE { ?s ?p ?o }", max_rows=10)
    with QueryWorker(store, memory=60_000_000) as poor, pytest.raises((QueryLimit, QueryFailed)) as caught:
        poor.query(HUGE + " ORDER BY ?c ?f ?i", timeout=30)
    assert "longer than" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["SELECT * { ?s (!<http://a>)* ?o }", "SELECT * { ?s (!<http://a>|^!<http://a>)+ ?o . ?o (!<http://b>)* ?x }"],
)
def test_endless_property_paths_end(worker: QueryWorker, text: str) -> None:
    started = time.monotonic()
    with contextlib.suppress(QueryLimit):
        worker.query(text, timeout=1, max_rows=1000)
    assert time.monotonic() - started < 60


def test_threads_take_turns(worker: QueryWorker) -> None:
    counts: list[int] = []

    def ask(n: int) -> None:
        counts.append(len(worker.query(f"SELECT * {{ ?s ?p ?o }} LIMIT {n}").rows))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(1, 21)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == list(range(1, 21))


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(GraphUnusable, match="there is no graph store here"):
        query(tmp_path / "nothing", "ASK {}")
    GraphStore.build(samples.empty(), tmp_path / "g").close()
    folder = next((tmp_path / "g").glob("quads-*"))
    (folder / "CURRENT").write_text("MANIFEST-999999\n")
    with pytest.raises(GraphUnusable, match="no query process could be started"):
        query(tmp_path / "g", "ASK {}")


def test_an_open_store_can_be_asked(store: Path) -> None:
    with GraphStore.open(store) as opened:
        assert query(opened, "ASK { ?s ?p ?o }").boolean


def test_hostile_literals_come_out_whole(worker: QueryWorker) -> None:
    text = "SELECT ?t { study:hostile-2020-script rdfs:label ?t }"
    result = worker.query(text)
    [[title]] = result.rows
    assert "</script>" in str(title)
    assert "\n" in str(title)
    for form in ("json", "xml"):
        back = ox.parse_query_results(
            result.serialize(form),
            format={"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML}[form],
        )
        assert isinstance(back, ox.QuerySolutions)
        assert [s["t"].value for s in back] == [str(title)]
    assert len(result.table().splitlines()) == 4


def test_a_folder_that_is_called_like_us_does_no_harm(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "__init__.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    assert query(store, "ASK {}").boolean
