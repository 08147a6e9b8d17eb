"""Searches side by side, and lists of searches in an address."""

import csv
import io
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import site_samples
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from page_reading import seen, words

from explorer.app import create_app
from explorer.comparison import read_search, regions, sides
from explorer.presentation_snapshot import kept_args
from index.fields import facet_values, facets


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site_samples.SampleBuild]:
    build = site_samples.SampleBuild(site_samples.atlas(), tmp_path_factory.mktemp("compare"))
    yield build
    build.engine.close()


@pytest.fixture(scope="module")
def client(build: site_samples.SampleBuild) -> FlaskClient:
    return create_app(build, testing=True).test_client()


def compare(**searches: str) -> str:
    return "/compare?" + urlencode(searches)


def ids(client: FlaskClient, search: str) -> set[str]:
    return {s["entry"]["id"] for s in client.get(f"/studies.json{search}").get_json()["studies"]}


def shown(page: lxml_html.HtmlElement, region: str) -> set[str]:
    links = page.xpath(f"//section[@aria-labelledby='in-{region}']//ul//a/@href")
    return {link.removeprefix("/studies/") for link in links}


@pytest.mark.parametrize(
    ("a", "b"),
    [("?symptom=toe-pain", "urate"), ("?design=trial", "?symptom=fever"), ("?q=urate&not.design=trial", "?to=2005")],
)
def test_regions_are_what_sets_say(client: FlaskClient, a: str, b: str) -> None:
    of_a = ids(client, a)
    of_b = ids(client, b if b.startswith("?") else f"?q={b}")
    for only, expected in (("ab", of_a & of_b), ("a", of_a - of_b), ("b", of_b - of_a)):
        page = seen(client, compare(a=a, b=b, only=only))
        assert shown(page, only) == expected
        count = f"{len(expected):,} {'study' if len(expected) == 1 else 'studies'}"
        assert count in words(page.get_element_by_id(f"in-{only}"))


def test_three_searches_have_seven_regions_that_hold_every_study_once(build: site_samples.SampleBuild) -> None:
    asked = [("a", "?symptom=pain"), ("b", "urate"), ("c", "?from=2000")]
    compared = sides(build.atlas, build.engine, asked)
    found = regions(compared)
    assert [r.letters for r in found] == ["abc", "ab", "ac", "bc", "a", "b", "c"]
    everything = [i for r in found for i in r.ids]
    assert len(everything) == len(set(everything)) == len({i for s in compared for i in s.ids})


def test_counts_side_by_side_are_of_the_studies_found(client: FlaskClient, build: site_samples.SampleBuild) -> None:
    page = seen(client, compare(a="?symptom=pain", b="?symptom=fever"))
    facet = next(f for f in facets(build.atlas.config) if f.name == "symptom")
    table = next(t for t in page.xpath("//div[@class='sides']/details") if words(t.xpath("summary")[0]) == "Symptom")
    for row in table.xpath(".//tbody/tr"):
        label = words(row.xpath("th")[0])
        concept = next(c.id for c in build.atlas.vocabulary.of_scheme("symptom") if " ".join(c.label.split()) == label)
        for search, cell in zip(("?symptom=pain", "?symptom=fever"), row.xpath("td"), strict=True):
            found = [build.atlas.studies[i] for i in ids(client, search)]
            assert int(words(cell)) == sum(concept in facet_values(build.atlas, s, facet) for s in found), label


def test_a_region_can_be_shown_alone(client: FlaskClient) -> None:
    address, found = compare(a="?sort=title", b="?symptom=fever", only="ab"), set[str]()
    while address:
        page = seen(client, address)
        found |= shown(page, "ab")
        following = page.xpath("//nav[@class='pager']//a[contains(@rel, 'next')]/@href")
        address = following[0] if following else ""
    assert found == ids(client, "?symptom=fever")


def test_more_than_a_page_of_a_region(tmp_path_factory: pytest.TempPathFactory) -> None:
    build = site_samples.SampleBuild(site_samples.atlas(120), tmp_path_factory.mktemp("many"))
    client = create_app(build, testing=True).test_client()
    address, found, pages = compare(a="?", b="?symptom=fever", only="ab"), list[str](), 0
    while address:
        page = seen(client, address)
        found += page.xpath("//section[@aria-labelledby='in-ab']//ul//a/@href")
        following = page.xpath("//nav[@class='pager']//a[contains(@rel, 'next')]/@href")
        address, pages = (following[0] if following else ""), pages + 1
    assert (len(found), len(set(found)), pages) == (120, 120, 3)
    build.engine.close()


def test_the_table_says_which_search_finds_what(client: FlaskClient) -> None:
    page = seen(client, compare(a="?symptom=toe-pain", b="?design=trial"))
    answer = client.get(page.xpath("//p[@class='take']/a/@href")[0])
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {r["id"]: (r["found by A"], r["found by B"]) for r in rows} == {
        "brown-2012-nothing-helps": ("yes", "yes"),
        "adams-2005-urate-rises": ("yes", "no"),
    }


@pytest.mark.parametrize(
    "path", ["/compare", "/compare?a=urate", "/compare?b=urate", "/compare?a=&b=", "/compare?part=x"]
)
def test_fewer_than_two_searches_give_the_form(client: FlaskClient, path: str) -> None:
    page = seen(client, path)
    assert len(page.xpath("//main//form//input[@type='search']")) == 3
    assert not page.xpath("//section[contains(@class, 'region')]")


@pytest.mark.parametrize(
    "written", ["?nonsense=1", "?size=abc", '?q="open', "?" + "symptom=x&" * 500, "?" + "%" * 100, "\x00", "a" * 5_000]
)
def test_what_cannot_be_used_is_told(client: FlaskClient, written: str) -> None:
    assert client.get(compare(a=written, b="urate", only="zz", part="-4")).status_code == 200


@given(st.text(max_size=60))
def test_any_text_is_a_search(text: str) -> None:
    known = facets(site_samples.config())
    request = read_search(text, known)
    again = read_search("?" + urlencode(kept_args(request)), known)
    assert (again.text, again.include, again.exclude) == (request.text, request.include, request.exclude)


@pytest.mark.parametrize(
    "start", ["", "/studies", "https://gout.example.org/studies", "http://localhost:8000/atlas/studies"]
)
def test_an_address_is_read_with_or_without_its_start(start: str) -> None:
    request = read_search(f" {start}?q=toe&symptom=pain&page=4 ", facets(site_samples.config()))
    assert (request.text, dict(request.include), request.page) == ("toe", {"symptom": ("pain",)}, 1)
    assert read_search("is it gout?", facets(site_samples.config())).text == "is it gout?"


def test_searches_in_an_address_are_listed_with_what_they_find_now(client: FlaskClient) -> None:
    listed = [("s", "Toes|?symptom=toe-pain"), ("s", "?q=urate&symptom=pain"), ("s", "<b>|nothinglikethis")]
    page = seen(client, "/saved?" + urlencode(listed))
    rows = page.xpath("//ul[@id='in-address']/li")
    assert next(words(r) for r in rows) == "Toes 2 studies"
    assert [words(r.xpath("a")[0]) for r in rows] == ["Toes", "“urate”, Pain", "<b>"]
    kept = client.get("/saved.json?" + urlencode(listed)).get_json()
    assert next((k["name"], k["total"]) for k in kept) == ("Toes", 2)
    for row, entry in zip(rows, kept, strict=True):
        assert dict(parse_qsl(urlsplit(row.xpath("a/@href")[0]).query)) == dict(parse_qsl(entry["search"][1:]))
        assert f"{entry['total']} stud" in words(row)


def test_an_address_lists_a_bounded_number(client: FlaskClient) -> None:
    page = seen(client, "/saved?" + urlencode([("s", f"word{n}") for n in range(60)]))
    assert len(page.xpath("//ul[@id='in-address']/li")) == 50
    assert "10 more were left out" in words(page.xpath("//main")[0])


def test_the_search_page_leads_to_all_ways_of_keeping_it(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=urate&symptom=pain&page=1")
    box = page.xpath("//p[@class='keep']")[0]
    for link in box.xpath("a/@href"):
        assert client.get(link).status_code == 200, link
    compared = next(link for link in box.xpath("a/@href") if "/compare" in link)
    assert seen(client, compared).get_element_by_id("a").get("value") == "?q=urate&symptom=pain"
    assert client.get(box.xpath("button/@data-save")[0]).get_json()["search"] == "?q=urate&symptom=pain"
