"""Searches that nobody would write by hand: a soon and helpful answer, never an error; and tables that run nothing."""

import csv
import io
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import site_samples
from bounded import at_most
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.app import create_app
from explorer.forms import RESULT_FORMS

PATIENCE = 15  # processor seconds for one answer: nothing here may take long, however slow the machine
TEXTS = {
    "100,000 characters": "x" * 100_000,
    "5,000 terms": " ".join(f"term{n}" for n in range(5_000)),
    "1,000 brackets": "(" * 1_000 + "urate" + ")" * 1_000,
    "1,000 open brackets": "(" * 1_000,
    "everything": "*",
    "wildcards": "a* b* c*",
    "catastrophic wildcards": "*a*a*a*a*a*a*a*a*a*b " * 20,
    "question marks": "?" * 200 + "*" * 200,
    "control characters": "urate\x00\x01\x1f\x7f\u2028\ufeff",
    "mixed scripts": "urate мочевая 尿酸 يوريك ουρικό 🦶",
    "combining marks": "u" + "\u0301" * 3_000,
    "right to left": "\u202eetaru\u202c",
    "lone surrogate": "\ud800",
    "operators": "AND OR NOT AND NOT OR ANDNOT REQUIRE",
    "nots": "NOT " * 500 + "urate",
    "fuzzy": " ".join(["uratee~3"] * 200),
    "fields": "title:author:journal:year:pmid:doi:x",
    "ranges": "year:[9999999999 TO -5] year:>=x year:{",
    "boosts": "urate^99999999999999999 toe^-1 toe^nan",
    "quotes": '"' * 999,
    "markup": site_samples.MARKUP,
}
SELECTIONS = {
    "500 values": [("symptom", f"value-{n}") for n in range(500)],
    "500 values left out": [("not.biomarker", f"value-{n}") for n in range(500)],
    "contradictory": [("symptom", "pain"), ("not.symptom", "pain"), ("from", "2010"), ("to", "1990")],
    "huge page": [("page", "9" * 15)],
    "negative page": [("page", "-5"), ("size", "-1")],
    "huge size": [("size", "1000000")],
    "years": [("from", "-99999"), ("to", "99999999999999999999")],
    "not a number": [("page", "1e9"), ("from", "²⁰⁰⁰"), ("size", "٣")],
    "place": [("after", "A" * 5_000), ("page", "3")],
    "unknown": [(f"key{n}", "x" * 50) for n in range(300)],
    "odd": [("", "x"), ("not.", "y"), ("not.not.symptom", "z"), ("symptom", "")],
}
PATHS = [
    "/studies",
    "/studies.json",
    "/studies.csv",
    "/studies.atom",
    "/facets/symptom",
    "/snapshots",
    "/snapshots.json",
]
WHY = "/studies/adams-2005-urate-rises/why"
FINE = (200, 302, 303, 400, 404, 414)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(site_samples.atlas(), tmp_path_factory.mktemp("hostile"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def encoded(args: list[tuple[str, str]]) -> str:
    return urlencode(args, errors="surrogatepass")


def answered(client: FlaskClient, address: str) -> str:
    """The body of the answer, which has to come soon and be no failure."""
    with at_most(PATIENCE):
        answer = client.get(address)
    assert answer.status_code in FINE, address[:200]
    return answer.text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_answered(client: FlaskClient, text: str) -> None:
    for path in (*PATHS, "/complete", WHY, "/snapshots/link"):
        answered(client, f"{path}?{encoded([('q', text)])}")
    search = "?" + encoded([("q", text)])
    answered(client, f"/compare?{encoded([('a', text), ('b', search)])}")
    answered(client, f"/saved?{encoded([('s', text)])}")


@pytest.mark.parametrize("args", SELECTIONS.values(), ids=SELECTIONS)
def test_any_selection_is_answered(client: FlaskClient, args: list[tuple[str, str]]) -> None:
    for path in (*PATHS, WHY):
        answered(client, f"{path}?{encoded(args)}")
    answered(client, f"/compare?{encoded([('a', '?' + encoded(args)), ('b', 'urate')])}")


@given(text=st.text(max_size=200), facet=st.text(max_size=30), value=st.text(max_size=50))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_the_page_answers(client: FlaskClient, text: str, facet: str, value: str) -> None:
    body = answered(
        client, f"/studies?{encoded([('q', text), (facet, value), ('symptom', value), ('not.level', value)])}"
    )
    assert "<script>alert" not in body


# Everything that is taken away


@pytest.mark.parametrize("form", RESULT_FORMS, ids=lambda f: f.name)
def test_result_sets_go_out_piece_by_piece(client: FlaskClient, form: object) -> None:
    answer = client.get(f"/studies{form.suffix}?symptom=fever", buffered=False)  # type: ignore[attr-defined]
    assert "Content-Length" not in answer.headers, "its length is known only once all of it was made"
    assert len(b"".join(answer.response)) > 1_000


@pytest.mark.parametrize(
    "path", ["/studies.csv?symptom=markup", "/compare.csv?a=%3Fsymptom%3Dmarkup&b=urate", "/studies.csv?sort=title"]
)
def test_no_cell_of_a_table_can_run(client: FlaskClient, path: str) -> None:
    text = client.get(path).text.removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > 1
    cells = [cell for row in rows for cell in row]
    assert any(cell.startswith("'=cmd|") for cell in cells), "the hostile title is there, made harmless"
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))]
