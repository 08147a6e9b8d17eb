"""Terms of the vocabularies in a record: which are studied, which are only named, and which are denied."""

import pytest
from intake_samples import reading, rules

from entries.atlas import Atlas
from intake.concepts import concepts, mentions, terms
from intake.record import Section
from intake.terms import Terms


@pytest.fixture(scope="module")
def known(shipped: Atlas) -> Terms:
    return terms(shipped.vocabulary, rules("concepts"))


def tags(known: Terms, title: str, *abstract: str) -> dict[str, tuple[object, ...]]:
    found = concepts(reading(title, *abstract), known, rules("concepts"))
    return {d.name.removeprefix("tags."): d.value for d in found if isinstance(d.value, tuple)}


def test_the_title_and_what_was_measured_are_tags(known: Terms) -> None:
    found = tags(known, "Lactate in ME/CFS.", "We measured IL-6 and headache in patients.")
    assert found == {"symptom": ("headache",), "biomarker": ("lactate", "il-6")}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("We measured an autoantibody in blood.", "autoantibodies"),  # the vocabulary has the plural
        ("HsCRP was measured.", "c-reactive-protein"),  # begins the sentence with a capital
        ("V\u0307O2peak was measured.", "vo2-peak"),  # the dot is a character of its own
        ("M3-muscarinic acetylcholine receptor antibodies were measured.", "muscarinic-receptor-autoantibodies"),
    ],
)
def test_other_spellings_of_a_term_are_known(known: Terms, text: str, concept: str) -> None:
    assert tags(known, "A study.", text)["biomarker"] == (concept,)


@pytest.mark.parametrize("text", ["NF-κB", "NF kappa B", "NF-kB"])
def test_spellings_do_not_matter(known: Terms, text: str) -> None:
    assert "nf-kappa-b" in tags(known, "A study.", f"We measured {text} in cells.").get("biomarker", ())


@pytest.mark.parametrize(
    "sentence",
    [
        "We saw no headache.",
        "Patients without headache were compared.",
        "They denied headache when we asked.",
        "Neither dizziness nor headache was found.",
        "Unlike headache, it rose significantly.",
        "We excluded migraine and headache.",
        "The disease is a condition with headache.",
        "The illness is characterised by headache.",
        "These findings suggest that headache matters.",
        "Future studies should look at headache.",
        "Previous studies found headache.",
        "Lactate rose, suggesting a role of light in headache.",
        "Another study of adolescents found headache.",
        "A study showed efficacy against headache.",
        "Our working hypothesis is that headache is increased by light.",
        "Patients associate headache with light, but why has not been determined.",
        "The drug has shown promise and reduced headache.",
    ],
)
def test_denied_excluded_or_only_mentioned(known: Terms, sentence: str) -> None:
    assert "headache" not in tags(known, "A study.", sentence).get("symptom", ())


@pytest.mark.parametrize(
    "sentence",
    [
        "There was no difference in headache between the groups.",
        "We found no significant association with headache.",
        "Headache did not change (p = 0.4).",
        "Patients had headache, but no fever was measured.",
    ],
)
def test_measured_without_a_difference_is_measured(known: Terms, sentence: str) -> None:
    assert "headache" in tags(known, "A study.", f"{sentence} It was so (p = 0.5).")["symptom"]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("We get what we measured at rest after a crash.", "graded-exercise-therapy"),
        ("GET was measured in MS and OI.", "multiple-sclerosis"),
        ("We measured pem files.", "post-exertional-malaise"),
        ("We measured patients with chronic fatigue syndrome.", "chronic-fatigue"),
        ("Patients with myalgic encephalomyelitis were measured.", "myalgia"),
        ("We measured arginine-rich peptides.", "arginine-metabolism"),
        ("We measured amino acid sequences.", "amino-acid-marker"),
        ("Diffuse large B-cell lymphoma was measured.", "b-cells"),
        ("We measured serious deterioration.", "progressive-course"),
        ("We measured TGF-β signaling regulator TSPYL2.", "tgf-beta"),
        ("We measured pathways in the action of rituximab.", "rituximab"),
        ("The National Institute for Pain Research measured it.", "pain"),
    ],
)
def test_letters_and_names_that_mean_something_else(known: Terms, text: str, concept: str) -> None:
    assert concept not in [c for values in tags(known, "A study.", text).values() for c in values]


def test_abbreviations_keep_their_capitals(known: Terms) -> None:
    assert tags(known, "A study.", "PEM was measured.") == {"symptom": ("post-exertional-malaise",)}


def test_an_abbreviation_of_the_record_stands_for_its_concept_from_there_on(known: Terms) -> None:
    found = mentions(
        reading("A study.", "CBF is a word. Cerebral blood flow (CBF) was seen. We measured CBF."),
        known,
        rules("concepts"),
    )
    assert [m.found.concept for m in found] == ["cerebral-blood-flow"] * 3


def test_letters_that_are_not_those_of_the_term_are_no_abbreviation_of_it(known: Terms) -> None:
    found = mentions(
        reading("A study.", "Hand grip strength (NCT) was seen. We measured NCT."), known, rules("concepts")
    )
    assert [m.found.concept for m in found] == ["hand-grip-strength"]


def test_sections_that_introduce_do_not_count(known: Terms) -> None:
    background = Section(label="BACKGROUND", text="Headache was measured.")
    results = Section(label="RESULTS", text="Dizziness was measured.")
    read = reading("A study.", abstract=(background, results))
    (decision,) = concepts(read, known, rules("concepts"))
    assert decision.value == ("dizziness",)


def test_each_mention_knows_its_place_and_rule(known: Terms) -> None:
    read = reading("Headache.", "We saw no headache.")
    found = mentions(read, known, rules("concepts"))
    assert [(m.status, m.rule) for m in found] == [("studied", "concepts.title"), ("negated", "concepts.negated")]
    assert all(read.text[m.found.start : m.found.end].lower() == "headache" for m in found)


def test_tags_are_of_the_vocabulary(known: Terms, shipped: Atlas) -> None:
    found = tags(known, "Lactate and pacing.", "We measured PEM in patients with fibromyalgia.")
    for scheme, values in found.items():
        assert all(shipped.vocabulary.scheme_of(str(c)) == scheme for c in values)


def test_what_antibodies_are_directed_at_is_not_what_was_measured(known: Terms) -> None:
    said = (
        "We measured IgG directed at neuronal proteins including tubulin (TUB), the (BBD) proteins claudin-5 and S100B."
    )
    assert tags(known, "A study.", said)["biomarker"] == ("igg",)
    assert "s100-protein" in tags(known, "A study.", "We measured IgG and S100B.")["biomarker"]
    after = "We measured IgG directed at tubulin, which correlated with S100B."
    assert "s100-protein" in tags(known, "A study.", after)["biomarker"]


def test_the_disease_under_a_wrong_name_is_no_symptom(known: Terms) -> None:
    assert "symptom" not in tags(known, "Myalgia/Chronic Fatigue Syndrome (ME/CFS) and lactate.")
    assert tags(known, "Myalgia in chronic fatigue syndrome.")["symptom"] == ("myalgia",)
