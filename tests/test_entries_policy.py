"""The PEM rule. What to expect is written down here again, from the design, not taken from the code."""

from itertools import product

import pytest
from entry_samples import study

from entries.atlas import Atlas
from entries.policy import PemStatus, pem_badge
from entries.vocabulary import Concept, Scheme, Vocabulary

REQUIRED, NOT_REQUIRED, UNCLEAR = "pem-required", "pem-not-required", "pem-unclear"

# How each definition treats PEM, and so the badge of a study that names it alone.
ALONE = {
    "ramsay-1986": REQUIRED,
    "london-1994": REQUIRED,
    "canadian-consensus-2003": REQUIRED,
    "jason-paediatric-2006": REQUIRED,
    "international-consensus-2011": REQUIRED,
    "iom-seid-2015": REQUIRED,
    "nice-2021": REQUIRED,
    "holmes-1988": NOT_REQUIRED,
    "fukuda-1994": NOT_REQUIRED,
    "oxford-1991": NOT_REQUIRED,
    "reeves-2005": NOT_REQUIRED,
    "nice-2007": UNCLEAR,
    "australian-1990": UNCLEAR,
    "rowe-2017": UNCLEAR,
}

# Two definitions. any: whoever met one of them was in, so it was required only where both require it, and was not
# where one of them certainly does not. all: everybody met both, so one that requires it is enough.
ANY = {
    (REQUIRED, REQUIRED): REQUIRED,
    (REQUIRED, NOT_REQUIRED): NOT_REQUIRED,
    (REQUIRED, UNCLEAR): UNCLEAR,
    (NOT_REQUIRED, NOT_REQUIRED): NOT_REQUIRED,
    (NOT_REQUIRED, UNCLEAR): NOT_REQUIRED,
    (UNCLEAR, UNCLEAR): UNCLEAR,
}
ALL = {
    (REQUIRED, REQUIRED): REQUIRED,
    (REQUIRED, NOT_REQUIRED): REQUIRED,
    (REQUIRED, UNCLEAR): REQUIRED,
    (NOT_REQUIRED, NOT_REQUIRED): NOT_REQUIRED,
    (NOT_REQUIRED, UNCLEAR): UNCLEAR,
    (UNCLEAR, UNCLEAR): UNCLEAR,
}


@pytest.fixture(scope="module")
def vocabulary(shipped: Atlas) -> Vocabulary:
    return shipped.vocabulary


def test_the_table_knows_every_shipped_definition(vocabulary: Vocabulary) -> None:
    assert {c.id for c in vocabulary.of_scheme("case-definition")} == set(ALONE)


@pytest.mark.parametrize("how", ["any", "all"])
@pytest.mark.parametrize(("definition", "expected"), ALONE.items())
def test_one_definition(vocabulary: Vocabulary, how: str, definition: str, expected: str) -> None:
    badge = pem_badge(study(case_definition={how: [definition]}), vocabulary)
    assert (badge.status, badge.conflict) == (expected, None)
    assert vocabulary.label(definition) in badge.reason


@pytest.mark.parametrize(("how", "table"), [("any", ANY), ("all", ALL)])
def test_every_pair_in_both_orders(vocabulary: Vocabulary, how: str, table: dict[tuple[str, str], str]) -> None:
    for one, other in product(ALONE, repeat=2):
        kinds = (ALONE[one], ALONE[other])
        expected = table[kinds] if kinds in table else table[kinds[::-1]]
        badge = pem_badge(study(case_definition={how: [one, other]}), vocabulary)
        assert badge.status == expected, (how, one, other)
        assert badge.conflict is None
        assert f"met {how} of these" in badge.reason
        assert vocabulary.label(one) in badge.reason and vocabulary.label(other) in badge.reason


def test_three_definitions(vocabulary: Vocabulary) -> None:
    every = ["nice-2021", "iom-seid-2015", "canadian-consensus-2003"]
    mixed = ["nice-2021", "nice-2007", "fukuda-1994"]
    expected = {
        ("any", True): REQUIRED,
        ("all", True): REQUIRED,
        ("any", False): NOT_REQUIRED,
        ("all", False): REQUIRED,
    }
    for (how, uniform), status in expected.items():
        ids = every if uniform else mixed
        assert pem_badge(study(case_definition={how: ids}), vocabulary).status == status


def test_no_definition_is_unclear_whatever_the_text_says(vocabulary: Vocabulary) -> None:
    words = "All patients had severe post-exertional malaise (PEM)."
    badge = pem_badge(study(summary=words, title=words, conclusions=[words]), vocabulary)
    assert badge.status == UNCLEAR
    assert "No case definition is named" in badge.reason


@pytest.mark.parametrize("definition", [None, *ALONE])
def test_a_paper_that_mandates_pem_overrides_with_its_quote(vocabulary: Vocabulary, definition: str | None) -> None:
    use = {"any": [definition]} if definition else {}
    badge = pem_badge(study(case_definition=use, pem={"stated": "required", "quote": "PEM was mandatory"}), vocabulary)
    assert (badge.status, badge.conflict) == (REQUIRED, None)
    assert "“PEM was mandatory”" in badge.reason


@pytest.mark.parametrize("stated", ["optional", "absent"])
@pytest.mark.parametrize(("definition", "alone"), ALONE.items())
def test_a_paper_that_did_not_ask_for_pem(vocabulary: Vocabulary, stated: str, definition: str, alone: str) -> None:
    entry = study(case_definition={"any": [definition]}, pem={"stated": stated, "quote": "PEM was not needed"})
    badge = pem_badge(entry, vocabulary)
    assert "“PEM was not needed”" in badge.reason
    if alone == REQUIRED:  # it contradicts its own definition: both are shown
        assert badge.status == UNCLEAR
        assert badge.conflict is not None
        assert "PEM was not needed" in badge.conflict and vocabulary.label(definition) in badge.conflict
    else:
        assert (badge.status, badge.conflict) == (NOT_REQUIRED, None)


def test_a_statement_against_several_definitions(vocabulary: Vocabulary) -> None:
    pem = {"stated": "absent", "quote": "x"}
    all_of = study(case_definition={"all": ["fukuda-1994", "nice-2021"]}, pem=pem)
    any_of = study(case_definition={"any": ["fukuda-1994", "nice-2021"]}, pem=pem)
    assert pem_badge(all_of, vocabulary).conflict
    assert pem_badge(any_of, vocabulary) == pem_badge(study(pem=pem), vocabulary)


def test_a_definition_that_says_nothing_on_pem_or_is_unknown_is_ambiguous() -> None:
    silent = Concept(id="silent", label="Silent", plain="Silent", definition="x")
    vocabulary = Vocabulary(
        [Scheme(scheme="case-definition", label="x", plural="x", definition="x", concepts=(silent,))]
    )
    for definition in ("silent", "unknown"):
        badge = pem_badge(study(case_definition={"any": [definition]}), vocabulary)
        assert badge.status == UNCLEAR
        assert "leaves it open" in badge.reason


def test_every_status_is_a_concept(vocabulary: Vocabulary) -> None:
    assert {c.id for c in vocabulary.of_scheme("pem-status")} == set(PemStatus)
