"""One address, many forms: what is served reads back, carries the right headers, and holds what the page shows."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import bibtexparser
import networkx as nx
import pytest
import rispy
import site_samples
from flask.testing import FlaskClient
from lxml import html as lxml_html
from rdflib import Dataset, Graph, URIRef
from rdflib.namespace import RDF, RDFS, SKOS

from entries import yamlio
from entries.atlas import Atlas
from entries.study import Study
from explorer.app import create_app
from explorer.forms import CONCEPT_FORMS, DATASET_FORMS, RESULT_FORMS, STUDY_FORMS, Form

URATE = "adams-2005-urate-rises"
ADDRESS = f"/studies/{URATE}"
QUADS = {"trig", "nquads"}
PARSERS = {
    "turtle": "turtle",
    "trig": "trig",
    "ntriples": "nt",
    "nquads": "nquads",
    "rdfxml": "xml",
    "jsonld": "json-ld",
}


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return site_samples.atlas()


@pytest.fixture(scope="module")
def client(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(atlas, tmp_path_factory.mktemp("forms"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def graph(text: str, form: str) -> Graph:
    """What was served, as one graph."""
    if form in QUADS:
        dataset = Dataset(default_union=True)
        dataset.parse(data=text, format=PARSERS[form])
        return dataset
    return Graph().parse(data=text, format=PARSERS[form])


# Studies


@pytest.mark.parametrize("form", STUDY_FORMS, ids=lambda f: f.name)
def test_suffix_and_accept_give_the_same_with_honest_headers(client: FlaskClient, form: Form) -> None:
    by_suffix = client.get(ADDRESS + form.suffix)
    by_accept = client.get(ADDRESS, headers={"Accept": f"{form.mime}, text/html;q=0.1"})
    assert by_suffix.status_code == by_accept.status_code == 200
    assert by_suffix.data == by_accept.data
    assert by_suffix.mimetype == by_accept.mimetype == form.mime
    assert "Accept" in by_accept.vary and "Accept" not in by_suffix.vary
    assert by_accept.headers["Content-Location"] == ADDRESS + form.suffix
    assert by_suffix.headers["Access-Control-Allow-Origin"] == "*"
    assert f'filename="{URATE}{form.suffix}"' in by_suffix.headers["Content-Disposition"]


@pytest.mark.parametrize("form", list(PARSERS))
def test_rdf_of_a_study_reads_back_and_can_be_queried(client: FlaskClient, form: str) -> None:
    suffix = next(f.suffix for f in STUDY_FORMS if f.name == form)
    read = graph(client.get(ADDRESS + suffix).text, form)
    subject = URIRef(f"{site_samples.BASE}studies/{URATE}")
    assert (subject, None, None) in read
    rows = list(
        read.query(
            "SELECT ?s WHERE { ?s ?p ?concept . FILTER(?concept = ?wanted) }",
            initBindings={"wanted": URIRef(f"{site_samples.BASE}concepts/uric-acid")},
        )
    )
    assert rows


def test_all_six_syntaxes_say_the_same(client: FlaskClient) -> None:
    sizes = {f: len(set(graph(client.get(ADDRESS + s).text, f).triples((None, None, None)))) for f, s in suffixes()}
    assert len(set(sizes.values())) == 1, sizes


def suffixes() -> list[tuple[str, str]]:
    return [(f.name, f.suffix) for f in STUDY_FORMS if f.name in PARSERS]


def test_json_and_yaml_are_the_entry_itself(client: FlaskClient, atlas: Atlas) -> None:
    assert Study.model_validate(client.get(f"{ADDRESS}.json").get_json()) == atlas.studies[URATE]
    read = yamlio.parse(client.get(f"{ADDRESS}.yaml").text)
    assert Study.model_validate(read.value) == atlas.studies[URATE]


def test_citations_read_back(client: FlaskClient) -> None:
    title = "Urate rises before the toe hurts"
    library = bibtexparser.parse_string(client.get(f"{ADDRESS}.bib").text)
    assert not library.failed_blocks
    assert title in library.entries[0]["title"]
    assert rispy.loads(client.get(f"{ADDRESS}.ris").text)[0]["title"] == title
    assert json.loads(client.get(f"{ADDRESS}.csl.json").text)["title"] == title


def test_tags_spare_a_second_transfer_and_change_with_the_form(client: FlaskClient) -> None:
    tags = {client.get(ADDRESS + f.suffix).headers["ETag"] for f in STUDY_FORMS}
    assert len(tags) == len(STUDY_FORMS)
    tag = client.get(f"{ADDRESS}.ttl").headers["ETag"]
    again = client.get(f"{ADDRESS}.ttl", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    page = client.get(ADDRESS)
    assert client.get(ADDRESS, headers={"If-None-Match": page.headers["ETag"]}).status_code == 304


def test_head_answers_without_a_body(client: FlaskClient) -> None:
    for address in (ADDRESS, f"{ADDRESS}.ttl", "/studies.csv?symptom=pain", "/dataset.nq", "/"):
        response = client.head(address)
        assert (response.status_code, response.data) == (200, b"")


def test_a_form_that_there_is_not_is_refused_with_the_list(client: FlaskClient) -> None:
    response = client.get(ADDRESS, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "Accept" in response.vary
    for form in STUDY_FORMS:
        assert ADDRESS + form.suffix in response.text
    missing = client.get(f"{ADDRESS}.docx")
    assert missing.status_code == 404
    assert f"{ADDRESS}.ttl" in missing.text


def test_the_page_names_its_other_forms(client: FlaskClient) -> None:
    text = client.get(ADDRESS).text
    for form in STUDY_FORMS:
        assert f'rel="alternate" type="{form.mime}"' in text


# Concepts


@pytest.mark.parametrize("form", CONCEPT_FORMS, ids=lambda f: f.name)
def test_forms_of_a_concept(client: FlaskClient, form: Form) -> None:
    response = client.get(f"/concepts/toe-pain{form.suffix}")
    assert (response.status_code, response.mimetype) == (200, form.mime)
    if form.name == "json":
        record = response.get_json()
        assert (record["broader"], record["scheme"]) == (["pain"], "symptom")
        assert URATE in record["studies"]
    else:
        read = graph(response.text, form.name)
        subject = URIRef(f"{site_samples.BASE}concepts/toe-pain")
        assert (subject, RDF.type, SKOS.Concept) in read
        assert (subject, SKOS.broader, URIRef(f"{site_samples.BASE}concepts/pain")) in read


@pytest.mark.parametrize(("address", "member"), [("/schemes/symptom", "concepts/toe-pain"), ("/ns", "ns#")])
def test_every_identifier_in_the_rdf_can_be_looked_up(client: FlaskClient, address: str, member: str) -> None:
    for suffix, headers in (("", {"Accept": "text/turtle"}), (".ttl", {})):
        response = client.get(address + suffix, headers=headers)
        assert response.headers["Content-Location"] == f"{address}.ttl"
        subjects = {str(s) for s in graph(response.text, "turtle").subjects()}
        assert any(s.startswith(site_samples.BASE + member) for s in subjects)
    shown = client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
    assert (shown.status_code, shown.mimetype) == (200, "text/html")
    assert client.get(f"{address}.exe").status_code == 404


def test_every_term_is_explained_where_its_identifier_leads(client: FlaskClient) -> None:
    page = lxml_html.fromstring(client.get("/ns").text)
    read = graph(client.get("/ns.ttl").text, "turtle")
    terms = {str(s).partition("#")[2]: s for s in read.subjects(RDFS.isDefinedBy)}
    assert len(terms) > 50
    for name, term in terms.items():
        row = page.get_element_by_id(name)
        assert str(read.value(term, RDFS.comment)) in " ".join(row.itertext())
        for bound in (read.value(term, RDFS.domain), read.value(term, RDFS.range)):
            if str(bound).startswith(site_samples.BASE):
                assert row.xpath(f".//a[@href='#{str(bound).partition('#')[2]}']")
    assert set(page.xpath("//tr/@id")) == set(terms)
    assert set(page.xpath("//td//a/@href")) <= {f"#{name}" for name in terms}


# Result sets


@pytest.mark.parametrize("form", RESULT_FORMS, ids=lambda f: f.name)
def test_a_result_set_is_whole_and_obeys_the_filters(client: FlaskClient, atlas: Atlas, form: Form) -> None:
    response = client.get(f"/studies{form.suffix}?symptom=fever&page=2&size=10")
    assert (response.status_code, response.mimetype) == (200, form.mime)
    expected = set(atlas.studies_with("fever"))
    assert len(expected) == 30
    assert ids_in(response.text, form.name) == expected


def ids_in(text: str, form: str) -> set[str]:
    """Ids of the studies that a form holds."""
    if form == "csv":
        return {row["id"] for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))}
    if form == "json":
        return {study["entry"]["id"] for study in json.loads(text)["studies"]}
    if form == "csl":
        return {item["id"] for item in json.loads(text)}
    if form == "bibtex":
        return {entry.key for entry in bibtexparser.parse_string(text).entries}
    if form == "ris":
        return {entry["id"] for entry in rispy.loads(text)}
    if form == "graphml":
        return {n.partition(":")[2] for n in nx.read_graphml(io.BytesIO(text.encode())) if n.startswith("study:")}
    if form == "cytoscape":
        nodes = json.loads(text)["elements"]["nodes"]
        return {n["data"]["id"].partition(":")[2] for n in nodes if n["data"]["kind"] == "study"}
    prefix = f"{site_samples.BASE}studies/"
    subjects = {str(s) for s in graph(text, form).subjects()}
    return {s.removeprefix(prefix) for s in subjects if s.startswith(prefix) and "#" not in s}


def test_a_result_set_by_accept(client: FlaskClient) -> None:
    response = client.get("/studies?symptom=swelling", headers={"Accept": "text/turtle"})
    assert ids_in(response.text, "turtle") == {URATE}
    assert response.headers["Content-Location"] == "/studies.ttl?symptom=swelling"


def test_json_says_where_it_comes_from(client: FlaskClient) -> None:
    told = client.get("/studies.json?q=urate&symptom=swelling").get_json()
    assert told["total"] == 1
    assert told["versions"]["atlas"] == "9.8.7"
    assert told["search"] == f"{site_samples.BASE}studies?q=urate&symptom=swelling"
    assert told["studies"][0]["pem"]["status"] == "pem-required"


def test_an_empty_result_set_is_still_sound(client: FlaskClient) -> None:
    for form in RESULT_FORMS:
        response = client.get(f"/studies{form.suffix}?q=nothinglikethis")
        assert response.status_code == 200, form.name
        assert ids_in(response.text, form.name) == set(), form.name


def test_the_feed_is_sound_and_newest_first(client: FlaskClient) -> None:
    response = client.get("/studies.atom?symptom=fever")
    assert response.mimetype == "application/atom+xml"
    feed = ET.fromstring(response.data)
    name = "{http://www.w3.org/2005/Atom}"
    assert feed.findtext(f"{name}title") == "Gout Atlas: Fever"
    assert "2026" not in (feed.findtext(f"{name}updated") or "")
    updated = [entry.findtext(f"{name}updated") for entry in feed.findall(f"{name}entry")]
    assert len(updated) == 30
    assert updated == sorted(updated, reverse=True)  # type: ignore[type-var]


def feed_of(client: FlaskClient, address: str, **how: str) -> ET.Element:
    return ET.fromstring(client.get(address, **how).data)  # type: ignore[arg-type]


ATOM_NAME = "{http://www.w3.org/2005/Atom}"


def test_a_feed_of_an_atlas_without_an_address_says_so_and_its_links_work(client: FlaskClient) -> None:
    """The base is an example: identifiers keep it, links lead to where the feed was fetched."""
    feed = feed_of(client, "/studies.atom?symptom=fever", base_url="http://localhost/atlas")
    assert "base_iri" in (feed.findtext(f"{ATOM_NAME}subtitle") or "")
    assert feed.findtext(f"{ATOM_NAME}id") == f"{site_samples.BASE}studies.atom?symptom=fever"
    links = {link.get("rel", "alternate"): link.get("href") for link in feed.findall(f"{ATOM_NAME}link")}
    root = "http://localhost/atlas"
    assert links == {"self": f"{root}/studies.atom?symptom=fever", "alternate": f"{root}/studies?symptom=fever"}
    entry = feed.find(f"{ATOM_NAME}entry")
    assert entry is not None
    link = entry.find(f"{ATOM_NAME}link")
    assert link is not None
    assert (entry.findtext(f"{ATOM_NAME}id") or "").startswith(f"{site_samples.BASE}studies/")
    assert client.get((link.get("href") or "").removeprefix(root)).status_code == 200


def test_a_feed_of_an_atlas_with_an_address_has_it_in_its_links(atlas: Atlas, tmp_path: Path) -> None:
    config = atlas.config.model_copy(update={"base_iri": "https://gout.wien/"})
    build = site_samples.SampleBuild(Atlas.of(config, atlas.vocabulary, list(atlas.studies.values())[:3]), tmp_path)
    own = create_app(build, testing=True).test_client()
    feed = feed_of(own, "/studies.atom")
    assert feed.find(f"{ATOM_NAME}subtitle") is None
    assert {(link.get("href") or "")[:18] for link in feed.iter(f"{ATOM_NAME}link")} == {"https://gout.wien/"}
    assert "no address of its own" not in own.get("/downloads").text
    build.engine.close()


def test_a_feed_obeys_the_switch_and_says_so(client: FlaskClient) -> None:
    every, kept = (feed_of(client, f"/studies.atom{query}") for query in ("", "?remains=required"))
    title = kept.findtext(f"{ATOM_NAME}title") or ""
    assert title == (every.findtext(f"{ATOM_NAME}title") or "") + ", without “Flare unclear” and “Flare not required”"
    assert "remains=required" in (kept.findtext(f"{ATOM_NAME}id") or "")
    listed = {line.get("id") for line in client.get("/studies.csl.json?remains=required").get_json()}
    found = {(entry.findtext(f"{ATOM_NAME}id") or "").rpartition("/")[2] for entry in kept.iter(f"{ATOM_NAME}entry")}
    assert 0 < len(found) < len(every.findall(f"{ATOM_NAME}entry"))
    assert found <= listed


def test_downloads_say_that_the_base_is_an_example(client: FlaskClient) -> None:
    assert "no address of its own yet" in client.get("/downloads").text


@pytest.mark.parametrize(
    ("base", "own"),
    [
        ("https://evidence.example.org/", False),
        ("https://example.com/atlas/", False),
        ("http://localhost:8000/", False),
        ("http://127.0.0.1/", False),
        ("https://atlas.test/", False),
        ("https://myexample.org/", True),
        ("https://w3id.org/mecfs/", True),
    ],
)
def test_reserved_names_are_no_address(atlas: Atlas, base: str, own: bool) -> None:
    assert atlas.config.model_copy(update={"base_iri": base}).has_own_address is own


def test_the_feed_survives_markup(client: FlaskClient) -> None:
    feed = ET.fromstring(client.get("/studies.atom?symptom=markup").data)
    assert site_samples.MARKUP in (feed.findtext(".//{http://www.w3.org/2005/Atom}summary") or "")


def test_a_list_in_an_unknown_form(client: FlaskClient) -> None:
    response = client.get("/studies.docx")
    assert response.status_code == 404
    assert ".csv" in response.text


# The whole


@pytest.mark.parametrize("form", DATASET_FORMS, ids=lambda f: f.name)
def test_the_whole_atlas_in_every_form(client: FlaskClient, atlas: Atlas, form: Form) -> None:
    response = client.get(f"/dataset{form.suffix}")
    assert (response.status_code, response.mimetype) == (200, form.mime)
    assert ids_in(response.text, form.name) == set(atlas.studies)


def test_the_dataset_leads_people_to_the_downloads(client: FlaskClient) -> None:
    response = client.get("/dataset", headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["Location"]) == (303, "/downloads")
    assert "Accept" in response.vary
    turtle = client.get("/dataset", headers={"Accept": "text/turtle"})
    assert turtle.headers["Content-Location"] == "/dataset.ttl"


@pytest.mark.parametrize("root", ["", "/atlas"])
def test_the_addresses_shown_as_examples_answer(client: FlaskClient, root: str) -> None:
    base = f"http://localhost{root}"
    shown = re.findall(rf"{base}(/studies/\S+?)\s", client.get("/downloads", base_url=base).text)
    assert len(shown) == 2
    assert client.get(shown[0], base_url=base).mimetype == "text/turtle"
    assert client.get(shown[1], base_url=base, headers={"Accept": "text/turtle"}).mimetype == "text/turtle"


def test_what_the_store_holds_is_what_the_download_gives(client: FlaskClient) -> None:
    quads = client.get("/dataset.nq").text.strip().splitlines()
    promised = f"{len(quads):,} statements"
    assert promised in client.get("/downloads").text
