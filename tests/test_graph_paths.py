"""Paths on chosen evidence, through chosen kinds, and what is said where there is none."""

import graph_samples as samples
import pytest

from entries.atlas import Atlas
from graph.errors import GraphError, NoPath
from graph.evidence import Evidence
from graph.paths import paths
from graph.postings import members, postings

REQUIRED = Evidence(pem="pem-required")
ENDS = ("il-6", "nf-kb")


def atlas() -> Atlas:
    """il-6 and nf-kb: tied by cortisol in weak studies that required PEM, and by fatigue in one strong that did not."""
    pem = {"case_definition": {"any": ["ccc-2003"]}, "evidence_level": "E3"}
    return Atlas.of(
        samples.config(),
        samples.vocabulary(),
        [
            samples.study("weak-a", tags={"biomarker": ["il-6", "cortisol"]}, **pem),
            samples.study("weak-b", tags={"biomarker": ["cortisol", "nf-kb"]}, **pem),
            samples.study("strong", evidence_level="E0", tags={"biomarker": ["il-6"], "symptom": ["fatigue"]}),
            samples.study("sound", evidence_level="E1", tags={"biomarker": ["nf-kb"], "symptom": ["fatigue"]}),
            samples.study("apart", journal="Alone", authors=[{"family": "Solo"}], tags={"symptom": ["pain"]}),
        ],
    )


def ways(**asked: object) -> list[tuple[str, ...]]:
    return [path.nodes[1:-1] for path in paths(atlas(), *ENDS, limit=5, **asked)]  # type: ignore[arg-type]


BY_CORTISOL = ("study:weak-a", "concept:cortisol", "study:weak-b")
BY_FATIGUE = ("study:strong", "concept:fatigue", "study:sound")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {BY_CORTISOL, BY_FATIGUE}),
        ({"evidence": REQUIRED}, {BY_CORTISOL}),
        ({"evidence": Evidence(level="E1")}, {BY_FATIGUE}),
        ({"through": ("study", "symptom")}, {BY_FATIGUE}),
        ({"through": ("study", "biomarker")}, {BY_CORTISOL}),
        ({"through": ("study", "symptom", "biomarker")}, {BY_CORTISOL, BY_FATIGUE}),
    ],
)
def test_filters_choose_the_ways(asked: dict[str, object], expected: set[tuple[str, ...]]) -> None:
    assert set(ways(**asked)) == expected


@pytest.mark.parametrize(
    ("asked", "opens", "words"),
    [
        ({"evidence": Evidence(level="E0")}, {("level",)}, "without the filter on the evidence level"),
        (
            {"evidence": Evidence("E1", "pem-required")},
            {("level",), ("pem",)},
            "or without the filter on the PEM status",
        ),
        (
            {"evidence": REQUIRED, "through": ("study", "symptom")},
            {("pem",), ("concept",)},
            "if concept or definition or author or journal may",
        ),
        (
            {"evidence": Evidence("E2", "pem-unclear"), "through": ("study", "biomarker")},
            {("level", "pem")},
            "without both filters",
        ),
    ],
)
def test_no_way_says_which_filter_cut_it(asked: dict[str, object], opens: set[tuple[str, ...]], words: str) -> None:
    with pytest.raises(NoPath, match=words) as caught:
        ways(**asked)
    assert opens <= set(caught.value.opens)


def test_every_hop_of_a_filtered_way_stands_on_evidence_that_counts() -> None:
    made = samples.generated(400)
    for level in ("E0", "E1", "E2", "E3", None):
        for pem in ("pem-required", "pem-unclear", None):
            bar = Evidence(level, pem)
            allowed = set(postings(made).ids(members(bar.bits(postings(made)))))
            plain = {
                s.id
                for s in made.studies.values()
                if (level is None or s.evidence_level <= level) and (pem is None or made.pem(s.id).status == pem)
            }
            assert allowed == plain
            for path in paths(made, "marker-3", "symptom-4", evidence=bar, limit=5):
                assert {hop.study for hop in path.hops} - {None} <= allowed


def test_an_end_that_does_not_count_as_evidence_is_cut_off() -> None:
    with pytest.raises(NoPath) as caught:
        paths(atlas(), "study:strong", "nf-kb", evidence=REQUIRED)
    assert caught.value.opens == (("pem",),)


def test_really_nothing() -> None:
    with pytest.raises(NoPath) as caught:
        paths(
            atlas(), "pain", "il-6", evidence=REQUIRED, through=("study", "concept", "author", "journal", "definition")
        )
    assert caught.value.opens == ()
    assert "there is a way" not in str(caught.value)


@pytest.mark.parametrize("bar", [Evidence(level="E9"), Evidence(pem="maybe"), Evidence(level="")])
def test_unknown_levels_and_statuses(bar: Evidence) -> None:
    with pytest.raises(GraphError, match="there is no"):
        paths(atlas(), *ENDS, evidence=bar)


def test_a_heading_says_less_than_what_is_below_it() -> None:
    made = Atlas.of(
        samples.config(),
        samples.vocabulary(),
        [
            samples.study("a", tags={"biomarker": ["nf-kb", "cytokines", "il-6"]}),
            samples.study("b", tags={"biomarker": ["cortisol", "cytokines", "il-6"]}),
        ],
    )
    found = paths(made, "nf-kb", "cortisol", limit=2)
    assert [path.nodes[2] for path in found] == ["concept:il-6", "concept:cytokines"]
    assert found[0].cost < found[1].cost


def test_a_heading_at_an_end_is_reached_by_what_is_below_it() -> None:
    found = paths(atlas(), "cytokines", "nf-kb", through=("study", "symptom"))
    assert found[0].nodes == ("concept:cytokines", "concept:il-6", *BY_FATIGUE, "concept:nf-kb")
