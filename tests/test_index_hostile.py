"""Hostile texts over a few hundred generated studies: an answer in bounded time on every engine, never an exception."""

import tempfile
from functools import cache
from pathlib import Path

import pytest
from bounded import at_most
from hypothesis import given, settings
from hypothesis import strategies as st
from index_fixtures import atlas, config

from benchmarks.generate import generated_atlas
from entries.atlas import Atlas
from explorer.settings import shipped_data
from index import engine as engines
from index.engine import SearchEngine
from index.fields import facets
from index.query import MOST_CHARACTERS, MOST_PER_PAGE, SearchRequest

ENGINES = ("tantivy", "whoosh")
STUDIES = 300
LONGEST = 8  # seconds for one of these, on a busy machine; they take a few hundredths on a quiet one
_FOLDER = tempfile.TemporaryDirectory(prefix="evidence-hostile-tests-")
both = pytest.mark.parametrize("engine", ENGINES)


@cache
def generated() -> Atlas:
    return generated_atlas(Atlas.load(shipped_data()), STUDIES)


@cache
def opened(engine: str) -> SearchEngine:
    path = Path(_FOLDER.name) / engine
    engines.build(generated(), path, engine=engine)
    return engines.open_index(path, generated())


_WORDS = "fatigue immune cellular cognitive symptoms exercise autonomic orthostatic mitochondrial pain sleep brain"
WORDS = _WORDS.split()
HOSTILE = {
    "100,000 characters": "x" * 100_000,
    "100,000 characters of words": "fatigue pain " * 7_700,
    "5,000 terms": " ".join(f"w{i}" for i in range(5_000)),
    "5,000 alternatives": " OR ".join(WORDS * 420),
    "1,000 brackets": "(" * 1_000 + "fatigue" + ")" * 1_000,
    "1,000 opening brackets": "(" * 1_000 + "fatigue",
    "brackets and operators": "(fatigue OR (pain AND (NOT " * 300,
    "a star": "*",
    "short prefixes": "a* b* c*",
    "every prefix": " OR ".join(f"{c}*" for c in "abcdefghijklmnopqrstuvwxyz"),
    "a catastrophic wildcard": "*a*b*c*d*",
    "many of them": " ".join(f"*{c}*a*e*i*" for c in "abcdefghijklmnop"),
    "question marks": "?" * 500 + " ?*?*?*?*",
    "short fuzzy words": "a~2 b~2 c~2 d~2",
    "long fuzzy words": " OR ".join(f"{word}~2" for word in WORDS),
    "fuzzy words far away": " ".join(f"{word}~99" for word in WORDS),
    "control characters": "fat\x00igue\x1b\x07\x85 pain\u2028",
    "mixed scripts": "f\u0430tigue 慢性疲労 усталость تعب \U0001f600 \u202efatigue\u202c ﬁbromyalgia Ａ１",
    "lone surrogates": "fatigue \ud800 \udfff pain",
    "combining marks": "fa" + "\u0301" * 5_000 + "tigue",
    "many near phrases": " ".join(f'"fatigue pain"~{i}' for i in range(2, 80)),
    "a phrase without end": '"' + "fatigue pain " * 500,
    "a slop without end": '"fatigue pain"~99999999999999999999',
    "boosts without end": "fatigue^1e308 pain^-5 sleep^0 brain^99999999999999999999",
    "nothing but NOT": "NOT " * 500 + "fatigue",
    "alternatives of NOT": " OR ".join(f"(NOT {word})" for word in WORDS * 5),
    "chains": "fatigue ANDNOT pain ANDMAYBE sleep REQUIRE " * 60 + "brain",
    "years": "year:[0 TO 99999999999999999999] year:>>>2000 year:[TO] year:[2000",
    "sizes": "size:>99999999999999999999 size:[5 TO 1] size:-3",
    "fields in fields": "title:author:year:symptom:" * 50 + "fatigue",
    "unknown values": " ".join(f"symptom:{word}xq" for word in WORDS),
    "unknown words": " ".join(f"{word}xq" for word in WORDS),
    "any of many": "xyzzyq " + " ".join(WORDS * 16),
    "regular expressions": "(a+)+$ [^a]*{1,99999} \\" * 30,
    "quotation marks": '"' * 3_001,
    "markup": "<script>alert(1)</script>" * 80,
    "an address": "https://doi.org/10.1000/" + "a(" * 900,
    "hyphens": "-".join("abcdefgh" * 200),
    "colons": ":" * 2_000,
}


@both
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_answered(engine: str, name: str) -> None:
    search, request = opened(engine), SearchRequest(HOSTILE[name])
    with at_most(LONGEST):
        result = search.search(request)
        offered = search.suggest(HOSTILE[name])
        explanation = search.explain(request, result.hits[0].id) if result.hits else None
    assert 0 <= result.total <= STUDIES
    assert (explanation is not None) == bool(result.hits)
    assert offered is None or len(offered) <= 2 * MOST_CHARACTERS
    assert all(len(message) < 500 for message in result.messages)


@pytest.mark.parametrize("name", HOSTILE)
def test_engines_agree_on_hostile_texts(name: str) -> None:
    one, other = (opened(engine) for engine in ENGINES)
    request = SearchRequest(HOSTILE[name])
    assert set(one.ids(request)) == set(other.ids(request))
    assert one.search(request).messages == other.search(request).messages


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("w " * 5_000, "first 200 words"),
        ("(" * 1_000 + "fatigue" + ")" * 1_000, "Brackets may be 25 deep"),
        (HOSTILE["every prefix"], "Only the first 10 words with"),
        ('"fatigue', "quotation mark has no partner"),
        ("size:-3", "takes a number of participants"),
    ],
)
def test_what_could_not_be_used_is_told(text: str, told: str) -> None:
    assert told in " ".join(opened("tantivy").search(SearchRequest(text)).messages)


def test_patterns_beyond_the_limit_add_nothing() -> None:
    """They must not stand for every study: in alternatives that would show all, with NOT nothing."""
    prefixes = [f"zz{c}*" for c in "abcdefghij"]
    for engine in ENGINES:
        search = opened(engine)
        assert search.search(SearchRequest(" OR ".join((*prefixes, "f*")))).total == 0
        whole = search.search(SearchRequest("fatigue")).total
        assert search.search(SearchRequest(f"fatigue NOT ({' OR '.join(prefixes)}) NOT f*")).total == whole


_SIGNS = """
fatigue pain NF-κB CO₂ IL-6 zzz AND OR NOT ANDNOT ANDMAYBE REQUIRE ( ) " * ? ~ ~2 ^3 [ ] TO title: author: symptom: pem:
size: year: year:[1990 size:> pmid: doi: id: - { } : ' < > \\ / . , 10.1000/x 2007 -- && || ! + = # % _ a
"""
HEAPS = st.lists(st.sampled_from([*_SIGNS.split(), " ", " ", " "]), max_size=25).map("".join)


@given(text=st.one_of(st.text(max_size=120), HEAPS))
@settings(max_examples=150, deadline=None)
def test_any_text_is_answered_alike_by_every_engine(text: str) -> None:
    one, other = (opened(engine) for engine in ENGINES)
    request = SearchRequest(text, per_page=MOST_PER_PAGE)
    ours, theirs = one.search(request), other.search(request)
    assert (ours.total, ours.messages, ours.any_word, ours.direct) == (
        theirs.total, theirs.messages, theirs.any_word, theirs.direct,
    )  # fmt: skip
    assert sorted(one.ids(request)) == sorted(other.ids(request))


@given(text=st.one_of(st.text(), HEAPS))
@settings(max_examples=200, deadline=None)
def test_any_text_survives_its_address(text: str) -> None:
    declared = facets(config())
    request = SearchRequest(text)
    again = SearchRequest.from_args(request.to_args(), declared)
    assert again == request
    assert again.to_args() == request.to_args()


def test_the_small_atlas_is_as_safe() -> None:
    """The vocabulary of the tests has other schemes; nothing depends on those that are shipped."""
    path = Path(_FOLDER.name) / "small"
    engines.build(atlas(), path)
    search = engines.open_index(path, atlas())
    for text in HOSTILE.values():
        assert search.search(SearchRequest(text)).total >= 0
