"""The SPARQL endpoint speaks the protocol: to clients that others wrote, in every form, and to people."""

import csv
import io
import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
import site_samples
from lxml import html as lxml_html
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF, SKOS, VOID
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from sparql_site import Endpoint, serving

from explorer.sparql_request import GRAPH_FORMS, ROW_FORMS

BASE = site_samples.BASE
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
PAIN = f"SELECT ?label WHERE {{ <{BASE}concepts/pain> skos:prefLabel ?label }}"
AS_GRAPH = (
    f"CONSTRUCT {{ ?c skos:prefLabel ?l }} WHERE {{ ?c skos:inScheme <{BASE}schemes/symptom> ; skos:prefLabel ?l }}"
)
SYMPTOMS, MARKERS = (f"{BASE}schemes/{name}#graph" for name in ("symptom", "biomarker"))
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with serving(tmp_path_factory.mktemp("sparql")) as endpoint:
        yield endpoint


# Clients that nobody here wrote


@pytest.mark.parametrize("method", ["GET", "POST", "URLENCODED"])
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_sparqlwrapper_reads_rows(site: Endpoint, method: str, form: str) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed: pip install '.[test]'")
    client = wrapper.SPARQLWrapper(f"{site.address}/sparql")
    client.setReturnFormat(form)
    client.setMethod("GET" if method == "GET" else "POST")
    client.setRequestMethod("urlencoded" if method != "POST" else "postdirectly")
    client.setQuery(PAIN)
    found = client.query()
    if form == "json":
        [row] = found.convert()["results"]["bindings"]
        assert row["label"] == {"type": "literal", "value": "Pain", "xml:lang": "en"}
    elif form == "xml":
        assert found.convert().getElementsByTagName("literal")[0].firstChild.data == "Pain"
    else:
        assert "Pain" in found.convert().decode()


@pytest.mark.parametrize("form", ["turtle", "xml", "n3", "json-ld", "rdf"])
def test_sparqlwrapper_reads_graphs(site: Endpoint, form: str) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed: pip install '.[test]'")
    client = wrapper.SPARQLWrapper(f"{site.address}/sparql", returnFormat=form)
    client.setQuery(AS_GRAPH)
    found = client.query().convert()
    graph = found if isinstance(found, Graph) else Graph().parse(data=found, format="turtle")
    assert (URIRef(f"{BASE}concepts/pain"), SKOS.prefLabel, Literal("Pain", lang="en")) in graph


def test_sparqlwrapper_hears_why_it_was_refused(site: Endpoint) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed: pip install '.[test]'")
    client = wrapper.SPARQLWrapper(f"{site.address}/sparql", returnFormat="json")
    client.setQuery("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    with pytest.raises(wrapper.SPARQLExceptions.QueryBadFormed, match="SERVICE would send the query"):
        client.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflib_reads_through_its_sparqlstore(site: Endpoint, method: str, form: str) -> None:
    store = SPARQLStore(f"{site.address}/sparql", method=method, returnFormat=form)
    graph = Graph(store)
    assert [str(row[0]) for row in graph.query(PAIN)] == ["Pain"]  # type: ignore[index]
    pain = URIRef(f"{BASE}concepts/pain")
    assert {str(o) for o in graph.objects(pain, SKOS.prefLabel)} == {"Pain"}
    assert (pain, SKOS.prefLabel, None) in graph
    if form in ("xml", "json"):  # the other two have no place for yes and no in rdflib
        assert graph.query(f"ASK {{ <{pain}> ?p ?o }}").askAnswer


def test_rdflib_asks_one_named_graph(site: Endpoint) -> None:
    graph = Graph(SPARQLStore(f"{site.address}/sparql", returnFormat="json"), identifier=URIRef(SYMPTOMS))
    found = {str(row[0]) for row in graph.query("SELECT ?n { ?c skos:notation ?n }", initNs={"skos": SKOS})}  # type: ignore[index]
    assert "pain" in found
    assert "uric-acid" not in found


# The protocol


def test_three_ways_to_ask(site: Endpoint) -> None:
    ways = [
        site.ask(PAIN),
        site.post(urlencode({"query": PAIN}), FORM),
        site.post(PAIN, QUERY),
        site.post(PAIN, f"{QUERY}; charset=utf-8"),
    ]
    for got in ways:
        assert got.kind == "application/sparql-results+json"
        assert [row["label"]["value"] for row in got.rows()] == ["Pain"]
        assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert ways[0].headers["Content-Location"].startswith("/sparql.json?query=SELECT")
    assert site.get(ways[0].headers["Content-Location"]).body == ways[0].body


READ = {
    "application/sparql-results+json": lambda b: json.loads(b)["results"]["bindings"][0]["label"]["value"],
    "application/sparql-results+xml": lambda b: (
        next(iter(ox.parse_query_results(b, format=ox.QueryResultsFormat.XML)))["label"].value
    ),
    "text/csv": lambda b: next(iter(csv.DictReader(io.StringIO(b.decode()))))["label"],
    "text/tab-separated-values": lambda b: b.decode().splitlines()[1].strip().removesuffix("@en").strip('"'),
}


@pytest.mark.parametrize("form", ROW_FORMS, ids=lambda f: f.name)
def test_rows_in_every_form(site: Endpoint, form: object) -> None:
    mime, suffix = form.mime, form.suffix  # type: ignore[attr-defined]
    got = site.ask(PAIN, mime)
    assert got.kind == mime
    assert READ[mime](got.body) == "Pain"
    assert "Accept" in got.headers["Vary"]
    by_suffix = site.get(f"/sparql{suffix}?" + urlencode({"query": PAIN}), BROWSER)
    assert (by_suffix.kind, by_suffix.body) == (got.kind, got.body)


PARSERS = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}


@pytest.mark.parametrize("form", GRAPH_FORMS, ids=lambda f: f.name)
@pytest.mark.parametrize("query", [AS_GRAPH, f"DESCRIBE <{BASE}concepts/pain>"], ids=["construct", "describe"])
def test_graphs_in_every_form(site: Endpoint, form: object, query: str) -> None:
    got = site.ask(query, form.mime)  # type: ignore[attr-defined]
    assert got.kind == form.mime  # type: ignore[attr-defined]
    graph = Graph().parse(data=got.text, format=PARSERS[form.name])  # type: ignore[attr-defined]
    assert (URIRef(f"{BASE}concepts/pain"), SKOS.prefLabel, Literal("Pain", lang="en")) in graph


ACCEPTED = {
    "": "application/sparql-results+json",
    "*/*": "application/sparql-results+json",
    "text/csv, application/sparql-results+xml;q=0.9": "text/csv",
    "text/csv;q=0.1, application/sparql-results+xml;q=0.9": "application/sparql-results+xml",
    "application/json": "application/sparql-results+json",
    "application/xml;q=0.2, application/json;q=0.1": "application/sparql-results+xml",
    "text/*": "text/csv",
    "text/csv;q=0, */*;q=0.1": "application/sparql-results+json",
    "text/turtle, text/tab-separated-values;q=0.3": "text/tab-separated-values",
    "text/html;q=0.5, text/csv": "text/csv",
    BROWSER: "text/html",
}


@pytest.mark.parametrize("accept", ACCEPTED)
def test_negotiation(site: Endpoint, accept: str) -> None:
    got = site.ask(PAIN, accept)
    assert (got.status, got.kind) == (200, ACCEPTED[accept])


@pytest.mark.parametrize(("query", "accept"), [(PAIN, "image/png"), (PAIN, "text/turtle"), (AS_GRAPH, "text/csv")])
def test_what_cannot_be_had_is_said(site: Endpoint, query: str, accept: str) -> None:
    got = site.ask(query, accept)
    assert got.status == 406
    assert "There is:" in got.text


def test_graphs_named_by_the_protocol(site: Endpoint) -> None:
    text = "SELECT DISTINCT ?n ?g { { ?c skos:notation ?n } UNION { GRAPH ?g { ?c skos:notation ?n } } }"

    def found(**graphs: object) -> set[tuple[str, bool]]:
        return {(row["n"]["value"], "g" in row) for row in site.ask(text, **graphs).rows()}

    chosen = {"default-graph-uri": SYMPTOMS, "named-graph-uri": [MARKERS]}
    merged = found(**chosen)
    assert {("pain", False), ("uric-acid", True)} <= merged
    assert ("uric-acid", False) not in merged
    assert {("pain", False), ("uric-acid", False)} <= found(**{"default-graph-uri": [SYMPTOMS, MARKERS]})
    own = text.replace("{", f"FROM <{MARKERS}> {{", 1)
    got = site.post(own, QUERY, path="/sparql?" + urlencode({"default-graph-uri": SYMPTOMS}))
    names = {row["n"]["value"] for row in got.rows()}
    assert "pain" in names, "the protocol's graphs go before the query's"
    assert "uric-acid" not in names


@pytest.mark.parametrize("graph", ["file:///etc/passwd", "http://127.0.0.1:1/x", "nothing", "http://a b/"])
@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
def test_graphs_of_others_are_refused(site: Endpoint, parameter: str, graph: str) -> None:
    got = site.ask(PAIN, **{parameter: graph})
    assert got.status == 400
    assert graph in got.text


def test_pages_of_others_may_ask(site: Endpoint) -> None:
    got = site.get("/sparql", method="OPTIONS", Origin="https://elsewhere.example")
    assert got.status == 200
    assert "POST" in got.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in got.headers["Access-Control-Allow-Headers"]
    assert site.ask("nonsense").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/ld+json", "*/*"])
def test_the_service_describes_itself(site: Endpoint, accept: str) -> None:
    got = site.get("/sparql", accept)
    parser = {"application/rdf+xml": "xml", "application/ld+json": "json-ld"}.get(accept, "turtle")
    graph = Graph().parse(data=got.text, format=parser)
    [service] = graph.subjects(RDF.type, SD.Service)
    assert graph.value(service, SD.endpoint) == URIRef(f"{BASE}sparql")
    assert graph.value(service, SD.supportedLanguage) == SD.SPARQL11Query
    assert len(list(graph.objects(service, SD.resultFormat))) == len(ROW_FORMS) + len(GRAPH_FORMS)
    data = graph.value(service, SD.defaultDataset)
    names = {graph.value(named, SD.name) for named in graph.objects(data, SD.namedGraph)}
    assert URIRef(SYMPTOMS) in names
    for name in names:  # each can be asked
        assert site.ask("ASK { ?s ?p ?o }", **{"default-graph-uri": str(name)}).text.endswith("true}")


def test_void_and_dcat_at_the_well_known_address(site: Endpoint) -> None:
    got = site.get("/.well-known/void")
    assert got.kind == "text/turtle"
    graph = Graph().parse(data=got.text, format="turtle")
    dataset = URIRef(f"{BASE}dataset")
    assert (dataset, RDF.type, VOID.Dataset) in graph
    assert (dataset, VOID.sparqlEndpoint, URIRef(f"{BASE}sparql")) in graph
    count = site.ask("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "text/csv").text.split()[1]
    assert graph.value(dataset, VOID.triples) == Literal(int(count))
    [service] = graph.subjects(RDF.type, DCAT.DataService)
    assert graph.value(service, DCAT.servesDataset) == dataset
    assert len(list(graph.objects(dataset, DCAT.distribution))) == 6
    assert site.get("/.well-known/void", "application/ld+json").kind == "application/ld+json"
    assert site.get("/.well-known/void", "image/png").status == 406


# The page


def seen(site: Endpoint, query: str | None) -> lxml_html.HtmlElement:
    got = site.get("/sparql", BROWSER) if query is None else site.ask(query, BROWSER)
    assert got.kind == "text/html"
    return lxml_html.fromstring(got.text)


def test_the_page_offers_questions_that_have_answers(site: Endpoint) -> None:
    page = seen(site, None)
    links = page.xpath("//section[@aria-labelledby='examples']//li/a")
    assert len(links) >= 5
    assert page.get_element_by_id("query").text.strip() == page.get_element_by_id("example-1").text.strip()
    for link in links:
        answer = site.get(link.get("href"), BROWSER)
        assert answer.status == 200, link.text
        assert lxml_html.fromstring(answer.text).xpath("//section[@aria-labelledby='answer']//tbody/tr"), link.text


@pytest.mark.parametrize(("chosen", "shown"), [("2", 2), ("1", 1), ("99", 1), ("-1", 1), ("x", 1), ("1e9", 1)])
def test_an_example_to_be_changed_first(site: Endpoint, chosen: str, shown: int) -> None:
    page = lxml_html.fromstring(site.get(f"/sparql?example={chosen}", BROWSER).text)
    assert page.xpath("//button[@form='begin'][@name='example']/@value")[:2] == ["1", "2"]
    assert page.get_element_by_id("query").text.strip() == page.get_element_by_id(f"example-{shown}").text.strip()
    assert not page.xpath("//*[@id='answer']"), "nothing has been asked yet"


def test_an_answer_as_a_table_with_its_downloads(site: Endpoint) -> None:
    page = seen(
        site, f"SELECT ?c ?label (1 AS ?one) ?none {{ ?c skos:prefLabel ?label FILTER(?c = <{BASE}concepts/pain>) }}"
    )
    assert [th.text for th in page.xpath("//table[1]/thead//th")][:4] == ["c", "label", "one", "none"]
    concept, label, one, none = page.xpath("//section[@aria-labelledby='answer']//tbody/tr[1]/td")
    assert (concept[0].text, concept[0].get("href")) == ("concept:pain", "/concepts/pain")
    assert (label.text, label.get("lang")) == ("Pain", "en")
    assert (one.text, one.get("class")) == ("1", "num")
    assert none.text is None
    downloads = page.xpath("//ul[@aria-label='Take this answer']//a/@href")
    kinds = [site.get(address).kind for address in downloads]
    assert kinds == [form.mime for form in ROW_FORMS]


def test_a_graph_and_a_yes_on_the_page(site: Endpoint) -> None:
    page = seen(site, AS_GRAPH)
    assert [th.text for th in page.xpath("//section[@aria-labelledby='answer']//th")] == [
        "subject",
        "predicate",
        "object",
    ]
    assert [site.get(a).kind for a in page.xpath("//ul[@aria-label='Take this answer']//a/@href")] == [
        form.mime for form in GRAPH_FORMS
    ]
    assert "Yes." in seen(site, "ASK { ?s ?p ?o }").xpath("string(//*[@role='status'])")


def test_a_long_answer_says_what_is_left_out(site: Endpoint) -> None:
    page = seen(site, "SELECT * { ?s ?p ?o } LIMIT 700")
    assert len(page.xpath("//section[@aria-labelledby='answer']//tbody/tr")) == 500
    assert "700 rows" in page.xpath("string(//*[@role='status'])")


def test_a_refusal_on_the_page_keeps_the_question(site: Endpoint) -> None:
    got = site.ask("SELECT * { ?s ?p", BROWSER)
    assert (got.status, got.kind) == (400, "text/html")
    page = lxml_html.fromstring(got.text)
    assert "not a SPARQL 1.1 query" in page.get_element_by_id("trouble").text_content()
    assert page.get_element_by_id("query").text.strip() == "SELECT * { ?s ?p"


HOSTILE = site_samples.MARKUP + "</textarea></script>"


def test_nothing_becomes_markup(site: Endpoint) -> None:
    text = f'SELECT ("""{HOSTILE}""" AS ?a) (IRI("javascript:alert(1)") AS ?b) ?t {{ ?s schema:text ?t }} ORDER BY ?t'
    page = seen(site, text)
    assert page.get_element_by_id("query").text.strip() == text
    assert page.xpath("//section[@aria-labelledby='answer']//tbody/tr[1]/td[1]")[0].text == HOSTILE
    assert not page.xpath("//a[starts-with(@href, 'javascript')]")
    assert not page.xpath("//script[not(@src)] | //img | //*[@onerror]")
    assert seen(site, f"SELECT {HOSTILE}").xpath("//*[@id='trouble']")


def test_the_endpoint_can_be_found(site: Endpoint) -> None:
    for path in ("/", "/downloads"):
        assert "/sparql" in lxml_html.fromstring(site.get(path, BROWSER).text).xpath("//a/@href")
