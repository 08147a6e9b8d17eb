"""How a claim stands: each rule, its reasons, and that retracted studies have no say."""

from collections.abc import Iterator

import graph_samples as samples
import pytest
import site_samples
from flask.testing import FlaskClient
from lxml import html as lxml_html

from entries.atlas import Atlas
from entries.study import Study
from explorer.app import create_app
from graph.standing import standing
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
        ([REPLICATES, OTHERWISE], "replicated"),
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
    assert "Contested" not in shown(client, "/concepts/uric-acid", "directions")
    assert "Refuted:" in shown(client, "/about", "standing")
