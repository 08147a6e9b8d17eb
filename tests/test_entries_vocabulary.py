"""Concepts: looked up by any of their names, walked up and down, whatever shape the hierarchy has."""

import time

import pytest
from entry_samples import texts
from hypothesis import given
from hypothesis import strategies as st

from entries.vocabulary import Concept, Scheme, Vocabulary, normalise


def concept(concept_id: str, *broader: str, synonyms: tuple[str, ...] = (), label: str = "") -> Concept:
    name = label or concept_id.title()
    return Concept(id=concept_id, label=name, plain=name, definition="x", broader=broader, synonyms=synonyms)


def scheme(name: str, *concepts: Concept) -> Scheme:
    return Scheme(scheme=name, label=name, plural=name, definition="x", concepts=concepts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NF-κB", "NF kappa B"),
        ("NF-κB", "nfkappab"),
        ("TNF-α", "TNF alpha"),
        ("TNFα", "tnf ALPHA"),
        ("IL-6", "IL6"),
        ("Sjögren", "SJOGREN"),
        ("post-exertional malaise", "Post Exertional Malaise"),
        ("μg", "µg"),
        ("CO₂", "co2"),
        ("Straße", "STRASSE"),
        ("™", "tm"),
        ("ϒ", "upsilon"),
    ],
)
def test_spellings_of_one_term_have_one_key(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_a_plus_sign_tells_cells_apart() -> None:
    assert normalise("CD4+") != normalise("CD4")
    assert normalise("CD4+ T cells") == normalise("cd4+ t-cells")


@given(st.text(max_size=60) | texts())
def test_normalise_is_idempotent(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_normalise_is_idempotent_on_every_letter() -> None:
    wrong = [hex(n) for n in range(0x20000) if normalise(normalise(chr(n))) != normalise(chr(n))]
    assert wrong == []


@given(texts(30))
def test_case_does_not_matter(text: str) -> None:
    assert normalise(text.casefold()) == normalise(text)


def test_found_by_id_label_and_synonym_in_the_scheme_asked_for() -> None:
    pain = concept("pain", synonyms=("dolor", "ache"), label="Pain and ache")
    other = concept("ache-score", synonyms=("ache",))
    vocabulary = Vocabulary([scheme("symptom", pain), scheme("measure", other)])
    assert (
        vocabulary.find("PAIN")
        == vocabulary.find("pain & ache".replace("&", "and"))
        == vocabulary.find("Dolor")
        == (pain,)
    )
    assert vocabulary.find("ache") == (pain, other)
    assert vocabulary.find("ache", "measure") == (other,)
    assert vocabulary.find("unheard of") == ()


def test_a_term_without_letters_finds_nothing() -> None:
    vocabulary = Vocabulary([scheme("s", concept("a", synonyms=("—", "!?")))])
    assert vocabulary.find("…") == vocabulary.find("") == ()


def test_it_is_a_mapping_with_schemes() -> None:
    a, b = concept("a"), concept("b")
    vocabulary = Vocabulary([scheme("one", a), scheme("two", b)])
    assert dict(vocabulary) == {"a": a, "b": b}
    assert (len(vocabulary), "b" in vocabulary, "c" in vocabulary) == (2, True, False)
    assert (vocabulary.scheme_of("b"), vocabulary.label("a"), vocabulary.label("c")) == ("two", "A", "c")
    assert (vocabulary.of_scheme("two"), vocabulary.of_scheme("none")) == ((b,), ())
    with pytest.raises(KeyError):
        vocabulary.scheme_of("c")


def test_up_and_down_nearest_first_each_once() -> None:
    vocabulary = Vocabulary(
        [scheme("s", concept("top"), concept("l", "top"), concept("r", "top"), concept("low", "l", "r"))]
    )
    assert vocabulary.ancestors("low") == ("l", "r", "top")
    assert vocabulary.descendants("top") == ("l", "r", "low")
    assert vocabulary.narrower("top") == ("l", "r")
    assert vocabulary.closure(["low", "l"]) == ("low", "l", "r", "top")
    assert vocabulary.ancestors("unknown") == vocabulary.descendants("unknown") == ()


def test_a_cycle_ends() -> None:
    vocabulary = Vocabulary([scheme("s", concept("a", "b"), concept("b", "c"), concept("c", "a"), concept("d", "d"))])
    assert vocabulary.ancestors("a") == ("b", "c")
    assert vocabulary.descendants("a") == ("c", "b")
    assert vocabulary.ancestors("d") == ()


def test_many_parents_on_many_levels_do_not_multiply() -> None:
    levels = 40
    rungs = [concept(f"{side}{i}", *(f"{s}{i - 1}" for s in "xyz" if i)) for i in range(levels) for side in "xyz"]
    vocabulary = Vocabulary([scheme("s", *rungs)])
    started = time.process_time()
    assert len(vocabulary.ancestors(f"x{levels - 1}")) == 3 * (levels - 1)
    assert len(vocabulary.descendants("x0")) == 3 * (levels - 1)
    assert time.process_time() - started < 5  # walked path by path it would take for ever
