"""Programs that follow links, search engines and reference managers find what they look for, and no text breaks out."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
import site_samples
from flask.testing import FlaskClient
from lxml import html as lxml_html
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF
from werkzeug.http import parse_options_header

from entries.atlas import Atlas
from explorer.app import create_app
from explorer.forms import DATASET_FORMS, STUDY_FORMS
from explorer.signposting import ITEMS, MOST_AUTHORS, MOST_BYTES
from explorer.views import crawlers
from graph.formats import FORMATS

BASE = site_samples.BASE
URATE = "adams-2005-urate-rises"
HOSTILE = "mallory-2020-markup-everywhere"
ADDRESS = f"/studies/{URATE}"
SCHEMA = "https://schema.org/"
PICTURE = f"/explore?n=concept:pain@0,0&n=study:{URATE}@392,0!&pem=required&at=concept:pain"  # a permanent link
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return site_samples.atlas()


@pytest.fixture(scope="module")
def client(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(atlas, tmp_path_factory.mktemp("fair"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def links(header: str) -> list[tuple[str, str, str]]:
    """(relation, address, media type) of each link in a header."""
    found = []
    for part in re.split(r", (?=<)", header):
        address, options = re.fullmatch(r"<([^<>\s]+)>(.*)", part).groups()  # type: ignore[union-attr]
        parameters = parse_options_header("x" + options)[1]
        found.append((parameters["rel"], address, parameters.get("type", "")))
    return found


# Signposting


@pytest.mark.parametrize("study_id", [URATE, HOSTILE])
def test_a_page_points_at_everything(client: FlaskClient, study_id: str) -> None:
    told = links(client.get(f"/studies/{study_id}").headers["Link"])
    assert ("cite-as", f"{BASE}studies/{study_id}", "") in told
    assert ("license", "https://creativecommons.org/licenses/by/4.0/", "") in told
    assert ("type", "https://schema.org/AboutPage", "") in told
    assert ("collection", "/dataset", "") in told
    parts = [(address, mime) for relation, address, mime in told if relation in ("item", "describedby")]
    assert len(parts) == len(STUDY_FORMS)
    for address, mime in parts:
        assert client.get(address).mimetype == mime


def test_authors_are_pointed_at_where_they_are_known(atlas: Atlas, tmp_path: Path) -> None:
    names = [f"0000-0002-1825-{n:04}" for n in range(30)]
    authors = [{"family": "Nobody"}, *({"family": f"Author {n}", "orcid": orcid} for n, orcid in enumerate(names))]
    study = site_samples.entry("many-2020-authors", authors=[*authors, authors[1]])
    build = site_samples.SampleBuild(atlas.with_studies([study]), tmp_path)
    header = create_app(build, testing=True).test_client().get(f"/studies/{study.id}").headers["Link"]
    build.engine.close()
    told = [address for relation, address, _ in links(header) if relation == "author"]
    assert told == [f"https://orcid.org/{orcid}" for orcid in names[:MOST_AUTHORS]]
    assert len(header) < 4_096


def test_the_type_is_that_of_the_design(client: FlaskClient) -> None:
    told = links(client.get("/studies/brown-2012-nothing-helps").headers["Link"])
    assert ("type", "https://schema.org/MedicalTrial", "") in told


@pytest.mark.parametrize("form", STUDY_FORMS, ids=lambda f: f.name)
def test_a_form_points_back(client: FlaskClient, form: object) -> None:
    by_suffix = client.get(ADDRESS + form.suffix).headers["Link"]  # type: ignore[attr-defined]
    by_accept = client.get(ADDRESS, headers={"Accept": form.mime}).headers["Link"]  # type: ignore[attr-defined]
    assert by_suffix == by_accept
    told = links(by_suffix)
    assert ("collection" if form in ITEMS else "describes", ADDRESS, "text/html") in told
    assert ("cite-as", f"{BASE}studies/{URATE}", "") in told


def test_asking_for_the_head_alone_is_enough(client: FlaskClient) -> None:
    assert client.head(ADDRESS).headers["Link"] == client.get(ADDRESS).headers["Link"]


def test_the_dataset_points_at_its_forms(client: FlaskClient) -> None:
    seen = lxml_html.fromstring(client.get("/downloads").text)
    told = {rel: seen.xpath(f"//link[@rel='{rel}']/@href") for rel in ("cite-as", "describedby", "license", "item")}
    assert told["cite-as"] == [f"{BASE}dataset"]
    assert told["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert len(told["item"]) == len(DATASET_FORMS)
    for address in [*told["describedby"], *told["item"]]:
        assert client.get(address).status_code == 200


KINDS = {  # address of the page: its identifier below the base, class of schema.org, relation of the forms
    "/concepts/uric-acid": ("concepts/uric-acid", "DefinedTerm", "describedby"),
    "/concepts/acr-1977": ("concepts/acr-1977", "DefinedTerm", "describedby"),
    "/schemes/symptom": ("schemes/symptom", "DefinedTermSet", "describedby"),
    "/schemes/case-definition": ("schemes/case-definition", "DefinedTermSet", "describedby"),
    "/ns": ("ns", "DefinedTermSet", "describedby"),
    "/dataset": ("dataset", "Dataset", "item"),
    "/downloads": ("dataset", "Dataset", "item"),
    "/studies": ("", "CollectionPage", "alternate"),
    "/studies?symptom=pain&remains=required": ("", "SearchResultsPage", "alternate"),
    "/concepts": ("", "CollectionPage", "item"),
    PICTURE: (PICTURE[1:], "ImageObject", "alternate"),
    f"/studies/{URATE}/graph": (f"studies/{URATE}/graph", "ImageObject", "alternate"),
    "/concepts/uric-acid/graph?kind=study": ("concepts/uric-acid/graph?kind=study", "ImageObject", "alternate"),
}


@pytest.mark.parametrize("address", KINDS)
def test_every_kind_of_resource_points_at_its_forms(client: FlaskClient, address: str) -> None:
    identifier, kind, relation = KINDS[address]
    told = links(client.get(address).headers["Link"])
    assert [where for name, where, _ in told if name == "cite-as"] == ([BASE + identifier] if identifier else [])
    assert ("type", SCHEMA + kind, "") in told
    assert ("license", "https://creativecommons.org/licenses/by/4.0/", "") in told
    forms = [(where, mime) for name, where, mime in told if name == relation and mime]
    assert len(forms) >= len(FORMATS) or address == "/concepts"
    for where, mime in forms:
        answer = client.get(where)
        assert answer.mimetype == mime
        back = links(answer.headers["Link"])
        [page] = [there for name, there, mime in back if mime == "text/html"]
        assert {"describes", "collection", "alternate"} >= {name for name, there, _ in back if there == page}
        assert client.get(page).headers["Link"] == client.get(address).headers["Link"], "back to what pointed there"
        assert [where for name, where, _ in back if name == "cite-as"] == ([BASE + identifier] if identifier else [])


def test_a_picture_is_cited_by_its_permanent_link_wherever_it_is_served(client: FlaskClient) -> None:
    """By its state as it is written, not as it was asked for; and a big picture's header stays within bounds."""
    asked = PICTURE.replace("concept:pain@0,0", "pain@0,0").replace("/explore", "/explore.svg")
    told = links(client.get(asked, environ_overrides={"SCRIPT_NAME": "/atlas"}).headers["Link"])
    assert ("cite-as", BASE + PICTURE[1:], "") in told
    assert ("alternate", f"/atlas{PICTURE}", "text/html") in told
    many = "&".join(f"n=concept:pain@{n},{n}&n=study:{URATE}@{n},{-n}&n=definition:acr-1977@9,{n}" for n in range(80))
    for address in (f"/explore?{many}", f"/explore?n=concept:{'x' * 9_000}&{many}"):
        header = client.get(address).headers["Link"]
        assert len(header) <= MOST_BYTES
        assert {"license", "type", "cite-as"} <= {relation for relation, _, _ in links(header)}


@pytest.mark.parametrize("address", KINDS)
def test_what_else_is_pointed_at_is_there(client: FlaskClient, address: str) -> None:
    told = links(client.get(address).headers["Link"])
    others = [where for name, where, mime in told if where.startswith("/") and not mime]
    assert others
    for where in others:
        assert client.get(where, follow_redirects=True).status_code == 200, where


@pytest.mark.parametrize("address", KINDS)
def test_the_head_alone_and_another_accept_header_tell_the_same_resource(client: FlaskClient, address: str) -> None:
    assert client.head(address).headers["Link"] == client.get(address).headers["Link"]
    if address not in ("/downloads", "/concepts"):  # pages without other forms of their own
        turtle = client.get(address, headers={"Accept": "text/turtle"})
        assert turtle.mimetype == "text/turtle"
        assert "license" in {name for name, *_ in links(turtle.headers["Link"])}


def test_forms_of_a_search_obey_the_switch(client: FlaskClient) -> None:
    told = links(client.get("/studies?symptom=pain&remains=required").headers["Link"])
    csv = next(where for name, where, mime in told if mime == "text/csv")
    assert "remains=required" in csv
    assert "symptom=pain" in csv


def test_a_search_of_many_words_does_not_burst_the_header(client: FlaskClient) -> None:
    header = client.get("/studies?q=" + "gout+" * 300).headers["Link"]
    assert len(header) <= MOST_BYTES
    assert "license" in header


# schema.org and citation tags


def page(client: FlaskClient, study_id: str) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(client.get(f"/studies/{study_id}").text)


def json_ld(client: FlaskClient, study_id: str) -> dict[str, object]:
    [script] = page(client, study_id).xpath("//script[@type='application/ld+json']")
    found: dict[str, object] = json.loads(script.text)
    return found


def as_graph(told: dict[str, object]) -> Graph:
    """Read with the terms of schema.org as the context says, without fetching that context."""
    return Graph().parse(data=json.dumps(told | {"@context": {"@vocab": SCHEMA}}), format="json-ld")


def test_schema_org_says_what_the_rdf_says(client: FlaskClient) -> None:
    told = json_ld(client, URATE)
    assert told["@context"] == "https://schema.org"
    graph = as_graph(told)
    rdf = Graph().parse(data=client.get(f"{ADDRESS}.nt").text, format="nt")
    study, paper = URIRef(f"{BASE}studies/{URATE}"), URIRef(f"{BASE}studies/{URATE}#paper")
    for node in (study, paper):
        kinds = set(graph.objects(node, RDF.type))
        assert kinds
        assert kinds <= set(rdf.objects(node, RDF.type))
    assert set(graph.objects(paper, URIRef(f"{SCHEMA}sameAs"))) == {
        Literal(str(o)) for o in rdf.objects(paper, URIRef(f"{SCHEMA}sameAs"))
    }
    assert graph.value(paper, URIRef(f"{SCHEMA}headline")) == Literal("Urate rises before the toe hurts")
    names = [str(graph.value(a, URIRef(f"{SCHEMA}name"))) for a in graph.objects(paper, URIRef(f"{SCHEMA}author"))]
    assert sorted(names) == ["Adams, Ann", "Brown"]


def test_reference_managers_read_the_paper(client: FlaskClient) -> None:
    metas = page(client, URATE).xpath("//meta[starts-with(@name, 'citation_')]")
    told = [(meta.get("name"), meta.get("content")) for meta in metas]
    assert told == [
        ("citation_title", "Urate rises before the toe hurts"),
        ("citation_author", "Adams, Ann"),
        ("citation_author", "Brown"),
        ("citation_publication_date", "2005"),
        ("citation_journal_title", "Journal of Gout"),
        ("citation_doi", "10.5555/gout.<1>"),
        ("citation_pmid", "900000042"),
    ]


def test_no_text_breaks_out_of_the_head(client: FlaskClient) -> None:
    text = client.get(f"/studies/{HOSTILE}").text
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert not set(block) & set("<>&'"), "a script element is not ended by what it holds"
    paper = json.loads(block)["@graph"][2]
    assert site_samples.MARKUP in paper["headline"]
    assert paper["author"][1] == {"@type": "Organization", "name": site_samples.MARKUP}
    seen = lxml_html.fromstring(text)
    assert [s.get("type") for s in seen.xpath("//script[not(@src)]")] == ["application/ld+json"]
    assert site_samples.MARKUP in seen.xpath("//meta[@name='citation_author']/@content")[1]
    assert not seen.xpath("//img | //*[@onerror]")


# Search engines


def addresses(client: FlaskClient, path: str) -> list[str]:
    response = client.get(path)
    assert response.mimetype == "application/xml"
    return [loc.text or "" for loc in ET.fromstring(response.text).iter(f"{SITEMAP}loc")]


def test_the_sitemap_lists_what_is_there(client: FlaskClient, atlas: Atlas) -> None:
    found = addresses(client, "/sitemap.xml")
    assert len(found) == len(set(found)) == len(crawlers.PAGES) + len(atlas.studies) + len(atlas.vocabulary)
    for address in [*found[:12], *found[-3:]]:
        assert address.startswith(BASE)
        path = "/" + address.removeprefix(BASE)
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 200, path
    first = ET.fromstring(client.get("/sitemap.xml").text)[len(crawlers.PAGES)]
    assert first.findtext(f"{SITEMAP}lastmod") == next(iter(atlas.studies.values())).updated.isoformat()


def test_a_long_sitemap_is_split(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = addresses(client, "/sitemap.xml")
    monkeypatch.setattr(crawlers, "MOST", 40)
    parts = addresses(client, "/sitemap.xml")
    assert len(parts) == -(-len(whole) // 40)
    assert [a for part in parts for a in addresses(client, "/" + part.removeprefix(BASE))] == whole
    assert client.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_robots_are_told_where_the_sitemap_is(client: FlaskClient) -> None:
    response = client.get("/robots.txt", base_url="http://localhost/atlas")
    assert response.mimetype == "text/plain"
    lines = response.text.splitlines()
    assert f"Sitemap: {BASE}sitemap.xml" in lines
    assert "Disallow: /atlas/sparql?" in lines
    assert "Disallow: /" not in lines
