"""Groups, centrality and places: derived from the studies alone, the same every time, stored whole or not at all."""

import json
import math
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import graph_samples
import pytest

from entries.atlas import Atlas
from entries.errors import StoreError
from graph import structure as structures
from graph.structure import MOST, Structure, made, recall, structure, write


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return graph_samples.generated(300)


@pytest.fixture(scope="module")
def shape(atlas: Atlas) -> Structure:
    return made(atlas)


def named(atlas: Atlas, concept: str) -> set[str]:
    """The studies that name a concept itself, in tags or findings."""
    return {s.id for s in atlas.studies.values() if concept in {*s.tags.all(), *s.finding_concepts}}


def test_every_concept_that_says_what_was_studied_is_there_once(atlas: Atlas, shape: Structure) -> None:
    about = {c.id for s in ("symptom", "biomarker") for c in atlas.vocabulary.of_scheme(s) if named(atlas, c.id)}
    assert sorted(node.concept for node in shape.nodes) == sorted(about)
    assert all(node.studies == len(named(atlas, node.concept)) for node in shape.nodes)


def test_ties_are_the_studies_that_name_both(atlas: Atlas, shape: Structure) -> None:
    assert len(shape.ties) > 50
    for tie in shape.ties:
        a, b = (named(atlas, shape.nodes[n].concept) for n in (tie.a, tie.b))
        assert tie.a < tie.b
        assert tie.studies == len(a & b) > 0


def test_each_node_keeps_the_ties_of_most_overlap(atlas: Atlas, shape: Structure) -> None:
    sets = [named(atlas, node.concept) for node in shape.nodes]
    kept = {(tie.a, tie.b) for tie in shape.ties}
    for n in range(0, len(sets), 7):
        strength = {
            m: len(sets[n] & other) / math.sqrt(len(sets[n]) * len(other))
            for m, other in enumerate(sets)
            if m != n and sets[n] & other
        }
        if strength:
            best = max(strength, key=lambda m: strength[m])
            equals = [m for m in strength if math.isclose(strength[m], strength[best])]
            assert any((min(n, m), max(n, m)) in kept for m in equals)


def test_every_node_is_in_one_group_and_groups_hold_together(shape: Structure) -> None:
    assert sorted(n for members in shape.communities for n in members) == list(range(len(shape.nodes)))
    for place, members in enumerate(shape.communities):
        assert list(members) == sorted(members)
        assert {shape.nodes[n].community for n in members} == {place}
    assert len(shape.communities) > 1
    inside = sum(shape.nodes[t.a].community == shape.nodes[t.b].community for t in shape.ties)
    chance = sum(len(c) * (len(c) - 1) for c in shape.communities) / (len(shape.nodes) * (len(shape.nodes) - 1))
    assert inside / len(shape.ties) > 1.5 * chance


def test_centrality_is_a_share_and_orders_the_nodes(shape: Structure) -> None:
    shares = [node.centrality for node in shape.nodes]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=1e-4)
    assert min(shares) > 0


def test_circles_do_not_overlap_and_hold_their_members(shape: Structure) -> None:
    for a, b in combinations(shape.circles, 2):
        assert math.dist(a[:2], b[:2]) >= a.radius + b.radius
    for node in shape.nodes:
        circle = shape.circles[node.community]
        assert math.dist((node.x, node.y), circle[:2]) <= circle.radius


def test_no_two_nodes_stand_on_each_other(shape: Structure) -> None:
    nearest = min(math.dist((a.x, a.y), (b.x, b.y)) for a, b in combinations(shape.nodes, 2))
    assert nearest > 12


def test_the_same_studies_give_the_same_map(shape: Structure) -> None:
    assert made(graph_samples.generated(300)) == shape


@pytest.mark.parametrize("make", [graph_samples.empty, graph_samples.small, lambda: graph_samples.generated(1)])
def test_small_atlases(make: Callable[[], Atlas]) -> None:
    atlas = make()
    shape = made(atlas)
    assert len(shape.circles) == len(shape.communities)
    assert bool(shape.nodes) == bool(atlas.studies)


def test_what_is_tied_to_nothing_stands_apart() -> None:
    alone = [graph_samples.study(f"alone-200{n}-one", tags={"symptom": [s]}) for n, s in enumerate(("pain", "fatigue"))]
    shape = made(Atlas.of(graph_samples.config(), graph_samples.vocabulary(), alone))
    assert shape.ties == ()
    assert shape.communities == ((0, 1),)


def test_a_large_vocabulary_is_cut_to_what_is_studied_most(monkeypatch: pytest.MonkeyPatch, atlas: Atlas) -> None:
    assert MOST > 500
    monkeypatch.setattr(structures, "MOST", 20)
    few = made(atlas)
    least = min(node.studies for node in few.nodes)
    assert len(few.nodes) == 20
    assert sum(len(named(atlas, n.concept)) > least for n in made_whole(atlas, monkeypatch).nodes) <= 20


def made_whole(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> Structure:
    monkeypatch.setattr(structures, "MOST", MOST)
    return made(atlas)


def test_a_group_too_large_for_springs_still_has_places() -> None:
    from graph.structure_layout import SPRUNG, layout

    members = list(range(SPRUNG + 50))
    points, ((_, _, radius),) = layout([members], [(0, 1, 1.0)], 1)
    assert len(set(points.values())) == len(members)
    assert all(math.hypot(*p) <= radius for p in points.values())


def test_what_a_build_stored_is_what_it_worked_out(tmp_path: Path, atlas: Atlas, shape: Structure) -> None:
    write(atlas, tmp_path)
    again = graph_samples.generated(300)
    recall(again, tmp_path)
    assert structure(again) == shape


@pytest.mark.parametrize("harm", ["", "{}", "[]", '{"format": 0}', "cut", "nodes"])
def test_a_damaged_or_foreign_file_is_refused_with_the_mend(tmp_path: Path, atlas: Atlas, harm: str) -> None:
    write(atlas, tmp_path)
    path = tmp_path / structures.FILE
    whole = path.read_text()
    broken = json.dumps({**json.loads(whole), "nodes": [[1]]}) if harm == "nodes" else harm
    path.write_text(whole[: len(whole) // 2] if harm == "cut" else broken)
    with pytest.raises(StoreError, match=r"structure\.json: cannot be read .* build"):
        recall(graph_samples.generated(300), tmp_path)


def test_the_map_of_another_atlas_is_refused(tmp_path: Path, atlas: Atlas) -> None:
    write(atlas, tmp_path)
    with pytest.raises(StoreError, match="belongs to another atlas"):
        recall(graph_samples.generated(301), tmp_path)
