"""The overview map: readable, the same as its tables, nearer on demand, and patient with bad addresses."""

import csv
import io
import re
from itertools import combinations
from pathlib import Path

import graph_samples
import pytest
from flask.testing import FlaskClient
from lxml import html as lxml_html
from page_reading import seen, words
from site_samples import SampleBuild
from site_samples import atlas as sample_atlas

from entries.atlas import Atlas
from explorer import presentation_map
from explorer.app import create_app
from explorer.build import build
from explorer.instance import Instance
from explorer.map_picture import CHARACTER, CUT, Spot, draw
from explorer.presentation_map import MOST
from graph.structure import structure

SVG = "//*[local-name()='svg' and @id='map']"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return graph_samples.generated(400)


@pytest.fixture(scope="module")
def client(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return create_app(SampleBuild(atlas, tmp_path_factory.mktemp("build")), testing=True).test_client()


def drawn(page: lxml_html.HtmlElement) -> list[str]:
    return [n.removeprefix("concept:") for n in page.xpath(f"{SVG}//@data-node")]


def test_the_picture_and_the_tables_say_the_same(client: FlaskClient, atlas: Atlas) -> None:
    page, shape = seen(client, "/map"), structure(atlas)
    rows = page.xpath("//section[@aria-labelledby='nodes']//tbody/tr")
    assert drawn(page) == [n.concept for n in shape.nodes[:MOST]]
    assert [tr.xpath("th/a/@href")[0].rpartition("/")[2] for tr in rows] == drawn(page)
    assert [words(tr.xpath("td")[2]) for tr in rows] == [f"{n.studies:,}" for n in shape.nodes[:MOST]]
    groups = page.xpath("//section[@aria-labelledby='groups']//tbody/tr")
    assert [int(words(tr.xpath("td")[1])) for tr in groups] == [len(c) for c in shape.communities]
    regions = page.xpath(f"{SVG}//*[local-name()='a' and @class='region']/@href")
    assert regions == [tr.xpath("th/a/@href")[0] for tr in groups]


def test_a_group_is_called_by_its_leading_concepts(client: FlaskClient, atlas: Atlas) -> None:
    page, shape = seen(client, "/map?community=1"), structure(atlas)
    leading = [atlas.vocabulary.label(shape.nodes[n].concept) for n in shape.communities[0][:3]]
    assert words(page.xpath("//h1")[0]) == f"{leading[0]}, {leading[1]} and {leading[2]}"
    assert drawn(page) == [shape.nodes[n].concept for n in shape.communities[0]]


@pytest.mark.parametrize("address", ["/map", "/map?community=1"])
def test_no_label_covers_another(client: FlaskClient, address: str) -> None:
    boxes = []
    for text in seen(client, address).xpath(f"{SVG}//*[local-name()='text' and not(@class)]"):
        wide = len(text.text) * CHARACTER
        left = float(text.get("x")) - {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor")]
        boxes.append((left, float(text.get("y")), wide))
    assert len(boxes) > 10
    for (x1, y1, w1), (x2, y2, w2) in combinations(boxes, 2):
        assert abs(y1 - y2) >= 13 or x1 + w1 <= x2 or x2 + w2 <= x1


def test_the_view_holds_every_dot_and_label(client: FlaskClient) -> None:
    (svg,) = seen(client, "/map").xpath(SVG)
    left, top, width, height = map(float, (svg.get("viewBox") or svg.get("viewbox")).split())
    for place in svg.xpath(".//*[local-name()='path' and starts-with(@class, 'dot')]/@transform"):
        x, y = map(float, re.findall(r"-?[\d.]+", place)[:2])
        assert left < x < left + width and top < y < top + height


def test_at_most_three_hundred_are_drawn() -> None:
    spots = [Spot(f"n{i}", f"Label {i}", "t", "/", 0, i % 40 * 60, i // 40 * 60) for i in range(MOST)]
    svg, labelled = draw(spots, [], [], "title")
    assert 0 < labelled <= MOST == 300
    assert svg.count("<text") == labelled


def test_a_larger_atlas_draws_the_most_central_and_says_so(
    client: FlaskClient, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presentation_map, "MOST", 30)
    page, shape = seen(client, "/map?q="), structure(atlas)  # an address that has not been asked for yet
    assert drawn(page) == [n.concept for n in shape.nodes[:30]]
    assert f"30 concepts of {len(shape.nodes)}, the most central, drawn" in words(page)


def test_a_concept_is_found_by_its_synonym(tmp_path: Path) -> None:
    client = create_app(SampleBuild(graph_samples.small(), tmp_path), testing=True).test_client()
    page = seen(client, "/map?q=NF+kappa+B")
    found = page.xpath("//section[@aria-labelledby='found']//li/a[1]/@href")
    assert found == ["/concepts/nf-kb"]
    marked = page.xpath(f"{SVG}//*[local-name()='g' and contains(@class, 'found')]//@data-node")
    assert marked == ["concept:nf-kb"]
    assert "Nothing on the map" in words(seen(client, "/map?q=zzzz"))


def test_what_remains_is_counted_and_shown(tmp_path: Path) -> None:
    atlas = sample_atlas()
    client = create_app(SampleBuild(atlas, tmp_path), testing=True).test_client()
    left = {s.id for s in atlas.studies.values() if str(atlas.badge(s).status) == "pem-required"}
    page = seen(client, "/map?remains=required")
    hollow = set()
    for tr in page.xpath("//section[@aria-labelledby='nodes']//tbody/tr"):
        concept = tr.xpath("th/a/@href")[0].partition("?")[0].rpartition("/")[2]
        every = {s.id for s in atlas.studies.values() if concept in {*s.tags.all(), *s.finding_concepts}}
        kept = len(every & left)
        assert words(tr.xpath("td")[2]) == (str(kept) if kept == len(every) else f"{kept} of {len(every)}")
        hollow |= set() if kept else {f"concept:{concept}"}
    aside = page.xpath(f"{SVG}//*[local-name()='g' and contains(@class, 'aside')]//@data-node")
    assert set(aside) == hollow
    assert hollow


def test_the_whole_map_as_a_table_and_as_data(client: FlaskClient, atlas: Atlas) -> None:
    shape = structure(atlas)
    rows = list(csv.DictReader(io.StringIO(client.get("/map.csv").data.decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == [n.concept for n in shape.nodes]
    data = client.get("/map", headers={"Accept": "application/json"}).get_json()
    assert [n["concept"] for n in data["nodes"]] == [n.concept for n in shape.nodes]
    assert [tuple(t.values()) for t in data["ties"]] == [tuple(t) for t in shape.ties]
    assert client.get("/map.pdf").status_code in (404, 406)


@pytest.mark.parametrize("community", ["0", "-1", "99999", "1e9", "x", "<script>", "1" * 500, "\x00", "１"])
def test_an_unknown_group_is_told_and_all_is_shown(client: FlaskClient, atlas: Atlas, community: str) -> None:
    response = client.get("/map", query_string={"community": community})
    assert response.status_code == 200
    page = lxml_html.fromstring(response.text)
    assert "There is no group" in words(page)
    assert len(drawn(page)) == min(MOST, len(structure(atlas).nodes))
    assert "<script>“" not in response.text and "“<script>" not in response.text


def test_an_atlas_without_studies_has_words_instead(tmp_path: Path) -> None:
    page = seen(create_app(SampleBuild(graph_samples.empty(), tmp_path), testing=True).test_client(), "/map")
    assert "nothing to draw yet" in words(page)
    assert not page.xpath(SVG)


def test_hostile_labels_stay_text() -> None:
    evil = "\"></text><script>alert(1)</script>&'"
    svg, _ = draw([Spot("concept:x", evil, evil, "/a?b=1&c=2", 0, 0, 0)], [], [], evil)
    root = lxml_html.fromstring(svg)
    assert not root.xpath("//script")
    assert root.xpath("//text")[0].text == (evil if len(evil) <= CUT else evil[: CUT - 1].rstrip() + "…")


def test_a_build_stores_it_and_a_reader_takes_it_from_there(tmp_path: Path, folder: Path) -> None:
    report = build(folder, tmp_path / "instance")
    assert (report.folder / "structure.json").is_file()
    opened = Instance.open(tmp_path / "instance")
    try:
        assert seen(create_app(opened, testing=True).test_client(), "/map").xpath("//h1")
    finally:
        opened.close()
    (report.folder / "structure.json").write_text("{")
    assert build(folder, tmp_path / "instance").fresh, "a build whose map is damaged is made anew"
