"""The words that patterns cannot do without: leaving a pattern out because of them never changes an answer."""

import re

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from intake_samples import reading, rules

from entries.store import read_yaml
from intake.by_word import AnyOf
from intake.literals import Words, folded, needs
from intake.sought import sought

BOOKS = sorted((ROOT / "data" / "policy").glob("*.yaml"))


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        (r"\bcolou?r (?:blind|test)\b", [{"color blind", "color test", "colour blind", "colour test"}]),
        (r"\brandomi[sz]ed\b", [{"randomised", "randomized"}]),
        (r"(?-i:RCT)", [{"rct"}]),
        (r"(?:trial)?s", []),
        (r"(?:ab|trial)", []),
        (r"(?:trial){2,}", [{"trial"}]),
        (r"(?!never)\w+", []),
        (r"\bcell(?=ular)", [{"cell"}]),
        (r"\bp ?[<=>≤] ?0", [{"<", "=", ">", "≤"}]),
        (r"\b95 ?%", [{"95%", "95 %"}]),
        (r"\b(?:than|vs\.?) ", [{"than ", "vs ", "vs. "}]),
        (r"\b(?:no )?pain(?:s|ful)?\b", [{"pain"}]),
        (r"\b(?:a|[bc]d)\w+ (?:xyz|(?:uvw)?rst)", [{" xyz", " rst", " uvwrst"}]),
        (
            r"(?:trials?|cohorts?|series|surveys?)(?: (?:of|in|on|with|from) (?:the|a|an|our|this|these|those) pain)?",
            [{"trial", "cohort", "series", "survey"}],
        ),
        (r"[a-z] ?[,;]", []),
    ],
)
def test_what_a_pattern_needs(pattern: str, wanted: list[set[str]]) -> None:
    assert {frozenset(w) for w in wanted} == set(needs(pattern))


def patterns(value: object) -> list[str]:
    """Every text of a file of rules that is a regular expression with a backslash in it."""
    if isinstance(value, str):
        return [value] if "\\" in value and "{" not in re.sub(r"\{\d*,?\d*\}", "", value) else []
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [p for part in parts for p in patterns(part)]


SHIPPED = sorted({p for book in BOOKS for p in patterns(read_yaml(book).value)})
WORDS = sorted({w for p in SHIPPED for clause in needs(p) for w in clause})


def test_patterns_are_shipped() -> None:
    assert len(SHIPPED) > 300
    assert sum(bool(needs(p)) for p in SHIPPED) > len(SHIPPED) / 2


@given(st.data())
def test_no_pattern_is_left_out_that_matches(data: st.DataObject) -> None:
    """Texts that shipped patterns match, in whatever capitals, are never passed over."""
    pattern = data.draw(st.sampled_from(SHIPPED))
    try:
        text = data.draw(st.from_regex(sought(pattern).regex))
    except (ValueError, NotImplementedError):  # the generator knows no lookbehind of that kind
        return
    shown = reading(" ".join(text.split()) or "x", text)
    assert bool(sought(pattern).regex.search(shown.text)) == bool(shown.search(sought(pattern)))


@pytest.mark.parametrize("letter", ["ı", "İ", "ſ", "\u212a"])
def test_letters_that_match_where_case_is_ignored(letter: str) -> None:
    plain = {"ı": "i", "İ": "i", "ſ": "s", "\u212a": "k"}[letter]
    word = f"trial {plain}nown"
    text = f"TRIAL {letter}nown"
    assert sought(word).regex.search(text)
    assert reading("A title", text).search(sought(word))


def test_words_learnt_later_are_found() -> None:
    shown = reading("A title", "Colourless green ideas.")
    assert (
        shown.search(sought("colourless"))
        and shown.search(sought("green ideas"))
        and not shown.search(sought("furious"))
    )


def test_words_are_found_in_one_pass() -> None:
    words = Words()
    assert words.found_in("nothing is known") == ((), ())
    words.know(["random", "randomised", "trial"])
    assert words.found_in(folded("A RANDOMISED study")) == ((7, 11), ("random", "randomised"))
    assert words.number == 3


def test_rules_without_their_words_are_not_searched() -> None:
    """The whole of a file of rules gives the same marks whether texts are read for words first or not."""
    shown = reading("Saline: a randomised controlled trial", "We recruited 40 patients and 20 healthy controls.")
    for one in rules("design").ready():
        spans = [m.span() for p in (*one.title, *one.text) for m in p.regex.finditer(shown.text)]
        assert not spans or shown.may_hold(one.needs)


def test_parts_hold_what_stands_in_them() -> None:
    shown = reading("Saline", "Trials are İmportant. Placebo was given.")
    first, second = (shown.part(*span) for span in shown.sentences[1:])
    placebo, important = sought("placebo"), sought("important")
    assert second.search(placebo) and not first.search(placebo)
    assert first.search(important) and not second.holds(AnyOf((important, sought("salin"))))


@given(st.text())
def test_small_letters_are_as_many(text: str) -> None:
    assert len(folded(text)) == len(text)
