"""Lists that a build stores: they answer as those made anew do, and damage is told before anything is answered."""

from pathlib import Path

import graph_samples as samples
import pytest

from entries.atlas import Atlas
from entries.errors import StoreError
from entries.shelf import Shelf
from graph import lists
from graph.balance import VERDICTS, balance, claims, verdict
from graph.grid import grid
from graph.nodes import author_node, journal_node
from graph.postings import Postings, postings, recall
from graph.related import related
from graph.statements import study_statements
from graph.verdicts import verdicts


@pytest.fixture(scope="module", params=[samples.small, samples.empty, lambda: samples.generated(120)])
def atlas(request: pytest.FixtureRequest) -> Atlas:
    made: Atlas = request.param()
    return made


@pytest.fixture
def served(atlas: Atlas, tmp_path: Path) -> Atlas:
    """The same atlas as a site opens it: studies on disk, lists recalled."""
    atlas.shelve(tmp_path)
    lists.write(atlas, tmp_path)
    opened = Atlas.of(atlas.config, atlas.vocabulary, Shelf.open(tmp_path))
    recall(opened, tmp_path)
    return opened


def test_lists_are_those_of_a_plain_look_at_every_study(atlas: Atlas) -> None:
    found, plain = postings(atlas), dict[str, list[int]]()
    rank = {c.id: n for n, c in enumerate(atlas.vocabulary.of_scheme("evidence-level"))}
    best = sorted(atlas.studies.values(), key=lambda s: (rank[s.evidence_level], -s.year, s.id))
    assert found.studies == tuple(s.id for s in best)
    for number, study in enumerate(best):
        targets = dict.fromkeys(s.target for s in study_statements(atlas, study) if not s.target.startswith("finding:"))
        assert found.tied(study.id) == tuple(targets)
        assert found.level(number) == study.evidence_level
        for node in targets:
            if not node.startswith("study:"):
                plain.setdefault(node, []).append(number)
    assert {node: list(found.of(node)) for node in found} == plain
    assert list(found) == sorted(plain)
    for node, numbers in plain.items():
        assert all(found.has(node, n) == (n in numbers) for n in range(len(best)))
    assert (list(found.of("concept:nothing")), "concept:nothing" in found, found.has("x", 0)) == ([], False, False)


def test_names_are_those_of_the_first_study_that_has_them(atlas: Atlas) -> None:
    names = postings(atlas).names
    assert set(names) == {node for node in postings(atlas) if node.startswith(("author:", "journal:"))}
    assert len(names) == len(list(names))
    first: dict[str, str] = {}
    for study in atlas.studies.values():
        first.update({author_node(a): a.name for a in reversed(study.authors) if author_node(a) not in first})
        if study.journal:
            first.setdefault(journal_node(study.journal), study.journal)
    assert dict(names) == first
    with pytest.raises(KeyError):
        names["concept:pain"]
    with pytest.raises(KeyError):
        names["author:nobody"]


def test_stored_lists_answer_as_fresh_ones(atlas: Atlas, served: Atlas) -> None:
    fresh, stored = Postings(atlas), postings(served)
    assert {name: bytes(c) for name, c in stored.columns.items()} == {n: bytes(c) for n, c in fresh.columns.items()}
    for study_id in list(atlas.studies)[:20]:
        assert related(served, study_id) == related(atlas, study_id)
    for concept in atlas.vocabulary:
        assert tuple(balance(served, concept).studies) == tuple(balance(atlas, concept).studies)
        assert verdicts(served).get(concept) == verdicts(atlas).get(concept)
    crossed = ("symptom", "biomarker")
    assert grid(served, *crossed, opened=None) == grid(atlas, *crossed, opened=None)


@pytest.mark.parametrize("damage", ["missing", "cut", "changed", "other"])
def test_lists_that_are_not_what_was_written_are_refused(tmp_path: Path, damage: str) -> None:
    atlas, path = samples.small(), tmp_path / lists.FILE
    lists.write(samples.empty() if damage == "other" else atlas, tmp_path)
    raw = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(raw[:-8])
    elif damage == "changed":
        raw[-10] ^= 1
        path.write_bytes(raw)
    with pytest.raises(StoreError, match="evidence build --full"):
        recall(atlas, tmp_path)


def test_verdicts_of_a_concept_that_is_not_there() -> None:
    atlas = samples.small()  # the verdicts themselves do not keep it
    told = verdicts(atlas)
    assert "nothing" not in told
    with pytest.raises(KeyError):
        told["nothing"]


def test_findings_on_concepts_together_are_those_of_a_plain_look() -> None:
    atlas = samples.generated(120)
    found, lists_of = claims(atlas), postings(atlas)
    subjects = {frozenset(f.concepts) for s in atlas.studies.values() for f in s.findings}
    assert {len(subject) for subject in subjects} == {1, 2}
    for subject in subjects:
        told = found.together(f"concept:{concept}" for concept in subject)
        plain = {}
        for number, study_id in enumerate(lists_of.studies):
            said = [f.direction for f in atlas.studies[study_id].findings if frozenset(f.concepts) == subject]
            if said:
                plain[number] = verdict(said)
        assert {n: VERDICTS[v] for n, v in zip(told.numbers.tolist(), told.verdicts.tolist(), strict=True)} == plain
    assert len(found.together([])) == len(found.together(["concept:marker-1", "concept:nothing"])) == 0
