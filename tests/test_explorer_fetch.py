"""``evidence fetch``: killed anywhere and run again, each record is there once; then the import reads the folder."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT
from eutils_server import Eutils, serving
from served import until

from explorer.cli import evidence
from intake.read import read
from intake.record import Record

PMIDS = [str(30_000_001 + i) for i in range(30)]


@pytest.fixture
def server() -> Iterator[Eutils]:
    with serving(Eutils(list(PMIDS))) as one:
        yield one


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The shipped atlas with small batches."""
    folder = Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
    rules = folder / "policy" / "fetch.yaml"
    rules.write_text(rules.read_text("utf-8").replace("batch: 200", "batch: 4"), "utf-8")
    return folder


def arguments(data: Path, server: Eutils, *options: str) -> list[str]:
    return ["--data", str(data), "--instance", str(data.parent / "it"), "fetch", "--service", server.address, *options]


def bring(data: Path, server: Eutils, *options: str) -> Result:
    return CliRunner().invoke(evidence, arguments(data, server, *options), catch_exceptions=False)


def pmids(folder: Path) -> list[str]:
    return sorted(str(one.pmid) for one in read(folder) if isinstance(one, Record))


def test_fetched_then_imported(data: Path, server: Eutils, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCBI_API_KEY", "x")
    result = bring(data, server)
    assert result.exit_code == 0, result.output
    folder = tmp_path / "it" / "intake" / date.today().isoformat()
    assert "30 of 30 records are in" in result.output
    assert f"evidence import {folder} --dry-run" in result.output
    imported = CliRunner().invoke(
        evidence, ["--data", str(data), "import", str(folder), "--dry-run"], catch_exceptions=False
    )
    assert "30  accepted" in imported.output, imported.output
    assert "0  unreadable" in imported.output


def test_an_unfinished_fetch_is_gone_on_with_the_next_day(
    data: Path, server: Eutils, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NCBI_API_KEY", "x")
    folder = tmp_path / "it" / "intake" / "2020-01-01"
    assert bring(data, server, "--into", str(folder)).exit_code == 0
    next(folder.glob("records-0000005*")).unlink()
    assert "4 of them are new" in bring(data, server).output
    assert [p.name for p in (tmp_path / "it" / "intake").iterdir()] == ["2020-01-01"]
    assert pmids(folder) == PMIDS


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of POSIX systems")
@pytest.mark.parametrize("after", [1, 2, 5])
def test_killed_while_fetching_and_run_again_each_record_is_there_once(
    data: Path, server: Eutils, tmp_path: Path, after: int
) -> None:
    folder = tmp_path / "records"
    server.most_answers = after
    command = [sys.executable, "-m", "explorer", *arguments(data, server, "--into", str(folder))]
    environment = {**os.environ, "NCBI_API_KEY": "x"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    assert until(lambda: len(server.asked) > after or process.poll() is not None)
    assert process.poll() is None, "it ended before it could be killed"
    process.kill()
    process.wait()
    assert len(pmids(folder) if folder.exists() else ()) < len(PMIDS)
    server.most_answers = None
    again = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert again.returncode == 0, again.stderr
    assert pmids(folder) == PMIDS


def test_two_at_once_are_one_too_many(data: Path, server: Eutils, tmp_path: Path) -> None:
    from filelock import FileLock

    from intake.fetch import LOCK, FetchRefused

    folder = tmp_path / "records"
    folder.mkdir()
    with FileLock(folder / LOCK), pytest.raises(FetchRefused, match="another fetch is at work"):
        bring(data, server, "--into", str(folder))
