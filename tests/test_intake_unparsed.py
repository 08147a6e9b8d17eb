"""Articles that are cut out first and parsed later become the records that reading gives."""

from pathlib import Path

import pytest
from conftest import ROOT

from intake.read import read
from intake.record import ReadProblem, Record
from intake.unparsed import Unparsed, parsed, pieces

OURS = ROOT / "tests" / "data" / "intake"
REAL = ROOT.parent / "shared" / "data" / "pubmed-xml"


def made(path: Path) -> list[Record | ReadProblem]:
    return [parsed(one) if isinstance(one, Unparsed) else one for one in pieces(path)]


@pytest.mark.parametrize("path", sorted(p for p in OURS.iterdir() if p.is_file()), ids=lambda p: p.name)
def test_every_format_gives_what_reading_gives(path: Path) -> None:
    assert made(path) == list(read(path))


def test_only_pubmed_is_left_unparsed() -> None:
    kinds = {type(one) for one in pieces(OURS / "articles.xml")}
    assert kinds == {Unparsed}
    assert Unparsed not in {type(one) for one in pieces(OURS / "library.bib")}
    first = next(iter(pieces(OURS / "articles.xml")))
    assert isinstance(first, Unparsed)
    assert first.origin == next(r.origin for r in read(OURS / "articles.xml") if isinstance(r, Record))


def test_real_files_give_the_same() -> None:
    if not REAL.is_dir():
        pytest.skip(f"{REAL} is not there")
    ours, theirs = ([one for one in of(REAL) if isinstance(one, Record)] for of in (made, read))
    assert ours == theirs
    assert len(ours) > 400


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9, 0.999])
def test_of_a_file_that_ends_too_early_the_same_is_read_and_the_end_is_told(tmp_path: Path, cut: float) -> None:
    whole = (OURS / "articles.xml").read_bytes()
    path = tmp_path / "cut.xml"
    path.write_bytes(whole[: int(len(whole) * cut)])
    ours = made(path)
    assert [r for r in ours if isinstance(r, Record)] == [r for r in read(path) if isinstance(r, Record)]
    assert any(isinstance(one, ReadProblem) for one in ours)


def test_a_file_cut_between_two_articles_is_told(tmp_path: Path) -> None:
    whole = (OURS / "articles.xml").read_bytes()
    path = tmp_path / "cut.xml"
    path.write_bytes(whole[: whole.index(b"</PubmedArticle>") + len(b"</PubmedArticle>")])
    record, problem = made(path)
    assert isinstance(record, Record)
    assert isinstance(problem, ReadProblem)
    assert "cut off" in problem.reason


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    (missing,) = pieces(tmp_path / "missing.xml")
    assert isinstance(missing, ReadProblem)
    (tmp_path / "a.xml").write_bytes((OURS / "articles.xml").read_bytes())
    (tmp_path / ".hidden.xml").write_bytes(b"<x")
    assert len(made(tmp_path)) == len(made(OURS / "articles.xml"))
