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
from index.parse import QuerySchema, parse
from index.query import SearchRequest
from index.unknown_values import MOST_TOLD

SCHEMA = QuerySchema(atlas())
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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("symptom:fatige", "Perhaps symptom:fatigue is meant."),
        ('symptom:"brain fogg"', 'Perhaps symptom:"Cognitive dysfunction" is meant.'),
        ("pem:requird", "Perhaps pem:"),
        ("level:E9", "It takes level:E0 or level:E1 or level:E2 or level:E3."),
        ("symptom:zzzz", "in quotation marks"),
    ],
)
def test_a_query_names_what_may_be_meant(text: str, told: str) -> None:
    found = parse(text, SCHEMA)
    assert "is no value of" in (found.message or "") and told in (found.message or "")


def test_many_unknown_values_in_a_query_take_little_time() -> None:
    with at_most(5):
        parse(" ".join(f"symptom:fatige{n}" for n in range(200)), SCHEMA)


@given(st.sampled_from(sorted(FACETS)), st.text(max_size=150), st.lists(st.text(max_size=20), max_size=5))
@settings(max_examples=300, deadline=None)
def test_any_text_has_at_most_a_few_values_near_it(facet: str, text: str, values: list[str]) -> None:
    naming = Naming(replace(FACETS[facet]), atlas().vocabulary)
    found = nearest(naming, text, values)
    assert len(found) == len(set(found)) <= MOST
    assert all(value in values or value in naming.declared or naming.is_claim(value) for value in found)
