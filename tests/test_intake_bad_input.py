"""Whatever stands in a file: each record is told for itself, and the sound one beside it becomes an entry."""

import gzip
import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT

from entries.atlas import Atlas
from entries.study import NoticeKind
from intake.outcome import Intake, Outcome
from intake.pipeline import Pipeline
from intake.read import read
from intake.unparsed import pieces

ABOUT = "<AbstractText>We compared 30 patients with ME/CFS and 25 healthy controls.</AbstractText>"
SOUND = "60000001"


@cache
def pipeline() -> Pipeline:
    shipped = Atlas.load(ROOT / "data")
    return Pipeline(ROOT / "data", Atlas.of(shipped.config, shipped.vocabulary, ()), date(2026, 1, 2))


def article(pmid: str = SOUND, title: str = "Lactate in chronic fatigue syndrome", **parts: str) -> str:
    """A PubMed article; ``parts`` replace the whole of what they name, an empty one leaves it out."""
    held = {
        "year": "<Journal><JournalIssue><PubDate><Year>2020</Year></PubDate></JournalIssue></Journal>",
        "title": f"<ArticleTitle>{title}</ArticleTitle>",
        "abstract": f"<Abstract>{ABOUT}</Abstract>",
        "authors": f"<AuthorList><Author><LastName>Name{pmid}</LastName></Author></AuthorList>",
        "rest": "",
        "after": "",
    } | parts
    work = "".join(held[name] for name in ("year", "title", "abstract", "authors", "rest"))
    citation = f"<PMID>{pmid}</PMID><Article>{work}</Article>{held['after']}"
    return f"<PubmedArticle><MedlineCitation>{citation}</MedlineCitation></PubmedArticle>"


def pubmed(*articles: str, before: str = '<?xml version="1.0" encoding="utf-8"?>\n') -> bytes:
    return f"{before}<PubmedArticleSet>{''.join(articles)}</PubmedArticleSet>".encode()


def bring(folder: Path, *files: bytes) -> Intake:
    for number, content in enumerate(files):
        (folder / f"{number}.records").write_bytes(content)
    return pipeline().run(pieces(folder))


def of(intake: Intake, pmid: str) -> Outcome:
    return next(o for o in intake.outcomes if o.name == f"PMID {pmid}")


def accepted(intake: Intake) -> list[str]:
    return [str(study.pmid) for study in intake.studies]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + "]>"  # fmt: skip
MANY = [str(number) for number in range(61_000_000, 61_000_400)]
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "truncated": (pubmed(article(), article("60000002"))[:-150], "not well-formed"),
    "truncated gzip": (gzip.compress(pubmed(*map(article, (SOUND, *MANY))), 1)[:-400], "ended before"),
    "mis-encoded": (pubmed(article(), article("60000002", "Caf\u00e9")).replace("é".encode(), b"\xe9"), "encod"),
    "entity bomb": (pubmed(article(), article("60000002", "&i;"), before=BOMB), "entity"),
    "external entity": (
        pubmed(article(), article("60000002", "&e;"), before='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
        "entity",
    ),
    "a tag in the wrong place": (pubmed(article(), "<PubmedArticle><MedlineCitation></PubmedArticle>"), "well-formed"),
    "an article that is none": (pubmed(article(), "<PubmedArticle></PubmedArticle>"), "no medlinecitation"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_told_and_the_rest_goes_on(case: str, tmp_path: Path) -> None:
    content, said = UNREADABLE[case]
    intake = bring(tmp_path, content)
    told = [o.reason or "" for o in intake.outcomes if o.fate == "unreadable"]
    assert told and all("; " in reason for reason in told), "each says how to mend it"
    assert any(said in reason.lower() for reason in told), told
    assert SOUND in accepted(intake)
    assert "root:" not in repr([o.model_dump() for o in intake.outcomes])


def test_files_that_are_no_records_are_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    spoilt = (b"", b"\0" * 5_000, b"%PDF-1.7 \xff\xfe", b"\x1f\x8bgarbage", b"{", b"[1, 2", b"<html><p>Not found</p>")
    intake = bring(tmp_path, *spoilt, pubmed(article()))
    assert intake.counts()["unreadable"] >= len(spoilt)
    assert accepted(intake) == [SOUND]


LACKING = {
    "title": {"title": ""},
    "year": {"year": ""},
    "authors": {"authors": ""},
    "abstract": {"abstract": "", "title": "<ArticleTitle>Rest in myalgic encephalomyelitis</ArticleTitle>"},
}


@pytest.mark.parametrize("lacking", LACKING)
def test_a_record_that_lacks_something(lacking: str, tmp_path: Path) -> None:
    heading = "<MeshHeading><DescriptorName>Fatigue Syndrome, Chronic</DescriptorName></MeshHeading>"
    mesh = f"<MeshHeadingList>{heading}</MeshHeadingList>"
    intake = bring(tmp_path, pubmed(article("60000002", **LACKING[lacking], after=mesh), article()))
    told = of(intake, "60000002")
    assert SOUND in accepted(intake)
    if lacking in ("title", "year"):
        assert told.fate == "rejected" and lacking in (told.reason or "")
    else:
        study = next(s for s in intake.studies if s.pmid == "60000002")
        assert told.fate == "accepted"
        assert lacking != "authors" or study.authors[0].literal == "[No authors listed]"


def test_books_groups_and_crowds_of_authors(tmp_path: Path) -> None:
    crowd = "".join(f"<Author><LastName>Author{n}</LastName></Author>" for n in range(3_000))
    team = "<AuthorList><Author><CollectiveName>The Rest Study Group</CollectiveName></Author></AuthorList>"
    chapter = (
        "<PubmedBookArticle><BookDocument><PMID>60000004</PMID><Book><BookTitle>Rest</BookTitle><PubDate><Year>2015</Year>"
        "</PubDate></Book><ArticleTitle>Chronic Fatigue Syndrome</ArticleTitle></BookDocument></PubmedBookArticle>"
    )
    intake = bring(
        tmp_path,
        pubmed(
            article("60000002", "Sleep in chronic fatigue syndrome", authors=f"<AuthorList>{crowd}</AuthorList>"),
            article("60000003", "Pain in chronic fatigue syndrome", authors=team),
            chapter,
        ),
    )
    by_pmid = {study.pmid: study for study in intake.studies}
    assert len(by_pmid["60000002"].authors) == 3_000
    assert by_pmid["60000003"].authors[0].literal == "The Rest Study Group"
    assert by_pmid["60000004"].year == 2015


def test_one_pmid_with_two_titles_is_kept_apart_and_told(tmp_path: Path) -> None:
    other = article(SOUND, "Dreams of people with myalgic encephalomyelitis in Norway", authors="")
    intake = bring(tmp_path, pubmed(article()), pubmed(other))
    assert [o.fate for o in intake.outcomes] == ["accepted", "rejected"]
    assert f"PMID {SOUND} is that of" in (intake.outcomes[1].reason or "")
    assert any(d.name == "conflict" for d in intake.outcomes[1].decisions)


def test_a_retracted_paper_carries_its_notice_and_the_notice_its_link(tmp_path: Path) -> None:
    def noted(kind: str, other: str) -> str:
        item = f"<RefSource>J Rest. 2021</RefSource><PMID>{other}</PMID></CommentsCorrections>"
        return f'<CommentsCorrectionsList><CommentsCorrections RefType="{kind}">{item}</CommentsCorrectionsList>'

    types = "<PublicationTypeList><PublicationType>Retraction of Publication</PublicationType></PublicationTypeList>"
    intake = bring(
        tmp_path,
        pubmed(
            article(after=noted("RetractionIn", "60000002")),
            article("60000002", "Retraction: Lactate in chronic fatigue syndrome", rest=types, abstract="",
                    authors="<AuthorList><Author><LastName>Editor</LastName></Author></AuthorList>",
                    after=noted("RetractionOf", SOUND)),
            article("60000003", "Sleep in chronic fatigue syndrome", after=noted("ExpressionOfConcernIn", "7")),
        ),
    )  # fmt: skip
    by_pmid = {study.pmid: study for study in intake.studies}
    (notice,) = by_pmid[SOUND].notices
    assert (notice.kind, notice.pmid, notice.citation) == (NoticeKind.RETRACTED, "60000002", "J Rest. 2021")
    assert by_pmid["60000003"].notices[0].kind is NoticeKind.CONCERN
    if "60000002" in by_pmid:
        assert [link.relation for link in by_pmid["60000002"].links] == ["retracts"]


def test_a_preprint_and_its_paper_are_one_entry_that_names_both(tmp_path: Path) -> None:
    shipped = Atlas.load(ROOT / "data")
    types = "<PublicationTypeList><PublicationType>Preprint</PublicationType></PublicationTypeList>"
    journal = (
        "<Journal><Title>medRxiv</Title><JournalIssue><PubDate><Year>2019</Year></PubDate></JournalIssue></Journal>"
    )
    authors = f"<AuthorList><Author><LastName>Name{SOUND}</LastName></Author></AuthorList>"
    preprint = article("60000002", rest=types, year=journal, authors=authors)
    intake = bring(tmp_path, pubmed(preprint, article()))
    (study,) = intake.studies
    (version,) = study.notices
    assert (study.pmid, version.kind, version.pmid) == (SOUND, NoticeKind.EARLIER_VERSION, "60000002")
    assert version.citation == "medRxiv"
    # The preprint by itself, under another title, is known by its PMID, and who cites it cites the study.
    cites = (
        "<PubmedData><ReferenceList><Reference><ArticleIdList><ArticleId IdType='pubmed'>60000002</ArticleId>"
        "</ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>"
    )
    citing = article("60000003", "Sleep in chronic fatigue syndrome").replace("</PubmedArticle>", cites)
    renamed = article("60000002", "Lactate: a first look at chronic fatigue syndrome", rest=types, authors=authors)
    for old in tmp_path.iterdir():
        old.unlink()
    (tmp_path / "later.records").write_bytes(pubmed(renamed, citing))
    atlas = Atlas.of(shipped.config, shipped.vocabulary, intake.studies)
    later = Pipeline(ROOT / "data", atlas, date(2026, 1, 3)).run(pieces(tmp_path))
    assert (later.outcomes[0].fate, later.outcomes[0].study) == ("known", study.id)
    assert [(link.relation, link.study) for s in later.studies for link in s.links] == [("cites", study.id)]


def test_a_notice_that_an_entry_does_not_have_yet_is_told(tmp_path: Path) -> None:
    shipped = Atlas.load(ROOT / "data")
    first = bring(tmp_path, pubmed(article()))
    atlas = Atlas.of(shipped.config, shipped.vocabulary, first.studies)
    item = '<CommentsCorrections RefType="RetractionIn"><PMID>60000009</PMID></CommentsCorrections>'
    (tmp_path / "0.records").write_bytes(
        pubmed(article(after=f"<CommentsCorrectionsList>{item}</CommentsCorrectionsList>"))
    )
    again = Pipeline(ROOT / "data", atlas, date(2026, 1, 3)).run(pieces(tmp_path))
    assert [o.fate for o in again.outcomes] == ["known"]
    assert [(study, n.kind, n.pmid) for study, n in again.noticed] == [
        (first.studies[0].id, NoticeKind.RETRACTED, "60000009")
    ]
    noted = first.studies[0].model_copy(update={"notices": tuple(n for _, n in again.noticed)})
    known = Atlas.of(shipped.config, shipped.vocabulary, [noted])
    assert Pipeline(ROOT / "data", known, date(2026, 1, 3)).run(pieces(tmp_path)).noticed == ()


def test_an_abstract_in_another_language(tmp_path: Path) -> None:
    german = "<AbstractText>Wir verglichen 30 Patienten mit chronischem Erschöpfungssyndrom (ME/CFS).</AbstractText>"
    intake = bring(
        tmp_path,
        pubmed(
            article(
                "60000002",
                "[Myalgic encephalomyelitis in children].",
                abstract=f"<OtherAbstract>{german}</OtherAbstract>",
                rest="<Language>ger</Language><VernacularTitle>Myalgische Enzephalomyelitis</VernacularTitle>",
            ),
            article(),
        ),
    )
    assert of(intake, "60000002").fate == "accepted"
    study = next(s for s in intake.studies if s.pmid == "60000002")
    assert study.title == "Myalgic encephalomyelitis in children"
    assert SOUND in accepted(intake)


BIBTEX = r"""
@article{sound, title = {Lactate in chronic fatigue syndrome}, author = {Ek, Ada}, year = 2020,
  abstract = {We compared 30 patients with ME/CFS and 25 controls.}, pmid = {60000001}}
@article{sound, title = {Sleep in chronic fatigue syndrome}, author = {Lund, Bo}, year = {2019},
  abstract = {We compared 20 patients with ME/CFS and 25 controls.}}
@article{broken, title = {No end, author = {Ek, Ada},
@article{twice, title = {One}, title = {Two}, year = {in press}}
@comment{ not an entry }
@book{, title = "Nobody", year = 1999
@article{last, title = {Pain in {ME/CFS} \& chronic fatigue syndrome}, author = {{\O}st, {\'A}}, year = {2018},
  abstract = {We compared 22 patients with ME/CFS and 25 controls.}}
"""


def test_broken_bibtex(tmp_path: Path) -> None:
    intake = bring(tmp_path, BIBTEX.encode())
    titles = {study.title for study in intake.studies}
    assert {"Lactate in chronic fatigue syndrome", "Sleep in chronic fatigue syndrome"} <= titles
    assert "Pain in ME/CFS & chronic fatigue syndrome" in titles
    assert intake.counts()["unreadable"] >= 1


@pytest.mark.parametrize("name", ["autoimmunity.bib", "exercise-pem.bib"])
def test_real_bibtex_of_many_hands(name: str) -> None:
    path = ROOT.parent / "shared" / "data" / "bibtex" / name
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    intake = pipeline().run(read(path))
    assert len(intake.outcomes) == sum(intake.counts().values()) > 50
    assert all(o.reason for o in intake.outcomes if o.fate not in ("accepted",))


def test_hostile_values_in_json_lines(tmp_path: Path) -> None:
    lines: list[object] = [
        {"pmid": SOUND, "title": "Lactate in chronic fatigue syndrome", "year": 2020, "authors": ["Ek A"]},
        {"pmid": {"a": 1}, "title": ["x"], "year": "soon", "authors": 5},
        {"title": "Rest\u0000 in chronic fatigue syndrome\u202e", "year": 10**30, "authors": [None, {"x": 1}]},
        {"title": "ME/CFS " * 100_000, "abstract": "a" * 1_000_000, "year": 2020},
        [], None, 7, "text",
    ]  # fmt: skip
    intake = bring(tmp_path, "\n".join(json.dumps(line) for line in lines).encode())
    assert len(intake.outcomes) == len(lines)
    assert SOUND in accepted(intake)
    assert all(o.reason for o in intake.outcomes if o.fate in ("rejected", "unreadable"))
