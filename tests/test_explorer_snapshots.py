"""Dated snapshots of a search: the link and the file tell what was added, removed or changed, and no more."""

import csv
import io
import json
import random
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import site_samples
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from page_reading import seen, words

from entries.atlas import Atlas
from entries.study import Study
from explorer.app import create_app
from explorer.result_snapshot import (
    LISTED,
    LONGEST,
    SnapshotFile,
    SnapshotUnreadable,
    compared,
    file_of,
    key_of,
    packed,
)
from explorer.sketch import Sketch

DAY = date(2026, 11, 21)
ARGS = [("q", "gout"), ("symptom", "pain")]


def digests(ids: range | list[int], version: str = "") -> dict[str, str]:
    return {f"study-{i}": sha256(f"{i}{version}".encode()).hexdigest() for i in ids}


# The sketch


@given(st.sets(st.integers(0, 2**64 - 1), max_size=60), st.sets(st.integers(0, 2**64 - 1), max_size=60))
def test_a_sketch_gives_back_the_difference_or_says_that_it_cannot(one: set[int], other: set[int]) -> None:
    found = Sketch.from_bytes(Sketch.of(one, 285).to_bytes()).difference(other)
    assert found is None or found == (one - other, other - one)
    if one == other:
        assert found == (set(), set())


def test_a_sketch_of_many_keys_finds_a_hundred_differences() -> None:
    chance = random.Random(1)
    keys = {chance.getrandbits(64) for _ in range(20_000)}
    gone, new = set(sorted(keys)[:50]), {chance.getrandbits(64) for _ in range(50)}
    found = Sketch.of(keys, 285).difference((keys - gone) | new)
    assert found == (gone, new)
    assert Sketch.of(keys, 285).difference({chance.getrandbits(64) for _ in range(5_000)}) is None


@given(st.binary(max_size=14 * 30))
def test_any_bytes_are_a_sketch_or_refused(data: bytes) -> None:
    try:
        Sketch.from_bytes(data).difference({1, 2, 3})
    except ValueError:
        assert not data or len(data) % (14 * 3)


# Link and file


@pytest.mark.parametrize("count", [0, 1, LISTED, LISTED + 1, 5_000])
def test_an_unchanged_result_is_the_same(count: int) -> None:
    known = digests(range(count))
    link = packed(known, known, ARGS, DAY)
    assert len(link) < LONGEST
    assert compared(link, DAY, ARGS, list(known), known).same


@pytest.mark.parametrize("count", [30, 5_000])
def test_every_kind_of_difference_is_told(count: int) -> None:
    before = digests(range(count))
    link = packed(before, before, ARGS, DAY)
    now = {**before, **digests([3, 4], "edited"), **digests([count, count + 1])}
    del now["study-7"]  # taken out of the atlas
    found = [i for i in now if i != "study-9"]  # in the atlas, found no more
    difference = compared(link, DAY, ARGS, found, now)
    assert difference.added == (f"study-{count}", f"study-{count + 1}")
    assert difference.changed == ("study-3", "study-4")
    assert difference.gone == ("study-9",)
    assert (difference.lost, difference.nameless, difference.complete) == ((), 1, True)
    assert (difference.then, difference.now) == (count, count)
    kept = SnapshotFile.read(file_of(list(before), before, {"on": "2026-11-21", "search": ARGS, "atlas": ATLAS}))
    by_file = kept.compared(found, now)
    assert (by_file.added, by_file.changed, by_file.gone) == (difference.added, difference.changed, difference.gone)
    assert by_file.lost == ("study-7",)


ATLAS = {"title": "A", "base_iri": "https://a.example.org/", "versions": {}}


def test_more_differences_than_a_link_can_tell_are_admitted() -> None:
    before, now = digests(range(5_000)), digests(range(5_000), "edited")
    difference = compared(packed(before, before, ARGS, DAY), DAY, ARGS, list(now), now)
    assert not difference.complete
    assert not difference.same
    assert not difference.changed


@pytest.mark.parametrize(
    "spoil",
    [lambda t: t[:-1], lambda t: t[:10], lambda t: "", lambda t: "?" + t, lambda t: t[:30] + "A" + t[31:] + "AAAA"],
)
def test_a_link_that_was_cut_or_changed_says_so(spoil: Callable[[str], str]) -> None:
    known = digests(range(5))
    with pytest.raises(SnapshotUnreadable):
        compared(spoil(packed(known, known, ARGS, DAY)), DAY, ARGS, list(known), known)


def test_a_link_belongs_to_its_search_and_day() -> None:
    known = digests(range(5))
    link = packed(known, known, ARGS, DAY)
    assert compared(link, DAY, ARGS[::-1], list(known), known).same, "the order of arguments says nothing"
    for day, args in ((date(2026, 11, 20), ARGS), (DAY, ARGS[:1])):
        with pytest.raises(SnapshotUnreadable, match="does not fit"):
            compared(link, day, args, list(known), known)


@given(st.text(max_size=200))
def test_any_text_is_a_link_or_refused(text: str) -> None:
    with pytest.raises(SnapshotUnreadable):
        compared(text, DAY, ARGS, [], {})


@given(
    st.recursive(st.none() | st.text(max_size=5) | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_any_json_is_a_file_or_refused(value: object) -> None:
    for data in (json.dumps(value), json.dumps({"kind": "result snapshot", "studies": value, "search": value})):
        with pytest.raises(SnapshotUnreadable):
            SnapshotFile.read(data.encode())


def test_keys_differ_in_their_first_part_by_study_and_in_the_rest_by_content() -> None:
    one, edited, other = key_of("a", "0" * 64), key_of("a", "1" * 64), key_of("b", "0" * 64)
    assert one >> 24 == edited >> 24 != other >> 24
    assert one != edited


# The pages


def built(studies: list[Study], folder: Path) -> tuple[FlaskClient, site_samples.SampleBuild]:
    build = site_samples.SampleBuild(Atlas.of(site_samples.config(), site_samples.vocabulary(), studies), folder)
    return create_app(build, testing=True).test_client(), build


@pytest.fixture(scope="module")
def then_and_now(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """The sample atlas, and what became of it: one study edited, one without the symptom, one gone, one new."""
    before = site_samples.studies(10)
    series = [s for s in before if s.id.startswith("series")]
    edited = series[0].model_copy(update={"summary": "Something else was found."})
    moved = site_samples.entry(series[1].id, title=series[1].title, tags={"symptom": ["pain"]})
    new = site_samples.entry("zeta-2025-new-work", tags={"symptom": ["fever"]})
    now = [edited, moved, new, *(s for s in before if s not in series[:3])]
    clients = [built(studies, tmp_path_factory.mktemp(f"atlas{n}")) for n, studies in enumerate((before, now))]
    yield clients[0][0], clients[1][0]
    for _, build in clients:
        build.engine.close()


def link_of(client: FlaskClient, search: str) -> str:
    parts = urlsplit(seen(client, f"/snapshots?{search}").get_element_by_id("snapshot").get("href"))
    return f"{parts.path}?{parts.query}"


def test_the_link_on_the_page_shows_what_changed(then_and_now: tuple[FlaskClient, FlaskClient]) -> None:
    then, now = then_and_now
    address = link_of(then, "symptom=fever&sort=title&page=1")
    assert "Nothing changed: the same 10 studies" in words(seen(then, address).xpath("//main")[0])
    page = seen(now, address)
    headings = [words(h) for h in page.xpath("//section//h2")]
    assert headings[:3] == ["Added: 1 study", "Changed: 1 study", "Not found any more: 1 study"]
    links = page.xpath("//ul[@class='related']//a/@href")
    assert links == ["/studies/zeta-2025-new-work", "/studies/series-1980-number-0", "/studies/series-1981-number-1"]
    assert "1 study that the search found then is not in the atlas now" in words(page.xpath("//main")[0])
    table = now.get(page.xpath("//p[@class='take']/a/@href")[0])
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert [row["change"] for row in rows] == ["added", "changed", "gone"]


def test_the_file_names_what_left_the_atlas(then_and_now: tuple[FlaskClient, FlaskClient]) -> None:
    then, now = then_and_now
    file = then.get("/snapshots.json?symptom=fever")
    assert "attachment" in file.headers["Content-Disposition"]
    answer = now.post("/snapshots", data={"file": (io.BytesIO(file.data), "snapshot.json")})
    assert answer.status_code == 200
    assert "Not in the atlas any more: 1 study" in answer.text
    assert "series-1982-number-2" in answer.text


@pytest.mark.parametrize(
    "change",
    [{"of": "AAAA"}, {"on": "2020-01-01"}, {"on": "then"}, {"on": ""}, {"symptom": "pain"}, {"nonsense": "1"}],
)
def test_a_spoilt_address_is_told_and_the_search_kept(
    then_and_now: tuple[FlaskClient, FlaskClient], change: dict[str, str]
) -> None:
    args = dict(parse_qsl(urlsplit(link_of(then_and_now[0], "symptom=fever")).query))
    answer = then_and_now[0].get(f"/snapshots?{urlencode({**args, **change})}")
    assert answer.status_code == 400
    assert "cannot be read" in answer.text
    assert then_and_now[0].get(f"/snapshots.csv?{urlencode({**args, **change})}").status_code == 400


@pytest.mark.parametrize("data", [b"", b"{}", b"[1", b"\xff\xfe", b'{"kind": "result snapshot"}'])
def test_a_file_that_is_none_is_refused(then_and_now: tuple[FlaskClient, FlaskClient], data: bytes) -> None:
    answer = then_and_now[0].post("/snapshots", data={"file": (io.BytesIO(data), "x.json")})
    assert answer.status_code == 400
    assert "This snapshot cannot be read" in answer.text


def test_a_file_of_another_atlas_is_refused(then_and_now: tuple[FlaskClient, FlaskClient]) -> None:
    file = then_and_now[0].get("/snapshots.json").data.replace(site_samples.BASE.encode(), b"https://other.example/")
    answer = then_and_now[0].post("/snapshots", data={"file": (io.BytesIO(file), "x.json")})
    assert answer.status_code == 400
    assert "another atlas" in answer.text


def test_what_a_browser_keeps_of_a_search(then_and_now: tuple[FlaskClient, FlaskClient]) -> None:
    then, now = then_and_now
    kept = then.get("/snapshots/link?symptom=fever&sort=title&size=25").get_json()
    assert (kept["search"], kept["total"], kept["title"]) == ("?symptom=fever", 10, "Fever")
    assert "Added: 1 study" in words(seen(now, "/snapshots" + kept["snapshot"]).xpath("//main")[0])


# Under the switch "what remains"

REQUIRED, OPTIONAL = {"any": ["acr-1977"]}, {"any": ["rome-1963"]}


def strict(study_id: str, **more: object) -> Study:
    return site_samples.entry(study_id, case_definition=REQUIRED, **more)


def loose(study_id: str, **more: object) -> Study:
    return site_samples.entry(study_id, case_definition=OPTIONAL, **more)


@pytest.fixture(scope="module")
def by_status(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """Studies of either status, and what became of them: edited, new, and one whose status turned each way."""
    before = [strict("a-2001-strict"), loose("b-2002-loose"), loose("c-2003-turning"), strict("d-2004-losing")]
    now = [
        strict("a-2001-strict", summary="Edited."),
        loose("b-2002-loose", summary="Edited."),
        strict("c-2003-turning"),
        loose("d-2004-losing"),
        strict("e-2005-new"),
        loose("f-2006-new"),
    ]
    clients = [built(studies, tmp_path_factory.mktemp(f"status{n}")) for n, studies in enumerate((before, now))]
    yield clients[0][0], clients[1][0]
    for _, build in clients:
        build.engine.close()


def listed(client: FlaskClient, address: str) -> dict[str, list[str]]:
    """By the first word of its heading: the studies of each list."""
    sections = seen(client, address).xpath("//section[ul[@class='related']]")
    return {
        words(section.xpath("./h2")[0]).split(":")[0]: [
            href.partition("?")[0].rpartition("/")[2] for href in section.xpath("./ul//a/@href")
        ]
        for section in sections
    }


def test_a_snapshot_taken_under_the_switch_is_of_the_studies_that_count(
    by_status: tuple[FlaskClient, FlaskClient],
) -> None:
    then, now = by_status
    main = words(seen(then, "/snapshots?remains=required").xpath("//main")[0])
    assert "2 studies on" in main
    assert "studies with “Flare unclear” or “Flare not required” are left out" in main
    address = link_of(then, "remains=required")
    assert "remains=required" in address
    expected = {
        "Added": ["c-2003-turning", "e-2005-new"],
        "Changed": ["a-2001-strict"],
        "Not found any more": ["d-2004-losing"],
    }
    assert listed(now, address) == expected
    assert "Nothing changed: the same 2 studies" in words(seen(then, address).xpath("//main")[0])
    bare = address.replace("&remains=required", "")
    assert listed(now, bare) == expected, "it shows the same to whoever opens it"
    table = now.get(address.replace("/snapshots?", "/snapshots.csv?")).text
    assert len(table.splitlines()) == 1 + 4


def test_a_snapshot_of_all_studies_is_looked_at_under_the_switch(by_status: tuple[FlaskClient, FlaskClient]) -> None:
    then, now = by_status
    address = link_of(then, "q=")
    assert "remains" not in address, "as such links have always been"
    every = listed(now, address)
    assert every["Added"] == ["e-2005-new", "f-2006-new"]
    assert every["Changed"] == ["a-2001-strict", "b-2002-loose", "c-2003-turning", "d-2004-losing"]
    under = f"{address}&remains=required"
    assert listed(now, under) == {"Added": ["e-2005-new"], "Changed": ["a-2001-strict", "c-2003-turning"]}
    main = words(seen(now, under).xpath("//main")[0])
    assert "3 of 6 differences listed here; 3 in studies that are set aside" in main
    assert "4 studies then, 6 studies now" in main
    table = now.get(under.replace("/snapshots?", "/snapshots.csv?")).text
    assert [line.split(",")[1] for line in table.splitlines()[1:]] == ["e-2005-new", "a-2001-strict", "c-2003-turning"]
    assert "Nothing changed" in words(seen(then, under).xpath("//main")[0])


def test_the_bar_of_a_snapshot_says_that_it_counts_and_the_switch_goes_along(
    by_status: tuple[FlaskClient, FlaskClient],
) -> None:
    then, _ = by_status
    page = seen(then, "/studies?remains=possible")
    [link] = [href for href in page.xpath("//a/@href") if href.startswith("/snapshots?")]
    assert "remains=possible" in link
    taken = seen(then, link)
    assert "remains=possible" in taken.get_element_by_id("snapshot").get("href")
    file = next(href for href in taken.xpath("//a/@href") if href.startswith("/snapshots.json"))
    kept = json.loads(then.get(file).data)
    assert [study_id for study_id, _ in kept["studies"]] == ["a-2001-strict", "d-2004-losing"]
    bare = json.loads(then.get("/snapshots.json?remains=possible").data)
    assert bare["studies"] == kept["studies"]
    assert bare["search"] == kept["search"]


def test_a_file_taken_under_the_switch_is_compared_under_it(by_status: tuple[FlaskClient, FlaskClient]) -> None:
    then, now = by_status
    data = then.get("/snapshots.json?remains=required").data
    answer = now.post("/snapshots", data={"file": (io.BytesIO(data), "snapshot.json")})
    for heading in ("Added: 2 studies", "Changed: 1 study", "Not found any more: 1 study"):
        assert heading in answer.text


def test_programs_get_the_same_under_the_switch(by_status: tuple[FlaskClient, FlaskClient]) -> None:
    then, now = by_status
    of_all = then.get("/api/v1/snapshot").get_json()
    path = of_all["changes"]
    told = now.get(f"{path}&remains=required").get_json()
    assert (told["added"], told["changed"], told["gone"]) == (["e-2005-new"], ["a-2001-strict", "c-2003-turning"], [])
    assert (told["aside"], told["same"], told["then"], told["now"]) == (3, False, 4, 6)
    assert now.get(path).get_json()["aside"] == 0
    under = then.get("/api/v1/snapshot?remains=required").get_json()
    assert under["total"] == 2
    told = now.get(under["changes"]).get_json()
    assert (told["added"], told["gone"]) == (["c-2003-turning", "e-2005-new"], ["d-2004-losing"])


def test_large_results_get_a_link_of_fixed_size_that_says_what_it_cannot_tell(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    before = site_samples.studies(LISTED + 40)
    some = [s.model_copy(update={"summary": "Edited."}) if n in (50, 60) else s for n, s in enumerate(before)]
    all_of_them = [s.model_copy(update={"summary": "Edited."}) for s in before]
    then, build = built(before, tmp_path_factory.mktemp("then"))
    page = seen(then, "/snapshots")
    assert "some 150 differences" in words(page.xpath("//main")[0])
    address = link_of(then, "")
    assert len(address) < 5_700
    build.engine.close()
    for studies, expected in (
        (some, "Changed: 2 studies"),
        (all_of_them, "More changed than this link can tell apart"),
    ):
        now, build = built(studies, tmp_path_factory.mktemp("now"))
        shown = words(seen(now, address).xpath("//main")[0])
        assert expected in shown
        assert "Nothing changed" not in shown
        build.engine.close()


def test_a_file_that_is_too_large_is_refused(then_and_now: tuple[FlaskClient, FlaskClient]) -> None:
    answer = then_and_now[0].post("/snapshots", data={"file": (io.BytesIO(b" " * 25_000_000), "x.json")})
    assert answer.status_code == 413
