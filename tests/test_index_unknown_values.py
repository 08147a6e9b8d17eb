"""Values that the atlas does not have, in an address or a query: told, with what may be meant; never in silence."""

from dataclasses import replace

import pytest
from bounded import at_most
from hypothesis import given, settings
from hypothesis import strategies as st
from index_fixtures import atlas, config
from index_opened import ENGINES, opened

from index.fields import facets
from index.naming import Naming
from index.nearest import MOST, nearest
from index.query import SearchRequest
from index.unknown_values import MOST_TOLD

FACETS = {facet.name: facet for facet in facets(config())}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("facet", "value", "meant"),
    [
        ("symptom", "fatige", "fatigue"),
        ("symptom", "Brain fog", "cognitive-dysfunction"),
        ("symptom", "cognitiv", "cognitive-dysfunction"),
        ("biomarker", "NK-cell-functoin", "nk-cell-function"),
        ("pem", "required", "pem-required"),
        ("level", "e2", "E2"),
    ],
)
def test_what_may_be_meant_is_found_by_name_and_spelling(engine: str, facet: str, value: str, meant: str) -> None:
    search = opened(engine)
    result = search.search(SearchRequest(include={facet: (value,)}))
    (unknown,) = result.unknown
    assert result.total == 0, "a value is never replaced unasked"
    assert (unknown.facet, unknown.value, unknown.excluded) == (facet, value, False)
    assert unknown.meant[0].value == meant
    assert unknown.meant[0].request == SearchRequest(include={facet: (meant,)})
    assert [one.count for one in unknown.meant] == [search.count(one.request) for one in unknown.meant]
    assert unknown.count == search.count(SearchRequest()) and unknown.without == SearchRequest()
    assert unknown.message in result.messages
    assert f"“{value}”, so no study has it. Perhaps “{unknown.meant[0].label}”" in unknown.message


@pytest.mark.parametrize("engine", ENGINES)
def test_names_of_journals_and_authors_are_compared_too(engine: str) -> None:
    search = opened(engine)
    for name in ("journal", "author"):
        known = next(f for f in search.search(SearchRequest()).facets if f.facet.name == name).counts[0]
        (unknown,) = search.search(SearchRequest(include={name: (known.value[:-1] + "x",)})).unknown
        assert known.value in [one.value for one in unknown.meant]


@pytest.mark.parametrize("engine", ENGINES)
def test_beside_others_it_adds_nothing_and_left_out_it_leaves_nothing_out(engine: str) -> None:
    search = opened(engine)
    alone, beside = (search.search(SearchRequest(include={"symptom": v})) for v in (("pain",), ("pain", "zzz")))
    assert beside.total == alone.total > 0
    assert "it adds nothing" in beside.unknown[0].message and not alone.unknown
    without = search.search(SearchRequest(exclude={"symptom": ("fatige",)}))
    assert without.total == search.document_count()
    assert "it leaves nothing out. Perhaps “Fatigue” is meant." in without.unknown[0].message
    assert without.unknown[0].meant[0].request == SearchRequest(exclude={"symptom": ("fatigue",)})


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_known_and_what_no_study_has_yet_is_not_unknown(engine: str) -> None:
    search = opened(engine)
    everything = search.search(SearchRequest())
    for found in everything.facets:
        chosen = tuple(count.value for count in found.counts[:50])
        assert not search.search(SearchRequest(include={found.facet.name: chosen})).unknown
    assert not search.search(SearchRequest(include={"symptom": ("unused-symptom",)})).unknown


@pytest.mark.parametrize("engine", ENGINES)
def test_many_unknown_values_take_little_time(engine: str) -> None:
    search = opened(engine)
    values = {name: tuple(f"{'x' * 900}{n}" for n in range(50)) for name in FACETS}
    with at_most(5):
        result = search.search(SearchRequest(include=values))
    assert len(result.unknown) == MOST_TOLD
    assert all(len(one.message) < 500 for one in result.unknown)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("symptom:fatige", ["symptom:fatigue"]),
        ("women symptom:fatige^2 trial", ["women symptom:fatigue trial"]),
        ('symptom:"brain fogg"', ['symptom:"Cognitive dysfunction"']),
        ("symptom:“brain fogg” pain", ['symptom:"Cognitive dysfunction" pain']),
        ("symptom:brain fog pain", ['symptom:"Cognitive dysfunction" pain']),
        ("pain Symptom:fatige, women", ["pain symptom:fatigue women"]),
        ("(symptom:fatige OR pain) NOT trial", ["(symptom:fatigue OR pain) NOT trial"]),
        ("symptom:(fatige OR pain)", ["symptom:(fatigue OR pain)"]),
        ("fatigue symptom:fatige", ["fatigue symptom:fatigue"]),
        ("NOT symptom:fatige", ["NOT symptom:fatigue"]),
        ("symptom:zzzz", []),
    ],
)
def test_an_unknown_value_in_the_text_leads_to_what_may_be_meant(engine: str, text: str, mended: list[str]) -> None:
    search = opened(engine)
    result = search.search(SearchRequest(text, include={"review": ("machine-draft",)}))
    (unknown,) = result.unknown
    assert result.request.text == text, "nothing is replaced unasked"
    assert [one.request.text for one in unknown.meant] == mended
    assert all(one.request.include == result.request.include for one in unknown.meant)
    assert [one.count for one in unknown.meant] == [search.count(one.request) for one in unknown.meant]
    assert unknown.written and unknown.written in text and not unknown.excluded
    assert "is no value of" in unknown.told and unknown.message in result.messages
    assert unknown.without.text != text and unknown.count == search.count(unknown.without)
    for one in unknown.meant:
        assert not search.search(one.request).unknown
        assert f"symptom:{one.value}" in unknown.message or f'symptom:"{one.label}"' in unknown.message


@pytest.mark.parametrize("engine", ENGINES)
def test_where_nothing_resembles_a_value_each_of_a_few_may_be_meant(engine: str) -> None:
    search = opened(engine)
    for request in (SearchRequest("pem:yes"), SearchRequest(include={"pem": ("yes",)})):
        (unknown,) = search.search(request).unknown
        assert {one.value for one in (*unknown.meant, *unknown.idle)} == set(_naming("pem").declared)
        assert len(unknown.meant) >= 2
    (one,), (several,) = (search.search(SearchRequest(f"symptom:{v}")).unknown for v in ("zzzz", '"xyzzy zzzz"'))
    assert "in quotation marks" in one.message
    assert several.message == (
        "“xyzzy zzzz” is no value of Symptom, so it was searched as words. Its filter lists all of them."
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "request_",
    [SearchRequest("symptom:unused-symptm"), SearchRequest(include={"symptom": ("unused-symptm",)})],
    ids=["text", "filter"],
)
def test_what_finds_nothing_is_not_offered_and_the_reason_told(engine: str, request_: SearchRequest) -> None:
    (unknown,) = opened(engine).search(request_).unknown
    assert not unknown.meant
    (idle,) = unknown.idle
    assert (idle.value, idle.total) == ("unused-symptom", 0)
    assert "“Unused symptom” is in the vocabulary, and no study here has it yet." in unknown.message


@pytest.mark.parametrize("engine", ENGINES)
def test_a_value_that_does_not_fit_the_rest_is_not_offered_and_the_reason_told(engine: str) -> None:
    (unknown,) = opened(engine).search(SearchRequest("xyzzyqqq AND symptom:fatige")).unknown
    assert not unknown.meant
    (idle,) = unknown.idle
    assert idle.value == "fatigue" and idle.total > 1 and idle.count == 0
    assert f"none of its {idle.total} studies fits the rest of this search." in unknown.message


@pytest.mark.parametrize("engine", ENGINES)
def test_several_unknown_values_are_mended_together(engine: str) -> None:
    search = opened(engine)
    result = search.search(SearchRequest(include={"symptom": ("fatige",), "pem": ("unclaer",)}))
    assert len(result.unknown) == 2
    for unknown in result.unknown:
        (meant,) = unknown.meant
        assert meant.request == SearchRequest(include={"symptom": ("fatigue",), "pem": ("pem-unclear",)})
        assert meant.count == search.count(meant.request) > 0


def test_many_unknown_values_in_a_query_take_little_time() -> None:
    search = opened("tantivy")
    with at_most(5):
        result = search.search(SearchRequest(" ".join(f"symptom:fatige{n}" for n in range(100))))
    assert len(result.unknown) == MOST_TOLD
    assert "97 more values of facets were not known either" in " ".join(result.messages)


PIECES = [
    "symptom:",
    "fatige",
    '"brain fogg"',
    "(",
    ")",
    " ",
    "NOT ",
    "pem:requird",
    "^2",
    "pain",
    "“",
    "*",
    "[",
    "OR ",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).map("".join))
@settings(max_examples=150, deadline=None)
def test_any_text_with_unknown_values_is_answered_and_what_is_offered_finds_something(text: str) -> None:
    search = opened("tantivy")
    result = search.search(SearchRequest(text))
    for unknown in result.unknown:
        assert unknown.message in result.messages
        for one in unknown.meant:
            assert one.count == search.count(one.request) > 0 and one.total > 0
        assert all(not (one.count and one.total) for one in unknown.idle)


def _naming(facet: str) -> Naming:
    return Naming(FACETS[facet], atlas().vocabulary)


@given(st.sampled_from(sorted(FACETS)), st.text(max_size=150), st.lists(st.text(max_size=20), max_size=5))
@settings(max_examples=300, deadline=None)
def test_any_text_has_at_most_a_few_values_near_it(facet: str, text: str, values: list[str]) -> None:
    naming = Naming(replace(FACETS[facet]), atlas().vocabulary)
    found = nearest(naming, text, values)
    assert len(found) == len(set(found)) <= MOST
    assert all(value in values or value in naming.declared or naming.is_claim(value) for value in found)
