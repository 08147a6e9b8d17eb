"""Every file of an instance missing, empty, zeroed, cut short or unreadable: an explained answer, never a traceback."""

import logging
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import site_samples
from flask.testing import FlaskClient

from entries.errors import EvidenceError
from explorer import derived, snapshot
from explorer.app import create_app
from explorer.instance import Instance, LiveInstance
from explorer.layout import BuildInfo, Layout
from explorer.reuse import GRAPH, INDEX
from graph.store import GraphStore
from index import engine as engines

MEND = "evidence build"
PAGES = (
    "/", "/studies?q=fatigue", "/studies/{study}", "/studies/{study}/graph", "/concepts/{concept}", "/balance", "/map",
    "/api/v1/search?q=fatigue", "/complete?q=fat", "/healthz",
)  # fmt: skip
EXPORTS = (
    "/dataset.nq", "/dataset.graphml", "/dataset.cyjs", "/dataset.csv", "/studies.csv", "/studies.ttl", "/studies.bib",
    "/studies.atom", "/studies/{study}.ttl", "/concepts/{concept}.ttl", "/api/v1/studies", "/.well-known/void",
)  # fmt: skip


class Opened:
    """Stands in for the live instance of an application: the build that a test has opened."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    def fresh(self) -> Instance:
        """The build of this test."""
        return self.instance


def whole(folder: Path) -> Path:
    """A small instance with everything that a build writes which is served."""
    atlas, layout = site_samples.atlas(), Layout(folder)
    part = layout.new(atlas.digest())
    snapshot.write(part, atlas)
    atlas = snapshot.read(part)
    derived.write(atlas, part)
    engines.build(atlas, part / INDEX, engine="tantivy")
    GraphStore.build(atlas, part / GRAPH).close()
    made, count = "2026-01-01T00:00:00+00:00", len(atlas.studies)
    layout.publish(part, BuildInfo("tantivy", atlas.digest(), atlas.frame_digest, {}, made, count))
    return folder


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return whole(tmp_path_factory.mktemp("damage") / "whole")


@pytest.fixture(scope="module")
def opened(instance: Path) -> Opened:
    return Opened(Instance.open(instance))


@pytest.fixture(scope="module")
def client(opened: Opened) -> Iterator[FlaskClient]:
    app = create_app(opened)  # not in testing: errors become pages, as they do on a site
    app.extensions["kept pages"].most = 0
    yield app.test_client()


def damaged(path: Path, how: str) -> None:
    """Do a file harm. Unreadable for everybody, who runs the tests may be root: there is a folder in its place."""
    held = path.read_bytes()
    if how in ("missing", "unreadable"):
        path.unlink()
    if how == "unreadable":
        path.mkdir()
    written = {"empty": b"", "zeroed": bytes(len(held)), "half": held[: len(held) // 2]}
    if how in written:
        path.write_bytes(written[how])


def answers(client: FlaskClient, instance: Instance) -> Iterator[tuple[str, int, str]]:
    """What each address answers: address, status, words."""
    study, concept = next(iter(instance.atlas.studies)), next(iter(instance.atlas.vocabulary))
    for address in (*PAGES, *EXPORTS):
        answer = client.get(address.format(study=study, concept=concept))
        yield address, answer.status_code, answer.get_data(as_text=True)


def one_of_each(files: Iterable[Path]) -> list[Path]:
    """All of them, but one of the many files in which the graph store keeps its sorted quads."""
    found = sorted(files)
    tables = [path for path in found if path.suffix == ".sst"]
    return [path for path in found if path not in tables[1:]]


HARMS = ("missing", "empty", "zeroed", "half", "unreadable")


@pytest.mark.parametrize("how", HARMS)
def test_every_file_can_be_harmed(
    how: str, instance: Path, opened: Opened, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either the instance is not opened, for a reason that names the mend, or each address answers or says why not."""
    monkeypatch.setattr(logging.getLogger("explorer"), "disabled", True)
    files = one_of_each(path.relative_to(instance) for path in instance.rglob("*") if path.is_file())
    assert len(files) > 25, "all that a build writes"
    seen = {"refused": 0, "served": 0, "503": 0}
    for number, name in enumerate(files):
        place = tmp_path / str(number)
        shutil.copytree(instance, place)
        damaged(place / name, how)
        try:
            harmed = Instance.open(place)
        except EvidenceError as error:
            assert MEND in str(error) or "let the account" in str(error), (name, str(error))
            seen["refused"] += 1
            continue
        monkeypatch.setattr(opened, "instance", harmed)
        told = list(answers(client, harmed))
        assert {status for _, status, _ in told} <= {200, 503}, (name, [t[:2] for t in told if t[1] not in (200, 503)])
        for address, status, words in told:
            assert status == 200 or MEND in words or "let the account" in words, (name, address, words[:300])
        seen["503" if any(status == 503 for _, status, _ in told) else "served"] += 1
        harmed.close()
        shutil.rmtree(place)
    assert seen["refused"] > 5 and seen["503"] > 2, seen


def test_damage_that_shows_while_a_build_settles_is_a_line_in_the_log(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    place = tmp_path / "zeroed"
    shutil.copytree(instance, place)
    (studies,) = place.rglob("studies.jsonl")
    damaged(studies, "zeroed")
    fallen: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", fallen.append)
    live, end = LiveInstance(place), time.monotonic() + 30
    while not caplog.records and not fallen and time.monotonic() < end:
        time.sleep(0.02)
    assert not fallen
    assert "studies.jsonl" in caplog.text and MEND in caplog.text and "Traceback" not in caplog.text
    live.fresh().close()


def test_sending_is_not_begun_when_the_last_study_is_damaged(
    instance: Path, opened: Opened, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "last"
    shutil.copytree(instance, place)
    (studies,) = place.rglob("studies.jsonl")
    lines = studies.read_bytes()
    studies.write_bytes(lines[:-9] + b"?" * 8 + lines[-1:])
    harmed = Instance.open(place)
    monkeypatch.setattr(opened, "instance", harmed)
    monkeypatch.setattr(logging.getLogger("explorer"), "disabled", True)
    last = list(harmed.atlas.studies)[-1]
    for address in ("/dataset.nq", "/dataset.graphml", "/studies.csv", "/api/v1/studies"):
        answer = client.get(address)
        assert answer.status_code == 503, address
        assert last in answer.get_data(as_text=True) and MEND in answer.get_data(as_text=True)
        assert client.head(address).status_code == 200, "nothing is sent, so nothing is looked at"
    harmed.close()
