"""A page that is asked for again comes from memory, as it was; whatever it depends on makes it another page."""

from pathlib import Path

import pytest
import site_samples
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from explorer.app import create_app
from explorer.kept_pages import EXTENSION, OVERHEAD, KeptPages, Key


class Counting(site_samples.SampleBuild):
    """A build that counts the searches it is asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(site_samples.atlas(), folder)
        self.searches = 0
        search = self.engine.search

        def counted(request: object) -> object:
            self.searches += 1
            return search(request)  # type: ignore[arg-type]

        self.engine.search = counted  # type: ignore[method-assign,assignment]


@pytest.fixture
def build(tmp_path: Path) -> Counting:
    return Counting(tmp_path)


@pytest.fixture
def app(build: Counting) -> Flask:
    return create_app(build, testing=True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def same(one: TestResponse, other: TestResponse) -> bool:
    return one.get_data() == other.get_data() and one.headers.to_wsgi_list() == other.headers.to_wsgi_list()


def test_the_second_time_nothing_is_searched(build: Counting, client: FlaskClient) -> None:
    first = client.get("/studies?q=pain")
    searched = build.searches
    assert searched
    second = client.get("/studies?q=pain")
    assert build.searches == searched
    assert same(first, second)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/studies?q=fever", {}),
        ("/studies?q=pain", {"Accept": "application/json"}),
        ("/studies?q=pain", {"Accept-Encoding": "gzip"}),
        ("/studies?q=pain", {"Host": "elsewhere.example.org"}),
    ],
)
def test_what_differs_is_made_anew(build: Counting, client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    client.get("/studies?q=pain")
    searched = build.searches
    answer = client.get(path, headers=headers)
    assert build.searches > searched or answer.mimetype == headers.get("Accept")


def test_cookies_make_another_page(build: Counting, client: FlaskClient) -> None:
    client.get("/studies?q=pain")
    searched = build.searches
    client.set_cookie("choice", "other")
    client.get("/studies?q=pain")
    assert build.searches > searched


def test_each_place_that_the_site_is_mounted_at_has_pages_of_its_own(client: FlaskClient) -> None:
    for root in ("", "/one", "/other"):
        for _ in range(2):
            page = client.get("/studies?q=pain", base_url=f"http://localhost{root}").text
            assert f'action="{root}/studies"' in page


def test_completions_are_kept_too(app: Flask, client: FlaskClient) -> None:
    first, second = (client.get("/complete?q=pa") for _ in range(2))
    assert same(first, second)
    assert first.get_json()["completions"]
    assert len(app.extensions[EXTENSION]) == 1
    assert client.get("/complete?q=pai").get_json() != first.get_json()


def test_compressed_as_it_was(client: FlaskClient) -> None:
    asked = {"Accept-Encoding": "gzip"}
    first, second = (client.get("/studies?q=pain", headers=asked) for _ in range(2))
    assert first.headers["Content-Encoding"] == second.headers["Content-Encoding"] == "gzip"
    assert same(first, second)


def test_who_has_the_page_is_told_that_nothing_changed(client: FlaskClient) -> None:
    tag = client.get("/studies?q=pain").headers["ETag"]
    again = client.get("/studies?q=pain", headers={"If-None-Match": tag})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_errors_and_data_are_not_kept(app: Flask, client: FlaskClient) -> None:
    for path in ("/nowhere", "/studies/nobody-1900", "/studies.csv", "/healthz"):
        client.get(path)
    assert not len(app.extensions[EXTENSION])


def test_a_newer_build_begins_with_nothing(tmp_path: Path, build: Counting) -> None:
    class Live:
        now = build

        def fresh(self) -> Counting:
            return self.now

    live = Live()
    client = create_app(live, testing=True).test_client()
    client.get("/studies?q=pain")
    live.now = Counting(tmp_path / "newer")
    client.get("/studies?q=pain")
    assert live.now.searches


def test_memory_is_bounded() -> None:
    pages = KeptPages(most=11 * (90 + OVERHEAD) + 1)
    for number in range(100):
        pages.put(Key(str(number)), Response("x" * 90))
    assert len(pages) == 11
    assert pages.size == 11 * (90 + OVERHEAD)
    assert pages.get(Key("99")) is not None
    assert pages.get(Key("0")) is None


def test_what_is_kept_is_known_by_its_address(app: Flask, client: FlaskClient) -> None:
    pages = app.extensions[EXTENSION]
    assert not pages.has("/studies?q=%70ain")
    for form in ("gzip", "identity"):
        client.get("/studies?q=%70ain", headers={"Accept-Encoding": form})
    assert pages.has("/studies?q=%70ain")
    assert not pages.has("/studies?q=pai")
    few = KeptPages(most=2 * (90 + OVERHEAD))
    for number in range(5):
        few.put(Key(str(number // 2), (str(number),)), Response("x" * 90))
    assert [few.has(uri) for uri in "012"] == [False, True, True]
    few.renew("a newer build")
    assert not few.has("2")


def test_what_is_asked_for_stays() -> None:
    pages = KeptPages(most=3 * (90 + OVERHEAD))
    for number in range(20):
        pages.put(Key(str(number)), Response("x" * 90))
        pages.get(Key("0"))
    assert pages.get(Key("0")) is not None


def test_what_is_sent_is_not_what_is_kept() -> None:
    pages = KeptPages()
    pages.put(Key("a"), Response("page"))
    sent = pages.get(Key("a"))
    assert sent is not None
    sent.set_data("changed")
    sent.headers["X-Changed"] = "yes"
    again = pages.get(Key("a"))
    assert again is not None
    assert (again.get_data(), again.headers.get("X-Changed")) == (b"page", None)
