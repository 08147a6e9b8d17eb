"""The network as it grows: counts before expanding, filters, steps, bridges, ties, and that very part to take away."""

import io
import json
from itertools import combinations

import graph_samples as samples
import networkx as nx
import pytest
from rdflib import Graph, URIRef

from entries.atlas import Atlas
from graph.balance import balance
from graph.directions import VERDICTS
from graph.errors import GraphError
from graph.evidence import Evidence
from graph.excerpt import excerpt_network, write_excerpt
from graph.expand import FilteredNetwork, ascending, group_of, groups
from graph.export import serialize_all
from graph.filters import Filters, published
from graph.network import build_network
from graph.network_export import graphml
from graph.nodes import kind_of, name_of, study_node
from graph.postings import members, postings
from graph.statements import direct_statements, study_statements

SEE, MAES, HOSTILE = "study:see-1996-alpha-interferon", "study:maes-2007-not-mind", "study:hostile-2020-script"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return samples.small()


@pytest.fixture(scope="module")
def large() -> Atlas:
    return samples.generated(400)


def passing(atlas: Atlas, filters: Filters) -> set[str]:
    bits = filters.bits(postings(atlas))
    assert bits is not None
    return set(postings(atlas).ids(members(bits)))


# Filters


@pytest.mark.parametrize(("first", "last"), [(2000, 2010), (None, 1999), (2020, None), (2005, 2005), (2030, 1990)])
def test_years_are_those_of_the_studies(large: Atlas, first: int | None, last: int | None) -> None:
    wanted = {s.id for s in large.studies.values() if (first or 0) <= s.year <= (last or 9999)}
    assert set(postings(large).ids(members(published(postings(large), first, last)))) == wanted


def test_filters_narrow_each_other(large: Atlas) -> None:
    found = passing(large, Filters(Evidence(level="E1", pem="pem-required"), first=2000))
    wanted = {
        s.id
        for s in large.studies.values()
        if s.evidence_level in ("E0", "E1") and large.pem(s.id).status == "pem-required" and s.year >= 2000
    }
    assert found == wanted
    assert found
    assert Filters().bits(postings(large)) is None


def test_unknown_filters_are_told(atlas: Atlas) -> None:
    with pytest.raises(GraphError, match="no direction 'up'; there is increased"):
        FilteredNetwork(atlas, Filters(directions=frozenset({"up"})))
    with pytest.raises(GraphError, match="no evidence level 'E9'"):
        FilteredNetwork(atlas, Filters(Evidence(level="E9")))


def test_a_direction_keeps_the_studies_of_that_verdict(large: Atlas) -> None:
    lists = postings(large)
    for concept in ("marker-0", "symptom-1"):
        node = f"concept:{concept}"
        tagged = set(lists.ids(lists.of(node)))
        told = {s.study: s.verdict for s in balance(large, concept).studies if not s.retracted}
        for direction in VERDICTS:
            near = FilteredNetwork(large, Filters(directions=frozenset({direction})))
            wanted = {study_node(i) for i, verdict in told.items() if verdict == direction and i in tagged}
            assert set(near.neighbours(node, "study", most=10_000)) == wanted
            assert near.counts(node).get("study", 0) == len(wanted)
            back = {
                n
                for n in map(study_node, list(large.studies)[:100])
                if node in near.neighbours(n, group_of(large.vocabulary, node))
            }
            assert back == {n for n in wanted if name_of(n) in list(large.studies)[:100]}, "from either end"


# Counts and steps


def test_counts_are_told_by_group_and_agree_with_what_is_listed(atlas: Atlas, large: Atlas) -> None:
    assert dict(FilteredNetwork(atlas).counts(SEE)) == {
        "symptom": 2, "biomarker": 2, "method-flag": 1, "definition": 2, "author": 3, "journal": 1, "finding": 3,
        "study": 1,
    }  # fmt: skip
    for filters in (Filters(), Filters(Evidence("E1"), frozenset({"increased", "mixed"}), 1995, 2020)):
        near = FilteredNetwork(large, filters)
        for node in (study_node("author7-study"), "concept:symptom-0", "definition:fukuda-1994", "journal:journal-0"):
            for group, count in near.counts(node).items():
                assert len(set(near.neighbours(node, group, most=10_000))) == count, (node, group)


def test_neighbours_are_those_of_the_whole_network(large: Atlas) -> None:
    """Checked against networkx: every study that an edge of the network joins, findings folded in."""
    network, near = build_network(large), FilteredNetwork(large)
    for node in ("concept:marker-3", "author:family3-a-b", "journal:journal-2"):
        joined = {other for other in nx.all_neighbors(network, node) if kind_of(other) in ("study", "finding")}
        wanted = {study_node(name_of(other).partition("/")[0]) for other in joined}
        assert set(near.neighbours(node, "study", most=10_000)) == wanted
        assert wanted


def test_strongest_evidence_comes_first_and_findings_before_tags(large: Atlas, atlas: Atlas) -> None:
    studies = [large.studies[name_of(n)] for n in FilteredNetwork(large).neighbours("concept:symptom-0", "study")]
    ranked = [(s.evidence_level, -s.year) for s in studies]
    assert ranked == sorted(ranked)
    assert FilteredNetwork(atlas).neighbours(MAES, "symptom") == ("concept:fatigue", "concept:pain")


def test_a_step_is_bounded_new_and_fair_to_every_group(large: Atlas) -> None:
    near, node = FilteredNetwork(large), study_node("author7-study")
    first = near.expand(node, {node}, ("symptom", "biomarker", "author"), 3)
    assert [group_of(large.vocabulary, n) for n in first] == ["symptom", "biomarker", "author"]
    drawn = {node, *first}
    while new := near.expand(node, drawn, most=5):
        assert len(new) <= 5
        assert drawn.isdisjoint(new)
        drawn |= set(new)
    everything = {n for group in groups(large) for n in near.neighbours(node, group, most=10_000)}
    assert drawn == {node} | everything
    assert near.expand("concept:symptom-0", (), ("study",), 0) == ()


def test_filters_hold_for_studies_next_to_studies_and_for_studies_themselves(atlas: Atlas) -> None:
    old = FilteredNetwork(atlas, Filters(last=2000))
    assert old.passes(SEE)
    assert not old.passes(MAES)
    assert not old.passes(f"finding:{MAES[6:]}/1")
    assert "study" not in old.counts(SEE)
    assert old.counts(MAES) == {}
    assert old.neighbours("concept:fatigue", "study") == (SEE,)


# What most have in common


def test_shared_finds_what_is_tied_to_most_and_the_rare_before_the_common(large: Atlas) -> None:
    near = FilteredNetwork(large)
    drawn = ("concept:symptom-0", "concept:marker-0", "concept:marker-1")
    lists = postings(large)
    has = {n: set(lists.of(n)) for n in drawn}
    found = near.shared(drawn, ("study",), 12)
    assert len(found) == 12
    ranks = [sum(lists.number[name_of(n)] in has[d] for d in drawn) for n in found]
    assert ranks == sorted(ranks, reverse=True)
    assert ranks[0] == max(sum(number in has[d] for d in drawn) for number in range(len(lists.studies)))
    assert min(ranks) >= 2
    between = near.shared(found, ("symptom", "biomarker"), 5)
    counted = [
        sum(c in {s.target for s in study_statements(large, large.studies[name_of(n)])} for n in found) for c in between
    ]
    assert counted == sorted(counted, reverse=True)
    assert near.shared(drawn[:1], groups(large)) == ()


# Ties


def test_ties_are_every_statement_between_what_is_drawn(large: Atlas) -> None:
    near = FilteredNetwork(large)
    studies = near.neighbours("concept:marker-0", "study")[:6]
    drawn = {"concept:marker-0", "concept:symptom-0", "concept:symptom-1", *studies}
    wanted = {
        s
        for n in studies
        for s in direct_statements(large, large.studies[name_of(n)])
        if s.target in drawn and s.target != n
    }
    assert set(near.ties(drawn)) == wanted
    assert wanted


def test_a_drawn_finding_stands_between_its_study_and_its_concepts(atlas: Atlas) -> None:
    finding = f"finding:{SEE[6:]}/1"
    folded = FilteredNetwork(atlas).ties((SEE, "concept:nk-cell-function"))
    assert [(t.source, t.relation, t.target) for t in folded] == [(SEE, "finding", "concept:nk-cell-function")]
    open_ = FilteredNetwork(atlas).ties((SEE, finding, "concept:nk-cell-function"))
    assert {(t.source, t.relation, t.target) for t in open_} == {
        (SEE, "reports", finding),
        (finding, "about", "concept:nk-cell-function"),
    }
    alone = FilteredNetwork(atlas).ties((finding, "concept:nk-cell-function"))
    assert [(t.source, t.target) for t in alone] == [(finding, "concept:nk-cell-function")]


def test_a_direction_cuts_ties_and_nothing_else(atlas: Atlas) -> None:
    drawn = (SEE, MAES, "concept:nk-cell-function", "concept:fatigue", "definition:fukuda-1994")
    ties = FilteredNetwork(atlas, Filters(directions=frozenset({"increased"}))).ties(drawn)
    about = {(t.source, t.target) for t in ties if kind_of(t.target) == "concept"}
    assert about == {(SEE, "concept:nk-cell-function")}
    assert {t.relation for t in ties} >= {"case-definition", "cites"}


def test_ascending_gives_the_bits_that_are_set() -> None:
    assert list(ascending(0b1011 | 1 << 70_000)) == [0, 1, 3, 70_000]


# To take away


def picture(atlas: Atlas) -> tuple[str, ...]:
    author = next(n for n in FilteredNetwork(atlas).neighbours(SEE, "author"))
    return (SEE, MAES, "concept:nk-cell-function", "concept:fatigue", "concept:pain", "concept:headache", author)


@pytest.mark.parametrize(("fmt", "parser"), [("turtle", "turtle"), ("nquads", "nquads"), ("jsonld", "json-ld")])
def test_rdf_of_a_picture_is_part_of_the_whole_and_no_more_than_is_drawn(atlas: Atlas, fmt: str, parser: str) -> None:
    from rdflib import Dataset

    drawn = picture(atlas)
    ties = FilteredNetwork(atlas).ties(drawn)
    data = b"".join(write_excerpt(atlas, drawn, ties, fmt))
    found = Dataset(default_union=True).parse(data=data, format=parser)
    triples = {(s, p, o) for s, p, o in found.triples((None, None, None))}
    whole = set(Graph().parse(data=b"".join(serialize_all(atlas, "ntriples")), format="nt"))
    assert triples <= whole
    base = atlas.config.base_iri
    studies = {o for s, p, o in triples if str(p).startswith("http://purl.org/spar/cito/")}
    assert studies == {URIRef(f"{base}studies/{MAES[6:]}")}
    subjects = {
        str(o).removeprefix(f"{base}concepts/")
        for s, p, o in triples
        if str(p).endswith("dcterms:subject") or str(p) == "http://purl.org/dc/terms/subject"
    }
    assert subjects == {"nk-cell-function", "fatigue", "headache", "pain"}, "il-6 and NF-kB are not drawn"
    names = {str(o) for s, p, o in triples if str(p) == "http://xmlns.com/foaf/0.1/name"}
    assert len(names) == 1, "one author is drawn"
    texts = {str(o) for s, p, o in triples if str(p) == "https://schema.org/text"}
    assert texts == {"NK cell function rose.", "It goes with fatigue."}, "only findings that tie what is drawn"
    assert any(str(p) == "http://www.w3.org/ns/oa#exact" for _, p, _ in triples), "with its quote"


def test_the_network_of_a_picture_has_its_facts_and_places(atlas: Atlas) -> None:
    drawn = picture(atlas)
    ties = FilteredNetwork(atlas).ties(drawn)
    places = {node: (n * 10, -n) for n, node in enumerate(drawn)}
    part, whole = excerpt_network(atlas, drawn, ties, places), build_network(atlas)
    assert list(part) == list(drawn)
    for node in drawn:
        facts = {k: v for k, v in part.nodes[node].items() if k not in ("x", "y")}
        assert facts == whole.nodes[node]
        assert ("standing" in part.nodes[node]) is (kind_of(node) in ("study", "finding"))
    assert part.number_of_edges() == len(ties)
    back = nx.read_graphml(io.BytesIO(graphml(part)), force_multigraph=True)
    assert back.number_of_edges() == len(ties)
    assert back.nodes[SEE]["label"] == "See et al. (1996)"


def test_hostile_labels_survive_every_form(atlas: Atlas) -> None:
    drawn = (HOSTILE, MAES, "concept:nf-kb", *FilteredNetwork(atlas).neighbours(HOSTILE, "author"))
    ties = FilteredNetwork(atlas).ties(drawn)
    for fmt in ("turtle", "rdfxml", "ntriples"):
        data = b"".join(write_excerpt(atlas, drawn, ties, fmt))
        assert Graph().parse(data=data, format={"rdfxml": "xml", "ntriples": "nt"}.get(fmt, fmt))
    part = excerpt_network(atlas, drawn, ties)
    assert nx.read_graphml(io.BytesIO(graphml(part)), force_multigraph=True).number_of_nodes() == len(drawn)
    assert json.dumps(nx.cytoscape_data(part))


def test_the_same_atlas_always_grows_the_same_way() -> None:
    grown = []
    for _ in range(2):
        near = FilteredNetwork(samples.generated(120))
        drawn: tuple[str, ...] = ("concept:symptom-0",)
        drawn += near.expand(drawn[0], drawn, ("study",), 12)
        grown.append(drawn + near.shared(drawn, ("symptom", "biomarker"), 12))
    assert grown[0] == grown[1]
    assert all(a != b for a, b in combinations(grown[0], 2))
