"""The model: what the RDF says of a study, a concept and the dataset."""

import re
from datetime import date

import graph_samples as samples
import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from entries.atlas import Atlas
from entries.study import NoticeKind, Relation
from graph.errors import UnknownNode
from graph.namespaces import VOCABULARIES, Names
from graph.ontology import NAMES, Ontology
from graph.rdf import GRAPHS, dataset_triples, quads, study_graph, study_triples
from graph.rdf_context import Context
from graph.rdf_provenance import agent_type
from graph.rdf_study import CITO
from graph.rdf_vocabulary import scheme_triples
from graph.terms import n_quads, n_triples, to_rdflib

EV = Namespace(samples.BASE + "ns#")
STUDIES, CONCEPTS = Namespace(samples.BASE + "studies/"), Namespace(samples.BASE + "concepts/")
NS = {prefix: Namespace(iri) for prefix, iri in VOCABULARIES.items()}
SEE = STUDIES["see-1996-alpha-interferon"]


def part(name: str) -> URIRef:
    return URIRef(f"{SEE}#{name}")


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return samples.small()


@pytest.fixture(scope="module")
def see(atlas: Atlas) -> Graph:
    return study_graph(atlas, "see-1996-alpha-interferon")


def test_study_and_paper_are_two_things(see: Graph) -> None:
    assert set(see.objects(SEE, RDF.type)) == {NS["schema"].MedicalTrial, NS["schema"].MedicalStudy}
    paper = see.value(SEE, NS["schema"].subjectOf)
    assert paper == part("paper")
    assert set(see.objects(paper, RDF.type)) == {NS["schema"].MedicalScholarlyArticle, NS["fabio"].JournalArticle}
    assert see.value(paper, NS["bibo"].doi) == Literal("10.1002/(SICI)1097<153::AID-1>3.0.CO;2-#?%")
    assert URIRef("https://doi.org/10.1002/(SICI)1097%3C153::AID-1%3E3.0.CO;2-%23%3F%25") in set(
        see.objects(paper, NS["schema"].sameAs)
    )
    assert see.value(paper, NS["schema"].about) == SEE


def test_study_class_follows_the_design(atlas: Atlas) -> None:
    observational = study_graph(atlas, "maes-2007-not-mind")
    assert (None, RDF.type, NS["schema"].MedicalObservationalStudy) in observational
    other = Atlas.of(samples.config(), samples.vocabulary(), [samples.study("a", design="review-article")])
    assert set(study_graph(other, "a").objects(STUDIES["a"], RDF.type)) == {NS["schema"].MedicalStudy}


def test_authors_in_order_with_orcid(see: Graph) -> None:
    sequence = see.value(part("paper"), NS["bibo"].authorList)
    names = [see.value(see.value(sequence, RDF[f"_{i}"]), NS["foaf"].name) for i in (1, 2, 3)]
    assert names == [Literal("See, D M"), Literal("Tilles, J G"), Literal("The Trial Group")]
    assert see.value(sequence, RDF["_1"]) == URIRef("https://orcid.org/0000-0002-1825-0097")
    assert see.value(part("author-3"), RDF.type) == NS["foaf"].Group
    assert len(list(see.objects(part("paper"), NS["dcterms"].creator))) == 3


def test_finding_with_quote(see: Graph) -> None:
    finding = part("finding-1")
    assert see.value(finding, EV.direction) == EV.increased
    assert see.value(finding, EV.statistic) == Literal("p=0.02")
    assert see.value(finding, EV.comparison) == Literal("placebo", lang="en")
    assert see.value(finding, EV.basis) == EV.quoted
    assert set(see.objects(finding, NS["dcterms"].subject)) == {CONCEPTS["nk-cell-function"], CONCEPTS["il-6"]}
    source = see.value(finding, EV.source)
    assert see.value(source, NS["oa"].hasSource) == part("paper")
    assert see.value(source, EV.location) == Literal("Results")
    selector = see.value(source, NS["oa"].hasSelector)
    assert see.value(selector, RDF.type) == NS["oa"].TextQuoteSelector
    assert see.value(selector, NS["oa"].exact) == Literal("increased in the treated group")
    assert see.value(part("finding-3"), EV.direction) is None


def test_pem_badge_with_reason_and_conflict(see: Graph, atlas: Atlas) -> None:
    badge = atlas.pem("see-1996-alpha-interferon")
    assert see.value(SEE, EV.pemStatus) == CONCEPTS["pem-unclear"]
    assert str(see.value(SEE, EV.pemReason)) == badge.reason
    assert str(see.value(SEE, EV.pemConflict)) == badge.conflict
    assert see.value(SEE, EV.pemStated) == Literal("absent")
    maes = study_graph(atlas, "maes-2007-not-mind")
    assert maes.value(STUDIES["maes-2007-not-mind"], EV.pemConflict) is None


def test_case_definitions_any_and_all(see: Graph, atlas: Atlas) -> None:
    both = {CONCEPTS["fukuda-1994"], CONCEPTS["ccc-2003"]}
    assert set(see.objects(SEE, EV.caseDefinition)) == both
    assert set(see.objects(SEE, EV.metAllOf)) == both
    assert not list(see.objects(SEE, EV.metAnyOf))
    hostile = study_graph(atlas, "hostile-2020-script")
    assert list(hostile.objects(STUDIES["hostile-2020-script"], EV.metAnyOf)) == [CONCEPTS["fukuda-1994"]]


@pytest.mark.parametrize("relation", Relation)
def test_links_are_cito(relation: Relation) -> None:
    linking = samples.study("b", links=[{"relation": relation, "study": "a"}])
    other = Atlas.of(samples.config(), samples.vocabulary(), [samples.study("a"), linking])
    words = {"replicates": "confirms"}.get(relation, relation)
    assert CITO[relation] == f"<http://purl.org/spar/cito/{words}>"
    assert (STUDIES["b"], NS["cito"][words], STUDIES["a"]) in study_graph(other, "b")


def test_notices_are_nodes_and_cito_where_they_can_be_looked_up() -> None:
    graph = study_graph(samples.noticed(), "noticed")
    paper = URIRef(samples.BASE + "studies/noticed#paper")
    nodes = list(graph.objects(paper, EV.notice))
    assert len(nodes) == len(NoticeKind) + 1
    assert {str(graph.value(node, EV.noticeKind)) for node in nodes} == {kind.value for kind in NoticeKind}
    number = {kind: n for n, kind in enumerate(NoticeKind)}
    for predicate, kinds in (
        (NS["cito"].isRetractedBy, (NoticeKind.RETRACTED, NoticeKind.PARTLY_RETRACTED)),
        (NS["cito"].isCorrectedBy, (NoticeKind.CORRECTED,)),
    ):
        addresses = {f"https://doi.org/10.1234/{number[kind]}" for kind in kinds}
        addresses |= {f"https://pubmed.ncbi.nlm.nih.gov/10{number[kind]}/" for kind in kinds}
        assert set(map(str, graph.objects(paper, predicate))) == addresses


def test_a_note_on_a_link_is_kept(see: Graph) -> None:
    assert see.value(part("link-1"), NS["rdfs"].comment) == Literal("on the mechanism", lang="en")
    assert see.value(part("link-1"), NS["cito"].hasCitationCharacterization) == NS["cito"].disputes


def test_provenance_says_what_drafted_and_who_reviewed(see: Graph) -> None:
    graph = part("graph")
    draft = see.value(graph, NS["prov"].wasGeneratedBy)
    assert see.value(draft, NS["dcterms"].date) == Literal(date(2026, 4, 8))
    agents = set(see.objects(draft, NS["prov"].wasAssociatedWith))
    versions = {str(see.value(a, NS["schema"].softwareVersion)) for a in agents}
    assert versions == {"v1", "v1.4"}
    assert all(see.value(a, RDF.type) == NS["prov"].SoftwareAgent for a in agents)
    review = part("review-1")
    assert (graph, NS["prov"].wasInfluencedBy, review) in see
    person = see.value(review, NS["prov"].wasAssociatedWith)
    assert (person, RDF.type, NS["prov"].Person) in see
    assert see.value(graph, EV.reviewStatus) == CONCEPTS["reviewed-by-expert"]
    assert see.value(graph, NS["dcterms"].license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert see.value(graph, NS["dcterms"].modified) == Literal(date(2026, 4, 8))
    field = see.value(graph, EV.fieldReview)
    assert see.value(field, EV.field) == Literal("summary")


@pytest.mark.parametrize(
    ("generator", "reviewed", "word"),
    [
        ("v1", False, "automated_agent"),
        ("v1", True, "manual_validation_of_automated_agent"),
        (None, True, "manual_agent"),
        (None, False, "not_provided"),
    ],
)
def test_agent_type_never_claims_a_person_who_was_not_there(generator: str | None, reviewed: bool, word: str) -> None:
    history = [{"on": date(2026, 1, 1), "by": "A Person"}] if reviewed else []
    made = samples.study("a", provenance={"source": "x", "generator": generator}, review={"history": history})
    assert agent_type(made) == word


def test_concepts_are_skos(atlas: Atlas) -> None:
    graph = Graph()
    for scheme in atlas.vocabulary.schemes.values():
        for s, p, o in scheme_triples(Context.of(atlas), scheme):
            graph.add((to_rdflib(s), to_rdflib(p), to_rdflib(o)))
    skos, headache, pain = NS["skos"], CONCEPTS["headache"], CONCEPTS["pain"]
    assert graph.value(headache, skos.prefLabel) == Literal("Headache", lang="en")
    assert {str(o) for o in graph.objects(headache, skos.altLabel)} == {
        "Headache in plain words",
        "Cephalalgia",
        "head ache",
    }
    assert graph.value(headache, skos.broader) == pain
    assert (URIRef(samples.BASE + "schemes/symptom"), skos.hasTopConcept, pain) in graph
    assert graph.value(headache, skos.topConceptOf) is None
    assert set(graph.objects(pain, skos.exactMatch)) == {
        URIRef("http://purl.obolibrary.org/obo/HP_0012531"),
        URIRef("http://id.nlm.nih.gov/mesh/D010146"),
    }
    assert graph.value(CONCEPTS["fatigue"], NS["schema"].identifier) == Literal("UNKNOWN:123"), "kept, as text"
    assert graph.value(CONCEPTS["fukuda-1994"], EV.pemRule) == Literal("optional")
    assert str(graph.value(CONCEPTS["fukuda-1994"], NS["dcterms"].issued)) == "1994"


def test_each_study_has_its_own_graph_and_counts_are_true(atlas: Atlas) -> None:
    everything = list(quads(atlas))
    assert len(everything) == len(set(everything)), "each quad once"
    graphs = {q[3] for q in everything}
    assert f"<{SEE}#graph>" in graphs
    assert f"<{samples.BASE}schemes/symptom#graph>" in graphs
    assert f"<{SEE}#standing>" in graphs
    assert len(graphs) == GRAPHS * len(atlas.studies) + len(atlas.vocabulary.schemes) + 2
    [said] = [o for s, p, o, _ in everything if p == "<http://rdfs.org/ns/void#triples>"]
    assert said == f'"{len(everything)}"^^<http://www.w3.org/2001/XMLSchema#integer>'


def test_triples_of_one_study_are_those_in_its_graphs(atlas: Atlas) -> None:
    one = set(study_triples(atlas, atlas.studies["maes-2007-not-mind"]))
    named = {Names(samples.BASE).graph("maes-2007-not-mind"), Names(samples.BASE).standing("maes-2007-not-mind")}
    assert one == {(s, p, o) for s, p, o, g in quads(atlas) if g in named}
    assert n_triples([("<a>", "<b>", "<c>")]) == "<a> <b> <c> .\n"
    assert n_quads([("<a>", "<b>", "<c>")], "<d>") == "<a> <b> <c> <d> .\n"


def test_dataset_names_its_downloads_and_counts(atlas: Atlas) -> None:
    rows = set(dataset_triples(atlas))
    dumps = {o for _, p, o in rows if p == "<http://rdfs.org/ns/void#dataDump>"}
    assert dumps == {f"<{samples.BASE}dataset.{s}>" for s in ("ttl", "trig", "nt", "nq", "rdf", "jsonld")}
    assert not any("void#triples" in p for _, p, _ in rows), "not counted, so not said"


def test_only_declared_terms_of_ours_are_used_and_all_of_them_are_described(atlas: Atlas) -> None:
    ours = re.compile(re.escape(f"<{samples.BASE}ns#") + r"([\w-]+)>")
    everything = list(quads(atlas))
    used = {m.group(1) for q in everything for t in q[:3] if (m := ours.match(t))}
    assert used <= set(NAMES)
    described = {ours.match(s).group(1) for s, p, *_ in everything if p.endswith("#comment>") and ours.match(s)}  # type: ignore[union-attr]
    assert described == set(NAMES)
    with pytest.raises(KeyError):
        Ontology.of(Names(samples.BASE))["nothing"]


def test_unknown_study(atlas: Atlas) -> None:
    with pytest.raises(UnknownNode, match="did you mean maes-2007-not-mind"):
        study_graph(atlas, "maes-2007-not-mine")
