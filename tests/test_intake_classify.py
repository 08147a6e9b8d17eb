"""Flags, evidence level, peer review, and all decisions about a record together."""

import time
from pathlib import Path

import pytest
from conftest import ROOT
from intake_samples import reading, rules, sample

from entries.atlas import Atlas
from entries.store import read_yaml
from intake.classify import Classifier
from intake.facts import FactRules, Facts
from intake.flags import evidence_level, flags, peer_review
from intake.normalise import normalise
from intake.read import read
from intake.record import Correction, Record
from intake.rulebook import PolicyError, Rulebook, load_policy

DATA = ROOT / "data"
FLAGS = load_policy(FactRules, DATA, "flags")
LEVELS = load_policy(FactRules, DATA, "evidence-level")
ME = "ME/CFS"


@pytest.fixture(scope="module")
def classifier(shipped: Atlas) -> Classifier:
    return Classifier(DATA, shipped.vocabulary)


def flagged(design: str, text: str, **counts: int) -> set[object]:
    return {d.value for d in flags(reading("A study.", text), Facts(design=design, **counts), FLAGS)}


@pytest.mark.parametrize(
    ("design", "text", "counts", "flag", "there"),
    [
        ("validation-study", "Exploratory factor analyses found two factors.", {}, "exploratory-analysis", False),
        ("cohort-study", "This exploratory study followed 20 people.", {}, "exploratory-analysis", True),
        ("case-control-study", "Cells.", {"patients": 9, "controls": 20}, "very-small-sample", True),
        ("case-control-study", "Cells.", {"patients": 25, "controls": 20}, "small-sample", True),
        ("case-control-study", "Cells.", {"patients": 300, "controls": 200}, "small-sample", False),
        ("case-control-study", "Cells.", {}, "small-sample", False),
        ("case-report", "A woman.", {"patients": 1}, "single-case", True),
        ("case-report", "A woman.", {"patients": 1}, "very-small-sample", False),
        ("randomised-controlled-trial", "A pill or nothing.", {}, "no-placebo", True),
        ("randomised-controlled-trial", "A pill or placebo.", {}, "no-placebo", False),
        ("randomised-controlled-trial", "A pill was given.", {}, "harms-not-reported", True),
        ("randomised-controlled-trial", "No serious adverse events.", {}, "harms-not-reported", False),
        ("cross-sectional-study", "Cells.", {}, "cross-sectional-only", True),
        ("survey", "Self-reported diagnosis of CFS.", {}, "self-reported-diagnosis", True),
        ("retrospective-cohort-study", "Codes of the ICD-10.", {}, "diagnosis-from-records", True),
        ("animal-study", "Mice.", {}, "animal-or-cell-model-only", True),
        ("protocol", "We will.", {}, "protocol-no-results", True),
        ("narrative-review", "We think.", {}, "author-opinion", True),
        ("narrative-review", "We think.", {}, "pem-not-defined", False),
    ],
)
def test_flags(design: str, text: str, counts: dict[str, int], flag: str, there: bool) -> None:
    assert (flag in flagged(design, text, **counts)) == there


@pytest.mark.parametrize(
    ("design", "text", "counts", "level"),
    [
        ("randomised-controlled-trial", "A double-blind trial.", {"total": 240}, "E1"),
        ("randomised-controlled-trial", "A double-blind trial.", {"total": 38}, "E2"),
        ("randomised-controlled-trial", "A trial.", {"total": 38}, "E3"),
        ("systematic-review", "Studies.", {}, "E2"),
        ("case-report", "A woman.", {"patients": 1}, "E3"),
        ("animal-study", "Mice.", {}, "E3"),
        ("case-control-study", "Cells.", {"patients": 90, "controls": 70}, "E2"),
        ("case-control-study", "Cells.", {"patients": 5, "controls": 5}, "E3"),
        ("protocol", "We will.", {"total": 900}, "E3"),
        ("unclear-design", "Words.", {}, "E3"),
    ],
)
def test_level(design: str, text: str, counts: dict[str, int], level: str) -> None:
    assert evidence_level(reading("A study.", text), Facts(design=design, **counts), LEVELS).value == level


def test_no_rule_gives_the_strongest_level() -> None:
    assert "E0" not in {rule.value for rule in LEVELS.rules}, "a person gives it"


def test_the_rules_name_what_the_vocabulary_knows(shipped: Atlas) -> None:
    known = {c.id for c in shipped.vocabulary.of_scheme("study-design")}
    assert {rule.value for rule in FLAGS.rules} <= {c.id for c in shipped.vocabulary.of_scheme("method-flag")}
    assert {rule.value for rule in LEVELS.rules} <= {c.id for c in shipped.vocabulary.of_scheme("evidence-level")}
    for book in (FLAGS, LEVELS):
        named = {d for rule in book.rules for d in book.designs((*rule.designs, *rule.not_designs))}
        assert named <= known
        assert len({rule.id for rule in book.rules}) == len(book.rules)


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"journal": "medRxiv", "pmid": "1"}, "preprint"),
        ({"journal": "Brain", "publication_types": ("Preprint",)}, "preprint"),
        ({"journal": "Brain", "pmid": "1", "publication_types": ("Letter",)}, "not-peer-reviewed"),
        ({"journal": "Brain", "pmid": "1"}, "peer-reviewed"),
        ({}, "peer-review-unclear"),
    ],
)
def test_peer_review(fields: dict[str, object], value: str) -> None:
    assert peer_review(sample("A study.", **fields)).value == value


def trial() -> Record:
    return sample(
        f"Saline in {ME}: a randomised trial.",
        f"A total of 40 adults with {ME} who met the Fukuda criteria were randomised to saline or placebo. "
        "Headache was measured. No adverse events were seen.",
        journal="Brain",
        pmid="1",
        year=2020,
    )


def test_all_decisions_in_order(classifier: Classifier) -> None:
    found = classifier.classify(trial())
    assert found.relevant
    values = {d.name: d.value for d in found.decisions if d.name != "flag"}
    assert values == {
        "relevance": "yes",
        "design": "randomised-controlled-trial",
        "organism": "human",
        "age_group": "adults",
        "patients": 40,
        "total": 40,
        "case_definition.any": ("fukuda-1994",),
        "peer_review": "peer-reviewed",
        "tags.symptom": ("headache",),
        "evidence_level": "E2",
    }
    assert found.decisions[0].name == "relevance"
    assert {"pem-not-defined", "abstract-only-read"} <= {d.value for d in found.all("flag")}
    assert "case-definition-not-stated" not in {d.value for d in found.all("flag")}


def test_every_quote_stands_where_it_says(classifier: Classifier) -> None:
    record = trial()
    for decision in classifier.classify(record).decisions:
        for evidence in decision.evidence:
            assert record.text()[evidence.start : evidence.end] == evidence.quote
            assert record.field_at(evidence.start) == evidence.field


def test_the_same_twice(classifier: Classifier) -> None:
    assert classifier.classify(trial()) == classifier.classify(trial())


def test_what_is_not_relevant_is_not_looked_at_further(classifier: Classifier) -> None:
    found = classifier.classify(sample("Blood pressure in mice.", "Mice ran."))
    assert [d.name for d in found.decisions] == ["relevance"]
    assert not found.relevant


@pytest.mark.parametrize("title", ["", f"{ME}", f"{ME} " * 2000])
def test_odd_records_are_decided_upon(classifier: Classifier, title: str) -> None:
    assert classifier.classify(sample(title)).decisions


def test_flags_and_level_quote_what_the_decisions_before_them_rest_on(classifier: Classifier) -> None:
    said = "We saw 12 patients with ME/CFS, who met the Oxford criteria, and 40 healthy controls: a case-control study."
    record = reading("Lactate in chronic fatigue syndrome", said).record
    about = classifier.classify(record)
    words = {d.value: [e.quote for e in d.evidence] for d in about.decisions if d.name in ("flag", "evidence_level")}
    design, patients = about.first("design"), about.first("patients")
    assert design is not None and patients is not None
    assert words["small-sample"] == [e.quote for e in patients.evidence] == ["12"]
    assert words["association-only"] == [e.quote for e in design.evidence] != []
    assert set(words["E3"]) == {"12", *words["association-only"]}
    assert "Oxford criteria" in words["weak-case-definition"][0]
    assert words["abstract-only-read"] == []
    text = record.text()
    assert all(text[e.start : e.end] == e.quote for d in about.decisions for e in d.evidence)


def test_a_corrected_paper_is_flagged(classifier: Classifier) -> None:
    record = trial().model_copy(update={"corrections": (Correction(kind="ErratumIn", pmid="2"),)})
    assert "corrected-publication" in {d.value for d in classifier.classify(record).all("flag")}


def test_versions_of_all_rules_are_told(classifier: Classifier) -> None:
    assert set(classifier.versions) >= {"relevance", "design", "flags", "evidence-level"}


def test_missing_rules_are_told(tmp_path: Path, shipped: Atlas) -> None:
    with pytest.raises(PolicyError, match=r"relevance\.yaml is missing"):
        Classifier(tmp_path, shipped.vocabulary)


SHARED = ROOT.parent / "shared" / "data"
AT_HAND = pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled sets are not at hand (../shared/data)")


@AT_HAND
def test_homonyms_are_kept_out(classifier: Classifier) -> None:
    found = [r for r in read(SHARED / "cfs-homonym" / "cfs_syndrome.json") if isinstance(r, Record)]
    assert len(found) == 40
    assert [r.title for r in found if classifier.relevance(r).value == "yes"] == []


@AT_HAND
def test_relevance_agrees_with_the_labels(classifier: Classifier) -> None:
    labels = read_yaml(ROOT / "tests" / "data" / "labels_relevance.yaml").value
    read_records = read(SHARED / "pubmed-long-covid" / "records.jsonl")
    found = [normalise(r) for r in read_records if isinstance(r, Record) and r.pmid in labels]
    wrong = [r.pmid for r in found if (classifier.relevance(r).value == "yes") != (labels[r.pmid] == "true")]
    assert len(found) >= 60
    assert len(wrong) <= 0.03 * len(found), wrong


def test_labels_hold_facts_only() -> None:
    labels = read_yaml(ROOT / "tests" / "data" / "labels.yaml").value
    assert len(labels) == 72
    assert {key for label in labels.values() for key in label} <= {
        "patients",
        "controls",
        "total",
        "definitions",
        "pem",
    }
    assert isinstance(rules("design"), Rulebook)


@pytest.mark.parametrize("piece", ["12 ", "40 patients ", "pain ", "1 of 2 ", "(n = 5) ", "a-", "no "])
def test_text_made_to_take_long_does_not(classifier: Classifier, piece: str) -> None:
    text = f"We studied 40 patients with chronic fatigue syndrome (ME/CFS) {piece * (20_000 // len(piece))}."
    started = time.process_time()
    assert classifier.classify(sample("Chronic fatigue syndrome", text)).relevant
    assert time.process_time() - started < 30


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("Of these, 26 also met the Canadian Consensus criteria for ME/CFS.", False),
        ("The diagnosis was based on the International Consensus Criteria.", False),
        ("Patients with ME/CFS were seen in three clinics.", True),
    ],
)
def test_a_definition_that_is_named_at_all_is_not_called_missing(text: str, there: bool) -> None:
    known = Facts(design="case-control-study", holds=frozenset({"no-definition"}))
    assert ("case-definition-not-stated" in {d.value for d in flags(reading("A study.", text), known, FLAGS)}) == there
