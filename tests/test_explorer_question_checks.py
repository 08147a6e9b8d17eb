"""``evidence check`` reads the questions of ``atlas.yaml``: a front page never offers what leads nowhere."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from explorer.cli import evidence
from explorer.settings import shipped_data

ASKED = 'PREFIX x: <https://x.example/> SELECT ?s WHERE { ?s a schema:MedicalTrial ; x:y "z" }'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped atlas with one study."""
    made = tmp_path / "atlas"
    shutil.copytree(shipped_data(), made, ignore=shutil.ignore_patterns("__pycache__", "studies"))
    (made / "studies").mkdir()
    study = sorted((shipped_data() / "studies").glob("*.yaml"))[-1]
    shutil.copy(study, made / "studies")
    text = (made / "atlas.yaml").read_text("utf-8")
    (made / "atlas.yaml").write_text(text[: text.index("questions:")], "utf-8")
    return made


def ask(folder: Path, page: str, sparql: str) -> tuple[int, str, int]:
    """Exit status and words of the check with one question, and the line where the question begins."""
    path = folder / "atlas.yaml"
    before = path.read_text("utf-8")
    path.write_text(f"{before}questions:\n  - text: Which ones?\n    page: {page}\n    sparql: '{sparql}'\n", "utf-8")
    found = CliRunner().invoke(evidence, ["--data", str(folder), "check"])
    return found.exit_code, found.output, before.count("\n") + 2


@pytest.mark.parametrize(
    "page", ["balance?scheme=biomarker", "studies?q=a%20b", "concepts/fatigue", "grid", "studies.csv"]
)
def test_a_question_that_can_be_answered(folder: Path, page: str) -> None:
    status, said, _ = ask(folder, page, ASKED)
    assert (status, said.count("error:")) == (0, 0), said


@pytest.mark.parametrize(
    ("page", "mend"), [("balnce?scheme=x", "did you mean 'balance'?"), ("zzzzzz", "open the page in a browser")]
)
def test_a_page_that_is_not_there(folder: Path, page: str, mend: str) -> None:
    status, said, line = ask(folder, page, ASKED)
    assert status == 1
    assert f"atlas.yaml:{line + 1}: error: the question 'Which ones?' has the page '{page}', which the site" in said
    assert mend in said


@pytest.mark.parametrize(
    ("sparql", "reason"),
    [
        ("SELECT ?s WHERE { ?s a schema:MedicalTrial", "this is not a SPARQL 1.1 query"),
        ("SELECT ?s WHERE { ?s a nosuch:Thing }", "nosuch"),
        ("DELETE WHERE { ?s ?p ?o }", "DELETE would change the data"),
        ("SELECT * WHERE { SERVICE <https://x.example/> { ?s ?p ?o } }", "SERVICE would send the query"),
    ],
)
def test_a_query_that_cannot_be_asked(folder: Path, sparql: str, reason: str) -> None:
    status, said, line = ask(folder, "grid", sparql)
    assert status == 1
    assert f"atlas.yaml:{line + 2}: error: the question 'Which ones?': " in said
    assert reason in said
