"""Why a study is among the results; and lists that go on after a study instead of by page number."""

from collections.abc import Iterator

import pytest
import site_samples
from flask.testing import FlaskClient
from page_reading import seen, words

from explorer.app import create_app
from explorer.presentation_search import NUMBERED


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(site_samples.atlas(250), tmp_path_factory.mktemp("why"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def test_every_hit_of_a_search_for_words_says_why(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=urate&symptom=pain&sort=newest")
    links = page.xpath("//details[@class='whybox']/@data-why")
    assert len(links) == len(page.xpath("//ol[contains(@class, 'hits')]/li")) > 1
    for link in links:
        answer = seen(client, link)
        table = answer.xpath("//div[@id='why']//table/tbody/tr")
        assert table, link
        assert any("urate" in words(row).lower() or "uric" in words(row).lower() for row in table)
        assert "symptom Pain" in words(answer.get_element_by_id("why"))
        assert "newest first" in words(answer.get_element_by_id("why"))


def test_shares_and_forms_are_told(client: FlaskClient) -> None:
    page = seen(client, "/studies/adams-2005-urate-rises/why?q=urate+rises")
    rows = {words(r.xpath("th")[0]): r for r in page.xpath("//div[@id='why']//tbody/tr")}
    assert "“rises”" in words(rows["Title"])
    shares = [
        int(words(r.xpath("td")[1]).split()[0]) for r in rows.values() if "%" in words(r) and "under" not in words(r)
    ]
    assert 95 <= sum(shares) <= 105


def test_lists_without_words_have_nothing_to_explain(client: FlaskClient) -> None:
    assert not seen(client, "/studies?symptom=pain").xpath("//details[@class='whybox']")
    page = seen(client, "/studies/adams-2005-urate-rises/why?symptom=pain")
    assert "No words were asked for" in words(page.get_element_by_id("why"))


def test_a_study_that_is_not_found_is_told(client: FlaskClient) -> None:
    page = seen(client, "/studies/adams-2005-urate-rises/why?q=number")
    assert "does not find this study" in words(page.get_element_by_id("why"))
    assert client.get("/studies/nobody-1999-nothing/why?q=urate").status_code == 404


def test_markup_of_an_entry_stays_text(client: FlaskClient) -> None:
    page = seen(client, "/studies/mallory-2020-markup-everywhere/why?q=script")
    assert not page.xpath("//div[@id='why']//script | //div[@id='why']//img")


# Deep lists


@pytest.mark.parametrize("query", ["sort=title", "q=series", "sort=newest&symptom=fever"])
def test_the_whole_list_is_gone_through_by_next_alone(client: FlaskClient, query: str) -> None:
    address, found, after = f"/studies?{query}", list[str](), 0
    while address:
        page = seen(client, address)
        assert f"showing {len(found) + 1:,} to" in words(page.get_element_by_id("count"))
        found += page.xpath("//ol[contains(@class, 'hits')]//h3/a/@href")
        following = page.xpath("//nav[@class='pager']//a[contains(@rel, 'next')]/@href")
        address = "/studies" + following[0] if following else ""
        after += "after=" in address
    assert len(found) == len(set(found)) >= 250
    assert after >= 250 // 10 - NUMBERED
    assert found == [f"/studies/{i}" for i in ids(client, query)]


def ids(client: FlaskClient, query: str) -> list[str]:
    return [s["entry"]["id"] for s in client.get(f"/studies.json?{query}").get_json()["studies"]]


def test_from_deep_down_there_is_a_way_back_and_forms_start_anew(client: FlaskClient) -> None:
    page = seen(client, f"/studies?sort=title&page={NUMBERED}")
    deep = seen(client, "/studies" + page.xpath("//nav[@class='pager']//a[contains(@rel, 'next')]/@href")[0])
    first = deep.xpath("//nav[@class='pager']//a[text()='First page']/@href")[0]
    assert first == "?sort=title"
    assert not deep.xpath("//input[@name='after']")
    assert all("after=" not in link for link in deep.xpath("//section[contains(@class, 'facets')]//a/@href"))


def test_a_broken_place_is_told_and_the_first_page_shown(client: FlaskClient) -> None:
    page = seen(client, "/studies?after=nonsense")
    assert page.xpath("//div[@class='messages']//p")
    assert "showing 1 to 10" in words(page.get_element_by_id("count"))
