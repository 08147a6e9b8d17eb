"""``evidence import``: from files of records to files of entries, once each, whatever happens in between."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

from entries import store
from entries.atlas import Atlas
from explorer.cli import evidence
from intake.outcome import SHOWN

RECORDS = [
    {
        "pmid": str(90000001 + i),
        "title": f"{topic} in people with chronic fatigue syndrome",
        "abstract": f"We compared {20 + i} patients with ME/CFS and {15 + i} healthy controls. {topic} was measured.",
        "authors": [f"Author{i} A", "Second B"],
        "year": 2018 + i,
    }
    for i, topic in enumerate(("Lactate", "Grip strength", "Sleep", "Heart rate"))
]
ASTRAY = {"pmid": "90000009", "title": "Cerebrospinal fluid (CSF) pressure", "abstract": "CSF was drawn.", "year": 2020}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the shipped atlas, with a file of records beside it."""
    lines = [json.dumps(record) for record in (*RECORDS, ASTRAY)]
    (tmp_path / "records.jsonl").write_text("\n".join([*lines, '{"pmid": 5']) + "\n", "utf-8")
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


def bring(data: Path, *options: str) -> Result:
    args = ["--data", str(data), "--instance", str(data.parent / "it"), "import", str(data.parent / "records.jsonl")]
    args += ["--on", "2026-01-02", *options]
    return CliRunner().invoke(evidence, args, catch_exceptions=False)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def new(data: Path) -> dict[str, bytes]:
    """Every file among the studies that the shipped atlas has not."""
    there = names(ROOT / "data" / "studies")
    return {p.name: p.read_bytes() for p in (data / "studies").iterdir() if p.name not in there}


def test_records_become_entries_that_the_check_accepts(data: Path) -> None:
    result = bring(data)
    assert result.exit_code == 0
    assert "4  accepted" in result.output
    assert "1  unreadable" in result.output
    assert "4 entries written" in result.output
    assert len(new(data)) == 4
    atlas = Atlas.load(data)
    assert atlas.errors == ()
    assert {s.pmid for s in atlas.studies.values()} >= {r["pmid"] for r in RECORDS}
    checked = CliRunner().invoke(evidence, ["--data", str(data), "check"])
    assert checked.exit_code == 0, checked.output
    assert "0 errors" in checked.output


def test_the_same_file_again_changes_nothing(data: Path) -> None:
    bring(data)
    before = new(data)
    again = bring(data)
    assert new(data) == before
    assert "4  known" in again.output
    assert "0 entries written" in again.output


def test_a_dry_run_writes_nothing_and_tells_the_same(data: Path) -> None:
    told = bring(data, "--dry-run", "--json")
    assert new(data) == {}
    report = json.loads(told.stdout)
    assert report["counts"]["accepted"] == 4
    assert report["written"] == []
    one = next(r for r in report["records"] if r["name"] == "PMID 90000001")
    held = [e for d in one["decisions"] for e in d.get("evidence", ())]
    text = f"{RECORDS[0]['title']}\n{RECORDS[0]['abstract']}"
    assert held
    assert all(text[e["start"] : e["end"]] == e["quote"] for e in held)
    done = json.loads(bring(data, "--json").stdout)
    assert done["records"] == report["records"]
    assert len(done["written"]) == 4


def test_the_table_names_what_was_rejected_and_the_words_that_say_so(data: Path, tmp_path: Path) -> None:
    letters = {"pmid": "90000010", "title": "Cramp-fasciculation syndrome (CFS) in one family", "year": 2021}
    undated = {"pmid": "90000011", "title": "Memory in people with chronic fatigue syndrome", "abstract": "We asked."}
    others = [{**ASTRAY, "pmid": str(90000100 + i), "title": f"Tides of the sea, part {i}"} for i in range(25)]
    lines = [json.dumps(one) for one in (letters, undated, *others)]
    (tmp_path / "records.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    told = bring(data, "--dry-run").stdout
    assert "PMID 90000010 (Cramp-fasciculation syndrome (CFS) in one family), by the words: " in told
    assert "PMID 90000011 (Memory in people with chronic fatigue syndrome): the record has no year" in told
    assert [line.split("(")[0].split()[-1] for line in told.splitlines() if "Tides" in line] == [
        str(90000100 + i) for i in range(SHOWN)
    ]
    assert "and 15 more; --json tells each" in told
    report = json.loads(bring(data, "--dry-run", "--json").stdout)
    assert sum("Tides" in r["title"] for r in report["records"]) == 25


def test_few_that_are_rejected_are_all_named(data: Path) -> None:
    told = bring(data, "--dry-run").stdout
    assert "PMID 90000009 (Cerebrospinal fluid (CSF) pressure)" in told
    assert "more; --json" not in told


@pytest.mark.parametrize("after", [0, 1, 3])
def test_stopped_in_the_middle_and_run_again_nothing_is_lost_or_doubled(
    data: Path, after: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = Path(shutil.copytree(data, tmp_path / "whole" / "data"))
    shutil.copy(tmp_path / "records.jsonl", whole.parent)
    bring(whole)
    write, done = store.write_study, []

    def stopping(folder: Path, study: object) -> Path:
        if len(done) == after:
            raise KeyboardInterrupt
        done.append(study)
        return write(folder, study)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr("entries.store.write_study", stopping)
        assert bring(data).exit_code != 0
    (data / "studies" / ".author-2018.yaml.x1.tmp").write_bytes(b"id: half")  # as a kill would leave it
    assert len(new(data)) == after + 1
    assert bring(data).exit_code == 0
    (data / "studies" / ".author-2018.yaml.x1.tmp").unlink()
    assert new(data) == new(whole)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of POSIX systems")
def test_killed_while_it_writes_and_run_again_each_study_is_there_once(data: Path, tmp_path: Path) -> None:
    topics = ["Lactate", "Sleep", "Pain", "Grip strength", "Heart rate", "Cortisol", "Memory", "Nausea"]
    pairs = [(topic, word) for topic in topics for word in ("age", "diet", "weather", "work")]
    many = [
        {**RECORDS[0], "pmid": str(80000000 + i), "title": f"{a} and {b} in chronic fatigue syndrome", "year": 1990 + i}
        for i, (a, b) in enumerate(pairs)
    ]
    (tmp_path / "records.jsonl").write_text("".join(json.dumps(record) + "\n" for record in many), "utf-8")
    into = tmp_path / "drafts"
    into.mkdir()
    command = [sys.executable, "-m", "explorer", "--data", str(data), "--instance", str(tmp_path / "it"), "import"]
    command += [str(tmp_path / "records.jsonl"), "--on", "2026-01-02", "--into", str(into)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not any(into.glob("*.yaml")):
        time.sleep(0.0005)
    process.kill()
    process.wait()
    assert any(into.glob("*.yaml"))
    assert bring(data, "--into", str(into)).exit_code == 0
    written = [store.read_study(path) for path in into.glob("*.yaml")]
    assert sorted(study.pmid or "" for study in written) == [record["pmid"] for record in many]


def test_a_file_that_is_there_is_never_written_over(data: Path) -> None:
    bring(data)
    name = min(new(data))
    for other in new(data):
        (data / "studies" / other).unlink()
    (data / "studies" / name).write_text("title: not an entry at all\n", "utf-8")
    bring(data)
    assert (data / "studies" / name).read_text("utf-8") == "title: not an entry at all\n"
    assert len(new(data)) == 5


def test_drafts_go_to_a_folder_of_their_own_and_are_known_there(data: Path, tmp_path: Path) -> None:
    into = tmp_path / "drafts"
    assert "4 entries written" in bring(data, "--into", str(into)).output
    assert new(data) == {}
    assert len(names(into)) == 4
    assert "4  known" in bring(data, "--into", str(into)).output
    assert len(names(into)) == 4


def test_a_broken_file_in_that_folder_is_told(data: Path, tmp_path: Path) -> None:
    into = tmp_path / "drafts"
    into.mkdir()
    (into / "broken.yaml").write_text("id: [", "utf-8")
    with pytest.raises(store.StoreError, match=r"broken\.yaml: is no sound entry"):
        bring(data, "--into", str(into))


def test_a_limit_is_kept(data: Path) -> None:
    assert "2 entries written" in bring(data, "--limit", "2").output
    assert len(new(data)) == 2
    rest = bring(data, "--dry-run").output
    assert "2  accepted" in rest
    assert "2  known" in rest


def test_nothing_readable_is_a_failure(data: Path, tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_text("no records at all\n", "utf-8")
    result = bring(data)
    assert result.exit_code == 1
    assert "unreadable" in result.output
    assert new(data) == {}
