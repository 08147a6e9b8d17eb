"""Study designs from publication types, titles and texts; and what rules may look like."""

from pathlib import Path

import pytest
from intake_samples import designs, rules, sample

from entries.atlas import Atlas
from intake.design import ORDER, design, marks
from intake.rulebook import PolicyError, Rulebook
from intake.sentence_spans import sentences


def decided(title: str, *abstract: str, **fields: object) -> object:
    return design(sample(title, *abstract, **fields), designs()).value


@pytest.mark.parametrize(
    ("title", "abstract", "value"),
    [
        ("Pyridostigmine: a randomised controlled trial.", "", "randomised-controlled-trial"),
        ("Saline.", "Forty patients were randomly assigned to saline or nothing.", "randomised-controlled-trial"),
        ("Study protocol for a randomised trial of saline.", "We will recruit 40 people.", "protocol"),
        ("Saline: a systematic review.", "Studies were read.", "systematic-review"),
        ("Saline: systematic review and meta-analysis.", "Studies were read.", "meta-analysis"),
        ("Treatments: a network meta-analysis.", "Trials were read.", "network-meta-analysis"),
        ("Saline in mice.", "Mice were given saline. Mice ran.", "animal-study"),
        ("Correction: Saline: a randomised trial.", "", "correction"),
        ("Commentary: Saline: a systematic review.", "", "commentary"),
        ("Saline.", "We report the case of a woman of 30.", "case-report"),
        ("Lactate.", "We compared 20 patients with 20 healthy controls.", "case-control-study"),
        ("Talking.", "Semi-structured interviews were held.", "qualitative-study"),
        ("Falls: an interview study.", "People were asked.", "qualitative-study"),
        ("Falls: findings of the National Health Interview study.", "People fell.", "unclear-design"),
        ("Saline was not given.", "A non-randomised study of 20 people.", "non-randomised-controlled-trial"),
        ("Some words.", "Nothing is said.", "unclear-design"),
    ],
)
def test_design(title: str, abstract: str, value: str) -> None:
    assert decided(title, abstract) == value


@pytest.mark.parametrize(
    ("abstract", "value"),
    [
        ("Eighty women were enrolled and divided into two groups, with and without pain.", "observational-study"),
        ("Lactate was measured in 40 tired patients.", "observational-study"),
        ("We treated 24 male patients. Lipids fell.", "clinical-trial"),
        ("Grip was tested; then 30 mg of saline was given.", "clinical-trial"),
        ("A retrospective data analysis of visits was done.", "observational-study"),
        ("A case of a young woman with fatigue is presented here.", "case-report"),
        ("A case of a young woman shows what scoping reviews miss.", "unclear-design"),
        ("Eighty women were divided into two groups, one of which received saline.", "unclear-design"),
        ("Lactate was measured in a cross-sectional study of 40 tired patients.", "cross-sectional-study"),
        ("Lactate will be measured in 40 tired patients.", "unclear-design"),
    ],
)
def test_what_the_words_allow_where_nothing_tells_a_design(abstract: str, value: str) -> None:
    assert decided("Fatigue", abstract) == value


def test_publication_types_count() -> None:
    record = sample("Saline helps.", publication_types=("Journal Article", "Randomized Controlled Trial"))
    decision = design(record, designs())
    assert decision.value == "randomised-controlled-trial"
    assert decision.note == "publication type: Randomized Controlled Trial"


def test_all_marks_are_kept() -> None:
    record = sample("A systematic review and meta-analysis of trials.", "We searched. A meta-analysis was done.")
    assert {"systematic-review", "meta-analysis"} <= set(marks(record, designs()))


def test_evidence_stands_where_it_says() -> None:
    record = sample("Saline.", "Forty patients were randomly assigned to saline or nothing.")
    for mark in marks(record, designs()).values():
        assert all(record.text()[e.start : e.end] == e.quote for e in mark.evidence)


def test_every_mark_is_a_design_of_the_vocabulary(shipped: Atlas) -> None:
    known = {concept.id for concept in shipped.vocabulary.of_scheme("study-design")}
    values = {rule.value for rule in rules("design").rules} | designs().cues.values - {"rodent"}
    values -= {"named-protocol"}  # a mark beside others, no design
    assert values <= known
    assert values <= set(ORDER), "say in ORDER where it stands"
    assert set(ORDER) <= known


@pytest.mark.parametrize(
    "name", ["relevance", "design", "subjects", "sample-size", "groups", "case-definition", "concepts"]
)
def test_ids_of_rules_are_unique(name: str) -> None:
    ids = [rule.id for rule in rules(name).rules]
    assert len(ids) == len(set(ids))


def test_bad_rules_are_told_with_their_place(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="missing"):
        Rulebook.load(tmp_path, "design")
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "design.yaml").write_text("version: v1\nrules:\n  - {id: a, reason: b, title: ['(']}\n")
    with pytest.raises(PolicyError, match=r"rules\.0\.title.*no regular expression"):
        Rulebook.load(tmp_path, "design")


def test_sentences_end_where_they_end() -> None:
    text = "A title.\nIt was 0.5 vs. 0.7 in all. Then (n = 5) came. End"
    assert [text[a:b] for a, b in sentences(text)] == [
        "A title.",
        "It was 0.5 vs. 0.7 in all.",
        "Then (n = 5) came.",
        "End",
    ]
