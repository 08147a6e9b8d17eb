"""Going on after a study: every list is walked whole, ties and changes of the atlas do not shift it."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_fixtures import atlas, study
from index_requests import REQUESTS

from entries.atlas import Atlas
from index import engine as engines
from index.after import Place, place_of, token_of
from index.engine import SearchEngine
from index.fields import facets
from index.query import SearchRequest, Sort

ENGINES = ("tantivy", "whoosh")


@pytest.fixture(scope="module")
def whole() -> Atlas:
    return atlas()


@pytest.fixture(scope="module")
def opened(whole: Atlas, tmp_path_factory: pytest.TempPathFactory) -> dict[str, SearchEngine]:
    folder = tmp_path_factory.mktemp("after")
    for name in ENGINES:
        engines.build(whole, folder / name, engine=name)
    return {name: engines.open_index(folder / name, whole) for name in ENGINES}


def walked(search: SearchEngine, request: SearchRequest) -> list[str]:
    """All ids, page after page by ``next_after``."""
    ids: list[str] = []
    result = search.search(request.going_on(None))
    while True:
        assert result.offset == len(ids)
        ids += [h.id for h in result.hits]
        if result.next_after is None:
            assert len(ids) == result.total
            return ids
        result = search.search(request.going_on(result.next_after))
        assert result.request.after and result.request.page == 1


@pytest.mark.parametrize(("name", "args"), REQUESTS[::2], ids=[name for name, _ in REQUESTS[::2]])
@pytest.mark.parametrize("engine", ENGINES)
def test_walking_gives_the_whole_list(
    engine: str, name: str, args: list[tuple[str, str]], whole: Atlas, opened: dict[str, SearchEngine]
) -> None:
    request = SearchRequest.from_args(args, facets(whole.config))
    assert walked(opened[engine], request) == opened[engine].ids(request)


@pytest.mark.parametrize("engine", ENGINES)
def test_pages_tell_where_to_go_on(engine: str, opened: dict[str, SearchEngine]) -> None:
    search = opened[engine]
    third = search.search(SearchRequest(page=3, per_page=7))
    assert third.offset == 14
    fourth = search.search(SearchRequest(per_page=7, after=third.next_after))
    assert [h.id for h in fourth.hits] == [h.id for h in search.search(SearchRequest(page=4, per_page=7)).hits]


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST, Sort.LEVEL, Sort.SIZE, Sort.TITLE, Sort.RELEVANCE])
@pytest.mark.parametrize("engine", ENGINES)
def test_what_came_or_went_before_shifts_nothing(engine: str, sort: Sort, whole: Atlas, tmp_path: Path) -> None:
    rng = random.Random(f"{engine} {sort}")
    request = SearchRequest(text="fatigue OR pain", sort=sort, per_page=5)
    engines.build(whole, tmp_path / "i", engine=engine)
    search = engines.open_index(tmp_path / "i", whole)
    ids = search.ids(request)
    result = search.search(request)
    for _ in range(2):
        result = search.search(request.going_on(result.next_after))
    seen, last = ids[: result.offset + 5], result.hits[-1].id
    gone = set(rng.sample(seen[:-1], 4))
    fresh = [study(f"fresh-{n}", title="Fatigue", year=rng.randint(1990, 2020)) for n in range(3)]
    now = whole.with_studies([*(s for i, s in whole.studies.items() if i not in gone), *fresh])
    engines.build(now, tmp_path / "now", engine=engine)
    later = engines.open_index(tmp_path / "now", now)
    order = later.ids(request)
    following = later.search(request.going_on(result.next_after))
    assert [h.id for h in following.hits] == order[order.index(last) + 1 :][:5]
    assert following.offset == order.index(last) + 1
    if sort is not Sort.RELEVANCE:  # relevance depends on all studies
        assert [i for i in order[following.offset :] if not i.startswith("fresh")] == ids[len(seen) :]


@pytest.mark.parametrize("engine", ENGINES)
def test_where_the_study_of_the_token_matches_no_more(engine: str, opened: dict[str, SearchEngine]) -> None:
    search = opened[engine]
    token = search.search(SearchRequest(sort=Sort.TITLE, per_page=20)).next_after
    last = search.ids(SearchRequest(sort=Sort.TITLE))[19]
    narrower = SearchRequest(sort=Sort.TITLE, text=f"NOT id:{last}", per_page=5, after=token)
    order = search.ids(narrower)
    assert [h.id for h in search.search(narrower).hits] == order[19:24]


BROKEN = [
    "x",
    "====",
    "-",
    "ä",
    "WzEsIm5ld2VzdCIsIngiLDFd",  # a study that is not there
    "W" * 400,
    token_of(Place(Sort.TITLE, "odd-2017-same-title", 3)),  # another order
    token_of(Place(Sort.NEWEST, "no-such-study", 3)),
]


@pytest.mark.parametrize("token", BROKEN)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_token_that_says_nothing_gives_the_first_page(
    engine: str, token: str, opened: dict[str, SearchEngine]
) -> None:
    result = opened[engine].search(SearchRequest(after=token))
    assert any("first page" in m for m in result.messages)
    assert (result.request.after, result.request.page, result.offset) == (None, 1, 0)
    assert [h.id for h in result.hits] == opened[engine].ids(SearchRequest())[:10]


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_after_the_last(engine: str, opened: dict[str, SearchEngine]) -> None:
    last = opened[engine].ids(SearchRequest())[-1]
    result = opened[engine].search(SearchRequest(after=token_of(Place(Sort.NEWEST, last, 1))))
    assert "first page" in result.messages[0]
    assert opened[engine].search(SearchRequest(text="xyzzyqq", after=BROKEN[0])).total == 0


@given(st.sampled_from(Sort), st.text(max_size=120), st.integers(1, 10**9))
def test_a_place_survives_its_token(sort: Sort, study_id: str, position: int) -> None:
    token = token_of(Place(sort, study_id, position))
    assert place_of(token) == Place(sort, study_id, position)
    assert token.replace("-", "").replace("_", "").isalnum()


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda b: b.hex()))
def test_any_token_is_read(token: str) -> None:
    place_of(token)
