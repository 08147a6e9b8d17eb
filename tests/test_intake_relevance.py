"""Which records are about the disease, and which only share its letters."""

import pytest
from intake_samples import reading, rules

from intake.relevance import relevance

ME = "myalgic encephalomyelitis/chronic fatigue syndrome"


def decided(title: str, *abstract: str, **fields: object) -> tuple[object, str]:
    decision = relevance(reading(title, *abstract, **fields), rules("relevance"))
    return decision.value, decision.rule


@pytest.mark.parametrize(
    ("title", "abstract", "rule"),
    [
        (f"Lactate in {ME}.", "Cells were measured.", "relevance.title"),
        ("Lactate in ME/CFS.", "Cells were measured.", "relevance.title"),
        ("Long COVID and blood flow.", f"We compared 20 patients with {ME} with 20 others.", "relevance.studied"),
        ("Long COVID.", f"The prevalence of {ME} was 4 %.", "relevance.studied"),
        (
            "Infection and tiredness.",
            "We asked about chronic fatigue syndrome (CFS). CFS rose. In men, CFS did not. Older age went with CFS.",
            "relevance.repeated",
        ),
    ],
)
def test_accepted(title: str, abstract: str, rule: str) -> None:
    assert decided(title, abstract) == ("yes", rule)


@pytest.mark.parametrize(
    ("title", "abstract", "rule"),
    [
        ("The cramp-fasciculation syndrome (CFS).", "Nine patients with CFS.", "relevance.homonym"),
        ("Proteins in CFS.", "CFS (cerebrospinal fluid) was drawn from 20 patients.", "relevance.homonym"),
        ("Crohn's fatigue and the CFS.", "The Crohn's fatigue scale (CFS) was given to all.", "relevance.homonym"),
        ("Tiredness after lymphoma.", "Survivors with chronic fatigue took part.", "relevance.symptom"),
        ("Wearables.", f"The sensor may one day serve diseases such as {ME}.", "relevance.aside"),
        ("Blood pressure in adults.", "Nothing else was seen.", "relevance.none"),
    ],
)
def test_rejected(title: str, abstract: str, rule: str) -> None:
    assert decided(title, abstract) == ("no", rule)


def test_a_heading_is_enough_and_is_named() -> None:
    record = reading("Fatigue in nurses.", mesh=("Fatigue Syndrome, Chronic",))
    decision = relevance(record, rules("relevance"))
    assert (decision.value, decision.rule) == ("yes", "relevance.mesh")
    assert "Fatigue Syndrome, Chronic" in (decision.note or "")


def test_a_keyword_counts_with_the_abstract_only() -> None:
    assert decided("Throats.", "Nothing.", keywords=("ME/CFS",))[0] == "no"
    assert decided("Throats.", "Syndromes like ME/CFS.", keywords=("ME/CFS",)) == ("yes", "relevance.keyword")


def test_evidence_stands_where_it_says() -> None:
    record = reading("Long COVID.", f"We saw 20 patients with {ME}.")
    (evidence,) = relevance(record, rules("relevance")).evidence
    assert record.text[evidence.start : evidence.end] == evidence.quote
    assert evidence.field == "abstract"


def test_a_record_with_nothing_in_it_is_not_relevant() -> None:
    assert decided("") == ("no", "relevance.none")
