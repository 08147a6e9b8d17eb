"""Which way a clause points, for which of its concepts, against whom, with which figures; and what points nowhere."""

import time
from functools import cache

import pytest
from conftest import ROOT
from intake_samples import reading

from entries.atlas import Atlas
from intake.classify import Classifier
from intake.clauses import blanked, clauses
from intake.comparison import compared, figures
from intake.result_rules import ResultRules
from intake.results import results
from intake.rulebook import load_policy

TITLE = "Lactate, IL-6, fatigue and pain in chronic fatigue syndrome"
START = (
    "We compared 30 patients with chronic fatigue syndrome and 20 healthy controls. Lactate, IL-6, fatigue, headache "
    "and pain were measured. "
)


@cache
def rules() -> ResultRules:
    return load_policy(ResultRules, ROOT / "data", "results")


@cache
def classifier() -> Classifier:
    return Classifier(ROOT / "data", Atlas.load(ROOT / "data").vocabulary)


def told(sentence: str) -> dict[str, tuple[str, str | None]]:
    """Direction and comparison of each concept to which the last sentence of an abstract gives one."""
    record = reading(TITLE, START + sentence).record
    found = results(classifier().read(record), rules())
    return {c: (str(r.direction), r.against) for r in found if r.direction for c in r.concepts}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Lactate was higher in patients than in controls.", {"lactate": ("increased", "controls")}),
        ("Patients had lower IL-6 than healthy women.", {"il-6": ("decreased", "controls")}),
        (
            "Compared with controls, patients had elevated lactate and reduced plasma IL-6.",
            {"lactate": ("increased", "controls"), "il-6": ("decreased", "controls")},
        ),
        (
            "Fatigue and pain were worse in patients with a relapse, whereas lactate did not differ.",
            {"fatigue": ("increased", None), "pain": ("increased", None), "lactate": ("no-difference", None)},
        ),
        ("Fatigue worsened in the following year.", {"fatigue": ("increased", "before")}),
        ("Fatigue improved after treatment (p = 0.02).", {"fatigue": ("decreased", "before")}),
        (
            "No significant difference in lactate or IL-6 was seen between the groups.",
            {"lactate": ("no-difference", "groups"), "il-6": ("no-difference", "groups")},
        ),
        ("Lactate was not significantly higher in patients.", {"lactate": ("no-difference", None)}),
        (
            "IL-6 was correlated with fatigue (r = 0.4).",
            {"il-6": ("associated", "sample"), "fatigue": ("associated", "sample")},
        ),
        (
            "In long COVID, lactate was correlated with pain.",
            {"lactate": ("associated", "sample"), "pain": ("associated", "sample")},
        ),
        ("Patients had less frequent headache than controls.", {"headache": ("decreased", "controls")}),
        (
            "There was no association between lactate and pain.",
            {"lactate": ("not-associated", "sample"), "pain": ("not-associated", "sample")},
        ),
        # Shared and elided verbs.
        (
            "Lactate and IL-6 were reduced while cortisol was elevated in patients.",
            {"lactate": ("decreased", None), "il-6": ("decreased", None), "cortisol": ("increased", None)},
        ),
        (
            "High lactate correlated with worse fatigue in women but less pain in men.",
            dict.fromkeys(("lactate", "fatigue", "pain"), ("associated", "sample")),
        ),
        # Lists.
        (
            "Compared with controls, patients had higher levels of cytokines such as IL-6, TNF-α and IL-10.",
            dict.fromkeys(("cytokines", "il-6", "tnf-alpha", "il-10"), ("increased", "controls")),
        ),
        (
            "Patients had more severe symptoms, including headache, nausea and dizziness, than controls.",
            dict.fromkeys(("headache", "nausea", "dizziness"), ("increased", "controls")),
        ),
        (
            "There were improvements in walking distance, fatigue and pain after treatment.",
            {"fatigue": ("decreased", "before"), "pain": ("decreased", "before")},
        ),
        (
            "Two markers were more abundant in patients, namely lactate and IL-6.",
            {"lactate": ("increased", None), "il-6": ("increased", None)},
        ),
        # Odds, nominal and passive forms.
        (
            "Patients had 2.9 times greater odds of reporting headache than controls.",
            {"headache": ("increased", "controls")},
        ),
        ("Patients were more likely to report nausea than controls.", {"nausea": ("increased", "controls")}),
        ("We observed upregulation of IL-6 in patients.", {"il-6": ("increased", None)}),
        ("Cerebral blood flow was blunted in patients.", {"cerebral-blood-flow": ("decreased", None)}),
        (
            "After training, patients showed an improvement in hand grip strength.",
            {"hand-grip-strength": ("increased", "before")},
        ),
        (
            "Lactate averaged 2.1 ± 0.4 mmol/L, which was comparable to that observed in healthy controls.",
            {"lactate": ("no-difference", "controls")},
        ),
        (
            "There was no significant difference between patients and controls in lactate.",
            {"lactate": ("no-difference", None)},
        ),
        (
            "Lactate averaged 2.1 ± 0.4, which was 79 ± 20% of predicted and comparable to that of controls (p = NS).",
            {"lactate": ("no-difference", "controls")},
        ),
        # A link and a change in one sentence.
        (
            "Lactate increased after exercise, though pain was not a significant predictor of fatigue in either group.",
            {
                "lactate": ("increased", "before"),
                "pain": ("not-associated", "sample"),
                "fatigue": ("not-associated", "sample"),
            },
        ),
        (
            "Lactate, pain and headache explained 21% of the variance in fatigue.",
            dict.fromkeys(("lactate", "pain", "headache", "fatigue"), ("associated", "sample")),
        ),
        (
            "Proteins associated with inflammation were found and cytokines associated with fatigue were elevated.",
            {"cytokines": ("increased", None)},
        ),
    ],
)
def test_which_way_and_against_whom(sentence: str, expected: dict[str, tuple[str, str | None]]) -> None:
    assert told(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "concept"),
    [
        ("Unlike IL-6, lactate was higher in patients.", "il-6"),
        ("Patients without pain had higher lactate than controls.", "pain"),
        ("Lactate was higher in those with more fatigue.", "fatigue"),
        ("No fatigue was seen, and lactate was higher in patients.", "fatigue"),
        ("Neither fatigue nor headache was seen where lactate was higher.", "fatigue"),
        ("Neither fatigue nor headache was seen where lactate was higher.", "headache"),
        ("Patients with elevated IL-6 had more pain.", "il-6"),
        ("The increase in lactate was measured in patients after exercise.", "lactate"),
        ("Antibodies to the elevated IL-6 receptor were found.", "il-6"),
        ("Higher IL-6 levels were identified as risk factors.", "il-6"),
        ("Pain was lower before treatment than after it.", "pain"),
        ("There was a reduction in pain in the placebo group.", "pain"),
        ("One study found higher lactate in patients.", "lactate"),
    ],
)
def test_what_is_denied_set_aside_or_part_of_another_name_points_nowhere(sentence: str, concept: str) -> None:
    assert concept not in told(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Lactate was higher in healthy controls than in patients.",
        "Lactate was higher in controls.",
        "Lactate was correlated with pain in healthy controls.",
        "Long COVID patients had lower lactate.",
        "Lactate tended to be higher in patients.",
        "Lactate was numerically higher in patients.",
        "Lactate may be higher in patients.",
        "Fatigue is associated with higher lactate.",
        "Lactate was higher in women and lactate was lower in men.",
        "Lactate was measured in patients.",
        "Pain was more common than headache in patients.",
        "Lactate was not associated with pain, except in women.",
        "Lactate was higher in 12 of the studies.",
        "Higher lactate is a sign of strain.",
        "Patients had either higher lactate or lower IL-6.",
        "Patients had a higher VE/VCO2 slope.",
        # A weak link is none that is denied, and what is not all is not nothing.
        "Pain was not a strong predictor of fatigue in patients.",
        "Pain was not strongly associated with fatigue in patients.",
        "Pain was not only associated with fatigue in patients.",
        "No strong correlation between pain and fatigue was seen in patients.",
    ],
)
def test_what_is_unsure_or_about_others_points_nowhere(sentence: str) -> None:
    assert told(sentence) == {}


def test_the_other_clause_of_a_sentence_does_not_lend_its_subject() -> None:
    found = told("Compared to controls, patients had elevated lactate, while long COVID patients had lower IL-6.")
    assert found == {"lactate": ("increased", "controls")}


def test_a_comparison_in_a_later_clause_is_not_that_of_the_first() -> None:
    found = told("Lactate decreased in patients, with only IL-6 elevated compared to controls.")
    assert found["lactate"] == ("decreased", None)


@pytest.mark.parametrize(
    "sentence",
    [
        "Patients had elevated anti-tubulin IgG.",
        "IgM-HHV-6 antibodies were higher in patients.",
        "There were elevated levels of lactate, monocyte, and T cell-derived RNA.",
        "Treatment was associated with a reduction of pain.",
        "For each 1 U/mL increase in lactate, walking was slower.",
        "Smell loss/decrease of walking, pain and headache were told.",
        "T cells showed increased exhaustion.",
        "Patients had symptoms such as decreased sense of smell, pain, and headache.",
        "Compassion fatigue was worse in nurses.",
        "Having more than six symptoms, such as fatigue, pain and headache, was associated with a relapse.",
        "Fatigue was more severe, though this narrowly missed statistical significance.",
    ],
)
def test_what_only_looks_like_a_change_of_the_concept_points_nowhere(sentence: str) -> None:
    assert not {"igg", "igm", "hhv-6", "monocytes", "pain", "lactate", "headache", "fatigue"} & set(told(sentence))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (
            "Lactate was higher than in controls at rest.",
            "Lactate was lower than in controls at night.",
            ["mixed", "mixed"],
        ),
        ("Lactate was higher at rest.", "Lactate was lower at night.", ["mixed", "mixed"]),
        (
            "Lactate was higher than in controls.",
            "Lactate was lower than before treatment.",
            ["increased", "decreased"],
        ),
        ("Fatigue worsened in the following year.", "Fatigue improved after rituximab.", ["increased", "decreased"]),
        (
            "Lactate was higher than in controls.",
            "Lactate did not differ from that in controls.",
            ["increased", "no-difference"],
        ),
    ],
)
def test_a_concept_is_mixed_only_where_the_comparisons_are_comparable(
    first: str, second: str, expected: list[str]
) -> None:
    record = reading(TITLE, f"{START}{first} {second}").record
    found = results(classifier().read(record), rules())
    assert [str(r.direction) for r in found] == expected
    assert all(r.pointing is not None and r.quote is not None for r in found)


def test_of_two_names_in_a_row_the_first_belongs_to_the_second() -> None:
    found = told("IL-6 lactate was higher in patients than in controls.")
    assert found == {"lactate": ("increased", "controls")}


def test_a_treatment_is_never_higher_or_lower() -> None:
    record = reading(
        "Pacing in chronic fatigue syndrome", START + "Patients had more frequent pacing than controls."
    ).record
    found = results(classifier().read(record), rules())
    assert [r for r in found if r.direction] == []


@pytest.mark.parametrize(
    ("text", "trial", "against"),
    [
        ("than in the control group", False, "controls"),
        ("than in the control group", True, "comparator"),
        ("compared with placebo", True, "comparator"),
        ("from baseline", True, "before"),
        ("than in people with fibromyalgia", False, "illness"),
        ("than those without pain", False, "subgroup"),
        ("between the groups", False, "groups"),
        ("in the morning", False, None),
    ],
)
def test_comparisons(text: str, trial: bool, against: str | None) -> None:
    found = compared(f"It was higher {text}.", rules(), trial)
    assert (found.against if found else None) == against


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("higher (p = 0.03)", ["p = 0.03"]),
        ("higher (OR = 1.43, 95 % CI (1.09-1.86), p < .001)", ["OR = 1.43", "95 % CI (1.09-1.86)", "p < .001"]),
        ("r = -0.34, β = 0.2", ["r = -0.34", "β = 0.2"]),
        ("(p = 0.03 and p = 0.04, respectively)", []),
        ("(p = 0.1), (p = 0.2), (p = 0.3), (p = 0.4)", []),
        ("fatigue (95% CI 0.4 to 4.8) and more pain (95% CI 0.1 to 2.5)", ["95% CI 0.4 to 4.8"]),
        ("30 of 40 patients", []),
    ],
)
def test_figures_are_taken_as_written_or_left(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in figures(text, rules())] == expected


def test_figures_stay_with_their_own_result() -> None:
    record = reading(TITLE, START + "Patients had higher lactate (p = 0.03) and lower IL-6 (p = 0.04).").record
    found = results(classifier().read(record), rules())
    assert {r.concepts: r.statistic for r in found} == {("lactate",): "p = 0.03", ("il-6",): "p = 0.04"}


def test_brackets_are_blank_and_clauses_keep_their_places() -> None:
    text = "It was high (in all (but one)), whereas pain was low."
    assert len(blanked(text)) == len(text)
    assert "one" not in blanked(text)
    found = clauses(text, 100, rules().patterns["borders"])
    assert [c.start for c in found] == [100, 100 + text.index(", whereas")]
    assert found[-1].end == 100 + len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "levels, of, ",
        "lactate, of, ",
        "not ",
        "higher ",
        "(",
        "was significantly ",
        "in patients with ",
        "p = 0.",
        "1.5-",
    ],
)
def test_text_made_to_take_long_does_not(piece: str) -> None:
    """Many sentences as long as sentences may be, and one that is longer."""
    long = f"Lactate was higher {piece * (900 // len(piece))} lactate in controls. "
    record = reading(TITLE, START + long * 30 + f"Lactate was higher {piece * 20_000} lactate.").record
    read = classifier().read(record)
    started = time.process_time()
    results(read, rules())
    assert time.process_time() - started < 20
