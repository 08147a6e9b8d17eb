"""Designs told by weighing cues: what carries a decision, what rules it out, and files that do not agree."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_samples import designs, reading

from intake.cues import BRIEF, Balance, CueRules, Cues, CueWeights
from intake.design import marks_in
from intake.literals import needs
from intake.rulebook import PolicyError

RULES = {
    "version": "v1",
    "cues": [
        {"id": "title-review", "where": "title", "reason": "r", "patterns": [r"\breview\b"]},
        {"id": "bases", "where": "abstract", "distinct": 2, "reason": "r", "patterns": ["PubMed", "Embase"]},
        {"id": "mice", "where": "text", "times": 2, "reason": "r", "patterns": [r"\bmice\b"]},
        {"id": "reply", "where": "title", "reason": "r", "patterns": ["^reply"]},
    ],
    "designs": [
        {"value": "plan", "reason": "r", "for": ["design.plan"]},
        {
            "value": "review",
            "reason": "It reviews.",
            "for": ["title-review", "bases"],
            "against": ["mice"],
            "needs": ["title-review", "bases"],
            "never": ["reply"],
            "unless": ["plan"],
        },
    ],
}
WEIGHTS = {
    "version": "v1",
    "learnt": "by hand",
    "designs": {
        "plan": {"intercept": -1, "brief": -1, "weights": {"design.plan": 2}},
        "review": {"intercept": -2.5, "brief": -1, "weights": {"title-review": 2, "bases": 1, "mice": -1.5}},
    },
}
LONG = "Something long is said here. " * (BRIEF // 20)


def cues(**weights: object) -> Cues:
    made = {**WEIGHTS, "designs": {**WEIGHTS["designs"], **weights}}  # type: ignore[dict-item]
    return Cues(CueRules.model_validate(RULES), CueWeights.model_validate(made))


def marked(title: str, abstract: str = "", plan: bool = False) -> set[str]:
    return set(cues().marks(reading(title, abstract), {"design.plan": ((0, 1),)} if plan else {}))


@pytest.mark.parametrize(
    ("title", "abstract", "found"),
    [
        ("A review", "", True),  # without an abstract less is asked for
        ("A review", LONG, False),
        ("A review", LONG + "PubMed and Embase were searched.", True),
        ("A review", LONG + "PubMed and pubmed were searched.", False),  # one and the same
        ("A review", LONG + "PubMed, Embase: mice.", True),
        ("A review of mice", LONG + "PubMed, Embase: mice.", False),
        ("Reply: a review", "", False),
        ("A study", "PubMed and Embase were searched.", False),
    ],
)
def test_cues_are_weighed(title: str, abstract: str, found: bool) -> None:
    assert ("review" in marked(title, abstract)) == found


def test_another_design_rules_it_out() -> None:
    assert marked("A review", plan=True) == {"plan"}


def test_a_decision_shows_its_sum_and_quotes_its_words() -> None:
    text = LONG + "PubMed and Embase were searched in mice."
    shown = reading("A review of mice", text)
    held = cues(review={**WEIGHTS["designs"]["review"], "intercept": -1}).marks(shown, {})["review"]  # type: ignore[index]
    assert held.note == "score 0.5: title-review +2.0, bases +1.0, mice -1.5"
    assert [e.quote for e in held.evidence] == ["review", "PubMed"]
    assert all(shown.text[e.start : e.end] == e.quote for e in held.evidence)
    assert held.rule.id == "cues.review" and held.rule.confidence == "likely"


@pytest.mark.parametrize(
    ("statement", "abstract", "found"),
    [
        ("design.review", LONG + "PubMed and Embase were searched.", True),
        ("design.review", LONG, False),  # nothing beside it that such a paper tells
        ("design.title", LONG, True),  # sure by itself
        ("", LONG + "PubMed and Embase were searched.", False),  # nothing is said: the sum decides
    ],
)
def test_a_statement_settles_what_the_sum_would_deny(statement: str, abstract: str, found: bool) -> None:
    review = {**RULES["designs"][1], "settled_by": {"design.review": ["bases"], "design.title": []}}  # type: ignore[index,dict-item]
    rules = CueRules.model_validate({**RULES, "designs": [RULES["designs"][0], review]})  # type: ignore[index]
    shown = reading("A study", abstract)
    weights = {
        **WEIGHTS,
        "designs": {**WEIGHTS["designs"], "review": {"intercept": -9, "brief": -9, "weights": {"bases": 1}}},
    }  # type: ignore[dict-item]
    needless = rules.model_copy(update={"designs": tuple(d.model_copy(update={"needs": ()}) for d in rules.designs)})
    known = {statement: ((0, 7),)} if statement else {}
    held = Cues(needless, CueWeights.model_validate(weights)).marks(shown, known)
    assert ("review" in held) == found
    if found:
        note = held["review"].note or ""
        assert note.startswith(f"settled by {statement}; score -") and held["review"].rule.confidence == "likely"
        assert held["review"].evidence[0].quote == "A study"


def test_what_settles_a_design_is_known() -> None:
    wrong = {**RULES, "designs": [{**RULES["designs"][0], "settled_by": {"design.plan": ["tilte-plan"]}}]}  # type: ignore[index]
    with pytest.raises(PolicyError, match="tilte-plan, which is no cue"):
        Cues(CueRules.model_validate(wrong), CueWeights.model_validate(WEIGHTS))


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({"title-review": -1}, "title-review weighs -1.0, but .* speaks against"),
        ({"mice": 1}, "mice weighs 1.0, but .* speaks for"),
        ({"cats": 1}, "cats weighs 1.0"),
    ],
)
def test_weights_that_the_cues_deny_are_told(weights: dict[str, float], told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        cues(review={"intercept": 0, "brief": 0, "weights": weights})


def test_missing_weights_and_unknown_cues_are_told() -> None:
    rules = CueRules.model_validate(RULES)
    with pytest.raises(PolicyError, match="no weights for plan"):
        Cues(rules, CueWeights(version="v1", learnt="nothing", designs={}))
    wrong = {**RULES, "designs": [{"value": "plan", "reason": "r", "for": ["tilte-plan"]}]}
    with pytest.raises(PolicyError, match="tilte-plan, which is no cue"):
        Cues(CueRules.model_validate(wrong), CueWeights.model_validate(WEIGHTS))
    with pytest.raises(PolicyError, match="missing"):
        Cues.load(Path("nowhere"))


TRIAL = reading(
    "Effect of saline on walking: a randomised controlled trial",
    "Saline is cheap. Eighty patients were randomly assigned to saline or placebo in this double-blind trial. Walking "
    "was the primary outcome. Walking improved in the saline group compared with the placebo group (p = 0.03). Adverse "
    "events were rare in both groups. Larger trials of saline are needed. Registered as NCT01234567.",
)
REVIEW = reading(
    "Saline for walking: what the trials say",
    "We searched PubMed, Embase and the Cochrane Library for randomised controlled trials of saline. Two reviewers "
    "extracted data and assessed the risk of bias. Twelve trials with 940 patients were included. In the "
    "random-effects meta-analysis saline improved walking (pooled mean difference 12 m), with heterogeneity between "
    "studies. Further randomised trials are needed.",
)
CARP = reading(
    "Water quality and the growth of carp",
    "Water quality decides how fish grow. In all, 800 fish were randomly distributed into four groups of tanks and fed "
    "three times a day. Growth was measured for twelve weeks. Fish in clean water grew significantly better (p < 0.05) "
    "and their feed was used better than in the tanks with water of low quality, which should be avoided in ponds.",
)


def test_a_trial_is_told_from_a_review_of_trials() -> None:
    assert "randomised-controlled-trial" in marks_in(TRIAL, designs())
    found = marks_in(REVIEW, designs())
    assert {"systematic-review", "meta-analysis"} <= set(found)
    assert "randomised-controlled-trial" not in found


def test_what_is_divided_by_chance_is_people() -> None:
    assert "randomised-controlled-trial" not in marks_in(CARP, designs())


def test_the_name_of_a_protocol_is_no_plan() -> None:
    found = marks_in(
        reading("Two scanning protocols for chest CT compared", "Doses were lower with the second."), designs()
    )
    assert "named-protocol" in found and "protocol" not in found


def test_a_correction_of_a_trial_is_no_trial() -> None:
    found = marks_in(
        reading("Correction: Saline: a randomised controlled trial", "[This corrects the article.]"), designs()
    )
    assert "correction" in found
    assert designs().cues.values.isdisjoint(found)


def test_a_correction_of_a_plan_is_not_named_a_protocol() -> None:
    shown = reading("Correction: Saline for walking: study protocol", "[This corrects the article.]")
    assert {"protocol", "named-protocol"}.isdisjoint(marks_in(shown, designs()))


@pytest.mark.parametrize(("how", "found"), [("systematically ", True), ("", False)])
def test_a_review_is_systematic_where_it_says_so(how: str, found: bool) -> None:
    text = (
        f"We {how}searched PubMed and Embase for studies of saline. Two reviewers extracted data and assessed study "
        "quality. Twelve studies with 940 patients were included. Saline was cheap in ten of the studies, and dear in "
        "two of them. What saline does to walking remains to be seen, as most studies were small and short."
    )
    assert ("systematic-review" in marks_in(reading("Saline and walking", text), designs())) == found


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Saline and walking", "Thirty Wistar rats were divided into three groups and given saline, 5 mg/kg i.p. "),
        ("Saline and walking", "Knockout mice and wild-type mice received saline. Mice walked in the open field. "),
    ],
)
def test_rodents_that_were_given_something_are_what_was_studied(title: str, said: str) -> None:
    after = "Walking was measured for ten days. Saline changed the way that rats and mice walked. " * 3
    assert "rodent" in marks_in(reading(title, said + after), designs())


def test_rodents_that_others_studied_are_not_what_was_studied() -> None:
    text = "Studies in mice have shown that saline is safe. Here we asked forty farmers what they know of saline. " * 3
    assert "rodent" not in marks_in(reading("Saline on farms", text), designs())


def test_a_mouse_antibody_is_no_mouse() -> None:
    text = (
        "Sections were stained with a mouse monoclonal antibody and an anti-mouse serum, and looked at by two people. "
    )
    assert "rodent" not in marks_in(reading("Saline in tissue", text * 4), designs())


WORDS = sorted({w for c in designs().cues.rules.cues for p in c.patterns for w in re.findall(r"[a-z]{4,}", p)})


@given(st.lists(st.sampled_from(WORDS), max_size=60), st.lists(st.sampled_from(WORDS), max_size=8))
def test_what_is_spared_could_not_have_held(abstract: list[str], title: list[str]) -> None:
    """Designs are passed over where the words of a text cannot outweigh the intercept: the full sum agrees."""
    shown = reading(" ".join(title) or "x", " ".join(abstract) + ".")
    found = designs().cues.marks(shown, {})
    for balance, weighing in designs().cues.designs:
        total = weighing.brief if len(shown.abstract) < BRIEF else weighing.intercept
        total += sum(w for c, w in weighing.weights.items() if designs().cues.borne(shown, c))
        if total <= 1e-9:
            assert balance.value not in found
        elif balance.value not in found:
            assert ruled_out(shown, balance, set(found)), balance.value


def ruled_out(shown: object, balance: Balance, found: set[str]) -> bool:
    borne = designs().cues.borne
    never = any(borne(shown, c) for c in balance.never)  # type: ignore[arg-type]
    needed = not balance.needs or any(borne(shown, c) for c in balance.needs)  # type: ignore[arg-type]
    return never or not needed or bool(found & set(balance.unless))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            "A meta-analysis was conducted of saline and walking. Twelve studies with 940 people were included",
            True,
        ),
        ("Walking was compared through a dose-response meta-analysis. PubMed was searched for trials", True),
        (
            "We took data of nine cohorts, and performed meta-analytic quantitative syntheses. "
            "Nine studies with 940 people were included",
            True,
        ),
        ("We searched PubMed and Embase. Pain was less (12 studies of 720 people; I 2\u2009=\u200961%)", True),
        ("Pain was less in the second ward (I2 = 61%)", False),  # nothing was searched
        ("A recent meta-analysis of twelve studies with 940 people found that saline is cheap", False),
        ("A meta-analysis of genome-wide data was conducted in twelve cohorts with 940 people", False),
    ],
)
def test_a_paper_that_says_it_pooled_studies_is_a_meta_analysis(said: str, found: bool) -> None:
    after = " People walked further with saline (OR = 1.17, P = 0.01) than people without it did. " * 5
    assert ("meta-analysis" in marks_in(reading("Saline and walking", said + "." + after), designs())) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            "A systematic review of primary studies in Spanish, English or Portuguese, up to 2017, was carried out",
            True,
        ),
        ("This paper systematically reviews the literature on saline; PubMed was searched", True),
        ("We asked for a systematic way to give saline", False),
    ],
)
def test_a_paper_that_says_it_reviewed_by_a_system_is_a_systematic_review(said: str, found: bool) -> None:
    after = " Only nine studies met the criteria and were included in the second stage. " + LONG
    assert ("systematic-review" in marks_in(reading("Saline and walking", said + "." + after), designs())) == found


@pytest.mark.parametrize(
    ("title", "said", "found"),
    [
        ("Saline when sitting: a prospective, randomized study", "Ten subjects were given saline. ", True),
        ("Saline when sitting", "One-year follow-up of a randomized clinical trial. Both groups were seen. ", True),
        (
            "Saline when sitting",
            "This is proven only by a randomised prevention or treatment trial in the future. ",
            False,
        ),
        ("Saline when sitting", "Nothing should be concluded before a randomised study was done. ", False),
        (
            "Giving saline: a qualitative study",
            "Data are those of a randomised controlled trial (NCT01234567). ",
            False,
        ),
        (
            "Effects of heating in training",
            "Within a randomised contralateral-limb study, both legs of ten adults were heated. ",
            True,
        ),
        ("Heating in training", "Within twelve weeks, both legs of ten adults were heated. ", False),
    ],
)
def test_a_trial_is_randomised_where_it_says_so_of_itself(title: str, said: str, found: bool) -> None:
    after = "Pain was rated by each of them and did not differ (p = 0.5). " * 6
    assert ("randomised-controlled-trial" in marks_in(reading(title, said + after), designs())) == found


def test_people_who_were_parted_by_chance_and_what_their_groups_told_make_a_trial() -> None:
    title = "Effect of a walking program"
    text = "Forty adults were randomly assigned to the experimental or control arm. The course was held in two towns. "
    told = "The experimental group reported more walking than others eight weeks later. "
    assert "randomised-controlled-trial" in marks_in(reading(title, text + told + LONG), designs())


@pytest.mark.parametrize(
    ("cue", "said", "borne"),
    [
        ("of-one-trial", "One-year follow-up of a randomized clinical trial.", True),
        ("of-one-trial", "These are data from the cluster randomised Rest trial.", True),
        ("of-one-trial", "Results of a non-randomised trial are told.", False),
        ("of-one-trial", "Results of randomised trials are told.", False),
        ("searched", "We surveyed studies on rest that are listed in databases (PubMed, SciELO).", True),
        ("searched", "Patients were identified in two wards.", False),
    ],
)
def test_cues_stand_where_their_words_do(cue: str, said: str, borne: bool) -> None:
    assert bool(designs().cues.borne(reading("Saline", said), cue)) == borne


def test_a_trial_with_one_arm_is_not_randomised() -> None:
    text = "A single arm trial of saline (NCT01234567). Pain fell. A randomised, placebo-controlled trial is warranted."
    assert "randomised-controlled-trial" not in marks_in(reading("Saline for pain: a pilot study", text), designs())


@pytest.mark.parametrize(
    "piece",
    ["randomised ", "two studies ", "this systematic ", "in the a, b, randomised, ", "twelve small (a) ", "1 ", "a-"],
)
def test_text_made_to_take_long_does_not(piece: str) -> None:
    """Every word that any pattern needs is there, each in a sentence of its own, behind much of what begins matches."""
    words = sorted({w for c in designs().cues.rules.cues for p in c.patterns for need in needs(p) for w in need})
    shown = reading("Saline", piece * (30_000 // len(piece)) + ". " + ". ".join(words))
    started = time.process_time()
    marks_in(shown, designs())
    assert time.process_time() - started < 20
