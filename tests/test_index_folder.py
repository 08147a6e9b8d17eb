"""Index folders: built beside, swapped in, updated by what changed; nothing opened that is not ours and whole."""

import json
import os
import random
import shutil
import sys
from pathlib import Path

import pytest
from index_answers import answers, changed_atlas
from index_fixtures import atlas, study

from entries.atlas import Atlas
from entries.errors import EvidenceError
from index import engine as engines
from index import folder as folders
from index import writing
from index.engine import EngineMissing, IndexUnusable
from index.fields import facet_values, facets
from index.query import SearchRequest
from index.table import FREE, Table
from index.tabling import TableMaker, title_key

ENGINES = ("tantivy", "whoosh")
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def whole() -> Atlas:
    return atlas()


@pytest.mark.parametrize("engine", ENGINES)
def test_updates_give_what_a_full_build_gives(engine: str, whole: Atlas, tmp_path: Path) -> None:
    rng = random.Random(f"updates of {engine}")
    engines.build(whole, tmp_path / "0", engine=engine)
    before = whole
    for step in range(1, 4):
        now = changed_atlas(before, rng)
        counts = engines.update(now, tmp_path / f"{step}", tmp_path / f"{step - 1}", engine=engine)
        same = [i for i in now.studies if i in before.studies]
        changed = [i for i in same if now.digests[i] != before.digests[i]]
        assert counts == (len(now.studies) - len(same), len(changed), len(before.studies) - len(same))
        engines.build(now, tmp_path / "full", engine=engine)
        updated, full = (engines.open_index(tmp_path / name, now) for name in (f"{step}", "full"))
        assert answers(updated, now) == answers(full, now)
        before = now


@pytest.mark.parametrize("engine", ENGINES)
def test_an_update_leaves_the_previous_index_alone(engine: str, whole: Atlas, tmp_path: Path) -> None:
    engines.build(whole, tmp_path / "old", engine=engine)
    old = engines.open_index(tmp_path / "old", whole)
    said = answers(old, whole)
    files = {p: p.read_bytes() for p in (tmp_path / "old").rglob("*") if p.is_file()}
    now = changed_atlas(whole, random.Random(1))
    engines.update(now, tmp_path / "new", tmp_path / "old", engine=engine)
    assert {p: p.read_bytes() for p in (tmp_path / "old").rglob("*") if p.is_file()} == files
    assert answers(old, whole) == said
    assert answers(engines.open_index(tmp_path / "old", whole), whole) == said
    shutil.rmtree(tmp_path / "old")
    assert engines.open_index(tmp_path / "new", now).document_count() == len(now.studies)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_index_can_be_updated_in_its_own_place(engine: str, whole: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "index"
    engines.build(whole, path, engine=engine)
    now = changed_atlas(whole, random.Random(2))
    engines.update(now, path, path, engine=engine)
    engines.build(now, tmp_path / "full", engine=engine)
    assert answers(engines.open_index(path, now), now) == answers(engines.open_index(tmp_path / "full", now), now)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["full", "index"]


@pytest.mark.parametrize("engine", ENGINES)
def test_segments_are_shared_between_builds(engine: str, whole: Atlas, tmp_path: Path) -> None:
    engines.build(whole, tmp_path / "old", engine=engine)
    now = whole.with_studies([*whole.studies.values(), study("one-more")])
    assert engines.update(now, tmp_path / "new", tmp_path / "old", engine=engine) == (1, 0, 0)
    shared = [p.name for p in (tmp_path / "new" / "data").iterdir() if p.stat().st_nlink > 1]
    assert shared


@pytest.mark.parametrize("engine", ENGINES)
def test_the_table_is_shared_while_few_rows_changed(engine: str, whole: Atlas, tmp_path: Path) -> None:
    engines.build(whole, tmp_path / "0", engine=engine)
    now, shared = whole, []
    for step in range(1, 7):
        studies = dict(now.studies)
        gone = sorted(studies)[step * 5]
        del studies[gone]
        other = sorted(studies)[step * 7]
        studies[other] = study(other, title=f"Anew, {9 - step}", year=1990 + step, journal=f"Journal {step}")
        if step % 2:
            studies[f"fresh-{step}"] = study(f"fresh-{step}", title=f"Between {step}")
        now = whole.with_studies(studies.values())
        counts = engines.update(now, tmp_path / str(step), tmp_path / str(step - 1), engine=engine)
        assert counts == (step % 2, 1, 1)
        engines.build(now, tmp_path / "full", engine=engine)
        updated, full = (engines.open_index(tmp_path / name, now) for name in (str(step), "full"))
        assert answers(updated, now) == answers(full, now)
        shared.append((tmp_path / str(step) / folders.TABLE).stat().st_nlink > 1)
    assert True in shared
    assert False in shared
    assert len(folders.read_contents(tmp_path / "6").table.ids) == len(whole.studies)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_update_without_changes(engine: str, whole: Atlas, tmp_path: Path) -> None:
    engines.build(whole, tmp_path / "old", engine=engine)
    assert engines.update(whole, tmp_path / "new", tmp_path / "old", engine=engine) == (0, 0, 0)
    assert answers(engines.open_index(tmp_path / "new", whole), whole)


def test_other_vocabulary_engine_or_most_studies_mean_a_full_build(whole: Atlas, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    full: list[str] = []
    written = writing.write_all
    monkeypatch.setattr(
        writing, "write_all", lambda atlas, path, *rest: (full.append(path.name), written(atlas, path, *rest))
    )
    engines.build(whole, tmp_path / "old")
    full.clear()
    renamed = whole.config.model_copy(update={"title": "Another title"})
    other = Atlas.of(renamed, whole.vocabulary, whole.studies.values())
    engines.update(other, tmp_path / "frame", tmp_path / "old")
    engines.update(whole, tmp_path / "engine", tmp_path / "old", engine="whoosh")
    most = whole.with_studies(list(whole.studies.values())[:20])
    assert engines.update(most, tmp_path / "most", tmp_path / "old") == (0, 0, len(whole.studies) - 20)
    assert full == ["frame", "engine", "most"]
    assert engines.open_index(tmp_path / "engine", whole).name == "whoosh"


def _facets(whole: Atlas, table: Table) -> dict[str, dict[str, set[str]]]:
    """Facet values by field and study id, as a table has them."""
    found: dict[str, dict[str, set[str]]] = {}
    for field, values in table.facets.items():
        rows = {i: row for row, i in enumerate(table.ids) if i}
        starts, all_codes = values.lists.starts, values.lists.codes
        codes = {i: all_codes[starts[row] : starts[row + 1]] for i, row in rows.items()}
        found[field] = {i: {values.names[c] for c in chosen} for i, chosen in codes.items()}
    return found


def _digests(table: Table) -> dict[str, str]:
    return {i: table.digests[row].tobytes().hex() for row, i in enumerate(table.ids) if i}


def test_tables_hold_the_same_after_any_changes(whole: Atlas) -> None:
    rng = random.Random(5)

    def made(now: Atlas, fresh: list[str], before: Table | None) -> Table:
        gone = [i for i in before.ids if i and i not in now.studies] if before else []
        maker = TableMaker(now, fresh, before, gone)
        for i in fresh:
            maker.add(now.studies[i], {f.field: facet_values(now, now.studies[i], f) for f in facets(now.config)})
        return maker.table()

    now, table = whole, made(whole, list(whole.studies), None)
    for _ in range(12):
        later = changed_atlas(now, rng)
        fresh = [i for i in later.studies if later.digests[i] != now.digests.get(i)]
        rows = {i: row for row, i in enumerate(table.ids) if i in later.studies}
        table = made(later, fresh, table)
        assert {i: row for row, i in enumerate(table.ids) if i in rows} == rows
        full = made(later, list(later.studies), None)
        assert _facets(later, table) == _facets(later, full)
        assert _digests(table) == later.digests
        assert all(table.row_of(i) == row for row, i in enumerate(table.ids) if i)
        by_id = [{i: tuple(t.columns[row]) for row, i in enumerate(t.ids) if i} for t in (table, full)]
        assert by_id[0] == by_id[1]
        assert all((i == "") == (table.columns["id_rank"][row] == FREE) for row, i in enumerate(table.ids))
        titles = [table.ids[row] for row in table.in_order("title_rank")]
        assert titles == sorted(later.studies, key=lambda i: title_key(later.studies[i]))
        now = later


def test_rows_of_removed_studies_are_used_again(whole: Atlas, tmp_path: Path) -> None:
    now = whole
    engines.build(now, tmp_path / "0")
    for step in range(1, 8):
        later = [s for i, s in now.studies.items() if not i.startswith("passing")] + [study(f"passing-{step}")]
        now = whole.with_studies(later)
        engines.update(now, tmp_path / str(step), tmp_path / str(step - 1))
    assert len(folders.read_contents(tmp_path / "7").table.ids) <= len(now.studies) + 1


def test_a_table_survives_its_file(whole: Atlas, tmp_path: Path) -> None:
    engines.build(whole, tmp_path / "i")
    table = folders.read_contents(tmp_path / "i").table
    table.write(tmp_path / "t.columns")
    again, rows = Table.read(tmp_path / "t.columns")
    assert rows.tolist() == list(range(len(table.ids)))
    assert list(again.ids) == list(table.ids)
    assert _digests(again) == whole.digests
    assert (again.columns == table.columns).all()
    assert _facets(whole, again) == _facets(whole, table)
    assert any("<em>" in name for name in again.facets["facet_journal"].names)


# What is not opened.


@pytest.fixture
def index(whole: Atlas, tmp_path: Path) -> Path:
    engines.build(whole, tmp_path / "index", engine="whoosh")
    return tmp_path / "index"


def _mark(index: Path, **changes: object) -> None:
    marker = json.loads((index / folders.MARKER).read_text()) | changes
    (index / folders.MARKER).write_text(json.dumps(marker))


SPOILED = {
    "no marker": (lambda index: (index / folders.MARKER).unlink(), "is not complete"),
    "nothing there": (shutil.rmtree, "does not exist"),
    "broken marker": (lambda index: (index / folders.MARKER).write_text("{"), "no readable"),
    "marker not UTF-8": (lambda index: (index / folders.MARKER).write_bytes(b"\xff\xfe"), "no readable"),
    "foreign marker": (lambda index: _mark(index, kind="something else"), "no search index of this program"),
    "list for a marker": (lambda index: (index / folders.MARKER).write_text("[]"), "no search index of this program"),
    "other version": (lambda index: _mark(index, version=99), "another version"),
    "other analysis": (lambda index: _mark(index, analysis=99), "another version"),
    "marker too long": (lambda index: _mark(index, more=1), "damaged"),
    "other facets": (lambda index: _mark(index, facets=["x"]), "other facets"),
    "changed changes": (lambda index: (index / folders.CHANGES).write_bytes(b"x x\n"), "damaged"),
    "no changes": (lambda index: (index / folders.CHANGES).unlink(), "cannot be read"),
    "changed table": (lambda index: (index / "table.columns").write_bytes(b"PK"), "damaged"),
    "changed words": (lambda index: (index / "words.txt").write_text("x"), "damaged"),
    "no data": (lambda index: shutil.rmtree(index / folders.DATA), "cannot be read"),
}


@pytest.mark.parametrize("spoil", SPOILED)
def test_what_is_not_ours_or_not_whole_is_not_opened(spoil: str, index: Path, whole: Atlas) -> None:
    change, told = SPOILED[spoil]
    change(index)
    with pytest.raises(IndexUnusable, match=told) as raised:
        engines.open_index(index, whole)
    assert "evidence build" in str(raised.value)
    assert isinstance(raised.value, EvidenceError)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("damage", ["truncated", "noise", "gone"])
def test_damaged_data_is_told(engine: str, damage: str, whole: Atlas, tmp_path: Path) -> None:
    engines.build(whole, tmp_path / "i", engine=engine)
    for file in (tmp_path / "i" / "data").iterdir():
        if damage == "gone":
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:10] if damage == "truncated" else os.urandom(2000))
    with pytest.raises(IndexUnusable, match="evidence build"):
        engines.open_index(tmp_path / "i", whole).search(SearchRequest("fatigue"))


def test_no_pickle_is_read_before_the_marker_was_checked(tmp_path: Path, whole: Atlas) -> None:
    """A Whoosh folder that somebody else made, with code in its table of contents."""
    from whoosh import index as whoosh_index
    from whoosh.fields import ID, Schema

    (tmp_path / "foreign" / "data").mkdir(parents=True)
    whoosh_index.create_in(str(tmp_path / "foreign" / "data"), Schema(id=ID))
    toc = next((tmp_path / "foreign" / "data").glob("*.toc"))
    trap = tmp_path / "trapped"
    toc.write_bytes(toc.read_bytes() + b"cos\nsystem\n(S'touch " + str(trap).encode() + b"'\ntR.")
    for call in (lambda: engines.open_index(tmp_path / "foreign", whole),):
        with pytest.raises(IndexUnusable):
            call()
    with pytest.raises(IndexUnusable):
        engines.update(whole, tmp_path / "new", tmp_path / "foreign", engine="whoosh")
    assert not trap.exists()


def test_an_index_of_studies_that_the_atlas_lacks(whole: Atlas, index: Path) -> None:
    fewer = whole.with_studies(list(whole.studies.values())[1:])
    with pytest.raises(IndexUnusable, match="holds 1 studies that the atlas does not have"):
        engines.open_index(index, fewer)


def test_an_unknown_engine_and_a_missing_package(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EngineMissing, match="the engines are tantivy, whoosh"):
        engines.get_engine("lucene")
    monkeypatch.setitem(sys.modules, "tantivy", None)
    monkeypatch.delitem(sys.modules, "index.tantivy_engine", raising=False)
    monkeypatch.delitem(sys.modules, "index.tantivy_query", raising=False)
    with pytest.raises(EngineMissing, match="pip install tantivy"):
        engines.get_engine("tantivy")


def test_a_table_takes_studies_in_the_order_of_its_rows(whole: Atlas) -> None:
    first, second, *_ = whole.studies
    maker = TableMaker(whole, [first, second])
    with pytest.raises(ValueError, match=f"{second} was added where {first} was to come"):
        maker.add(whole.studies[second], {})
