"""Patterns rewritten for texts in small letters find the same places as those that ignore case."""

import re
import sys

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from intake_samples import reading
from test_intake_literals import SHIPPED

from intake.caseless import caseless, looser
from intake.literals import folded
from intake.read import read
from intake.record import Record
from intake.sought import sought

PATTERNS = [p for p in SHIPPED if caseless(p)]
LOOSER = [p for p in SHIPPED if not caseless(p) and looser(p)]
TEXTS = [r.text() for r in read(ROOT / "tests" / "data" / "intake" / "articles.xml") if isinstance(r, Record)]


def both(pattern: str, text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The places of a pattern that ignores case in a text, and of the rewritten one in the text in small letters."""
    small = caseless(pattern)
    assert small is not None
    plain = re.compile(pattern, re.IGNORECASE)
    return [m.span() for m in plain.finditer(text)], [m.span() for m in small.finditer(folded(text))]


def test_nearly_all_shipped_patterns_are_rewritten() -> None:
    assert len(PATTERNS) > len(SHIPPED) * 0.9


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bRandomi[sz]ed\b", "RANDOMISED, nonrandomized and Randomized"),
        (r"\b(?:adult|child)s?\b", "Adults, a grandchild, CHILD"),
        (r"\b(?:the )?(?:trial|study)", "The Trial; THE STUDY; pretrial the study"),
        (r"\b[A-C]+\b", "abc ABC xab"),
        (r"\b[^A-Z]x", "aX -X"),
        (r"(?<![\w-])(?:pain|ache)", "Pain, headache, back-pain, ACHE"),
        (r"(?<!no )\b(?:pain|ache)(?!s)", "no pain, Pains, Ache"),
        (r"\bx?y", "XY y xy zy"),
        (r"(?=.{3})\bno", "No, no"),
        (r"(?:|a)b", "AB b"),
        (r"\b\w+ing", "Testing tests, TESTING"),
        (r"[\W_]–(a)", "x–A -–a"),
        (r"\bk[i-s]s", "\u212ais KI\u017f k\u0131s K\u0130S"),
        (r"\bσ?a", "ΑΣ Σ a ΟΔΟΣ A"),
    ],
)
def test_same_places(pattern: str, text: str) -> None:
    if caseless(pattern):
        plain, small = both(pattern, text)
        assert plain == small
    else:
        assert not pattern.isascii()


@pytest.mark.parametrize("pattern", ["(?-i:RCT)s?", "naïve", "µg", "[à-ü]+", r"(a)\1", "(?i:a)b", "[!-é]"])
def test_patterns_that_are_left_as_they_are(pattern: str) -> None:
    assert caseless(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "text", "first"),
    [
        (r"\b(?-i:AUC|OR) ?= ?\d", "no AUC, or = 1, OR = 2", "or = 1"),
        (r"\b(?-i:[A-C]\d|λR)", "x b1 B1 ΛR", "b1"),
        (r"(?<=x )(?-i:ME)(?! too)", "x me too, x me, x ME", "me"),
    ],
)
def test_a_looser_pattern_stands_wherever_the_pattern_does(pattern: str, text: str, first: str) -> None:
    loose, plain = looser(pattern), re.compile(pattern, re.IGNORECASE)
    assert loose
    near = loose.search(folded(text))
    assert near and near.group() == first
    found = sought(pattern)
    for _ in range(40):  # rewritten on the way
        assert [m.span() for m in found.each(text, folded(text))] == [m.span() for m in plain.finditer(text)]
        place, before = found.search(text, folded(text)), plain.search(text)
        assert place and before and place.span() == before.span()


@pytest.mark.parametrize("pattern", ["a(?!(?-i:B))", "(?-i:[^A-Z])x", "(?-i:A)++b", "(?<!(?-i:A))b", "naïve"])
def test_a_pattern_that_has_no_looser_one(pattern: str) -> None:
    assert looser(pattern) is None


@pytest.mark.parametrize("text", TEXTS)
def test_shipped_patterns_in_records(text: str) -> None:
    for pattern in PATTERNS:
        plain, small = both(pattern, text)
        assert plain == small, pattern
    for pattern in LOOSER:
        assert_nothing_is_missed(pattern, text)


def assert_nothing_is_missed(pattern: str, text: str) -> None:
    first, loose = re.compile(pattern, re.IGNORECASE).search(text), looser(pattern)
    assert loose
    near = loose.search(folded(text))
    assert first is None or (near is not None and near.start() <= first.start()), pattern


@given(st.data())
def test_looser_patterns_in_texts_that_they_match(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(LOOSER))
    try:
        text = data.draw(st.from_regex(re.compile(pattern, re.IGNORECASE)))
    except (ValueError, NotImplementedError):  # the generator knows no lookbehind of that kind
        return
    assert_nothing_is_missed(pattern, text)


@given(st.data())
def test_shipped_patterns_in_texts_that_they_match(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(PATTERNS))
    try:
        text = data.draw(st.from_regex(re.compile(pattern, re.IGNORECASE)))
    except (ValueError, NotImplementedError):  # the generator knows no lookbehind of that kind
        return
    plain, small = both(pattern, text)
    assert plain == small


def test_small_letters_are_of_the_same_kind() -> None:
    """Words, digits and spaces stay what they are, so that borders of words stay where they are."""
    kinds = [re.compile(kind) for kind in (r"\w", r"\d", r"\s")]
    for char in map(chr, range(sys.maxunicode + 1)):
        small = folded(char)
        if small != char:
            assert all(bool(kind.fullmatch(char)) == bool(kind.fullmatch(small)) for kind in kinds), hex(ord(char))


def test_answers_stay_when_a_pattern_is_rewritten() -> None:
    """After some searches a pattern is rewritten; nobody sees that."""
    shown = reading("A Randomised Trial", "Trials of GET.")
    pattern = sought(r"\btrials?\b|\brandomised\b")
    each = [([m.span() for m in shown.each(pattern)], shown.search(pattern).span()) for _ in range(50)]  # type: ignore[union-attr]
    assert all(one == ([(2, 12), (13, 18), (19, 25)], (2, 12)) for one in each)
