"""One set of requests, every engine: the same studies, totals, counts, messages; the same order but for relevance."""

from collections.abc import Callable
from pathlib import Path

import pytest
from index_fixtures import atlas
from index_requests import REQUESTS

from entries.atlas import Atlas
from index import engine as engines
from index.engine import SearchEngine, SearchResult
from index.fields import facet_values, facets
from index.query import SearchRequest, Sort

ENGINES = ("tantivy", "whoosh")


@pytest.fixture(scope="module")
def whole() -> Atlas:
    return atlas()


@pytest.fixture(scope="module")
def opened(whole: Atlas, tmp_path_factory: pytest.TempPathFactory) -> dict[str, SearchEngine]:
    folder = tmp_path_factory.mktemp("indexes")
    for name in ENGINES:
        engines.build(whole, folder / name, engine=name)
    return {name: engines.open_index(folder / name, whole) for name in ENGINES}


def request_of(args: list[tuple[str, str]], whole: Atlas) -> SearchRequest:
    return SearchRequest.from_args(args, facets(whole.config))


def answer(result: SearchResult) -> dict[str, object]:
    """What must be the same on every engine."""
    return {
        "total": result.total,
        "facets": [(f.facet.name, f.counts) for f in result.facets],
        "years": result.years,
        "messages": result.messages,
        "request": result.request,
        "hits": len(result.hits),
        "offers": result.offers,
    }


def test_there_are_enough_requests() -> None:
    assert len(REQUESTS) >= 60


@pytest.mark.parametrize(("name", "args"), REQUESTS, ids=[name for name, _ in REQUESTS])
def test_engines_answer_alike(
    name: str, args: list[tuple[str, str]], whole: Atlas, opened: dict[str, SearchEngine]
) -> None:
    request = request_of(args, whole)
    one, other = (opened[e].search(request) for e in ENGINES)
    assert answer(one) == answer(other)
    ids = {e: opened[e].ids(request) for e in ENGINES}
    assert set(ids["tantivy"]) == set(ids["whoosh"])
    assert len(ids["tantivy"]) == len(set(ids["tantivy"])) == one.total
    if request.sort is not Sort.RELEVANCE or not request.text:
        assert ids["tantivy"] == ids["whoosh"]
        assert [h.id for h in one.hits] == [h.id for h in other.hits]
    shared = {h.id: h.highlights for h in one.hits}
    assert all(h.highlights == shared[h.id] for h in other.hits if h.id in shared)
    assert one.seconds > 0


@pytest.mark.parametrize(("name", "args"), REQUESTS, ids=[name for name, _ in REQUESTS])
@pytest.mark.parametrize("engine", ENGINES)
def test_pages_make_the_whole_list(
    engine: str, name: str, args: list[tuple[str, str]], whole: Atlas, opened: dict[str, SearchEngine]
) -> None:
    """Walking the pages gives every study of ``ids`` once, in the same order: no ties that come out otherwise."""
    request = request_of(args, whole)
    ids = opened[engine].ids(request)
    paged: list[str] = []
    for page in range(1, -(-len(ids) // request.per_page) + 1):
        paged += [h.id for h in opened[engine].search(request.with_page(page)).hits]
    assert paged == ids


COUNTED: list[list[tuple[str, str]]] = [
    [("q", "fatigue")],
    [("q", "fatigue"), ("symptom", "pain"), ("symptom", "fatigue"), ("not.flag", "small-sample")],
    [("symptom", "headache"), ("not.symptom", "migraine"), ("design", "cohort"), ("from", "1995"), ("to", "2010")],
    [("biomarker", "cytokine"), ("level", "E0"), ("level", "E2")],
]


@pytest.mark.parametrize("args", COUNTED, ids=str)
@pytest.mark.parametrize("engine", ENGINES)
def test_counts_are_what_selecting_gives(
    engine: str, args: list[tuple[str, str]], whole: Atlas, opened: dict[str, SearchEngine]
) -> None:
    """Counted by hand: of the studies that obey everything but the facet's own selection, those that have the value."""
    request = request_of(args, whole)
    result = opened[engine].search(request)
    words = set(opened[engine].ids(SearchRequest(text=request.text)))
    for facet_result in result.facets:
        facet = facet_result.facet
        fit = [i for i in words if _obeys(whole, i, request, without=facet.name)]
        having = {i: facet_values(whole, whole.studies[i], facet) for i in fit}
        expected = {v: sum(v in values for values in having.values()) for values in having.values() for v in values}
        assert {c.value: c.count for c in facet_result.counts if c.count} == expected
        chosen = {*request.include.get(facet.name, ()), *request.exclude.get(facet.name, ())}
        assert chosen <= {c.value for c in facet_result.counts}
    fit = [i for i in words if _obeys(whole, i, request, without="years")]
    years = [whole.studies[i].year for i in fit]
    assert result.years == tuple((year, years.count(year)) for year in sorted(set(years)))
    assert result.total == sum(_obeys(whole, i, request) for i in words)


def _obeys(whole: Atlas, study_id: str, request: SearchRequest, without: str = "") -> bool:
    study = whole.studies[study_id]
    for facet in facets(whole.config):
        values = set(facet_values(whole, study, facet))
        wanted, unwanted = request.include.get(facet.name, ()), request.exclude.get(facet.name, ())
        if facet.name != without and ((wanted and not values & set(wanted)) or values & set(unwanted)):
            return False
    within = (request.year_from or 0) <= study.year <= (9999 if request.year_to is None else request.year_to)
    return within or without == "years"


@pytest.mark.parametrize("engine", ENGINES)
def test_broader_values_hold_the_narrower(engine: str, whole: Atlas, opened: dict[str, SearchEngine]) -> None:
    found = set(opened[engine].ids(SearchRequest(include={"symptom": ("pain",)})))
    for narrower in ("headache", "migraine", "myalgia"):
        assert set(whole.studies_with(narrower)) <= found
    assert found == set(whole.studies_with("pain"))
    left = opened[engine].ids(SearchRequest(exclude={"symptom": ("pain",)}))
    assert not set(left) & found
    assert len(left) + len(found) == len(whole.studies)


SAME: list[list[str]] = [
    ["NF-κB", "NF kappa B", "nf-kb", "NFkB", "NF-kappaB"],
    ["TNF-α", "TNF alpha", "TNFa", "tnf-alpha"],
    ["IL-6", "IL6", "IL 6", "il‑6"],
    ["CD4+", "CD4", "cd-4"],
    ["post-exertional", "post exertional", "postexertional"],
    ["tumour", "tumors", "Tumor"],
    ["haemoglobin", "hemoglobin"],
    ["oedema", "edema"],
    ["randomised paediatric trial", "randomized pediatric trials"],
    ["behaviour centre", "behaviors centers"],
    ["mitochondria", "mitochondrion"],
    ["women analysis", "woman analyses"],
    ["Löbel", "lobel", "LOBEL"],
    ["Sjögren's", "sjogrens", "Sjögren"],
    ["VO₂max", "VO2max", "vo2-max"],
    ["CO₂ H₂O₂", "CO2 H2O2", "co2 h₂o₂"],
    ["Ca²⁺ influx", "Ca2+ influx", "Ca 2+ influx", "ca-2 influx"],
    ["β₂-adrenergic", "beta2 adrenergic", "β2 adrenergic", "beta-2-adrenergic"],
    ["SARS-CoV-2", "SARS CoV-2", "sarscov2"],
    ["diarrhoea", "diarrhea", "diarrhoeas"],
    ["leukaemia ischaemic", "leukemia ischemic", "leukæmias ischæmic"],
    ["oestrogens", "estrogen"],
    ["orthopaedic randomisation", "orthopedic randomizations"],
    ["naïve T-cell", "naive T cells", "naïve t‑cells"],
]


@pytest.mark.parametrize("family", SAME, ids=lambda family: family[0])
@pytest.mark.parametrize("engine", ENGINES)
def test_no_spelling_hides_a_study(engine: str, family: list[str], opened: dict[str, SearchEngine]) -> None:
    found = [set(opened[engine].ids(SearchRequest(text=text))) for text in family]
    assert found[0]
    assert all(ids == found[0] for ids in found)


@pytest.mark.parametrize(
    ("text", "study_id"),
    [
        ("NF-κB", "spell-2005-nf-name"),
        ("brain fog", "odd-2016-brain"),
        ("dizziness on standing", None),
        ("cephalalgia", "odd-2013-either"),
        ("muscle pain", "odd-2014-oxford"),
        ("RCT", "odd-2015-trial"),
        ("10.1016/S0140-6736(96)91208-6", "odd-2011-doi"),
        ("https://doi.org/10.1016/s0140-6736(96)91208-6", "odd-2011-doi"),
        ("PMC77", "odd-2011-doi"),
        ("11111111", "spell-2001-nf-greek"),
        ("odd-1996-markup", "odd-1996-markup"),
        ("van der Meer-Smith", "odd-2011-doi"),
        ("author:oneill", None),
        ("Ångström facade oneill", "odd-1986-group"),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_finds(engine: str, text: str, study_id: str | None, opened: dict[str, SearchEngine]) -> None:
    ids = opened[engine].ids(SearchRequest(text=text))
    assert study_id in ids if study_id else isinstance(ids, list)


@pytest.mark.parametrize("engine", ENGINES)
def test_orders(engine: str, whole: Atlas, opened: dict[str, SearchEngine]) -> None:
    def ordered(sort: Sort) -> list[str]:
        return opened[engine].ids(SearchRequest(sort=sort))

    studies = whole.studies
    assert ordered(Sort.NEWEST) == sorted(studies, key=lambda i: (-studies[i].year, i))
    assert ordered(Sort.OLDEST) == sorted(studies, key=lambda i: (studies[i].year, i))
    assert ordered(Sort.LEVEL) == sorted(studies, key=lambda i: (studies[i].evidence_level, -studies[i].year, i))
    assert ordered(Sort.SIZE) == sorted(studies, key=lambda i: (-(_size(studies[i]) + 1), i))
    titles = [studies[i].title.lower() for i in ordered(Sort.TITLE) if studies[i].title.isascii()]
    plain = [t for t in titles if t[0].isalpha()]
    assert [t[0] for t in plain] == sorted(t[0] for t in plain)
    assert ordered(Sort.TITLE).index("odd-2017-same-title") + 1 == ordered(Sort.TITLE).index("odd-2018-same-title")
    assert ordered(Sort.RELEVANCE) == ordered(Sort.NEWEST)


def _size(study) -> int:  # type: ignore[no-untyped-def]
    return -1 if study.participants.size is None else study.participants.size


@pytest.mark.parametrize("engine", ENGINES)
def test_relevance(engine: str, opened: dict[str, SearchEngine]) -> None:
    result = opened[engine].search(SearchRequest(text="zymurgy OR pain", per_page=100))
    assert result.hits[0].id == "odd-2019-one-word"  # in the title, and nowhere else
    scores = [h.score for h in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(s > 0 for s in scores)
    light, heavy = (
        next(
            h for h in opened[engine].search(SearchRequest(text=text, per_page=100)).hits if h.id == "odd-2019-one-word"
        )
        for text in ("zymurgy^0.5 OR pain", "zymurgy^2 OR pain")
    )
    assert heavy.score == pytest.approx(4 * light.score)


@pytest.mark.parametrize("engine", ENGINES)
def test_equal_scores_come_by_id(engine: str, opened: dict[str, SearchEngine]) -> None:
    ids = opened[engine].ids(SearchRequest(text='title:"one title"'))
    assert ids == ["odd-2017-same-title", "odd-2018-same-title"]


@pytest.mark.parametrize("engine", ENGINES)
def test_page_far_beyond_the_end(engine: str, opened: dict[str, SearchEngine]) -> None:
    result = opened[engine].search(SearchRequest(page=10**9, per_page=25))
    assert result.request.page == 4
    assert result.hits
    assert "last one, page 4" in result.messages[0]
    nothing = opened[engine].search(SearchRequest(text="xyzzy", page=10**9))
    assert (nothing.total, nothing.request.page, nothing.hits) == (0, 1, ())


@pytest.mark.parametrize("engine", ENGINES)
def test_contradictions_are_told(engine: str, opened: dict[str, SearchEngine]) -> None:
    request = SearchRequest(include={"symptom": ("pain",)}, exclude={"symptom": ("pain",)})
    result = opened[engine].search(request)
    assert result.total == 0
    assert "“Pain” is both asked for and left out" in result.messages[0]
    symptom = next(f for f in result.facets if f.facet.name == "symptom")
    pain = next(c for c in symptom.counts if c.value == "pain")
    assert (pain.selected, pain.excluded, pain.label) == (True, True, "Pain")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("facet", "wanted", "unwanted", "told"),
    [
        ("symptom", "migraine", "pain", "“Migraine” is asked for, but “Pain”, which includes it, is left out"),
        ("claim", "il-6:mixed", "immune-marker:mixed", "“IL-6: mixed” is asked for, but “Immune marker: mixed”"),
    ],
)
def test_what_lies_within_something_left_out_is_told(
    engine: str, facet: str, wanted: str, unwanted: str, told: str, opened: dict[str, SearchEngine]
) -> None:
    result = opened[engine].search(SearchRequest(include={facet: (wanted,)}, exclude={facet: (unwanted,)}))
    assert result.total == 0
    assert any(told in m for m in result.messages)
    sound = SearchRequest(include={facet: (unwanted,)}, exclude={facet: (wanted,)})
    assert opened[engine].search(sound).messages == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_contradictions_without_end_are_told_in_a_few_words(engine: str, opened: dict[str, SearchEngine]) -> None:
    many = tuple(f"v{i}" for i in range(500))
    result = opened[engine].search(SearchRequest(include={"symptom": many}, exclude={"symptom": many}))
    assert 0 < len(result.messages) < 10


@pytest.mark.parametrize("engine", ENGINES)
def test_unknown_facet_values_stay_visible(engine: str, opened: dict[str, SearchEngine]) -> None:
    result = opened[engine].search(SearchRequest(include={"symptom": ("no-such",), "no-such-facet": ("x",)}))
    symptom = next(f for f in result.facets if f.facet.name == "symptom")
    assert ("no-such", 0, True) in [(c.value, c.count, c.selected) for c in symptom.counts]
    assert result.total == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_orders_of_facet_values(engine: str, opened: dict[str, SearchEngine]) -> None:
    result = opened[engine].search(SearchRequest(include={"biomarker": ("lactate",)}))
    by_name = {f.facet.name: f.counts for f in result.facets}
    assert [c.value for c in by_name["level"]] == sorted(c.value for c in by_name["level"])
    labels = [c.label.casefold() for c in by_name["biomarker"]]
    assert labels == sorted(labels)
    counts = [c.count for c in by_name["symptom"]]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_suggestions(engine: str, opened: dict[str, SearchEngine]) -> None:
    search = opened[engine]
    assert search.suggest("fatgue and malaies") == "fatigue and malaise"
    assert search.suggest("fatigue") is None
    assert search.suggest("title:zymurxy NOT qqqqqqqqqq") == "title:zymurgy NOT qqqqqqqqqq"
    assert search.suggest("") is None


@pytest.mark.parametrize("engine", ENGINES)
def test_counts_documents_and_closes(engine: str, whole: Atlas, tmp_path: Path) -> None:
    engines.build(whole, tmp_path / "i", engine=engine)
    search = engines.open_index(tmp_path / "i", whole)
    assert search.document_count() == len(whole.studies)
    assert search.name == engine
    search.close()


@pytest.mark.parametrize("engine", ENGINES)
def test_an_empty_atlas(engine: str, whole: Atlas, tmp_path: Path) -> None:
    empty = whole.with_studies([])
    engines.build(empty, tmp_path / "i", engine=engine)
    search = engines.open_index(tmp_path / "i", empty)
    for request in (SearchRequest(), SearchRequest("fatigue", include={"symptom": ("pain",)}, page=9, sort=Sort.TITLE)):
        result = search.search(request)
        assert (result.total, result.hits, result.years) == (0, (), ())
        assert search.ids(request) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_several_threads(engine: str, whole: Atlas, opened: dict[str, SearchEngine]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    requests = [request_of(args, whole) for _, args in REQUESTS[:40]]
    ask: Callable[[SearchRequest], list[str]] = opened[engine].ids
    alone = [ask(r) for r in requests]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, requests)) == alone
