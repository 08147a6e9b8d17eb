"""How studies stand, as RDF: what pages say of it, from what it was derived, and that no person said it."""

from pathlib import Path

import graph_samples as samples
import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from entries.atlas import Atlas
from entries.study import Study
from graph.agreement import View, agreed
from graph.directions import COMPARED, verdict
from graph.export import FORMATS, serialize_all
from graph.namespaces import VOCABULARIES
from graph.rdf import standing_named_graph, study_graph, study_named_graph
from graph.rdf_context import Context
from graph.sparql import query
from graph.standing import standing
from graph.standings import VERSION, Standing
from graph.store import GraphStore

EV, STUDIES = Namespace(samples.BASE + "ns#"), Namespace(samples.BASE + "studies/")
DATA = Namespace(samples.BASE + "dataset#")
NS = {prefix: Namespace(iri) for prefix, iri in VOCABULARIES.items()}
FROM = NS["prov"].wasDerivedFrom


def one(study_id: str, direction: str | None = None, on: tuple[str, ...] = ("cortisol",), **more: object) -> Study:
    findings = [{"text": "t", "concepts": on, "direction": direction}] if direction else []
    return samples.study(study_id, findings=findings, **more)


def says(relation: str, target: str = "a") -> list[dict[str, str]]:
    return [{"relation": relation, "study": target}]


def atlas_of(*studies: Study) -> Atlas:
    return Atlas.of(samples.config(), samples.vocabulary(), studies)


def told(*others: Study, own: Study | None = None) -> Graph:
    return study_graph(atlas_of(own or one("a", "increased"), *others), "a")


def sources(graph: Graph) -> set[str]:
    """What the standing was derived from, below the base."""
    found = graph.objects(URIRef(f"{STUDIES.a}#standing"), FROM)
    return {str(source).removeprefix(samples.BASE) for source in found}


@pytest.mark.parametrize(
    ("others", "expected", "derived"),
    [
        ([], "preliminary", set()),
        ([one("b", "increased")], "preliminary", {"dataset#findings-cortisol"}),
        ([one("b", "increased"), one("c", "increased")], "replicated", {"dataset#findings-cortisol"}),
        ([one("b", "decreased")], "contested", {"dataset#findings-cortisol"}),
        ([one("r", links=says("replicates"))], "replicated", {"studies/r#graph"}),
        ([one("d", links=says("disputes"), evidence_level="E0")], "refuted", {"studies/d#graph"}),
        ([one("x", links=says("retracts"))], "retracted", {"studies/x#graph"}),
    ],
)
def test_every_standing_with_what_it_was_derived_from(others: list[Study], expected: str, derived: set[str]) -> None:
    graph = told(*others)
    assert set(graph.objects(STUDIES.a, EV.standing)) == {EV[expected]}
    assert sources(graph) == {"studies/a#graph", *derived}


def test_a_notice_is_what_a_retraction_was_derived_from() -> None:
    graph = told(own=one("a", "increased", notices=[{"kind": "concern"}, {"kind": "retracted"}]))
    assert graph.value(STUDIES.a, EV.standing) == EV.retracted
    assert sources(graph) == {"studies/a#graph", "studies/a#notice-2"}


def test_a_rule_in_its_version_said_so_and_no_person() -> None:
    graph, node = told(one("b", "decreased")), URIRef(f"{STUDIES.a}#standing")
    [rule] = graph.objects(node, NS["prov"].wasAttributedTo)
    assert graph.value(rule, RDF.type) == NS["prov"].SoftwareAgent
    assert graph.value(rule, NS["schema"].softwareVersion) == Literal(VERSION)
    assert graph.value(node, NS["biolink"].agent_type) == Literal("automated_agent")
    assert graph.value(node, NS["schema"].about) == STUDIES.a
    reasons = set(graph.objects(node, EV.standingReason))
    assert reasons == {Literal("Contested: finding 1.", lang="en")}
    reasons = set(graph.objects(URIRef(f"{STUDIES.a}#finding-1"), EV.standingReason))
    assert reasons == {Literal("Found otherwise on Cortisol, by another study.", lang="en")}


def test_reasons_name_the_studies_that_link() -> None:
    graph = told(one("b", links=says("disputes")), one("c", links=says("disputes")))
    reasons = set(map(str, graph.objects(URIRef(f"{STUDIES.a}#standing"), EV.standingReason)))
    assert reasons == {"Disputed by: b, c."}


def test_groups_hold_what_is_compared_and_nothing_else() -> None:
    own = samples.study(
        "a",
        findings=[
            {"text": "one", "concepts": ["cortisol", "fatigue"], "direction": "decreased"},
            {"text": "goes with it", "concepts": ["fatigue", "cortisol"], "direction": "associated"},
            {"text": "too wide", "concepts": ["cytokines"], "direction": "increased"},
            {"text": "of nothing", "direction": "increased"},
            {"text": "no direction", "concepts": ["il-6"]},
        ],
    )
    other = one("b", "increased", on=("fatigue", "cortisol"))
    graph = study_graph(atlas_of(own, other), "a") + study_graph(atlas_of(own, other), "b")
    [group] = graph.subjects(RDF.type, EV.FindingGroup)
    assert group == DATA["findings-cortisol.fatigue"]
    members = {str(m).removeprefix(samples.BASE) for m in graph.objects(group, NS["prov"].hadMember)}
    assert members == {"studies/a#finding-1", "studies/b#finding-1"}
    subjects = {str(s).rpartition("/")[2] for s in graph.objects(group, NS["dcterms"].subject)}
    assert subjects == {"cortisol", "fatigue"}


def test_what_is_retracted_has_no_say_and_is_in_no_group() -> None:
    graph = told(own=one("a", "increased", notices=[{"kind": "retracted"}]))
    assert not list(graph.subjects(RDF.type, EV.FindingGroup))


def test_the_entry_says_nothing_of_it() -> None:
    """Its graph can be signed: it stays as it is, whatever becomes of others."""
    both, alone = (atlas_of(one("a", "increased"), *others) for others in ([one("b", "decreased")], []))
    said, derived = (
        [make(atlas) for atlas in (both, alone)]
        for make in (
            lambda atlas: study_named_graph(Context.of(atlas), atlas.studies["a"]),
            lambda atlas: standing_named_graph(Context.of(atlas), atlas, atlas.studies["a"]),
        )
    )
    assert said[0] == said[1]
    assert derived[0] != derived[1]
    assert derived[0].name == derived[1].name == f"<{STUDIES.a}#standing>"


def test_rdf_says_of_every_study_what_pages_say() -> None:
    atlas = samples.generated(120)
    graph = Graph(bind_namespaces="none").parse(data=b"".join(serialize_all(atlas, "ntriples")), format="nt")
    seen = set()
    for study_id in atlas.studies:
        expected = standing(atlas, study_id)
        assert set(graph.objects(STUDIES[study_id], EV.standing)) == {EV[expected.standing]}
        for reason in expected.reasons:
            if reason.words.startswith("found"):
                agrees = reason.words.startswith("found the same")
                assert found_by(graph, study_id, agrees) >= set(reason.studies)
        for finding in expected.findings:
            node = URIRef(f"{STUDIES[study_id]}#finding-{finding.number}")
            assert set(graph.objects(node, EV.standing)) == {EV[finding.standing]}
            assert len(set(graph.objects(node, EV.standingReason))) == len(finding.grounds)
        seen.add(expected.standing)
    assert {Standing.CONTESTED, Standing.PRELIMINARY} <= seen


def found_by(graph: Graph, study_id: str, agrees: bool) -> set[str]:
    """Whoever is in a group from which the standing was derived, and found the same, or something else, in it."""
    node, member = URIRef(f"{STUDIES[study_id]}#standing"), NS["prov"].hadMember
    said: set[str] = set()
    for group in graph.objects(node, FROM):
        found: dict[str, set[str]] = {}
        for finding in graph.objects(group, member):
            name = str(finding).removeprefix(str(STUDIES)).partition("#")[0]
            found.setdefault(name, set()).add(str(graph.value(finding, EV.direction)))
        own = verdict_of(found.get(study_id, set()))
        said |= {name for name, given in found.items() if name != study_id and (verdict_of(given) == own) == agrees}
    return said


def verdict_of(directions: set[str]) -> str:
    return directions.pop() if len(directions) == 1 else str(EV.mixed)


def test_tallies_count_what_each_study_found() -> None:
    atlas = samples.generated(150, seed=3)
    counted: dict[View, dict[str, int]] = {}
    for study in atlas.studies.values():
        by_subject: dict[frozenset[str], list[object]] = {}
        for finding in study.findings:
            by_subject.setdefault(frozenset(finding.concepts), []).append(finding.direction)
        for subject, directions in by_subject.items():
            if (found := verdict(directions)) in COMPARED:  # type: ignore[arg-type]
                tally = counted.setdefault(View(subject, None), {})
                tally[found] = tally.get(found, 0) + 1
    assert max(sum(tally.values()) for tally in counted.values()) > 3
    for view, tally in counted.items():
        assert agreed(atlas).tally(view) == tally
        said = list(agreed(atlas).saying(view))
        assert len(said) == sum(tally.values())


def test_standings_are_concepts_of_a_scheme() -> None:
    graph = Graph(bind_namespaces="none").parse(data=b"".join(serialize_all(samples.empty(), "ntriples")), format="nt")
    skos = NS["skos"]
    listed = set(graph.objects(EV.standings, skos.hasTopConcept))
    assert listed == {EV[name.value] for name in Standing}
    assert {str(graph.value(concept, skos.notation)) for concept in listed} == {name.value for name in Standing}
    concepts = len(set(graph.subjects(RDF.type, skos.Concept)))
    part = URIRef(f"{samples.BASE}dataset#class-concept")
    assert graph.value(part, NS["void"].entities) == Literal(concepts)


@pytest.mark.parametrize("fmt", [name for name, form in FORMATS.items() if not form.quads])
def test_each_syntax_carries_it(fmt: str) -> None:
    atlas = atlas_of(one("a", "increased"), one("b", "decreased"))
    data = b"".join(serialize_all(atlas, fmt))
    names = {"ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
    graph = Graph(bind_namespaces="none").parse(data=data, format=names.get(fmt, fmt))
    assert graph.value(STUDIES.a, EV.standing) == EV.contested


def test_a_question_about_who_disagrees(tmp_path: Path) -> None:
    atlas = atlas_of(one("a", "increased"), one("b", "decreased"), one("c", "decreased", on=("il-6",)))
    GraphStore.build(atlas, tmp_path / "g").close()
    found = query(
        tmp_path / "g",
        "SELECT ?other WHERE { ?said schema:about study:a ; prov:wasDerivedFrom/prov:hadMember ?finding ."
        " ?other ev:finding ?finding FILTER(?other != study:a) }",
    )
    assert [str(row[0]).strip("<>") for row in found.rows] == [str(STUDIES.b)]
