"""Two schemes crossed: counts against a plain count, folding, gaps; the page, its cells, its CSV and JSON."""

import csv
import io
from collections.abc import Iterator

import graph_samples as samples
import pytest
import site_samples
from flask.testing import FlaskClient
from page_reading import seen, words

from entries.atlas import Atlas
from explorer.app import create_app
from explorer.presentation_grid import MOST_COLUMNS, MOST_ROWS
from graph.errors import GraphError
from graph.evidence import Evidence
from graph.grid import grid


def plain(atlas: Atlas, row: str, column: str, evidence: Evidence) -> int:
    """The count of one cell, study by study."""
    both = set(atlas.studies_with(row)) & set(atlas.studies_with(column))
    level, pem = evidence.level, evidence.pem
    return sum(
        (level is None or atlas.studies[i].evidence_level <= level) and (pem is None or atlas.pem(i).status == pem)
        for i in both
    )


@pytest.mark.parametrize("evidence", [Evidence(), Evidence("E1"), Evidence("E2", "pem-required")])
def test_counts_are_those_of_a_plain_count(evidence: Evidence) -> None:
    atlas = samples.generated(250)
    crossed = grid(atlas, "symptom", "biomarker", evidence, None)
    assert len(crossed.rows) == 60
    assert len(crossed.columns) == 120
    for row, counts in list(zip(crossed.rows, crossed.counts, strict=True))[::7]:
        for column, count in list(zip(crossed.columns, counts, strict=True))[::11]:
            assert count == plain(atlas, row.concept, column.concept, evidence)


def test_folded_a_heading_counts_for_all_below_and_unfolds() -> None:
    atlas = samples.small()
    folded = grid(atlas, "symptom", "biomarker")
    assert {r.concept for r in folded.rows} == {"pain", "fatigue", "orthostatic-intolerance"}
    at = {r.concept: n for n, r in enumerate(folded.rows)}
    columns = [c.concept for c in folded.columns]
    nk = folded.counts[at["pain"]][columns.index("nk-cell-function")]
    assert nk == 1, "the study names headache, a kind of pain"
    opened = grid(atlas, "symptom", "biomarker", opened={"pain", "fatigue", "nonsense"})
    place = [r.concept for r in opened.rows].index("pain")
    assert [(r.concept, r.depth) for r in opened.rows[place : place + 2]] == [("pain", 0), ("headache", 1)]
    assert opened.rows[place].opened
    assert not folded.rows[at["pain"]].opened


def test_gaps_are_the_empty_cells_the_most_surprising_first() -> None:
    crossed = grid(samples.generated(60), "symptom", "biomarker")
    gaps = crossed.gaps()
    assert len(gaps) == sum(count == 0 for counts in crossed.counts for count in counts)
    products = [gap.row_count * gap.column_count for gap in gaps]
    assert products == sorted(products, reverse=True)
    assert products[0] > 0
    assert crossed.empty == len(gaps)
    both = tuple(gap for gap in gaps if gap.row_count and gap.column_count)
    assert crossed.gaps(5) == both[:5]
    assert crossed.gaps(10**6) == both


def test_circles_and_concepts_with_two_parents_stand_once() -> None:
    schemes = dict(samples.SCHEMES)
    schemes["symptom"] = [
        {"id": i, "label": i, "plain": i, "definition": i, "broader": above}
        for i, above in (
            ("a", ["b"]),
            ("b", ["a"]),
            ("top", []),
            ("one", ["top"]),
            ("two", ["top"]),
            ("x", ["one", "two"]),
        )
    ]
    atlas = Atlas.of(samples.config(), samples.vocabulary(schemes), [samples.study("s", tags={"symptom": ["x"]})])
    names = [line.concept for line in grid(atlas, "symptom", "biomarker", opened=None).rows]
    assert sorted(names) == ["one", "top", "two", "x"]


def test_what_cannot_be_crossed() -> None:
    for rows, columns in (("symptom", "symptom"), ("symptom", "weather"), ("", "symptom")):
        with pytest.raises(GraphError):
            grid(samples.small(), rows, columns)
    assert grid(samples.empty(), "symptom", "biomarker").gaps()


def test_one_answer_is_never_taken_for_another() -> None:
    atlas = samples.generated(400)
    others = [grid(atlas, "symptom", "biomarker", Evidence(f"E{n}")).counts for n in range(4)]
    assert len(set(others)) == 4


# On the site


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(site_samples.atlas(), tmp_path_factory.mktemp("grid"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


@pytest.mark.parametrize(
    "query", ["", "?pem=unclear", "?level=E1", "?open=*", "?rows=biomarker&columns=study-design&open=pain"]
)
def test_every_cell_leads_to_a_search_that_finds_as_many(client: FlaskClient, query: str) -> None:
    page = seen(client, f"/grid{query}")
    cells = page.xpath("//table[@class='grid']/tbody//td/a")
    assert cells
    chosen = [c for c in cells if words(c) != "0"][:12] + [c for c in cells if words(c) == "0"][:3]
    for cell in chosen:
        head = words(seen(client, cell.get("href")).get_element_by_id("count"))
        found = 0 if head.lower().startswith("no") else int(head.replace("All ", "").split()[0])
        assert found == int(words(cell)), cell.get("href")


def test_bounded_with_the_rest_a_step_away(client: FlaskClient) -> None:
    page = seen(client, "/grid?rows=symptom&columns=biomarker")
    heads = page.xpath("//table[@class='grid']/thead//th")
    assert len(heads) == MOST_COLUMNS
    names = [words(h.find("a")) for h in heads]
    while further := page.xpath("//nav[@aria-label='columns']/a[starts-with(., 'Next')]/@href"):
        page = seen(client, further[0])
        names += [words(h.find("a")) for h in page.xpath("//table[@class='grid']/thead//th")]
        assert len(page.xpath("//table[@class='grid']/tbody/tr")) <= MOST_ROWS
    assert len(names) == len(set(names)) == 62
    assert page.xpath("//div[@class='gridbox'][@tabindex='0']")


def test_folds_by_link_and_keeps_the_filters(client: FlaskClient) -> None:
    page = seen(client, "/grid?level=E2&pem=required")
    unfold = page.xpath("//a[@class='fold'][@aria-label='Unfold Pain: 1 below']/@href")[0]
    opened = seen(client, unfold)
    assert "Toe pain" in words(opened.xpath("//table[@class='grid']/tbody")[0])
    assert opened.xpath("//select[@name='level']/option[@selected]/@value") == ["E2"]
    assert opened.xpath("//select[@name='pem']/option[@selected]/@value") == ["required"]
    folded = seen(client, opened.xpath("//a[@class='fold'][@aria-label='Fold Pain']/@href")[0])
    assert "Toe pain" not in words(folded.xpath("//table[@class='grid']/tbody")[0])


def test_csv_json_and_gaps_say_the_same(client: FlaskClient) -> None:
    query = "?rows=symptom&columns=biomarker&open=pain"
    data = client.get(f"/grid.json{query}").json
    assert client.get(f"/grid{query}", headers={"Accept": "application/json"}).json == data
    table = list(csv.reader(io.StringIO(client.get(f"/grid.csv{query}").data.decode("utf-8-sig"))))
    assert len(table) - 1 == len(data["rows"]["concepts"]) == 5
    assert [[int(n) for n in row[2:]] for row in table[1:]] == data["studies"]
    gaps = list(csv.reader(io.StringIO(client.get(f"/grid/gaps.csv{query}").data.decode("utf-8-sig"))))[1:]
    assert len(gaps) == sum(n == 0 for row in data["studies"] for n in row)
    markup = next(row for row in table if "script" in row[0])
    assert not markup[0].startswith(("=", "+", "-", "@"))
    assert client.get("/grid.ttl").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "rows=symptom&columns=symptom",
        "rows=weather&columns=%3Cscript%3E",
        "row=99999999999999999999&column=-4",
        "row=%C2%B2&column=1e9",
        "row=999999&column=999999",
        "&".join(f"open=marker-{n}" for n in range(3000)),
        "open=" + "x" * 9000,
        "open=%00&level=%00&pem=%00",
        "level=" + "E" * 5000,
    ],
)
def test_hostile_questions_are_answered(client: FlaskClient, query: str) -> None:
    for address in (f"/grid?{query}", f"/grid.json?{query}", f"/grid.csv?{query}", f"/grid/gaps.csv?{query}"):
        response = client.get(address)
        assert response.status_code == 200, address
        assert not address.startswith("/grid?") or "<script>" not in response.text


def test_others_lead_here(client: FlaskClient) -> None:
    for address in ("/", "/concepts", "/concepts/pain/graph"):
        assert seen(client, address).xpath("//main//a[starts-with(@href, '/grid')]"), address
