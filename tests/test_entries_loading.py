"""Entries that are broken, each in its own way: told with line, reason and mend; the rest keeps working."""

import gc
import json
import os
import shutil
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from atlas_folders import AMES, BO, ames, bo, edit, told
from entry_samples import LEAST

from entries.atlas import Atlas
from entries.errors import AtlasError
from entries.problems import MAX_PER_FILE

BROKEN: dict[str, tuple[str, str, str, str]] = {
    # what is broken: (text in Ames's entry, what stands there instead, reason, mend)
    "YAML": (
        'title: "Light and headache: an invented comparison"',
        "title: Light: headache",
        "mapping values",
        "quotation",
    ),
    "unknown field": (
        "why_it_matters:",
        "why_it_mater:",
        "unknown field 'why_it_mater'",
        "did you mean 'why_it_matters'?",
    ),
    "unknown field inside": ("statistic:", "statistics:", "unknown field 'findings.0.statistics'", "'statistic'?"),
    "unknown concept": (
        "[photophobia]\n    dir",
        "[photofobia]\n    dir",
        "unknown concept 'photofobia'",
        "'photophobia'?",
    ),
    "concept by synonym": ("[headache, ph", "[cephalalgia, ph", "unknown concept 'cephalalgia'", "use 'headache'"),
    "concept by synonym with a space": (
        "[headache, ph",
        "[Sore head, ph",
        "has the value 'Sore head'",
        "use 'headache'",
    ),
    "concept by label": (
        "design: case-control",
        "design: Case-control study",
        "'Case-control study'",
        "use 'case-control'",
    ),
    "concept by other case": ("evidence_level: E2", "evidence_level: e2", "unknown concept 'e2'", "use 'E2'"),
    "concept nobody knows": (
        "ichd-3",
        "qqqq-9",
        "unknown concept 'qqqq-9'",
        "add it to vocabulary/case-definition.yaml",
    ),
    "concept of another scheme": (
        "symptom: [headache, photophobia]",
        "symptom: [small-sample]",
        "'small-sample' belongs to the scheme 'method-flag', not to 'symptom'",
        "move it",
    ),
    "unknown scheme": ("  symptom: [h", "  symptoms: [h", "studies are not tagged with 'symptoms'", "'symptom'?"),
    "year 0": ("year: 2001", "year: 0", "'year' has the value '0'", "at least 1750"),
    "year 99999": ("year: 2001", "year: 99999", "99999 lies in the future", "latest possible year"),
    "year abc": ("year: 2001", "year: abc", "'abc', which is not a whole number", "digits only"),
    "alias bomb": ("conclusions: [", "conclusions: &a [*a, *a, ", "anchors and aliases", "write the value out"),
    "tag": ("year: 2001", "year: !!python/object:os.system 2001", "!!python/object:os.system", "delete it"),
    "second document": ("summary:", "---\nsummary:", "a second document begins", "keep one document"),
    "key twice": ("year: 2001", "year: 2001\nyear: 2002", "the key 'year' stands twice", "keep one"),
    "no list": ("questions: [Is it so between attacks?]", "questions: Is it so?", "which is not a list", "'- '"),
    "review that nobody made": (
        "updated:",
        "review: {status: reviewed}\nupdated:",
        "claims a review, but 'history' names nobody",
        "set 'machine-draft'",
    ),
    "field review by nobody": (
        "updated:",
        "review: {fields: {summary: {status: reviewed}}}\nupdated:",
        "the review of 'summary' claims 'reviewed' by nobody",
        "say who looked at it",
    ),
    "review of no field": (
        "updated:",
        "review: {fields: {sumary: {status: machine-draft}}}\nupdated:",
        "'sumary' is no field of an entry",
        "did you mean 'summary'?",
    ),
    "unknown review status": (
        "updated:",
        "review: {status: approved, history: [{on: 2026-04-08, by: Ada}]}\nupdated:",
        "unknown concept 'approved'",
        "",
    ),
    "quoted NUL": ('volume: "1"', 'volume: "\\0"', "control character U+0000", "delete it"),
}


@pytest.mark.parametrize(("old", "new", "reason", "mend"), BROKEN.values(), ids=BROKEN)
def test_a_broken_entry_is_told_and_left_out(folder: Path, old: str, new: str, reason: str, mend: str) -> None:
    line = edit(ames(folder), old, new)
    (problem,) = told(folder, reason)
    assert mend in problem.mend, problem.mend
    assert (problem.path, problem.severity, problem.study_id) == (ames(folder), "error", AMES)
    assert line <= problem.line <= line + 2
    atlas = Atlas.load(folder)
    assert list(atlas.studies) == [BO, "cole-2010-aura"]
    assert atlas.studies[BO].links == ()  # the link to the broken entry: left out without a second complaint


@pytest.mark.parametrize(
    ("content", "line", "reason", "mend"),
    [
        (b"id: x\ntitle: Andr\xe9\n", 2, "byte 0xe9 is not UTF-8", "save the file with the encoding UTF-8"),
        ("id: x\n".encode("utf-16"), 1, "not UTF-8", "UTF-8"),
        (b"id: x\ntitle: a\x00b\n", 2, "control character U+0000", "delete it"),
        (b"id: x\ntitle: a\x07b\n", 2, "control character U+0007", "delete it"),
        (b"a" * 5_000_000, 1, "more than the 1,000,000 bytes", "split it"),
        (b"[" * 900_000, 1, "nested more than 30 deep", "flatten it"),
        (b"- " * 400_000, 1, "nested more than 30 deep", "flatten it"),
        (b"", 1, "here stands nothing", "'field: value' lines"),
        (b"# only a comment\n", 1, "here stands nothing", "'field: value' lines"),
        (b"just words\n", 1, "here stands 'just words'", "'field: value' lines"),
        (b"- a\n- b\n", 1, "here stands a list", "'field: value' lines"),
        (b"\xff\xd8\xff\xe0 a picture", 1, "not UTF-8", "UTF-8"),
    ],
    ids=["Latin-1", "UTF-16", "NUL", "bell", "5 MB", "[[[", "- - -", "empty", "comment", "words", "list", "picture"],
)
def test_a_file_that_is_no_entry(folder: Path, content: bytes, line: int, reason: str, mend: str) -> None:
    ames(folder).write_bytes(content)
    started = time.process_time()
    (problem,) = told(folder, reason)
    assert time.process_time() - started < 10
    assert (problem.line, problem.study_id, mend in problem.mend) == (line, AMES, True)
    assert len(str(problem)) < 600


@pytest.mark.parametrize("ids", ["headache," * 100_000, ",".join(f"c{i}" for i in range(120_000))], ids=["one", "many"])
def test_an_entry_with_a_hundred_thousand_tags_is_refused_in_good_time(folder: Path, ids: str) -> None:
    edit(ames(folder), "[headache, photophobia]", f"[{ids}]")
    started = time.process_time()
    found = Atlas.load(folder).problems
    assert time.process_time() - started < 10
    assert len(found) == MAX_PER_FILE + 1
    assert found[-1].reason == "there are more problems in this entry"


def test_the_same_mistake_in_many_entries_is_told_in_good_time(folder: Path) -> None:
    lines = [json.dumps({**LEAST, "id": f"s-{i}", "tags": {"symptom": ["hedache"]}}) for i in range(5_000)]
    (folder / "studies" / "many.jsonl").write_text("\n".join(lines))
    started = time.process_time()
    assert len(Atlas.load(folder).problems) == 5_000
    assert time.process_time() - started < 10


def test_a_huge_entry_takes_no_memory(folder: Path) -> None:
    ames(folder).write_bytes(b"summary: " + b"a" * 30_000_000)
    tracemalloc.start()
    told(folder, "more than the 1,000,000 bytes")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000


def test_crlf_and_byte_order_mark_change_nothing(folder: Path, migraine: Atlas) -> None:
    ames(folder).write_bytes(b"\xef\xbb\xbf" + ames(folder).read_bytes().replace(b"\n", b"\r\n"))
    assert Atlas.load(folder).digest() == migraine.digest()
    line = edit(ames(folder), "year: 2001", "year: abc")
    assert told(folder, "'abc'")[0].line == line


def test_all_problems_of_all_files_at_once(folder: Path) -> None:
    edit(ames(folder), "year: 2001", "year: abc")
    edit(ames(folder), "journal:", "jurnal:")
    edit(bo(folder), "[headache]", "[hedache]")
    edit(folder / "studies" / "more.jsonl", '"year": 2010', '"year": "x"')
    found = told(folder, "unknown field 'jurnal'", "'abc'", "unknown concept 'hedache'", "'year' has the value 'x'")
    assert [(p.path.name, p.line) for p in found] == [
        (f"{AMES}.yaml", 6),
        (f"{AMES}.yaml", 7),
        (f"{BO}.yaml", 11),
        ("more.jsonl", 1),
    ]
    assert dict(Atlas.load(folder).studies) == {}


def test_the_garbage_collector_is_as_it_was(folder: Path) -> None:
    Atlas.load(folder)
    assert gc.isenabled()
    with pytest.raises(AtlasError):
        Atlas.load(folder / "none")
    assert gc.isenabled()


def test_no_studies_yet(folder: Path) -> None:
    shutil.rmtree(folder / "studies")
    (problem,) = told(folder, "there are no studies yet")
    assert (problem.severity, "docs/entries.md" in problem.mend) == ("warning", True)


def test_files_that_are_not_read_are_named(folder: Path) -> None:
    shutil.move(ames(folder), ames(folder).with_suffix(".yml"))
    edit(bo(folder), "links:", "# links:")
    (folder / "studies" / "deeper").mkdir()
    (folder / "studies" / "table.csv").write_text("a,b")
    (folder / "studies" / "README.md").write_text("notes are welcome")
    (folder / "studies" / ".hidden.yaml").write_text("an editor's")
    (folder / "vocabulary" / "phenotype.yml").write_text("scheme: phenotype")
    found = told(
        folder,
        "files that end in .yml are not read",
        "folders inside this folder are not read",
        "files that end in .csv are not read",
        "files that end in .yml are not read",
    )
    assert [p.severity for p in found] == ["error", "warning", "warning", "error"]
    assert "rename it to end in .yaml" in found[0].mend


@pytest.mark.parametrize("kind", ["folder", "dangling", "pipe"])
def test_what_cannot_be_read_is_told_and_the_rest_served(folder: Path, kind: str) -> None:
    path = folder / "studies" / "x.yaml"
    make: dict[str, Callable[[], None]] = {
        "folder": path.mkdir,
        "dangling": lambda: path.symlink_to("nowhere"),
        "pipe": lambda: os.mkfifo(path),
    }
    make[kind]()
    found = Atlas.load(folder).errors
    assert len(found) == 1
    assert "make the file readable" in found[0].mend
    assert str(found[0]).count("x.yaml") == 1
    assert len(Atlas.load(folder).studies) == 3


def test_no_permission(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = Path.open

    def refuse(path: Path, *args: object) -> object:
        if path.stem == AMES:
            raise PermissionError(13, "Permission denied")
        return really(path, *args)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    told(folder, "cannot be read: Permission denied")
    assert list(Atlas.load(folder).studies) == [BO, "cole-2010-aura"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not json", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ('{"id": "x"', "not valid JSON"),
        ("[]", "here stands a list"),
        (json.dumps({**LEAST, "year": "abc"}), "'year' has the value 'abc'"),
        (json.dumps({**LEAST, "title": "a\x00b"}), "control character U+0000"),
        (json.dumps({**LEAST, "pmid": 12}), "'pmid' has the value '12', which is not a text"),
        (json.dumps({**LEAST, "updated": 0}), "is not a day"),
        (json.dumps({**LEAST, "title": "x" * 5_000_000}), "more than the 1,000,000 bytes"),
    ],
)
def test_a_broken_line_is_told_and_those_around_it_read(folder: Path, line: str, reason: str) -> None:
    path = folder / "studies" / "more.jsonl"
    path.write_text(json.dumps({**LEAST, "id": "first"}) + f"\n\n{line}\n" + json.dumps({**LEAST, "id": "last"}))
    (problem,) = told(folder, reason)
    assert (problem.path, problem.line) == (path, 3)
    assert len(str(problem)) < 600
    assert list(Atlas.load(folder).studies) == [AMES, BO, "first", "last"]


def test_bytes_that_are_not_utf8_in_a_line(folder: Path) -> None:
    path = folder / "studies" / "more.jsonl"
    path.write_bytes(json.dumps(LEAST).encode().replace(b"Light", b"Li\xe9ght") + b"\n" + json.dumps(LEAST).encode())
    (problem,) = told(folder, "not valid JSON")
    assert problem.line == 1
    assert LEAST["id"] in Atlas.load(folder).studies


def test_further_jsonl_files(folder: Path, tmp_path: Path) -> None:
    more = tmp_path / "bulk.jsonl"
    more.write_text(json.dumps({**LEAST, "id": "bulk"}))
    assert "bulk" in Atlas.load(folder, [more]).studies
    missing = Atlas.load(folder, [tmp_path / "none.jsonl"])
    assert ["none.jsonl: cannot be read" in str(p) or "cannot be read" in p.reason for p in missing.errors] == [True]
