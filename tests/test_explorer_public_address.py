"""A site behind a proxy: every address on its pages, in its forms and in its redirects is the one that readers use."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import site_samples
from click.testing import CliRunner
from flask import Flask
from lxml import html as lxml_html

from entries.errors import EvidenceError
from explorer.app import create_app
from explorer.cli import evidence
from explorer.public_address import PublicAddress

ADDRESS = PublicAddress("https", "gout.example.net", "/science/gout")
PAGES = [
    "/", "/studies?q=urate&symptom=pain", "/studies/adams-2005-urate-rises", "/concepts", "/concepts/pain",
    "/concepts/pain/graph", "/facets/biomarker", "/explore?open=concept:pain", "/map", "/grid", "/balance",
    "/paths?from=pain&to=uric-acid", "/compare", "/saved", "/snapshots?q=urate", "/retractions", "/downloads", "/about",
    "/about/pipeline", "/api", "/sparql", "/ns",
]  # fmt: skip


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site_samples.SampleBuild]:
    made = site_samples.SampleBuild(site_samples.atlas(), tmp_path_factory.mktemp("proxied"))
    yield made
    made.engine.close()


@pytest.fixture(scope="module")
def app(build: site_samples.SampleBuild) -> Flask:
    return create_app(build, testing=True, address=ADDRESS)


@pytest.fixture(params=["", ADDRESS.prefix], ids=["the proxy takes the prefix off", "the proxy hands the prefix on"])
def before(request: Any) -> str:
    """What stands before a path when a request arrives."""
    return str(request.param)


@pytest.mark.parametrize("path", PAGES)
def test_no_link_of_a_page_leaves_the_prefix(app: Flask, before: str, path: str) -> None:
    answer = app.test_client().get(before + path, headers={"Accept": "text/html"}, follow_redirects=True)
    assert answer.status_code == 200
    page = lxml_html.fromstring(answer.text)
    named = page.xpath("//@href | //@src | //@action | //@data-complete | //@data-why | //@data-save | //@data-more")
    own = [link for link in named if link.startswith("/")]
    assert len(own) > 10
    assert [link for link in own if not link.startswith(ADDRESS.prefix + "/")] == []
    assert "localhost" not in answer.text


def test_what_is_to_be_copied_names_the_public_address(app: Flask, before: str) -> None:
    client = app.test_client()
    printed = lxml_html.fromstring(client.get(before + "/studies?q=urate").text).xpath("string(//*[@class='printed'])")
    assert printed.endswith(" from https://gout.example.net/science/gout/studies?q=urate")
    assert 'href="https://gout.example.net/science/gout/studies' in client.get(before + "/studies.atom").text
    described = client.get(before + "/api/v1/openapi.json").get_json()
    assert described["servers"][0]["url"] in ("/science/gout/api/v1", "https://gout.example.net/science/gout/api/v1")


def test_redirects_and_static_files_stay_below_the_prefix(app: Flask, before: str) -> None:
    client = app.test_client()
    home = lxml_html.fromstring(client.get(before + "/").text)
    for sheet in home.xpath("//link[@rel='stylesheet']/@href"):
        assert client.get(before + sheet.removeprefix(ADDRESS.prefix)).status_code == 200
    found = client.get(before + "/studies?q=adams-2005-urate-rises")
    assert found.status_code == 303
    assert re.match(r"(https://gout\.example\.net)?/science/gout/studies/adams-2005", found.headers["Location"])


def test_a_host_that_somebody_else_names_is_on_no_page(app: Flask) -> None:
    text = app.test_client().get("/studies?q=urate", headers={"Host": "evil.example"}).text
    assert "evil.example" not in text


def test_the_prefix_alone_is_the_start_page(app: Flask) -> None:
    assert app.test_client().get(ADDRESS.prefix).status_code == 200
    assert app.test_client().get(ADDRESS.prefix + "/").status_code == 200
    assert app.test_client().get(ADDRESS.prefix + "erie/studies").status_code == 404


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://example.org", "https://example.org/"),
        (" https://Example.org/atlas/ ", "https://example.org/atlas/"),
        ("http://example.org:8080/a/b", "http://example.org:8080/a/b/"),
        ("http://[::1]:8000/atlas", "http://[::1]:8000/atlas/"),
    ],
)
def test_addresses_as_people_write_them(given: str, address: str) -> None:
    assert str(PublicAddress.read(given)) == address


@pytest.mark.parametrize(
    "given",
    [
        "", "/atlas", "example.org/atlas", "ftp://example.org/", "https://", "https://example.org/?q=1", "https://[::1/",
        "https://me:secret@example.org/", "https://example.org/a/../b", "https://example.org//a", "https://example.org:x/",
        "https://example.org/a%20b", "https://münchen.example/", "https://example.org/#top",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_right_one(given: str) -> None:
    with pytest.raises(EvidenceError, match=r"cannot be the address of the site: .*; write it as https://example.org/"):
        PublicAddress.read(given)


def test_a_prefix_that_is_a_page_is_refused(build: site_samples.SampleBuild) -> None:
    with pytest.raises(EvidenceError, match="page of its own at /studies"):
        create_app(build, address=PublicAddress.read("https://example.org/studies"))


def test_serve_refuses_before_it_builds(tmp_path: Path) -> None:
    found = CliRunner().invoke(
        evidence, ["--instance", str(tmp_path / "i"), "serve", "--port", "0", "--address", "atlas"]
    )
    assert found.exit_code == 2
    assert "'atlas' cannot be the address of the site" in found.output
    assert not (tmp_path / "i").exists()
