"""A build that reads only what was changed gives what a whole build gives, whatever was changed."""

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from entries.atlas import Atlas
from entries.shelf import Shelf
from entries.store import dump_yaml, read_study, write_jsonl
from explorer import reuse as reusing
from explorer import snapshot
from explorer.build import BuildRefused, BuildReport, build
from explorer.counted import FILE as COUNTED
from explorer.instance import Instance
from explorer.settings import shipped_data
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
            except Exception:  # noqa: S112 (whatever was broken before)
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
            rewritten(path, path.read_text("utf-8") + LINK.format(target))

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


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_changed_the_build_is_that_of_a_whole_one(data: Path, place: Path, seed: int) -> None:
    edits, reused = Edits(data, seed), 0
    build(data, place)
    for step in range(7):
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
