"""A paper that was retracted or doubted says so wherever it appears, and stands on the page of retractions."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from flask.testing import FlaskClient
from lxml.html import HtmlElement
from page_reading import seen, words
from rdflib import Literal, Namespace, URIRef
from site_samples import BASE, SampleBuild, config, entry, vocabulary

from entries.atlas import Atlas
from entries.citation import bibtex, csl, ris
from entries.store import dump_yaml
from entries.study import Study
from entries.yamlio import parse
from explorer.app import create_app
from explorer.counted import counted
from graph.balance import is_retracted
from graph.rdf import study_graph
from graph.standing import Standing, standing

NOTICES = {
    "retracted": {"kind": "retracted", "citation": "J Gout. 2005;1:2", "pmid": "12345", "doi": "10.1000/notice"},
    "partly": {"kind": "partly-retracted", "pmid": "12346"},
    "doubted": {"kind": "concern", "citation": "J Gout. <b>2006</b>"},
    "mended": {"kind": "corrected", "doi": "10.1000/erratum"},
    "posted": {"kind": "earlier-version", "citation": "medRxiv", "doi": "10.1000/preprint"},
}
SAID = {
    "retracted": "This paper was retracted.",
    "partly": "A part of this paper was retracted.",
    "doubted": "The journal has published an expression of concern about this paper.",
    "mended": "This paper was corrected.",
    "posted": "There is an earlier version of this paper.",
}


def atlas() -> Atlas:
    """Four papers with a notice, one whose notice is an entry itself, one that rests on a retracted one, one other."""
    noted = [entry(name, notices=[notice], pmid=str(100 + n)) for n, (name, notice) in enumerate(NOTICES.items())]
    others = [
        entry("sound"),
        entry("resting", links=[{"relation": "cites", "study": "retracted"}]),
        entry("linked", year=2010),
        entry("concern-notice", links=[{"relation": "cites", "study": "linked", "note": "Expression of concern"}]),
    ]
    return Atlas.of(config(), vocabulary(), [*noted, *others])


def banners(client: FlaskClient, name: str) -> list[HtmlElement]:
    return seen(client, f"/studies/{name}").xpath("//header//*[contains(@class, 'note')]")


def addresses(element: HtmlElement) -> list[str]:
    return element.xpath(".//a/@href")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = SampleBuild(atlas(), tmp_path_factory.mktemp("noted"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()
    build.graph_store.close()


@pytest.mark.parametrize("name", NOTICES)
def test_the_page_begins_with_a_banner(client: FlaskClient, name: str) -> None:
    (banner,) = banners(client, name)
    assert words(banner).startswith(SAID[name])
    elsewhere = {"mended": "https://doi.org/10.1000/erratum", "posted": "https://doi.org/10.1000/preprint"}
    assert ("bad" in banner.classes) == (name not in elsewhere)
    assert ("care" in banner.classes) == (name == "mended")
    assert addresses(banner)[-1] == elsewhere.get(name, "/retractions")


def test_a_banner_leads_to_the_notice(client: FlaskClient) -> None:
    (banner,) = banners(client, "retracted")
    assert addresses(banner)[0] == "https://doi.org/10.1000/notice"
    assert "J Gout. 2005;1:2" in words(banner)
    (banner,) = banners(client, "linked")
    assert addresses(banner)[0] == "/studies/concern-notice"
    assert banners(client, "sound") == []


def test_what_a_source_writes_is_text(client: FlaskClient) -> None:
    assert "J Gout. &lt;b&gt;2006&lt;/b&gt;" in client.get("/studies/doubted").text


def test_result_lists_carry_the_mark(client: FlaskClient) -> None:
    page = seen(client, "/studies?size=50")
    told = {
        words(result.xpath(".//h3")[0]).rsplit(" ", 1)[-1]: result.xpath(".//*[contains(@class, 'bad')]/text()")
        for result in page.xpath("//li[.//h3]")
    }
    assert told["retracted"] == ["Retracted"]
    assert told["partly"] == ["Partly retracted"]
    assert told["doubted"] == told["linked"] == ["Expression of concern"]
    assert told["mended"] == told["sound"] == []


def test_the_page_has_a_row_for_each(client: FlaskClient) -> None:
    page = seen(client, "/retractions")
    rows = page.xpath("//tbody/tr")
    assert len(rows) == 4
    assert "Gout study linked" in words(rows[0]), "the newest first"
    (row,) = (r for r in rows if "/studies/retracted" in addresses(r))
    assert "/studies/resting" in addresses(row)
    assert "4 of 9 studies" in words(page)
    assert "/retractions" in page.xpath("//footer//a/@href")


def test_the_same_as_json_and_csv(client: FlaskClient) -> None:
    told = json.loads(client.get("/retractions.json").data)
    assert (told["total"], told["studies_in_the_atlas"]) == (4, 9)
    one = next(r for r in told["retractions"] if r["id"] == "retracted")
    assert one["address"] == f"{BASE}studies/retracted"
    assert one["cited_by"] == ["resting"]
    assert one["notices"] == [
        {"kind": "retracted", "text": "J Gout. 2005;1:2", "url": "https://doi.org/10.1000/notice"}
    ]
    rows = list(csv.DictReader(io.StringIO(client.get("/retractions.csv").data.decode("utf-8-sig"))))
    assert {row["study"]: row["kind"] for row in rows} == {
        "retracted": "retracted", "partly": "partly-retracted", "doubted": "concern", "linked": "concern",
    }  # fmt: skip
    assert client.get("/retractions", headers={"Accept": "application/json"}).json == told
    assert client.get("/retractions.exe").status_code == 404


def test_an_atlas_without_any_says_so(tmp_path: Path) -> None:
    build = SampleBuild(Atlas.of(config(), vocabulary(), [entry("sound")]), tmp_path)
    client = create_app(build, testing=True).test_client()
    page = seen(client, "/retractions")
    assert "None of the 1 studies" in words(page)
    assert page.xpath("//table") == []
    assert json.loads(client.get("/retractions.json").data)["retractions"] == []


def test_exports_carry_the_mark(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/studies.csv").data.decode("utf-8-sig"))))
    assert {row["id"]: row["notices"] for row in rows}["retracted"] == "retracted J Gout. 2005;1:2"
    study = atlas().studies["retracted"]
    assert csl(study)["note"] == "Retracted"
    assert "Retracted" in bibtex([study])
    assert "Retracted" in ris([study])
    assert "note" not in csl(atlas().studies["sound"])
    assert Study.model_validate(parse(dump_yaml(study)).value) == study


def test_the_graph_says_it_and_leaves_a_retracted_one_out() -> None:
    held = atlas()
    assert [i for i in held.studies if is_retracted(held, i)] == ["retracted"]
    assert standing(held, "retracted").standing is Standing.RETRACTED
    assert standing(held, "doubted").standing is not Standing.RETRACTED
    graph, ev, cito = study_graph(held, "retracted"), Namespace(BASE + "ns#"), Namespace("http://purl.org/spar/cito/")
    paper = URIRef(f"{BASE}studies/retracted#paper")
    assert [str(graph.value(n, ev.noticeKind)) for n in graph.objects(paper, ev.notice)] == ["retracted"]
    assert URIRef("https://doi.org/10.1000/notice") in set(graph.objects(paper, cito.isRetractedBy))


def test_what_is_counted_at_build_is_the_same() -> None:
    assert counted(atlas()).warned == ("doubted", "linked", "partly", "retracted")
    shipped = Atlas.load(ROOT / "data")
    assert set(counted(shipped).warned) <= set(shipped.studies)


def test_the_shapes_know_notices() -> None:
    shapes = pytest.importorskip("test_graph_shapes")
    graph, notice = shapes.union(atlas()), URIRef(f"{BASE}studies/retracted#notice-1")
    assert shapes.complaints(graph, BASE) == ""
    graph.set((notice, Namespace(BASE + "ns#").noticeKind, Literal("odd")))
    assert "A notice retracts the paper" in shapes.complaints(graph, BASE)
    graph.remove((None, Namespace(BASE + "ns#").notice, notice))
    assert "on exactly one paper" in shapes.complaints(graph, BASE)
