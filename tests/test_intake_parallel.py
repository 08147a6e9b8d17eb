"""Several processes give what one gives, whatever happens to one of them."""

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import takewhile
from pathlib import Path

import pytest
from conftest import ROOT
from served import until

from entries.atlas import Atlas
from entries.store import dump_yaml
from intake import parallel
from intake.outcome import Intake
from intake.parallel import Failed, Workers
from intake.pipeline import Pipeline
from intake.record import Origin, ReadProblem, Record, Section

posix = pytest.mark.skipif(os.name != "posix", reason="kills processes as POSIX systems do")


class Sums:
    """Work that can go wrong in every way. ``folder`` counts who tried."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def double(self, number: int) -> int:
        if number == 13:
            raise ValueError("thirteen is too many")
        return 2 * number

    def die_on_seven(self, number: int) -> int:
        if number % 100 == 7 and multiprocess():
            os.kill(os.getpid(), signal.SIGKILL)
        return 2 * number

    def die_once(self, number: int) -> int:
        mark = self.folder / "died"
        if number == 7 and multiprocess() and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return 2 * number

    def who(self, number: int) -> int:
        return os.getpid()

    def slowly(self, number: int) -> int:
        until = time.process_time() + 0.01
        while time.process_time() < until:
            pass
        return os.getpid()


SOON = {"ALONE": 0.0, "MEASURED": 0.0, "WAIT": 60.0, "CHUNK": 4}


def multiprocess() -> bool:
    return multiprocessing.parent_process() is not None


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes are started for the first item and waited for, and few items travel together."""
    for name, value in SOON.items():
        monkeypatch.setattr(parallel, name, value)


def worked(folder: Path, method: str, count: int, processes: int = 2) -> list[object]:
    with Workers(partial(Sums, str(folder)), processes) as workers:
        return list(workers.map(method, range(count)))


def test_in_order_and_in_other_processes(tmp_path: Path, soon: None) -> None:
    results = worked(tmp_path, "double", 40)
    assert results[:13] == [2 * n for n in range(13)]
    assert results[13] == Failed("ValueError: thirteen is too many")
    assert results[14:] == [2 * n for n in range(14, 40)]
    assert os.getpid() not in worked(tmp_path, "who", 40)


def test_one_process_gives_the_same(tmp_path: Path, soon: None) -> None:
    assert worked(tmp_path, "double", 40, 1) == worked(tmp_path, "double", 40, 2)
    assert set(worked(tmp_path, "who", 40, 1)) == {os.getpid()}


def test_few_items_start_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Workers, "_started", None)  # cannot be called
    assert set(worked(tmp_path, "who", 3_000)) == {os.getpid()}
    assert set(worked(tmp_path, "slowly", 60)) == {os.getpid()}


def test_this_process_works_on_until_the_others_live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others are started for the work that is left, not for what was done; nobody waits meanwhile."""
    monkeypatch.setattr(parallel, "CHUNK", 4)
    monkeypatch.setattr(parallel, "ALONE", 1.0)
    with Workers(partial(Sums, str(tmp_path)), 2) as workers:
        results = workers.map("slowly", iter(range(100_000)))
        own = sum(1 for _ in takewhile(lambda who: who == os.getpid(), results))
        others = {next(results) for _ in range(40)}
    assert own >= 25  # as long as it takes to judge, at least
    assert os.getpid() not in others


def test_what_is_read_ahead_is_worked_on_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "MEASURED", 0.0)
    monkeypatch.setattr(Workers, "_begun", lambda self: False)
    with Workers(partial(Sums, str(tmp_path)), 2) as workers:
        results = list(workers.map("double", iter(range(5_000)), chunk=7))
    assert [r for n, r in enumerate(results) if n != 13] == [2 * n for n in range(5_000) if n != 13]


def test_all_processes_live_before_there_is_work(tmp_path: Path, soon: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool waits for ever for a process that it starts while another one dies."""
    living: list[int] = []
    send = Workers._sent

    def sent(self: Workers, method: str, chunk: list[int]) -> object:
        living.append(len(multiprocessing.active_children()))
        return send(self, method, chunk)

    monkeypatch.setattr(Workers, "_sent", sent)
    before = len(multiprocessing.active_children())
    assert worked(tmp_path, "double", 8, 3) == [2 * n for n in range(8)]
    assert living[0] - before == 3


@posix
def test_garbage_is_collected_as_before_once_the_work_is_done(tmp_path: Path) -> None:
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), Workers(partial(Path, tmp_path)):
        assert gc.get_threshold()[0] > before[0]
        raise ZeroDivisionError
    assert gc.get_threshold() == before


def test_an_item_that_kills_its_process_is_told_and_the_rest_is_done(tmp_path: Path, soon: None) -> None:
    results = worked(tmp_path, "die_on_seven", 30)
    assert isinstance(results[7], Failed)
    assert "died" in results[7].reason
    assert [r for n, r in enumerate(results) if n != 7] == [2 * n for n in range(30) if n != 7]


@posix
def test_a_process_that_was_killed_once_costs_nothing(tmp_path: Path, soon: None) -> None:
    assert worked(tmp_path, "die_once", 30) == [2 * n for n in range(30)]
    assert (tmp_path / "died").exists()


def test_where_no_process_can_be_started_this_one_works(
    tmp_path: Path, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*args: object) -> None:
        raise PermissionError("no processes here")

    monkeypatch.setattr(parallel, "ProcessPoolExecutor", refused)
    assert set(worked(tmp_path, "who", 20)) == {os.getpid()}


def test_items_are_read_only_as_far_ahead_as_needed(tmp_path: Path, soon: None) -> None:
    read = []

    def items() -> Iterator[int]:
        for n in range(1_000):
            read.append(n)
            yield n

    with Workers(partial(Sums, str(tmp_path)), 2) as workers:
        results = workers.map("double", items())
        assert [next(results) for _ in range(3)] == [0, 2, 4]
    assert len(read) < 60


_PARENT = """
import sys
from functools import partial
sys.path.insert(0, {tests!r})
from intake import parallel
from test_intake_parallel import SOON, Sums
if __name__ == "__main__":
    vars(parallel).update(SOON)
    with parallel.Workers(partial(Sums, "."), 2) as workers:
        results = workers.map("who", iter(range(100_000_000)))
        print(next(results), flush=True)
        for _ in results:
            pass
"""


@posix
def test_processes_go_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT.format(tests=str(ROOT / "tests")))
    process = subprocess.Popen([sys.executable, str(script)], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert process.stdout
    child = int(process.stdout.readline())
    process.kill()
    process.wait()
    process.stdout.close()
    assert until(lambda: not alive(child))


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has waited for does not."""
    try:
        os.kill(pid, 0)
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (OSError, ValueError):
        return False


def records(count: int) -> list[Record | ReadProblem]:
    """Records on the disease and on other subjects, doubles of both, and a problem."""
    made: list[Record | ReadProblem] = [ReadProblem("sample.jsonl", 1, "it is cut off", "fetch it again")]
    for n in range(2, count):
        about = n % 3 == 0
        pmid = str(10_000_000 + (n - 3 if n % 10 == 9 else n))
        title = f"Lactate {n} in chronic fatigue syndrome" if about else f"Sparrows of region {n}"
        text = f"We compared {n + 20} patients with ME/CFS and {n + 9} healthy controls." if about else "Birds."
        made.append(
            Record.model_validate(
                {"origin": Origin(format="jsonl", path="sample.jsonl", number=n), "pmid": pmid, "title": title,
                 "year": 2020, "abstract": [Section(text=text)], "authors": [{"family": f"Name{n}"}]}
            )
        )  # fmt: skip
    return made


def told(intake: Intake) -> tuple[object, ...]:
    entries = [dump_yaml(study) for study in intake.studies]
    return [o.model_dump() for o in intake.outcomes], entries, intake.counts(), intake.stages


def test_the_pipeline_gives_the_same_for_every_number_of_processes(soon: None) -> None:
    shipped = Atlas.load(ROOT / "data")
    atlas = Atlas.of(shipped.config, shipped.vocabulary, ())
    one, three = (told(Pipeline(ROOT / "data", atlas, date(2026, 1, 2), processes=n).run(records(90))) for n in (1, 3))
    assert one == three
    assert len(one[1]) > 20  # type: ignore[arg-type]


def test_a_record_that_a_stage_fails_on_is_told_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from intake.stages import Stages

    sound = Stages.prepare

    def failing(self: Stages, record: Record) -> object:
        if record.pmid == "10000005":
            raise ZeroDivisionError("a fault in a rule")
        return sound(self, record)

    monkeypatch.setattr(Stages, "prepare", failing)
    shipped = Atlas.load(ROOT / "data")
    atlas = Atlas.of(shipped.config, shipped.vocabulary, ())
    intake = Pipeline(ROOT / "data", atlas, date(2026, 1, 2)).run(records(10))
    failed = [o for o in intake.outcomes if o.reason and "could not be worked on" in o.reason]
    assert [(o.name, o.fate) for o in failed] == [("sample.jsonl, record 5", "rejected")]
    assert "ZeroDivisionError: a fault in a rule" in (failed[0].reason or "")
    assert len(intake.outcomes) == 9
