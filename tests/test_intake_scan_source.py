"""An entry beside its record: numbers, quotes, copied words."""

import json
import time

import pytest
from conftest import ROOT
from entry_samples import study as entry
from scan_samples import rules

from entries.atlas import Atlas
from entries.study import Study
from intake.scan import Finding, Scanner
from intake.scan_source import numbers
from intake.scan_text import fold

RECORD = (
    "A trial of rest\nTwenty-four patients and 1,250 controls (mean age 41.5 years) took part. IL-6 rose by 12% "
    "(p=.043) in patients <sup>2</sup>. Cells of the patients made far more of the protein than cells of controls."
)
RECORDS = ROOT.parent / "shared" / "data" / "pubmed-mecfs" / "records.jsonl"


@pytest.fixture(scope="module")
def scanner(shipped: Atlas) -> Scanner:
    return Scanner(rules(), shipped.vocabulary)


def compared(scanner: Scanner, **fields: object) -> list[tuple[str, str, str]]:
    """(rule, field, quote) of what differs from the record."""
    values = {"summary": ".", "does_not_prove": ".", "tags": {}, "findings": [], "conclusions": [], "questions": []}
    study = entry(**{**values, "participants": {}, "case_definition": {}, "pem": {}, "design": "survey", **fields})
    found: tuple[Finding, ...] = scanner.scan(study, RECORD)
    return [(f.rule, f.field, f.quote) for f in found]


@pytest.mark.parametrize(
    "text", ["It had 24 patients.", "Age was 41.5.", "IL-6 and CD8 fell.", "p = 0.043", "1250 people"]
)
def test_numbers_of_the_record_may_be_used(scanner: Scanner, text: str) -> None:
    assert compared(scanner, summary=text) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("It had 25 patients.", "25"), ("Age was 41.6.", "41.6"), ("1,251 people", "1,251"), ("p = 0.43", "0.43")],
)
def test_other_numbers_are_told(scanner: Scanner, text: str, wrong: str) -> None:
    assert compared(scanner, summary=text) == [("number-not-in-source", "summary", wrong)]


def test_numbers_in_every_field(scanner: Scanner) -> None:
    finding = {"text": "It rose by 13.", "statistic": "p = 0.9"}
    found = compared(scanner, findings=[finding], participants={"patients": 24, "total": 99, "note": "77 left"})
    assert [(field, quote) for _, field, quote in found] == [
        ("findings.0.text", "13"),
        ("findings.0.statistic", "0.9"),
        ("participants.note", "77"),
        ("participants.total", "99"),
    ]


def test_computed_numbers_and_shown_sums_are_ours(scanner: Scanner) -> None:
    assert compared(scanner, findings=[{"text": "A ratio of 52.", "basis": "computed"}]) == []
    note = "Total: 24 patients + 1250 controls."
    assert compared(scanner, participants={"total": 1274, "note": note}) == []
    assert compared(scanner, participants={"total": 1275, "note": note})[0][1:] == ("participants.total", "1275")


def test_quotes_are_compared_word_for_word(scanner: Scanner) -> None:
    quoted = {"text": ".", "basis": "quoted"}
    assert compared(scanner, findings=[{**quoted, "quote": "Twenty-four patients … took part"}]) == []
    assert compared(scanner, findings=[{**quoted, "quote": "in patients 2."}]) == []
    found = compared(scanner, findings=[{**quoted, "quote": "24 patients took part"}])
    assert found == [("quote-not-in-source", "findings.0.quote", "24 patients took part")]


def test_copied_words_are_found_with_all_that_follows(scanner: Scanner) -> None:
    text = "We see: cells of the PATIENTS made far more of the protein than others did."
    (found,) = compared(scanner, summary=text)
    assert found == ("copied-words", "summary", "cells of the PATIENTS made far more of the protein than")


@pytest.mark.parametrize(
    "text",
    [
        "They say “cells of the patients made far more of the protein than cells”.",
        "The cells of the patients made far more.",
        "Far more of the protein was made by cells of the patients.",
    ],
)
def test_quoted_short_and_reworded_passages_are_not_copied(scanner: Scanner, text: str) -> None:
    assert compared(scanner, summary=text) == []


def test_numbers_in_words() -> None:
    assert {int(n) for n in numbers(fold("Twenty-four of sixty, seven and 1,250"))} == {24, 60, 7, 1250}


def test_long_texts_are_compared_in_a_moment(scanner: Scanner, shipped: Atlas) -> None:
    study: Study = next(iter(shipped.studies.values())).model_copy(update={"summary": "a b 1 " * 20_000})
    started = time.process_time()
    assert scanner.scan(study, "b a 2 " * 20_000)
    assert time.process_time() - started < 3


@pytest.mark.skipif(not RECORDS.is_file(), reason="the records are not at hand (../shared/data/pubmed-mecfs)")
def test_entries_agree_with_their_records(scanner: Scanner, shipped: Atlas) -> None:
    with RECORDS.open(encoding="utf-8") as lines:
        records = {str(r["pmid"]): f"{r['title']}\n{r.get('abstract') or ''}" for r in map(json.loads, lines)}
    there = [s for s in shipped.studies.values() if s.pmid in records]
    assert len(there) > 15
    assert [f"{s.id}: {f}" for s in there for f in scanner.scan(s, records[str(s.pmid)])] == []
