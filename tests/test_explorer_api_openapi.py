"""The OpenAPI document and the page for people: whole, sound, and about the API that is there."""

import json
import re
from collections.abc import Iterator
from typing import Any, get_args

import jsonschema_rs
import pytest
import schemathesis
import site_samples
from flask import Flask
from flask.testing import FlaskClient
from lxml import html as lxml_html
from page_reading import seen, words

from entries.atlas import Atlas
from entries.policy import PemStatus
from explorer.api import concept, connections
from explorer.api.operations import OPERATIONS
from explorer.api.problem import Problem
from explorer.api.shape import Parameters, Remaining, Shape
from explorer.app import create_app
from explorer.remains import DROPPED
from explorer.site import here
from graph.nodes import KINDS

DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    build = site_samples.SampleBuild(site_samples.atlas(), tmp_path_factory.mktemp("openapi"))
    yield create_app(build, testing=True)
    build.engine.close()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def told(client: FlaskClient) -> Any:
    answer = client.get(DOCUMENT)
    assert (answer.status_code, answer.mimetype) == (200, "application/vnd.oai.openapi+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer.get_json()


def operations(told: Any) -> Iterator[tuple[str, Any]]:
    for path, item in told["paths"].items():
        assert list(item) == ["get"], "this API is read only"
        yield path, item["get"]


def shapes(kind: type[Shape] = Shape) -> set[type[Shape]]:
    """Every type of object in answers."""
    return {s for sub in kind.__subclasses__() for s in (sub, *shapes(sub))}


# The document


def test_it_is_what_openapi_3_1_asks_for(told: Any) -> None:
    assert told["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(told).validate()
    for name, schema in told["components"]["schemas"].items():
        jsonschema_rs.meta.validate(schema | {"$schema": told["jsonSchemaDialect"]}), name


def test_what_is_wrong_is_seen(told: Any) -> None:
    broken = json.loads(json.dumps(told))
    broken["paths"]["/search"]["get"]["parameters"][0]["in"] = "nowhere"
    with pytest.raises(Exception, match="nowhere"):
        schemathesis.openapi.from_dict(broken).validate()


def test_every_reference_leads_somewhere(told: Any) -> None:
    targets = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(told)))
    assert len(targets) > 40
    for target in targets:
        found = told
        for step in target.split("/"):
            found = found[step]


def test_it_lists_the_operations_that_answer_and_no_others(app: Flask, told: Any) -> None:
    rules = {r.rule for r in app.url_map.iter_rules() if r.rule.startswith("/api/v1") and "GET" in (r.methods or ())}
    listed = {"/api/v1" + re.sub(r"[{](\w+)[}]", r"<\1>", path).removesuffix("/") for path, _ in operations(told)}
    assert rules - listed == {DOCUMENT, "/api/v1/<path:rest>"}
    assert listed <= rules
    names = [operation["operationId"] for _, operation in operations(told)]
    assert len(names) == len(set(names)) == len(OPERATIONS)


def test_everything_is_described(told: Any) -> None:
    for path, operation in operations(told):
        assert operation["summary"], path
        assert operation["description"].endswith("."), path
        assert operation["tags"][0] in {tag["name"] for tag in told["tags"]}
        for parameter in operation["parameters"]:
            assert "type" in parameter["schema"] or "anyOf" in parameter["schema"], (path, parameter["name"])
            assert parameter["description"].endswith("."), (path, parameter["name"])
    for name, schema in told["components"]["schemas"].items():
        assert schema.get("description") or "enum" in schema, name


def test_the_facets_of_the_atlas_are_arguments_of_its_search(told: Any) -> None:
    given = {p["name"]: p for p in told["paths"]["/search"]["get"]["parameters"]}
    for name, label, *_ in site_samples.FACETS:
        assert given[name]["explode"]
        assert label in given[name]["description"]
        assert f"not.{name}" in given


def test_no_field_of_an_answer_can_be_missing() -> None:
    found = {s for s in shapes() if not issubclass(s, Parameters)}
    assert len(found) > 50
    optional = [f"{s.__name__}.{n}" for s in found for n, f in s.model_fields.items() if not f.is_required()]
    assert optional == []


def test_choices_are_all_there_are() -> None:
    assert get_args(connections.Kind) == KINDS
    assert get_args(get_args(Remaining)[0]) == tuple(DROPPED)
    assert get_args(concept.BalanceAsked.model_fields["pem"].annotation) == ("", *PemStatus)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_examples_are_as_the_document_says(app: Flask, client: FlaskClient, told: Any, operation: Any) -> None:
    with app.test_request_context("/"):
        address = operation.address(here(), operation.example(here()))
    schema = {"$ref": f"#/components/schemas/{operation.answer.__name__}", "components": told["components"]}
    checker = jsonschema_rs.validator_for(schema)
    assert [error.message for error in checker.iter_errors(client.get(address).get_json())] == []
    assert not checker.is_valid({})


@pytest.mark.parametrize("path", ["/search/x/y", "/studies/nothing", "/paths", "/complete?limit=0"])
def test_problems_are_as_the_document_says(client: FlaskClient, told: Any, path: str) -> None:
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}", "components": told["components"]}
    assert jsonschema_rs.is_valid(schema, client.get(f"/api/v1{path}").get_json())


# The page


def test_the_page_tells_of_everything(client: FlaskClient, told: Any) -> None:
    page = seen(client, "/api")
    for path, operation in operations(told):
        section = page.get_element_by_id(operation["operationId"]).getparent()
        assert path.rstrip("/") in words(section)
        assert operation["description"].split("`")[0] in words(section)
    for name in told["components"]["schemas"]:
        assert page.get_element_by_id(f"type-{name}") is not None


def test_every_link_of_the_page_leads_somewhere(client: FlaskClient) -> None:
    page = seen(client, "/api")
    ids = set(page.xpath("//@id"))
    links = set(page.xpath("//main//a/@href"))
    assert {link[1:] for link in links if link.startswith("#")} <= ids
    opened = [link for link in links if link.startswith("/api/v1")]
    assert len(opened) >= len(OPERATIONS)
    for link in opened:
        assert client.get(link).status_code == 200, link


def test_the_page_is_found_and_names_the_document(client: FlaskClient) -> None:
    assert "/api" in seen(client, "/downloads").xpath("//main//a/@href")
    answer = client.get("/api")
    assert f'<{DOCUMENT}>; rel="service-desc"' in answer.headers["Link"]
    page = lxml_html.fromstring(answer.text)
    assert len(page.xpath("//h1")) == 1
    assert not page.xpath("//main//script")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert "messages" in {words(code) for code in page.xpath("//section/p/code")}, "backticks are code"
    assert "`" not in words(page.get_element_by_id("main"))


def test_errors_are_explained_where_they_point(client: FlaskClient) -> None:
    for path in ("/nowhere", "/paths"):
        address, _, anchor = client.get(f"/api/v1{path}").get_json()["type"].partition("#")
        assert seen(client, address).get_element_by_id(anchor) is not None


def test_an_atlas_without_a_study_has_a_document_and_a_page(tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = Atlas.of(site_samples.config(), site_samples.vocabulary(), [])
    build = site_samples.SampleBuild(empty, tmp_path_factory.mktemp("empty"))
    client = create_app(build, testing=True).test_client()
    assert client.get(DOCUMENT).status_code == client.get("/api").status_code == 200
    assert client.get("/api/v1/search").get_json()["total"] == 0
    build.engine.close()
