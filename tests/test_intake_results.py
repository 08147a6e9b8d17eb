"""Results are quoted whole, from where an abstract tells them, and never from what it only introduces or concludes."""

from functools import cache

import pytest
from conftest import ROOT
from intake_samples import reading

from entries.atlas import Atlas
from entries.study import Basis, Direction, Study
from intake.classify import Classifier
from intake.draft import Drafter
from intake.draft_rules import DraftRules
from intake.record import Record, Section
from intake.result_rules import ResultRules
from intake.results import MOST_WORDS, Result, results
from intake.rulebook import load_policy
from intake.scan import Scanner
from intake.scan_rules import load

TITLE = "Lactate and sleep in chronic fatigue syndrome"
START = "We compared 30 patients with chronic fatigue syndrome and 20 healthy controls. Lactate was measured in blood. "


@cache
def atlas() -> Atlas:
    return Atlas.load(ROOT / "data")


@cache
def classifier() -> Classifier:
    return Classifier(ROOT / "data", atlas().vocabulary)


@cache
def rules() -> ResultRules:
    return load_policy(ResultRules, ROOT / "data", "results")


def found(record: Record) -> tuple[Result, ...]:
    return results(classifier().read(record), rules())


def of(*sections: str) -> list[str]:
    return [r.quote.quote for r in found(reading(TITLE, *sections, year=2020).record) if r.quote]


@pytest.mark.parametrize(
    "sentence",
    [
        "Lactate was higher in patients than in controls (p = 0.03).",
        "Lactate told the groups apart (AUC = 0.81).",
        "No significant difference in lactate was found between the groups.",
        "Lactate was significantly higher in patients.",
        "Lactate did not differ between the groups.",
    ],
)
def test_a_short_sentence_with_a_result_is_taken_whole(sentence: str) -> None:
    assert of(START + sentence) == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "Lactate was measured twice.",
        "Previous studies found that lactate was significantly higher in patients.",
        "We tested whether lactate was significantly higher in patients.",
        "Lactate may be significantly higher in patients who rest.",
        "Our findings suggest that lactate is significantly higher (p = 0.03).",
        "Age was higher in patients (p = 0.04).",
        f"Lactate was {'very ' * MOST_WORDS} much higher (p = 0.03).",
    ],
)
def test_what_is_no_result_of_a_tagged_concept_or_too_long_is_not_taken(sentence: str) -> None:
    assert of(START + sentence) == []


def test_of_a_sentence_too_long_to_quote_the_words_around_what_points_are_quoted() -> None:
    day = "and so it was again " * 8
    long = f"On the first day lactate was higher in patients than in controls {day}at the end of the day (p = 0.03)."
    record = reading(TITLE, START + long, year=2020).record
    (result,) = found(record)
    assert (str(result.direction), result.against) == ("increased", "controls")
    (finding,) = drafted(record).findings
    assert finding.basis is Basis.QUOTED
    assert finding.quote is not None
    assert finding.quote.startswith("On the first day lactate was higher in patients than in controls and so it")
    assert len(finding.quote.split()) == MOST_WORDS
    assert sound(drafted(record), record)


def test_a_short_quote_holds_what_the_words_that_point_belong_to_and_cuts_no_bracket() -> None:
    many = ", ".join(f"A{i} (r = 0.{i})" for i in range(10, 30))
    long = (
        f"In those given zinc (n = 12), lactate was higher in patients (30 who stood) than in controls, as were {many}."
    )
    (result,) = found(reading(TITLE, START + long, year=2020).record)
    assert result.quoted is not None
    assert result.quoted.startswith("In those given zinc (n = 12), lactate was higher in patients (30 who stood)")
    assert result.quoted.count("(") == result.quoted.count(")")


def test_how_well_a_model_foretells_is_no_figure_of_one_of_its_parts() -> None:
    start = "We compared 30 patients with chronic fatigue syndrome and 20 healthy controls. "
    told = "Lactate and rest were the best predictors of fatigue with a predictive accuracy of r = 0.8 (p = 0.02)."
    (result,) = found(reading(TITLE, start * 2 + told, year=2020).record)
    assert (str(result.direction), result.statistic) == ("associated", "p = 0.02")


def test_a_link_in_a_part_of_those_studied_is_not_told_of_all() -> None:
    told = "Lactate was associated with pain in the zinc group (p = 0.02), but not in the others."
    (result,) = found(reading(TITLE, START + told, year=2020).record)
    assert (str(result.direction), result.against) == ("associated", None)


def test_another_word_for_the_concept_is_known_from_the_vocabulary() -> None:
    record = reading("Blood lactate in chronic fatigue syndrome", START + "Lactic acid was higher (p = 0.03).").record
    assert [r.concepts for r in found(record)] == [("lactate",)]


def test_an_abbreviation_that_the_record_makes_stands_for_its_concept() -> None:
    made = "We compared 30 patients with chronic fatigue syndrome and 20 controls for cerebral blood flow (CBF). "
    (result,) = found(reading(TITLE, made + "CBF was lower in patients than in controls (p = 0.03).").record)
    assert (result.concepts, str(result.direction)) == (("cerebral-blood-flow",), "decreased")


def test_a_concept_in_brackets_is_not_what_a_sentence_tells_of() -> None:
    told = "Changes of both scores went together (lactate: r = 0.4, p = 0.01)."
    assert found(reading(TITLE, START + told, year=2020).record) == ()


@pytest.mark.parametrize("design", ["Commentary: lactate", "Protocol for a randomised controlled trial of lactate"])
def test_papers_without_results_of_their_own_tell_none(design: str) -> None:
    told = "Lactate was higher in patients than in controls (p = 0.03)."
    assert found(reading(f"{design} in chronic fatigue syndrome", START + told).record) == ()


def test_every_part_of_a_result_carries_its_words() -> None:
    told = "Lactate was higher in patients than in controls (p = 0.03)."
    record = reading(TITLE, START + told, year=2020).record
    (result,) = found(record)
    decisions = {d.name: d for d in result.decisions()}
    assert {name: d.value for name, d in decisions.items()} == {
        "result": ("lactate",),
        "result.direction": "increased",
        "result.comparison": "controls",
        "result.statistic": "p = 0.03",
    }
    words = {name: [e.quote for e in d.evidence] for name, d in decisions.items()}
    assert words["result"] == [told, "Lactate"]
    assert words["result.direction"] == ["was higher"]
    assert words["result.comparison"] == ["than in controls"]
    text = record.text()
    assert all(text[e.start : e.end] == e.quote for d in decisions.values() for e in d.evidence)


def test_the_title_and_sections_that_introduce_or_conclude_are_left_out() -> None:
    told = "Lactate was higher in patients (p = 0.03)."
    record = reading(TITLE, year=2020).record
    for label, count in (("BACKGROUND", 0), ("CONCLUSIONS", 0), ("RESULTS", 1)):
        sections = (Section(label="METHODS", text=START.strip()), Section(label=label, text=told))
        assert len(found(record.model_copy(update={"abstract": sections}))) == count, label


def test_an_early_sentence_without_a_figure_is_not_taken() -> None:
    early = "Lactate is significantly higher after exercise in everybody. "
    assert of(early + START * 2) == []


def drafted(record: Record) -> Study:
    sentences = load_policy(DraftRules, ROOT / "data", "draft")
    day = atlas().studies["see-1996-alpha-interferon"].updated
    about = classifier().classify(record)
    return Drafter(sentences, atlas().vocabulary, atlas().config, None, day).draft(
        "an-id", record, about, results=found(record)
    )


def sound(study: Study, record: Record) -> bool:
    wording = load(ROOT / "data")
    assert wording is not None
    return not Scanner(wording, atlas().vocabulary).scan(study, source=record.text())


def test_a_draft_says_which_way_it_points_and_against_whom() -> None:
    told = "Lactate was higher in patients than in controls (p = 0.03)."
    record = reading(TITLE, START + told, year=2020).record
    study = drafted(record)
    (finding,) = study.findings
    assert (finding.quote, finding.location, finding.basis) == (told, "abstract", Basis.QUOTED)
    assert (finding.direction, finding.statistic) == (Direction.INCREASED, "p = 0.03")
    assert finding.comparison == "those compared with"
    assert finding.concepts == ("lactate",)
    assert any("Lactate" in conclusion for conclusion in study.conclusions)
    assert any("Lactate" in question for question in study.questions)
    assert study.why_it_matters is not None
    assert "Lactate" in study.why_it_matters
    assert sound(study, record)


def test_an_early_sentence_that_says_whose_result_it_is_is_taken() -> None:
    early = "We found that lactate was higher in patients. "
    assert of(early + START * 2) == [early.strip()]


def test_a_draft_shows_both_sides_of_what_is_mixed_and_the_figures_of_neither() -> None:
    up = "Lactate was higher than in controls at rest (p = 0.03)."
    down = "Lactate was lower than in controls at night (p = 0.04)."
    record = reading(TITLE, f"{START}{up} {down}", year=2020).record
    study = drafted(record)
    assert [f.quote for f in study.findings] == [up, down]
    assert {(f.direction, f.comparison, f.statistic) for f in study.findings} == {
        (Direction.MIXED, "those compared with", None)
    }
    assert all("higher at one place in it and lower at another" in f.text for f in study.findings)
    assert sound(study, record)


def test_controls_alone_are_told_as_such() -> None:
    record = reading(TITLE, "Lactate was compared with that of 34 healthy controls.", year=2020).record
    study = drafted(record)
    assert study.participants.controls == 34
    assert study.participants.patients is None
    assert "34 to compare with" in study.summary
    assert "not drafted" not in study.summary


def test_a_draft_says_that_it_leaves_the_direction_open() -> None:
    told = "Lactate told the groups apart (AUC = 0.81)."
    record = reading(TITLE, START + told, year=2020).record
    study = drafted(record)
    (finding,) = study.findings
    assert (finding.direction, finding.comparison, finding.statistic) == (None, None, None)
    assert "left open" in finding.text
    assert study.conclusions == ()
    assert sound(study, record)
