"""The networkx view: every edge knows its statement, and other programs can read it."""

import io
import json
import pickle
from xml.etree import ElementTree

import graph_samples as samples
import networkx as nx
import pytest

from entries.atlas import Atlas
from graph.errors import UnknownNode
from graph.network import Network, atlas_of, build_network
from graph.network_export import cytoscape, graphml
from graph.nodes import KINDS, finding_of, kind_of, resolve_entry
from graph.small_records import small
from graph.standing import standing
from graph.statements import direct_statements, study_statements, vocabulary_statements

SEE = "study:see-1996-alpha-interferon"
MAES = "study:maes-2007-not-mind"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return samples.small()


@pytest.fixture(scope="module")
def network(atlas: Atlas) -> Network:
    return build_network(atlas)


def test_nodes_are_typed(network: Network, atlas: Atlas) -> None:
    assert {data["kind"] for _, data in network.nodes(data=True)} == set(KINDS)
    assert all(kind_of(node) == data["kind"] and data["label"] for node, data in network.nodes(data=True))
    assert network.nodes[SEE] == {
        "kind": "study",
        "label": "See et al. (1996)",
        "title": "alpha-Interferon treatment",
        "year": 1996,
        "level": "E2",
        "pem": "pem-unclear",
        "design": "randomised-controlled-trial",
        "peer_review": "peer-reviewed",
        "review": "reviewed-by-expert",
        "standing": standing(atlas, SEE[6:]).standing,
    }
    assert network.nodes["concept:pain"]["scheme"] == "symptom"
    assert network.nodes["definition:fukuda-1994"]["label"] == "Fukuda (1994)"
    assert network.nodes["author:0000-0002-1825-0097"]["label"] == "See, D M"
    assert network.nodes["journal:immunological-investigations"]["label"] == "Immunological Investigations"


def test_every_edge_knows_its_statement(network: Network, atlas: Atlas) -> None:
    finding = f"finding:{SEE[6:]}/1"
    assert network.edges[finding, "concept:nk-cell-function", "about"] == {
        "relation": "about",
        "study": SEE[6:],
        "finding": 1,
        "direction": "increased",
        "standing": network.nodes[finding]["standing"],
    }
    assert network.edges[SEE, MAES, "disputes"] == {"relation": "disputes", "study": SEE[6:]}
    assert set(network[SEE][MAES]) == {"disputes", "cites"}, "two ties between the same two"
    for _, _, key, data in network.edges(keys=True, data=True):
        assert data["relation"] == key
        assert data.get("study", "") in atlas.studies or key == "broader"


def test_it_equals_what_networkx_itself_would_build() -> None:
    for atlas in (samples.small(), samples.generated(60)):
        network = build_network(atlas)
        plain: nx.MultiDiGraph = nx.MultiDiGraph(title=atlas.config.title)
        plain.add_nodes_from(network.nodes(data=True))
        for study in atlas.studies.values():
            judged = standing(atlas, study.id).findings
            for s in study_statements(atlas, study):
                facts = {k: v for k, v in s._asdict().items() if v is not None and k not in ("source", "target")}
                facts |= {"standing": judged[s.finding - 1].standing.value} if s.finding else {}
                plain.add_edge(s.source, s.target, s.relation, **facts)
        for s in vocabulary_statements(atlas):
            plain.add_edge(s.source, s.target, s.relation, relation=s.relation)
        assert nx.utils.graphs_equal(plain, nx.MultiDiGraph(network))
        assert network.number_of_edges() == plain.number_of_edges()
        assert {n: sorted(network.predecessors(n)) for n in network} == {
            n: sorted(plain.predecessors(n)) for n in plain
        }


def test_every_study_and_finding_says_how_it_stands_and_nothing_else_does() -> None:
    atlas = samples.generated(80)
    network, seen = build_network(atlas), set()
    for study in atlas.studies.values():
        judged = standing(atlas, study.id)
        assert network.nodes[f"study:{study.id}"]["standing"] == judged.standing
        for one in judged.findings:
            assert network.nodes[f"finding:{study.id}/{one.number}"]["standing"] == one.standing
            seen.add(one.standing.value)
    assert len(seen) > 2
    assert {f["kind"] for _, f in network.nodes(data=True) if "standing" in f} == {"study", "finding"}
    assert all(("standing" in facts) == ("finding" in facts) for *_, facts in network.edges(data=True))


def test_records_are_plain_dictionaries(network: Network) -> None:
    """Small ones: whoever copies, pickles or changes a copy sees no difference."""
    records = [facts for _, facts in network.nodes(data=True)] + [facts for *_, facts in network.edges(data=True)]
    assert {type(record) for record in records} == {dict}
    copied: nx.MultiDiGraph = nx.MultiDiGraph(network)
    copied.nodes[SEE]["colour"] = "red"
    assert "colour" not in network.nodes[SEE]
    assert nx.utils.graphs_equal(pickle.loads(pickle.dumps(copied)), copied)
    assert small("finding", {"finding": 2, "study": "a"}) == {"finding": 2, "study": "a"}
    assert list(small("finding", {"study": "a", "finding": 2})) == ["study", "finding"], "in the order given"


def test_it_is_frozen_and_copies_are_free(network: Network) -> None:
    with pytest.raises(nx.NetworkXError):
        network.add_node("x")
    copy = nx.MultiDiGraph(network)
    copy.remove_node(SEE)
    assert SEE in network
    assert network.subgraph([SEE, MAES]).number_of_edges() == 2
    assert nx.to_undirected(network).number_of_nodes() == network.number_of_nodes()


def test_direct_statements_fold_findings_in(atlas: Atlas) -> None:
    told = list(direct_statements(atlas, atlas.studies[SEE[6:]]))
    assert {s.relation for s in told if s.target == "concept:nk-cell-function"} == {"finding"}, "the tag says no more"
    assert {s.relation for s in told if s.target == "concept:headache"} == {"tagged"}
    assert not any(s.source.startswith("finding:") or s.target.startswith("finding:") for s in told)


def test_an_empty_atlas_has_its_vocabulary() -> None:
    network = build_network(samples.empty())
    assert {data["kind"] for _, data in network.nodes(data=True)} == {"concept", "definition"}
    assert network.has_edge("concept:headache", "concept:pain", "broader")


def test_the_atlas_behind_it(network: Network, atlas: Atlas) -> None:
    assert atlas_of(network) is atlas_of(atlas) is atlas
    with pytest.raises(TypeError, match="build_network"):
        atlas_of(nx.MultiDiGraph())


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("study:maes-2007-not-mind", MAES),
        ("maes-2007-not-mind", MAES),
        ("concept:pain", "concept:pain"),
        ("pain", "concept:pain"),
        ("NF kappa B", "concept:nf-kb"),
        ("concept:fukuda-1994", "definition:fukuda-1994"),
        ("Fukuda (1994)", "definition:fukuda-1994"),
        ("finding:maes-2007-not-mind/2", "finding:maes-2007-not-mind/2"),
        ("study:pain", None),
        ("concept:maes-2007-not-mind", None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_what_people_type(atlas: Atlas, typed: str, node: str | None) -> None:
    assert resolve_entry(atlas, typed) == node


@pytest.mark.parametrize(
    "node",
    [
        "finding:maes-2007-not-mind/3",
        "finding:maes-2007-not-mind/0",
        "finding:maes-2007-not-mind/²",
        "finding:x/1",
        "finding:",
        "finding:maes-2007-not-mind/99999999999999999999",
    ],
)
def test_findings_that_are_not_there(atlas: Atlas, node: str) -> None:
    with pytest.raises(UnknownNode):
        finding_of(atlas, node)


def test_graphml_reads_back(network: Network) -> None:
    data = graphml(network)
    back = nx.read_graphml(io.BytesIO(data), force_multigraph=True)
    assert set(back) == set(network)
    assert back.number_of_edges() == network.number_of_edges()
    assert back.nodes[SEE] == network.nodes[SEE]
    hostile = network.nodes["study:hostile-2020-script"]["title"]
    assert back.nodes["study:hostile-2020-script"]["title"] == hostile.replace("\r\n", "\n").replace("\r", "\n")
    ours = sorted(str((u, v, sorted(d.items()))) for u, v, d in network.edges(data=True))
    theirs = sorted(str((u, v, sorted((k, x) for k, x in d.items() if k != "id"))) for u, v, d in back.edges(data=True))
    assert ours == theirs


def test_cytoscape_reads_back(network: Network) -> None:
    data = json.loads(cytoscape(network))
    nodes, edges = data["elements"]["nodes"], data["elements"]["edges"]
    assert {n["data"]["id"] for n in nodes} == set(network)
    assert len(edges) == network.number_of_edges() == len({e["data"]["id"] for e in edges})
    back = nx.cytoscape_graph(
        {
            "data": [],
            "directed": True,
            "multigraph": True,
            "elements": {"nodes": [{"data": n["data"] | {"value": n["data"]["id"]}} for n in nodes], "edges": edges},
        }
    )
    assert back.number_of_edges() == network.number_of_edges()


def test_a_part_alone_and_nothing(network: Network) -> None:
    part = [SEE, MAES, "nobody"]
    assert len(json.loads(cytoscape(network, part))["elements"]["edges"]) == 2
    root = ElementTree.fromstring(graphml(network, part))
    names = [e.tag.rpartition("}")[2] for e in root.iter()]
    assert (names.count("node"), names.count("edge")) == (2, 2)
    assert json.loads(cytoscape(network, []))["elements"] == {"nodes": [], "edges": []}
    assert nx.read_graphml(io.BytesIO(graphml(network, []))).number_of_nodes() == 0


def test_control_characters_do_not_break_graphml() -> None:
    bad = samples.maes().model_copy(update={"title": samples.CONTROLS, "journal": samples.CONTROLS})
    network = build_network(Atlas.of(samples.config(), samples.vocabulary(), [bad]))
    back = nx.read_graphml(io.BytesIO(graphml(network)))
    assert back.nodes[MAES]["title"] == "a\ufffdb\ufffdc\ufffdd\x7fe\ufffdf"
    assert json.loads(cytoscape(network))
