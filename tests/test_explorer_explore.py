"""The interactive explorer without script: every step an address, the picture, the card, the table, every form."""

import io
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import networkx as nx
import pytest
import site_samples
from flask.testing import FlaskClient
from lxml import etree
from lxml import html as lxml_html
from page_reading import seen, words
from rdflib import Graph, URIRef

from entries.atlas import Atlas
from explorer.app import create_app
from explorer.lattice import HIGH, WIDE, places
from explorer.scene import MOST

URATE, TRIAL, WITHDRAWN = "adams-2005-urate-rises", "brown-2012-nothing-helps", "clark-1999-withdrawn-work"
HOSTILE = "mallory-2020-markup-everywhere"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return site_samples.atlas(120)


@pytest.fixture(scope="module")
def client(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(atlas, tmp_path_factory.mktemp("explore"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def step(client: FlaskClient, address: str) -> str:
    """Where an action leads: the address of the picture that comes of it."""
    response = client.get(address)
    assert response.status_code == 303, response.text[:2000]
    return str(response.headers["Location"]).partition("#")[0]


def drawn(address: str) -> list[str]:
    """The node ids that an address names."""
    return [v.rpartition("@")[0] for k, v in parse_qsl(urlsplit(address).query) if k == "n"]


def spots(address: str) -> dict[str, str]:
    return {v.rpartition("@")[0]: v.rpartition("@")[2] for k, v in parse_qsl(urlsplit(address).query) if k == "n"}


def stars(page: lxml_html.HtmlElement) -> list[str]:
    return [star.get("data-node") for star in page.xpath("//*[local-name()='a' and @data-node]")]


# Begin


def test_the_empty_page_asks_and_offers_what_there_is_to_begin_with(client: FlaskClient) -> None:
    page = seen(client, "/explore")
    assert page.xpath("//input[@name='open']")
    begin = page.xpath("//section[@aria-labelledby='begin']//a/@href")
    assert any("open=concept:pain" in url for url in begin)
    for url in begin:
        response = client.get(url, follow_redirects=True)
        assert response.status_code == 200
        assert 'id="sky"' in response.text or "/paths" in url


def test_opening_draws_a_first_step_and_leads_to_an_address_that_says_everything(client: FlaskClient) -> None:
    where = step(client, "/explore?open=urate")
    assert drawn(where)[0] == "concept:uric-acid"
    assert len(drawn(where)) == 13
    page = seen(client, where)
    assert sorted(stars(page)) == sorted(drawn(where))
    assert client.get(where).data == client.get(where).data
    assert page.xpath("//link[contains(@href, 'explore.css')]")
    assert not page.xpath("//*[@style] | //script[not(@src)]"), "nothing inline"
    assert page.xpath("//*[local-name()='a' and @data-node='concept:uric-acid' and @aria-current='true']")


def test_neighbours_are_counted_before_anything_is_drawn(client: FlaskClient, atlas: Atlas) -> None:
    page = seen(client, "/explore?n=concept:uric-acid")
    assert stars(page) == ["concept:uric-acid"]
    groups = {words(s).rsplit(" ", 3)[0]: words(s) for s in page.xpath("//ul[@class='near']//summary")}
    studies = sum("uric-acid" in atlas.concepts_of(i) for i in atlas.studies)
    assert groups == {"Studies": f"Studies {studies} 0 drawn"}
    assert f"+{studies}" in words(page.xpath("//*[@id='sky']")[0])
    assert page.xpath("//button[@name='expand' and @value='concept:uric-acid']")
    assert len(page.xpath("//ul[@class='wait']//button[@name='add']")) == 40
    assert f"and {studies - 40} more" in words(page.xpath("//*[@id='node']")[0])
    search = page.xpath("//*[@id='node']//a[text()='all in the search']/@href")[0]
    assert f"All {studies}" in words(seen(client, search)) or str(studies) in words(
        seen(client, search).xpath("//*[@id='count']")[0]
    )


def test_two_steps_at_most_and_none(client: FlaskClient) -> None:
    two = step(client, "/explore?open=toe-pain&hops=2")
    assert len(drawn(two)) > len(drawn(step(client, "/explore?open=toe-pain")))
    response = client.get("/explore?open=toe-pain&hops=99")
    assert response.status_code == 200
    page = lxml_html.fromstring(response.text)
    assert "at most 2 steps" in words(page)
    assert sorted(stars(page)) == sorted(drawn(two))
    assert drawn(step(client, "/explore?open=toe-pain&hops=0")) == ["concept:toe-pain"]
    assert len(drawn(step(client, "/explore?open=toe-pain&hops=many"))) > 1


# Steps


def test_expanding_adds_at_most_twelve_and_moves_nothing(client: FlaskClient) -> None:
    address = step(client, "/explore?open=uric-acid")
    for _ in range(8):
        before = spots(address)
        response = client.get(f"{address}&expand=concept:uric-acid")
        if response.status_code == 200:
            assert "full: 80 nodes" in words(lxml_html.fromstring(response.text))
            break
        address = str(response.headers["Location"]).partition("#")[0]
        after = spots(address)
        assert 0 < len(after) - len(before) <= 12
        assert {node: after[node] for node in before} == before, "what was there keeps its place"
    assert len(drawn(address)) == MOST
    assert not seen(client, address).xpath("//*[@id='panel']//button[@name='add' or @name='expand']")
    assert "The picture is full" in words(seen(client, address))


def test_no_two_labels_share_a_place(client: FlaskClient) -> None:
    address = step(client, "/explore?open=uric-acid")
    for value in ("concept:uric-acid", "*", f"study:{URATE}", "*"):
        response = client.get(f"{address}&expand={value}")
        if response.status_code == 303:
            address = str(response.headers["Location"]).partition("#")[0]
    at = [tuple(map(int, spot.split(","))) for spot in spots(address).values()]
    assert len(at) > 25
    for n, (x, y) in enumerate(at):
        assert not any(abs(x - a) < WIDE and abs(y - b) < HIGH for a, b in at[:n])


def test_places_are_found_for_any_number_and_however_full() -> None:
    crowd = [(x, y) for x in range(-9000, 9000, 3000) for y in range(-600, 601, 40)]
    found = places([f"n{n}" for n in range(100)], {}, crowd)
    assert len(set(found.values())) == 100


def test_one_group_alone_even_if_steps_do_not_add_it(client: FlaskClient) -> None:
    address = step(client, f"/explore?n=study:{URATE}&expand=study:{URATE}~author")
    assert drawn(address) == [f"study:{URATE}", "author:adams-ann", "author:brown"]
    page = seen(client, address)
    assert "was written by Adams" in words(page.xpath("//table")[0])
    assert "author" not in " ".join(drawn(step(client, f"/explore?open={URATE}")))


def test_what_most_have_in_common(client: FlaskClient) -> None:
    address = step(client, f"/explore?n=study:{URATE}&n=study:{TRIAL}&expand=*")
    assert {"concept:toe-pain", "concept:uric-acid"} <= set(drawn(address))
    assert not {"concept:swelling"} & set(drawn(address)), "only one of them has it"
    assert "Nothing more is tied to two" in words(seen(client, f"/explore?n=study:{URATE}&n=concept:fever&expand=*"))


def test_remove_pin_and_clear(client: FlaskClient) -> None:
    address = step(client, f"/explore?open={URATE}")
    without = step(client, f"{address}&remove=concept:toe-pain")
    assert set(drawn(address)) - set(drawn(without)) == {"concept:toe-pain"}
    assert {n: p for n, p in spots(address).items() if n != "concept:toe-pain"} == spots(without)
    pinned = step(client, f"{address}&pin=concept:toe-pain")
    assert re.search(r"n=concept:toe-pain@-?\d+,-?\d+!", pinned)
    page = seen(client, pinned)
    assert page.xpath("//*[@data-node='concept:toe-pain' and contains(@class, 'pinned')]")
    assert drawn(step(client, f"{pinned}&clear=1")) == ["concept:toe-pain"]
    assert "!" not in step(client, f"{pinned}&unpin=concept:toe-pain")
    assert drawn(step(client, f"{address}&clear=1")) == []


@pytest.mark.parametrize(
    ("asked", "node"),
    [
        ("podagra", "concept:toe-pain"),
        ("URATE", "concept:uric-acid"),
        (URATE, f"study:{URATE}"),
        ("acr-1977", "definition:acr-1977"),
        ("journal:journal-of-gout", "journal:journal-of-gout"),
        (f"finding:{URATE}/1", f"finding:{URATE}/1"),
    ],
)
def test_anything_can_be_added_by_any_of_its_names(client: FlaskClient, asked: str, node: str) -> None:
    address = step(client, f"/explore?n=concept:fever&add={asked}")
    assert drawn(address) == ["concept:fever", node]
    assert f"at={node}" in address


def test_an_unknown_name_is_answered_with_what_it_may_have_meant_and_the_picture_stays(client: FlaskClient) -> None:
    response = client.get("/explore?n=concept:fever@5,5&add=toe+p")
    assert response.status_code == 404
    page = lxml_html.fromstring(response.text)
    assert stars(page) == ["concept:fever"]
    assert "no study and no concept “toe p”" in words(page)
    assert "Toe pain" in page.xpath("//form[@class='offers']//button[@name='add']/@value")
    response = client.get("/explore?n=concept:fever&add=withdrawn")
    assert WITHDRAWN in lxml_html.fromstring(response.text).xpath("//form[@class='offers']//button/@value")


# Filters


def test_filters_hold_before_expanding_and_for_what_is_drawn(client: FlaskClient, atlas: Atlas) -> None:
    assert drawn(step(client, "/explore?pem=required&from=2005&to=2005&open=uric-acid")) == [
        "concept:uric-acid",
        f"study:{URATE}",
    ]
    assert drawn(step(client, "/explore?level=E1&open=uric-acid")) == ["concept:uric-acid", f"study:{TRIAL}"]
    found = drawn(step(client, "/explore?direction=increased&open=uric-acid"))
    assert f"study:{URATE}" in found
    assert f"study:{TRIAL}" not in found
    page = seen(client, f"/explore?n=concept:uric-acid&n=study:{URATE}&n=study:{TRIAL}&level=E1")
    assert stars(page) == ["concept:uric-acid", f"study:{TRIAL}"]
    note = words(page.xpath("//p[@class='note']")[0])
    assert "1 study of this picture does not pass the filters" in note
    assert "Adams & Brown (2005)" in note
    assert page.xpath("//a[text()='Without filters']/@href")[0].count("n=") == 3
    nothing = seen(client, f"/explore?n=study:{URATE}&from=2020")
    assert stars(nothing) == []
    assert "Nothing of this picture passes the filters" in words(nothing)


def test_what_a_step_adds_can_be_chosen(client: FlaskClient) -> None:
    address = step(client, f"/explore?kind=journal&kind=author&open={URATE}")
    assert {node.partition(":")[0] for node in drawn(address)} == {"study", "author", "journal"}
    assert "kind=author&kind=journal" in address
    page = seen(client, address)
    assert page.xpath("//input[@name='kind' and @checked]/@value") == ["author", "journal"]


# The table and the cards


def test_the_table_says_what_the_picture_shows(client: FlaskClient) -> None:
    page = seen(client, step(client, f"/explore?open={URATE}"))
    lines = page.xpath("//*[local-name()='a' and contains(@class, 'tie')]")
    rows = page.xpath("//table[@class='ties']//tr[@data-tie]")
    assert {line.get("href") for line in lines} == {f"#{row.get('id')}" for row in rows if row.get("id")}
    finding = next(words(row) for row in rows if "finding 1" in words(row))
    for part in (
        "Uric acid", "has a finding on", "Increased", "Urate was higher in patients.", "“urate was higher”",
        "t=3.2, p=0.002", "healthy controls", "E2 Step 2", "Flare required", "Machine draft", "Adams & Brown (2005)",
    ):  # fmt: skip
        assert part in finding, part
    assert any(row.xpath(f".//a[@href='/studies/{URATE}#finding-1']") for row in rows)


def test_what_is_retracted_is_marked_wherever_it_is_shown(client: FlaskClient) -> None:
    page = seen(client, f"/explore?n=study:{WITHDRAWN}&n=concept:pain")
    star = page.xpath(f"//*[@data-node='study:{WITHDRAWN}']")[0]
    assert "retracted" in star.get("class")
    assert "retracted" in star.get("aria-label")
    assert "Retracted" in words(page.xpath("//*[@id='node']")[0])
    assert "Retracted" in words(page.xpath("//table")[0])
    assert "retracted" in words(page.xpath("//*[@id='panel']/details")[0])
    drawing = client.get(f"/explore.svg?n=study:{WITHDRAWN}").text
    assert "line-through" in drawing
    assert ", retracted)" in drawing


def test_broken_lines_speak_against(client: FlaskClient) -> None:
    page = seen(client, f"/explore?n=study:{TRIAL}&n=concept:uric-acid&n=study:{URATE}")
    css = {
        line.get("href"): line.get("class") for line in page.xpath("//*[local-name()='a' and contains(@class, 'tie')]")
    }
    assert sum("neg" in c for c in css.values()) == 1
    assert "Broken line" in words(page)


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
