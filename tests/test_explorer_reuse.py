"""A build that reads only what was changed gives what a whole build gives, whatever was changed."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from entries import overlaid
from entries.shelf import LINES, Shelf
from entries.store import dump_yaml, read_study, write_jsonl
from entries.study import Direction, Finding, Relation
from entries.study_files import Checked, Reader
from explorer import derived, snapshot
from explorer.build import BuildRefused, BuildReport, build
from explorer.cli import evidence
from explorer.counted import FILE as COUNTED
from explorer.instance import Instance
from explorer.settings import shipped_data
from graph import store_changes
from graph.lists import FILE as LISTS
from graph.structure import FILE as STRUCTURE
from index.query import SearchRequest

SHIPPED = sorted((shipped_data() / "studies").glob("*.yaml"))
LONG_AGO = 1_600_000_000
LINK = "links:\n- relation: cites\n  study: {}\n"


def old(path: Path) -> None:
    """Give a file a time at which no later change can have happened unseen: each call another one."""
    when = LONG_AGO * 10**9 + time.time_ns() % 10**15
    os.utime(path, ns=(when, when))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The shipped frame with a dozen studies, all of them from long ago."""
    folder = tmp_path / "data"
    shutil.copytree(shipped_data(), folder, ignore=shutil.ignore_patterns("studies", "__pycache__"))
    (folder / "studies").mkdir()
    for path in SHIPPED[:12]:
        shutil.copy(path, folder / "studies")
        old(folder / "studies" / path.name)
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "instance"


def files(data: Path) -> list[Path]:
    return sorted((data / "studies").glob("*.yaml"))


def rewritten(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    old(path)


def retitled(path: Path, title: str) -> None:
    rewritten(path, dump_yaml(read_study(path).model_copy(update={"title": title})))


def held(folder: Path) -> dict[str, object]:
    """What a build holds, comparable with another one: where lines lie in a file, and what is by chance, left out."""
    shelf = Shelf.open(folder)
    facts = {name: bytes(column) for name, column in shelf.facts.items() if name != "starts"}
    made = {name: (folder / name).read_bytes() for name in (COUNTED, LISTS, STRUCTURE, snapshot.FRAME, "wording.json")}
    return {**facts, **made, "lines": [shelf.line(row) for row in range(len(shelf))]}


def answers(place: Path) -> tuple[object, ...]:
    """What index and graph of the served build say."""
    instance = Instance.open(place)
    try:
        asked = [SearchRequest(text=text) for text in ("", "fatigue", "xylophone", "title:study")]
        found = [sorted(instance.engine.ids(one)) for one in asked]
        facets = instance.engine.search(asked[0]).facets
        return found, facets, set(instance.graph_store.oxigraph), instance.graph_store.counts
    finally:
        instance.close()


def told(report: BuildReport) -> tuple[object, ...]:
    return sorted(map(str, report.problems)), report.info.kept, report.info.digest, report.info.studies


class Edits:
    """Random changes of a data folder, of every kind that people make."""

    def __init__(self, data: Path, seed: int) -> None:
        self._data, self._rng, self._count = data, random.Random(seed), 0

    def some(self) -> list[str]:
        """Make one to three changes; their names."""
        kinds: list[Callable[[], None]] = [
            self.change,
            self.change,
            self.add,
            self.delete,
            self.rename,
            self.link,
            self.link,
            self.finding,
            self.finding,
            self.broken,
            self.unknown_concept,
            self.same_pmid,
            self.same_id,
            self.mended,
            self.touch,
            self.lines,
            self.vocabulary,
            self.cure,
            self.folder,
        ]
        chosen = self._rng.choices(kinds, k=self._rng.randint(1, 3))
        for kind in chosen:
            self._count += 1
            kind()
        return [kind.__name__ for kind in chosen]

    def _one(self) -> Path:
        return self._rng.choice(files(self._data))

    def _sound(self) -> Path:
        sound = []
        for path in files(self._data):
            try:
                read_study(path)
            except Exception:
                continue
            sound.append(path)
        return self._rng.choice(sound)

    def _edited(self, path: Path, **changes: object) -> None:
        rewritten(path, dump_yaml(read_study(path).model_copy(update=changes)))

    def change(self) -> None:
        tags = read_study(path := self._sound()).tags
        self._edited(path, title=f"Xylophone study {self._count}", tags=tags, year=self._rng.randint(1990, 2020))

    def add(self) -> None:
        path = self._rng.choice(SHIPPED)
        shutil.copy(path, self._data / "studies")
        old(self._data / "studies" / path.name)

    def delete(self) -> None:
        if len(files(self._data)) > 4:
            self._one().unlink()

    def rename(self) -> None:
        path = self._one()
        path.rename(path.with_name(f"{self._rng.choice('az')}{path.name}"))

    def link(self) -> None:
        target = self._rng.choice([path.stem for path in (*files(self._data), *SHIPPED)])
        path = self._sound()
        if not read_study(path).links:
            told = LINK.format(target).replace("cites", self._rng.choice(list(Relation)))
            rewritten(path, path.read_text("utf-8") + told)

    def finding(self) -> None:
        direction = self._rng.choice(["increased", "increased", "decreased"])
        found = Finding(text="Told here.", concepts=("nf-kappa-b",), direction=Direction(direction))
        self._edited(self._sound(), findings=(found,))

    def broken(self) -> None:
        rewritten(self._one(), "title: [")

    def unknown_concept(self) -> None:
        self._edited(self._sound(), design="no-such-design")

    def same_pmid(self) -> None:
        self._edited(self._sound(), pmid=read_study(self._sound()).pmid)

    def same_id(self) -> None:
        shutil.copy(path := self._sound(), copy := path.with_name(f"{self._rng.choice('az')}-{path.name}"))
        old(copy)

    def mended(self) -> None:
        for path in files(self._data):
            if source := next((one for one in SHIPPED if one.name == path.name), None):
                rewritten(path, source.read_text("utf-8"))

    def touch(self) -> None:
        old(self._one())

    def lines(self) -> None:
        path = self._data / "studies" / "more.jsonl"
        chosen = [read_study(one) for one in self._rng.sample(SHIPPED, 3)]
        write_jsonl(path, chosen)
        old(path)

    def vocabulary(self) -> None:
        path = self._data / "vocabulary" / "symptom.yaml"
        path.write_text(path.read_text("utf-8") + "# a remark\n", "utf-8")

    def cure(self) -> None:
        self._edited(self._sound(), summary="This treatment cures the disease.")

    def folder(self) -> None:
        (self._data / "studies" / f"folder-{self._count}").mkdir()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_changed_the_build_is_that_of_a_whole_one(
    data: Path, place: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derived, "MOST_CHANGED", 10.0)  # of a dozen studies, one is many
    monkeypatch.setattr(overlaid, "MOST_LATER", 10.0)
    monkeypatch.setattr(store_changes, "MOST_CHANGED", 10.0)
    edits, reused = Edits(data, seed), 0
    build(data, place)
    for step in range(6):
        made = edits.some()
        shutil.copytree(place, other := place.with_name(f"whole-{step}"))
        report, whole = build(data, place), build(data, other, full=True)
        if report.fresh:
            assert told(report) == told(whole), made
        assert held(report.folder) == held(whole.folder), made
        assert answers(place) == answers(other), made
        reused += report.read < report.files
        shutil.rmtree(other)
    assert reused > 2, "most of these builds read only a part"


def _read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read from now on."""
    names: list[str] = []
    checked = Reader.checked

    def noted(self: Reader, number: int) -> Iterator[Checked]:
        names.append(self._listing.path(number).name)
        return checked(self, number)

    monkeypatch.setattr(Reader, "checked", noted)
    return names


def test_only_what_changed_is_read(data: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(data, place)
    names = _read(monkeypatch)
    retitled(first := files(data)[0], "A study about xylophones")
    old(files(data)[1])  # another time, but the same bytes
    report = build(data, place)
    assert (names, report.files, report.read, report.changed, report.why) == ([first.name], 12, 1, 1, "")
    names.clear()
    assert not build(data, place).fresh
    assert build(data, place, full=True).read == len(names) == 12


def test_who_names_a_study_that_went_away_is_read_again(
    data: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_ = files(data)
    bare = read_study(first).model_copy(update={"links": ()})
    rewritten(first, dump_yaml(bare) + LINK.format(second.stem))
    assert not build(data, place).problems
    names = _read(monkeypatch)
    second.unlink()
    report = build(data, place)
    assert names == [first.name]
    assert [p.path for p in report.problems] == [first]
    assert Instance.open(place).atlas.studies[first.stem].links == ()


def test_a_change_that_size_and_time_do_not_show(data: Path, place: Path) -> None:
    """It is not seen where the time is long past, as with git, unless every file is to be looked into."""
    path = files(data)[0]
    build(data, place)
    stat, text = path.stat(), path.read_text("utf-8")
    title = read_study(path).title
    assert text.count(title[:12]) >= 1
    path.write_text(text.replace(title[:12], title[:12].swapcase()), "utf-8")
    os.utime(path, ns=(stat.st_mtime_ns, stat.st_mtime_ns))
    assert not build(data, place).fresh
    report = build(data, place, trusting=False)
    assert (report.fresh, report.read, report.changed) == (True, 1, 1)


def test_a_change_within_the_same_tick_of_the_clock_is_seen(data: Path, place: Path) -> None:
    path = files(data)[0]
    soon = time.time_ns() + 3600 * 10**9  # no build begins more than a tick later, however slow the machine
    os.utime(path, ns=(soon, soon))
    stat = path.stat()
    build(data, place)
    text, title = path.read_text("utf-8"), read_study(path).title
    path.write_text(text.replace(title[:12], title[:12].swapcase()), "utf-8")
    os.utime(path, ns=(stat.st_mtime_ns, stat.st_mtime_ns))
    report = build(data, place)
    assert (report.fresh, report.read, report.changed) == (True, 1, 1)


KILLED = """
import os, signal, sys
from importlib import import_module
from pathlib import Path
from explorer.build import build
module, _, names = sys.argv[1].partition(":")
owner, (*inner, last) = import_module(module), names.split(".")
for name in inner:
    owner = getattr(owner, name)
setattr(owner, last, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
build(Path(sys.argv[2]), Path(sys.argv[3]))
"""


@pytest.mark.parametrize(
    "where",
    [
        "explorer.snapshot:write",
        "entries.sources:Sources.write",
        "explorer.derived:write",
        "index.engine:update",
        "graph.store_changes:update",
        "explorer.layout:Layout.publish",
    ],
)
def test_killed_anywhere_the_build_before_is_served(data: Path, place: Path, where: str) -> None:
    build(data, place)
    retitled(files(data)[0], "A study about xylophones")
    child = subprocess.run([sys.executable, "-c", KILLED, where, str(data), str(place)], check=False, timeout=300)
    assert child.returncode == -signal.SIGKILL
    assert Instance.open(place).engine.ids(SearchRequest(text="xylophones")) == []
    report = build(data, place)
    assert (report.changed, report.read) == (1, 1)
    assert Instance.open(place).engine.ids(SearchRequest(text="xylophones")) == [files(data)[0].stem]
    assert not list((place / "builds").glob("*.part"))


def test_damaged_studies_are_read_from_their_files(data: Path, place: Path) -> None:
    folder = build(data, place).folder
    raw = bytearray((folder / LINES).read_bytes())
    raw[20] ^= 1
    (folder / LINES).write_bytes(raw)
    retitled(files(data)[5], "A study about xylophones")
    report = build(data, place)
    assert report.read == 12
    assert "damaged" in report.why
    assert len([*Instance.open(place).atlas.studies.values()]) == 12


def test_strict_refuses_a_broken_entry_among_those_that_were_not_read(data: Path, place: Path) -> None:
    build(data, place)
    rewritten(files(data)[3], "title: [")
    with pytest.raises(BuildRefused, match=files(data)[3].name):
        build(data, place, strict=True)
    assert build(data, place).info.kept == (files(data)[3].stem,)


def test_another_folder_of_the_same_names_is_looked_into(data: Path, place: Path, tmp_path: Path) -> None:
    build(data, place)
    other = tmp_path / "other"
    shutil.copytree(data, other)
    path = files(other)[0]
    stat, text, title = path.stat(), path.read_text("utf-8"), read_study(path).title
    path.write_text(text.replace(title[:12], title[:12].swapcase()), "utf-8")
    os.utime(path, ns=(stat.st_mtime_ns, stat.st_mtime_ns))
    assert build(other, place).changed == 1


def test_the_command_says_what_it_did_not_read(data: Path, place: Path) -> None:
    def said(*options: str) -> Result:
        return CliRunner().invoke(evidence, ["--data", str(data), "--instance", str(place), "build", *options])

    assert "not read" not in said().output
    retitled(files(data)[0], "A study about xylophones")
    assert "11 of 12 files were not read: they have not changed." in said().output
    (data / "vocabulary" / "notes.md").write_text("Anything at all.")
    assert (
        "All files of studies were read: every study depends on what has changed: vocabulary/notes.md." in said().output
    )
    assert "Nothing has changed" in said("--check-digests").output
