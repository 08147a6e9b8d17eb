"""Which records are one study: what joins two, what keeps them apart, what the merged record holds."""

from typing import Any

import pytest
from conftest import ROOT
from entry_samples import study
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.intake_dedup import measure
from entries.atlas import Atlas
from intake.deduplicate import StudyGroup, deduplicate
from intake.likeness import likeness, same_journal, words
from intake.names import authors
from intake.normalise import normalise
from intake.record import Correction, Origin, Record, Section

LABELLED = ROOT.parent / "shared" / "data" / "dedup" / "asysd_labelled.csv.gz"
TITLE = "Handgrip strength of invented patients who rest in the afternoon"
WORDS = " ".join(f"word{n}" for n in range(60))


def record(number: int = 1, format: str = "ris", **fields: Any) -> Record:
    """A paper by two people; ``names`` gives other authors, ``text`` another abstract."""
    given: dict[str, Any] = {"title": TITLE, "year": 2020, **fields}
    people = given.pop("names", ["Berg AM", "Loner L"])
    text = given.pop("text", None)
    origin = Origin(format=format, path=f"x.{format}", number=number)
    sections = (Section(text=text),) if text else ()
    return normalise(
        Record.model_validate({"origin": origin, "authors": authors(people), "abstract": sections, **given})
    )


def pair(one: dict[str, Any], other: dict[str, Any]) -> tuple[StudyGroup, ...]:
    return deduplicate([record(1, **one), record(2, **other)])


def rules(groups: tuple[StudyGroup, ...], name: str = "duplicate") -> set[str]:
    return {d.rule for group in groups for d in group.decisions if d.name == name}


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ({"pmid": "11"}, {"pmid": "11", "title": TITLE.upper() + "."}, "same-pmid"),
        ({"pmid": "11"}, {"pmid": "11", "title": None}, "same-pmid"),
        ({"doi": "10.9999/A"}, {"doi": "https://doi.org/10.9999/a", "title": TITLE + ": a trial"}, "same-doi"),
        ({"pmcid": "PMC11"}, {"pmcid": "11", "year": 2021}, "same-pmcid"),
        ({}, {"title": f"[{TITLE}]."}, "same-title"),
        ({}, {"title": TITLE.replace("strength", "strengh"), "year": 2021}, "same-title"),
        ({"title": "TNF-α and <i>rest</i> in people"}, {"title": "TNF alpha and rest in people"}, "same-title"),
        (
            {"journal": "Curr Opin Invent", "volume": "7", "pages": "11-9"},
            {"journal": "Current Opinion in Invention", "volume": "7", "pages": "11", "title": TITLE[:38]},
            "same-place",
        ),
        ({"text": WORDS}, {"text": WORDS, "title": TITLE.replace("Handgrip strength", "Grip force")}, "same-abstract"),
        ({"title": "RETRACTED: " + TITLE}, {}, "same-title"),
    ],
)
def test_what_joins_two_records(one: dict[str, Any], other: dict[str, Any], rule: str) -> None:
    groups = pair(one, other)
    assert len(groups) == 1 and rules(groups) == {rule} and groups[0].extra == 1
    (decision,) = groups[0].decisions
    assert decision.value == "same" and decision.note


@pytest.mark.parametrize(
    "other",
    [
        {"pmid": "12"},
        {"doi": "10.9999/b"},
        {"title": TITLE + " part 2"},
        {"names": ["Other O", "Nobody N"]},
        {"year": 2016},
        {"journal": "Invention letters", "volume": "3", "pages": "1-4"},
        {"title": "Correction to: " + TITLE},
        {"title": f"Comment on “{TITLE}”"},
        {"title": f"Re: {TITLE}"},
        {"title": "Retraction: " + TITLE},
        {"title": "Sleep of other people at night"},
    ],
)
def test_what_keeps_two_records_apart(other: dict[str, Any]) -> None:
    one = {"pmid": "11", "doi": "10.9999/a", "journal": "Journal of rest", "volume": "12", "pages": "101-9"}
    assert len(pair(one, other)) == 2


def test_short_titles_alone_join_nothing() -> None:
    assert len(pair({"title": "Editorial", "names": []}, {"title": "Editorial", "names": []})) == 2


@pytest.mark.parametrize("name", ["pmid", "doi"])
def test_one_identifier_on_two_papers_is_a_conflict_that_both_tell(name: str) -> None:
    identifier = {"pmid": "11", "doi": "10.9999/a"}[name]
    groups = pair({name: identifier}, {name: identifier, "title": "Cats", "names": ["Other O"]})
    assert len(groups) == 2 and rules(groups) == set()
    assert all(rules((group,), "conflict") == {f"{name}-conflict"} for group in groups)
    assert groups[0].decisions[0].confidence == "unsure" and identifier in str(groups[0].decisions[0].note)


def test_copies_without_identifier_do_not_tie_two_papers_together() -> None:
    groups = deduplicate(
        [
            record(1, doi="10.9999/a"),
            record(2, doi="10.9999/b"),
            record(3),
        ]
    )
    assert sorted(len(g.members) for g in groups) == [1, 2]
    assert rules(groups, "conflict") == {"groups-contradict"}


class TestPreprints:
    """A preprint and its journal version are one study with both sources."""

    PREPRINT = {"journal": "medRxiv", "doi": "10.1101/2020.01.01.20000001", "pmid": "11", "year": 2020}  # noqa: RUF012
    PAPER = {"journal": "Journal of rest", "doi": "10.9999/a", "pmid": "12", "year": 2022, "volume": "3"}  # noqa: RUF012

    def test_become_one(self) -> None:
        (group,) = pair(self.PREPRINT, {**self.PAPER, "title": TITLE + ": a cohort", "text": "Words."})
        assert rules((group,)) == {"preprint-and-paper"} and group.decisions[0].value == "preprint"
        merged = group.record
        assert (merged.pmid, merged.doi, merged.year, merged.journal) == ("12", "10.9999/a", 2022, "Journal of rest")
        assert [(c.kind, c.pmid, c.doi) for c in merged.corrections] == [
            ("UpdateOf", "11", "10.1101/2020.01.01.20000001")
        ]
        assert [o.number for o in merged.origins] == [2, 1]

    def test_become_one_by_what_pubmed_says(self) -> None:
        named = (Correction(kind="UpdateOf", pmid="11", citation="medRxiv. 2020"),)
        other = {**self.PAPER, "title": "Quite another title", "names": ["Renamed R"], "corrections": named}
        (group,) = pair(self.PREPRINT, other)
        assert rules((group,)) == {"version-named"}
        assert [c.pmid for c in group.record.corrections] == ["11"]

    @pytest.mark.parametrize("change", [{"year": 2027}, {"names": ["Other O", "Nobody N"]}, {"title": "Cats"}])
    def test_stay_two_where_it_is_not_sure(self, change: dict[str, Any]) -> None:
        assert len(pair(self.PREPRINT, {**self.PAPER, **change})) == 2

    def test_lend_their_place_to_nobody(self) -> None:
        (group,) = pair(self.PREPRINT, {"journal": "Journal of rest", "year": 2021, "doi": None})
        assert (group.record.doi, group.record.pmid, group.record.journal) == (None, None, "Journal of rest")


def test_the_merged_record_has_the_best_of_each() -> None:
    groups = deduplicate(
        [
            record(1, "bibtex", pmid="11", volume="7", keywords=("rest",)),
            record(1, "pubmed-xml", pmid="11", text="Words.", mesh=("Humans",), names=["Berg, Anna M", "Loner, Lou"]),
            record(2, "ris", pmid="11", keywords=("grip",), doi="10.9999/a", text="Other words."),
        ]
    )
    merged = groups[0].record
    assert merged.origin.format == "pubmed-xml"
    assert [o.format for o in merged.origins] == ["pubmed-xml", "ris", "bibtex"]
    assert (merged.volume, merged.doi, merged.keywords) == ("7", "10.9999/a", ("grip", "rest"))
    assert merged.abstract[0].text == "Words." and merged.authors[0].name == "Berg, Anna M"


def test_what_the_atlas_has_is_known(shipped: Atlas) -> None:
    people = [{"family": "Berg", "given": "Anna"}, {"family": "Loner"}]
    has_title = study(id="has-title", title=TITLE, year=2020, authors=people)
    atlas = shipped.with_studies([study(id="has-pmid", pmid="11"), has_title])
    groups = deduplicate([record(1, pmid="11", title="Light and headache"), record(2), record(3, title="Cats")], atlas)
    assert [g.study for g in groups] == ["has-pmid", "has-title", None]
    assert [len(g.members) for g in groups] == [1, 1, 1] and groups[1].record.origin.number == 2
    assert rules(groups) == {"same-pmid", "same-title"}


def test_the_order_of_records_does_not_matter_and_nothing_is_lost() -> None:
    records = [record(n, pmid=str(1 + n % 3), title=TITLE + " again" * (n % 3)) for n in range(1, 10)]
    there, back = deduplicate(records), deduplicate(reversed(records))
    assert len(there) == len(back) == 3
    assert {frozenset(m.origin.number for m in g.members) for g in there} == {
        frozenset(m.origin.number for m in g.members) for g in back
    }
    assert sum(len(g.members) for g in there) == len(records)
    assert deduplicate([]) == ()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            record,
            st.integers(1, 99),
            pmid=st.sampled_from([None, "11", "12"]),
            doi=st.sampled_from([None, "10.9999/a", "10.9999/b", "10.1101/2020.01.01.20000001"]),
            title=st.sampled_from([None, TITLE, TITLE + " 2", "Cats"]),
            year=st.sampled_from([None, 2020, 2021]),
        ),
        max_size=8,
    )
)
def test_groups_are_a_partition_that_never_mixes_papers(records: list[Record]) -> None:
    groups = deduplicate(records)
    assert sorted(m.origin.number for g in groups for m in g.members) == sorted(r.origin.number for r in records)
    for group in groups:
        papers = [m for m in group.members if not likeness(m).preprint]
        assert len({m.pmid for m in papers if m.pmid}) <= 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Curr Opin Lipidol", "Current opinion in lipidology", True),
        ("J Rest", "Journal of Rest Research", True),
        ("The Lancet", "Lancet", True),
        ("Circulation", "Circulation. Conference: Sessions 2017", True),
        ("Pain", "Journal of pain", False),
        ("Journal of rest", "Journal of sleep", False),
        ("", "Lancet", False),
    ],
)
def test_journals_and_their_abbreviations(one: str, other: str, same: bool) -> None:
    assert same_journal(words(one), words(other)) is same


@pytest.mark.skipif(not LABELLED.exists(), reason="../shared/data/dedup is not there")
def test_labelled_duplicates_are_found() -> None:
    figures = measure(LABELLED)
    assert figures.found + figures.missed == 1261
    assert figures.recall >= 0.98 and figures.precision >= 0.995
