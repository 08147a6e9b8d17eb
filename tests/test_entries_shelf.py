"""Studies on disk: what is read is what was written, cheap questions agree with the entries, and damage is told."""

from pathlib import Path
from threading import Thread

import pytest
from graph_samples import generated, small

from entries.atlas import Atlas
from entries.columns import Texts, pack, read, write
from entries.errors import StoreError
from entries.shelf import FACTS, LINES, Shelf


@pytest.fixture(scope="module", params=[small, lambda: generated(60, seed=7)], ids=["hostile", "many"])
def atlas(request: pytest.FixtureRequest) -> Atlas:
    made: Atlas = request.param()
    return made


@pytest.fixture
def folder(atlas: Atlas, tmp_path: Path) -> Path:
    atlas.shelve(tmp_path)
    return tmp_path


@pytest.fixture
def shelved(atlas: Atlas, folder: Path) -> Atlas:
    return Atlas.of(atlas.config, atlas.vocabulary, Shelf.open(folder))


def test_the_same_studies_come_back(atlas: Atlas, shelved: Atlas) -> None:
    assert list(shelved.studies) == list(atlas.studies)
    assert dict(shelved.studies) == dict(atlas.studies)
    assert [*shelved.studies.values()] == [*atlas.studies.values()]
    assert "nobody-1900" not in shelved.studies
    assert shelved.studies.get("nobody-1900") is None
    with pytest.raises(KeyError):
        shelved.studies["nobody-1900"]


def test_quick_answers_are_those_of_the_entries(atlas: Atlas, shelved: Atlas) -> None:
    assert dict(shelved.digests) == dict(atlas.digests)
    assert shelved.digest() == atlas.digest()
    assert shelved.findings == atlas.findings > 0
    assert shelved.modified == atlas.modified == max(s.updated for s in atlas.studies.values())
    for study_id in atlas.studies:
        assert shelved.year(study_id) == atlas.year(study_id)
        assert shelved.updated(study_id) == atlas.updated(study_id)
        assert shelved.heading(study_id) == atlas.heading(study_id) == atlas.studies[study_id].heading
        assert shelved.links_to(study_id) == atlas.links_to(study_id)
        assert shelved.pem(study_id) == atlas.pem(study_id)
    for concept in (*atlas.vocabulary, "no-such-concept"):
        for narrower in (True, False):
            assert shelved.studies_with(concept, narrower) == atlas.studies_with(concept, narrower)
    assert any(atlas.links_to(study_id) for study_id in atlas.studies)


def test_the_newest_come_first_and_of_one_year_by_id(atlas: Atlas, shelved: Atlas) -> None:
    ids = [*reversed([*atlas.studies])]
    expected = sorted(ids, key=lambda i: (-atlas.studies[i].year, i))
    for count in (0, 1, 3, len(ids) + 5):
        assert shelved.newest(ids, count) == atlas.newest(ids, count) == expected[:count]
    assert shelved.newest(ids[1:3], 5) == sorted(ids[1:3], key=expected.index)


def test_identifiers_find_their_studies(atlas: Atlas, shelved: Atlas) -> None:
    told = [(text, s.id) for s in atlas.studies.values() for text in (s.pmid, s.pmcid, s.doi) if text]
    assert told
    for text, study_id in told:
        for asked in (text, text.upper(), text.lower()):
            assert study_id in shelved.identified(asked)
            assert shelved.identified(asked) == atlas.identified(asked)
    assert shelved.identified("99999") == atlas.identified("99999") == ()


def test_a_selection_reads_what_it_is_asked_for(atlas: Atlas, shelved: Atlas) -> None:
    wanted = list(reversed([*atlas.studies]))[:3]
    chosen = shelved.selection(wanted)
    assert [s.id for s in chosen] == wanted
    assert (len(chosen), chosen[2].id, chosen[1:3].ids) == (3, wanted[2], wanted[1:3])
    assert [s.id for s in shelved.passing(wanted)] == wanted


def test_a_shelf_can_be_shelved_again(shelved: Atlas, tmp_path: Path) -> None:
    shelved.shelve(tmp_path / "again")
    again = Shelf.open(tmp_path / "again")
    assert (tmp_path / "again" / LINES).read_bytes() == (tmp_path / LINES).read_bytes()
    assert dict(again.digests) == dict(shelved.digests)


def test_no_studies_at_all(atlas: Atlas, tmp_path: Path) -> None:
    Atlas.of(atlas.config, atlas.vocabulary, ()).shelve(tmp_path)
    empty = Atlas.of(atlas.config, atlas.vocabulary, Shelf.open(tmp_path))
    assert (len(empty.studies), empty.findings, empty.studies_with("pain"), empty.modified) == (0, 0, (), None)


def test_many_readers_at_once(atlas: Atlas, shelved: Atlas) -> None:
    wrong: list[str] = []

    def look() -> None:
        wrong.extend(i for i in atlas.studies if shelved.studies[i] != atlas.studies[i])

    threads = [Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("name", [LINES, FACTS])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "longer"])
def test_what_is_not_whole_is_not_opened(folder: Path, name: str, damage: str) -> None:
    path = folder / name
    whole = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes({"empty": b"", "cut": whole[:-40], "longer": whole + b"x" * 16}[damage])
    with pytest.raises(StoreError, match="evidence build --full"):
        Shelf.open(folder)


def test_a_changed_byte_is_found_when_it_is_met(atlas: Atlas, folder: Path) -> None:
    path = folder / LINES
    raw = bytearray(path.read_bytes())
    raw[raw.index(b'"title": "') + 12] ^= 1
    path.write_bytes(raw)
    shelf = Shelf.open(folder)
    with pytest.raises(StoreError, match=r"studies\.jsonl, study .*: damaged"):
        list(shelf.values())
    assert shelf[[*atlas.studies][-1]] == atlas.studies[[*atlas.studies][-1]]


def test_a_changed_byte_in_a_column_is_found_at_once(folder: Path) -> None:
    path = folder / FACTS
    raw = bytearray(path.read_bytes())
    raw[-20] ^= 4
    path.write_bytes(raw)
    with pytest.raises(StoreError, match="damaged"):
        Shelf.open(folder)


def test_columns_of_another_kind_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "a", {"kind": "shelf 0"}, {})
    with pytest.raises(StoreError, match="another version"):
        read(tmp_path / "a", "shelf 1")


@pytest.mark.parametrize("line", [b"", b"{}\n", b"[]\n", b"no json\n", b'{"kind": "k", "order": 1}\n', b"\xff" * 99])
def test_a_first_line_that_says_nothing(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "a").write_bytes(line)
    with pytest.raises(StoreError, match="evidence build --full"):
        read(tmp_path / "a", "k")


def test_packed_texts() -> None:
    words = sorted(["", "a", "β", "häuser", "😀", "zz"])
    texts = Texts(memoryview(pack(words)))
    assert (list(texts), texts.many(), len(texts)) == (words, words, 6)
    assert (texts[-1], texts[1:3]) == (words[-1], words[1:3])
    assert [texts.find(word) for word in (*words, "nothing")] == [*range(6), None]
    with pytest.raises(IndexError):
        texts[6]
    assert list(Texts(memoryview(pack([])))) == []
