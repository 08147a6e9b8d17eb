"""Fetching from PubMed: every record once, whatever the service does, asked at the pace that it allows."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT
from eutils_server import Eutils as Server
from eutils_server import serving

from intake.eutils import FILE, Eutils, FetchRules
from intake.fetch import PLAN, Fetched, FetchRefused, fetch
from intake.read import read
from intake.record import Record
from intake.rulebook import PolicyError, load_policy
from intake.web_service import Pace, Service, ServiceError

TODAY = date(2021, 6, 1)
PMIDS = [str(30_000_001 + i) for i in range(23)]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server(list(PMIDS))) as one:
        yield one


class Naps:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def clock(self) -> float:
        return sum(self.slept)


def rules(server: Server, **changes: object) -> FetchRules:
    return load_policy(FetchRules, ROOT / "data", FILE).model_copy(
        update={"service": server.address, "batch": 5, "earliest": date(2019, 1, 1), **changes}
    )


def run(server: Server, folder: Path, naps: Naps | None = None, **changes: object) -> Fetched:
    naps = naps or Naps()
    asked = rules(server, **changes)
    return fetch(asked, folder, Eutils.of(asked, Pace(3, naps.clock, naps.sleep)), TODAY)


def fetched(folder: Path) -> list[str]:
    """The PMIDs in the folder, as the import reads them; anything unreadable fails the test."""
    records = list(read(folder))
    assert all(isinstance(one, Record) for one in records), records
    return [str(one.pmid) for one in records if isinstance(one, Record)]


def kinds(server: Server) -> list[str]:
    return [path.split(".")[0] for path, _ in server.asked]


def test_every_record_is_fetched_once_in_batches_from_the_history(server: Server, tmp_path: Path) -> None:
    done = run(server, tmp_path)
    assert (done.total, done.done, done.new, done.failed) == (23, 23, 23, ())
    assert fetched(tmp_path) == PMIDS
    assert kinds(server) == ["esearch", *["efetch"] * 5]
    assert [form["retstart"] for path, form in server.asked if path == "efetch.fcgi"] == ["0", "5", "10", "15", "20"]
    assert sorted(p.name for p in tmp_path.glob("*.gz"))[0] == "records-0000001-0000005.xml.gz"
    assert "a remark" in done.told[0]
    search = server.asked[0][1]
    assert search["term"] == rules(server).query
    assert (search["db"], search["tool"], search["usehistory"]) == ("pubmed", "mecfs-evidence-explorer", "y")


def test_what_is_there_is_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    run(server, tmp_path)
    before = len(server.asked)
    again = run(server, tmp_path)
    assert (again.new, again.done) == (0, 23)
    assert len(server.asked) == before


def test_equal_answers_give_equal_files(server: Server, tmp_path: Path) -> None:
    run(server, tmp_path / "one")
    run(server, tmp_path / "two")
    assert [p.read_bytes() for p in sorted((tmp_path / "one").glob("*.gz"))] == [
        p.read_bytes() for p in sorted((tmp_path / "two").glob("*.gz"))
    ]


@pytest.mark.parametrize("trouble", ["429", "500", "503", "cut", "truncated", "json", "html"])
@pytest.mark.parametrize("when", [0, 1, 4])
def test_a_bad_moment_is_waited_for(server: Server, tmp_path: Path, trouble: str, when: int) -> None:
    server.trouble = [""] * when + [trouble, trouble]
    naps = Naps()
    done = run(server, tmp_path, naps)
    assert done.failed == ()
    assert fetched(tmp_path) == PMIDS
    assert {1.0, 2.0} <= set(naps.slept), "each wait is longer than the one before"


@pytest.mark.parametrize(("asked", "slept"), [("7", 7.0), ("9999", 120.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)])
def test_the_wait_that_the_service_asks_for_is_heeded(server: Server, tmp_path: Path, asked: str, slept: float) -> None:
    server.trouble = ["", f"429:{asked}"]
    naps = Naps()
    assert run(server, tmp_path, naps).failed == ()
    assert slept in naps.slept
    assert 1.0 not in naps.slept


def test_a_range_that_cannot_be_had_is_told_and_the_rest_goes_on(server: Server, tmp_path: Path) -> None:
    server.trouble = ["", "", *["500"] * 12]  # the second batch, from the history and by its numbers
    done = run(server, tmp_path)
    assert (done.total, done.done) == (23, 18)
    assert len(done.failed) == 1
    assert "records 6 to 10 (from PMID 30000006 on)" in done.failed[0]
    assert "asked 6 times, the last time it answered 500" in done.failed[0]
    again = run(server, tmp_path)
    assert (again.new, again.done, again.failed) == (5, 23, ())
    assert sorted(fetched(tmp_path)) == PMIDS


def test_a_service_that_has_gone_is_not_asked_for_ever(server: Server, tmp_path: Path) -> None:
    server.trouble = ["", *["500"] * 1000]
    done = run(server, tmp_path)
    assert len(done.failed) == 3
    assert done.done == 0
    server.trouble = []
    assert run(server, tmp_path).done == 23


def test_a_refusal_is_told_at_once_with_what_it_says(server: Server, tmp_path: Path) -> None:
    server.trouble = ["400"]
    with pytest.raises(ServiceError, match=r"esearch.fcgi: it answered 400 .*\(no\); correct the query"):
        run(server, tmp_path)
    assert len(server.asked) == 1
    assert list(tmp_path.glob("*.gz")) == []


def test_a_history_that_was_forgotten_makes_it_ask_by_number(server: Server, tmp_path: Path) -> None:
    server.forgotten = True
    assert run(server, tmp_path).failed == ()
    assert fetched(tmp_path) == PMIDS
    assert next(form["id"] for _, form in server.asked if "id" in form) == ",".join(PMIDS[:5])


def test_a_result_that_changes_meanwhile_neither_loses_nor_doubles(server: Server, tmp_path: Path) -> None:
    server.trouble = ["", "", *["500"] * 1000]
    run(server, tmp_path)
    server.trouble = []
    server.ids.insert(0, "39999999")  # everything has moved by one; the new one is for the next fetch
    assert run(server, tmp_path).done == 23
    assert fetched(tmp_path) == PMIDS


def test_what_pubmed_does_not_give_is_told_by_every_run(server: Server, tmp_path: Path) -> None:
    server.never = frozenset(PMIDS[6:8])
    for _ in range(2):
        done = run(server, tmp_path)
        assert any("records 6 to 10: PubMed gives nothing for PMID 30000007, 30000008" in words for words in done.told)
        assert done.failed == ()
    assert fetched(tmp_path) == [p for p in PMIDS if p not in server.never]


def test_a_large_result_is_parted_by_days(server: Server, tmp_path: Path) -> None:
    server.most = 6
    done = run(server, tmp_path, most=6)
    assert (done.total, done.done) == (23, 23)
    assert sorted(fetched(tmp_path)) == PMIDS
    windows = [(form["mindate"], form["maxdate"]) for _, form in server.asked if "mindate" in form]
    assert len(windows) > 4


def test_a_day_with_more_than_can_be_had_is_told(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "day", lambda pmid: date(2020, 1, 1))
    server.most = 6
    done = run(server, tmp_path, most=6)
    assert done.done == done.total == 6
    assert any("17 records of 2020-01-01 are beyond what is given" in words for words in done.told)
    assert any("counted 23 records and listed 6" in words for words in done.told)


def test_the_pace_is_kept() -> None:
    naps = Naps()
    pace = Pace(3, naps.clock, naps.sleep)
    for _ in range(7):
        pace.wait()
    assert naps.clock() == pytest.approx(2.0)


def test_a_real_clock_keeps_it_too(server: Server, tmp_path: Path) -> None:
    asked = rules(server)
    fetch(asked, tmp_path, Eutils.of(asked, Pace(20)), TODAY)
    assert server.times[-1] - server.times[0] >= (len(server.times) - 1) / 20 * 0.95


def test_key_and_address_are_sent_and_kept_nowhere(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NCBI_API_KEY", "geheim123")
    monkeypatch.setenv("NCBI_EMAIL", "curator@example.org")
    server.trouble = ["", *["500"] * 18]
    done = run(server, tmp_path)
    assert all((f["api_key"], f["email"]) == ("geheim123", "curator@example.org") for _, f in server.asked)
    assert "geheim123" not in repr(done)
    assert all(b"geheim123" not in p.read_bytes() for p in tmp_path.iterdir())


def test_a_folder_holds_one_query(server: Server, tmp_path: Path) -> None:
    run(server, tmp_path)
    with pytest.raises(FetchRefused, match="another query"):
        run(server, tmp_path, query="migraine")


def test_a_damaged_plan_is_told(server: Server, tmp_path: Path) -> None:
    (tmp_path / PLAN).write_text('{"query": ')
    with pytest.raises(FetchRefused, match="is damaged; delete it"):
        run(server, tmp_path)


def test_a_search_that_finds_nothing_is_no_error(server: Server, tmp_path: Path) -> None:
    server.ids.clear()
    done = run(server, tmp_path)
    assert (done.total, done.done, done.failed) == (0, 0, ())


@pytest.mark.parametrize("address", ["ftp://example.org/", "http://example.org/", "file:///etc/passwd", "nothing"])
def test_an_address_that_would_send_keys_in_the_open_is_refused(address: str) -> None:
    with pytest.raises(ServiceError, match="https://"):
        Service(address, Pace(3))


def test_rules_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "fetch.yaml").write_text("version: v1\nbatch: 100000\n")
    with pytest.raises(PolicyError, match=r"fetch\.yaml"):
        load_policy(FetchRules, tmp_path, FILE)


@pytest.mark.parametrize(("key", "allowed"), [("", 3.0), ("geheim123", 10.0)])
def test_a_key_allows_more_requests_a_second(
    server: Server, monkeypatch: pytest.MonkeyPatch, key: str, allowed: float
) -> None:
    monkeypatch.setenv("NCBI_API_KEY", key)
    paces: list[float] = []
    monkeypatch.setattr("intake.eutils.Pace", lambda rate: paces.append(rate) or Pace(rate))
    Eutils.of(rules(server))
    assert paces == [allowed]
