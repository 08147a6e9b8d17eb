"""What facets answer with: broader and narrower values, orders, what is chosen but counts nothing."""

from collections import Counter
from pathlib import Path

import pytest
from index_fixtures import atlas, config, study, tagged

from entries.atlas import Atlas
from index import engine as engines
from index.engine import SearchEngine
from index.fields import Facet, facet_values, facets
from index.query import SearchRequest
from index.results import FacetCount, FacetResult

ENGINES = ("tantivy", "whoosh")
SYMPTOM = next(f for f in facets(config()) if f.name == "symptom")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SearchEngine]:
    folder = tmp_path_factory.mktemp("facets")
    whole = atlas()
    for name in ENGINES:
        engines.build(whole, folder / name, engine=name)
    return {name: engines.open_index(folder / name, whole) for name in ENGINES}


def result_of(search: SearchEngine, facet: str, **request: object) -> FacetResult:
    found = search.search(SearchRequest(**request))  # type: ignore[arg-type]
    return next(f for f in found.facets if f.facet.name == facet)


@pytest.mark.parametrize("engine", ENGINES)
def test_values_know_their_place_in_the_tree(engine: str, opened: dict[str, SearchEngine]) -> None:
    by_value = {c.value: c for c in result_of(opened[engine], "symptom").counts}
    assert by_value["migraine"].parent == "headache"
    assert [by_value[v].depth for v in ("pain", "headache", "migraine")] == [0, 1, 2]
    assert [by_value[v].children for v in ("pain", "headache", "migraine")] == [2, 1, 0]
    assert by_value["pain"].count >= by_value["headache"].count >= by_value["migraine"].count > 0
    assert {c.depth for c in result_of(opened[engine], "author").counts} == {0}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_tree_puts_narrower_values_below_their_broader_one(engine: str, opened: dict[str, SearchEngine]) -> None:
    result = result_of(opened[engine], "symptom", text="fatigue")
    tree = result.tree()
    assert sorted(c.value for c in tree) == sorted(c.value for c in result.counts)
    last: list[str] = []
    for c in tree:
        assert c.parent == (last[c.depth - 1] if c.depth else None)
        last[c.depth :] = [c.value]
    roots = [c for c in tree if not c.depth]
    assert roots == [c for c in result.counts if not c.depth]


def listed(*counts: FacetCount, facet: Facet = SYMPTOM) -> FacetResult:
    return FacetResult(facet, counts, {"b": 0, "a": 1})


def test_a_value_without_its_broader_one_stands_at_the_top() -> None:
    tree = listed(FacetCount("x", "X", 3, parent="gone", depth=4), FacetCount("y", "Y", 2, parent="x", depth=5)).tree()
    assert [(c.value, c.depth) for c in tree] == [("x", 0), ("y", 1)]


def test_circles_lose_nothing() -> None:
    tree = listed(FacetCount("x", "X", 3, parent="y"), FacetCount("y", "Y", 2, parent="x"), FacetCount("z", "Z", 1))
    assert [c.value for c in tree.tree()] == ["z", "x", "y"]


def test_orders() -> None:
    result = listed(FacetCount("a", "beta", 1), FacetCount("b", "Alpha", 1), FacetCount("c", "gamma", 7))
    assert [c.value for c in result.sorted("count").counts] == ["c", "b", "a"]
    assert [c.value for c in result.sorted("name").counts] == ["b", "a", "c"]
    assert [c.value for c in result.sorted("scheme").counts] == ["b", "a", "c"]
    assert result.sorted("name").facet == SYMPTOM


@pytest.mark.parametrize("engine", ENGINES)
def test_ranges_come_in_ascending_order(engine: str, opened: dict[str, SearchEngine]) -> None:
    values = [c.value for c in result_of(opened[engine], "participants").counts]
    assert values == ["0-19", "20-49", "50-99", "100-499", "500-", "unknown"]
    by_name = result_of(opened[engine], "participants").sorted("count").sorted("scheme")
    assert [c.value for c in by_name.counts] == values


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_chosen_but_counts_nothing_stays(engine: str, opened: dict[str, SearchEngine]) -> None:
    result = result_of(
        opened[engine], "symptom", text="zymurgy", include={"symptom": ("migraine",)}, exclude={"symptom": ("zzz",)}
    )
    by_value = {c.value: c for c in result.counts}
    assert by_value["migraine"] == FacetCount("migraine", "Migraine", 0, True, False, "headache", 2, 0)
    assert by_value["zzz"] == FacetCount("zzz", "zzz", 0, False, True)
    assert [c.value for c in result.tree()] == [c.value for c in result.counts]


def test_concept_and_direction_together(tmp_path: Path) -> None:
    """The facet says more than its two halves: one finding has to hold both."""
    both = study(
        "both-1",
        findings=[
            {"text": "a", "concepts": ["nk-cell-function"], "direction": "decreased"},
            {"text": "b", "concepts": ["lactate"], "direction": "increased"},
        ],
        **tagged(["fatigue"], ["lactate"]),
    )
    crossed = study(
        "crossed-2",
        findings=[
            {"text": "a", "concepts": ["nk-cell-function"], "direction": "increased"},
            {"text": "b", "concepts": ["lactate"], "direction": "decreased"},
        ],
    )
    whole: Atlas = atlas().with_studies([both, crossed])
    engines.build(whole, tmp_path / "i")
    search = engines.open_index(tmp_path / "i", whole)

    def ids(value: str) -> list[str]:
        return sorted(search.ids(SearchRequest(include={"claim": (value,)})))

    assert ids("nk-cell-function:decreased") == ["both-1"]
    assert ids("immune-marker:increased") == ["crossed-2"]
    halves = SearchRequest(include={"biomarker": ("nk-cell-function",), "direction": ("decreased",)})
    assert sorted(search.ids(halves)) == ["both-1", "crossed-2"]
    claims = {c.value: (c.label, c.count) for c in result_of(search, "claim").counts}
    assert claims["immune-marker:decreased"] == ("Immune marker: decreased", 1)
    assert len(claims) == 6


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "args",
    [[], [("q", "fatigue")], [("symptom", "pain")], [("symptom", "pain"), ("symptom", "fatigue"), ("from", "2000")]],
)
def test_facets_of_what_was_found_obey_their_own_selection_too(
    engine: str, args: list[tuple[str, str]], tmp_path: Path
) -> None:
    whole = atlas()
    engines.build(whole, tmp_path / engine, engine=engine)
    search = engines.open_index(tmp_path / engine, whole)
    request = SearchRequest.from_args(args, facets(whole.config))
    found = [whole.studies[study_id] for study_id in search.ids(request)]
    assert found
    for result in search.facets_found(request):
        has = Counter(v for s in found for v in facet_values(whole, s, result.facet))
        assert {c.value: c.count for c in result.counts} == dict(has), result.facet.name
    search.close()
