"""``docs/api.md`` lists every operation, and its examples do on the shipped atlas what they say."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import site_samples
from flask.testing import FlaskClient
from sparql_site import Endpoint, serving

from entries.atlas import Atlas
from explorer.api.operations import OPERATIONS
from explorer.api.problem import Problem
from explorer.app import create_app

DOCUMENT = (Path(__file__).parent.parent / "docs" / "api.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in DOCUMENT.splitlines() if line.startswith("| `")
]
EXAMPLES = [row[2].strip("`") for row in ROWS if len(row) == 3 and row[2]]


@pytest.fixture(scope="module")
def client(shipped: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(shipped, tmp_path_factory.mktemp("api-docs"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def test_every_operation_is_listed_once() -> None:
    assert [row[0].strip("`") for row in ROWS if len(row) == 3] == [operation.path or "/" for operation in OPERATIONS]


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_find_something(client: FlaskClient, example: str) -> None:
    answer = client.get(f"/api/v1{example}")
    assert answer.status_code == 200, answer.text
    told = answer.get_json()
    for name in ("hits", "studies", "values", "completions", "suggestion", "loosenings", "fields", "nodes", "concepts"):
        assert told.get(name, True), f"{name} is empty"
    assert not told.get("messages"), "all of an example can be used"


def test_the_example_beside_it_works(client: FlaskClient) -> None:
    path = re.search(r'curl "http://127.0.0.1:8000([^"]+)"', DOCUMENT)
    assert path
    assert len(client.get(path[1]).get_json()["hits"]) > 1


def test_fields_of_errors_are_told() -> None:
    named = {name for row in ROWS if len(row) == 2 for name in re.findall(r"`(\w+)`", row[0])}
    assert named == set(Problem.model_fields)


def test_the_program_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    block = re.search(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    assert block
    with serving(tmp_path, threads=2) as endpoint:
        exec(_asking(block[1], endpoint), {})
    assert capsys.readouterr().out == "30 of 30\n"


def _asking(program: str, endpoint: Endpoint) -> str:
    """The program for the invented atlas, a few studies a page so that there are several."""
    changed = program.replace("http://127.0.0.1:8000", endpoint.address)
    return changed.replace("q=fatigue&level=E2&size=100", "symptom=fever&size=7")
