"""Entries made out of the examples in the wording rules."""

from conftest import ROOT

from entries.study import Study
from intake.scan_rules import Example, Part, WordingRules, load


def rules() -> WordingRules:
    """The shipped rules."""
    found = load(ROOT / "data")
    assert found is not None
    return found


def study_of(example: Example) -> Study:
    """An entry that holds the example's text and nothing else of note."""
    values: dict[str, object] = {
        "id": "example-2020-a-study",
        "title": "A study",
        "authors": [{"family": "Example"}],
        "year": 2020,
        "design": example.design,
        "peer_review": "peer-reviewed",
        "evidence_level": "E3",
        "participants": {"total": example.people} if example.people else {},
        "case_definition": {"any": [example.definition]} if example.definition else {},
        "tags": {"method-flag": list(example.flags)},
        "summary": ".",
        "does_not_prove": ".",
        "provenance": {"source": "pubmed"},
        "updated": "2026-01-01",
    }
    if example.field is Part.NOTES:
        values["participants"] = {"note": example.text}
    elif example.field in (Part.CONCLUSIONS, Part.QUESTIONS):
        values[example.field] = [example.text]
    elif example.field is Part.FINDINGS:
        values["findings"] = [{"text": example.text}]
    else:
        values[example.field] = example.text
    if example.quote:
        values["findings"] = [{"text": ".", "basis": "quoted", "quote": example.quote}]
    return Study.model_validate(values)


def example(text: str, **about: object) -> Example:
    """An example of that text: by default the summary of a case-control study."""
    return Example.model_validate({"text": text, **about})
