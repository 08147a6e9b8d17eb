"""The balance of every concept: verdicts as bits, counts before and after the bar, the page, CSV and JSON."""

import csv
import io
import re
from collections.abc import Iterator

import graph_samples as samples
import pytest
import site_samples
from flask.testing import FlaskClient
from page_reading import seen, words

from entries.atlas import Atlas
from explorer import balance_picture
from explorer.app import create_app
from graph.balance import VERDICTS, balance
from graph.postings import members, postings
from graph.verdicts import verdicts


def test_verdicts_of_all_are_those_of_each() -> None:
    for atlas in (samples.generated(150), samples.small(), samples.empty(), site_samples.atlas()):
        told, lists = verdicts(atlas), postings(atlas)
        for concept in atlas.vocabulary:
            weighed = balance(atlas, concept)
            bits = told.get(concept, {})
            assert {v: b.bit_count() for v, b in bits.items()} == weighed.counts()
            for found, which in bits.items():
                expected = {s.study for s in weighed.studies if s.verdict == found and not s.retracted}
                assert set(lists.ids(members(which))) == expected
        assert verdicts(atlas) is told


def made() -> Atlas:
    """Urate decreased in two studies that required the criterion and in one that did not; increased in one."""
    strict, loose = {"case_definition": {"any": ["acr-1977"]}}, {"case_definition": {"any": ["rome-1963"]}}
    told = [
        ("a", "decreased", strict),
        ("b", "decreased", strict),
        ("c", "decreased", loose),
        ("d", "increased", loose),
    ]
    studies = [
        site_samples.entry(
            f"study-{name}-2001", findings=[{"text": "t", "concepts": ["uric-acid"], "direction": direction}], **more
        )
        for name, direction, more in told
    ]
    other = site_samples.entry(
        "study-e-2001", findings=[{"text": "t", "concepts": ["il-1b"], "direction": "decreased"}], **strict
    )
    return Atlas.of(site_samples.config(), site_samples.vocabulary(), [*studies, other])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(made(), tmp_path_factory.mktemp("balance"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def test_found_decreased_in_two_studies_that_required_it(client: FlaskClient) -> None:
    page = seen(client, "/balance?direction=decreased&pem=required&least=2")
    assert words(page.get_element_by_id("count")) == "1 biomarker found decreased in at least 2 studies"
    (row,) = page.xpath("//tbody/tr")
    assert words(row) == "Uric acid 2 of 4 0 of 1 2 of 3 0 0 0 0 0"
    assert row.xpath(".//a/@href") == ["/concepts/uric-acid#directions"]
    assert seen(client, "/concepts/uric-acid").get_element_by_id("directions") is not None
    both = seen(client, "/balance?direction=decreased&pem=required")
    assert [words(r.find("th")) for r in both.xpath("//tbody/tr")] == ["Uric acid", "IL-1β"]
    none = seen(client, "/balance?direction=decreased&pem=required&least=3")
    assert words(none.get_element_by_id("count")).startswith("No biomarkers")


def test_under_the_switch_every_count_is_shown_before_and_after(client: FlaskClient) -> None:
    before = seen(client, "/balance?direction=decreased&least=3")
    assert words(before.get_element_by_id("count")).startswith("1 biomarker found decreased in at least 3")
    after = seen(client, "/balance?direction=decreased&least=3&remains=required")
    assert words(after.get_element_by_id("count")).startswith("0 of 1 biomarker found decreased in at least 3")
    (row,) = after.xpath("//tbody/tr")
    assert words(row) == "Uric acid 2 of 4 0 of 1 2 of 3 0 0 0 0 0"
    assert client.get("/balance.json?direction=decreased&least=3&remains=required").json["concepts"] == [
        {
            "id": "uric-acid",
            "label": "Uric acid",
            "studies": {"increased": {"kept": 0, "every": 1}, "decreased": {"kept": 2, "every": 3}},
        }
    ]
    asked = seen(client, "/balance?direction=decreased&least=3&pem=required&remains=required")
    assert words(asked.get_element_by_id("count")).startswith("No biomarkers"), "a filter still leaves out"


def test_a_row_is_drawn_as_long_as_its_numbers(client: FlaskClient) -> None:
    page = seen(client, "/balance")
    lengths = {}
    for row in page.xpath("//tbody/tr"):
        (strip,) = row.xpath("td[@class='drawn'][@aria-hidden='true']/svg")
        lengths[words(row.find("th"))] = {p.get("class"): box(p.get("d")) for p in strip.xpath("path[@class!='axis']")}
    assert set(lengths) == {"Uric acid", "IL-1β"}
    uric, middle = lengths["Uric acid"], balance_picture.STRIP / 2
    assert set(uric) == {"less", "more"}
    assert uric["less"][1] <= middle <= uric["more"][0], "less stands to the left, more to the right"
    longer, shorter = (right - left + 1 for left, right in (uric["less"], uric["more"]))
    assert longer == pytest.approx(3 * shorter, abs=0.2)


def test_every_verdict_has_a_shape_of_its_own_without_its_colour() -> None:
    shapes = {v: re.sub(r"[A-Z][-\d. ]+", lambda m: m[0][0], balance_picture.shape(v, 5, 5, 40, 14)) for v in VERDICTS}
    assert len(set(shapes.values())) == len(VERDICTS)
    halves = re.findall(r'class="(\w+)"', balance_picture.shape("mixed", 5, 5, 40, 14))
    assert halves == ["less", "more", "cut"]


def box(path: str) -> tuple[float, float]:
    """The leftmost and the rightmost place of a path."""
    across = [float(n) for n in re.findall(r"[ML]([\d.]+) |H([\d.]+)", path) for n in n if n]
    return min(across), max(across)


def test_data_forms_say_the_same(client: FlaskClient) -> None:
    query = "?pem=required"
    data = client.get(f"/balance.json{query}").json
    assert client.get(f"/balance{query}", headers={"Accept": "application/json"}).json == data
    assert data["concepts"][0]["studies"] == {
        "increased": {"kept": 0, "every": 1},
        "decreased": {"kept": 2, "every": 3},
    }
    rows = list(csv.reader(io.StringIO(client.get(f"/balance.csv{query}").data.decode("utf-8-sig"))))
    assert rows[0][2:4] == ["increased counted", "increased of"]
    assert rows[1][:6] == ["uric-acid", "Uric acid", "0", "1", "2", "3"]
    assert len(rows[0]) == len(rows[1]) == 2 + 2 * (len(VERDICTS) + 1)
    assert client.get("/balance.ttl").status_code == 404


def test_long_lists_go_page_by_page(tmp_path_factory: pytest.TempPathFactory) -> None:
    findings = [{"text": "t", "concepts": [f"marker-{n}"], "direction": "mixed"} for n in range(1, 61)]
    atlas = made().with_studies([site_samples.entry("many-2001-findings", findings=findings)])
    build = site_samples.SampleBuild(atlas, tmp_path_factory.mktemp("many"))
    asked = create_app(build, testing=True).test_client()
    first = seen(asked, "/balance")
    second = seen(asked, first.xpath("//a[@rel='next']/@href")[0])
    names = [words(r.find("th")) for page in (first, second) for r in page.xpath("//tbody/tr")]
    assert len(names) == len(set(names)) == 60
    build.engine.close()


@pytest.mark.parametrize(
    "query",
    [
        "scheme=weather&direction=sideways&least=-1&page=0",
        "scheme=%3Cscript%3E&direction=%00&pem=%3Cb%3E",
        "least=99999999999999999999&page=%C2%B2",
        "least=999999999&page=999999999",
        "scheme=symptom&direction=none",
        "level=" + "E" * 5000,
    ],
)
def test_hostile_questions_are_answered(client: FlaskClient, query: str) -> None:
    for form in ("", ".json", ".csv"):
        response = client.get(f"/balance{form}?{query}")
        assert response.status_code == 200
        assert form or "<script>" not in response.text


def test_concepts_lead_here(client: FlaskClient) -> None:
    assert seen(client, "/concepts").xpath("//main//a[@href='/balance']")
