"""Building beside, swapping, and what happens when a build goes wrong."""

import errno
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from entries.errors import EvidenceError
from explorer import build as building
from explorer.app import create_app
from explorer.build import BuildRefused, build
from explorer.instance import Instance, LiveInstance
from explorer.layout import Layout, NoBuild
from explorer.settings import shipped_data
from explorer.snapshot import SnapshotUnusable
from graph.store import GraphStore
from index.query import SearchRequest

KEPT = 6


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The shipped vocabularies with the first few shipped studies, to be changed at will."""
    folder = tmp_path / "data"
    shutil.copytree(shipped_data(), folder, ignore=shutil.ignore_patterns("studies", "__pycache__"))
    (folder / "studies").mkdir()
    for path in sorted((shipped_data() / "studies").glob("*.yaml"))[:KEPT]:
        shutil.copy(path, folder / "studies")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "instance"


def _first(data: Path) -> Path:
    return sorted((data / "studies").glob("*.yaml"))[0]


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def _retitle(path: Path, title: str) -> None:
    lines = path.read_text("utf-8").split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("title:"))
    end = next(i for i in range(start + 1, len(lines)) if lines[i][:1].isalpha())
    path.write_text("\n".join([*lines[:start], f"title: {title}", *lines[end:]]), "utf-8")


def _found(instance: Instance, text: str) -> list[str]:
    return instance.engine.ids(SearchRequest(text=text))


@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_build_then_search_then_graph(data: Path, place: Path, engine: str) -> None:
    report = build(data, place, engine)
    assert (report.fresh, report.added, report.info.engine) == (True, KEPT, engine)
    instance = Instance.open(place)
    assert len(instance.atlas.studies) == KEPT
    assert sorted(_found(instance, "")) == sorted(instance.atlas.studies)
    assert instance.graph_store.counts["quads"] > KEPT * 20
    instance.close()


def test_nothing_changed_means_nothing_done(data: Path, place: Path) -> None:
    first = build(data, place)
    again = build(data, place)
    assert not again.fresh
    assert again.folder == first.folder
    assert build(data, place, full=True).fresh


def test_only_the_changed_study_is_indexed_again(data: Path, place: Path) -> None:
    build(data, place)
    _retitle(_first(data), "A title about xylophones")
    shutil.copy(sorted((shipped_data() / "studies").glob("*.yaml"))[KEPT], data / "studies")
    sorted((data / "studies").glob("*.yaml"))[1].unlink()
    report = build(data, place)
    assert (report.added, report.changed, report.removed) == (1, 1, 1)
    assert _found(Instance.open(place), "xylophones") == [_first(data).stem]


def test_the_graph_of_an_update_is_that_of_a_whole_build(data: Path, place: Path, tmp_path: Path) -> None:
    for path in sorted((shipped_data() / "studies").glob("*.yaml"))[: 4 * KEPT]:
        shutil.copy(path, data / "studies")
    build(data, place)
    _retitle(_first(data), "A title about xylophones")
    build(data, place)
    build(data, tmp_path / "other")
    updated, whole = Instance.open(place).graph_store, Instance.open(tmp_path / "other").graph_store
    assert (updated.marker.changed, whole.marker.changed) == (1, 0)
    assert set(updated.oxigraph) == set(whole.oxigraph)
    assert updated.counts == whole.counts


@pytest.mark.parametrize("name", ["studies.columns", "counted.json", "lists.columns"])
def test_a_build_with_a_damaged_part_says_how_to_mend_it(data: Path, place: Path, name: str) -> None:
    folder = build(data, place).folder
    (folder / name).write_bytes((folder / name).read_bytes()[:-9])
    with pytest.raises(EvidenceError, match="evidence build --full"):
        Instance.open(place)
    assert build(data, place).fresh, "the next build does not trust it"
    assert len(Instance.open(place).atlas.studies) == KEPT


def test_a_graph_store_that_cannot_be_opened_is_made_anew_though_nothing_changed(data: Path, place: Path) -> None:
    folder = build(data, place).folder
    largest = max((folder / "graph").glob("quads-*/*.sst"), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:10])
    report = build(data, place)
    assert report.fresh
    assert "damaged" in report.damage
    assert len(list(Instance.open(place).graph_store.oxigraph.named_graphs())) > KEPT


def test_running_site_moves_to_the_new_build(data: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.instance.LOOK_EVERY", 0.0)
    build(data, place)
    live = LiveInstance(place)
    before = live.fresh()
    assert live.fresh() is before
    _retitle(_first(data), "A title about xylophones")
    build(data, place)
    assert _found(before, "xylophones") == []  # a request that had begun still sees its own build, whole
    assert _found(live.fresh(), "xylophones") == [_first(data).stem]


def test_running_site_keeps_its_build_when_the_new_one_is_damaged(
    data: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.instance.LOOK_EVERY", 0.0)
    build(data, place)
    live = LiveInstance(place)
    before = live.fresh()
    _retitle(_first(data), "A title about xylophones")
    report = build(data, place)
    (report.folder / "studies.jsonl").write_text("{")
    assert live.fresh() is before
    assert "evidence build --full" in str(live.trouble)
    health = create_app(live).test_client().get("/healthz").get_json()
    assert (health["studies"], health["trouble"]) == (KEPT, live.trouble)


def test_broken_entry_keeps_its_last_sound_form(data: Path, place: Path) -> None:
    build(data, place)
    broken = _first(data)
    title = Instance.open(place).atlas.studies[broken.stem].title
    broken.write_text("title: [", "utf-8")
    report = build(data, place)
    assert report.info.kept == (broken.stem,)
    assert any(p.path == broken for p in report.problems)
    assert Instance.open(place).atlas.studies[broken.stem].title == title


def test_broken_entry_of_a_first_build_is_left_out(data: Path, place: Path) -> None:
    _first(data).write_bytes(b"\xff\xfe\x00broken")
    report = build(data, place)
    assert len(Instance.open(place).atlas.studies) == KEPT - 1
    assert "UTF-8" in str(report.problems[0])


def test_strict_builds_nothing_when_an_entry_is_broken(data: Path, place: Path) -> None:
    _first(data).write_text("title: [", "utf-8")
    with pytest.raises(BuildRefused, match="Nothing was built"):
        build(data, place, strict=True)
    assert Layout(place).current() is None


def test_broken_vocabulary_leaves_the_old_build_serving(data: Path, place: Path) -> None:
    build(data, place)
    (data / "vocabulary" / "symptom.yaml").write_text("scheme: [", "utf-8")
    with pytest.raises(BuildRefused) as caught:
        build(data, place)
    assert "symptom.yaml:" in str(caught.value)
    assert len(str(caught.value).splitlines()) < 10  # one broken file is one trouble, not one for each study
    assert len(Instance.open(place).atlas.studies) == KEPT


def test_full_disk_leaves_the_old_build_serving(data: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(data, place)
    _retitle(_first(data), "A title about xylophones")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(GraphStore, "build", full)
    with pytest.raises(BuildRefused, match="No space left"):
        build(data, place)
    assert not list((place / "builds").glob("*.part"))
    assert _found(Instance.open(place), "xylophones") == []


def test_kill_in_the_middle_leaves_the_old_build_serving(data: Path, place: Path) -> None:
    build(data, place)
    _retitle(_first(data), "A title about xylophones")
    script = (
        "import sys, time; from pathlib import Path; from graph.store import GraphStore; import explorer.build as b\n"
        "def stuck(*a, **k): print('stuck', flush=True); time.sleep(60)\n"
        "GraphStore.build = stuck\n"
        "b.build(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(data), str(place)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "stuck"
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert list((place / "builds").glob("*.part"))
    assert _found(Instance.open(place), "xylophones") == []
    report = build(data, place)  # the lock went with its process
    assert report.changed == 1
    assert not list((place / "builds").glob("*.part"))
    assert _found(Instance.open(place), "xylophones") == [_first(data).stem]


def test_second_build_at_the_same_time_is_refused(data: Path, place: Path) -> None:
    with building._locked(Layout(place)), pytest.raises(BuildRefused, match="another build is running"):
        build(data, place)


def test_damaged_build_says_what_to_run(data: Path, place: Path) -> None:
    folder = build(data, place).folder
    (folder / "studies.jsonl").write_text("{", "utf-8")
    with pytest.raises(SnapshotUnusable, match="evidence build --full"):
        Instance.open(place)
    (folder / "build.json").write_text("[]", "utf-8")
    with pytest.raises(NoBuild, match="evidence build --full"):
        Instance.open(place)
    build(data, place, full=True)
    assert len(Instance.open(place).atlas.studies) == KEPT


def test_build_of_another_version_is_made_anew(data: Path, place: Path) -> None:
    folder = build(data, place).folder
    info = json.loads((folder / "build.json").read_text())
    (folder / "build.json").write_text(json.dumps({**info, "format": 999}))
    with pytest.raises(NoBuild, match="another version"):
        Instance.open(place)
    assert build(data, place).fresh
    Instance.open(place).close()


def test_damaged_index_is_made_anew_by_the_next_build(data: Path, place: Path) -> None:
    folder = build(data, place).folder
    for path in (folder / "index").rglob("*.json"):
        path.write_text("{}")
    _retitle(_first(data), "A title about xylophones")
    build(data, place)
    assert _found(Instance.open(place), "xylophones") == [_first(data).stem]


def test_nothing_built_yet(place: Path) -> None:
    with pytest.raises(NoBuild, match="evidence build"):
        Instance.open(place)


def test_instance_folder_that_cannot_be_written(data: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises((EvidenceError, OSError)) as caught:
        build(data, blocked)
    assert str(blocked) in str(caught.value)
    assert isinstance(caught.value, EvidenceError)


def test_empty_atlas_builds_and_searches(data: Path, place: Path) -> None:
    shutil.rmtree(data / "studies")
    report = build(data, place)
    assert report.info.studies == 0
    assert _found(Instance.open(place), "fatigue") == []


def test_old_builds_are_removed(data: Path, place: Path) -> None:
    for n in range(4):
        _retitle(_first(data), f"Title number {n}")
        build(data, place)
    assert len(list((place / "builds").glob("*"))) == 2


def test_what_all_studies_depend_on_is_seen_to_change(data: Path, place: Path) -> None:
    build(data, place)
    assert not build(data, place).fresh
    with (data / "vocabulary" / "symptom.yaml").open("a") as file:
        file.write("# a remark\n")
    report = build(data, place)
    assert (report.fresh, report.read, report.changed) == (True, KEPT, 0)
    assert report.why == "every study depends on what has changed: vocabulary/symptom.yaml"
