"""The shapes pass what we ship and what we generate, and catch what is wrong."""

from collections.abc import Callable
from pathlib import Path

import graph_samples as samples
import pytest
from click.testing import CliRunner
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef

from entries.atlas import Atlas
from entries.starter import Beginning, write
from explorer.cli import evidence
from graph.export import serialize_all
from graph.namespaces import VOCABULARIES
from graph.shapes import shapes
from graph.standings import VERSION

pyshacl = pytest.importorskip("pyshacl", reason="install the 'test' extra to check shapes")

EV = Namespace(samples.BASE + "ns#")
STUDIES, CONCEPTS = Namespace(samples.BASE + "studies/"), Namespace(samples.BASE + "concepts/")
SEE, MAES = STUDIES["see-1996-alpha-interferon"], STUDIES["maes-2007-not-mind"]
NS = {prefix: Namespace(iri) for prefix, iri in VOCABULARIES.items()}
PAIN = CONCEPTS["pain"]
STANDS = URIRef(f"{SEE}#standing")
GROUP = URIRef(f"{samples.BASE}dataset#findings-il-6.nk-cell-function")
RULE = URIRef(f"{samples.BASE}dataset#standing-rule-{VERSION}")


def union(atlas: Atlas) -> Graph:
    return Graph(bind_namespaces="none").parse(data=b"".join(serialize_all(atlas, "ntriples")), format="nt")


def complaints(graph: Graph, base: str = samples.BASE, criterion: bool = True) -> str:
    known = shapes(base, criterion)
    conforms, _, text = pyshacl.validate(graph, shacl_graph=known, advanced=False, inference="none")
    return "" if conforms else text


def part(study: URIRef, name: str) -> URIRef:
    return URIRef(f"{study}#{name}")


@pytest.fixture(scope="module")
def sound() -> Graph:
    return union(samples.small())


@pytest.mark.parametrize("needs", [None, "Widespread pain"])
def test_a_new_atlas_conforms_with_and_without_a_criterion(needs: str | None, tmp_path: Path) -> None:
    home = tmp_path / "new"
    write(home, Beginning("fibromyalgia", needs=needs))
    records = Path(__file__).parent / "data" / "fibromyalgia.xml"
    drafted = CliRunner().invoke(evidence, ["--data", str(home), "import", str(records)])
    assert drafted.exit_code == 0, drafted.output
    atlas = Atlas.load(home)
    graph = union(atlas)
    assert complaints(graph, atlas.config.base_iri, criterion=bool(needs)) == ""
    wanting = complaints(graph, atlas.config.base_iri)
    assert ("exactly one derived PEM status" in wanting) is not bool(needs)


def test_small_hostile_and_generated_atlases_conform(sound: Graph) -> None:
    assert complaints(sound) == ""
    assert complaints(union(samples.generated(20))) == ""
    assert complaints(union(samples.empty())) == ""
    assert complaints(union(samples.noticed())) == ""


def test_shipped_data_conform() -> None:
    folder = Path(__file__).parents[1] / "data"
    atlas = Atlas.load(folder)
    graph = union(atlas)
    assert complaints(graph, atlas.config.base_iri) == ""
    found = set(graph.subjects(RDF.type, NS["schema"].MedicalStudy))
    assert len(found) == len(atlas.studies)


Fault = Callable[[Graph], None]
FAULTS: dict[str, tuple[str, Fault]] = {
    "no label": ("exactly one label", lambda g: g.remove((SEE, NS["rdfs"].label, None))),
    "two levels": ("exactly one evidence level", lambda g: g.add((SEE, EV.evidenceLevel, PAIN))),
    "level is no concept": ("exactly one evidence level", lambda g: g.set((SEE, EV.evidenceLevel, MAES))),
    "no PEM status": ("exactly one derived PEM status", lambda g: g.remove((MAES, EV.pemStatus, None))),
    "no PEM reason": ("comes with its reason", lambda g: g.remove((MAES, EV.pemReason, None))),
    "PEM stated oddly": ("required, optional or absent", lambda g: g.set((SEE, EV.pemStated, Literal("maybe")))),
    "PEM without quote": ("needs its quote", lambda g: g.remove((part(SEE, "pem-quote"), NS["oa"].exact, None))),
    "any and all": ("not both", lambda g: g.add((SEE, EV.metAnyOf, CONCEPTS["fukuda-1994"]))),
    "symptom as definition": ("concepts of that scheme", lambda g: g.add((SEE, EV.caseDefinition, PAIN))),
    "minus three patients": ("number of patients", lambda g: g.set((SEE, EV.patients, Literal(-3)))),
    "patients in words": ("number of patients", lambda g: g.set((SEE, EV.patients, Literal("thirty")))),
    "unknown tag": ("tagged with concepts", lambda g: g.add((SEE, NS["dcterms"].subject, CONCEPTS["nonsense"]))),
    "nothing not proven": ("does not prove", lambda g: g.remove((SEE, EV.doesNotProve, None))),
    "link into the void": ("ends at a study", lambda g: g.add((SEE, NS["cito"].extends, STUDIES["nobody-1900"]))),
    "odd direction": ("out of six", lambda g: g.set((part(SEE, "finding-1"), EV.direction, EV.sideways))),
    "two bases": ("exactly one basis", lambda g: g.add((part(SEE, "finding-1"), EV.basis, EV.stated))),
    "quoted without quote": (
        "comes with its quote",
        lambda g: g.remove((part(SEE, "finding-1-source"), NS["oa"].hasSelector, None)),
    ),
    "orphan finding": ("belongs to exactly one study", lambda g: g.remove((SEE, EV.finding, part(SEE, "finding-2")))),
    "finding as blank node": ("", lambda g: g.add((BNode(), RDF.type, EV.Finding))),
    "year as text": (
        "exactly one year",
        lambda g: g.set((part(SEE, "paper"), NS["dcterms"].issued, Literal("1996"))),
    ),
    "no author": ("at least one author", lambda g: g.remove((part(MAES, "paper"), NS["dcterms"].creator, None))),
    "PMID in words": ("PubMed id", lambda g: g.set((part(SEE, "paper"), NS["bibo"].pmid, Literal("eight")))),
    "no licence": ("has a licence", lambda g: g.remove((part(SEE, "graph"), NS["dcterms"].license, None))),
    "no maker": ("how it was made", lambda g: g.remove((part(SEE, "graph"), NS["prov"].wasGeneratedBy, None))),
    "review by nobody": (
        "names",
        lambda g: g.remove((part(SEE, "review-1"), NS["prov"].wasAssociatedWith, None)),
    ),
    "claimed validation": (
        "names them",
        lambda g: g.set(
            (part(MAES, "graph"), NS["biolink"].agent_type, Literal("manual_validation_of_automated_agent"))
        ),
    ),
    "label twice": ("repeats the preferred", lambda g: g.add((PAIN, NS["skos"].altLabel, Literal("Pain", lang="en")))),
    "two schemes": ("exactly one scheme", lambda g: g.add((PAIN, NS["skos"].inScheme, URIRef(samples.BASE + "x")))),
    "match as text": ("is an address", lambda g: g.add((PAIN, NS["skos"].exactMatch, Literal("HP:1")))),
    "definition without rule": ("treats PEM", lambda g: g.remove((CONCEPTS["ccc-2003"], EV.pemRule, None))),
    "no standing": ("exactly one standing", lambda g: g.remove((SEE, EV.standing, None))),
    "two standings": ("exactly one standing", lambda g: g.add((SEE, EV.standing, EV.refuted))),
    "finding without a standing": (
        "A finding has exactly one standing",
        lambda g: g.remove((part(SEE, "finding-2"), EV.standing, None)),
    ),
    "finding with two standings": (
        "A finding has exactly one standing",
        lambda g: g.add((part(SEE, "finding-1"), EV.standing, EV.replicated)),
    ),
    "finding that is more contested than its study": (
        "stand alike",
        lambda g: g.set((part(SEE, "finding-1"), EV.standing, EV.contested)),
    ),
    "finding that outlives its retracted study": (
        "stand alike",
        lambda g: g.set((part(MAES, "finding-1"), EV.standing, EV.preliminary)),
    ),
    "finding retracted alone": ("stand alike", lambda g: g.set((part(SEE, "finding-1"), EV.standing, EV.retracted))),
    "finding replicated for no reason": (
        "says why",
        lambda g: g.set((part(SEE, "finding-1"), EV.standing, EV.replicated)),
    ),
    "standing of our own making": ("out of five", lambda g: g.set((SEE, EV.standing, EV.increased))),
    "standing without a reason": ("with its reasons", lambda g: g.remove((STANDS, EV.standingReason, None))),
    "standing by a person": (
        "no person",
        lambda g: g.set((STANDS, NS["prov"].wasAttributedTo, part(SEE, "author-1"))),
    ),
    "rule without version": (
        "has its version",
        lambda g: g.remove((RULE, NS["schema"].softwareVersion, None)),
    ),
    "standing from nowhere": ("was derived from", lambda g: g.remove((STANDS, NS["prov"].wasDerivedFrom, None))),
    "standing from a concept": ("was derived from", lambda g: g.add((STANDS, NS["prov"].wasDerivedFrom, PAIN))),
    "replicated by nobody": ("more than the study's own", lambda g: g.set((SEE, EV.standing, EV.replicated))),
    "standing of no study": ("was assessed once", lambda g: g.remove((STANDS, NS["schema"].about, None))),
    "finding in a strange group": (
        "all of them and no other",
        lambda g: g.add((GROUP, NS["prov"].hadMember, part(MAES, "finding-1"))),
    ),
    "group of studies": ("are findings", lambda g: g.add((GROUP, NS["prov"].hadMember, SEE))),
    "no count": ("how many triples", lambda g: g.remove((None, NS["void"].triples, None))),
}


@pytest.mark.parametrize("name", FAULTS)
def test_planted_faults_are_found(sound: Graph, name: str) -> None:
    message, plant = FAULTS[name]
    broken = Graph(bind_namespaces="none")
    for triple in sound:
        broken.add(triple)
    plant(broken)
    text = complaints(broken)
    assert text, f"nobody noticed: {name}"
    assert message in text
