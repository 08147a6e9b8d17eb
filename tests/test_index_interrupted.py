"""Index folders: killed builds and full disks leave the index that was there."""

import os
import random
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from index_answers import answers, changed_atlas
from index_fixtures import atlas, studies, study

from entries.atlas import Atlas
from index import engine as engines
from index import writing
from index.engine import IndexNotWritten

ENGINES = ("tantivy", "whoosh")
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def whole() -> Atlas:
    return atlas()


BUILD = """
import os, signal, sys
sys.path[:0] = [{here!r}, {project!r}]
from pathlib import Path
from index_fixtures import atlas, study
from index import engine as engines, folder, writing
engine, stage, path = {engine!r}, {stage!r}, Path({path!r})
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
writer = type(engines.get_engine(engine).writer)
module = sys.modules[f"index.{{engine}}_engine"]
kind = module.TantivyWriter if engine == "tantivy" else module.WhooshWriter
if stage == "adding":
    added = []
    whole_add = kind.add
    def add(self, document):
        whole_add(self, document)
        added.append(document)
        if len(added) == 40:
            die()
    kind.add = add
if stage == "committing":
    whole_commit = kind.commit
    def commit(self):
        import threading
        threading.Timer(0.004, die).start()
        whole_commit(self)
        die()
    kind.commit = commit
if stage == "marking":
    writing.write_contents = die
if stage == "swapping":
    rename = Path.rename
    def renamed(self, target):
        rename(self, target)
        die()
    Path.rename = renamed
engines.build(atlas(study("later-2020")), path, engine=engine)
"""


def _run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("stage", ["adding", "committing", "marking", "swapping"])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_killed_build_leaves_the_old_index_serving(engine: str, stage: str, whole: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "index"
    engines.build(whole, path, engine=engine)
    serving = engines.open_index(path, whole)
    said = answers(serving, whole)
    done = _run(BUILD.format(here=str(HERE), project=str(HERE.parent), engine=engine, stage=stage, path=str(path)))
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert answers(serving, whole) == said
    assert answers(engines.open_index(path, whole), whole) == said
    later = atlas(study("later-2020"))
    engines.build(later, path, engine=engine)
    assert engines.open_index(path, later).document_count() == len(later.studies)
    assert [p.name for p in tmp_path.iterdir()] == ["index"]


FULL = """
import resource, signal, sys
sys.path[:0] = [{here!r}, {project!r}]
from pathlib import Path
from index_fixtures import atlas, study
from index import engine as engines
from index.engine import IndexNotWritten
later = atlas(study("later-2020"))
engines.get_engine({engine!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
try:
    {call}
except IndexNotWritten as error:
    print("TOLD", error)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="this system cannot limit the size of files")
@pytest.mark.parametrize("limit", [100, 6000])
@pytest.mark.parametrize("how", ["build", "update"])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_full_disk_leaves_the_old_index_serving(
    engine: str, how: str, limit: int, whole: Atlas, tmp_path: Path
) -> None:
    """The system refuses to write a file beyond a size, as it does on a full disk: with an OSError in the middle."""
    path = tmp_path / "index"
    engines.build(whole, path, engine=engine)
    said = answers(engines.open_index(path, whole), whole)
    target = f"Path({str(path)!r})"
    calls = {
        "build": f"engines.build(later, {target}, engine={engine!r})",
        "update": f"engines.update(later, {target}, {target}, engine={engine!r})",
    }
    done = _run(FULL.format(here=str(HERE), project=str(HERE.parent), engine=engine, limit=limit, call=calls[how]))
    assert "TOLD the search index could not be written" in done.stdout, done.stdout + done.stderr
    assert "what was there before is unchanged" in done.stdout
    assert answers(engines.open_index(path, whole), whole) == said
    assert [p.name for p in tmp_path.iterdir()] == ["index"]


@pytest.mark.parametrize("engine", ENGINES)
def test_any_failure_takes_the_new_folder_away(engine: str, whole: Atlas, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "index"
    engines.build(whole, path, engine=engine)
    for failure, told in (
        (OSError(28, "No space left on device"), IndexNotWritten),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ):

        def fail(*_: object, failure: BaseException = failure) -> None:
            raise failure

        monkeypatch.setattr(writing, "write_contents", fail)
        with pytest.raises(told):
            engines.build(whole, path, engine=engine)
        assert [p.name for p in tmp_path.iterdir()] == ["index"]
    monkeypatch.undo()
    assert engines.open_index(path, whole).document_count() == len(whole.studies)


def test_progress_is_told(whole: Atlas, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(writing, "REPORT_EVERY", 30)
    told: list[tuple[int, int]] = []
    engines.build(whole, tmp_path / "i", progress=lambda done, total: told.append((done, total)))
    count = len(studies())
    assert told == [(0, count), (30, count), (60, count), (count, count)]


def test_copies_where_there_are_no_hard_links(whole: Atlas, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    engines.build(whole, tmp_path / "old")
    monkeypatch.setattr(os, "link", refuse)
    now = changed_atlas(whole, random.Random(3))
    engines.update(now, tmp_path / "new", tmp_path / "old")
    assert engines.open_index(tmp_path / "new", now).document_count() == len(now.studies)
