"""By which case definition patients were let in, whether PEM was a condition, and who was studied."""

import pytest
from intake_samples import designs, reading, rules, sample

from entries.atlas import Atlas
from intake.case_definition import case_definition, pem
from intake.design import marks
from intake.subjects import age_group, organism


def definitions(shipped: Atlas, text: str, **fields: object) -> tuple[str, object] | None:
    decision = case_definition(reading("A study.", text, **fields), shipped.vocabulary, rules("case-definition"))
    return (decision.name.partition(".")[2], decision.value) if decision else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Patients met the Fukuda criteria.", ("any", ("fukuda-1994",))),
        ("All fulfilled the Canadian Consensus Criteria (CCC).", ("any", ("canadian-consensus-2003",))),
        ("Diagnosed by the ICC criteria, they ran.", ("any", ("international-consensus-2011",))),
        (
            "Patients met both the Fukuda criteria and the Canadian Consensus Criteria.",
            ("all", ("fukuda-1994", "canadian-consensus-2003")),
        ),
        (
            "Patients met the Fukuda criteria or the Canadian Consensus Criteria.",
            ("any", ("fukuda-1994", "canadian-consensus-2003")),
        ),
        ("They met CDC criteria of CFS, of whom most also met NICE/IOM criteria.", ("any", ("fukuda-1994",))),
        # Named, but not as the way in.
        ("Future studies should use the Canadian Consensus Criteria for those diagnosed.", None),
        ("We saw 45 patients, including 26 who also met the Canadian Consensus criteria.", None),
        ("Patients did not meet the Fukuda criteria.", None),
        ("Patients with long COVID met the CDC definition.", None),
        # The letters mean something else.
        ("Raters agreed (ICC 0.9), and patients met the targets.", None),
        ("Diagnosed patients wrote to the IOM.", None),
        ("Nothing is said.", None),
    ],
)
def test_definitions(shipped: Atlas, text: str, expected: tuple[str, object] | None) -> None:
    assert definitions(shipped, text) == expected


def test_the_year_decides_what_cdc_criteria_are(shipped: Atlas) -> None:
    text = "Patients met CDC criteria for CFS."
    assert definitions(shipped, text, year=2005) == ("any", ("fukuda-1994",))
    assert definitions(shipped, text, year=1992) is None


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Post-exertional malaise (PEM) was required for inclusion.", "required"),
        ("Inclusion criteria included fatigue and PEM.", "required"),
        ("PEM was not required.", "optional"),
        ("We enrolled patients with or without PEM.", "optional"),
        # The word alone is no criterion.
        ("Patients had fatigue and post-exertional malaise.", None),
        ("All patients reported PEM after exercise.", None),
        ("PEM is a hallmark of the disease.", None),
        ("PEM was induced by exercise.", None),
        ("Treating PEM requires rest.", None),
        ("Nothing is said.", None),
    ],
)
def test_pem_counts_only_as_a_criterion(text: str, stated: str | None) -> None:
    read = reading("A study of PEM.", text)
    decision = pem(read, rules("case-definition"))
    assert (decision.value if decision else None) == stated
    if decision:
        (evidence,) = decision.evidence
        assert read.text[evidence.start : evidence.end] == evidence.quote


def test_a_quote_is_never_longer_than_a_field_holds(shipped: Atlas) -> None:
    text = "Patients met the Fukuda criteria " + "and so on " * 300
    decision = case_definition(reading("A study.", text), shipped.vocabulary, rules("case-definition"))
    assert decision is not None
    assert [e.quote for e in decision.evidence] == ["Fukuda criteria"]


@pytest.mark.parametrize(
    ("title", "text", "mesh", "who", "age"),
    [
        ("Saline in mice.", "Mice ran.", (), "animal", None),
        ("Saline.", "Twenty adults took part.", (), "human", "adults"),
        ("Saline in children.", "Twenty boys took part.", (), "human", "children"),
        ("Saline in adolescents.", "Patients and 20 adults took part.", (), "human", ("adults", "children")),
        ("Saline.", "It was given.", ("Humans", "Middle Aged"), "human", "adults"),
        ("Saline.", "It was given.", ("Mice", "Animals"), "animal", None),
        ("Saline in vitro.", "Cells were bathed.", (), "in-vitro", None),
        ("Saline.", "It was given.", (), None, None),
    ],
)
def test_subjects(title: str, text: str, mesh: tuple[str, ...], who: str | None, age: object) -> None:
    read = reading(title, text, mesh=mesh)
    found = marks(sample(title, text, mesh=mesh), designs())
    assert organism(read, rules("subjects"), found).value == who
    assert age_group(read, rules("subjects")).value == age


@pytest.mark.parametrize(
    "told",
    [
        "ME/CFS was diagnosed in three of them.",
        "We asked for the prevalence of myalgic encephalomyelitis in patients with long COVID.",
    ],
)
def test_the_definition_of_what_a_study_looked_for_let_nobody_in(shipped: Atlas, told: str) -> None:
    based = "The diagnosis of ME/CFS was based on the International Consensus Criteria."
    assert definitions(shipped, based) == ("any", ("international-consensus-2011",))
    assert definitions(shipped, f"{based} {told}") is None


def test_a_definition_that_is_only_explained_let_nobody_in(shipped: Atlas) -> None:
    told = "According to the Canadian Consensus Criteria, pain and other symptoms lead to the diagnosis of ME/CFS."
    assert definitions(shipped, told) is None
