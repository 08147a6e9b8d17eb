"""Findings of a few studies lined up by concept: whether they agree, by the rule of standings, and why not."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_samples import config, entry, vocabulary

from entries.atlas import Atlas
from entries.study import Direction, Study
from explorer.lined_up import Accord, Line, lined_up
from explorer.uncomparable import names_of
from graph.agreement import agreed
from graph.comparable import goes_with, sorting
from graph.directions import COMPARED
from graph.standing import standing
from graph.standings import Standing

COMPARING = {
    "apart": ["trial"],
    "against": [{"kind": "people", "words": ["healthy"]}, {"kind": "treatment", "words": ["placebo"]}],
}


def finding(concepts: str, direction: str | None = "increased", comparison: str | None = None) -> dict[str, Any]:
    told = {"text": f"About {concepts}.", "concepts": concepts.split(), "direction": direction}
    return told | ({"comparison": comparison} if comparison else {})


def made(*findings: list[dict[str, Any]], **last: Any) -> tuple[Atlas, list[Study]]:
    """An atlas of studies with these findings; ``last``: what is otherwise in the last of them."""
    several = [
        entry(f"smith-{2000 + n}-study", year=2000 + n, findings=found, **(last if n == len(findings) - 1 else {}))
        for n, found in enumerate(findings)
    ]
    return Atlas.of(config(comparing=COMPARING), vocabulary(), several), several


def only_line(atlas: Atlas, several: list[Study]) -> Line:
    (line,) = lined_up(atlas, several).lines
    return line


@pytest.mark.parametrize(
    ("one", "other", "accord"),
    [
        (finding("il-1b"), finding("il-1b"), Accord.AGREE),
        (finding("il-1b"), finding("il-1b", "decreased"), Accord.DIFFER),
        (finding("il-1b", "mixed"), finding("il-1b", "increased"), Accord.DIFFER),
        (finding("il-1b", "increased", "healthy"), finding("il-1b", "increased", "placebo"), Accord.NOT_COMPARED),
        (finding("il-1b", "increased", "healthy"), finding("il-1b"), Accord.AGREE),
        (finding("il-1b", "associated"), finding("il-1b", "associated"), Accord.NOT_COMPARED),
        (finding("il-1b", None), finding("il-1b"), Accord.NOT_COMPARED),
        (finding("pain"), finding("pain"), Accord.NOT_COMPARED),
    ],
)
def test_two_findings_on_one_concept(one: dict[str, Any], other: dict[str, Any], accord: Accord) -> None:
    line = only_line(*made([one], [other]))
    assert line.accord is accord
    assert bool(line.pairs[0].why) == (accord is Accord.NOT_COMPARED)


@pytest.mark.parametrize(
    ("one", "other", "last", "why"),
    [
        (finding("il-1b", None), finding("il-1b"), {}, "Adams & Brown 2000, finding 1: it gives no direction"),
        (finding("pain"), finding("pain"), {}, "Pain is a heading with narrower concepts below"),
        (finding("il-1b fever"), finding("il-1b"), {}, "Adams & Brown 2000 is about IL-1β with Fever; "),
        (finding("il-1b pain"), finding("il-1b"), {}, "it is about Pain as well, a heading"),
        (finding("il-1b", "associated"), finding("il-1b"), {}, "it says what goes together"),
        (finding("il-1b", "increased", "healthy"), finding("il-1b", "mixed", "placebo"), {}, "2001 with “placebo”"),
        (finding("il-1b"), finding("il-1b"), {"design": "trial"}, "2001 is a study of the design “Trial”"),
    ],
)
def test_why_they_cannot_be_compared(one: dict[str, Any], other: dict[str, Any], last: Any, why: str) -> None:
    atlas, several = made([one], [other], **last)
    line = next(line for line in lined_up(atlas, several).lines if {"il-1b", "pain"} & {*line.concepts})
    assert line.accord is Accord.NOT_COMPARED
    assert why in "; ".join(line.pairs[0].why)


def test_a_retracted_study_is_held_against_none() -> None:
    several = [entry(f"smith-{year}-study", year=year, findings=[finding("il-1b")]) for year in (2000, 2001)]
    notice = entry("smith-2002-note", links=[{"relation": "retracts", "study": "smith-2001-study"}])
    line = only_line(Atlas.of(config(), vocabulary(), [*several, notice]), several)
    assert (line.accord, line.pairs[0].why) == (Accord.NOT_COMPARED, ("Adams & Brown 2001 was retracted",))


@pytest.mark.parametrize(("relation", "said"), [("replicates", True), ("disputes", True), ("cites", False)])
@pytest.mark.parametrize("concept", ["il-1b", "fever"])
def test_links_that_standings_go_by_are_told(relation: str, said: bool, concept: str) -> None:
    link = [{"relation": relation, "study": "smith-2000-study"}]
    own = [finding(f"{concept} uric-acid", "associated")]
    atlas, several = made([finding("il-1b uric-acid", "associated")], own, links=link)
    (pair,) = only_line(atlas, several).pairs
    stands = standing(atlas, several[0].id).findings[0].standing
    assert bool(pair.links) == (said and concept == "il-1b") == (stands is not Standing.PRELIMINARY)


def test_of_several_some_agree_and_some_differ() -> None:
    atlas, several = made([finding("il-1b")], [finding("il-1b")], [finding("il-1b", "decreased")], [finding("fever")])
    found = lined_up(atlas, several)
    line = found.lines[0]
    assert line.accord is Accord.PARTLY
    assert {pair.places: pair.accord for pair in line.pairs} == {
        (0, 1): Accord.AGREE,
        (0, 2): Accord.DIFFER,
        (1, 2): Accord.DIFFER,
    }
    assert found.counts((0, 1)) == {Accord.AGREE: 1}
    assert [(one.place, one.concepts) for one in found.alone] == [(3, ("fever",))]


def test_what_is_broader_or_narrower_is_told_of_what_only_one_has() -> None:
    atlas, several = made([finding("pain")], [finding("toe-pain")])
    assert [(one.concepts, one.kin) for one in lined_up(atlas, several).alone] == [
        (("pain",), ((1, "toe-pain"),)),
        (("toe-pain",), ((0, "pain"),)),
    ]


def test_concepts_that_the_same_findings_are_on_stand_in_one_line() -> None:
    line = only_line(*made([finding("il-1b uric-acid")], [finding("il-1b uric-acid", "decreased")]))
    assert (line.concepts, line.accord) == (("il-1b", "uric-acid"), Accord.DIFFER)


FINDINGS = st.lists(
    st.builds(
        finding,
        st.sampled_from(["il-1b", "fever", "pain", "il-1b fever"]),
        # What went together in one finding and not in another of a study is mixed by the rule: told apart below.
        st.sampled_from([None, *(d.value for d in Direction if d is not Direction.NOT_ASSOCIATED)]),
        st.sampled_from([None, "healthy", "placebo", "something"]),
    ),
    min_size=1,
    max_size=4,
)


@given(st.lists(FINDINGS, min_size=2, max_size=4), st.sampled_from(["trial", "case-control"]))
@settings(max_examples=80, deadline=None)
def test_what_can_be_compared_is_what_the_rule_says(told: list[list[dict[str, Any]]], design: str) -> None:
    atlas, several = made(*told, design=design)

    def comparable(one: Study, other: Study, concept: str) -> bool:
        pairs = ((a, b) for a in one.findings for b in other.findings if concept in a.concepts)
        return any(
            {*a.concepts} == {*b.concepts}
            and {a.direction, b.direction} <= {*COMPARED}
            and agreed(atlas).is_narrow(frozenset(a.concepts))
            and goes_with(sorting(atlas).of(one, a))[sorting(atlas).of(other, b)]
            for a, b in pairs
        )

    for line in lined_up(atlas, several).lines:
        for pair in line.pairs:
            first, second = (several[place] for place in pair.places)
            assert {bool(pair.held)} == {comparable(first, second, concept) for concept in line.concepts}
            assert bool(pair.held) != bool(pair.why)


def test_a_study_at_odds_with_itself_is_mixed_as_for_standings() -> None:
    atlas, several = made([finding("fever", "associated"), finding("fever", "not-associated")], [finding("fever")])
    (held,) = only_line(atlas, several).pairs[0].held
    assert held.verdicts == ("mixed", "increased")
    assert standing(atlas, several[1].id).findings[0].otherwise == 1


@given(FINDINGS, FINDINGS)
@settings(max_examples=80, deadline=None)
def test_what_agrees_is_what_standings_count(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    atlas, several = made(one, other)
    found = lined_up(atlas, several)
    for line in found.lines:
        judged = [
            standing(atlas, study.id).findings[number - 1]
            for study, numbers in zip(several, line.findings, strict=True)
            for number in numbers
        ]
        agreeing = {held.agrees for pair in line.pairs for held in pair.held}
        assert (True in agreeing) == any(one.same for one in judged)
        assert (False in agreeing) == any(one.otherwise for one in judged)


def test_studies_called_alike_are_told_apart() -> None:
    alike = [entry("smith-2001-one"), entry("smith-2001-two"), entry("smith-2002-three", year=2002)]
    assert names_of(alike) == ("Adams & Brown 2001 (a)", "Adams & Brown 2001 (b)", "Adams & Brown 2002")
