"""The rules' file: what it may hold, what is refused with which reason, and the page that lists it."""

import shutil
from pathlib import Path

import pytest
from conftest import MIGRAINE, ROOT
from scan_samples import rules

from entries.atlas import Atlas
from entries.config import AtlasConfig
from entries.errors import EvidenceError
from entries.store import read_yaml
from intake import scan_table
from intake.scan_patterns import bounded, first_words
from intake.scan_rules import FILE, Severity, WordingBroken, load

RULE = """
version: v1
contexts:
  - {id: denied, says: denied, adjacent: [not]}
rules:
  - id: cure
    severity: CRITICAL
    reason: no cure
    mend: say what changed
    patterns: ['cured?']
    unless: [denied]
    flagged: [{text: It cured them.}]
    passed: [{text: It was not cured.}]
"""


def broken(folder: Path, old: str, new: str) -> str:
    """What is said of the rules with one text replaced."""
    assert old in RULE
    path = folder / FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(RULE.replace(old, new, 1))
    with pytest.raises(WordingBroken) as caught:
        load(folder)
    assert all(p.path == path and p.mend for p in caught.value.problems)
    return str(caught.value)


def test_sound_rules_are_read(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    (tmp_path / FILE).write_text(RULE)
    found = load(tmp_path)
    assert found and found.version == "v1"
    assert found.rules[0].cues == {"cure", "cured"}
    assert found.rules[0].severity is Severity.CRITICAL


def test_an_atlas_without_rules_has_none() -> None:
    assert load(MIGRAINE) is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("'cured?'", "'cured?('", "is no regular expression"),
        ("'cured?'", "'cured (?:[a-z ]+)+x'", "repetition"),
        ("'cured?'", "'cured .*x'", "a repetition without limit"),
        ("'cured?'", r"'cure (\w+) \1'", "a reference back"),
        ("'cured?'", "'Cured'", "small letters"),
        ("'cured?'", r"'\w+ cured'", "begin it with whole words"),
        ("'cured?'", "'(?:not )?'", "begin it with whole words"),
        ("patterns: ['cured?']", "patterns: []", "either 'patterns' or a 'check'"),
        ("patterns: ['cured?']", "check: numbers\n    patterns: ['cured?']", "either 'patterns' or a 'check'"),
        ("[denied]", "[refused]", "unknown context 'refused'"),
        ("severity: CRITICAL", "severity: BAD", "'CRITICAL', 'WARNING' or 'NOTE'"),
        ("flagged: [{text: It cured them.}]", "flagged: []", "empty list"),
        ("version: v1", "", "'version' is missing"),
        ("version: v1", "version: [", "missing"),
        ("unless:", "unles:", "unknown field"),
        ("    reason: no cure\n", "", "'rules.0.reason' is missing"),
        ("contexts:", "contexts:\n  - {id: denied, says: again}", "stands twice"),
    ],
)
def test_broken_rules_are_refused_with_place_and_mend(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in broken(tmp_path, old, new)


def test_rules_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir(parents=True)
    with pytest.raises(WordingBroken, match="is not a file"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("leads? to", {"lead", "leads"}),
        ("(?:cause[sd]|led) to", {"causes", "caused", "led"}),
        ("hypothesi[sz]ed", {"hypothesised", "hypothesized"}),
        ("(?:the )?cure", {"the", "cure"}),
        ("(?:^|(?<=[.] ))avoid it", {"avoid"}),
        ("post-exertional", {"post"}),
        ("people's", {"people"}),
        (r"all(?: \w+){0,3} are", {"all"}),
    ],
)
def test_first_words_of_a_pattern(pattern: str, words: set[str]) -> None:
    assert first_words(bounded(pattern)) == words


def test_the_digest_tells_rules_apart() -> None:
    shipped = rules()
    assert shipped.digest == rules().digest
    assert shipped.digest != type(shipped).model_validate({**shipped.model_dump(), "version": "v9"}).digest


def test_the_atlas_names_the_version_of_its_rules() -> None:
    config = AtlasConfig.model_validate(read_yaml(ROOT / "data" / "atlas.yaml").value)
    assert config.versions.scanner == rules().version


def test_rules_name_concepts_of_the_vocabulary_only(shipped: Atlas) -> None:
    schemes = {"designs": "study-design", "not_designs": "study-design", "flags": "method-flag"}
    for rule in rules().rules:
        for when in rule.when:
            for field, scheme in schemes.items():
                for concept in getattr(when, field):
                    assert shipped.vocabulary.scheme_of(concept) == scheme, f"{rule.id}: {concept}"
        for text in (*rule.flagged, *rule.passed):
            assert text.design in shipped.vocabulary, f"{rule.id}: {text.design}"
            assert text.definition is None or text.definition in shipped.vocabulary, f"{rule.id}: {text.definition}"


def test_entries_that_claim_a_scan_were_scanned_by_this_version(shipped: Atlas) -> None:
    assert {study.provenance.scanner for study in shipped.studies.values()} <= {rules().version, "none", None}


def test_the_page_lists_the_rules_as_they_are() -> None:
    page = (ROOT / "docs" / "wording.md").read_text("utf-8")
    assert page == scan_table.renewed(page, rules()), "run: python -m intake.scan_table data docs/wording.md"
    assert all(f"### {rule.id} ({rule.severity})" in page for rule in rules().rules)


def test_the_list_is_renewed_in_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{scan_table.BEGIN}\nold\n{scan_table.END}\nafter\n")
    assert scan_table.main([str(ROOT / "data"), str(page)]) == 0
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n")
    assert "### proof-word (CRITICAL)" in text and "\nold\n" not in text
    shutil.copy(ROOT / "README.md", page)
    assert scan_table.main([str(ROOT / "data"), str(page)]) == 1
    assert scan_table.main([str(MIGRAINE), str(page)]) == 1
    assert scan_table.main([]) == 2
    assert "has no lines" in capsys.readouterr().err
    with pytest.raises(EvidenceError, match="put them where the rules belong"):
        scan_table.renewed("nothing", rules())
