"""PubMed XML: what each element becomes, and that no file, however broken or hostile, stops the reader."""

import gzip
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT

from intake.read_pubmed import read_pubmed
from intake.record import ReadProblem, Record
from intake.source import MAX_RECORD

ARTICLES = ROOT / "tests" / "data" / "intake" / "articles.xml"
SHARED = ROOT.parent / "shared" / "data" / "pubmed-xml"
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "given.xml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def article(pmid: int, title: str = "A title.", inside: str = "") -> str:
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><ArticleTitle>{title}</ArticleTitle>{inside}"
        "</Article></MedlineCitation></PubmedArticle>"
    )


def whole(*articles: str, doctype: str = "") -> str:
    return f"{HEAD}{doctype}<PubmedArticleSet>{''.join(articles)}</PubmedArticleSet>"


def parted(path: Path) -> tuple[list[Record], list[ReadProblem]]:
    found = list(read_pubmed(path))
    return [r for r in found if isinstance(r, Record)], [r for r in found if isinstance(r, ReadProblem)]


def test_an_article_becomes_a_record() -> None:
    record = next(iter(read_pubmed(ARTICLES)))
    assert isinstance(record, Record)
    assert (record.pmid, record.pmcid, record.doi) == ("990000001", "PMC9900001", "10.9999/invented.2019.1")
    assert record.title == "Handgrip and CD4+ cells at 10⁹/L in invented patients."
    assert (record.journal, record.volume, record.issue) == ("Journal of invented medicine", "12", "3")
    assert (record.pages, record.language) == ("101-9", "eng")
    assert (record.year, record.published) == (2019, date(2019, 9, 7))
    assert [a.name for a in record.authors] == ["van der Önne, Ada Q Jr", "Mononym", "Invented Study Group"]
    assert [a.orcid for a in record.authors] == ["0000-0002-1825-0097", None, None]
    assert record.authors[2].literal
    assert [(s.label, s.text) for s in record.abstract] == [
        ("BACKGROUND", "Nobody had measured this."),
        ("RESULTS", "Strength fell by 4 ± 1 kg (p < 0.05)."),
    ]
    assert record.publication_types == ("Journal Article", "Randomized Controlled Trial")
    assert (record.mesh, record.keywords) == (("Humans", "Hand Strength"), ("fatigue", "grip"))
    assert [(r.pmid, r.doi, r.citation) for r in record.references] == [
        ("990000002", "10.9999/a", "One A. First. 2001."),
        (None, None, "Two B. Nested. 2002."),
    ]
    assert [(c.kind, c.pmid) for c in record.corrections] == [("ErratumIn", "990000009"), ("CommentIn", None)]
    assert (record.origin.format, record.origin.number) == ("pubmed-xml", 1)


def test_a_chapter_keeps_its_own_authors_and_the_title_of_its_book() -> None:
    chapter = parted(ARTICLES)[0][1]
    assert (chapter.title, chapter.journal, chapter.year) == ("A chapter", "A book of inventions", 2011)
    assert [a.name for a in chapter.authors] == ["Writer, Wim"]
    assert chapter.publication_types == ("Book",)


def test_an_article_without_title_year_authors_or_abstract_is_read() -> None:
    bare = parted(ARTICLES)[0][2]
    assert (bare.pmid, bare.title, bare.year, bare.authors, bare.abstract) == ("990000004", None, None, (), ())
    assert bare.text() == "" and bare.fields() == () and bare.name == "PMID 990000004"


def test_what_pubmed_withdrew_is_told() -> None:
    (problem,) = parted(ARTICLES)[1]
    assert "990000005, 990000006" in problem.reason and problem.number == 4


def test_evidence_points_into_the_text() -> None:
    record = parted(ARTICLES)[0][0]
    text = record.text()
    for name, start, end in record.fields():
        part = record.title if name == "title" else next(s.text for s in record.abstract if name.endswith(str(s.label)))
        assert text[start:end] == part
    place = text.index("4 ± 1 kg")
    evidence = record.evidence(place, place + 8)
    assert (evidence.field, evidence.quote) == ("abstract:RESULTS", "4 ± 1 kg")
    with pytest.raises(ValueError, match="no field"):
        record.evidence(len(text), len(text) + 3)


def test_gzip_is_known_by_its_bytes(write: Write) -> None:
    records, problems = parted(write(gzip.compress(ARTICLES.read_bytes())))
    assert len(records) == 3 and len(problems) == 1


def test_a_broken_article_harms_no_other(write: Write) -> None:
    broken = article(2).replace("</ArticleTitle>", "")
    records, problems = parted(write(whole(article(1), broken, article(3), article(4))))
    assert [(r.pmid, r.origin.number) for r in records] == [("1", 1), ("3", 3), ("4", 4)]
    assert [(p.number, "well-formed" in p.reason) for p in problems] == [(2, True)]


def test_bytes_of_another_encoding_spoil_their_article_only(write: Write) -> None:
    data = whole(article(1), article(2, "M@ller"), article(3)).encode().replace(b"@", b"\xfc")
    records, problems = parted(write(data))
    assert [r.pmid for r in records] == ["1", "3"] and [p.number for p in problems] == [2]


def test_a_declared_encoding_is_obeyed_even_behind_a_broken_article(write: Write) -> None:
    text = whole(article(1) + "</Oops>", article(2, "Müller")).replace("utf-8", "iso-8859-1")
    records, _ = parted(write(text.encode("iso-8859-1")))
    assert [r.title for r in records][-1] == "Müller"


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_truncated_file_gives_what_is_whole(write: Write, cut: float) -> None:
    data = whole(*(article(n) for n in range(1, 51)))
    records, problems = parted(write(data[: int(len(data) * cut)]))
    assert [r.pmid for r in records] == [str(n) for n in range(1, len(records) + 1)]
    assert len(records) >= int(50 * cut) - 1 and len(problems) == 1


def test_a_truncated_gzip_file_gives_what_is_whole(write: Write) -> None:
    data = gzip.compress(whole(*(article(n, f"Title {n * 7919}") for n in range(1, 3001))).encode())
    records, problems = parted(write(data[: len(data) // 2]))
    assert len(records) > 500 and len(problems) == 1 and problems[0].number == len(records) + 1


def test_files_laid_end_to_end_are_read_through(write: Write) -> None:
    records, _ = parted(write(whole(article(1), article(2)) + "\n" + whole(article(3))))
    assert [r.pmid for r in records] == ["1", "2", "3"]


def test_an_entity_bomb_does_not_go_off(write: Write) -> None:
    bomb = "<!ENTITY a0 'boom'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    doctype = f"<!DOCTYPE PubmedArticleSet [{bomb}]>"
    tracemalloc.start()
    records, problems = parted(write(whole(article(1, "&a11;"), article(2), doctype=doctype)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [r.pmid for r in records] == ["2"] and "a11" in problems[0].reason and peak < 20_000_000


def test_no_file_of_ours_comes_in_through_an_entity(write: Write, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret")
    doctype = f'<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    found = list(read_pubmed(write(whole(article(1, "&x;"), article(2, "No &#233;ntity"), doctype=doctype))))
    assert "the secret" not in str(found) and isinstance(found[0], ReadProblem)
    assert isinstance(found[1], Record) and found[1].title == "No éntity"


def test_three_thousand_authors(write: Write) -> None:
    people = "".join(f"<Author><LastName>Name{n}</LastName></Author>" for n in range(3000))
    records, problems = parted(write(whole(article(1, inside=f"<AuthorList>{people}</AuthorList>"))))
    assert len(records[0].authors) == 3000 and not problems


def test_one_endless_article_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "endless.xml.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(whole().replace("</PubmedArticleSet>", "<PubmedArticle>").encode())
        author = b"<Author><LastName>Long</LastName></Author>" * 10_000
        for _ in range(MAX_RECORD // len(author) + 2):
            file.write(author)
    records, problems = parted(path)
    assert not records and "32 MB" in problems[0].reason


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no PubMed article"),
        ("just words", "no PubMed article"),
        ("<html><body>Sign in</body></html>", "no PubMed article"),
        (HEAD + "<eFetchResult><ERROR>Empty id list</ERROR></eFetchResult>", "Empty id list"),
        (whole("<PubmedArticle/>"), "no MedlineCitation"),
        (whole("<PubmedBookArticle/>"), "no BookDocument"),
    ],
)
def test_what_is_no_article_is_told(write: Write, content: str, said: str) -> None:
    records, problems = parted(write(content))
    assert not records and said in problems[0].reason and problems[0].mend


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(records: int) -> int:
        path = tmp_path / f"{records}.xml"
        path.write_text(whole(*(article(n, "A longer title than before " * 20) for n in range(1, records + 1))))
        tracemalloc.start()
        assert sum(1 for _ in read_pubmed(path)) == records
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert peak(4000) < 1.5 * peak(200) + 500_000


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data/pubmed-xml is not there")
def test_real_files_are_read_to_the_end() -> None:
    paths = sorted(SHARED.rglob("*.xml")) + sorted(SHARED.rglob("*.xml.gz"))
    found = [one for path in paths for one in read_pubmed(path)]
    records = [r for r in found if isinstance(r, Record)]
    assert len(records) >= 490 and len(found) - len(records) <= 1
    assert all(r.pmid and r.title and r.year for r in records)
    assert sum(bool(r.authors) for r in records) > 0.95 * len(records)
