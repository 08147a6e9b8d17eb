"""``evidence new``: an atlas on another disease, made whole or not at all, and what can be done with it."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

from entries import starter
from entries.atlas import Atlas
from entries.errors import StoreError
from entries.starter import Beginning, named, without
from explorer.cli import evidence
from intake.pipeline import Pipeline
from intake.policies import policy_versions
from intake.scan_rules import load as wording_rules

RECORDS = ROOT / "tests" / "data" / "fibromyalgia.xml"
OTHERS = re.compile(r"ME/CFS|myalgic|post-exertional|\b(?-i:PEM)\b|chronic fatigue|fukuda", re.IGNORECASE)
ATTRIBUTION = "those of the ME/CFS Evidence Explorer"
NAMES = ["Fibromyalgia", "Crohn's disease", "Sjögren’s syndrome", "Gout: a 'quoted' #name", "多発性硬化症",
         "x-linked @title@ {a} [b] (c+", "- dash", "\"Q\" fever"]  # fmt: skip


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(evidence, list(map(str, words)))


def made(folder: Path, *options: str, disease: str = "fibromyalgia") -> Path:
    result = run("new", folder, "--disease", disease, *options)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(params=["none", "widespread pain"])
def atlas(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new atlas, with a needed criterion and without; the present folder."""
    folder = made(tmp_path / "my-atlas", "--needs", request.param)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("EVIDENCE_DATA", raising=False)
    monkeypatch.delenv("EVIDENCE_INSTANCE", raising=False)
    return folder


@pytest.mark.parametrize("disease", NAMES)
@pytest.mark.parametrize("needs", ["none", "Pain: 'worse' #1"])
def test_it_is_sound_whatever_the_disease_is_called(disease: str, needs: str, tmp_path: Path) -> None:
    # what begins with a dash needs the sign of equality, as everywhere
    result = run("new", tmp_path / "a", f"--disease={disease}", f"--needs={needs}")
    assert result.exit_code == 0, result.output
    loaded = Atlas.load(tmp_path / "a")
    assert [p.reason for p in loaded.problems] == ["there are no studies yet"]
    assert loaded.config.disease.label == disease
    assert loaded.config.title == f"{disease[0].upper()}{disease[1:]} Evidence"
    assert not loaded.config.has_own_address
    assert ("pem-status" in loaded.vocabulary.schemes) == (needs != "none")
    assert re.search(named(disease), f"On {disease.upper()} in ten people", re.IGNORECASE)
    Pipeline(tmp_path / "a", loaded, date(2026, 1, 1)).run([])  # every file of rules can be used


def test_the_options_are_what_is_written(tmp_path: Path) -> None:
    folder = made(tmp_path / "a", "--title", "MS: what is known", "--base-iri", "https://ms.example.net/e",
                  "--needs", "relapse", disease="multiple sclerosis")  # fmt: skip
    loaded = Atlas.load(folder)
    assert (loaded.config.title, loaded.config.base_iri) == ("MS: what is known", "https://ms.example.net/e/")
    assert loaded.vocabulary.label("pem-required") == "Relapse: required"
    assert next(f for f in loaded.config.facets if f.source == "pem").label == "Relapse"
    assert [c.pem for c in loaded.vocabulary.of_scheme("case-definition")] == ["ambiguous"]


def test_what_was_made_is_told_to_programs_too(tmp_path: Path) -> None:
    told = json.loads(run("new", tmp_path / "a", "--disease", "gout", "--json").stdout)
    assert (told["title"], told["base_iri"]) == ("Gout Evidence", "https://gout.example.org/")
    there = {p.relative_to(tmp_path / "a").as_posix() for p in (tmp_path / "a").rglob("*") if p.is_file()}
    assert set(told["files"]) == there
    assert told["concepts"]["symptom"] == 2


def test_without_a_criterion_there_is_no_rule_for_one(tmp_path: Path) -> None:
    loaded = Atlas.load(made(tmp_path / "a"))
    assert not [f for f in loaded.config.facets if f.source == "pem"]
    assert [c.pem for c in loaded.vocabulary.of_scheme("case-definition")] == [None]


def test_no_file_speaks_of_the_shipped_disease(atlas: Path) -> None:
    texts = {p: p.read_text("utf-8").replace(ATTRIBUTION, "") for p in atlas.rglob("*") if p.is_file()}
    assert len(texts) > 18
    assert {p.name: OTHERS.findall(text) for p, text in texts.items() if OTHERS.search(text)} == {}
    assert not [p.name for p, text in texts.items() if re.search(r"@[a-z_-]+@", text)], "everything was filled in"


def test_it_says_its_next_step_and_the_check_has_nothing_else_to_say(atlas: Path) -> None:
    assert "evidence import records.nbib" in (atlas / "README.md").read_text("utf-8")
    result = run("check")
    assert result.exit_code == 0
    assert "0 errors, 1 warning" in result.output
    assert "study-template.yaml" in result.output


@pytest.mark.parametrize(
    ("prepare", "told"),
    [
        (lambda f: (f.mkdir(), (f / "mine.txt").write_text("mine")), "holds something already"),
        (lambda f: f.write_text("mine"), "is a file"),
        (lambda f: shutil.rmtree(f.parent), "there is no folder"),
    ],
)
def test_nothing_of_others_is_touched(prepare: Callable[[Path], object], told: str, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "my-atlas"
    folder.parent.mkdir()
    prepare(folder)
    before = sorted(tmp_path.rglob("*"))
    result = run("new", folder, "--disease", "gout")
    assert (result.exit_code, told in str(result.exception)) == (1, True)
    assert isinstance(result.exception, StoreError)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_folder_will_do_but_not_the_present_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    assert (made(tmp_path / "empty") / "atlas.yaml").is_file()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert "cd .." in str(run("new", ".", "--disease", "gout").exception)
    assert list((tmp_path / "here").iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
@pytest.mark.parametrize("at", ["_write", "_umask"])
def test_stopped_half_way_it_leaves_nothing(
    error: BaseException, at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise error

    monkeypatch.setattr(starter, at, stop)
    with pytest.raises((KeyboardInterrupt, StoreError)) as told:
        starter.write(tmp_path / "a", Beginning("gout"))
    assert isinstance(told.value, KeyboardInterrupt) or "nothing was made" in str(told.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "options",
    [
        ["--disease", ""],
        ["--disease", "two\nlines"],
        ["--disease", "bell\x07"],
        ["--disease", "..."],
        ["--disease", "x" * 1000],
        ["--disease", "gout", "--base-iri", "gout.example.org"],
        ["--disease", "gout", "--base-iri", "https://gout.example.org/#x"],
        ["--disease", "gout", "--needs", " "],
        [],
    ],
)
def test_what_cannot_be_used_is_told_before_anything_is_made(options: list[str], tmp_path: Path) -> None:
    result = run("new", tmp_path / "a", *options)
    assert result.exit_code == 2
    assert "--" in result.output
    assert list(tmp_path.iterdir()) == []


def test_the_template_is_refused_until_it_is_filled_in(atlas: Path) -> None:
    first = atlas / "studies" / "ansel-2021-reactive-protein.yaml"
    shutil.copy(atlas / "study-template.yaml", first)
    result = run("check")
    assert result.exit_code == 1
    for field in ("id", "title", "authors", "year", "design", "evidence_level", "summary", "does_not_prove", "updated"):
        assert f"'{field}'" in result.output, field
    text = first.read_text("utf-8")
    filled = {"id": first.stem, "title": "Pain", "authors": "[{family: Ansel}]", "year": 2021, "summary": "Some.",
              "design": "case-control-study", "evidence_level": "E2", "does_not_prove": "Much.",
              "updated": "2026-04-08"}  # fmt: skip
    for field, value in filled.items():
        text, n = re.subn(rf"(?m)^{field}:.*$", f"{field}: {value}", text)
        assert n == 1, field
    first.write_text(text)
    result = run("check")
    assert "1 studies and" in result.output
    assert "0 errors, 0 warnings" in result.output, result.output


def test_records_become_drafts_by_rules_that_name_this_disease(atlas: Path) -> None:
    result = run("import", RECORDS)
    assert result.exit_code == 0, result.output
    loaded = Atlas.load(atlas)
    assert [str(p) for p in loaded.problems] == []
    trial, compared = (loaded.studies[i] for i in ("corr-2022-aerobic-exercise", "ansel-2021-reactive-protein"))
    assert len(loaded.studies) == 2, "the third record names the disease in passing"
    assert trial.tags.of("intervention") == ("exercise-programme",)
    assert (compared.participants.patients, compared.participants.controls) == (48, 52)
    assert compared.case_definition.any == ("physician-diagnosis",)
    assert (compared.pem.stated == "required") == ("pem-status" in loaded.vocabulary.schemes)
    assert not [t for s in loaded.studies.values() for t in OTHERS.findall(s.model_dump_json())]


def test_every_reason_is_about_this_disease(atlas: Path) -> None:
    told = run("import", "--json", "--dry-run", RECORDS).stdout
    assert json.loads(told)["counts"] == {
        "accepted": 2, "merged": 0, "known": 0, "rejected": 1, "blocked": 0, "unreadable": 0
    }  # fmt: skip
    said = told.replace("Chronic fatigue", "").replace("chronic fatigue", "")  # words of the third record
    assert OTHERS.findall(said) == []


def test_wording_is_refused_as_in_the_shipped_atlas(atlas: Path) -> None:
    rules = wording_rules(atlas)
    assert rules
    assert not [rule.id for rule in rules.rules if rule.id.startswith("pem-")]
    assert not [rule.id for rule in rules.rules if OTHERS.search(f"{rule.reason} {rule.mend}")]
    run("import", RECORDS)
    entry = atlas / "studies" / "corr-2022-aerobic-exercise.yaml"
    entry.write_text(
        re.sub(r"(?m)^summary: >-\n", "summary: >-\n  Patients should take more exercise.\n", entry.read_text())
    )
    result = run("check")
    assert result.exit_code == 1
    assert "CRITICAL advice" in result.output


def test_rules_that_it_shares_are_told_with_their_versions(atlas: Path) -> None:
    own, shipped = policy_versions(atlas), policy_versions(ROOT / "data")
    assert own == shipped


def test_build_search_show_and_export_work_before_and_after_the_first_study(atlas: Path, tmp_path: Path) -> None:
    for studies in (0, 2):
        if studies:
            run("import", RECORDS)
        assert f"{studies} studies" in run("build").output
        assert run("search", "headache").exit_code == 0
        out = tmp_path / f"{studies}.nq"
        result = run("export", "--output", out)
        assert result.exit_code == 0, result.output
        assert "base_iri" in result.output
        quads = out.read_text("utf-8")
        assert quads.count("22-rdf-syntax-ns#type> <https://schema.org/MedicalStudy>") == studies
        assert not OTHERS.search(quads)
        assert ("concepts/pem-" in quads) == (atlas / "vocabulary" / "pem-status.yaml").exists()
    shown = run("show", "ansel-2021-reactive-protein")
    assert shown.exit_code == 0, shown.output
    assert not OTHERS.search(shown.output)
    assert ("widespread" in shown.output.lower().partition("summary")[0]) == (
        atlas / "vocabulary/pem-status.yaml"
    ).exists()


def test_a_folder_with_an_atlas_is_the_one_that_commands_work_on(
    atlas: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "0 studies" in run("check").output
    other = made(tmp_path / "other")
    assert "policy" not in run("--data", other, "check").output
    monkeypatch.setenv("EVIDENCE_DATA", str(other))
    shutil.rmtree(atlas / "vocabulary")
    assert run("check").exit_code == 0, "the environment goes before the present folder"


def test_a_vocabulary_is_cut_at_whole_concepts() -> None:
    text = "scheme: s\nconcepts:\n  - id: a\n    label: A\n  # on b\n  - id: b\n    label: B\n  - id: c\n    label: C\n"
    assert without(text, frozenset({"b"})) == (
        "scheme: s\nconcepts:\n  - id: a\n    label: A\n  # on b\n  - id: c\n    label: C\n"
    )
