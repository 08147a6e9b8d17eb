"""An import that is killed at any stage and run again: every study is there once, as if nothing had happened."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT

from explorer.cli import evidence
from explorer.imported import path as report_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of POSIX systems")

# Where the process stops for good, until it is killed: (object, attribute, at which call).
STAGES = {
    "read": ("intake.read_json", "_parsed", 6),
    "normalise": ("intake.stages", "normalise", 7),
    "relevance": ("intake.stages", "keys", 7),
    "deduplicate": ("intake.pipeline", "deduplicate", 1),
    "classify and draft": ("intake.stages.Stages", "draft", 3),
    "scan": ("intake.stages.Stages", "wording", 3),
    "lineage": ("intake.pipeline", "lineage", 1),
    "publish, the first file": ("entries.store", "write_study", 1),
    "publish, a later file": ("entries.store", "write_study", 5),
    "publish, inside a file": ("os", "fsync", 5),  # written, not yet in its place
    "report": ("explorer.imported", "write", 1),
}
_STOPPING = """
import sys, time
from pathlib import Path
from pydoc import locate
owner, name, call, mark = locate(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
sound, calls = getattr(owner, name), []
def stopping(*args, **kwargs):
    calls.append(1)
    if len(calls) == call:
        mark.touch()
        time.sleep(600)
    return sound(*args, **kwargs)
setattr(owner, name, stopping)
from explorer.cli import evidence
evidence(sys.argv[5:])
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The shipped rules and vocabularies without entries, and a file of records of which two are one study."""
    folder = Path(shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("studies")))
    (folder / "studies").mkdir()
    topics = ("Lactate", "Sleep", "Pain", "Grip strength", "Heart rate", "Cortisol", "Memory", "Nausea")
    records = [
        {
            "pmid": str(70_000_000 + n),
            "title": f"{topic} in people with chronic fatigue syndrome",
            "abstract": f"We compared {20 + n} patients with ME/CFS and {15 + n} healthy controls: {topic}.",
            "authors": [f"Author{n} A"],
            "year": 2000 + n,
        }
        for n, topic in enumerate(topics)
    ]
    records.append({**records[2], "abstract": "Another copy of it, on ME/CFS."})
    (tmp_path / "records.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return folder


def arguments(data: Path) -> list[str]:
    place = data.parent
    given = ["--data", str(data), "--instance", str(place / "it"), "import", str(place / "records.jsonl")]
    return [*given, "--on", "2026-01-02", "--processes", "1"]


def entries(data: Path) -> dict[str, bytes]:
    """The entries, as the atlas sees them: names that begin with a point are none."""
    return {p.name: p.read_bytes() for p in (data / "studies").glob("*.yaml") if not p.name.startswith(".")}


def bring(data: Path) -> dict[str, bytes]:
    result = CliRunner().invoke(evidence, arguments(data), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return entries(data)


def killed_at(stage: str, data: Path) -> None:
    owner, name, call = STAGES[stage]
    mark = data.parent / "mark"
    command = [sys.executable, "-c", _STOPPING, owner, name, str(call), str(mark), *arguments(data)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while not mark.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    said = process.communicate()[1]
    assert mark.exists(), f"it never came to {name}: {said.decode()[-500:]}"


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_is_lost_or_doubled(stage: str, data: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole" / "data"
    shutil.copytree(data, whole)
    shutil.copy(tmp_path / "records.jsonl", whole.parent)
    wanted = bring(whole)
    assert len(wanted) == 8
    killed_at(stage, data)
    left = entries(data)
    assert left.items() <= wanted.items(), "what stands there is whole"
    assert bring(data) == wanted
    assert report_of(tmp_path / "it").is_file()
    checked = CliRunner().invoke(evidence, ["--data", str(data), "check"], catch_exceptions=False)
    assert checked.exit_code == 0, checked.output
