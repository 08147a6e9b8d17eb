"""The bar for evidence, part by part, against a look at every study; and what links two things."""

import random

import graph_samples
import pytest

from entries.atlas import Atlas
from graph.between import between
from graph.errors import GraphError, UnknownNode
from graph.evidence import Evidence
from graph.grid import grid
from graph.postings import members, postings

STATUSES = ("pem-required", "pem-not-required", "pem-unclear")


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """Studies of every status and of every mixture of case definitions."""
    rng, made = random.Random(3), []
    for n in range(80):
        definitions = rng.choice([["fukuda-1994"], ["ccc-2003"], ["fukuda-1994", "ccc-2003"], []])
        tags = {
            "symptom": rng.sample(["pain", "headache", "fatigue", "orthostatic-intolerance"], 2),
            "biomarker": rng.sample(["il-6", "nf-kb", "nk-cell-function", "cortisol", "cytokines"], 2),
        }
        found = [{"text": "Something.", "concepts": [rng.choice(["cortisol", "fatigue"])], "direction": "increased"}]
        made.append(
            graph_samples.study(
                f"maes-2001-number-{n}",
                evidence_level=f"E{rng.randint(0, 3)}",
                case_definition={rng.choice(["any", "all"]): definitions},
                tags=tags,
                findings=found,
            )
        )
    return Atlas.of(graph_samples.config(), graph_samples.vocabulary(), made)


def chosen(atlas: Atlas, evidence: Evidence) -> set[str]:
    lists = postings(atlas)
    return set(lists.ids(members(evidence.bits(lists))))


def status(atlas: Atlas, study_id: str) -> str:
    return str(atlas.badge(atlas.studies[study_id]).status)


@pytest.mark.parametrize("dropped", [(), STATUSES[1:2], STATUSES[1:], STATUSES])
def test_studies_of_dropped_statuses_are_set_aside(atlas: Atlas, dropped: tuple[str, ...]) -> None:
    assert chosen(atlas, Evidence(dropped=dropped)) == {i for i in atlas.studies if status(atlas, i) not in dropped}


@pytest.mark.parametrize("alone", ["fukuda-1994", "ccc-2003"])
def test_cohorts_of_one_definition_are_set_aside(atlas: Atlas, alone: str) -> None:
    kept = {i for i, s in atlas.studies.items() if set(s.case_definition.ids) != {alone}}
    assert chosen(atlas, Evidence(alone=alone)) == kept
    assert 0 < len(kept) < len(atlas.studies)


def test_parts_are_taken_off_one_by_one(atlas: Atlas) -> None:
    bar = Evidence("E2", "pem-required", STATUSES[2:], "fukuda-1994")
    assert bar.parts == ("level", "pem", "dropped", "alone")
    for part in bar.parts:
        wider = bar.without(part)
        assert part not in wider.parts
        assert chosen(atlas, bar) <= chosen(atlas, wider)
        bar = wider
    assert not bar
    assert chosen(atlas, bar) == set(atlas.studies)


@pytest.mark.parametrize("bar", [Evidence(dropped=("maybe",)), Evidence(alone="pain"), Evidence(alone="")])
def test_an_unknown_status_or_definition_is_refused(atlas: Atlas, bar: Evidence) -> None:
    with pytest.raises(GraphError, match="there is"):
        grid(atlas, "symptom", "biomarker", bar)


def having(atlas: Atlas, *concepts: str) -> set[str]:
    return {i for i, s in atlas.studies.items() if {*s.tags.all(), *s.finding_concepts}.intersection(concepts)}


@pytest.mark.parametrize("bar", [Evidence(), Evidence(dropped=STATUSES[2:]), Evidence("E1")])
@pytest.mark.parametrize(("a", "b"), [("cytokines", "cortisol"), ("nk-cell-function", "orthostatic-intolerance")])
def test_what_links_two_concepts_by_looking_at_every_study(atlas: Atlas, a: str, b: str, bar: Evidence) -> None:
    counting, vocabulary = chosen(atlas, bar), atlas.vocabulary
    first = having(atlas, a, *vocabulary.descendants(a)) & counting
    second = having(atlas, b, *vocabulary.descendants(b)) & counting
    kin = {c for end in (a, b) for c in (end, *vocabulary.ancestors(end), *vocabulary.descendants(end))}
    expected = {}
    for concept in vocabulary.of_scheme("symptom"):
        have = having(atlas, concept.id)
        counts = (len(have & first), len(have & second), len(have & first & second))
        if concept.id not in kin and counts[0] and counts[1]:
            expected[concept.id] = counts
    found = between(atlas, a, b, ["symptom"], bar)
    assert {link.concept: tuple(link[1:]) for link in found} == expected
    assert [-link.first - link.second for link in found] == sorted(-link.first - link.second for link in found)
    assert expected


def test_a_study_and_an_author_as_ends(atlas: Atlas) -> None:
    one = next(iter(atlas.studies))
    named = {*atlas.studies[one].tags.all(), *atlas.studies[one].finding_concepts}
    found = between(atlas, f"study:{one}", "author:maes-michael", ["symptom", "biomarker"])
    assert {link.concept for link in found} == {c for c in named if atlas.vocabulary.scheme_of(c) != "method-flag"}
    assert all(link.first == 1 for link in found)


def test_an_unknown_end_is_told(atlas: Atlas) -> None:
    with pytest.raises(UnknownNode):
        between(atlas, "nothing-of-this-name", "pain", ["symptom"])
