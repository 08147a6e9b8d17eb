"""How single findings stand, wherever the site shows one: the study's page, ties, ways, balance and the API."""

from collections.abc import Iterator
from typing import Any

import pytest
import site_samples
from flask.testing import FlaskClient
from lxml import html as lxml_html
from page_reading import seen, words

from entries.atlas import Atlas
from entries.study import Study
from explorer.app import create_app

ADDRESS = "/studies/first-2001-urate"


def found(direction: str | None, on: str = "uric-acid", against: str | None = None) -> dict[str, Any]:
    return {"text": f"On {on}.", "concepts": [on], "direction": direction, "comparison": against}


def studies() -> list[Study]:
    """One study with a finding of every kind, and others that look at the same, or at it otherwise."""
    first = site_samples.entry(
        "first-2001-urate",
        case_definition={"any": ["acr-1977"]},
        findings=[
            found("increased", against="healthy people"),
            found("increased", on="il-1b"),
            found("increased", on="marker-1"),
            found("increased", on="marker-2"),
            found("associated", on="fever"),
            found(None, on="swelling"),
            found("increased", on="pain"),
            found("increased", on="markup"),
        ],
    )
    others = {
        "second-2002-urate": [found("increased"), found("increased", on="il-1b")],
        "third-2003-urate": [found("decreased", against="healthy people"), found("increased", on="il-1b")],
        "fourth-2004-urate": [found("decreased", against="before the diet"), found("increased", on="marker-1")],
        "fifth-2005-urate": [found("no-difference"), found("no-difference", on="markup")],
    }
    made = [site_samples.entry(i, title=f"Title of {i}", findings=findings) for i, findings in others.items()]
    gone = site_samples.entry("gone-2006-urate", findings=[found("decreased")], notices=[{"kind": "retracted"}])
    return [first, *made, gone]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    comparing = {"against": [{"kind": "time", "words": ["before"]}, {"kind": "people", "words": ["healthy"]}]}
    atlas = Atlas.of(site_samples.config(comparing=comparing), site_samples.vocabulary(), studies())
    build = site_samples.SampleBuild(atlas, tmp_path_factory.mktemp("findings"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def stands(page: lxml_html.HtmlElement, number: int) -> lxml_html.HtmlElement:
    (told,) = page.xpath(f"//li[@id='finding-{number}']/details[@class='stands']")
    return told


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "Contested 1 other study found the same, 2 other studies found otherwise"),
        (2, "Replicated 2 other studies found the same"),
        (3, "Preliminary 1 other study only found the same"),
        (4, "Preliminary nobody else has looked at this, as far as this atlas knows"),
        (5, "Preliminary not compared with others: it says what goes together"),
        (6, "Preliminary not compared with others: it gives no direction"),
        (7, "Preliminary not compared with others: what it is about is a heading"),
        (8, "Contested 1 other study found otherwise"),
    ],
)
def test_the_page_says_of_every_finding_how_it_stands(client: FlaskClient, number: int, said: str) -> None:
    (summary,) = stands(seen(client, ADDRESS), number).xpath("summary")
    assert words(summary).startswith(said)


def test_the_reasons_lead_to_the_findings_that_say_so(client: FlaskClient) -> None:
    told = stands(seen(client, ADDRESS), 1)
    reasons = {
        words(li).partition(":")[0]: set(li.xpath("a[contains(@href, '#')]/@href")) for li in told.xpath("ul/li")
    }
    assert reasons == {
        "Found the same on Uric acid": {"/studies/second-2002-urate#finding-1"},
        "Found otherwise on Uric acid": {"/studies/third-2003-urate#finding-1", "/studies/fifth-2005-urate#finding-1"},
    }
    assert "1 more study on the same compared it with something else" in words(told)
    for address in told.xpath(".//li/a[contains(@href, '#')]/@href"):
        path, _, anchor = address.partition("#")
        assert seen(client, path).xpath(f"//*[@id='{anchor}']")


def test_the_study_stands_as_its_findings_do(client: FlaskClient) -> None:
    (section,) = seen(client, ADDRESS).xpath("//section[@aria-labelledby='standing']")
    assert words(section).startswith("How it stands Contested")
    (gone,) = seen(client, "/studies/gone-2006-urate").xpath("//details[@class='stands']/summary")
    assert words(gone) == "Retracted retracted with its study"


def test_what_remains_changes_no_standing_and_the_page_says_so(client: FlaskClient) -> None:
    every, some = (seen(client, ADDRESS + query) for query in ("", "?remains=required"))
    for number in range(1, 9):
        assert words(stands(every, number)) == words(stands(some, number))
    told = words(some.xpath("//section[@aria-labelledby='standing']")[0])
    assert "All studies count for this" in told
    assert "All studies count for this" not in words(every.xpath("//section[@aria-labelledby='standing']")[0])


def test_markup_in_a_name_stays_text(client: FlaskClient) -> None:
    assert site_samples.MARKUP not in client.get(ADDRESS).text
    assert "alert('x')" in words(stands(seen(client, ADDRESS), 8))


def test_tables_of_ties_ways_and_balance_show_it_with_the_finding(client: FlaskClient) -> None:
    ties = seen(client, "/explore?n=study:first-2001-urate&n=concept:il-1b")
    (badge,) = ties.xpath("//table[@class='ties']//a[contains(., 'finding') and contains(@class, 'b ')]")
    assert (words(badge), badge.get("href")) == ("Replicated finding", f"{ADDRESS}#finding-2")
    ways = seen(client, "/paths?from=il-1b&to=uric-acid")
    assert {"Replicated finding", "Contested finding"} & {words(b) for b in ways.xpath("//div[@class='hop']//a")}
    said = seen(client, "/concepts/uric-acid").xpath("//table[@class='said']//tbody/tr")
    badges = {words(row.xpath("th/a")[0]): [words(b) for b in row.xpath(".//ul[@class='badges']//a")] for row in said}
    contested = [badges_ for badges_ in badges.values() if "Contested finding" in badges_]
    assert contested
    assert [b for row in said for b in row.xpath(".//a[. = 'Retracted finding']")] == []


def told(client: FlaskClient, path: str) -> Any:
    response = client.get(f"/api/v1{path}")
    assert response.status_code == 200, response.text
    return response.get_json()


def test_the_api_says_the_same(client: FlaskClient) -> None:
    answer = told(client, ADDRESS)
    first, second, *_, heading, _ = each = answer["finding_standings"]
    assert [one["finding"] for one in each] == list(range(1, 9))
    assert (first["standing"], first["same"], first["otherwise"], first["not_compared"]) == ("contested", 1, 2, None)
    assert second["reasons"][0]["total"] == 2
    assert {"study": "second-2002-urate", "findings": [2]} in second["reasons"][0]["saying"]
    assert heading["not_compared"].startswith("what it is about is a heading")
    assert answer["standing"]["standing"] == "contested"
    (gone,) = told(client, "/studies/gone-2006-urate")["finding_standings"]
    assert (gone["standing"], gone["reasons"], gone["not_compared"]) == ("retracted", [], None)


def test_the_api_says_it_of_ties_steps_and_balances(client: FlaskClient) -> None:
    edges = told(client, f"{ADDRESS}/neighbourhood")["edges"]
    standing = {e["finding"]: e["standing"] for e in edges if e["study"] == "first-2001-urate"}
    assert (standing[1], standing[2], standing[4]) == ("contested", "replicated", "preliminary")
    assert all(e["standing"] is None for e in edges if e["finding"] is None)
    (way, *_) = told(client, "/paths?from=il-1b&to=uric-acid")["paths"]
    assert {s["standing"] for hop in way["hops"] for s in hop["statements"]} <= {"contested", "replicated"}
    for said in told(client, "/concepts/uric-acid/balance")["studies"]:
        assert len(said["standings"]) == len(said["findings"])
        assert said["retracted"] == ("retracted" in said["standings"])
