"""Entries on disk: the round trip, digests, and what a full disk, an interrupt or a kill leaves behind."""

import errno
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from entry_samples import LEAST, TRICKY, studies, study
from hypothesis import given
from hypothesis import strategies as st

from entries import store
from entries.errors import StoreError
from entries.study import Study
from entries.yamlio import MAX_BYTES, YamlError, parse


def read_back(text: str) -> Study:
    return Study.model_validate(parse(text).value)


@given(studies())
def test_any_entry_survives_the_way_through_yaml(entry: Study) -> None:
    text = store.dump_yaml(entry)
    assert read_back(text) == entry
    assert store.dump_yaml(read_back(text)) == text


@given(studies())
def test_any_entry_survives_the_way_through_jsonl(tmp_path_factory: pytest.TempPathFactory, entry: Study) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "x.jsonl"
    store.write_jsonl(path, [entry, entry])
    lines = list(store.read_jsonl(path))
    assert [number for number, _ in lines] == [1, 2]
    assert [Study.model_validate_json(line) for _, line in lines] == [entry, entry]


@pytest.mark.parametrize("text", [t for t in TRICKY if t.strip()])
def test_tricky_texts_survive_in_every_kind_of_field(text: str) -> None:
    entry = study(
        title=text,
        journal=text,
        authors=[{"family": text, "given": text}, {"literal": text}],
        summary=text,
        findings=[{"text": text, "quote": text, "basis": "quoted"}],
        conclusions=[text],
        review={"fields": {text: {"status": "no", "by": text}}, "history": [{"on": "2026-04-08", "by": text}]},
    )
    assert read_back(store.dump_yaml(entry)) == entry


def test_dumped_fields_stand_in_the_order_of_the_model_without_defaults() -> None:
    text = store.dump_yaml(study(doi="10.1234/x", pmid="12"))
    keys = [line.split(":")[0] for line in text.splitlines() if line[0].isalpha()]
    assert keys == [name for name in Study.model_fields if name in {*LEAST, "doi", "pmid"}]


def _shuffled(value: Any, draw: Any) -> Any:
    if isinstance(value, dict):
        keys = draw(st.permutations(list(value)))
        return {k: _shuffled(value[k], draw) for k in keys}
    return [_shuffled(v, draw) for v in value] if isinstance(value, list) else value


@given(studies(), st.data(), st.booleans(), st.integers(40, 200))
def test_the_digest_sees_content_only(entry: Study, data: st.DataObject, flow: bool, width: int) -> None:
    plain = _shuffled(store.plain(entry), data.draw)
    text = yaml.safe_dump(plain, default_flow_style=flow, width=width, sort_keys=False)
    assert store.digest(read_back(text)) == store.digest(entry)


@given(studies(), studies())
def test_digests_are_equal_only_for_equal_entries(one: Study, other: Study) -> None:
    assert (store.digest(one) == store.digest(other)) == (one == other)


def test_comments_blank_lines_and_spelt_out_defaults_do_not_change_the_digest() -> None:
    text = "# hello\n" + store.dump_yaml(study()) + "\n\npmid: null\nlinks: []\nreview: {status: machine-draft}\n"
    assert store.digest(read_back(text)) == store.digest(study())


def test_each_field_counts_in_the_digest() -> None:
    seen = {store.digest(study())}
    for changes in ({"title": "x"}, {"year": 2002}, {"pmid": "1"}, {"questions": ["x"]}, {"updated": "2026-04-09"}):
        seen.add(store.digest(study(**changes)))
    assert len(seen) == 6


def test_write_and_read(tmp_path: Path) -> None:
    path = store.write_study(tmp_path / "new" / "folder", study())
    assert path.name == "ames-2001-light.yaml"
    assert store.read_study(path) == study()
    assert path.stat().st_mode & 0o777 == 0o644
    path.chmod(0o600)
    store.write_study(path.parent, study(year=2002))
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def failing(error: BaseException) -> Callable[..., None]:
    """A step that fails, as on a full disk."""

    def fail(*args: object, **kwargs: object) -> None:
        raise error

    return fail


OWNERS: dict[str, Any] = {"fsync": os, "fdopen": os, "replace": Path, "chmod": Path}


class Torn:
    """A file that takes half of what is written to it."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def __enter__(self) -> "Torn":
        return self

    def __exit__(self, *args: object) -> None:
        self.file.close()

    def write(self, data: bytes) -> None:
        self.file.write(data[: len(data) // 2])
        self.file.flush()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "entry.yaml"
    path.write_bytes(b"old")
    return path


def untouched(path: Path) -> bool:
    return path.read_bytes() == b"old" and [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod", "fdopen"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_leaves_the_old_file(monkeypatch: pytest.MonkeyPatch, old: Path, step: str, code: int) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(OWNERS[step], step, failing(OSError(code, os.strerror(code))))
        with pytest.raises(StoreError) as caught:
            store.write_atomic(old, b"new")
    assert untouched(old)
    for said in (str(old), os.strerror(code), "as it was before", "try again"):
        assert said in str(caught.value)


def test_a_disk_that_fills_up_half_way_leaves_the_old_file(monkeypatch: pytest.MonkeyPatch, old: Path) -> None:
    really = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda *args: Torn(really(*args)))
    with pytest.raises(StoreError, match="No space left on device"):
        store.write_atomic(old, b"new" * 1000)
    assert untouched(old)


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError()])
def test_an_interrupt_leaves_the_old_file(
    monkeypatch: pytest.MonkeyPatch, old: Path, step: str, error: BaseException
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(OWNERS[step], step, failing(error))
        with pytest.raises(type(error)):
            store.write_atomic(old, b"new")
    assert untouched(old)


def test_a_folder_that_cannot_be_synced_is_no_failure(monkeypatch: pytest.MonkeyPatch, old: Path) -> None:
    really, calls = os.fsync, iter([True, False])
    refusal = failing(OSError(errno.EINVAL, os.strerror(errno.EINVAL)))
    monkeypatch.setattr(os, "fsync", lambda handle: (really if next(calls) else refusal)(handle))
    store.write_atomic(old, b"new")
    assert old.read_bytes() == b"new"
    assert next(calls, None) is None


def test_a_file_where_a_folder_should_be(old: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        store.write_atomic(old / "below.yaml", b"new")
    assert untouched(old)


def test_a_failing_source_of_entries_leaves_the_old_file(old: Path) -> None:
    def entries() -> Any:
        yield study()
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError):
        store.write_jsonl(old, entries())
    assert untouched(old)


_WRITER = """
import sys
from pathlib import Path
from entries.store import write_atomic
path, size = Path(sys.argv[1]), 400_000
print("go", flush=True)
while True:
    for letter in b"abcdef":
        write_atomic(path, bytes([letter]) * size)
"""


def test_a_kill_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "entry.yaml"
    path.write_bytes(b"z" * 400_000)
    for wait in (0.02, 0.05, 0.11):
        process = subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE)
        assert process.stdout and process.stdout.readline() == b"go\n"
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        data = path.read_bytes()
        assert len(data) == 400_000 and len(set(data)) == 1
    left = [p.name for p in tmp_path.iterdir() if p != path]
    assert all(name.startswith(".entry.yaml.") and name.endswith(".tmp") for name in left)  # nothing reads those


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"none\.yaml: cannot be read: No such file"):
        store.read_yaml(tmp_path / "none.yaml")
    with pytest.raises(StoreError, match="is not a file"):
        store.read_yaml(tmp_path)
    with pytest.raises(StoreError, match="cannot be read"):
        list(store.read_jsonl(tmp_path))


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.yaml")
    with pytest.raises(StoreError, match="is not a file"):
        store.read_yaml(tmp_path / "x.yaml")


def test_no_permission(monkeypatch: pytest.MonkeyPatch, old: Path) -> None:
    monkeypatch.setattr(Path, "open", failing(PermissionError(errno.EACCES, "Permission denied")))
    with pytest.raises(StoreError, match=r"entry\.yaml: cannot be read: Permission denied"):
        store.read_yaml(old)


def _peak(action: Any) -> tuple[float, int]:
    tracemalloc.start()
    started = time.process_time()
    action()
    seconds, peak = time.process_time() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak


def test_a_large_file_is_refused_quickly_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"summary: " + b"a" * 50_000_000)

    def read() -> None:
        with pytest.raises(YamlError, match="more than the 1,000,000 bytes"):
            store.read_yaml(path)

    seconds, peak = _peak(read)
    assert seconds < 5
    assert peak < 3 * MAX_BYTES


def test_a_large_line_is_cut_and_those_after_it_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"a": 1}\n\n' + b"x" * 5_000_000 + b"\n" + b'{"b": 2}')
    found: list[tuple[int, int]] = []
    seconds, peak = _peak(lambda: found.extend((n, len(line)) for n, line in store.read_jsonl(path)))
    assert found == [(1, 9), (3, MAX_BYTES + 1), (4, 8)]
    assert seconds < 5
    assert peak < 4.5 * MAX_BYTES


def test_a_byte_order_mark_and_crlf_in_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}\r\n\r\n{"b": 2}\r\n')
    assert [(n, line.strip()) for n, line in store.read_jsonl(path)] == [(1, b'{"a": 1}'), (3, b'{"b": 2}')]
