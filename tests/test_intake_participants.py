"""Numbers in text, and who is counted by them: everybody, patients, controls, or somebody else."""

import re

import pytest
from intake_samples import reading, rules

from intake.numerals import NUMBER, value
from intake.participants import participants
from intake.sample_size import candidates, numbers, total

ME = "ME/CFS"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5,318", 5318),
        ("14 972", 14972),
        ("67\u2009142", 67142),
        ("Twenty", 20),
        ("forty-five", 45),
        ("Forty one", 41),
        ("One hundred and seventy-six", 176),
        ("Eight-thousand four-hundred twenty-two", 8422),
        ("nineteen", 19),
    ],
)
def test_numbers_are_read_whole(text: str, number: int) -> None:
    found = re.search(NUMBER, text, re.IGNORECASE)
    assert found and found.group() == text
    assert value(text) == number


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        value("many")


def all_of(title: str, *abstract: str) -> int | str | tuple[str | int, ...] | None:
    decision = total(reading(title, *abstract), rules("sample-size"))
    return decision.value if decision else None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("A total of 84 patients were randomised to saline (n = 40) or nothing (n = 44).", 84),
        ("One hundred and six women were enrolled between 1999 and 2003.", 106),
        ("Of 121 patients screened, 98 were eligible. We randomly assigned 90 patients to two arms.", 90),
        ("Out of 121 consecutive cases fit for it, 112 women were allocated randomly to two groups.", 112),
        ("The study took place with 163 women. 81 patients were randomly assigned to a scan and 82 to none.", 163),
        (
            "399 patients were seen. In total, 207 and 192 patients were enrolled to saline and rest, respectively.",
            399,
        ),
        ("Participants (N = 38) were randomly assigned to a drug or placebo.", 38),
        ("In N = 2519 participants the scale was tested.", 2519),
        ("We will recruit 60 adults.", 60),
        ("The illness affects 17 million people worldwide.", None),
        ("Patients were aged 40 years and followed for 12 months since 2012.", None),
        ("Nothing is counted here.", None),
        ("In 25% of patients pain fell by 3.5 points (p = 0.02).", None),
    ],
)
def test_total(text: str, number: int | None) -> None:
    assert all_of("Saline for fatigue.", text) == number


def test_any_space_is_a_space() -> None:
    text = "A total of 84 patients took part. The trial of 20 women."
    plain, thin = (candidates(reading("T", t), rules("sample-size")) for t in (text, text.replace(" ", "\u2009")))
    assert [(c.value, c.points) for c in thin] == [(c.value, c.points) for c in plain] != []


def test_a_table_is_read_as_far_as_an_abstract_may_go() -> None:
    table = reading("Saline for fatigue.", "We enrolled 84 patients. " + "12 34 5 " * 20_000)
    assert [n.value for n in numbers(table)[:4]] == [84, 12, 34, 5]
    assert len(numbers(table)) == 500
    decision = total(table, rules("sample-size"))
    assert decision and decision.value == 84


@pytest.mark.parametrize("endless", ["9" * 5_000, "million " * 5_000])
def test_a_number_without_end_counts_nobody(endless: str) -> None:
    assert all_of("Saline for fatigue.", f"We enrolled {endless} patients. We randomised 84 patients.") == 84


def test_the_words_are_quoted_and_weighed() -> None:
    read = reading("Saline.", "A total of 84 patients were randomised to saline (n = 40) or nothing (n = 44).")
    decision = total(read, rules("sample-size"))
    assert decision is not None
    assert [e.quote for e in decision.evidence] == ["84"]
    assert decision.confidence == "certain"
    assert {c.value for c in candidates(read, rules("sample-size"))} >= {84}


def counted(design: str, *abstract: str) -> dict[str, object]:
    read = reading(f"Something in {ME}.", *abstract)
    return {d.name: d.value for d in participants(read, design, rules("sample-size"), rules("groups"))}


@pytest.mark.parametrize(
    ("design", "text", "expected"),
    [
        ("case-control-study", f"We compared 24 patients with {ME} and 25 healthy controls.", (24, 25, None)),
        ("case-control-study", f"{ME} (n = 5), long COVID (n = 6) and healthy controls (n = 7).", (5, 7, None)),
        (
            "cross-sectional-study",
            f"We included 442 participants, 301 individuals with {ME} and 141 healthy controls.",
            (301, 141, 442),
        ),
        ("case-control-study", f"Fifteen PASC patients, 11 {ME} patients and 12 controls ran.", (11, 12, None)),
        (
            "case-control-study",
            f"We tested 57 patients with {ME} and 25 age- and activity-matched sedentary controls. "
            "It was seen in 18 patients (32%), but in one sedentary control (4%).",
            (57, 25, None),
        ),
        ("survey", f"{ME} only (n = 534) and {ME} and long COVID (n = 236) answered.", (None, None, None)),
        ("randomised-controlled-trial", "Thirty participants were randomly assigned to two arms.", (30, None, 30)),
        ("case-report", "We report a woman of 32.", (1, None, 1)),
        ("systematic-review", "Six studies with a total of 2280 participants were read.", (None, None, 2280)),
        ("protocol", "We will recruit 60 adults.", (None, None, None)),
        ("survey", "Nobody is counted.", (None, None, None)),
    ],
)
def test_participants(design: str, text: str, expected: tuple[int | None, ...]) -> None:
    found = counted(design, text)
    assert tuple(found.get(name) for name in ("patients", "controls", "total")) == expected


@pytest.mark.parametrize(("title", "patients"), [(f"Saline in {ME}", 24), ("Saline, fatigue and ageing", None)])
def test_people_in_a_trial_are_patients_where_the_title_names_the_disease(title: str, patients: int | None) -> None:
    shown = reading(title, "We treated 24 men with chronic fatigue or diabetes.")
    found = {d.name: d.value for d in participants(shown, "clinical-trial", rules("sample-size"), rules("groups"))}
    assert found.get("patients") == patients
    assert found["total"] == 24
