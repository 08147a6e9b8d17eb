"""Links between studies from reference lists and PubMed's corrections; what was retracted or stands in doubt."""

from typing import Any

import pytest
from conftest import ROOT
from entry_samples import study

from entries.atlas import Atlas
from entries.study import Relation
from intake.lineage import lineage, notices
from intake.normalise import normalise
from intake.read import read
from intake.record import Correction, Origin, Record, Reference

SHARED = ROOT.parent / "shared" / "data" / "pubmed-xml"
ARTICLES = ROOT / "tests" / "data" / "intake" / "articles.xml"


def record(**fields: Any) -> Record:
    return Record.model_validate({"origin": Origin(format="pubmed-xml", path="x.xml", number=1), **fields})


def told(records: dict[str, Record], atlas: Atlas | None = None) -> list[tuple[str, str, str]]:
    return [(p.study, p.link.relation.value, p.link.study) for p in lineage(records, atlas)]


def test_references_become_citations_by_pmid_doi_or_words() -> None:
    references = (
        Reference(pmid="12"),
        Reference(doi="https://doi.org/10.9999/B"),
        Reference(citation="D. Rest. 2001. doi: 10.9999/d."),
        Reference(pmid="99", citation="Unknown"),
        Reference(pmid="11"),
        Reference(pmid="12"),
    )
    records = {
        "a": record(pmid="11", references=references),
        "b": record(doi="10.9999/b"),
        "c": record(pmid="12"),
        "d": record(doi="10.9999/d"),
    }
    assert told(records) == [("a", "cites", "b"), ("a", "cites", "c"), ("a", "cites", "d")]
    found = {p.link.study: p.decision for p in lineage(records)}
    assert found["b"].confidence == "certain" and found["d"].confidence == "likely"
    assert found["d"].rule == "reference-list" and "doi: 10.9999/d" in str(found["d"].note)


@pytest.mark.parametrize(
    ("kind", "link"),
    [
        ("RetractionOf", ("a", "retracts", "b")),
        ("RetractionIn", ("b", "retracts", "a")),
        ("PartialRetractionIn", ("b", "corrects", "a")),
        ("ExpressionOfConcernIn", ("b", "cites", "a")),
        ("ExpressionOfConcernFor", ("a", "cites", "b")),
        ("ErratumFor", ("a", "corrects", "b")),
        ("ErratumIn", ("b", "corrects", "a")),
        ("CommentOn", ("a", "cites", "b")),
        ("CommentIn", ("b", "cites", "a")),
    ],
)
def test_corrections_become_links_of_the_one_that_does_it(kind: str, link: tuple[str, str, str]) -> None:
    records = {"a": record(pmid="11", corrections=(Correction(kind=kind, pmid="12"),)), "b": record(pmid="12")}
    assert told(records) == [link]
    assert lineage(records)[0].decision.rule == kind


def test_kinds_that_say_nothing_about_a_link_are_left() -> None:
    kinds = ("UpdateOf", "SummaryForPatientsIn", "AssociatedDataset", "Cites")
    corrections = tuple(Correction(kind=kind, pmid="12") for kind in kinds)
    assert told({"a": record(pmid="11", corrections=corrections), "b": record(pmid="13")}) == []


def test_who_cites_the_preprint_cites_the_study() -> None:
    paper = record(pmid="12", corrections=(Correction(kind="UpdateOf", doi="10.1101/2020.01.01.20000001"),))
    citing = record(pmid="11", references=(Reference(doi="10.1101/2020.01.01.20000001"),))
    assert told({"a": citing, "b": paper}) == [("a", "cites", "b")]


def test_entries_of_the_atlas_take_part_and_keep_what_they_have(shipped: Atlas) -> None:
    old = study(id="old", pmid="12", links=[{"relation": "corrects", "study": "a"}])
    atlas = shipped.with_studies([old])
    corrections = (Correction(kind="ErratumIn", pmid="12"), Correction(kind="RetractionIn", pmid="12"))
    records = {"a": record(pmid="11", corrections=corrections, references=(Reference(pmid="12"),))}
    assert told(records, atlas) == [("a", "cites", "old"), ("old", "retracts", "a")]
    assert {p.link.relation for p in lineage(records, atlas)} <= set(Relation)


def test_retraction_comes_before_concern_and_erratum() -> None:
    corrections = tuple(
        Correction(kind=kind, pmid="12", citation="J Rest. 2020")
        for kind in ("ErratumIn", "ExpressionOfConcernIn", "RetractionIn", "CommentIn")
    )
    found = notices(record(pmid="11", corrections=corrections))
    assert [d.value for d in found] == ["retracted", "concern", "corrected"]
    assert found[0].rule == "RetractionIn" and found[0].note == "PMID 12: J Rest. 2020"


@pytest.mark.parametrize("title", ["RETRACTED: Rest", "Retracted Article: Rest", "[Retracted] Rest", "WITHDRAWN: Rest"])
def test_a_title_may_say_that_it_was_retracted(title: str) -> None:
    given = record(title=title)
    (found,) = notices(given)
    (quote,) = found.evidence
    assert (found.value, found.confidence) == ("retracted", "likely")
    assert given.text()[quote.start : quote.end] == quote.quote


@pytest.mark.parametrize(
    "title", ["Rest", "Retracted eyelids in rest", "Withdrawn patients", "Retraction of a muscle", None]
)
def test_other_titles_do_not(title: str | None) -> None:
    assert notices(record(title=title)) == ()


def test_the_publication_type_is_enough() -> None:
    assert [d.rule for d in notices(record(publication_types=("Retracted Publication",)))] == ["publication-type"]


def test_a_file_of_ours_from_reading_to_links() -> None:
    first, *_ = [normalise(r) for r in read(ARTICLES) if isinstance(r, Record)]
    others = {"cited": record(pmid="990000002"), "erratum": record(pmid="990000009")}
    assert told({"first": first, **others}) == [("erratum", "corrects", "first"), ("first", "cites", "cited")]
    assert [d.value for d in notices(first)] == ["corrected"]


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data/pubmed-xml is not there")
def test_real_reference_lists() -> None:
    records = {f"s{n}": normalise(r) for n, r in enumerate(read(SHARED)) if isinstance(r, Record)}
    found = lineage(records)
    assert all(p.study in records and p.link.study in records and p.study != p.link.study for p in found)
    assert sum(len(r.references) for r in records.values()) > 5_000
