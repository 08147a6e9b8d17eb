"""Results are quoted whole, from where an abstract tells them, and never from what it only introduces or concludes."""

from functools import cache

import pytest
from conftest import ROOT
from intake_samples import reading, rules

from entries.atlas import Atlas
from entries.study import Basis, Study
from intake.classify import Classifier
from intake.draft import Drafter
from intake.draft_rules import DraftRules
from intake.record import Decision, Record, Section
from intake.results import MOST_WORDS, results
from intake.rulebook import Reading, load_policy
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


def found(record: Record) -> tuple[Decision, ...]:
    return results(Reading(record), classifier().classify(record), atlas().vocabulary, rules("results"))


def of(*sections: str) -> list[str]:
    return [d.evidence[0].quote for d in found(reading(TITLE, *sections, year=2020).record)]


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


def test_another_word_for_the_concept_is_known_from_the_vocabulary() -> None:
    record = reading("Blood lactate in chronic fatigue syndrome", START + "Lactic acid was higher (p = 0.03).").record
    assert [d.value for d in found(record)] == [("lactate",)]


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
    about = classifier().classify(record)
    about = type(about)((*about.decisions, *results(Reading(record), about, atlas().vocabulary, rules("results"))))
    sentences = load_policy(DraftRules, ROOT / "data", "draft")
    day = atlas().studies["see-1996-alpha-interferon"].updated
    return Drafter(sentences, atlas().vocabulary, atlas().config, None, day).draft("an-id", record, about)


def test_a_draft_quotes_it_without_saying_which_way_it_points() -> None:
    told = "Lactate was higher in patients than in controls (p = 0.03)."
    record = reading(TITLE, START + told, year=2020).record
    study = drafted(record)
    (finding,) = study.findings
    assert (finding.quote, finding.location, finding.basis) == (told, "abstract", Basis.QUOTED)
    assert finding.direction is None
    assert "lactate" in finding.concepts
    assert "not weighed" in study.summary
    wording = load(ROOT / "data")
    assert wording is not None
    assert not Scanner(wording, atlas().vocabulary).scan(study, source=record.text())
