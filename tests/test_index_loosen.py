"""What to take away where nothing was found: every way gives what it says, and there are never too many."""

import pytest
from bounded import at_most
from hypothesis import given, settings
from hypothesis import strategies as st
from index_fixtures import atlas, config

from index import engine as engines
from index.engine import SearchEngine
from index.fields import facets
from index.loosen import EVERYTHING, MOST_TRIED, loosenings
from index.query import SearchRequest

ENGINES = ("tantivy", "whoosh")
FACETS = {f.name: f for f in facets(config())}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SearchEngine]:
    folder = tmp_path_factory.mktemp("loosen")
    whole = atlas()
    for name in ENGINES:
        engines.build(whole, folder / name, engine=name)
    return {name: engines.open_index(folder / name, whole) for name in ENGINES}


EMPTY = [
    SearchRequest(text="zymurgy", include={"symptom": ("pain",)}),
    SearchRequest(text='zymurgy AND "natural killer" NOT x', exclude={"design": ("case-control",)}),
    SearchRequest(text="title:lobel", include={"level": ("E2", "E3")}, year_from=2030),
    SearchRequest(include={"symptom": ("pain",)}, exclude={"symptom": ("pain",)}),
    SearchRequest(include={"symptom": ("migraine",), "design": ("no-such",)}, year_to=1750),
    SearchRequest(text="(zymurgy) OR xyzzyqq", include={"symptom": ("pain",)}, year_to=2025),
    SearchRequest(text="fatigue", include={"journal": tuple(f"j{i}" for i in range(50))}),
    SearchRequest(text="symptom:nonsense zymurgy", include={"claim": ("cytokine:mixed",)}),
]


@pytest.mark.parametrize("request_", EMPTY, ids=lambda r: str(r.to_args())[:60])
@pytest.mark.parametrize("engine", ENGINES)
def test_every_way_gives_what_it_says(engine: str, request_: SearchRequest, opened: dict[str, SearchEngine]) -> None:
    search = opened[engine]
    ways = search.loosen(request_)
    assert ways
    assert [w.count for w in ways] == sorted((w.count for w in ways), reverse=True)
    for way in ways:
        assert way.count == search.search(way.request).total > search.count(request_)
        assert way.label
        assert len(way.label) < 200 or way.kind == "word"
    assert ways == opened["whoosh"].loosen(request_)


def labels(search: SearchEngine, request: SearchRequest) -> list[tuple[str, str]]:
    return [(way.kind, way.label) for way in search.loosen(request)]


def test_what_is_taken_away_is_named(opened: dict[str, SearchEngine]) -> None:
    search = opened["tantivy"]
    assert labels(search, EMPTY[0]) == [("word", "zymurgy"), ("value", "Symptom: “Pain”")]
    assert set(labels(search, EMPTY[3])) == {("value", "Symptom: “Pain”"), ("value", "Symptom: not “Pain”")}
    lobel = SearchRequest(text="journal:lobel")
    assert ("field", "journal:lobel") in labels(search, lobel)
    assert search.loosen(lobel)[0].request.text == ""
    years = SearchRequest(text="zymurgy", year_from=1990, year_to=2000)
    assert ("years", "1990 to 2000") in labels(search, years)
    assert ("word", "NOT zymurgy") in labels(search, SearchRequest(text="one-word NOT zymurgy"))
    [many] = [way for way in search.loosen(EMPTY[6]) if way.kind == "value"]
    assert many.label == "Journal: “j0” or “j1” or “j10” or 47 more"
    assert many.request == SearchRequest(text="fatigue")
    assert labels(search, EMPTY[4]) == [("value", EVERYTHING)]


def test_what_everything_fits_cannot_be_loosened(opened: dict[str, SearchEngine]) -> None:
    assert opened["tantivy"].loosen(SearchRequest()) == ()


def test_the_work_is_bounded(opened: dict[str, SearchEngine]) -> None:
    many = {name: tuple(f"v{i}" for i in range(50)) for name in FACETS}
    request = SearchRequest(" ".join(f"title:w{i}" for i in range(200)), include=many, exclude=many, year_from=1990)
    counted: list[SearchRequest] = []
    assert loosenings(request, FACETS, lambda name, value: value, lambda r: counted.append(r) or 0) == ()
    assert len(counted) <= MOST_TRIED + 2
    with at_most(10):
        opened["tantivy"].loosen(request)


values = st.dictionaries(
    st.sampled_from(["symptom", "design", "claim", "participants"]),
    st.lists(st.text(max_size=9), max_size=3),
    max_size=2,
)


@given(st.text(max_size=40), values, values, st.none() | st.integers(1700, 2100))
@settings(max_examples=80, deadline=None)
def test_anything_can_be_loosened(
    opened: dict[str, SearchEngine],
    text: str,
    include: dict,
    exclude: dict,
    year: int | None,  # type: ignore[type-arg]
) -> None:
    wanted = {name: tuple(chosen) for name, chosen in include.items()}
    unwanted = {name: tuple(chosen) for name, chosen in exclude.items()}
    request = SearchRequest(text, wanted, unwanted, year)
    for way in opened["tantivy"].loosen(request):
        assert way.request != request
        assert way.count > 0
