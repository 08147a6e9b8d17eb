"""The model of an entry: what it takes, what it refuses, and in which words."""

import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from entry_samples import LEAST, study, texts
from hypothesis import given
from pydantic import ValidationError

from entries.problems import MAX_PER_FILE, Names, Problem, closest, of_validation
from entries.study import Author, Participants, Study, Tags
from entries.yamlio import Document, parse

NEXT_YEAR = date.today().year + 1


def problems(**changes: Any) -> list[Problem]:
    """What is wrong with the least entry after these changes."""
    with pytest.raises(ValidationError) as caught:
        study(**changes)
    return of_validation(caught.value, Study, Path("x.yaml"), Document(None, {}))


def problem(**changes: Any) -> Problem:
    found = problems(**changes)
    assert len(found) == 1, [str(p) for p in found]
    return found[0]


def test_the_least_entry_has_defaults_that_claim_nothing() -> None:
    least = study()
    assert (least.review.status, least.review.history) == ("machine-draft", ())
    assert (least.pem.stated, least.case_definition.ids, least.participants.size) == (None, (), None)


@pytest.mark.parametrize("field", [f for f in LEAST if f != "id"])
def test_each_required_field_is_missed_by_name(field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Study.model_validate({k: v for k, v in LEAST.items() if k != field})
    found = of_validation(caught.value, Study, Path("x.yaml"), Document(None, {}))
    assert [(p.reason, p.mend) for p in found] == [(f"the field '{field}' is missing", "add it")]


@pytest.mark.parametrize("year", [1750, "1996", " 1996 ", NEXT_YEAR])
def test_possible_years(year: object) -> None:
    assert study(year=year).year == int(str(year))


@pytest.mark.parametrize(
    ("year", "reason", "mend"),
    [
        ("0", "'year' has the value '0'", "at least 1750"),
        ("-5", "'year' has the value '-5'", "at least 1750"),
        ("1749", "'year' has the value '1749'", "at least 1750"),
        ("99999", "99999 lies in the future", f"the latest possible year is {NEXT_YEAR}"),
        (str(NEXT_YEAR + 1), "lies in the future", f"{NEXT_YEAR}"),
        ("abc", "'year' has the value 'abc', which is not a whole number", "digits only"),
        ("1996a", "not a whole number", "digits only"),
        ("9" * 5000, "not a possible number", "digits only"),
        ("", "not a whole number", "digits only"),
        (None, "'year' has no value", "write one"),
        ("c. 1996", "not a whole number", "digits only"),
    ],
)
def test_impossible_years(year: object, reason: str, mend: str) -> None:
    found = problem(year=year)
    assert reason in found.reason
    assert mend in found.mend
    assert len(str(found)) < 200


@pytest.mark.parametrize(
    "day", ["2026", "20260408", "0", "86400", "2026-4-8", "2026-04-08T00:00:00", "08.04.2026", 0, 1.5]
)
def test_days_are_never_guessed(day: object) -> None:
    found = problem(updated=day)
    assert "is not a day" in found.reason
    assert "YYYY-MM-DD" in found.mend


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "2026-00-10"])
def test_days_outside_the_calendar(day: str) -> None:
    assert "no day of the calendar" in problem(updated=day).reason


@pytest.mark.parametrize(
    "doi",
    [
        "10.3109/08820139609059298",
        "doi:10.3109/08820139609059298",
        "DOI: 10.3109/08820139609059298",
        "https://doi.org/10.3109/08820139609059298",
        "HTTP://DX.DOI.ORG/10.3109/08820139609059298",
        "https://www.doi.org/10.3109/08820139609059298 ",
        "doi.org/10.3109/08820139609059298",
    ],
)
def test_a_doi_in_any_form_is_stored_bare(doi: str) -> None:
    assert study(doi=doi).doi == "10.3109/08820139609059298"


@pytest.mark.parametrize(
    ("field", "value", "mend"),
    [
        ("id", "Ames_2001", "lower-case letters, digits and single hyphens"),
        ("id", "../../etc/passwd", "lower-case letters"),
        ("pmid", "0123", "digits of the PubMed id alone"),
        ("pmid", "PMID 123", "digits of the PubMed id alone"),
        ("pmid", "١٢٣", "digits of the PubMed id alone"),
        ("pmcid", "123", "PMC and digits"),
        ("doi", "10.1", "write the DOI, such as"),
        ("doi", "https://example.org/10.1234/x", "write the DOI, such as"),
        ("design", "a design", "the id of a concept"),
    ],
)
def test_identifiers_are_checked_and_explained(field: str, value: str, mend: str) -> None:
    found = problem(**{field: value})
    assert found.reason == f"'{field}' has the value {value!r}"
    assert mend in found.mend


@pytest.mark.parametrize(
    ("changes", "reason", "mend"),
    [
        ({"titel": "x"}, "unknown field 'titel'", "did you mean 'title'?"),
        ({"findings": [{"text": "x", "concept": []}]}, "unknown field 'findings.0.concept'", "'concepts'"),
        ({"pem": {"status": "required"}}, "unknown field 'pem.status'", "did you mean 'stated'?"),
        ({"participants": {"zzz": 3}}, "unknown field 'participants.zzz'", "the fields are patients, controls"),
        ({"conclusions": "One text."}, "'conclusions' has the value 'One text.', which is not a list", "'- '"),
        ({"tags": {"symptom": "pain"}}, "'tags.symptom' has the value 'pain', which is not a list", "'- '"),
        ({"participants": "30"}, "'participants' has the value '30', not a mapping", "'field: value'"),
        ({"participants": {"patients": "about 30"}}, "'participants.patients' has the value 'about 30'", "digits only"),
        ({"participants": {"patients": "-1"}}, "'participants.patients' has the value '-1'", "at least 0"),
        ({"title": ["a"]}, "'title' has the value a list, which is not a text", "write a text"),
        ({"title": "  "}, "'title' has no value", "write one"),
        ({"title": None}, "'title' has no value", "write one"),
        ({"title": "x" * 1_001}, "'title' has more than 1,000 characters", "shorten it"),
        ({"authors": []}, "'authors' is an empty list", "at least one"),
        ({"authors": [{"given": "Ada"}]}, "'authors.0': give either 'family'", ""),
        ({"authors": [{"family": "A", "literal": "B"}]}, "'authors.0': give either 'family'", ""),
        ({"authors": [{"family": "A", "orcid": "0000"}]}, "'authors.0.orcid' has the value '0000'", "bare ORCID"),
        ({"findings": [{"text": "x", "direction": "up"}]}, "'findings.0.direction' has the value 'up'", "'increased'"),
        (
            {"findings": [{"text": "x", "basis": "quoted"}]},
            "'findings.0': a finding with basis 'quoted' needs",
            "basis to 'stated'",
        ),
        ({"case_definition": {"any": ["a"], "all": ["b"]}}, "'case_definition': use either 'any'", ""),
        (
            {"pem": {"stated": "required"}},
            "'pem': 'stated' needs the paper's own words in 'quote'",
            "leave 'stated' out",
        ),
        ({"pem": {"stated": "maybe", "quote": "x"}}, "'pem.stated' has the value 'maybe'", "'required', 'optional'"),
        ({"review": {"status": "reviewed"}}, "claims a review, but 'history' names nobody", "set 'machine-draft'"),
        ({"links": [{"relation": "likes", "study": "x"}]}, "'links.0.relation' has the value 'likes'", "'cites'"),
    ],
)
def test_what_is_refused_and_how_to_mend_it(changes: dict[str, Any], reason: str, mend: str) -> None:
    found = problem(**changes)
    assert reason in found.reason
    assert mend in found.mend
    for pythonic in ("tuple", "valid string", "None", "Input", "validation", "dict"):
        assert pythonic not in str(found)


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1bb", "a\x7fb", "a\ufffeb"])
@pytest.mark.parametrize("field", ["title", "summary", "journal", "doi"])
def test_control_characters_are_refused_in_every_text(field: str, bad: str) -> None:
    found = problem(**{field: "10.1234/" + bad if field == "doi" else bad})
    assert f"control character U+{ord(bad[1]):04X}" in found.reason
    assert found.mend == "delete it"


def test_surrogates_are_refused() -> None:
    assert problems(title="a\ud800b")


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    text = (
        "id: X\ntitle: t\nauthors:\n  - {family: A, born: 1970}\nyear: abc\nfindings:\n  - text: x\n    directon: up\n"
    )
    document = parse(text)
    with pytest.raises(ValidationError) as caught:
        Study.model_validate(document.value)
    found = of_validation(caught.value, Study, Path("x.yaml"), document, "x")
    lines = {p.reason.split("'")[1]: p.line for p in found}
    assert {k: lines[k] for k in ("id", "authors.0.born", "year", "findings.0.directon")} == {
        "id": 1,
        "authors.0.born": 4,
        "year": 5,
        "findings.0.directon": 8,
    }
    assert {"design", "summary", "does_not_prove"} <= set(lines)
    assert all(p.study_id == "x" for p in found)
    assert str(found[0]).startswith("x.yaml:1: error: 'id'")


def test_what_is_no_entry_at_all_gives_a_few_problems_only() -> None:
    found = problems(**{f"field{i}": "x" for i in range(5_000)})
    assert len(found) == MAX_PER_FILE + 1
    assert found[-1].reason == f"{5_000 - MAX_PER_FILE:,} more problems in this file"


def test_an_empty_file_says_so() -> None:
    with pytest.raises(ValidationError) as caught:
        Study.model_validate(None)
    (found,) = of_validation(caught.value, Study, Path("x.yaml"), Document(None, {}))
    assert found.reason == "here stands nothing, not a mapping of fields"


def test_closest_stays_quick_among_many() -> None:
    many = Names(f"{start}{i}-2001-word" for start in ("abc", "xyz") for i in range(25_000))
    assert closest("abc499-2001-wrod", [f"abc{i}-2001-word" for i in range(500)]) == "did you mean 'abc499-2001-word'?"
    started = time.process_time()
    for i in range(20):
        assert closest(f"xyz{1_000 + i}-2001-wrod", many) == f"did you mean 'xyz{1_000 + i}-2001-word'?"
    for i in range(2_000):
        assert closest(f"nothing{i}", many) == ""
    assert time.process_time() - started < 3
    assert closest("nothing like it", ["abc"]) == ""


@given(texts(100))
def test_texts_are_kept_but_for_white_space_around(text: str) -> None:
    assert study(title=f" {text}\n").title == text


def test_script_is_text_like_any_other() -> None:
    nasty = "<script>alert(1)</script>"
    made = study(title=nasty, journal=nasty, summary=nasty, authors=[{"literal": nasty}], conclusions=[nasty])
    assert (made.title, made.authors[0].name, made.conclusions) == (nasty, nasty, (nasty,))
    for field in ("id", "design", "evidence_level", "peer_review", "year", "updated", "pmid", "pmcid"):
        assert problems(**{field: nasty})


def test_names() -> None:
    assert Author(family="van der Meer", given="J W M").name == "van der Meer, J W M"
    assert Author(family="Plato").name == "Plato"
    assert Author(literal="The Group").short == "The Group"
    people = [{"family": "See"}, {"family": "Tilles"}, {"family": "Third"}]
    assert [study(authors=people[:n]).byline for n in (1, 2, 3)] == ["See", "See & Tilles", "See et al."]


def test_sizes() -> None:
    assert Participants(patients=30, controls=20).size == 50
    assert Participants(patients=30).size == 30
    assert Participants(patients=30, controls=20, total=55).size == 55
    assert Participants(total=0).size == 0
    assert Participants().size is None


def test_tags_and_concepts_keep_their_order_and_stand_once() -> None:
    tags = Tags({"symptom": ("b", "a"), "biomarker": ("c",)})
    assert tags.of("symptom") == ("b", "a")
    assert tags.of("nothing") == ()
    assert tags.all() == ("b", "a", "c")
    assert study(
        findings=[{"text": "x", "concepts": ["b", "a"]}, {"text": "y", "concepts": ["a", "c"]}]
    ).finding_concepts == (
        "b",
        "a",
        "c",
    )


def test_an_entry_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        study().title = "x"
