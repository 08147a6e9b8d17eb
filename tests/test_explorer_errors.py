"""Whatever is asked, the answer helps: no stack trace, no 500, and a way on."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import site_samples
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from entries.atlas import Atlas
from entries.errors import EvidenceError
from explorer.app import create_app

URATE = "/studies/adams-2005-urate-rises"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return site_samples.atlas()


@pytest.fixture(scope="module")
def build(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[site_samples.SampleBuild]:
    made = site_samples.SampleBuild(atlas, tmp_path_factory.mktemp("errors"))
    yield made
    made.engine.close()


@pytest.fixture(scope="module")
def client(build: site_samples.SampleBuild) -> FlaskClient:
    return create_app(build).test_client()


def words(text: str) -> str:
    return " ".join(lxml_html.fromstring(text).text_content().split())


@pytest.mark.parametrize(
    ("address", "suggested"),
    [
        ("/studies/adams-2005-urate-rise", URATE),
        ("/studies/ADAMS-2005-urate-rises", URATE),
        ("/studies/900000042", URATE),
        ("/studies/adams-2005", URATE),
        ("/concepts/toe-pian", "/concepts/toe-pain"),
        ("/concepts/podagra", "/concepts/toe-pain"),
        ("/studies/adams-2005-urate-rise/graph", URATE),
        ("/studies/adams-2005-urate-rise.ttl", URATE),
    ],
)
def test_an_address_with_a_slip_gets_what_was_meant(client: FlaskClient, address: str, suggested: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    page = lxml_html.fromstring(response.text)
    assert suggested in page.xpath("//main//li/a/@href")
    assert page.xpath("//main//input[@name='q']")


@pytest.mark.parametrize("address", ["/nowhere", "/studies/", "/concepts//", "/static/none.css", "/static/../app.py"])
def test_other_unknown_addresses(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code in (200, 308, 404)
    assert "Traceback" not in response.text


def test_a_program_gets_a_line_instead_of_a_page(client: FlaskClient) -> None:
    response = client.get("/studies/nothing", headers={"Accept": "text/turtle"})
    assert (response.status_code, response.mimetype) == (404, "text/plain")
    assert response.text.startswith("404 ")


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_sent(client: FlaskClient, method: str) -> None:
    response = getattr(client, method)("/studies", data={"q": "x"})
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "can only be read" in words(response.text)


class Broken:
    """A build whose engine fails as an index does that was deleted under a running site."""

    def __init__(self, build: site_samples.SampleBuild, error: Exception) -> None:
        self._build, self._error = build, error
        self.atlas, self.built, self.network, self.graph_store = (
            build.atlas,
            build.built,
            build.network,
            build.graph_store,
        )
        self.engine: Any = self
        self.name = "broken"

    def fresh(self) -> "Broken":
        return self

    def _fail(self, *_: object) -> None:
        raise self._error

    search = ids = document_count = _fail


def test_an_unusable_index_says_what_to_run(build: site_samples.SampleBuild, caplog: pytest.LogCaptureFixture) -> None:
    client = create_app(Broken(build, EvidenceError("the index is half written; run `evidence build`"))).test_client()
    with caplog.at_level(logging.ERROR):
        response = client.get("/studies?q=x")
    assert response.status_code == 503
    assert "run `evidence build`" in words(response.text)
    assert client.get("/healthz").status_code == 503
    assert client.get(URATE).status_code == 200  # what does not need the index goes on
    assert "half written" in caplog.text


def test_a_fault_of_ours_shows_no_inside(build: site_samples.SampleBuild, caplog: pytest.LogCaptureFixture) -> None:
    client = create_app(Broken(build, ZeroDivisionError("secret inside"))).test_client()
    with caplog.at_level(logging.ERROR):
        response = client.get("/studies?q=x")
    assert response.status_code == 500
    assert "secret inside" not in response.text
    assert "Traceback" not in response.text
    assert "Content-Security-Policy" in response.headers
    assert "secret inside" in caplog.text  # whoever runs the site sees it


class NoBuild:
    """What there is before the first build."""

    def fresh(self) -> Any:
        raise EvidenceError("nothing has been built here yet; run `evidence build`")


def test_without_a_build_there_is_still_an_answer() -> None:
    response = create_app(NoBuild()).test_client().get("/")
    assert response.status_code == 503
    assert "run `evidence build`" in response.text


HOSTILE = [
    "/studies?q=%00%00",
    "/studies?q=<script>alert(1)</script>",
    "/studies?symptom=<script>alert(1)</script>",
    "/studies?<script>=1",
    "/studies?page=1e9&size=-1&from=99999999999999999999",
    "/studies?page=" + "9" * 5000,
    "/studies?q=" + "(" * 3000,
    "/studies?q=" + "a" * 100_000,
    "/studies?" + "&".join(f"symptom=s{i}" for i in range(3000)),
    "/studies?" + "&".join(f"x{i}=1" for i in range(3000)),
    "/studies?q=%ff%fe%c3%28",
    "/studies?q=title:&q=*&q=%22&q=~",
    "/studies?q=year:[a TO b]",
    "/studies?symptom=pain%00",
    "/studies/%00",
    "/studies/" + "a" * 50_000,
    "/studies/..%2f..%2fetc%2fpasswd",
    "/studies/%3Cscript%3Ealert(1)%3C/script%3E",
    "/concepts/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "/concepts/%ff",
    "/concepts?q=" + "%F0%9F%98%80" * 1000,
    "/concepts/pain?page=-1",
    "/concepts/pain/graph?kind=" + "x" * 10_000,
    "/facets/%3Cb%3E",
    "/studies.csv?q=%00",
    "/studies.%00",
    "/static/%00",
    "/static/..%2fapp.py",
    "/dataset.exe",
]


@pytest.mark.parametrize("address", HOSTILE, ids=lambda a: a[:40])
def test_hostile_addresses_are_answered_calmly(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code in (200, 302, 404), response.status_code
    assert "<script>alert" not in response.text or response.mimetype != "text/html"
    assert "Traceback" not in response.text
    assert len(response.data) < 1_000_000


def test_hostile_headers_are_answered_calmly(client: FlaskClient) -> None:
    for accept in ("\x80\xff", "text/html;q=nan", "*/*;q=999", "," * 5000, "a/b;c=" + "d" * 5000, "text/turtle;q=-1"):
        assert client.get(URATE, headers={"Accept": accept}).status_code in (200, 406), accept
    assert client.get("/", headers={"Accept-Encoding": "gzip;q=0"}).headers.get("Content-Encoding") is None
    assert client.get("/", headers={"If-None-Match": "\x00" * 10 + '"'}).status_code == 200


@given(
    st.dictionaries(st.sampled_from(["q", "symptom", "not.flag", "page", "size", "sort", "from", "to", "x"]), st.text())
)
@settings(max_examples=80)
def test_no_search_address_breaks_the_page(client: FlaskClient, asked: dict[str, str]) -> None:
    asked = {key: value.encode("utf-8", "replace").decode() for key, value in asked.items()}
    assert client.get("/studies", query_string=asked).status_code in (200, 302)


class Renewed:
    """An instance whose build is swapped while the site runs."""

    def __init__(self, first: Any) -> None:
        self.current = first

    def fresh(self) -> Any:
        return self.current


def test_a_newer_build_is_served_from_the_next_request_on(
    build: site_samples.SampleBuild, tmp_path_factory: pytest.TempPathFactory
) -> None:
    source = Renewed(build)
    client = create_app(source).test_client()
    before = client.get(URATE)
    grown = site_samples.SampleBuild(
        Atlas.of(site_samples.config(title="Grown Atlas"), site_samples.vocabulary(), site_samples.studies(40)),
        tmp_path_factory.mktemp("grown"),
    )
    source.current = grown
    assert client.get("/healthz").get_json()["studies"] == len(grown.atlas.studies)
    after = client.get(URATE, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Grown Atlas" in after.text
    grown.engine.close()
