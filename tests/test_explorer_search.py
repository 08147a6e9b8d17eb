"""The search page: counts, addresses, words, ways out."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import site_samples
from flask.testing import FlaskClient
from lxml import html as lxml_html
from page_reading import seen, words

from entries.atlas import Atlas
from explorer.app import create_app
from index.fields import facets
from index.query import SearchRequest


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return site_samples.atlas()


@pytest.fixture(scope="module")
def client(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(atlas, tmp_path_factory.mktemp("search"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def value(page: lxml_html.HtmlElement, facet: str, concept: str) -> lxml_html.HtmlElement:
    found = page.xpath(f"//a[@id='f-{facet}-{concept}']")
    assert found, f"no value {concept} in {facet}"
    return found[0]


def count(page: lxml_html.HtmlElement, facet: str, concept: str) -> int:
    return int(value(page, facet, concept).xpath("b")[0].text)


def total(page: lxml_html.HtmlElement) -> int:
    match = re.search(r"[\d,]+", words(page.get_element_by_id("count")))
    assert match
    return int(match.group().replace(",", ""))


def titles(page: lxml_html.HtmlElement) -> list[str]:
    return [words(h) for h in page.xpath("//ol[contains(@class, 'hits')]//h3")]


def test_without_words_everything_shows(client: FlaskClient, atlas: Atlas) -> None:
    page = seen(client, "/studies")
    assert total(page) == len(atlas.studies)
    assert len(titles(page)) == 10
    assert "showing 1 to 10" in words(page.get_element_by_id("count"))


def test_every_count_is_what_choosing_the_value_gives(client: FlaskClient) -> None:
    page = seen(client, "/studies?symptom=fever&from=1985")
    links = page.xpath("//div[@id='search']//section[contains(@class, 'facets')]//li/a[@id]")
    assert len(links) > 30
    for link in links[:60]:
        if link.get("aria-current"):
            continue
        own_facet = link.get("id").split("-")[1]
        if own_facet == "symptom":
            continue  # a second value of the same facet widens: see the next test
        promised = int(link.xpath("b")[0].text)
        assert total(seen(client, "/studies" + link.get("href"))) == promised, link.get("href")


def test_values_of_one_facet_are_alternatives_and_facets_all_hold(client: FlaskClient) -> None:
    pain, fever = (total(seen(client, f"/studies?symptom={s}")) for s in ("pain", "fever"))
    both = seen(client, "/studies?symptom=pain&symptom=fever")
    assert total(both) == pain + fever  # no study of the sample has both
    assert "any of Fever" in words(both.xpath("//div[@class='chosen']")[0])
    narrowed = seen(client, "/studies?symptom=pain&symptom=fever&design=trial")
    assert titles(narrowed) == ["A trial of nothing for the toe"]


def test_a_broader_concept_counts_and_finds_the_narrower(client: FlaskClient) -> None:
    page = seen(client, "/studies?symptom=pain&q=urate")
    assert "Urate rises before the toe hurts" in titles(page)  # tagged with toe pain only


def test_leaving_out_takes_the_studies_away(client: FlaskClient, atlas: Atlas) -> None:
    fever = total(seen(client, "/studies?symptom=fever"))
    page = seen(client, "/studies?not.symptom=fever")
    assert total(page) == len(atlas.studies) - fever
    back = value(page, "symptom", "fever")
    assert "left out" in words(back)
    assert total(seen(client, "/studies" + back.get("href"))) == len(atlas.studies)


def test_what_is_chosen_stands_on_top_in_words_and_can_be_taken_away(client: FlaskClient, atlas: Atlas) -> None:
    page = seen(client, "/studies?biomarker=marker-30&from=2000&to=2015")
    panel = page.get_element_by_id("facet-biomarker")
    assert panel.xpath(".//li")[0].xpath("a[1]")[0].get("aria-current") == "true"
    chips = {words(c).split(" ✕")[0]: c.get("href") for c in page.xpath("//a[contains(@class, 'chip')]")}
    assert set(chips) == {"Marker 30", "2000 to 2015"}
    for address in chips.values():
        page = seen(client, "/studies" + address)
    cleared = seen(client, "/studies" + page.xpath("//a[contains(@class, 'chip')]")[0].get("href"))
    assert total(cleared) == len(atlas.studies)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=urate",
        "symptom=pain&symptom=fever&not.flag=small-sample&from=1990&to=2005&sort=newest&size=25",
        "q=urate+OR+toe&biomarker=uric-acid&page=2",
        "journal=Journal+of+Gout&sort=title",
    ],
)
def test_every_address_on_the_page_is_one_that_reads_back(client: FlaskClient, atlas: Atlas, query: str) -> None:
    known = facets(atlas.config)
    page = seen(client, f"/studies?{query}")
    for link in page.xpath("//div[@id='search']//a[starts-with(@href, '?')]/@href"):
        request = SearchRequest.from_args(parse_qsl(urlsplit(link).query), known)
        assert request.messages == (), link
        assert SearchRequest.from_args(request.to_args(), known) == request
        assert client.get("/studies" + link).status_code == 200


def test_hidden_fields_carry_the_rest_of_the_search(client: FlaskClient, atlas: Atlas) -> None:
    query = "q=gout&not.design=trial&symptom=fever&symptom=pain&from=1985&sort=oldest&size=25"
    page = seen(client, f"/studies?{query}&page=2")
    asked = SearchRequest.from_args(parse_qsl(query), facets(atlas.config))
    for form in page.xpath("//div[@id='search']//form"):
        sent = [(f.get("name"), f.get("value")) for f in form.xpath(".//input[@name]") if f.get("value")]
        sent += [
            (s.get("name"), (s.xpath("option[@selected]/@value") or [""])[0]) for s in form.xpath(".//select[@name]")
        ]
        assert SearchRequest.from_args(sent, facets(atlas.config)) == asked


def test_a_form_sent_without_script_gets_a_tidy_address(client: FlaskClient) -> None:
    response = client.get("/studies?q=urate&from=&to=&symptom=pain")
    assert response.status_code == 302
    assert response.headers["Location"].endswith("/studies?q=urate&symptom=pain")


def test_pages_hold_every_study_once(client: FlaskClient, atlas: Atlas) -> None:
    found: list[str] = []
    address = "/studies?sort=title"
    while address:
        page = seen(client, address)
        found += page.xpath("//ol[contains(@class, 'hits')]//h3/a/@href")
        following = page.xpath("//nav[@class='pager']//a[contains(@rel, 'next')]/@href")
        address = "/studies" + following[0] if following else ""
    assert sorted(found) == sorted(f"/studies/{i}" for i in atlas.studies)


def test_a_page_beyond_the_end_becomes_the_last_and_says_so(client: FlaskClient) -> None:
    page = seen(client, "/studies?page=1000000000")
    assert titles(page)
    assert page.xpath("//div[@class='messages']//p")


@pytest.mark.parametrize(
    "query",
    ["nosuchfacet=x", "sort=sideways", "size=abc", "from=then", 'q="never closed', "q=(((", "page=-3"],
)
def test_what_cannot_be_used_is_told_and_the_rest_answered(client: FlaskClient, query: str) -> None:
    page = seen(client, f"/studies?{query}")
    assert words(page.xpath("//div[@class='messages']")[0])


def test_finds_are_marked_and_the_field_named(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=%22higher+in+patients%22")
    first = page.xpath("//ol[contains(@class, 'hits')]/li")[0]
    assert first.xpath(".//p[@class='say']//mark")
    assert "Finding:" in words(first)
    assert "Does not prove: That lowering urate helps anybody." in words(first)


@pytest.mark.parametrize(
    "query",
    [
        "q=urate+swelling&design=trial&symptom=fever",
        "q=title:fever",
        "q=urate&not.symptom=pain&not.symptom=fever&not.biomarker=uric-acid",
        "q=toe&from=1900&to=1901",
        "symptom=fever&design=trial&level=E1",
    ],
)
def test_nothing_found_shows_ways_out_that_give_what_they_say(client: FlaskClient, query: str) -> None:
    page = seen(client, f"/studies?{query}")
    assert total(page) == 0
    ways = page.xpath("//div[@class='none']//li[contains(., ':')]")
    assert len(ways) >= 2
    for way in ways:
        promised = int(words(way).rsplit(": ", 1)[1].split()[0].replace(",", ""))
        assert total(seen(client, way.xpath("a/@href")[0])) == promised > 0, words(way)


def test_a_way_out_is_told_once_and_no_empty_filters_are_shown(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=zebrafish")
    (way,) = page.xpath("//div[@class='none']//li[contains(., ':')]")
    assert words(way.xpath("a")[0]) == "Show all studies"
    assert not page.xpath("//*[@id='drawer']")
    assert seen(client, "/studies?q=zebrafish&symptom=pain").get_element_by_id("f-symptom-pain").get("aria-current")


def test_every_hit_leads_to_more_like_it(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=urate")
    links = page.xpath("//p[contains(@class, 'like')]/a/@href")
    assert len(links) == len(titles(page))
    study = seen(client, links[0].partition("#")[0])
    assert study.get_element_by_id("together").getparent().xpath(".//a")


def test_a_slip_of_the_pen_is_suggested_not_rewritten(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=swellling")
    assert total(page) == 0
    link = page.xpath("//div[@class='offers']/p/a")[0]
    assert words(link) == "swelling"
    assert total(seen(client, "/studies" + link.get("href"))) > 0


def test_a_long_facet_shows_some_values_and_has_a_page_with_all(client: FlaskClient) -> None:
    page = seen(client, "/studies?symptom=fever")
    panel = page.get_element_by_id("facet-biomarker")
    assert len(panel.xpath("./ul/li")) == 6
    assert len(panel.xpath(".//li")) == 24
    listed = seen(client, panel.xpath("p/a/@href")[0])
    assert len(listed.xpath("//div[contains(@class, 'all')]//li")) == 31
    link = value(listed, "biomarker", "marker-7").get("href")
    assert link == "/studies?biomarker=marker-7&symptom=fever"
    assert total(seen(client, link)) == 1


def test_an_unknown_facet_has_no_page(client: FlaskClient) -> None:
    response = client.get("/facets/nonsense")
    assert response.status_code == 404
    assert "biomarker" in response.text


def test_year_picture_and_its_words(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=series")
    box = page.get_element_by_id("facet-years")
    assert "1980 to 2009" in words(box)
    assert box.xpath(".//*[local-name()='path']")


def test_values_with_spaces_and_signs_survive_their_address(tmp_path: Path) -> None:
    study = site_samples.entry("odd-2001-journal-name", journal="Gout & Co. (UK) + more?")
    build = site_samples.SampleBuild(
        Atlas.of(site_samples.config(), site_samples.vocabulary(), [study, *site_samples.studies(3)]), tmp_path
    )
    client = create_app(build, testing=True).test_client()
    page = seen(client, "/studies")
    link = next(a for a in page.xpath("//details[@id='facet-journal']//li/a[@id]") if "& Co." in words(a))
    assert titles(seen(client, "/studies" + link.get("href"))) == ["Gout study odd-2001-journal-name"]
    build.engine.close()


def test_the_heading_and_the_title_of_the_tab(client: FlaskClient) -> None:
    text = client.get("/studies?q=urate&symptom=pain&not.design=trial").text
    title = unescape(re.search(r"<title>(.*?)</title>", text).group(1))  # type: ignore[union-attr]
    assert title == "“urate”, not Trial, Pain · Gout Atlas"


def test_a_search_page_stays_light(client: FlaskClient) -> None:
    query = urlencode([("q", "gout"), ("symptom", "pain"), ("symptom", "fever"), ("not.flag", "small-sample")])
    response = client.get(f"/studies?{query}", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.data) < 15_000
