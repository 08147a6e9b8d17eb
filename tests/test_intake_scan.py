"""The wording scanner: every rule by its own examples, contexts that excuse, and texts that must pass."""

import pytest
from conftest import ROOT

from entries.atlas import Atlas
from entries.study import Study
from intake.scan import Scanner
from intake.scan_rules import Example, Part, Rule, load

RULES = load(ROOT / "data")
assert RULES is not None
CASES = [
    pytest.param(rule, example, flagged, id=f"{rule.id}-{'flags' if flagged else 'passes'}-{i}")
    for rule in RULES.rules
    for flagged, examples in ((True, rule.flagged), (False, rule.passed))
    for i, example in enumerate(examples)
]


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
        "participants": {"total": example.people} if example.people and not example.source else {},
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


@pytest.fixture(scope="module")
def scanner(shipped: Atlas) -> Scanner:
    assert RULES is not None
    return Scanner(RULES, shipped.vocabulary)


def found(scanner: Scanner, text: str, **about: object) -> list[str]:
    """Ids of the rules that flag a text."""
    example = Example.model_validate({"text": text, **about})
    return [finding.rule for finding in scanner.scan(study_of(example), example.source)]


@pytest.mark.parametrize(("rule", "example", "flagged"), CASES)
def test_each_rule_by_its_examples(scanner: Scanner, rule: Rule, example: Example, flagged: bool) -> None:
    findings = scanner.scan(study_of(example), example.source)
    assert (rule.id in {f.rule for f in findings}) == flagged, f"{example.text!r}: {findings}"


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_each_pattern_has_an_example_that_it_flags(rule: Rule) -> None:
    from intake.scan_patterns import compiled
    from intake.scan_text import fold

    texts = [fold(example.text).text for example in rule.flagged]
    idle = [p for p in rule.patterns if not any(compiled([p]).search(text) for text in texts)]  # type: ignore[union-attr]
    assert idle == [], "show an example for each of these"
