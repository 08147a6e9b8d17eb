"""Pictures that are bounded and stay put, and paths with their evidence."""

import time

import graph_samples as samples
import pytest

from entries.atlas import Atlas
from graph.errors import GraphError, NoPath, UnknownNode
from graph.neighbourhood import MOST, Neighbourhood, find_node, neighbourhood
from graph.network import build_network
from graph.paths import paths

SEE, MAES = "study:see-1996-alpha-interferon", "study:maes-2007-not-mind"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return samples.small()


def ids(near: Neighbourhood) -> set[str]:
    return {node.id for node in near.nodes}


def test_around_a_study(atlas: Atlas) -> None:
    near = neighbourhood(atlas, SEE)
    assert near.centre.id == SEE
    assert (near.centre.x, near.centre.y) == (0.5, 0.5)
    assert near.centre.label == "See et al. (1996)"
    assert {"concept:nk-cell-function", "concept:il-6", "concept:fatigue", "definition:fukuda-1994", MAES} <= ids(near)
    assert "author:tilles-j-g" in ids(near)
    assert near.left_out == {"finding": 3, "journal": 1}, "kinds that are not drawn are counted"
    assert not {n.kind for n in near.nodes} & {"finding", "journal"}
    edge = next(e for e in near.edges if e.target == "concept:nk-cell-function")
    assert (edge.source, edge.relation, edge.direction, edge.study, edge.finding) == (
        SEE,
        "finding",
        "increased",
        SEE[6:],
        1,
    )
    assert {e.relation for e in near.edges if e.target == MAES} == {"disputes", "cites"}


def test_edges_are_only_among_what_is_drawn_and_link_the_others_too(atlas: Atlas) -> None:
    near = neighbourhood(atlas, SEE)
    drawn = ids(near) | {SEE}
    assert all({e.source, e.target} <= drawn for e in near.edges)
    assert any((e.source, e.target) == (MAES, "concept:fatigue") for e in near.edges), "among neighbours as well"


def test_who_links_here_is_a_neighbour_too(atlas: Atlas) -> None:
    assert {SEE, "study:hostile-2020-script"} <= ids(neighbourhood(atlas, MAES))


def test_around_concepts_definitions_authors_journals_findings(atlas: Atlas) -> None:
    assert ids(neighbourhood(atlas, "concept:pain")) == {"concept:headache", MAES, "study:hostile-2020-script"}
    assert ids(neighbourhood(atlas, "fukuda-1994")) == {SEE, "study:hostile-2020-script"}
    assert ids(neighbourhood(atlas, "author:tilles-j-g")) == {SEE}
    assert ids(neighbourhood(atlas, "journal:immunological-investigations")) == {SEE}
    assert ids(neighbourhood(atlas, f"finding:{SEE[6:]}/1")) == {SEE, "concept:nk-cell-function", "concept:il-6"}
    assert MAES in ids(neighbourhood(atlas, "concept:E2")), "what sorts studies has them around it"


def test_kinds_choose_what_is_drawn(atlas: Atlas) -> None:
    near = neighbourhood(atlas, SEE, kinds=["finding", "concept"])
    assert {n.kind for n in near.nodes} == {"finding", "concept"}
    assert any(e.source == f"finding:{SEE[6:]}/1" and e.relation == "about" for e in near.edges)
    assert near.left_out["author"] == 3
    assert neighbourhood(atlas, SEE, kinds=[]).nodes == ()
    with pytest.raises(GraphError, match="no kind of node 'person'; the kinds are study"):
        neighbourhood(atlas, SEE, kinds=["person"])


def test_bounded_with_the_rest_counted() -> None:
    atlas = samples.generated(400)
    for limit in (0, 1, 5, 24):
        near = neighbourhood(atlas, "concept:symptom-0", limit=limit)
        assert len(near.nodes) == limit
        assert len(near.nodes) + sum(near.left_out.values()) == near.centre.count
    assert len(neighbourhood(atlas, "concept:symptom-0", limit=10**9).nodes) <= MOST
    assert neighbourhood(atlas, "concept:symptom-0", limit=-5).nodes == ()
    levels = [atlas.studies[n.name].evidence_level for n in neighbourhood(atlas, "concept:symptom-0").nodes]
    assert set(levels) == {"E0"}, "the strongest evidence first"


def test_no_kind_crowds_out_the_others() -> None:
    many = samples.study(
        "a",
        tags={"symptom": ["pain", "headache", "fatigue"], "biomarker": ["il-6", "nf-kb", "cortisol"]},
        authors=[{"family": f"N{i}"} for i in range(50)],
        case_definition={"any": ["fukuda-1994"]},
    )
    near = neighbourhood(Atlas.of(samples.config(), samples.vocabulary(), [many]), "a", limit=9)
    kinds = [n.kind for n in near.nodes]
    assert (kinds.count("concept"), kinds.count("definition"), kinds.count("author")) == (6, 1, 2)
    assert kinds == sorted(kinds, key=["concept", "definition", "study", "author"].index), "kinds stand together"


def test_pictures_stay_put(atlas: Atlas) -> None:
    one, two = neighbourhood(atlas, SEE), neighbourhood(samples.small(), SEE)
    assert one == two
    assert one == neighbourhood(build_network(atlas), SEE)
    assert len({(n.x, n.y) for n in one.nodes}) == len(one.nodes)
    assert all(0 <= n.x <= 1 and 0 <= n.y <= 1 for n in one.nodes)


def test_counts_tell_what_a_step_further_would_show(atlas: Atlas) -> None:
    for node in neighbourhood(atlas, SEE).nodes:
        further = neighbourhood(atlas, node.id, limit=MOST)
        assert node.count == further.centre.count == len(further.nodes), node.id


@pytest.mark.parametrize(
    "name", ["", "nobody", "study:nobody", "concept:", "author:nobody", ":", "finding:see/9", "x" * 5000]
)
def test_unknown_nodes(atlas: Atlas, name: str) -> None:
    with pytest.raises(UnknownNode):
        neighbourhood(atlas, name)


def test_suggestions_for_a_slip_of_the_finger(atlas: Atlas) -> None:
    with pytest.raises(UnknownNode, match="did you mean cortisol") as caught:
        find_node(atlas, "cortisoll")
    assert caught.value.suggestions[0] in ("cortisol", "Cortisol")


# Paths


def chain() -> Atlas:
    """il-6 - a - cortisol - b - nf-kb, and a hub (fatigue) that every study has."""
    hub = {"symptom": ["fatigue"]}
    own = [{"family": "Alone"}]
    others = [samples.study(f"x{n}", authors=[{"family": f"X{n}"}], tags=hub) for n in range(300)]
    return Atlas.of(
        samples.config(),
        samples.vocabulary(),
        [
            samples.study("a", authors=own, journal="J1", tags=hub | {"biomarker": ["il-6", "cortisol"]}),
            samples.study(
                "b",
                journal="J2",
                tags=hub | {"biomarker": ["nf-kb"]},
                findings=[{"text": "t", "concepts": ["cortisol"], "direction": "decreased"}],
            ),
            samples.study("far", authors=[{"family": "Alone"}], journal="J3", tags={"biomarker": ["nk-cell-function"]}),
            *others,
        ],
    )


def test_hubs_are_damped_and_each_hop_names_its_study() -> None:
    found = paths(chain(), "il-6", "concept:nf-kb", limit=2)
    assert [p.nodes for p in found] == [
        ("concept:il-6", "study:a", "concept:cortisol", "study:b", "concept:nf-kb"),
        ("concept:il-6", "study:a", "concept:fatigue", "study:b", "concept:nf-kb"),
    ]
    assert found[0].cost < found[1].cost
    assert [hop.study for hop in found[0].hops] == ["a", "a", "b", "b"]
    hop = found[0].hops[2]
    assert (hop.statements[0].relation, hop.statements[0].finding, hop.statements[0].direction) == (
        "finding",
        1,
        "decreased",
    )
    assert str(found[0]) == (
        "IL-6 —[tagged]— Maes (2007) —[tagged]— Cortisol —[finding 1, decreased]— Maes (2007) —[tagged]— NF-κB"
    ).replace("Maes (2007) —[tagged]— Cortisol", "Alone (2007) —[tagged]— Cortisol").replace(
        "IL-6 —[tagged]— Maes", "IL-6 —[tagged]— Alone"
    )


def test_paths_read_the_same_both_ways() -> None:
    there, back = paths(chain(), "il-6", "nf-kb", limit=1)[0], paths(chain(), "nf-kb", "il-6", limit=1)[0]
    assert there.nodes == back.nodes[::-1]
    assert there.cost == pytest.approx(back.cost)


def test_linked_studies_are_one_step_apart(atlas: Atlas) -> None:
    first = paths(atlas, SEE, MAES)[0]
    assert first.nodes == (SEE, MAES)
    assert {s.relation for s in first.hops[0].statements} == {"disputes", "cites"}


def test_from_a_finding(atlas: Atlas) -> None:
    first = paths(atlas, f"finding:{SEE[6:]}/1", "concept:headache")[0]
    assert first.nodes == (f"finding:{SEE[6:]}/1", SEE, "concept:headache")
    assert first.hops[0].statements[0].relation == "reports"
    assert paths(atlas, "concept:nk-cell-function", f"finding:{SEE[6:]}/1")[0].nodes[-2:] != ()


def test_hierarchy_is_a_last_resort(atlas: Atlas) -> None:
    found = paths(atlas, "cytokines", "il-6")
    assert found[0].nodes == ("concept:cytokines", "concept:il-6")
    assert found[0].hops[0].study is None
    assert found[0].hops[0].statements[0].relation == "broader"


def test_no_path_says_what_kept_them_apart() -> None:
    with pytest.raises(
        NoPath, match="nothing connects NK cell function with IL-6 through study and concept; there is a way if author"
    ):
        paths(chain(), "nk-cell-function", "il-6")
    assert paths(chain(), "nk-cell-function", "il-6", through=("study", "author"))[0].nodes[2] == "author:alone"
    with pytest.raises(NoPath, match="through no other node"):
        paths(chain(), "il-6", "nf-kb", through=())
    with pytest.raises(NoPath, match="both ends are IL-6"):
        paths(chain(), "il-6", "Interleukin 6")
    with pytest.raises(NoPath):
        paths(samples.empty(), "il-6", "nf-kb")


def test_bad_ends_and_kinds(atlas: Atlas) -> None:
    with pytest.raises(UnknownNode, match="did you mean"):
        paths(atlas, "nk cel function", "pain")
    with pytest.raises(GraphError, match="no kind of node 'people'"):
        paths(atlas, "pain", "fatigue", through=["people"])
    with pytest.raises(NoPath, match=r"both ends are .*; choose two different ones"):
        paths(atlas, "pain", "pain")


@pytest.mark.parametrize("limit", [-1, 0, 1, 3, 10**9])
def test_few_and_different(limit: int) -> None:
    found = paths(samples.generated(300), "marker-50", "symptom-40", limit=limit)
    assert 1 <= len(found) <= 20
    assert len(found) <= max(1, limit)
    assert len({p.nodes for p in found}) == len(found)
    assert [p.cost for p in found] == sorted(p.cost for p in found)
    for path in found:
        assert len(set(path.nodes)) == len(path.nodes)
        assert all(hop.statements for hop in path.hops)


def test_the_cheapest_is_the_cheapest() -> None:
    """Against Dijkstra of networkx on the same costs."""
    import networkx as nx

    from graph.evidence import Evidence
    from graph.ground import Ground
    from graph.postings import postings

    atlas = samples.generated(120)
    lists = postings(atlas)
    nodes = [n for n in lists if n.startswith("concept:marker")]
    for a, b in zip(nodes[::7], nodes[3::7], strict=False):
        if a == b:
            continue
        ground = Ground(lists, (a, b), ("study", "concept"), Evidence())
        plain = nx.Graph()
        front, seen = [ground.place(a)], {ground.place(a)}
        while front:
            place = front.pop()
            for other, cost in zip(*map(list, ground.around(place)), strict=True):
                plain.add_edge(place, other, weight=cost)
                if other not in seen:
                    seen.add(other)
                    front.append(other)
        assert paths(atlas, a, b)[0].cost == pytest.approx(nx.dijkstra_path_length(plain, *ground.ends), abs=1e-5)


def test_a_path_through_everything_is_bounded() -> None:
    atlas = samples.generated(2000)
    paths(atlas, "symptom-0", "marker-0")
    started = time.process_time()
    paths(atlas, "marker-119", "symptom-59", limit=20, through=("study", "concept", "author", "journal", "definition"))
    assert time.process_time() - started < 3
