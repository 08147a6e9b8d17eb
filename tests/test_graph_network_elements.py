"""The network written down study by study is the one that networkx holds, and it never holds more than one study."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import graph_samples as samples
import networkx as nx
import pytest

from entries.atlas import Atlas
from entries.shelf import Shelf
from entries.study import Study
from graph.agreement import agreed
from graph.errors import GraphError, UnknownNode
from graph.network import build_network
from graph.network_elements import AtlasElements, NetworkElements
from graph.network_export import NETWORK_FORMATS, write_network
from graph.standing import standing

SEE, MAES = "see-1996-alpha-interferon", "maes-2007-not-mind"


def edges(elements: AtlasElements | NetworkElements) -> list[str]:
    return sorted(f"{e.source} {e.target} {e.relation} {sorted(e.facts.items())}" for e in elements.edges())


@pytest.mark.parametrize("atlas", [samples.small(), samples.generated(60), samples.empty()], ids=repr)
def test_it_is_the_network_of_networkx(atlas: Atlas) -> None:
    streamed, held = AtlasElements(atlas), NetworkElements(build_network(atlas))
    assert list(streamed.nodes()) == list(held.nodes())
    assert edges(streamed) == edges(held)
    assert streamed.title == held.title == atlas.config.title


@pytest.mark.parametrize("fmt", NETWORK_FORMATS)
def test_it_reads_back(fmt: str) -> None:
    atlas = samples.generated(40)
    text = b"".join(write_network(AtlasElements(atlas), fmt)).decode()
    network = build_network(atlas)
    if fmt == "graphml":
        back = nx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)
        found, ties = set(back), back.number_of_edges()
    else:
        elements = json.loads(text)["elements"]
        found, ties = {n["data"]["id"] for n in elements["nodes"]}, len(elements["edges"])
    assert found == set(network)
    assert ties == network.number_of_edges()


@pytest.mark.parametrize("fmt", NETWORK_FORMATS)
def test_it_says_how_studies_and_findings_stand(fmt: str) -> None:
    atlas = samples.generated(40)
    told = dict(nodes_in(b"".join(write_network(AtlasElements(atlas), fmt)), fmt))
    few = list(atlas.studies)[:9]
    part = dict(nodes_in(b"".join(write_network(AtlasElements(atlas, few), fmt)), fmt))
    for study_id in atlas.studies:
        judged = standing(atlas, study_id)
        expected = {f"study:{study_id}": judged.standing.value}
        expected |= {f"finding:{study_id}/{one.number}": one.standing.value for one in judged.findings}
        assert {node: told[node] for node in expected} == expected
        if study_id in few:
            assert {node: part[node] for node in expected} == expected, "judged among all, not among those chosen"
    assert {told[node] for node in told if node.startswith(("concept:", "author:", "journal:"))} == {None}


def nodes_in(data: bytes, fmt: str) -> Iterator[tuple[str, str | None]]:
    """Each node of a file with its standing."""
    if fmt == "graphml":
        network = nx.read_graphml(io.BytesIO(data), force_multigraph=True)
        yield from ((node, facts.get("standing")) for node, facts in network.nodes(data=True))
        return
    for node in json.loads(data)["elements"]["nodes"]:
        yield node["data"]["id"], node["data"].get("standing")


def test_some_studies_are_the_part_of_the_whole_that_they_name() -> None:
    atlas = samples.small()
    whole = build_network(atlas)
    part = AtlasElements(atlas, [MAES, SEE, MAES])
    nodes = dict(part.nodes())
    assert len(nodes) == len(list(part.nodes())), "each once"
    assert [n for n in nodes if n.startswith("study:")] == [f"study:{MAES}", f"study:{SEE}"]
    own = {f"study:{MAES}", f"study:{SEE}", *(n for n in whole if whole.nodes[n].get("study") in (MAES, SEE))}
    named = {target for node in own for target in whole.successors(node) if not target.startswith("study:")}
    assert set(nodes) == own | named
    inside = NetworkElements(whole, nodes)
    assert edges(part) == edges(inside)
    assert any(e.relation not in ("tagged", "about") and e.target.startswith("study:") for e in inside.edges())


def test_nobody_and_somebody_unknown() -> None:
    nothing = AtlasElements(samples.small(), [])
    assert (list(nothing.nodes()), list(nothing.edges())) == ([], [])
    with pytest.raises(UnknownNode, match=f"did you mean {MAES}"):
        AtlasElements(samples.small(), ["maes-2007-not-mine"])
    with pytest.raises(GraphError, match="graphml, cytoscape"):
        write_network(nothing, "gexf")


def test_studies_are_read_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = samples.generated(300)
    held.shelve(tmp_path)
    atlas = Atlas.of(held.config, held.vocabulary, Shelf.open(tmp_path))
    agreed(atlas)  # from the lists, which an instance has at hand; made here, they read every study first
    read: list[str] = []
    original = Shelf.passing

    def noted(self: Shelf, ids: list[str]) -> Iterator[Study]:
        for study in original(self, ids):
            read.append(study.id)
            yield study

    monkeypatch.setattr(Shelf, "passing", noted)
    pieces = write_network(AtlasElements(atlas), "graphml")
    assert not read
    next(pieces)
    assert 0 < len(read) < 300, "the first piece is out before the rest is read"
    assert len(b"".join(pieces)) > 100_000
    assert len(read) == 2 * 300, "once for the nodes, once for the edges"
