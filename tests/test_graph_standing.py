"""How a claim stands: each rule, its reasons, and that retracted studies have no say."""

import random
from collections.abc import Iterator
from typing import Any

import graph_samples as samples
import pytest
import site_samples
from flask.testing import FlaskClient
from lxml import html as lxml_html

from entries.atlas import Atlas
from entries.study import Link, Relation, Study
from explorer.app import create_app
from graph.standing import finding_reasons, finding_standing, standing
from graph.standings import Standing


def one(study_id: str, direction: str | None = None, on: str = "cortisol", **more: object) -> Study:
    findings = [{"text": "t", "concepts": [on], "direction": direction}] if direction else []
    return samples.study(study_id, findings=findings, **more)


def says(relation: str, target: str = "a") -> list[dict[str, str]]:
    return [{"relation": relation, "study": target}]


def judged(*others: Study, own: Study | None = None) -> tuple[str, list[str]]:
    atlas = Atlas.of(samples.config(), samples.vocabulary(), [own or one("a", "increased"), *others])
    found = standing(atlas, "a")
    return found.standing.value, [i for reason in found.reasons for i in reason.studies]


AGAIN, OTHERWISE = one("b", "increased"), one("c", "decreased")
REPLICATES, DISPUTES = one("r", links=says("replicates")), one("d", links=says("disputes"))
STRONG = one("e", links=says("disputes"), evidence_level="E0")
RETRACTS = one("x", links=says("retracts"))


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], "preliminary"),
        ([AGAIN], "preliminary"),
        ([AGAIN, one("b2", "increased")], "replicated"),
        ([AGAIN, one("b2", "increased"), OTHERWISE], "contested"),
        ([OTHERWISE], "contested"),
        ([one("c", "no-difference")], "contested"),
        ([one("c", "associated")], "preliminary"),
        ([one("c", "decreased", on="il-6")], "preliminary"),
        ([REPLICATES], "replicated"),
        ([REPLICATES, OTHERWISE], "contested"),
        ([DISPUTES], "contested"),
        ([STRONG], "refuted"),
        ([STRONG, REPLICATES], "contested"),
        ([STRONG, REPLICATES, DISPUTES, RETRACTS], "retracted"),
        ([DISPUTES, one("y", links=says("retracts", "d"))], "preliminary"),
        ([OTHERWISE, one("y", links=says("retracts", "c"))], "preliminary"),
        ([one("z", links=says("cites"))], "preliminary"),
    ],
)
def test_each_rule(others: list[Study], expected: str) -> None:
    found, named = judged(*others)
    assert found == expected
    assert "a" not in named
    assert named or found == "preliminary"


def test_what_a_study_replicates_speaks_for_it_and_itself_never_does() -> None:
    earlier = one("old")
    assert judged(earlier, own=one("a", links=says("replicates", "old"))) == ("replicated", ["old"])
    own = one("a", links=[*says("replicates"), *says("disputes")])
    assert judged(own=own) == ("preliminary", [])
    assert judged(own=one("a", links=says("replicates", "nowhere")))[0] == "preliminary"


def test_a_heading_is_too_wide_to_compare_on() -> None:
    assert judged(one("b", "decreased", on="cytokines"), own=one("a", "increased", on="cytokines"))[0] == "preliminary"


def test_only_the_same_concepts_together_are_compared() -> None:
    """One treatment that helped and another that did not contest nothing, though both were about fatigue."""
    finding = {"text": "Tiredness fell.", "concepts": ["fatigue", "cortisol"], "direction": "decreased"}
    own = samples.study("a", findings=[finding])
    other = {**finding, "concepts": ["fatigue", "il-6"], "direction": "no-difference"}
    assert judged(samples.study("b", findings=[other]), own=own) == ("preliminary", [])
    alike = {**finding, "concepts": ["cortisol", "fatigue"], "direction": "no-difference"}
    assert judged(samples.study("b", findings=[alike]), own=own) == ("contested", ["b"])


def finding(direction: str | None = "increased", on: str = "cortisol", against: str | None = None) -> dict[str, object]:
    return {"text": "t", "concepts": [on] if on else [], "direction": direction, "comparison": against}


def found(*others: Study, own: Study | None = None) -> list[tuple[str, int, int]]:
    """Standing, how many agree and how many differ, of each finding of ``a``."""
    atlas = Atlas.of(samples.config(), samples.vocabulary(), [own or one("a", "increased"), *others])
    return [(f.standing.value, f.same, f.otherwise) for f in standing(atlas, "a").findings]


NAMES: dict[str, Any] = {"tags": {"biomarker": ["cortisol"]}}


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], ("preliminary", 0, 0)),
        ([AGAIN], ("preliminary", 1, 0)),
        ([AGAIN, one("b2", "increased")], ("replicated", 2, 0)),
        ([AGAIN, one("b2", "increased"), OTHERWISE], ("contested", 2, 1)),
        ([one("c", "no-difference")], ("contested", 0, 1)),
        ([REPLICATES], ("preliminary", 0, 0)),
        ([one("r", links=says("replicates"), **NAMES)], ("replicated", 1, 0)),
        ([one("r", "increased", links=says("replicates"))], ("replicated", 1, 0)),
        ([one("r", "decreased", links=says("replicates"))], ("contested", 0, 1)),
        ([one("r", links=says("replicates"), **NAMES), OTHERWISE], ("contested", 1, 1)),
        ([DISPUTES], ("preliminary", 0, 0)),
        ([one("d", links=says("disputes"), **NAMES)], ("contested", 0, 1)),
        ([one("d", "increased", links=says("disputes"))], ("preliminary", 1, 0)),
        ([STRONG], ("preliminary", 0, 0)),
        ([one("e", links=says("disputes"), evidence_level="E0", **NAMES)], ("refuted", 0, 1)),
        ([one("e", links=says("disputes"), evidence_level="E0", **NAMES), AGAIN], ("contested", 1, 1)),
        ([one("e", links=says("disputes"), evidence_level="E0", **NAMES), RETRACTS], ("retracted", 0, 0)),
        ([one("d", links=says("disputes"), **NAMES), one("y", links=says("retracts", "d"))], ("preliminary", 0, 0)),
    ],
)
def test_each_rule_for_a_finding(others: list[Study], expected: tuple[str, int, int]) -> None:
    assert found(*others) == [expected]


def test_findings_of_one_study_stand_each_for_itself() -> None:
    own = samples.study("a", findings=[finding(), finding(on="il-6"), finding(on="cytokines"), finding(direction=None)])
    others = [
        OTHERWISE,
        one("x", "increased", on="il-6"),
        one("y", "increased", on="il-6"),
        one("z", "decreased", on="cytokines"),
    ]
    assert [f[0] for f in found(*others, own=own)] == ["contested", "replicated", "preliminary", "preliminary"]


@pytest.mark.parametrize(
    ("mine", "other", "held"),
    [
        ("healthy controls", "controls", True),
        ("healthy controls", "before treatment", False),
        ("healthy controls", None, True),
        (None, "before treatment", True),
        ("something else", "before treatment", True),
        ("the uncontrolled ones", "before", True),  # no word of a list: it may stand for any kind
        ("Before and against controls", "controls", False),  # the first kind with one of its words decides
    ],
)
def test_unlike_comparisons_are_not_held_against_each_other(mine: str | None, other: str | None, held: bool) -> None:
    own = samples.study("a", findings=[finding(against=mine)])
    differs = samples.study("b", findings=[finding("decreased", against=other)])
    assert found(differs, own=own) == [("contested", 0, 1) if held else ("preliminary", 0, 0)]


def test_a_review_is_held_against_reviews_alone() -> None:
    others = [one("b", "increased", design="review-article"), one("c", "increased", design="review-article")]
    assert found(*others) == [("preliminary", 0, 0)]
    assert found(*others, own=one("a", "increased", design="review-article")) == [("replicated", 2, 0)]


def test_a_study_and_its_findings_never_contradict_each_other() -> None:
    """What SHACL asks of the RDF, and that a study is what its findings and links come to, over many atlases."""
    seen = set()
    for seed in range(6):
        atlas = with_links(samples.generated(120, seed=seed), seed)
        for study_id in atlas.studies:
            judged_ = standing(atlas, study_id)
            stands = {f.standing.value for f in judged_.findings}
            seen |= {(judged_.standing.value, one) for one in stands}
            for f in judged_.findings:
                reasons = finding_reasons(atlas, study_id, f)
                assert f == finding_standing(atlas, atlas.studies[study_id], f.number), "asked alone, judged alike"
                assert all(r.saying for r in reasons)
                assert reasons or f.standing in (Standing.PRELIMINARY, Standing.RETRACTED)
                assert len({s.study for r in reasons for s in r.saying}) == f.same + f.otherwise
    milder = {("preliminary", s) for s in ("replicated", "contested", "refuted", "retracted")}
    milder |= {("replicated", s) for s in ("contested", "refuted", "retracted")}
    assert not seen & (milder | {("refuted", "replicated"), ("refuted", "retracted"), ("contested", "retracted")})
    assert {one for study, one in seen if study == "retracted"} == {"retracted"}
    assert {("contested", "contested"), ("contested", "preliminary"), ("refuted", "refuted")} <= seen


def with_links(atlas: Atlas, seed: int) -> Atlas:
    """The same studies, with links that judge one another."""
    rng, ids = random.Random(seed), list(atlas.studies)
    relations = [Relation.DISPUTES, Relation.REPLICATES, Relation.RETRACTS, Relation.DISPUTES]
    changed = []
    for study in atlas.studies.values():
        links = [Link(relation=rng.choice(relations), study=rng.choice(ids))] if rng.random() < 0.4 else []
        changed.append(study.model_copy(update={"links": tuple(links)}))
    return Atlas.of(atlas.config, atlas.vocabulary, changed)


def test_every_study_of_an_atlas_can_be_judged() -> None:
    atlas = samples.generated(200)
    assert {standing(atlas, i).standing for i in atlas.studies} <= set(Standing)
    with pytest.raises(KeyError):
        standing(atlas, "nobody")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(site_samples.atlas(), tmp_path_factory.mktemp("standing"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def shown(client: FlaskClient, address: str, section: str) -> str:
    page = lxml_html.fromstring(client.get(address).text)
    return " ".join(" ".join(page.xpath(f"//section[@aria-labelledby='{section}']")[0].itertext()).split())


def test_pages_say_how_it_stands_and_why(client: FlaskClient) -> None:
    assert "Retracted" in shown(client, "/studies/clark-1999-withdrawn-work", "standing")
    contested = shown(client, "/studies/adams-2005-urate-rises", "standing")
    assert contested.startswith("How it stands Contested")
    assert "Contested finding" in shown(client, "/concepts/uric-acid", "directions")
    assert "Refuted A study of a stronger evidence level" in shown(client, "/about", "standing")
