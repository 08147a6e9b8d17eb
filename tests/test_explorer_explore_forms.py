"""The explorer's pictures taken away in every form, and whatever anybody may write into an address."""

import csv
import io
import json
from urllib.parse import urlsplit

import networkx as nx
import pytest
import test_explorer_explore
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html
from page_reading import seen, words
from rdflib import Graph, URIRef
from test_explorer_explore import HOSTILE, URATE, spots, stars, step

from entries.atlas import Atlas
from explorer.scene import MOST
from graph.standing import standing
from graph.standings import Standing

atlas, client = test_explorer_explore.atlas, test_explorer_explore.client


# Forms


FORMS = [".svg", ".graphml", ".cyjs", ".csv", ".ttl", ".trig", ".nt", ".nq", ".rdf", ".jsonld"]


def test_the_page_offers_every_form_of_the_very_picture(client: FlaskClient) -> None:
    address = step(client, "/explore?open=uric-acid&pem=required")
    page = seen(client, address)
    links = {
        url.partition("?")[0].removeprefix("/explore"): url for url in page.xpath("//div[@class='take']//li/a/@href")
    }
    assert sorted(links) == sorted(FORMS)
    for url in links.values():
        assert urlsplit(url).query == urlsplit(address).query
        response = client.get(url)
        assert response.status_code == 200
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["ETag"]


def test_what_is_taken_away_is_what_is_drawn(client: FlaskClient, atlas: Atlas) -> None:
    query = urlsplit(step(client, f"/explore?open={URATE}")).query
    page = seen(client, f"/explore?{query}")
    nodes, rows = stars(page), page.xpath("//tr[@data-tie]")
    network = nx.read_graphml(io.BytesIO(client.get(f"/explore.graphml?{query}").data), force_multigraph=True)
    assert sorted(network) == sorted(nodes)
    assert network.number_of_edges() == len(rows)
    elements = json.loads(client.get(f"/explore.cyjs?{query}").data)["elements"]
    assert [n["data"]["id"] for n in elements["nodes"]] == nodes
    assert len(elements["edges"]) == len(rows)
    assert elements["nodes"][1]["position"] == dict(
        zip("xy", map(int, spots(f"?{query}")[nodes[1]].split(",")), strict=True)
    )
    table = client.get(f"/explore.csv?{query}").data.decode("utf-8-sig").splitlines()
    assert len(table) == len(rows) + 1
    graph = Graph().parse(data=client.get(f"/explore.ttl?{query}").data, format="turtle")
    base = atlas.config.base_iri
    concepts = {s for s in graph.subjects() if str(s).startswith(f"{base}concepts/")}
    assert concepts == {URIRef(f"{base}concepts/{n.partition(':')[2]}") for n in nodes if not n.startswith("study:")}
    svg = etree.fromstring(client.get(f"/explore.svg?{query}").data)
    assert len(svg.findall("{http://www.w3.org/2000/svg}g")) == len(nodes)
    assert not svg.xpath("//@style | //@class"), "it carries its own colours and asks for no style sheet"


def test_a_picture_says_how_its_studies_and_findings_stand(client: FlaskClient, atlas: Atlas) -> None:
    """The page, the drawing, networks, table and RDF alike, as the rule has it; and nothing of what has no standing."""
    query = f"n=study:{URATE}&n=finding:{URATE}/1&n=concept:uric-acid&n=concept:toe-pain&at=study:{URATE}"
    judged = standing(atlas, URATE)
    whole, first = judged.standing.value, judged.findings[0].standing.value
    page = seen(client, f"/explore?{query}")
    said = {star.get("data-node"): star.get("aria-label") for star in page.xpath("//*[@data-node]")}
    assert f"study, {whole}" in said[f"study:{URATE}"]
    assert f"finding, {first}" in said[f"finding:{URATE}/1"]
    assert not any(word in said["concept:uric-acid"] for word in Standing)
    assert whole.capitalize() in words(page.xpath("//*[@id='node']")[0])
    assert f"study, {whole}" in words(page.xpath("//*[@id='panel']/details")[0])
    assert f"{first} finding" in words(seen(client, f"/explore?{query}&at=finding:{URATE}/1")).lower()
    assert f"(study, {whole})" in client.get(f"/explore.svg?{query}").text
    network = nx.read_graphml(io.BytesIO(client.get(f"/explore.graphml?{query}").data), force_multigraph=True)
    told = dict(network.nodes(data="standing"))
    assert told[f"study:{URATE}"] == whole
    assert told[f"finding:{URATE}/1"] == first
    assert told["concept:uric-acid"] is None
    edges = [facts for _, _, facts in network.edges(data=True)]
    assert any("finding" in facts for facts in edges)
    for facts in edges:
        number = facts.get("finding")
        assert facts.get("standing") == (judged.findings[number - 1].standing if number else None)
    rows = list(csv.DictReader(io.StringIO(client.get(f"/explore.csv?{query}").data.decode("utf-8-sig"))))
    assert any(row["finding"] for row in rows)
    stand = {f.text: one.standing for f, one in zip(atlas.studies[URATE].findings, judged.findings, strict=True)}
    for row in rows:
        assert row["standing"] == (stand[row["finding"]] if row["finding"] else whole if row["study"] else "")
    graph = Graph().parse(data=client.get(f"/explore.nt?{query}").data, format="nt")
    stands = URIRef(f"{atlas.config.base_iri}ns#standing")
    study = URIRef(f"{atlas.config.base_iri}studies/{URATE}")
    assert graph.value(study, stands) == URIRef(f"{atlas.config.base_iri}ns#{whole}")
    assert graph.value(URIRef(f"{study}#finding-1"), stands) == URIRef(f"{atlas.config.base_iri}ns#{first}")
    assert {str(s).partition("#")[0] for s in graph.subjects(stands)} == {str(study)}, "no other study's"


def test_the_form_is_negotiated(client: FlaskClient) -> None:
    assert client.get("/explore?n=concept:pain", headers={"Accept": "text/turtle"}).content_type.startswith(
        "text/turtle"
    )
    assert client.get("/explore?n=concept:pain", headers={"Accept": "image/svg+xml"}).content_type.startswith(
        "image/svg"
    )
    assert client.get("/explore?n=concept:pain", headers={"Accept": "audio/ogg"}).status_code == 406
    assert client.get("/explore.docx?n=concept:pain").status_code == 404
    assert client.get("/explore.ttl?open=pain").status_code == 200


@pytest.mark.parametrize(
    "address", [f"/studies/{URATE}/graph", "/concepts/uric-acid/graph", "/concepts/acr-1977/graph"]
)
def test_a_neighbourhood_can_be_taken_away_too(client: FlaskClient, address: str) -> None:
    page = seen(client, f"{address}?kind=study")
    links = [url for url in page.xpath("//ul[contains(@class, 'links')]//a/@href") if "/graph." in url]
    assert len(links) == len(FORMS)
    for url in links:
        assert client.get(url).status_code == 200
        assert url.endswith("?kind=study")
    network = nx.read_graphml(io.BytesIO(client.get(f"{address}.graphml?kind=study").data), force_multigraph=True)
    centre = next(iter(network))
    assert {n.partition(":")[0] for n in network if n != centre} <= {"study"}
    turtle = client.get(address, headers={"Accept": "text/turtle"})
    assert Graph().parse(data=turtle.data, format="turtle")
    assert turtle.headers["Content-Location"].endswith("/graph.ttl")
    assert client.get(f"{address}.docx").status_code == 404
    assert page.xpath("//a[starts-with(@href, '/explore?open=')]")


def test_behind_a_prefix_every_address_keeps_it(client: FlaskClient, atlas: Atlas) -> None:
    response = client.get("/explore?open=pain", environ_overrides={"SCRIPT_NAME": "/atlas"})
    assert response.headers["Location"].startswith("/atlas/explore?n=")
    text = client.get("/explore.svg?n=pain", environ_overrides={"SCRIPT_NAME": "/atlas"}).text
    assert f"{atlas.config.base_iri}explore?n=concept:pain@0,0" in text
    assert client.get("/explore?n=pain").text.count("/atlas/") == 0


# Bad input


def test_unknown_nodes_and_twice_the_same_are_told_and_left_out(client: FlaskClient) -> None:
    page = seen(
        client,
        "/explore?n=concept:zz@1,1&n=study:yy&n=concept:pain@0,0&n=concept:pain@500,500&n=pain&n=finding:a/b/9&n=",
    )
    assert stars(page) == ["concept:pain"]
    assert "“concept:zz”, “study:yy” and “finding:a/b/9” and 1 more are not in this atlas" in words(page)


def test_ten_thousand_nodes_are_no_more_than_eighty(client: FlaskClient, atlas: Atlas) -> None:
    many = "&".join(f"n=study:{i}" for i in [*atlas.studies] * 80)
    page = seen(client, f"/explore?{many}")
    assert len(stars(page)) == MOST
    assert f"names {80 * len(atlas.studies):,} things; a picture holds 80" in words(page)
    nonsense = "&".join(f"n=study:nonsense-{n}@0,0" for n in range(10_000))
    assert "more are not in this atlas" in words(seen(client, f"/explore?{nonsense}"))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("n=pain&level=E77", "no evidence level"),
        ("n=pain&pem=perhaps", "none of"),
        ("n=pain&direction=sideways", "no direction"),
        ("n=pain&kind=person", "no kind of node"),
        ("n=pain&from=yesterday&to=99999", "no year"),
        ("n=pain&expand=pain~nonsense", "nothing more of that"),
        ("n=pain&expand=study:nobody", "no study and no concept"),
        ("n=pain&open=%00%00x", "no study and no concept"),
    ],
)
def test_nonsense_is_told(client: FlaskClient, query: str, told: str) -> None:
    response = client.get(f"/explore?{query}")
    assert response.status_code in (200, 404)
    assert told in words(lxml_html.fromstring(response.text))


@pytest.mark.parametrize(
    "query",
    [
        "n=pain@1e9,nan", "n=pain@999999999999,5", "n=pain@,", "n=pain@@@!!", "n=@0,0", "n=pain@-0,-0!", "at=zz&n=pain",
        "remove=zz", "n=pain&remove=pain", "pin=zz&n=pain", "clear=1", "expand=*", "n=pain&add=pain", "n=" + "x" * 5000,
        "n=pain&from=2020&to=1990", "hops=-1&open=pain", "hops=9999999999&open=pain",
        "n=study:" + URATE + "&add=" + "y" * 3000,
    ],
)  # fmt: skip
def test_nothing_breaks_it(client: FlaskClient, query: str) -> None:
    assert client.get(f"/explore?{query}", follow_redirects=True).status_code in (200, 404)
    for suffix in (".svg", ".ttl", ".graphml"):
        assert client.get(f"/explore{suffix}?{query}").status_code == 200


@given(
    st.lists(st.text(max_size=30), max_size=6),
    st.sampled_from(["add", "open", "expand", "remove", "pin", "at", "from"]),
)
def test_whatever_is_written_into_an_address_is_answered(client: FlaskClient, names: list[str], what: str) -> None:
    given_names = [*(("n", name) for name in names), ("n", "pain"), (what, names[0] if names else "")]
    response = client.get("/explore", query_string=given_names, follow_redirects=True)
    assert response.status_code in (200, 404)
    state = lxml_html.fromstring(response.text).get_element_by_id("explore").get("data-state")
    again = lxml_html.fromstring(client.get(f"/explore?{state}").text).get_element_by_id("explore").get("data-state")
    assert state == again, "what the page names as its state is its state"


def test_markup_in_labels_stays_text(client: FlaskClient) -> None:
    address = step(client, f"/explore?open={HOSTILE}&kind=author&kind=symptom&kind=journal&kind=study&kind=finding")
    text = client.get(address).text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    page = lxml_html.fromstring(text)
    assert f"study:{HOSTILE}" in stars(page)
    assert all(script.get("src") for script in page.xpath("//script"))
    etree.fromstring(client.get(address.replace("/explore?", "/explore.svg?")).data)
    etree.fromstring(client.get(address.replace("/explore?", "/explore.graphml?")).data)
    assert not client.get(address.replace("/explore?", "/explore.csv?")).text.count("\n=cmd")
