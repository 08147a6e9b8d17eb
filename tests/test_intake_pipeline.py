"""The whole intake: one fate a record, with its reason; entries that the atlas accepts; the same again for the same."""

import re
import shutil
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT
from intake_samples import sample

from entries.atlas import Atlas
from entries.store import dump_yaml
from entries.study import Relation
from intake.outcome import FATES, Intake, Outcome
from intake.pipeline import Pipeline
from intake.read import read
from intake.record import Origin, ReadProblem, Record, Reference

DAY = date(2026, 1, 2)
SHARED = ROOT.parent / "shared" / "data"
ABSTRACT = "We compared 30 patients with ME/CFS and 25 healthy controls. Lactate was measured in blood."


@cache
def shipped() -> Atlas:
    return Atlas.load(ROOT / "data")


def record(number: int, title: str, *sections: str, **fields: object) -> Record:
    origin = Origin(format="jsonl", path="sample.jsonl", number=number)
    values = {"year": 2020, "authors": [{"family": f"Author{number}", "given": "A"}], **fields}
    return sample(title, *(sections or (ABSTRACT,)), **values).model_copy(update={"origin": origin})


def run(*items: Record | ReadProblem, atlas: Atlas | None = None) -> Intake:
    empty = Atlas.of(shipped().config, shipped().vocabulary, ())
    return Pipeline(ROOT / "data", atlas or empty, DAY).run(items)


def fates(intake: Intake) -> list[tuple[str, str | None]]:
    return [(o.fate, o.study) for o in intake.outcomes]


ONE = record(1, "Lactate in chronic fatigue syndrome", pmid="11111111", doi="10.1000/lactate.1")
OTHER = record(2, "Sleep of people with myalgic encephalomyelitis", pmid="22222222")
ASTRAY = record(3, "Cramp-fasciculation syndrome in runners", "CFS is a hyperexcitability of nerves.", pmid="33333333")


def test_every_record_has_one_fate_and_its_decisions() -> None:
    broken = ReadProblem("sample.jsonl", 4, "it is cut off", "fetch it again")
    intake = run(ONE, OTHER, ASTRAY, broken)
    assert sorted(o.fate for o in intake.outcomes) == ["accepted", "accepted", "rejected", "unreadable"]
    assert intake.counts() == {**dict.fromkeys(FATES, 0), "accepted": 2, "rejected": 1, "unreadable": 1}
    by_name = {o.name: o for o in intake.outcomes}
    astray = by_name["PMID 33333333"]
    assert astray.reason
    assert [d.value for d in astray.decisions if d.name == "relevance"] == ["no"]
    assert "it is cut off; fetch it again" in (by_name["sample.jsonl, record 4"].reason or "")
    one = by_name["PMID 11111111"]
    assert {"relevance", "design", "evidence_level"} <= {d.name for d in one.decisions}
    held = [e for d in one.decisions for e in d.evidence]
    assert held
    assert all(ONE.text()[e.start : e.end] == e.quote for e in held)


def test_equal_records_give_equal_entries() -> None:
    first, second = run(ONE, OTHER), run(ONE, OTHER)
    assert [dump_yaml(s) for s in first.studies] == [dump_yaml(s) for s in second.studies]
    assert [s.id for s in first.studies] == ["author1-2020-lactate", "author2-2020-sleep"]
    assert all(s.updated == DAY for s in first.studies)


def test_the_same_study_twice_is_merged() -> None:
    again = ONE.model_copy(update={"origin": Origin(format="ris", path="other.ris", number=1), "pmid": None})
    intake = run(ONE, again)
    assert sorted(fates(intake)) == [("accepted", "author1-2020-lactate"), ("merged", "author1-2020-lactate")]
    merged = next(o for o in intake.outcomes if o.fate == "merged")
    assert "the same study as" in (merged.reason or "")
    assert len(next(o for o in intake.outcomes if o.fate == "accepted").origins) == 2
    assert any(d.name == "duplicate" for d in merged.decisions)


def test_a_bare_twin_of_a_relevant_record_is_merged_although_it_does_not_name_the_disease() -> None:
    bare = record(9, "x", "y", pmid="11111111").model_copy(update={"title": None, "abstract": ()})
    intake = run(bare, ONE)
    assert sorted(o.fate for o in intake.outcomes) == ["accepted", "merged"]
    assert run(bare).outcomes[0].fate == "rejected"


def test_outcomes_stand_in_the_order_of_the_records() -> None:
    assert [o.name for o in run(ASTRAY, OTHER, ONE).outcomes] == ["PMID 33333333", "PMID 22222222", "PMID 11111111"]


def test_what_the_atlas_has_is_left_alone() -> None:
    atlas = shipped().with_studies(run(ONE, OTHER).studies)
    intake = run(ONE, OTHER, atlas=atlas)
    assert fates(intake) == [("known", "author1-2020-lactate"), ("known", "author2-2020-sleep")]
    assert intake.studies == ()


def test_a_record_without_identifiers_is_known_again_too() -> None:
    bare = record(5, "Grip strength over a year in myalgic encephalomyelitis")
    first = run(bare)
    assert [o.fate for o in first.outcomes] == ["accepted"]
    assert [o.fate for o in run(bare, atlas=shipped().with_studies(first.studies)).outcomes] == ["known"]


def test_one_pmid_for_two_publications_gives_one_entry_and_a_reason() -> None:
    stolen = record(6, "Dreams of people with myalgic encephalomyelitis in Norway", pmid="11111111")
    intake = run(ONE, stolen)
    assert [o.fate for o in intake.outcomes] == ["accepted", "rejected"]
    assert "PMID 11111111 is that of author1-2020-lactate" in (intake.outcomes[1].reason or "")
    assert len(intake.studies) == 1


@pytest.mark.parametrize(("missing", "word"), [("year", "year"), ("title", "title")])
def test_what_an_entry_needs_and_a_record_lacks_is_told(missing: str, word: str) -> None:
    whole = record(7, "Lactate in chronic fatigue syndrome", "We studied 20 patients with ME/CFS. " * 3, mesh=(
        "Fatigue Syndrome, Chronic",
    ))  # fmt: skip
    outcome = run(whole.model_copy(update={missing: None})).outcomes[0]
    assert outcome.fate == "rejected"
    assert word in (outcome.reason or "")


def test_a_record_that_makes_no_sound_entry_is_told_and_the_rest_goes_on() -> None:
    ancient = record(8, "A myalgic encephalomyelitis of antiquity", year=200)
    intake = run(ancient, OTHER)
    assert [o.fate for o in intake.outcomes] == ["rejected", "accepted"]
    assert "no sound entry" in (intake.outcomes[0].reason or "")


def test_a_critical_wording_blocks_an_entry(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data" / "policy", tmp_path / "policy")
    rules = tmp_path / "policy" / "draft.yaml"
    text = rules.read_text("utf-8")
    rules.write_text(text.replace("untold: This draft", "untold: The drug cures the illness. This draft"), "utf-8")
    empty = Atlas.of(shipped().config, shipped().vocabulary, ())
    intake = Pipeline(tmp_path, empty, DAY).run([ONE])
    assert fates(intake) == [("blocked", "author1-2020-lactate")]
    assert "summary" in (intake.outcomes[0].reason or "")
    assert any(w.severity == "CRITICAL" for w in intake.outcomes[0].wording)
    assert intake.studies == ()


def test_reference_lists_become_links_between_accepted_entries_only() -> None:
    citing = OTHER.model_copy(update={"references": (Reference(pmid="11111111"), Reference(pmid="33333333"))})
    studies = {s.id: s for s in run(ONE, citing, ASTRAY).studies}
    links = studies["author2-2020-sleep"].links
    assert [(link.relation, link.study) for link in links] == [(Relation.CITES, "author1-2020-lactate")]


def test_ids_that_are_taken_are_never_given_again() -> None:
    empty = Atlas.of(shipped().config, shipped().vocabulary, ())
    intake = Pipeline(ROOT / "data", empty, DAY, taken={"author1-2020-lactate"}).run([ONE])
    assert intake.studies[0].id not in ("author1-2020-lactate", "")


def real(name: str) -> Intake:
    path = SHARED / name / "records.jsonl"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    return run(*read(path))


def accepted(intake: Intake) -> dict[str, Outcome]:
    return {o.study: o for o in intake.outcomes if o.study and o.fate == "accepted"}


@pytest.mark.parametrize(("name", "least"), [("pubmed-mecfs", 50), ("pubmed-long-covid", 20)])
def test_drafts_of_real_records_are_sound_and_in_our_own_words(name: str, least: int) -> None:
    intake = real(name)
    texts = {r.pmid: r.text() for r in read(SHARED / name / "records.jsonl") if isinstance(r, Record)}
    assert len(intake.studies) >= least
    assert intake.counts()["blocked"] == 0
    assert not [w for o in intake.outcomes for w in o.wording if w.severity == "CRITICAL"]
    for study in intake.studies:
        own = " ".join((study.summary, study.does_not_prove, *study.questions, *study.conclusions)).casefold().split()
        theirs = " ".join(re.findall(r"\S+", texts[study.pmid].casefold()))
        copied = [own[i : i + 8] for i in range(len(own) - 7) if " ".join(own[i : i + 8]) in theirs]
        assert copied == [], study.id
        quotes = [q for q in (study.pem.quote, study.case_definition.quote, *(f.quote for f in study.findings)) if q]
        assert all(len(q.split()) <= 25 for q in quotes)
        assert all(finding.quote and finding.location for finding in study.findings)


def test_drafts_of_real_records_hold_only_numbers_that_a_decision_carries() -> None:
    intake = real("pubmed-mecfs")
    outcomes = accepted(intake)
    for study in intake.studies:
        decided = {str(d.value) for d in outcomes[study.id].decisions if isinstance(d.value, int)}
        people = study.participants
        assert {str(n) for n in (people.patients, people.controls, people.total) if n is not None} <= decided
        told = re.search(r"The record counts [^.]*\.", study.summary)
        assert set(re.findall(r"\d+", told.group().replace(",", "") if told else "")) <= decided
