"""What goes out can be read by others: rdflib, pyoxigraph and raptor get the same triples from every syntax."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import graph_samples as samples
import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from entries.atlas import Atlas
from graph import export, formats
from graph.errors import GraphError, UnknownNode
from graph.export import FORMATS, serialize_all, serialize_concept, serialize_studies, serialize_study
from graph.rdf import quads, study_graph, study_triples
from graph.store import GraphStore
from graph.terms import NamedGraph, to_rdflib

RAPPER = shutil.which("rapper")
RDFLIB = {
    "turtle": "turtle",
    "trig": "trig",
    "ntriples": "nt",
    "nquads": "nquads",
    "rdfxml": "xml",
    "jsonld": "json-ld",
}
OXIGRAPH = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
RAPTOR = {"turtle": "turtle", "trig": "trig", "ntriples": "ntriples", "nquads": "nquads", "rdfxml": "rdfxml"}
PARTS = ("graph", "standing")  # the named graphs of a study
STUDIES = ("see-1996-alpha-interferon", "maes-2007-not-mind", "hostile-2020-script")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # its own, inside its parsers
needs_rapper = pytest.mark.skipif(RAPPER is None, reason="rapper is not installed (Debian: raptor2-utils)")


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return samples.small()


def as_graph(triples: Iterable[tuple[str, str, str]]) -> Graph:
    graph = Graph(bind_namespaces="none")
    for s, p, o in triples:
        graph.add((to_rdflib(s), to_rdflib(p), to_rdflib(o)))
    return graph


def by_rdflib(data: bytes, fmt: str) -> set[tuple[str, ...]]:
    """Triples, or quads where the syntax keeps graphs, as N3 texts."""
    if FORMATS[fmt].quads:
        dataset = Dataset()
        dataset.parse(data=data, format=RDFLIB[fmt])
        return {(s.n3(), p.n3(), o.n3(), f"<{g}>") for s, p, o, g in dataset.quads()}
    graph = Graph(bind_namespaces="none").parse(data=data, format=RDFLIB[fmt])
    return {(s.n3(), p.n3(), o.n3()) for s, p, o in graph}


def by_oxigraph(data: bytes, fmt: str) -> set[tuple[str, ...]]:
    found = ox.parse(data, format=OXIGRAPH[fmt])
    if FORMATS[fmt].quads:
        return {tuple(map(str, (q.subject, q.predicate, q.object, q.graph_name))) for q in found}
    return {tuple(map(str, (q.subject, q.predicate, q.object))) for q in found}


def by_rapper(data: bytes, fmt: str) -> bytes:
    """N-Triples (N-Quads for syntaxes with graphs) as raptor understands the data; fails on any complaint."""
    assert RAPPER is not None
    out = "nquads" if FORMATS[fmt].quads else "ntriples"
    command = [RAPPER, "-q", "-i", RAPTOR[fmt], "-o", out, "-", samples.BASE]
    done = subprocess.run(command, input=data, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    assert b"rror" not in done.stderr, done.stderr.decode()
    return done.stdout


def expected(atlas: Atlas, fmt: str, ids: Iterable[str] | None = None) -> set[tuple[str, ...]]:
    """What the model says, normalised through pyoxigraph's terms."""
    wanted = None if ids is None else {f"<{samples.BASE}studies/{i}#{part}>" for i in ids for part in PARTS}
    lines = (q for q in quads(atlas) if wanted is None or q[3] in wanted)
    text = "".join(f"{s} {p} {o} {g} .\n" for s, p, o, g in lines)
    rows = by_oxigraph(text.encode(), "nquads")
    return rows if FORMATS[fmt].quads else {row[:3] for row in rows}


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("study_id", STUDIES)
def test_a_study_reads_back_isomorphic_in_rdflib(atlas: Atlas, study_id: str, fmt: str) -> None:
    data = serialize_study(atlas, study_id, fmt)
    if FORMATS[fmt].quads:
        dataset = Dataset()
        dataset.parse(data=data, format=RDFLIB[fmt])
        named = {str(g.identifier) for g in dataset.graphs() if len(g)}
        assert named == {f"{samples.BASE}studies/{study_id}#{part}" for part in PARTS}
        back = Graph(bind_namespaces="none")
        for quad in dataset.quads():
            back.add(quad[:3])
    else:
        back = Graph(bind_namespaces="none").parse(data=data, format=RDFLIB[fmt])
    assert isomorphic(back, study_graph(atlas, study_id))
    assert isomorphic(back, as_graph(study_triples(atlas, atlas.studies[study_id])))


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("study_id", STUDIES)
def test_a_study_reads_back_in_oxigraph(atlas: Atlas, study_id: str, fmt: str) -> None:
    assert by_oxigraph(serialize_study(atlas, study_id, fmt), fmt) == expected(atlas, fmt, [study_id])


@needs_rapper
@pytest.mark.parametrize("fmt", RAPTOR)
@pytest.mark.parametrize("study_id", STUDIES)
def test_a_study_reads_back_in_raptor(atlas: Atlas, study_id: str, fmt: str) -> None:
    out = by_rapper(serialize_study(atlas, study_id, fmt), fmt)
    assert by_oxigraph(out, "nquads" if FORMATS[fmt].quads else "ntriples") == expected(atlas, fmt, [study_id])


@pytest.mark.parametrize("fmt", FORMATS)
def test_everything_reads_back_in_every_parser(atlas: Atlas, fmt: str) -> None:
    data = b"".join(serialize_all(atlas, fmt))
    wanted = expected(atlas, fmt)
    assert by_oxigraph(data, fmt) == wanted
    assert len(by_rdflib(data, fmt)) == len(wanted)
    if RAPPER and fmt in RAPTOR:
        assert by_oxigraph(by_rapper(data, fmt), "nquads" if FORMATS[fmt].quads else "ntriples") == wanted


@pytest.mark.parametrize("fmt", FORMATS)
def test_store_and_atlas_export_the_same(atlas: Atlas, fmt: str, tmp_path: Path) -> None:
    with GraphStore.build(atlas, tmp_path / "graph") as store:
        assert by_oxigraph(b"".join(serialize_all(store, fmt)), fmt) == expected(atlas, fmt)


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_list_of_studies_and_an_empty_one(atlas: Atlas, fmt: str) -> None:
    ids = ["maes-2007-not-mind", "hostile-2020-script"]
    assert by_oxigraph(b"".join(serialize_studies(atlas, ids, fmt)), fmt) == expected(atlas, fmt, ids)
    nothing = b"".join(serialize_studies(atlas, [], fmt))
    assert by_oxigraph(nothing, fmt) == set()
    assert by_rdflib(nothing, fmt) == set()


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_empty_atlas_still_describes_itself(fmt: str) -> None:
    data = b"".join(serialize_all(samples.empty(), fmt))
    rows = by_oxigraph(data, fmt)
    assert any("void#Dataset" in row[2] for row in rows)
    # its terms are explained, with their ranges; nothing is one of these
    assert not any("MedicalScholarlyArticle" in row[2] and "22-rdf-syntax-ns#type" in row[1] for row in rows)
    assert not any("MedicalScholarlyArticle" in row[0] for row in rows)


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_concept_alone(atlas: Atlas, fmt: str) -> None:
    rows = by_oxigraph(serialize_concept(atlas, "pain", fmt), fmt)
    assert ("<http://purl.obolibrary.org/obo/HP_0012531>") in {row[2] for row in rows}
    with pytest.raises(UnknownNode, match="did you mean pain"):
        serialize_concept(atlas, "pains", fmt)


def test_no_blank_nodes_and_no_broken_addresses(atlas: Atlas) -> None:
    for quad in quads(atlas):
        for term in quad:
            assert not term.startswith("_:")
            if term.startswith("<"):
                assert re.fullmatch(r'<[^\x00-\x20<>"{}|^`\\]*>', term), term
    text = "".join(f"{s} {p} {o} {g} .\n" for s, p, o, g in quads(atlas))
    assert len(list(ox.parse(text, format=ox.RdfFormat.N_QUADS))) == text.count("\n")


@pytest.mark.parametrize("fmt", FORMATS)
def test_control_characters_never_reach_a_file(atlas: Atlas, fmt: str) -> None:
    """The models refuse them; an entry that came another way must not make a file that XML readers refuse."""
    bad = samples.maes().model_copy(update={"summary": samples.CONTROLS, "title": samples.CONTROLS})
    other = Atlas.of(samples.config(), samples.vocabulary(), [bad])
    data = serialize_study(other, bad.id, fmt)
    assert by_oxigraph(data, fmt) == expected(other, fmt, [bad.id])
    assert not re.search(b"[\x00-\x08\x0b\x0c\x0e-\x1f]", data)
    if RAPPER and fmt in RAPTOR:
        by_rapper(data, fmt)
    texts = {o for _, _, o in study_triples(other, bad)}
    assert '"a\ufffdb\ufffdc\ufffdd\x7fe\ufffdf"' in texts


def test_json_ld_can_stand_in_a_page(atlas: Atlas) -> None:
    data = serialize_study(atlas, "hostile-2020-script", "jsonld")
    assert b"<" not in data
    assert rb"\u003c/script>" in data


def test_turtle_is_readable(atlas: Atlas) -> None:
    text = serialize_study(atlas, "see-1996-alpha-interferon", "turtle").decode()
    assert "\nstudy:see-1996-alpha-interferon a schema:MedicalTrial, schema:MedicalStudy ;\n" in text
    assert "<#finding-1> a ev:Finding, schema:Claim ;\n" in text
    assert "    ev:direction ev:increased ;\n" in text
    assert "@prefix skos:" not in text, "prefixes that nothing uses"
    longest = max(len(line) for line in text.splitlines() if '"' not in line)
    assert longest < 160


def test_export_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first chunk comes before the last graph has been made."""
    atlas = samples.generated(200)
    made = 0
    original = export.named_graphs

    def counting(*args: object) -> Iterable[NamedGraph]:
        nonlocal made
        for graph in original(*args):  # type: ignore[arg-type]
            made += 1
            yield graph

    monkeypatch.setattr(export, "named_graphs", counting)
    chunks = serialize_all(atlas, "turtle")
    assert len(next(chunks)) >= formats.CHUNK
    assert made < 100
    assert max(len(chunk) for chunk in chunks) < 4 * formats.CHUNK


def test_unknown_study_and_format(atlas: Atlas) -> None:
    with pytest.raises(UnknownNode, match="did you mean see-1996-alpha-interferon"):
        serialize_study(atlas, "see-1996-alfa-interferon", "turtle")
    with pytest.raises(UnknownNode):
        serialize_studies(atlas, ["maes-2007-not-mind", "nobody"], "turtle")
    with pytest.raises(GraphError, match="'n3'; use one of turtle"):
        serialize_all(atlas, "n3")
