"""Did you mean: what is offered for what was typed, and that it finds more."""

import pytest
from bounded import at_most
from hypothesis import given, settings
from hypothesis import strategies as st
from index_opened import ENGINES, opened

from index.lexicon import Lexicon, edits
from index.query import SearchRequest
from index.suggest import Suggester

PIECES = ["fatgue", "malaies", "pain", "lactaet", "brainfog", "xyz", "OR", "NOT", "(", '"', "symptom:"]
both = pytest.mark.parametrize("engine", ENGINES)


@both
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("fatgue and malaies", "fatigue and malaise"),
        ("fatiuge", "fatigue"),
        ("aftigue", "fatigue"),  # the first letters swapped
        ("atigue", "fatigue"),  # the first letter lost
        ("xfatigue", "fatigue"),  # one too many
        ("gatigue", None),  # another one: that is another word
        ("haemoglobim", "haemoglobin"),
        ("brainfog", "brain fog"),
        ("brainfog children", "brain fog children"),
        ("naturalkiller cells", "natural killer cells"),
        ("mito chondria", "mitochondria"),
        ("natrual killler", "natural killer"),
        ("post exertoinal", "post exertional"),
        ("postexertionl malase", "postexertional malaise"),
        ("fatgue xyzzyqqq", "fatigue xyzzyqqq"),
        ("fatgue OR pain", "fatigue OR pain"),
        ('"fatgue sleep"', '"fatigue sleep"'),
        ("title:zymurxy NOT qqqqqqqqqq", "title:zymurgy NOT qqqqqqqqqq"),
        ("author:maess", "author:maes"),
        ("zymurgi", None),  # not in the index as such, but it finds what zymurgy finds
        ("fatigue", None),
        ("Fatigue PAIN", None),
        ("brain fog", None),
        ("post exertional", None),
        ("fatgue*", None),
        ("fat*gue", None),
        ("fatgue~", None),
        ("xyzzyqqq", None),
        ("fibrom", None),
        ("mitocho", "mitocho*"),
        ("mitocho children", "mitocho* children"),
        ('"mitocho children"', None),
        ("of the", None),
        ("", None),
        ("慢性疲労", None),
    ],
)
def test_suggestions(engine: str, typed: str, offered: str | None) -> None:
    assert opened(engine).suggest(typed) == offered


@both
@given(typed=st.lists(st.sampled_from(PIECES), max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_is_offered_finds_more(engine: str, typed: list[str]) -> None:
    search = opened(engine)
    text = " ".join(typed)
    offered = search.suggest(text)
    if offered is not None:
        before, after = (search.search(SearchRequest(t)) for t in (text, offered))
        assert after.total > before.total or (before.any_word and not after.any_word)


def test_among_equally_near_words_the_most_frequent() -> None:
    frequencies = {"pain": 3, "pair": 50, "paid": 4}
    found = {"paix": (0, 0), "pair": (50, 50), "pain": (3, 3)}
    suggester = Suggester(Lexicon(frequencies), lambda t: frequencies.get(t, 0), lambda t: found.get(t, (1, 1)))
    assert suggester.suggestion("paix") == "pair"


def test_a_word_in_the_name_of_a_concept_is_spelled_right() -> None:
    def suggester(names: set[str]) -> Suggester:
        return Suggester(Lexicon(["score"]), lambda _: 5, lambda t: (int("score" in t), 1), names.__contains__)

    assert suggester(set()).suggestion("sore") == "score"
    assert suggester({"sore", "throat"}).suggestion("Sore throat") is None


def test_a_stop_word_is_never_meant() -> None:
    words = Lexicon(["can", "scar"])
    assert Suggester(words, lambda _: 5, lambda t: (int("scan" not in t), 1)).suggestion("scan") == "scar"


@pytest.mark.parametrize("word", ["anything", "Anything", "someone", "nobody"])
def test_a_word_of_any_question_is_not_mended(word: str) -> None:
    words = Lexicon(["nothings", "somatone", "noboda", "anythink"])
    assert Suggester(words, lambda _: 5, lambda t: (int(word not in t), 1)).suggestion(word) is None


def test_nothing_is_offered_that_finds_no_more() -> None:
    suggester = Suggester(Lexicon(["pain"]), lambda _: 5, lambda _: (0, 0))
    assert suggester.suggestion("paix") is None


def test_words_of_removed_studies_are_not_offered() -> None:
    suggester = Suggester(Lexicon(["pain"]), lambda _: 0, lambda _: (9, 9))
    assert suggester.suggestion("paix") is None


@given(st.text("abcdé", min_size=1, max_size=8), st.integers(0, 2), st.integers(0, 1))
@settings(max_examples=200, deadline=None)
def test_near_finds_all_that_are_near(word: str, distance: int, prefix: int) -> None:
    words = ["a", "ab", "abc", "abcd", "bacd", "dcba", "aabbccdd", "é", "éa", "caé", "abdc"]
    expected = [w for w in words if w[:prefix] == word[:prefix] and edits(word, w, distance) <= distance]
    assert list(Lexicon(words).near(word, distance, prefix)) == sorted(expected)


def test_a_long_text_of_unknown_words_takes_little_time() -> None:
    lexicon = Lexicon(
        f"{a}{b}{c}ologic{d}" for a in "abcdefghij" for b in "aeiou" for c in "klmnopqrst" for d in "aslx"
    )
    suggester = Suggester(lexicon, lambda _: 1, lambda _: (0, 0))
    with at_most(5):
        assert suggester.suggestion("zzologicz " * 200) is None
