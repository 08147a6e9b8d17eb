"""What the box with suggestions is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import site_samples
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page_reading import seen, words

from explorer.app import create_app


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(site_samples.atlas(), tmp_path_factory.mktemp("complete"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def told(client: FlaskClient, text: str) -> list[dict[str, object]]:
    answer = client.get("/complete", query_string={"q": text})
    assert answer.status_code == 200
    found: list[dict[str, object]] = answer.get_json()["completions"]
    return found


def test_a_synonym_leads_to_the_studies_of_its_concept(client: FlaskClient) -> None:
    first = told(client, "podag")[0]
    assert (first["kind"], first["label"], first["count"]) == ("concept", "Toe pain", 2)
    page = seen(client, str(first["url"]))
    assert page.xpath("//a[@id='f-symptom-toe-pain']/@aria-current") == ["true"]
    assert words(page.get_element_by_id("count")).startswith("2 of")


def test_a_title_leads_to_its_study(client: FlaskClient) -> None:
    first = next(one for one in told(client, "urate ris toe") if one["kind"] == "title")
    assert (first["url"], first["args"]) == ("/studies/adams-2005-urate-rises", [])


@pytest.mark.parametrize("text", ["adams", "journal", "mark", "ser"])
def test_every_completion_leads_to_a_page_that_finds_as_many(client: FlaskClient, text: str) -> None:
    completions = told(client, text)
    assert 1 <= len(completions) <= 8
    for one in completions:
        page = seen(client, str(one["url"]))
        if one["kind"] != "title":
            count = words(page.get_element_by_id("count")).removeprefix("All ").split()[0]
            assert int(count.replace(",", "")) == one["count"], one


@pytest.mark.parametrize("kind", ["possible", "required"])
@pytest.mark.parametrize("text", ["adams", "journal", "uri", "urate ris toe", "pain"])
def test_suggestions_take_the_switch_along_and_say_what_remains(client: FlaskClient, text: str, kind: str) -> None:
    answer = client.get("/complete", query_string={"q": text, "remains": kind})
    found = answer.get_json()["completions"]
    assert [(o["label"], o["count"]) for o in found] == [(o["label"], o["count"]) for o in told(client, text)]
    for one in found:
        assert f"remains={kind}" in one["url"]
        page = seen(client, one["url"])
        if one["kind"] != "title":
            said = words(page.get_element_by_id("count"))
            assert said.startswith(f"{one['kept']} of {one['count']} stud"), one
    assert client.get(f"/complete?q={text}").headers["ETag"] != answer.headers["ETag"]


def test_what_remains_of_an_author_with_an_orcid_is_counted_by_name(tmp_path: Path) -> None:
    author = {"family": "Moreau", "given": "Eve", "orcid": "0000-0002-1825-0097"}
    plain = {"family": "Moreau", "given": "Eve"}
    studies = [site_samples.entry(f"moreau-{n}", authors=[author if n else plain]) for n in range(3)]
    build = site_samples.SampleBuild(site_samples.atlas().with_studies(studies), tmp_path)
    try:
        site = create_app(build, testing=True).test_client()
        for kind, kept in (("possible", 3), ("required", 0)):  # no case definition: unclear
            answer = site.get("/complete", query_string={"q": "moreau", "remains": kind}).get_json()
            (one,) = [one for one in answer["completions"] if one["kind"] == "author"]
            assert (one["kept"], one["count"]) == (kept, 3)
    finally:
        build.engine.close()


def test_every_box_asks_under_the_switch(client: FlaskClient) -> None:
    for address in ("/explore?n=concept:pain@0,0", "/paths", "/studies", "/"):
        page = seen(client, f"{address}{'&' if '?' in address else '?'}remains=required")
        boxes = page.xpath("//input/@data-complete")
        assert boxes and set(boxes) == {"/complete?remains=required"}
        assert set(seen(client, address).xpath("//input/@data-complete")) == {"/complete"}


def test_a_search_is_saved_as_the_switch_narrows_it(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=urate&remains=required")
    (button,) = page.xpath("//button/@data-save")
    assert "remains=required" in button
    kept = client.get(button).get_json()
    total = int(words(page.get_element_by_id("count")).split()[0])
    assert kept["total"] == total
    again = seen(client, f"/studies{kept['search']}")
    assert words(again.get_element_by_id("count")).startswith(f"{total} of ")
    assert client.get(seen(client, "/studies?q=urate").xpath("//button/@data-save")[0]).get_json()["total"] > total


def test_answers_may_be_kept_for_a_while(client: FlaskClient) -> None:
    answer = client.get("/complete?q=urate")
    assert "max-age=" in answer.headers["Cache-Control"]
    again = client.get("/complete?q=urate", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@given(text=st.text(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_answered(client: FlaskClient, text: str) -> None:
    assert len(told(client, text)) <= 8


@pytest.mark.parametrize("text", ["", " ", "x" * 100_000, "* OR (", "\x00"])
def test_odd_texts_are_answered(client: FlaskClient, text: str) -> None:
    assert isinstance(told(client, text), list)


@pytest.mark.parametrize("path", ["/", "/studies", "/about"])
def test_every_box_knows_where_to_ask(client: FlaskClient, path: str) -> None:
    assert seen(client, path).get_element_by_id("q").get("data-complete") == "/complete"
