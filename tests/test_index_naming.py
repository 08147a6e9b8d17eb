"""Values of facets that are no concepts: what a study counts for, what they are called, how a reader names them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_fixtures import config, study, vocabulary

from entries.study import Direction, Participants
from index.fields import Facet, facets
from index.naming import DIRECTIONS, Naming
from index.sources import SOURCES, size_range, size_ranges

FACETS = {f.name: f for f in facets(config())}
WORDS = vocabulary()


def naming(facet: str) -> Naming:
    return Naming(FACETS[facet], WORDS)


def test_every_direction_has_a_name() -> None:
    assert list(DIRECTIONS) == [direction.value for direction in Direction]


@given(st.lists(st.integers(1, 2000), unique=True, max_size=6).map(sorted).map(tuple), st.integers(0, 3000))
def test_every_number_lies_in_one_range(bounds: tuple[int, ...], size: int) -> None:
    value = size_range(Participants(total=size), bounds)
    assert value in size_ranges(bounds)
    first, _, last = value.partition("-")
    assert int(first) <= size <= (int(last) if last else size)


@pytest.mark.parametrize(
    ("given_size", "value"),
    [(0, "0-19"), (19, "0-19"), (20, "20-49"), (499, "100-499"), (500, "500-"), (10**9, "500-"), (None, "unknown")],
)
def test_usual_ranges(given_size: int | None, value: str) -> None:
    assert size_range(Participants(total=given_size), ()) == value


@pytest.mark.parametrize(
    ("controls", "value"), [(None, "unknown"), (0, "without-controls"), (1, "with-controls"), (40, "with-controls")]
)
def test_controls_are_never_guessed(controls: int | None, value: str) -> None:
    one = study("x", participants={"patients": 5, "controls": controls, "groups": [{"label": "controls", "n": 3}]})
    assert list(SOURCES["controls"](WORDS, one, ())) == [value]


def test_claims_are_of_findings_with_a_direction() -> None:
    one = study(
        "x",
        findings=[
            {"text": "a", "concepts": ["nk-cell-function", "fatigue"], "direction": "decreased"},
            {"text": "b", "concepts": ["lactate"]},
            {"text": "c", "concepts": ["no-such"], "direction": "mixed"},
        ],
    )
    assert set(SOURCES["claim"](WORDS, one, ())) == {
        "nk-cell-function:decreased",
        "immune-marker:decreased",
        "fatigue:decreased",
    }
    assert list(SOURCES["direction"](WORDS, one, ())) == ["decreased", "mixed"]


@pytest.mark.parametrize(
    ("facet", "value", "label"),
    [
        ("participants", "0-19", "Under 20"),
        ("participants", "20-49", "20 to 49"),
        ("participants", "500-", "500 or more"),
        ("participants", "unknown", "Not stated"),
        ("controls", "with-controls", "With controls"),
        ("direction", "no-difference", "No difference"),
        ("claim", "nk-cell-function:decreased", "NK cell function: decreased"),
        ("claim", "no-such:decreased", "no-such: decreased"),
        ("claim", "nonsense", "nonsense"),
        ("claim", ":decreased", ":decreased"),
        ("symptom", "pain", "Pain"),
        ("journal", "Annals", "Annals"),
    ],
)
def test_labels(facet: str, value: str, label: str) -> None:
    assert naming(facet).label(value) == label


@pytest.mark.parametrize(
    ("facet", "text", "values"),
    [
        ("participants", "20-49", ["20-49"]),
        ("participants", "20 TO 49", ["20-49"]),
        ("participants", "not stated", ["unknown"]),
        ("participants", "7", []),
        ("controls", "With controls", ["with-controls"]),
        ("direction", "no difference", ["no-difference"]),
        ("claim", "NK cytotoxicity: decreased", ["nk-cell-function:decreased"]),
        ("claim", "immune-marker:no difference", ["immune-marker:no-difference"]),
        ("claim", "immune-marker:sideways", []),
        ("claim", "immune-marker", []),
        ("symptom", "brain fog", ["cognitive-dysfunction"]),
        ("journal", "Annals of Tests", ["Annals of Tests"]),
    ],
)
def test_values_that_a_reader_means(facet: str, text: str, values: list[str]) -> None:
    assert naming(facet).named(text) == values


def test_a_tree_in_which_every_concept_stands_once() -> None:
    biomarker = naming("biomarker")
    assert biomarker.parents["tnf-alpha"] == "cytokine"
    assert [biomarker.depth(v) for v in ("immune-marker", "cytokine", "tnf-alpha", "unknown value")] == [0, 1, 2, 0]
    assert naming("journal").parents == {}


def test_what_holds_a_value() -> None:
    assert naming("symptom").broader("migraine") == ("headache", "pain")
    assert naming("claim").broader("tnf-alpha:mixed") == ("cytokine:mixed", "immune-marker:mixed")
    assert naming("claim").broader("nonsense") == naming("journal").broader("x") == ()


def test_bounds_of_an_atlas_are_used() -> None:
    facet = Facet("people", "People", "size", "scheme", None, (10, 100))
    assert list(Naming(facet, WORDS).declared) == ["0-9", "10-99", "100-", "unknown"]
