"""Rules that an atlas shares with the program: what a file of its own adds, replaces and leaves out."""

from pathlib import Path

import pytest
from conftest import ROOT

from entries.errors import EvidenceError
from intake import scan_rules
from intake.policies import policy_versions
from intake.rulebook import PolicyError, Rulebook, load_policy
from intake.scan_rules import WordingBroken
from intake.shipped_rules import NEUTRAL, policy_file

SHIPPED = ROOT / "data"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "policy").mkdir()
    return tmp_path


def write(data: Path, name: str, text: str) -> None:
    (data / "policy" / f"{name}.yaml").write_text(text)


def test_names_replace_names_and_the_others_stay(data: Path) -> None:
    write(
        data,
        "concepts",
        "based_on: shipped\nversion: mine\nwords: {trusted: [OA]}\npatterns: {masked: ['\\bgout flare\\b']}\n",
    )
    own, shipped = (Rulebook.load(folder, "concepts") for folder in (data, SHIPPED))
    assert own.version == "mine"
    assert own.words == {**shipped.words, "trusted": ("OA",)}
    assert own.patterns == {**shipped.patterns, "masked": (r"\bgout flare\b",)}


def test_rules_are_added_replaced_and_left_out(data: Path) -> None:
    write(
        data,
        "subjects",
        'based_on: shipped\nwithout: ["subjects.adults-*"]\nrules:\n'
        "  - {id: subjects.animal-mesh, value: animal, reason: Mine., mesh: [Horses]}\n"
        "  - {id: subjects.horse, value: animal, reason: New., title: ['horse']}\n",
    )
    own, shipped = (Rulebook.load(folder, "subjects") for folder in (data, SHIPPED))
    kept = [rule.id for rule in shipped.rules if not rule.id.startswith("subjects.adults-")]
    assert 0 < len(kept) < len(shipped.rules)
    assert [rule.id for rule in own.rules] == [*kept, "subjects.horse"]
    assert next(rule for rule in own.rules if rule.id == "subjects.animal-mesh").mesh == ("Horses",)


def test_a_file_that_says_nothing_of_it_stands_alone(data: Path) -> None:
    write(data, "subjects", "version: v9\nrules: []\n")
    assert Rulebook.load(data, "subjects").rules == ()


def test_rules_that_name_no_disease_are_the_shipped_ones_where_there_are_none(data: Path) -> None:
    assert Rulebook.load(data, "subjects") == Rulebook.load(SHIPPED, "subjects")
    assert policy_file(data, "subjects") != data / "policy" / "subjects.yaml"
    write(data, "groups", "based_on: shipped\n")
    versions = policy_versions(data)
    assert set(versions) == NEUTRAL | {"groups"}


@pytest.mark.parametrize("name", ["relevance", "groups", "case-definition", "fetch"])
def test_rules_on_the_disease_itself_are_never_taken_from_another(name: str, data: Path) -> None:
    with pytest.raises(PolicyError, match="is missing"):
        Rulebook.load(data, name)


def test_an_atlas_without_rules_shares_none(tmp_path: Path) -> None:
    assert policy_versions(tmp_path) == {}
    with pytest.raises(PolicyError, match="is missing"):
        Rulebook.load(tmp_path, "subjects")
    assert scan_rules.load(tmp_path) is None


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("subjects", "based_on: elsewhere\n", "can be based on 'shipped' only"),
        ("mine", "based_on: shipped\nversion: v1\n", "has no rules called 'mine'"),
        ("subjects", "based_on: shipped\nwithout: [subjects.nobody]\n", "no rule 'subjects.nobody'"),
        ("subjects", "based_on: shipped\nwithout: subjects.human-mesh\n", "are lists"),
        ("subjects", "based_on: shipped\nrules: {id: x}\n", "are lists"),
        ("subjects", "based_on: shipped\nrules: [{id: x}]\n", "reason"),
        ("subjects", "based_on: shipped\nrules: [text]\n", "rules"),
        ("subjects", "based_on: shipped\npatterns: ['a']\n", "patterns"),
        ("subjects", "based_on: shipped\nnonsense: 1\n", "nonsense"),
    ],
)
def test_what_cannot_be_joined_is_told_with_its_file(name: str, text: str, told: str, data: Path) -> None:
    write(data, name, text)
    with pytest.raises(EvidenceError, match=told) as error:
        load_policy(Rulebook, data, name)
    assert f"{name}.yaml" in str(error.value)


def test_wording_is_refused_by_shipped_rules_and_own_ones(data: Path) -> None:
    write(
        data,
        "wording",
        'based_on: shipped\nwithout: ["pem-*", hype]\nrules:\n  - {id: gout-joke, severity: WARNING,'
        " reason: it belittles, mend: name the joint, fields: [summary], patterns: ['disease of kings'],"
        " flagged: [{text: The disease of kings.}], passed: [{text: Gout.}]}\n",
    )
    shipped, own = scan_rules.load(SHIPPED), scan_rules.load(data)
    assert shipped
    assert own
    left_out = {rule.id for rule in shipped.rules} - {rule.id for rule in own.rules}
    assert left_out == {"pem-claimed", "pem-in-all", "pem-denied", "hype"}
    assert (own.version, own.rules[-1].id) == (shipped.version, "gout-joke")
    write(data, "wording", "based_on: shipped\nwithout: [nobody]\n")
    with pytest.raises(WordingBroken, match="nobody"):
        scan_rules.load(data)
