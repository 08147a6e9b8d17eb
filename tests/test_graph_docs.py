"""docs/rdf.md says what is true: its example is what the entry gives, its queries and code run."""

import re
from pathlib import Path

import pytest
from rdflib import Graph

from entries.atlas import Atlas
from graph.export import serialize_all
from graph.namespaces import VOCABULARIES
from graph.ontology import NAMES
from graph.rdf import study_graph
from graph.sparql import query
from graph.store import GraphStore

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "rdf.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.load(ROOT / "data")


@pytest.fixture(scope="module")
def store(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("docs") / "graph"
    GraphStore.build(atlas, path).close()
    return path


def test_every_term_of_ours_is_explained() -> None:
    missing = [name for name in NAMES if f"ev:{name}" not in PAGE]
    assert not missing, f"docs/rdf.md does not explain {missing}"


def test_no_term_is_explained_that_does_not_exist() -> None:
    assert set(re.findall(r"\bev:([A-Za-z-]+)", PAGE)) <= set(NAMES)
    assert set(re.findall(r"@prefix (\w+):", PAGE)) <= {*VOCABULARIES, "ev", "study", "concept", "data", "scheme"}


def test_the_example_is_part_of_the_entry(atlas: Atlas) -> None:
    [example] = blocks("turtle")
    shown = set(Graph().parse(data=example, format="turtle"))
    assert len(shown) > 25
    assert shown <= set(study_graph(atlas, "maes-2007-nuclear-factor"))


@pytest.mark.parametrize("number", range(5))
def test_the_queries_have_answers(store: Path, number: int) -> None:
    queries = blocks("sparql")
    assert len(queries) == 5
    assert query(store, queries[number]).rows


def test_the_code_runs(atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyshacl", reason="install the 'test' extra to check shapes")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    (tmp_path / "atlas.nt").write_bytes(b"".join(serialize_all(atlas, "ntriples")))
    checking, from_python = blocks("python")
    found: dict[str, object] = {}
    exec(checking, found)
    assert found["conforms"], found["report"]
    exec(from_python, found)
    assert len(found["graph"]) > 50  # type: ignore[arg-type]
