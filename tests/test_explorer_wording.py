"""The wording scanner in ``evidence check`` and in building: told with its place, kept out, scanned once."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import MIGRAINE

from entries.atlas import Atlas
from entries.store import read_study, write_jsonl
from explorer import wording
from explorer.build import BuildRefused, build
from explorer.cli import evidence
from explorer.instance import Instance
from explorer.layout import Layout
from explorer.settings import shipped_data
from intake.scan import Scanner
from intake.scan_rules import FILE

MAES, SEE, FLUGE, NOTICE = (
    "maes-2007-nuclear-factor",
    "see-1996-alpha-interferon",
    "fluge-2025-plasma-cell",
    "anonymous-2025-correction-plasma",
)
CURE, NOTE = "The illness was cured.", "Lactate was significantly higher."


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The shipped vocabularies and rules with four of the shipped studies."""
    folder = tmp_path / "data"
    shutil.copytree(shipped_data(), folder, ignore=shutil.ignore_patterns("studies", "__pycache__"))
    (folder / "studies").mkdir()
    for name in (MAES, SEE, FLUGE, NOTICE):
        shutil.copy(shipped_data() / "studies" / f"{name}.yaml", folder / "studies")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "instance"


def path(data: Path, study_id: str) -> Path:
    return data / "studies" / f"{study_id}.yaml"


def say(data: Path, study_id: str, sentence: str) -> int:
    """Make that the reason why the study matters; returns the line on which it stands."""
    lines = path(data, study_id).read_text("utf-8").split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("why_it_matters:"))
    end = next(i for i in range(start + 1, len(lines)) if lines[i][:1].isalpha())
    path(data, study_id).write_text("\n".join([*lines[:start], f"why_it_matters: {sentence}", *lines[end:]]), "utf-8")
    return start + 1


def check(data: Path, *options: str) -> Result:
    return CliRunner().invoke(evidence, ["--data", str(data), "check", *options], catch_exceptions=False)


class TestCheck:
    """``evidence check``."""

    def test_sound_wording_is_silent(self, data: Path) -> None:
        result = check(data)
        assert result.exit_code == 0
        assert "4 studies" in result.output and "0 errors, 0 warnings." in result.output

    def test_a_critical_finding_is_an_error_with_place_and_mend(self, data: Path) -> None:
        line = say(data, MAES, CURE)
        result = check(data)
        assert result.exit_code == 1
        assert f"{path(data, MAES)}:{line}: error: CRITICAL cure-word in why_it_matters: “cured”: " in result.output
        assert "; say what changed" in result.output
        assert "3 studies" in result.output and "1 error, 0 warnings." in result.output

    def test_a_warning_fails_only_when_strict(self, data: Path) -> None:
        say(data, MAES, "The study is a breakthrough.")
        assert "warning: WARNING hype in why_it_matters: “breakthrough”" in check(data).output
        assert check(data).exit_code == 0
        assert check(data, "--strict").exit_code == 1

    def test_notes_are_counted_and_told_on_request(self, data: Path) -> None:
        say(data, MAES, NOTE)
        assert "1 notes on wording: see them with --notes." in check(data).output
        assert "unexplained-significance" not in check(data).output
        assert "warning: NOTE unexplained-significance" in check(data, "--notes").output
        assert check(data, "--notes").exit_code == 0

    def test_json(self, data: Path) -> None:
        line = say(data, MAES, CURE)
        (problem,) = json.loads(check(data, "--json").output)
        assert (problem["severity"], problem["line"], problem["study_id"]) == ("error", line, MAES)

    def test_entries_in_jsonl_and_in_files_of_other_names_are_found(self, data: Path) -> None:
        say(data, MAES, CURE)
        studies = [read_study(path(data, study_id)) for study_id in (SEE, MAES)]
        path(data, MAES).unlink()
        path(data, SEE).unlink()
        write_jsonl(data / "studies" / "bulk.jsonl", studies)
        assert f"{data / 'studies' / 'bulk.jsonl'}:2: error: CRITICAL cure-word" in check(data).output
        line = say(data, FLUGE, CURE)
        path(data, FLUGE).rename(data / "studies" / "other.yaml")
        assert f"{data / 'studies' / 'other.yaml'}:{line}: error: CRITICAL cure-word" in check(data).output

    def test_broken_rules_are_told(self, data: Path) -> None:
        (data / FILE).write_text("version: v1\nrules: 3\n")
        result = check(data)
        assert result.exit_code == 1
        assert f"{data / FILE}:2: error: 'rules' has the value '3'" in result.output

    def test_another_version_than_the_atlas_says_is_told(self, data: Path) -> None:
        config = data / "atlas.yaml"
        config.write_text(config.read_text("utf-8").replace("scanner: v1.0", "scanner: v0.9"), "utf-8")
        assert "warning: the scanner is v1.0, not 'v0.9'; write 'scanner: v1.0'" in check(data).output

    def test_an_atlas_without_rules_is_not_scanned(self) -> None:
        assert check(MIGRAINE).exit_code == 0
        assert wording.check(Atlas.load(MIGRAINE), MIGRAINE) == wording.Wording()


class TestMark:
    """``evidence check --mark``."""

    def test_marks_what_passes_and_nothing_else(self, data: Path) -> None:
        for study_id in (MAES, SEE):
            text = path(data, study_id).read_text("utf-8")
            path(data, study_id).write_text(text.replace("scanner: v1.0", "scanner: none"), "utf-8")
        say(data, MAES, CURE)
        before = {p: p.read_text("utf-8") for p in (data / "studies").iterdir()}
        assert "1 entries marked as scanned by v1.0." in check(data, "--mark").output
        changed = {p: text for p, text in before.items() if p.read_text("utf-8") != text}
        assert set(changed) == {path(data, SEE)}
        assert path(data, SEE).read_text("utf-8") == before[path(data, SEE)].replace("scanner: none", "scanner: v1.0")
        assert "0 entries marked" in check(data, "--mark").output

    @pytest.mark.parametrize(
        "value", ["scanner: 'an old one'", 'scanner: "x, y"', "scanner:   none   # by hand", "scanner: ~"]
    )
    def test_values_of_every_form(self, data: Path, value: str) -> None:
        text = path(data, SEE).read_text("utf-8").replace("scanner: v1.0", value)
        path(data, SEE).write_text(text, "utf-8")
        assert "1 entries marked" in check(data, "--mark").output
        assert read_study(path(data, SEE)).provenance.scanner == "v1.0"
        assert ("# by hand" in text) == ("# by hand" in path(data, SEE).read_text("utf-8"))

    def test_what_has_no_line_for_it_is_left_to_a_person(self, data: Path) -> None:
        text = path(data, SEE).read_text("utf-8").replace("  scanner: v1.0\n", "")
        path(data, SEE).write_text(text, "utf-8")
        write_jsonl(data / "studies" / "bulk.jsonl", [read_study(path(data, SEE)).model_copy(update=OTHER)])
        output = check(data, "--mark").output
        assert f"{SEE}: write 'scanner: v1.0' into its provenance by hand" in output
        assert "other-1996-study: write 'scanner: v1.0'" in output
        assert path(data, SEE).read_text("utf-8") == text


OTHER = {"id": "other-1996-study", "pmid": None, "doi": None, "pmcid": None}


class TestBuild:
    """``evidence build``."""

    def test_a_new_entry_with_a_critical_finding_is_not_published(self, data: Path, place: Path) -> None:
        say(data, FLUGE, CURE)
        report = build(data, place)
        assert (report.info.studies, report.info.kept) == (3, ())
        assert [p.study_id for p in report.problems if "cure-word" in p.reason] == [FLUGE]
        instance = Instance.open(place)
        assert FLUGE not in instance.atlas.studies
        assert instance.atlas.studies[NOTICE].links == ()  # it corrects an entry that is not there
        instance.close()

    def test_its_last_sound_form_is_kept(self, data: Path, place: Path) -> None:
        build(data, place)
        sound = read_study(path(data, MAES))
        say(data, MAES, CURE)
        report = build(data, place)
        assert report.info.kept == (MAES,)
        instance = Instance.open(place)
        assert instance.atlas.studies[MAES] == sound
        instance.close()
        say(data, MAES, "It can be tested again.")
        assert build(data, place).info.kept == ()

    def test_a_new_rule_takes_out_what_was_published(self, data: Path, place: Path) -> None:
        say(data, MAES, "The study is a breakthrough.")
        assert build(data, place).info.studies == 4
        rules = data / FILE
        head, _, tail = rules.read_text("utf-8").partition("id: hype\n    severity: WARNING")
        rules.write_text(f"{head}id: hype\n    severity: CRITICAL{tail}", "utf-8")
        report = build(data, place)
        assert report.fresh and report.info.kept == () and report.info.studies == 3

    def test_a_warning_does_not_keep_an_entry_out(self, data: Path, place: Path) -> None:
        say(data, MAES, "The study is a breakthrough.")
        assert build(data, place, strict=True).info.studies == 4

    def test_a_strict_build_refuses(self, data: Path, place: Path) -> None:
        say(data, MAES, CURE)
        with pytest.raises(BuildRefused, match="cure-word"):
            build(data, place, strict=True)

    def test_broken_rules_refuse_the_build(self, data: Path, place: Path) -> None:
        (data / FILE).write_text("version: v1\nrules: 3\n")
        with pytest.raises(BuildRefused, match="mend this first"):
            build(data, place)

    def test_only_changed_entries_are_scanned_again(
        self, data: Path, place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scanned: list[str] = []
        scan = Scanner.scan
        monkeypatch.setattr(Scanner, "scan", lambda self, study, *a: scanned.append(study.id) or scan(self, study, *a))
        build(data, place)
        assert sorted(scanned) == sorted([MAES, SEE, FLUGE, NOTICE])
        scanned.clear()
        say(data, MAES, "It can be tested again.")
        build(data, place)
        assert scanned == [MAES]

    def test_damaged_memory_means_that_all_is_scanned(self, data: Path, place: Path) -> None:
        build(data, place)
        current = Layout(place).current()
        assert current
        for content in (b"{", b"[]", b'{"key": 1}', b"\xff"):
            (current / wording.SOUND).write_bytes(content)
            say(data, MAES, CURE)
            assert build(data, place).info.kept == (MAES,)
            current = Layout(place).current() or current


def test_an_entry_whose_file_went_away_meanwhile_is_still_told(data: Path) -> None:
    say(data, MAES, CURE)
    atlas = Atlas.load(data)
    path(data, MAES).unlink()
    (problem,) = wording.check(atlas, data).problems
    assert (problem.path, problem.line, problem.study_id) == (data / "studies", 1, MAES)
