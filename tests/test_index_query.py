"""Requests: to and from URL arguments, and what becomes of arguments that cannot be used."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from index_fixtures import config

from index.fields import facets
from index.query import MOST_CHARACTERS, MOST_VALUES, SearchRequest, Sort

FACETS = facets(config())
NAMES = [f.name for f in FACETS]


def read(*pairs: tuple[str, str]) -> SearchRequest:
    return SearchRequest.from_args(pairs, FACETS)


def test_reads_everything() -> None:
    request = read(
        ("q", " brain fog "),
        ("symptom", "pain"),
        ("symptom", "fatigue"),
        ("not.flag", "small-sample"),
        ("from", "1990"),
        ("to", "2005"),
        ("sort", "newest"),
        ("page", "2"),
        ("size", "25"),
    )
    assert request.text == "brain fog"
    assert dict(request.include) == {"symptom": ("fatigue", "pain")}
    assert dict(request.exclude) == {"flag": ("small-sample",)}
    assert (request.year_from, request.year_to) == (1990, 2005)
    assert (request.sort, request.page, request.per_page) == (Sort.NEWEST, 2, 25)
    assert request.messages == ()


def test_writes_canonical_arguments_without_defaults() -> None:
    assert SearchRequest().to_args() == []
    request = read(
        ("size", "10"), ("symptom", "b"), ("sort", "relevance"), ("design", "z"), ("symptom", "a"), ("q", "x")
    )
    assert request.to_args() == [("q", "x"), ("design", "z"), ("symptom", "a"), ("symptom", "b")]


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        (("colour", "red"), "no facet"),
        (("not.colour", "red"), "no facet"),
        (("sort", "sideways"), "no order"),
        (("page", "two"), "whole number"),
        (("page", "1.5"), "whole number"),
        (("page", "9" * 5000), "whole number"),
        (("page", "-3"), "counted from 1"),
        (("size", "100000"), "between 1 and 100"),
        (("size", "0"), "between 1 and 100"),
        (("from", "-5"), "year between"),
        (("to", "123456"), "year between"),
        (("q", "x" * 3000), "cut after"),
        (("symptom", "x" * 2000), "longer than"),
        (("after", "x" * 2000), "no place of a list"),
    ],
)
def test_unusable_arguments_are_told(pair: tuple[str, str], told: str) -> None:
    request = read(pair, ("design", "trial"))
    assert any(told in m for m in request.messages), request.messages
    assert dict(request.include) == {"design": ("trial",)}
    assert all(len(m) < 400 for m in request.messages)


def test_a_page_and_a_place_exclude_each_other() -> None:
    request = read(("page", "3"), ("after", "abc"))
    assert (request.page, request.after) == (1, "abc")
    assert "exclude each other" in request.messages[0]
    assert read(("page", "1"), ("after", "abc")).messages == ()
    assert request.to_args() == [("after", "abc")]
    assert request.with_page(2).after is None
    assert request.going_on("x").after == "x"
    for other in (
        request.with_value("symptom", "pain"),
        request.with_text("y"),
        request.with_years(1990, None),
        request.cleared(),
    ):
        assert other.after is None


def test_years_the_wrong_way_round_are_turned_and_told() -> None:
    request = read(("from", "2005"), ("to", "1990"))
    assert (request.year_from, request.year_to) == (1990, 2005)
    assert "wrong way round" in request.messages[0]


def test_five_hundred_values() -> None:
    request = read(*(("symptom", f"s{i}") for i in range(500)))
    assert len(request.include["symptom"]) == MOST_VALUES
    assert f"first {MOST_VALUES} values" in request.messages[0]


def test_control_characters_go() -> None:
    request = read(("q", "a\x00b\x1b[31m\ud800c\u2028d"), ("symptom", "\x07"))
    assert request.text == "a b [31m c d"
    assert not request.include


def test_choosing_goes_back_to_page_one() -> None:
    request = read(
        ("q", "x"), ("page", "7"), ("symptom", "pain"), ("not.symptom", "fatigue"), ("size", "25"), ("from", "2000")
    )
    assert request.with_value("symptom", "headache").include["symptom"] == ("headache", "pain")
    assert "symptom" not in request.without_value("symptom", "pain").include
    assert "symptom" not in request.without_value("symptom", "fatigue").exclude
    moved = request.excluding("symptom", "pain")
    assert ("symptom" in moved.include, moved.exclude["symptom"]) == (False, ("fatigue", "pain"))
    assert request.with_value("symptom", "fatigue").exclude == {}
    assert request.cleared().to_args() == [("q", "x"), ("size", "25")]
    without = request.without_wanted("symptom")
    assert ("symptom" in without.include, without.exclude, without.page) == (False, request.exclude, 1)
    assert request.without_wanted("design") == request.with_page(1)
    for other in (
        moved,
        request.cleared(),
        request.with_text("y"),
        request.with_years(None, 1),
    ):
        assert other.page == 1
    assert request.with_page(3).page == 3
    assert request.page == 7


def test_requests_that_ask_the_same_are_equal() -> None:
    one = read(("symptom", "a"), ("symptom", "b"), ("nonsense", "1"))
    other = read(("symptom", "b"), ("symptom", "a"), ("symptom", "a"))
    assert one == other
    assert hash(one) == hash(other)
    assert one != other.with_page(2)
    assert one != one.excluding("symptom", "a")


values = st.dictionaries(st.sampled_from(NAMES), st.lists(st.text(max_size=30), max_size=5).map(tuple), max_size=4)
requests = st.builds(
    SearchRequest,
    text=st.text(max_size=300),
    include=values,
    exclude=values,
    year_from=st.none() | st.integers(-10, 12_000),
    year_to=st.none() | st.integers(-10, 12_000),
    sort=st.sampled_from(Sort),
    page=st.integers(-5, 10**12),
    per_page=st.integers(-5, 500),
    after=st.none() | st.text(max_size=600),
)


@given(requests)
@settings(max_examples=300, deadline=None)
def test_a_request_survives_its_url(request: SearchRequest) -> None:
    again = SearchRequest.from_args(request.to_args(), FACETS)
    assert again == request
    assert again.messages == ()
    assert again.to_args() == request.to_args()


keys = st.sampled_from(
    ["q", "from", "to", "sort", "page", "size", "after", *NAMES, *(f"not.{n}" for n in NAMES)]
) | st.text(max_size=10)


@given(st.lists(st.tuples(keys, st.text(max_size=50)), max_size=12))
@settings(max_examples=300, deadline=None)
def test_any_arguments_make_a_request(pairs: list[tuple[str, str]]) -> None:
    request = SearchRequest.from_args(pairs, FACETS)
    assert SearchRequest.from_args(request.to_args(), FACETS) == request
    assert len(request.text) <= MOST_CHARACTERS


WHOLE = read(
    ("q", "x"), ("symptom", "pain"), ("not.symptom", "ache"), ("design", "b"), ("to", "2000"), ("sort", "size")
)


@given(st.sampled_from([WHOLE, WHOLE.going_on("x"), read(("page", "7"), ("size", "25"))]), st.text(), st.integers())
def test_copies_are_what_the_same_arguments_give(request: SearchRequest, value: str, page: int) -> None:
    """Copies are made without looking at every field again."""
    copies = [
        request.with_value("symptom", value),
        request.excluding("symptom", value),
        request.without_value("symptom", value),
        request.without_wanted("symptom"),
        request.cleared(),
        request.with_page(page),
        request.with_text(value),
        request.with_text(f"{value} " * MOST_CHARACTERS),
    ]
    for copy in copies:
        again = SearchRequest(
            copy.text, copy.include, copy.exclude, copy.year_from, copy.year_to, copy.sort, copy.page, copy.per_page
        )
        assert copy == again and copy.to_args() == again.to_args()
        assert copy.after is None and copy.messages == ()
    assert request.cleared() == SearchRequest(text=request.text, sort=request.sort, per_page=request.per_page)
