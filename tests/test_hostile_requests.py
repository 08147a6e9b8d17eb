"""Requests that nobody means well, to every page and every operation: a soon and bounded answer, never a failure.

Addresses are taken from the application itself, so that a new page is asked from the day on which it is there.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
import site_samples
from bounded import at_most
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from explorer.app import create_app

PATIENCE = 15  # processor seconds for one answer
LARGEST = 3_000_000  # bytes of one answer; the whole invented atlas is smaller
FINE = (200, 302, 303, 304, 308, 400, 404, 405, 406, 413, 414, 431)
TEXTS = {
    "100,000 characters": "x" * 100_000,
    "5,000 terms": " ".join(f"term{n}" for n in range(5_000)),
    "nested 1,000 deep": "(" * 1_000 + "urate" + ")" * 1_000,
    "wildcards": "a* b* c*",
    "everything": "*",
    "control characters": "ur\x00ate\x01\x1f\x7f\u2028\ufeff\r\nSet-Cookie: x=1",
    "not characters": "\ud800\udfff",
    "mixed scripts": "urate мочевая 尿酸 يوريك ουρικό 🦶 \u202eetaru",
    "markup": site_samples.MARKUP,
    "a path": "../../../../etc/passwd",
    "a template": "{{ 7*7 }} ${7*7} %s %(x)s {0.__class__}",
    "a number": "9" * 400,
    "not a number": "NaN",
    "negative": "-1",
    "quotes": "\"'`" * 100,
}
LISTS = {
    "500 values": [("symptom", f"value-{n}") for n in range(500)],
    "500 of each": [(name, f"v{n}") for n in range(500) for name in ("through", "open", "kind", "n", "s", "biomarker")],
    "contradictory": [("symptom", "pain"), ("not.symptom", "pain"), ("from", "2010"), ("to", "1990"), ("level", "E9")],
    "huge numbers": [(name, "9" * 30) for name in ("page", "size", "part", "limit", "offset", "least", "from", "to")],
    "negative numbers": [(name, "-7") for name in ("page", "size", "part", "limit", "offset", "least", "from", "to")],
    "other digits": [(name, "١٢٣²") for name in ("page", "size", "part", "limit", "offset", "least", "from")],
    "everything twice": [(name, x) for name in ("q", "page", "a", "of", "on", "after", "sort") for x in ("1", "b")],
    "odd names": [
        ("", "x"),
        ("not.", "y"),
        ("not.not.symptom", "z"),
        ("\x00", "\x00"),
        ("q[]", "x"),
        ("__proto__", ""),
    ],
    "empty": [(name, "") for name in ("q", "from", "to", "a", "b", "scheme", "rows", "level", "pem", "of")],
}
# Every argument that takes words, a name or a place, by whichever page.
TAKING_TEXT = (
    "q", "a", "b", "c", "s", "find", "order", "from", "to", "level", "pem", "through", "rows", "columns", "open",
    "scheme", "direction", "least", "only", "after", "on", "of", "n", "kind", "by", "sort", "symptom", "not.level",
    "remains", "query", "limit",
)  # fmt: skip
HEADERS = {
    "long Accept": {"Accept": "text/html;q=0.1," * 1_000},
    "odd Accept": {"Accept": "text/html;q=nan, */*;q=-1, ;;;, a/b/c"},
    "odd If-None-Match": {"If-None-Match": '"' * 3_000},
    "odd If-Modified-Since": {"If-Modified-Since": "Thu, 99 Foo 99999 99:99:99 GMT"},
    "odd Range": {"Range": "bytes=5-2,-,999999999999999999999-"},
    "odd Cookie": {"Cookie": "=;;;" * 2_000},
    "odd language": {"Accept-Language": "xx-" * 2_000, "Accept-Encoding": "gzip;q=zzz, br"},
    "another host": {"Host": "evil.example.org"},
}
OPEN = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")  # a part of a rule that can be anything
SILENT = ("sparql", "static")  # asked by tests of their own: queries run in processes, files lie in one folder


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    build = site_samples.SampleBuild(site_samples.atlas(), tmp_path_factory.mktemp("hostile"))
    yield create_app(build, testing=True)
    build.engine.close()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def rules(app: Flask) -> list[Rule]:
    """Every address that answers GET."""
    found = [r for r in app.url_map.iter_rules() if "GET" in (r.methods or ()) and not r.endpoint.startswith(SILENT)]
    assert len(found) > 50
    return found


def filled(rule: Rule, part: str) -> str:
    """A rule's address with something in each of its open parts."""
    return OPEN.sub(lambda _: quote(part, safe="", errors="replace"), rule.rule)


def usual(rule: Rule) -> str:
    """A rule's address with what is there."""
    return OPEN.sub(lambda found: _known(rule.rule, found[1]), rule.rule)


def _known(rule: str, name: str) -> str:
    first = rule.removeprefix("/api/v1").split("/")[1]
    if name in ("name", "id", "study_id", "facet"):
        return {"studies": "adams-2005-urate-rises", "concepts": "pain"}.get(first, "symptom")
    return {"suffix": _known_suffix(rule, first), "part": "1", "rest": "rest"}[name]


def _known_suffix(rule: str, first: str) -> str:
    if "graph" in rule or first.startswith("explore"):
        return "svg"
    return {"ns.<suffix>": "ttl", "compare": "csv"}.get(first, "json")


def ask(client: FlaskClient, address: str, headers: dict[str, str] | None = None) -> None:
    """Ask; the answer has to come soon, be bounded, and be no failure."""
    with at_most(PATIENCE):
        answer = client.get(address, headers=headers or {})
    assert answer.status_code in FINE, (answer.status_code, address[:300])
    assert len(answer.data) < LARGEST, address[:300]
    assert "Set-Cookie" not in answer.headers


def encoded(args: list[tuple[str, str]]) -> str:
    return urlencode(args, errors="surrogatepass")


def test_what_is_asked_is_there(app: Flask, client: FlaskClient) -> None:
    missing = [usual(rule) for rule in rules(app) if client.get(usual(rule)).status_code == 404]
    assert missing == ["/compare/studies.csv", "/api/v1/rest"], (
        "one names no study, the other stands for all that is not there"
    )


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_in_any_argument(app: Flask, client: FlaskClient, text: str) -> None:
    for rule in rules(app):
        ask(client, f"{usual(rule)}?{encoded([('q', text), ('from', text), ('to', text)])}")
        if len(text) < 2_000:
            ask(client, f"{usual(rule)}?{encoded([(name, text) for name in TAKING_TEXT])}")


@pytest.mark.parametrize("args", LISTS.values(), ids=LISTS)
def test_any_selection(app: Flask, client: FlaskClient, args: list[tuple[str, str]]) -> None:
    for rule in rules(app):
        ask(client, f"{usual(rule)}?{encoded(args)}")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_in_a_path(app: Flask, client: FlaskClient, text: str) -> None:
    for rule in rules(app):
        if rule.arguments:
            ask(client, filled(rule, text))


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_any_header(app: Flask, client: FlaskClient, headers: dict[str, str]) -> None:
    for rule in rules(app):
        ask(client, usual(rule), headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "HEAD"])
def test_any_method(app: Flask, client: FlaskClient, method: str) -> None:
    for rule in rules(app):
        answer = client.open(usual(rule), method=method, data=b"{" * 10_000 if method[0] == "P" else None)
        assert answer.status_code in FINE, (answer.status_code, usual(rule))


@pytest.mark.parametrize(
    "query", ["%", "%zz", "%00", "&" * 20_000, "=" * 5_000, "q=%ff%fe", "q=%ed%a0%80", "a;b;c", "?"]
)
def test_any_query_string(app: Flask, client: FlaskClient, query: str) -> None:
    for rule in rules(app):
        ask(client, f"{usual(rule)}?{query}")
