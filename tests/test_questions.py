"""The questions that the atlas is made for: page and query of each give one answer, and the documents show both."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import graph_samples
import pytest
from flask.testing import FlaskClient
from page_reading import seen, words
from site_samples import SampleBuild

from entries.atlas import Atlas
from entries.study import Study
from explorer.app import create_app
from graph import sparql
from graph.evidence import Evidence
from graph.postings import members, postings

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "questions.md").read_text("utf-8")
SMALL = ("fatigue", "pain", "dizziness", "orthostatic-intolerance", "postural-orthostatic-tachycardia")
DIRECTIONS = ("increased", "decreased", "no-difference", "mixed", "associated", "not-associated", None)
Asked = tuple[FlaskClient, sparql.QueryWorker, Atlas]


def invented(shipped: Atlas, number: int, rng: random.Random) -> Study:
    """A study in the shipped vocabulary, on few concepts, so that studies meet."""
    vocabulary = shipped.vocabulary
    strict = next(c.id for c in vocabulary.of_scheme("case-definition") if c.pem == "required")
    definitions = rng.choice([["fukuda-1994"], [strict], ["fukuda-1994", strict], []])
    markers = [*vocabulary.descendants("cytokines")][:4] + [*vocabulary.descendants("nk-cell-marker")][:3]
    symptoms = [s for s in SMALL if s in vocabulary]
    findings = [
        {"text": f"Finding {n}.", "concepts": rng.sample(markers + symptoms, 2), "direction": rng.choice(DIRECTIONS)}
        for n in range(rng.randint(1, 3))
    ]
    links = [{"relation": "retracts", "study": "adams-2000-number-1"}] if number == 2 else []
    return graph_samples.study(
        f"adams-2000-number-{number}",
        design="case-control-study",
        case_definition={rng.choice(["any", "all"]): definitions},
        tags={"symptom": rng.sample(symptoms, 2), "biomarker": rng.sample(markers, 2)},
        findings=findings,
        links=links,
    )


@pytest.fixture(scope="module", params=["shipped", "invented"])
def asked(request: pytest.FixtureRequest, shipped: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The site over the shipped atlas, and over one whose answers are not empty; and its graph."""
    atlas = shipped
    if request.param == "invented":
        rng = random.Random(7)
        made = [invented(shipped, n, rng) for n in range(1, 61)]
        atlas = Atlas.of(shipped.config, shipped.vocabulary, made)
    folder = tmp_path_factory.mktemp(request.param)
    client = create_app(SampleBuild(atlas, folder), testing=True).test_client()
    with sparql.QueryWorker(folder / "graph") as worker:
        yield client, worker, atlas


def told(asked: Asked, number: int) -> list[list[str]]:
    """The rows that the query of a question gives, names of concepts cut to their ids."""
    _, worker, atlas = asked
    rows = worker.query(atlas.config.questions[number].sparql).rows
    return [
        [re.sub(r"^<?.*[/#]([\w-]+)>?$", r"\1", str(cell)) if cell is not None else "" for cell in row] for row in rows
    ]


def data(asked: Asked, number: int) -> Any:
    """What the page of a question says, as data."""
    client, _, atlas = asked
    page, _, query = atlas.config.questions[number].page.partition("?")
    return client.get(f"/{page}.json?{query}").get_json()


def is_invented(asked: Asked) -> bool:
    return "adams-2000-number-1" in asked[2].studies


def test_there_are_three_and_their_pages_are_found(asked: Asked) -> None:
    client, _, atlas = asked
    assert len(atlas.config.questions) == 3
    for question in atlas.config.questions:
        assert seen(client, f"/{question.page}").xpath("//h1")


def test_decreased_in_two_studies_that_required_pem(asked: Asked) -> None:
    by_page = {c["id"]: c["studies"]["decreased"]["kept"] for c in data(asked, 0)["concepts"]}
    by_query = {row[0]: int(row[-1]) for row in told(asked, 0)}
    assert by_page == by_query
    assert all(count >= 2 for count in by_query.values())
    assert bool(by_query) == is_invented(asked), "the documents say that the shipped entries give none"


def test_symptoms_between(asked: Asked) -> None:
    by_page = {b["concept"]: (b["studies"]["from"], b["studies"]["to"]) for b in data(asked, 1)["between"]}
    by_query = {row[0]: (int(row[2]), int(row[3])) for row in told(asked, 1)}
    assert by_page == by_query
    assert by_query


def test_the_table_of_links_says_what_the_query_says(asked: Asked) -> None:
    client, _, atlas = asked
    rows = seen(client, f"/{atlas.config.questions[1].page}").xpath("//section[h2[@id='between']]//tbody/tr")
    shown = [(words(tr.xpath("th")[0]), words(tr.xpath("td")[1]), words(tr.xpath("td")[2])) for tr in rows]
    assert shown == [(row[1], row[2], row[3]) for row in told(asked, 1)][:25]


def test_without_cohorts_of_one_definition(asked: Asked) -> None:
    (cytokines,) = [c for c in data(asked, 2)["concepts"] if c["id"] == "cytokines"]
    by_page = {verdict: (count["every"], count["kept"]) for verdict, count in cytokines["studies"].items()}
    by_query = {row[0] or "none": (int(row[1]), int(row[2])) for row in told(asked, 2)}
    assert by_page == by_query
    assert by_query
    if is_invented(asked):
        assert any(every > kept > 0 for every, kept in by_query.values())
        assert len(by_query) > 3


def test_which_cohorts_are_set_aside(asked: Asked) -> None:
    _, _, atlas = asked
    lists = postings(atlas)
    kept = set(lists.ids(members(Evidence(alone="fukuda-1994").bits(lists))))
    assert kept == {s.id for s in atlas.studies.values() if set(s.case_definition.ids) != {"fukuda-1994"}}


def test_the_sparql_page_offers_them_all(asked: Asked) -> None:
    client, _, atlas = asked
    page = seen_as_browser(client, "/sparql")
    offered = [words(a) for a in page.xpath("//section[@aria-labelledby='examples']//li/a")]
    assert [o for o in offered if o in {q.text for q in atlas.config.questions}] == [
        q.text for q in atlas.config.questions
    ]


def seen_as_browser(client: FlaskClient, address: str) -> Any:
    from lxml import html

    return html.fromstring(client.get(address, headers={"Accept": "text/html"}).text)


@pytest.mark.parametrize("number", range(3))
def test_the_document_shows_each_with_its_page_and_query(shipped: Atlas, number: int) -> None:
    question = shipped.config.questions[number]
    assert f"## {question.text}" in PAGE
    assert f"    /{question.page}\n" in PAGE
    blocks = re.findall(r"^```sparql\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert blocks[number].strip() == question.sparql.strip()


def test_an_unknown_definition_or_concept_is_told(asked: Asked) -> None:
    text = words(seen(asked[0], "/balance?without=nonsense&below=%3Cscript%3E"))
    assert "“nonsense” is no case definition and was left out." in text
    assert "“<script>” is no concept of these kinds and was left out." in text


def test_the_home_page_leads_to_each(asked: Asked) -> None:
    client, _, atlas = asked
    leads = seen(client, "/").xpath("//section[@aria-labelledby='starts']//a/@href")
    assert {f"/{question.page}" for question in atlas.config.questions} <= set(leads)
