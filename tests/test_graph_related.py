"""Related studies with their reasons, and what a concept is found with."""

import gc
import weakref

import graph_samples as samples
import pytest

from entries.atlas import Atlas
from graph.cooccurrence import FoundWith, found_with, found_with_each
from graph.errors import UnknownNode
from graph.network import build_network
from graph.postings import Postings, members, postings
from graph.related import related


def made(*studies: dict[str, object]) -> Atlas:
    """An atlas of studies that share nothing unless told to: each with its own author."""
    return Atlas.of(
        samples.config(),
        samples.vocabulary(),
        [samples.study(**({"authors": [{"family": f"A{n}"}]} | fields)) for n, fields in enumerate(studies)],  # type: ignore[arg-type]
    )


def tagged(study_id: str, *markers: str, **more: object) -> dict[str, object]:
    return {"study_id": study_id, "tags": {"biomarker": markers}} | more


def test_the_rare_weighs_more_than_the_common() -> None:
    atlas = made(
        tagged("a", "nk-cell-function", "cortisol", "cytokines"),
        tagged("rare", "nk-cell-function"),
        tagged("common", "cortisol"),
        *(tagged(f"x{n}", "cortisol", "cytokines") for n in range(20)),
    )
    found = related(atlas, "a", limit=50)
    assert found[0].study_id == "rare", "one rare thing outweighs two common ones"
    places = {r.study_id: n for n, r in enumerate(found)}
    assert places["rare"] < places["common"]
    assert next(r for r in found if r.study_id == "rare").shared == ("nk-cell-function",)
    assert [r.score for r in found] == sorted((r.score for r in found), reverse=True)
    assert "a" not in places


def test_the_reason_in_words() -> None:
    atlas = made(
        tagged("a", "nk-cell-function", case_definition={"any": ["fukuda-1994"]}),
        tagged("b", "nk-cell-function", case_definition={"all": ["fukuda-1994"]}),
        *(tagged(f"x{n}", "cortisol", case_definition={"any": ["fukuda-1994"]}) for n in range(5)),
    )
    first = related(atlas, "a")[0]
    assert first.study_id == "b"
    assert first.reason == "shares NK cell function and Fukuda (1994)"
    assert first.shared == ("nk-cell-function", "fukuda-1994")


def test_a_finding_counts_as_a_tag_does() -> None:
    atlas = made(
        {"study_id": "a", "findings": [{"text": "t", "concepts": ["nf-kb"]}]}, tagged("b", "nf-kb"), tagged("c", "il-6")
    )
    assert [(r.study_id, r.reason) for r in related(atlas, "a")] == [("b", "shares NF-κB")]


@pytest.mark.parametrize(
    ("relation", "to", "by"),
    [
        ("replicates", "replicated by this study", "replicates this study"),
        ("retracts", "retracted by this study", "retracts this study"),
        ("cites", "cited by this study", "cites this study"),
    ],
)
def test_links_come_first_and_say_which_way(relation: str, to: str, by: str) -> None:
    atlas = made(
        tagged("a", "il-6", links=[{"relation": relation, "study": "b"}]), tagged("b", "nf-kb"), tagged("c", "il-6")
    )
    assert related(atlas, "a")[0].reason == to
    assert related(atlas, "b")[0].reason == by


def test_authors_and_many_shared_things() -> None:
    both = {"authors": [{"family": "Maes", "given": "M"}, {"literal": "A Group"}]}
    markers = ("nk-cell-function", "cortisol", "cytokines", "il-6", "nf-kb")
    atlas = made(tagged("a", *markers, **both), tagged("b", *markers, **both), tagged("c"))
    reason = related(atlas, "a")[0].reason
    assert reason.startswith("shares ")
    assert " and 2 more; same authors: " in reason
    assert "Maes" in reason
    assert "A Group" in reason


def test_a_shared_weakness_or_what_all_have_relates_nothing() -> None:
    flagged = {"tags": {"method-flag": ["small-sample"]}}
    assert related(made({"study_id": "a"} | flagged, {"study_id": "b"} | flagged, {"study_id": "c"}), "a") == ()
    assert related(made({"study_id": "only"}), "only") == ()


def test_limits_and_unknown_studies() -> None:
    atlas = samples.generated(50)
    first = next(iter(atlas.studies))
    assert len(related(atlas, first, limit=3)) == 3
    assert related(atlas, first, limit=0) == ()
    assert related(build_network(atlas), first) == related(atlas, first), "network or atlas alike"
    with pytest.raises(UnknownNode, match="did you mean"):
        related(atlas, first + "x")
    with pytest.raises(UnknownNode):
        related(samples.empty(), "anything")


def test_scores_equal_a_plain_count_over_everything() -> None:
    """The shortcut through candidates gives what comparing all pairs gives."""
    atlas = samples.generated(150)
    lists = postings(atlas)
    for study_id in list(atlas.studies)[:20]:
        things = {n for n in lists.tied(study_id) if not n.startswith(("study:", "journal:"))}
        fixed = ("study-design", "evidence-level", "pem-status", "peer-review", "review-status", "method-flag")
        without = {n for s in fixed for n in lists.concepts[s]}
        worth = {n: lists.weight(n) * (0.5 if n.startswith("author:") else 1.0) for n in things - without}
        linked = {link.study for link in atlas.studies[study_id].links} | {i for i, _ in atlas.links_to(study_id)}
        plain = {
            other: sum(worth.get(n, 0.0) for n in lists.tied(other)) + (8.0 if other in linked else 0.0)
            for other in atlas.studies
            if other != study_id
        }
        expected = sorted(plain.values(), reverse=True)[:6]
        assert [r.score for r in related(atlas, study_id)] == pytest.approx([x for x in expected if x > 0], abs=1e-4)


def told(found: tuple[FoundWith, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    assert all(one.count == len(one.studies) for one in found)
    return tuple((one.concept_id, one.studies) for one in found)


def test_found_with_counts_studies_and_names_them() -> None:
    atlas = made(
        {"study_id": "a", "tags": {"biomarker": ["nk-cell-function"], "symptom": ["pain"]}},
        {
            "study_id": "b",
            "evidence_level": "E0",
            "tags": {"biomarker": ["nk-cell-function"], "symptom": ["pain", "fatigue"]},
        },
        {"study_id": "c", "tags": {"biomarker": ["cortisol"], "symptom": ["fatigue"]}},
    )
    assert told(found_with(atlas, "nk-cell-function")) == (("pain", ("b", "a")), ("fatigue", ("b",)))
    assert found_with(atlas, "nk-cell-function", scheme="biomarker") == ()
    assert told(found_with(atlas, "nk-cell-function", limit=1)) == (("pain", ("b", "a")),)
    assert [f.concept_id for f in found_with(atlas, "fatigue", scheme="biomarker")] == ["cortisol", "nk-cell-function"]
    assert told(found_with(build_network(atlas), "cortisol")) == (("fatigue", ("c",)),)


def test_found_with_counts_narrower_concepts_in_and_leaves_kin_out() -> None:
    atlas = made(
        {"study_id": "a", "tags": {"symptom": ["headache"], "biomarker": ["il-6"]}},
        {"study_id": "b", "tags": {"symptom": ["pain", "headache"], "biomarker": ["nf-kb"]}},
    )
    assert {f.concept_id for f in found_with(atlas, "pain")} == {"il-6", "nf-kb"}
    assert {f.concept_id for f in found_with(atlas, "pain", narrower=False)} == {"nf-kb"}
    with pytest.raises(UnknownNode, match="did you mean pain"):
        found_with(atlas, "pane")
    assert found_with(samples.empty(), "pain") == ()


@pytest.mark.parametrize("few", [1, 10**9], ids=["counted study by study", "counted concept by concept"])
def test_found_with_counts_alike_whichever_way_it_counts(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.cooccurrence.FEW", few)
    atlas = samples.generated(150)
    naming = {c: set(atlas.studies_with(c)) for c in atlas.vocabulary}
    for concept in naming:
        each = found_with_each(atlas, concept, limit=5)
        assert each == {n: f for n in atlas.config.tags if (f := found_with(atlas, concept, scheme=n, limit=5))}
        for found in (one for several in each.values() for one in several):
            assert set(found.studies) == naming[concept] & naming[found.concept_id], (concept, found.concept_id)


def test_every_role_can_be_asked_about() -> None:
    atlas = samples.small()
    assert "nf-kb" in {f.concept_id for f in found_with(atlas, "fukuda-1994")}
    assert {f.concept_id for f in found_with(atlas, "fatigue", scheme="study-design")} == {
        "case-control",
        "randomised-controlled-trial",
    }


def test_postings_put_the_strongest_and_newest_first() -> None:
    atlas = made(
        tagged("old", "il-6", evidence_level="E1", year=1990),
        tagged("new", "il-6", evidence_level="E1", year=2020),
        tagged("strong", "il-6", evidence_level="E0", year=1980),
    )
    lists = postings(atlas)
    assert lists.ids(lists.of("concept:il-6")) == ("strong", "new", "old")
    assert postings(atlas) is lists
    assert [lists.has("concept:il-6", n) for n in range(3)] == [True] * 3
    assert not lists.has("concept:nf-kb", 0)
    assert list(lists.of("concept:nf-kb")) == []


@pytest.mark.parametrize("numbers", [[], [0], [5], [0, 1, 2, 3], [3, 999, 1000], list(range(0, 1000, 2))])
def test_bits_and_back(numbers: list[int]) -> None:
    assert members(sum(1 << n for n in numbers)) == numbers


def test_postings_bits_are_the_lists() -> None:
    atlas = samples.generated(100)
    lists = Postings(atlas)
    for node in lists:
        assert members(lists.bits(node)) == list(lists.of(node))


def test_an_atlas_that_nobody_needs_any_more_goes() -> None:
    """A site swaps in a new atlas with every build; the lists must not keep the old ones in memory."""
    atlas = samples.generated(20)
    related(atlas, next(iter(atlas.studies)))
    lists, gone = postings(atlas), weakref.ref(atlas)
    del atlas
    gc.collect()
    assert gone() is None
    with pytest.raises(ReferenceError, match="keep a reference"):
        lists.atlas  # noqa: B018
