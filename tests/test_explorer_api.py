"""The JSON API says what the site says, and says so when it cannot."""

from collections.abc import Iterator
from typing import Any

import pytest
import site_samples
from flask import Flask
from flask.testing import FlaskClient

from entries import store
from explorer.api.operations import OPERATIONS
from explorer.app import create_app
from explorer.site import here

API = "/api/v1"
URATE = "adams-2005-urate-rises"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site_samples.SampleBuild]:
    made = site_samples.SampleBuild(site_samples.atlas(), tmp_path_factory.mktemp("api"))
    yield made
    made.engine.close()


@pytest.fixture(scope="module")
def app(build: site_samples.SampleBuild) -> Flask:
    return create_app(build, testing=True)


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def told(client: FlaskClient, path: str, **args: Any) -> Any:
    """The data of an answer that must be a good one."""
    answer = client.get(API + path, query_string={name.rstrip("_").replace("__", "."): v for name, v in args.items()})
    assert (answer.status_code, answer.mimetype) == (200, "application/json"), answer.text
    return answer.get_json()


def refused(client: FlaskClient, path: str, status: int) -> Any:
    """The problem of an answer that must be one."""
    answer = client.get(API + path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    problem = answer.get_json()
    assert problem["status"] == status
    assert problem["instance"].startswith(API + path.split("?")[0][:100])
    assert problem["detail"]
    assert problem["mend"]
    return problem


# Searching


def test_a_search_finds_what_the_engine_finds(client: FlaskClient, build: site_samples.SampleBuild) -> None:
    found = told(client, "/search", q="urate", symptom="pain", not__design="trial", size=5)
    assert found["search"]["include"] == {"symptom": ["pain"]}
    assert found["search"]["exclude"] == {"design": ["trial"]}
    first = found["hits"][0]
    study = build.atlas.studies[first["id"]]
    assert (first["title"], first["year"], first["pem"]["status"]) == (study.title, 2005, "pem-required")
    assert first["address"] == f"{site_samples.BASE}studies/{URATE}"
    assert "<mark>" in first["highlights"]["title"]
    assert client.get(first["url"]).status_code == client.get(first["api"]).status_code == 200


def test_markup_in_texts_stays_text_in_highlights(client: FlaskClient) -> None:
    found = told(client, "/search", q="alert", symptom="markup")
    assert found["total"] == 1
    marked = "".join(found["hits"][0]["highlights"].values())
    assert "<mark>" in marked
    assert "<script" not in marked
    assert found["hits"][0]["summary"] == site_samples.MARKUP, "all other text is plain, to be escaped by who shows it"


def test_following_next_gives_every_study_once(client: FlaskClient, build: site_samples.SampleBuild) -> None:
    page, seen = told(client, "/search", sort="newest", size=7), []
    while True:
        assert page["offset"] == len(seen)
        seen += [hit["id"] for hit in page["hits"]]
        if page["links"]["next"] is None:
            break
        page = client.get(page["links"]["next"]).get_json()
    assert len(seen) == len(set(seen)) == len(build.atlas.studies)


def test_facets_are_trees_with_counts(client: FlaskClient) -> None:
    facets = {f["name"]: f for f in told(client, "/search", q="urate")["facets"]}
    values = facets["symptom"]["values"]
    toe = next(v for v in values if v["value"] == "toe-pain")
    assert (toe["parent"], toe["depth"]) == ("pain", 1)
    assert values[values.index(toe) - 1]["value"] == "pain"
    assert len(facets["biomarker"]["values"]) <= 25 < facets["biomarker"]["total"]
    whole = client.get(facets["biomarker"]["api"]).get_json()
    assert len(whole["values"]) == whole["total"] == facets["biomarker"]["total"]


def test_a_count_of_a_facet_is_what_selecting_gives(client: FlaskClient) -> None:
    for value in told(client, "/facets/level", q="urate")["values"]:
        assert told(client, "/search", q="urate", level=value["value"])["total"] == value["count"]


def test_values_of_a_facet_can_be_looked_for_and_ordered(client: FlaskClient) -> None:
    found = told(client, "/facets/biomarker", find="MARKER 1", order="name")
    labels = [v["label"] for v in found["values"]]
    assert labels == sorted(labels)
    assert labels
    assert all("marker 1" in label.lower() for label in labels)
    assert [v["value"] for v in told(client, "/facets/symptom", find="podagra")["values"]] == ["toe-pain"]
    assert refused(client, "/facets/biomarker?order=size", 400)["errors"][0]["name"] == "order"
    assert refused(client, "/facets/journal?order=scheme", 400)["errors"][0]["name"] == "order"
    assert {"label": "Symptom", "url": f"{API}/facets/symptom"} in refused(client, "/facets/nowhere", 404)["near"]


def test_a_pasted_identifier_is_told(client: FlaskClient) -> None:
    assert told(client, "/search", q="900000042")["direct"]["id"] == URATE


def test_a_concept_is_offered_and_counted(client: FlaskClient) -> None:
    offer = told(client, "/search", q="podagra")["offers"][0]
    assert (offer["concept"], offer["matched"]) == ("toe-pain", "podagra")
    assert client.get(offer["search"]["api"]).get_json()["total"] == offer["count"] == offer["total"]


def test_what_cannot_be_used_is_told(client: FlaskClient) -> None:
    found = told(client, "/search", q="urate", nonsense="x", page="x", from_=2010, to=2000, remains="some")
    assert (found["search"]["from"], found["search"]["to"]) == (2000, 2010)
    assert [m for m in found["messages"] if "nonsense" in m]
    assert [m for m in found["messages"] if "“page”" in m]
    assert [m for m in found["messages"] if "“some”" in m]


def test_a_value_that_there_is_not_is_warned_of(client: FlaskClient) -> None:
    found = told(client, "/search", symptom="podagra")
    (warning,) = found["warnings"]
    assert found["total"] == 0 and warning["message"] in found["messages"]
    assert (warning["facet"], warning["value"], warning["excluded"]) == ("symptom", "podagra", False)
    (meant,) = warning["meant"]
    assert meant["value"] == "toe-pain" and meant["search"]["include"] == {"symptom": ["toe-pain"]}
    assert meant["count"] == told(client, "/search", symptom="toe-pain")["total"] > 0
    assert warning["count"] == told(client, "/search")["total"] and told(client, "/search")["warnings"] == []


def test_studies_set_aside_are_left_out(client: FlaskClient) -> None:
    found = told(client, "/search", remains="required", size=100)
    assert {hit["pem"]["status"] for hit in found["hits"]} == {"pem-required"}
    assert found["search"]["exclude"] == {"pem": ["pem-not-required", "pem-unclear"]}
    assert told(client, "/studies", remains="required")["total"] == found["total"]


def test_the_whole_set_is_streamed_in_order(client: FlaskClient, build: site_samples.SampleBuild) -> None:
    answer = client.get(f"{API}/studies?symptom=fever&sort=oldest&size=3", buffered=False)
    assert "Content-Length" not in answer.headers, "its length is known only once all of it was made"
    whole = answer.get_json()
    years = [one["entry"]["year"] for one in whole["studies"]]
    assert (whole["total"], years) == (30, sorted(years))
    first = whole["studies"][0]["entry"]
    assert first == store.plain(build.atlas.studies[first["id"]])


# Words


def test_completions_lead_to_as_many_as_they_say(client: FlaskClient) -> None:
    for one in told(client, "/complete", q="mark", limit=5)["completions"]:
        if one["kind"] != "title":
            assert client.get(f"{API}/search", query_string=one["args"]).get_json()["total"] == one["count"]


def test_another_spelling_finds_what_it_says(client: FlaskClient) -> None:
    found = told(client, "/suggest", q="uratee")
    assert found["suggestion"] == "urate"
    assert client.get(found["search"]["api"]).get_json()["total"] == found["studies"] > 0
    assert told(client, "/suggest", q="urate")["suggestion"] is None
    assert [search["q"] for search in told(client, "/suggest", q="urate[ti]")["borrowed"]] == ["title:urate"]


def test_ways_to_find_more_find_as_many_as_they_say(client: FlaskClient) -> None:
    found = told(client, "/loosen", q="urate", symptom="fever", level="E1")
    assert (found["total"], bool(found["loosenings"])) == (0, True)
    for way in found["loosenings"]:
        assert client.get(way["search"]["api"]).get_json()["total"] == way["count"] > 0


def test_why_a_study_is_found(client: FlaskClient) -> None:
    found = told(client, f"/studies/{URATE}/explain", q="urate")
    assert found["found"]
    assert {field["field"] for field in found["fields"]} >= {"title", "findings"}
    assert sum(field["share"] for field in found["fields"]) == pytest.approx(1, abs=0.02)
    absent = told(client, f"/studies/{URATE}/explain", q="fever")
    assert (absent["found"], absent["fields"]) == (False, [])


# Studies and concepts


def test_a_study_has_its_entry_its_badge_and_its_standing(client: FlaskClient, build: site_samples.SampleBuild) -> None:
    found = told(client, f"/studies/{URATE}")
    assert found["entry"] == store.plain(build.atlas.studies[URATE])
    assert found["pem"]["reason"] == build.atlas.pem(URATE).reason
    assert {(link["relation"], link["says"]) for link in found["links"]} == {
        ("extends", "other"),
        ("disputes", "other"),
    }
    assert found["standing"]["standing"] == "contested"
    gone = told(client, "/studies/clark-1999-withdrawn-work")
    assert gone["standing"]["standing"] == "retracted"
    assert gone["notices"][0]["kind"] == "retracted"
    assert all(client.get(form["url"]).status_code == 200 for form in found["forms"])


def test_an_unknown_study_gets_what_was_meant(client: FlaskClient) -> None:
    near = refused(client, "/studies/adams-2005-urate-rise", 404)["near"]
    assert [link["url"] for link in near] == [f"/studies/{URATE}"]


def test_a_concept_says_how_many_studies_and_what_they_found(client: FlaskClient) -> None:
    found = told(client, "/concepts/pain")
    assert found["studies"] == told(client, "/search", symptom="pain")["total"]
    assert [c["id"] for c in found["narrower"]] == ["toe-pain"]
    urate = told(client, "/concepts/uric-acid")
    assert urate["balance"]["counts"] == {"increased": 1, "no-difference": 1}
    weighed = client.get(urate["balance"]["api"]).get_json()
    assert {s["study"]["id"]: s["verdict"] for s in weighed["studies"]}[URATE] == "increased"
    assert told(client, "/concepts/uric-acid/balance", pem="pem-required")["counts"] == {"increased": 1}
    assert told(client, "/concepts/uric-acid/balance", offset=1, limit=1)["studies"] == weighed["studies"][1:2]


def test_schemes_list_their_concepts(client: FlaskClient) -> None:
    listed = {scheme["id"]: scheme for scheme in told(client, "/schemes")["schemes"]}
    assert set(listed) == set(site_samples.SCHEMES)
    symptoms = client.get(listed["symptom"]["api"]).get_json()
    assert len(symptoms["concepts"]) == listed["symptom"]["concepts"]
    assert listed["symptom"]["facet"] == "symptom"
    assert len(refused(client, "/schemes/nowhere", 404)["near"]) == len(listed)
    assert told(client, "/concepts", q="podagra")["concepts"][0]["id"] == "toe-pain"


# Evidence


@pytest.mark.parametrize(
    ("operation", "page", "left_out"),
    [
        ("/paths", "/paths.json", {"suggestions"}),
        ("/grid", "/grid.json", set()),
        ("/balance", "/balance.json", set()),
        ("/retractions", "/retractions.json", set()),
        ("/pipeline", "/about/pipeline.json", set()),
    ],
)
@pytest.mark.parametrize("args", [{}, {"level": "E2", "remains": "possible"}], ids=["all", "some"])
def test_the_same_as_the_page(
    client: FlaskClient, operation: str, page: str, left_out: set[str], args: dict[str, str]
) -> None:
    if operation in ("/retractions", "/pipeline"):
        args = {}
    if operation == "/paths":
        args = args | {"from": "pain", "to": "uric-acid"}
    own, other = (client.get(address, query_string=args).get_json() for address in (API + operation, page))
    assert own == {name: value for name, value in other.items() if name not in left_out}


def test_an_unknown_end_of_a_path_gets_what_was_meant(client: FlaskClient) -> None:
    problem = refused(client, "/paths?from=toe+pian&to=uric-acid", 404)
    assert client.get(problem["near"][0]["url"]).status_code == 200


def test_neighbours_are_bounded_and_of_the_kinds_asked(client: FlaskClient) -> None:
    near = told(client, "/concepts/uric-acid/neighbourhood", limit=5, kind="study")
    assert (len(near["nodes"]), {n["kind"] for n in near["nodes"]}) == (5, {"study"})
    assert near["left_out"]["study"] > 0
    assert refused(client, f"/studies/{URATE}/neighbourhood?kind=planet", 400)["errors"][0]["name"] == "kind"


def test_the_map_is_that_of_the_page(client: FlaskClient) -> None:
    found, page = told(client, "/map"), client.get("/map.json").get_json()
    assert [(n["id"], n["x"], n["y"]) for n in found["nodes"]] == [
        (n["concept"], n["x"], n["y"]) for n in page["nodes"]
    ]
    assert found["ties"] == page["ties"]
    assert [group["nodes"] for group in found["groups"]] == page["groups"]
    for number, group in enumerate(found["groups"]):
        assert {found["nodes"][n]["group"] for n in group["nodes"]} == {number}


# Over time and beside each other


def test_a_snapshot_can_be_compared_later(client: FlaskClient) -> None:
    kept = told(client, "/snapshot", q="urate", symptom="pain", remains="possible")
    since = client.get(kept["changes"]).get_json()
    assert (since["same"], since["then"], since["now"]) == (True, kept["total"], kept["total"])
    assert client.get(kept["url"]).status_code == client.get(kept["file"]).status_code == 200
    spoilt = kept["changes"].removeprefix(API).replace("urate", "toe")
    assert refused(client, spoilt, 400)["errors"][0]["name"] == "of"
    assert refused(client, "/changes?on=20260408&of=x", 400)["errors"][0]["name"] == "on"


def test_searches_side_by_side_account_for_every_study(client: FlaskClient) -> None:
    both = told(client, "/compare", a="urate", b="?symptom=fever", limit=2)
    parts = {region["letters"]: region["total"] for region in both["regions"]}
    for side in both["searches"]:
        assert sum(n for letters, n in parts.items() if side["letter"] in letters) == side["total"]
    assert all(len(region["studies"]) == min(2, region["total"]) for region in both["regions"])
    assert refused(client, "/compare?a=x&b=+", 400)["errors"][0]["name"] == "b"


# All operations


def test_the_atlas_tells_what_can_be_asked(client: FlaskClient, build: site_samples.SampleBuild) -> None:
    atlas = told(client, "")
    assert (atlas["studies"], atlas["title"]) == (len(build.atlas.studies), "Gout Atlas")
    assert [f["name"] for f in atlas["facets"]] == [name for name, *_ in site_samples.FACETS]
    assert all(client.get(f["api"]).status_code == 200 for f in atlas["facets"])


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_every_operation_has_an_example_that_finds_something(app: Flask, client: FlaskClient, operation: Any) -> None:
    with app.test_request_context("/"):
        address = operation.address(here(), operation.example(here()))
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    for name in ("hits", "studies", "values", "concepts", "paths", "nodes", "fields", "schemes", "completions"):
        assert answer.get_json().get(name, True), f"{address}: {name}"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_answers_may_be_kept_and_read_from_anywhere(app: Flask, client: FlaskClient, operation: Any) -> None:
    with app.test_request_context("/"):
        address = operation.address(here(), operation.example(here()))
    answer = client.get(address)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert 'rel="service-desc"' in answer.headers["Link"]
    assert "max-age=300" in answer.headers["Cache-Control"]
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    ahead = client.options(address, headers={"Origin": "https://x.org", "Access-Control-Request-Method": "GET"})
    assert "GET" in ahead.headers["Access-Control-Allow-Methods"]
    assert client.head(address).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_sent(client: FlaskClient, method: str) -> None:
    answer = getattr(client, method)(f"{API}/search", data="x")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_arguments_are_refused_one_by_one(client: FlaskClient) -> None:
    problem = refused(client, "/complete?limit=x&limit2=1&q=urate", 400)
    assert [e["name"] for e in problem["errors"]] == ["limit", "limit2"]
    assert refused(client, "/complete?q=a&q=b", 400)["errors"][0]["detail"] == "is given more than once; give it once"
    assert [e["name"] for e in refused(client, "/paths", 400)["errors"]] == ["from", "to"]
    assert "takes none" in refused(client, "/schemes?x=1", 400)["detail"]


def test_addresses_keep_the_prefix_of_a_proxy(client: FlaskClient) -> None:
    found = client.get(f"{API}/search?q=urate", environ_overrides={"SCRIPT_NAME": "/atlas"}).get_json()
    assert found["hits"][0]["url"].startswith("/atlas/studies/")
    assert found["links"]["studies"].startswith(f"/atlas{API}/studies")
    lost = client.get(f"{API}/nowhere", environ_overrides={"SCRIPT_NAME": "/atlas"}).get_json()
    assert lost["type"] == "/atlas/api#problem-404"


class Broken:
    """A build whose engine fails."""

    def __init__(self, build: site_samples.SampleBuild, error: Exception) -> None:
        self._build, self.search_error = build, error
        self.engine = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._build, name)

    def fresh(self) -> "Broken":
        return self

    def search(self, *_: object) -> None:
        raise self.search_error


def test_a_fault_of_ours_is_a_problem_without_insides(build: site_samples.SampleBuild) -> None:
    broken = create_app(Broken(build, ZeroDivisionError("secret inside"))).test_client()
    problem = refused(broken, "/search?q=x", 500)
    assert "secret" not in str(problem)
