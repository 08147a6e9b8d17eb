"""docs/sparql.md says what is true: questions are answered rightly, programs run, numbers are those in force."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import graph_samples
import pytest
from sparql_site import Endpoint, serving

from entries.atlas import Atlas
from explorer import sparql_pool, sparql_request
from explorer.sparql_request import ALL_FORMS
from graph import sparql
from graph.sparql_guard import MAX_QUERY
from graph.store import GraphStore

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "sparql.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


DECREASED, BETWEEN, REMAINING = blocks("sparql")


def study(study_id: str, definitions: list[str], biomarker: list[str], symptom: list[str], direction: str) -> object:
    return graph_samples.study(
        study_id,
        design="case-control-study",
        case_definition={"any": definitions},
        tags={"biomarker": biomarker, "symptom": symptom},
        findings=[{"text": f"Found in {study_id}.", "concepts": biomarker, "direction": direction}],
    )


@pytest.fixture(scope="module")
def invented(shipped: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sparql.QueryWorker]:
    """Studies whose answers are known, in the shipped vocabulary."""
    loose = ["fukuda-1994"]
    strict = [next(c.id for c in shipped.vocabulary.of_scheme("case-definition") if c.pem == "required")]
    studies = [
        study("adams-2001-one-thing", strict, ["nk-cell-function"], ["fatigue", "dizziness"], "decreased"),
        study("brown-2002-one-more", strict, ["nk-cell-function"], ["fatigue", "pain"], "decreased"),
        study("clark-2003-loose-one", loose, ["il-6", "nk-cell-count"], ["fatigue"], "decreased"),
        study("davis-2004-strict-one", strict, ["il-6"], ["orthostatic-intolerance", "dizziness"], "decreased"),
        study(
            "evans-2005-both-named", [*loose, *strict], ["il-10"], ["orthostatic-intolerance", "fatigue"], "increased"
        ),
    ]
    atlas = Atlas.of(shipped.config, shipped.vocabulary, studies)  # type: ignore[arg-type]
    path = tmp_path_factory.mktemp("invented") / "graph"
    GraphStore.build(atlas, path).close()
    with sparql.QueryWorker(path) as worker:
        yield worker


def told(worker: sparql.QueryWorker, text: str) -> list[tuple[str, ...]]:
    return [tuple(str(cell) for cell in row) for row in worker.query(text).rows]


def test_decreased_in_two_studies_that_required_pem(invented: sparql.QueryWorker, shipped: Atlas) -> None:
    assert told(invented, DECREASED) == [(shipped.vocabulary.label("nk-cell-function"), "2")]


def test_symptoms_between_two_subjects(invented: sparql.QueryWorker, shipped: Atlas) -> None:
    label = shipped.vocabulary.label
    assert told(invented, BETWEEN) == [(label("fatigue"), "3", "1"), (label("dizziness"), "1", "1")]


def test_what_is_left_without_fukuda_only(invented: sparql.QueryWorker) -> None:
    assert told(invented, REMAINING) == [("decreased", "2", "1"), ("increased", "1", "1")]


def test_the_questions_on_the_shipped_entries(shipped: Atlas, tmp_path: Path) -> None:
    GraphStore.build(shipped, tmp_path / "graph").close()
    with sparql.QueryWorker(tmp_path / "graph") as worker:
        assert "there is none" not in PAGE or told(worker, DECREASED) == [], "the page says that there is none"
        assert told(worker, BETWEEN)
        assert told(worker, REMAINING)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with serving(tmp_path_factory.mktemp("docs")) as endpoint:
        yield endpoint


@pytest.mark.parametrize("number", range(2))
def test_the_programs_run(site: Endpoint, number: int) -> None:
    program = blocks("python")[number].replace("http://127.0.0.1:8000", site.address)
    if "SPARQLWrapper" in program:
        pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed: pip install '.[test]'")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 3


def test_the_numbers_are_those_in_force() -> None:
    words = {1: "One", 2: "Two", 3: "three", 4: "four"}
    for said in (
        f"more than {MAX_QUERY:,} characters",
        f"more than {sparql_request.MAX_BODY:,} bytes",
        f"longer than {sparql.TIMEOUT:g} seconds",
        f"more than {sparql.MAX_ROWS:,} rows or {sparql.MAX_BYTES:,} bytes",
        f"{words[sparql_pool.WORKERS]} queries are running and {words[sparql_pool.WAITING]} are in line",
        f"for {sparql_pool.PATIENCE:g} seconds",
    ):
        assert said in PAGE
    for form in ALL_FORMS:
        assert f"`{form.mime}`" in PAGE
        assert form.suffix in PAGE
