"""The page of paths: ends looked up or suggested, every hop with its evidence, filters, JSON, hostile input."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import site_samples
from conftest import ROOT
from flask.testing import FlaskClient
from lxml import html as lxml_html

from entries.atlas import Atlas
from explorer.app import create_app
from explorer.scene import MOST
from graph.paths import paths


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return site_samples.atlas()


@pytest.fixture(scope="module")
def client(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(atlas, tmp_path_factory.mktemp("paths"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def seen(client: FlaskClient, address: str, status: int = 200) -> lxml_html.HtmlElement:
    response = client.get(address)
    assert response.status_code == status, response.text
    return lxml_html.fromstring(response.text)


def words(element: lxml_html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def test_the_empty_page_asks_and_gives_examples_that_work(client: FlaskClient) -> None:
    page = seen(client, "/paths")
    assert page.xpath("//input[@name='from']")
    assert page.xpath("//input[@name='to']")
    examples = page.xpath("//section[@aria-labelledby='examples']//a/@href")
    assert examples
    assert any(seen(client, e).xpath("//ol[@class='ways']/li") for e in examples)


def test_a_way_shows_study_finding_quote_statistic_level_pem_and_review(client: FlaskClient, atlas: Atlas) -> None:
    page = seen(client, "/paths?from=podagra&to=urate")
    assert page.xpath("//input[@name='from']/@value") == ["podagra"]
    assert "Toe pain and Uric acid" in words(page.xpath("//title")[0])
    ways = page.xpath("//ol[@class='ways']/li")
    assert len(ways) == len(paths(atlas, "toe-pain", "uric-acid", 4, ("study", "symptom", "biomarker")))
    told = next(words(way) for way in ways if "Urate rises" in words(way) or "Adams & Brown (2005)" in words(way))
    labels = [atlas.vocabulary.label(i) for i in ("pem-required", "E2", "machine-draft")]
    for part in ("Pain went with urate.", "Associated", "as the paper states it", *labels):
        assert part in told, part
    hops = page.xpath("//div[@class='hop']")
    assert all(hop.xpath(".//ul[@class='badges']") for hop in hops if hop.xpath(".//a"))
    assert page.xpath("//a[contains(@href, '/studies/adams-2005-urate-rises#finding-2')]")


def test_quote_and_statistic_of_a_finding(client: FlaskClient) -> None:
    page = seen(client, "/paths?from=adams-2005-urate-rises&to=uric-acid")
    told = words(page.xpath("//ol[@class='ways']/li")[0])
    assert "“urate was higher”" in told
    assert "t=3.2, p=0.002" in told
    assert "Increased" in told


@pytest.mark.parametrize(
    ("asked", "field", "offered"),
    [
        ("ur", "from", "Uric acid"),
        ("toe pian", "from", "Toe pain"),
        ("adams-2005-urate-rise", "to", "Adams & Brown (2005)"),
    ],
)
def test_an_unknown_end_is_told_with_what_it_may_have_meant(
    client: FlaskClient, asked: str, field: str, offered: str
) -> None:
    other = "to" if field == "from" else "from"
    page = seen(client, f"/paths?{field}={asked}&{other}=fever", 404)
    assert page.xpath(f"//input[@name='{field}']/@aria-invalid") == ["true"]
    button = next(b for b in page.xpath(f"//button[@name='{field}']") if words(b) == offered)
    again = seen(client, f"/paths?{field}={asked}&{field}={button.get('value')}&{other}=fever")
    assert not again.xpath("//*[@aria-invalid]")


def test_no_way_says_which_filter_cut_it_and_leads_on(client: FlaskClient) -> None:
    page = seen(client, "/paths?from=swelling&to=uric-acid&level=E0")
    assert "under these filters" in words(page.xpath("//div[@class='none']")[0])
    links = {words(a): a.get("href") for a in page.xpath("//div[@class='none']//a")}
    assert "any evidence level" in links
    for address in links.values():
        assert seen(client, address).xpath("//ol[@class='ways']/li"), address


def test_filters_stay_chosen_and_narrow(client: FlaskClient) -> None:
    page = seen(client, "/paths?from=toe-pain&to=uric-acid&level=e2&pem=REQUIRED&through=symptom&through=nonsense")
    assert page.xpath("//select[@name='level']/option[@selected]/@value") == ["E2"]
    assert page.xpath("//select[@name='pem']/option[@selected]/@value") == ["required"]
    assert page.xpath("//input[@type='checkbox'][@checked]/@value") == ["symptom"]
    data = client.get("/paths.json?from=toe-pain&to=uric-acid&pem=required").json
    studies = {hop["study"] for path in data["paths"] for hop in path["hops"]} - {None}
    assert studies == {"adams-2005-urate-rises"}
    odd = seen(client, "/paths?from=toe-pain&to=uric-acid&level=E77&pem=perhaps")
    notes = [words(note) for note in odd.xpath("//p[@class='note care']")]
    assert ["E77" in notes[0], "perhaps" in notes[1]] == [True, True]


def test_json_by_suffix_and_by_accept_says_the_same(client: FlaskClient, atlas: Atlas) -> None:
    query = "?from=toe-pain&to=uric-acid"
    by_suffix = client.get("/paths.json" + query)
    by_accept = client.get("/paths" + query, headers={"Accept": "application/json"})
    assert by_suffix.json == by_accept.json
    assert by_suffix.headers["Access-Control-Allow-Origin"] == "*"
    first = by_suffix.json["paths"][0]
    assert first["nodes"] == list(paths(atlas, "toe-pain", "uric-acid", 1)[0].nodes)
    assert first["hops"][0]["statements"][0]["study"] == first["hops"][0]["study"]
    missing = client.get("/paths.json?from=toe+pian&to=fever")
    assert missing.status_code == 404
    assert missing.json["suggestions"] == {"from": ["toe-pain"]}
    assert client.get("/paths.xml" + query).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "from=fever&to=fever",
        "from=" + "x" * 5000 + "&to=fever",
        "from=%00&to=%FF%FE",
        "from=finding:adams-2005-urate-rises/99&to=fever",
        "from=finding:adams-2005-urate-rises/%C2%B2&to=fever",
        "from=finding:/&to=author:nobody",
        "from=concept:&to=study:",
        "from=::::&to=journal:journal-of-gout",
        "from=fever&to=author:adams-ann&through=author&through=author&through=journal&through=definition",
        "from=markup&to=fever",
        "from=mallory-2020-markup-everywhere&to=markup",
        "from=%3Cscript%3Ealert(1)%3C/script%3E&to=%22%3E%3Cimg%20src=x%3E",
        "level=" + "E" * 4000 + "&pem=%3Cb%3E&through=" + "y" * 4000 + "&from=fever&to=pain",
        "&".join(f"through=k{n}" for n in range(500)) + "&from=fever&to=pain",
        "from=fever",
        "to=fever",
        "hops=99&limit=1000000&from=fever&to=pain",
    ],
)
def test_hostile_questions_are_answered(client: FlaskClient, query: str) -> None:
    for address in (f"/paths?{query}", f"/paths.json?{query}"):
        response = client.get(address)
        assert response.status_code in (200, 404), address
        if "json" not in address:
            assert "<script>alert" not in response.text
            assert "<img src=x" not in response.text
            assert len(response.text) < 200_000


@pytest.mark.parametrize("other", ["toe-pain", "podagra"])
def test_from_a_thing_to_itself(client: FlaskClient, other: str) -> None:
    page = seen(client, f"/paths?from=toe-pain&to={other}&level=E1")
    told = words(page.xpath("//main")[0])
    assert "Both ends are the same. Choose two different ones." in told
    assert "No way" not in told and "There is a way with" not in told
    assert not page.xpath("//ol[@class='ways']")
    answer = client.get(f"/paths.json?from=toe-pain&to={other}")
    assert answer.status_code == 200
    assert not answer.json["paths"] and "same" in answer.json["none"]


def test_a_path_through_everything(tmp_path: Path) -> None:
    links = [
        site_samples.entry(f"link-2001-{n}", tags={"biomarker": [f"marker-{n}", f"marker-{n + 1}"]})
        for n in range(1, 60)
    ]
    whole = Atlas.of(site_samples.config(), site_samples.vocabulary(), links)
    build = site_samples.SampleBuild(whole, tmp_path)
    asked = create_app(build, testing=True).test_client()
    ways = asked.get("/paths.json?from=marker-1&to=marker-60&through=biomarker").json["paths"]
    assert {h["study"] for h in ways[0]["hops"]} == set(whole.studies), "every study of the atlas is a step of it"
    page = seen(asked, "/paths?from=marker-1&to=marker-60&through=biomarker")
    assert len(page.xpath("(//ol[@class='ways']/li)[1]//div[@class='hop']")) == 2 * 59
    (drawn,) = page.xpath("//a[text()='As a picture']/@href")
    picture = seen(asked, drawn)
    assert len(picture.xpath("//*[@data-node]")) <= MOST
    build.engine.close()


def test_the_ways_can_be_seen_as_a_picture(client: FlaskClient, atlas: Atlas) -> None:
    page = seen(client, "/paths?from=podagra&to=urate")
    picture = seen(client, page.xpath("//a[text()='As a picture']/@href")[0])
    drawn = set(picture.xpath("//*[@id='sky']//@data-node"))
    ways = paths(atlas, "toe-pain", "uric-acid", 4, ("study", "symptom", "biomarker"))
    assert drawn == {node for way in ways for node in way.nodes}
    steps = {frozenset((hop.source, hop.target)) for way in ways for hop in way.hops}
    lines = picture.xpath("//*[@id='sky']//*[@data-a]")
    assert steps <= {frozenset((line.get("data-a"), line.get("data-b"))) for line in lines}


def test_others_lead_here(client: FlaskClient) -> None:
    for address in ("/", "/concepts", "/concepts/pain/graph", "/studies/adams-2005-urate-rises/graph"):
        assert seen(client, address).xpath("//main//a[starts-with(@href, '/paths')]"), address


def test_the_addresses_in_the_documents_answer(shipped: Atlas, tmp_path: Path) -> None:
    build = site_samples.SampleBuild(shipped, tmp_path)
    asked = create_app(build, testing=True).test_client()
    text = (ROOT / "docs" / "exploring.md").read_text("utf-8")
    addresses = [line.strip() for line in text.splitlines() if line.startswith("    /")]
    assert len(addresses) >= 6
    for address in addresses:
        assert asked.get(address, follow_redirects=True).status_code == 200, address
        assert "left out" not in asked.get(address, follow_redirects=True).text
    build.engine.close()
