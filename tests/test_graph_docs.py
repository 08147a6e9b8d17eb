"""docs/rdf.md says what is true: its example is what the entry gives, its queries and code run."""

import re
from collections.abc import Iterator
from pathlib import Path

import graph_samples as samples
import pytest
from rdflib import RDF, Graph

from entries.atlas import Atlas
from graph.export import serialize_all
from graph.namespaces import VOCABULARIES, Names
from graph.ontology import NAMES
from graph.rdf import study_graph
from graph.service_description import SD, dataset_description, service_description
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


def _described(page: str) -> dict[str, set[str]]:
    """By class: the properties that the tables of the page give it."""
    section = page[page.index("## Every class and property") : page.index("## Checking")]
    found: dict[str, set[str]] = {}
    for classes, properties in re.findall(r"^\| (`\S+:.*?) \| (.*) \|$", section, re.MULTILINE):
        for name in re.findall(r"`(\w+:\w+)`", classes):
            assert name not in found, f"{name} stands twice"
            found[name] = set(re.findall(r"`(\w+:\w+)`", properties))
    return found


def _used(atlas: Atlas) -> Iterator[tuple[set[str], set[str]]]:
    """Of every node in the data and in the descriptions for machines: its classes, and the properties that it has."""
    prefixes = Names(atlas.config.base_iri).prefixes() | {"sd": SD}
    counts = {"quads": 1}
    texts = (
        b"".join(serialize_all(atlas, "ntriples")),
        dataset_description(atlas, counts, "ntriples"),
        service_description(atlas, counts, "ntriples"),
    )
    graph = Graph().parse(data=b"".join(texts), format="nt")

    def short(address: object) -> str:
        prefix, namespace = max(
            ((p, n) for p, n in prefixes.items() if str(address).startswith(n)), key=lambda pair: len(pair[1])
        )
        return f"{prefix}:{str(address).removeprefix(namespace)}"

    for node in set(graph.subjects()):
        pairs = [(p, o) for p, o in graph.predicate_objects(node)]
        yield {short(o) for p, o in pairs if p == RDF.type}, {short(p) for p, _ in pairs if p != RDF.type}


def test_every_class_and_property_in_use_is_described_and_no_other() -> None:
    described = _described(PAGE)
    classes: set[str] = set()
    properties: set[str] = set()
    for atlas in (Atlas.load(ROOT / "data"), samples.small(), samples.noticed()):
        for kinds, used in _used(atlas):
            known = set().union(*(described[kind] for kind in kinds)) if kinds else {"void:class", "void:entities"}
            known |= {p for p in used if re.fullmatch(r"rdf:_\d+", p) and "rdf:_1" in known}
            assert used <= known, f"docs/rdf.md does not say that {sorted(kinds)} has {sorted(used - known)}"
            classes |= kinds
            properties |= used
    assert set(described) == classes
    assert set().union(*described.values()) <= properties


@pytest.mark.parametrize("number", range(7))
def test_the_queries_have_answers(store: Path, number: int) -> None:
    queries = blocks("sparql")
    assert len(queries) == 7
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
