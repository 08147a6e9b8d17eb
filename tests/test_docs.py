"""What the documents say is true: commands run, links lead somewhere, tables are complete."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from explorer.build import build
from explorer.cli import evidence
from explorer.settings import SETTINGS, shipped_data

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
FENCE = re.compile(r"^ *```(?:sh|console|shell|bash)?\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def commands(document: Path) -> list[list[str]]:
    """The ``evidence`` commands in a document's code blocks, without those that serve for ever."""
    lines = [line.strip() for block in FENCE.findall(document.read_text("utf-8")) for line in block.splitlines()]
    found = [shlex.split(line, comments=True) for line in lines if line.startswith("evidence ")]
    return [words[1:] for words in found if "serve" not in words]


README = commands(ROOT / "README.md")


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a build, and with a copy of the shipped data as ``my-atlas``."""
    import shutil

    folder = tmp_path_factory.mktemp("docs")
    build(shipped_data(), folder / "instance")
    shutil.copytree(shipped_data(), folder / "my-atlas", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_readme_has_commands() -> None:
    assert len(README) >= 6


@pytest.mark.parametrize("words", README, ids=" ".join)
def test_commands_of_the_readme_run(words: list[str], workshop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workshop)
    result = CliRunner().invoke(evidence, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output


def test_the_page_on_an_atlas_of_ones_own_runs_from_its_first_line_to_its_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    monkeypatch.chdir(tmp_path)
    for variable in ("EVIDENCE_DATA", "EVIDENCE_INSTANCE"):
        monkeypatch.delenv(variable, raising=False)
    page = (ROOT / "docs" / "own-atlas.md").read_text("utf-8")
    lines = [line.strip() for block in FENCE.findall(page) for line in block.splitlines()]
    assert len(lines) > 10
    for line in lines:
        words = shlex.split(line, comments=True)
        if words[0] == "cd":
            monkeypatch.chdir(words[1])
            shutil.copy(ROOT / "tests" / "data" / "fibromyalgia.xml", "records.nbib")  # what the reader has by then
        elif "serve" not in words:
            result = CliRunner().invoke(evidence, words[1:], catch_exceptions=False)
            assert (words[0], result.exit_code) == ("evidence", 0), f"{line}: {result.output}"
    assert len(list(Path("studies").glob("*.yaml"))) == 2
    assert Path("headache.csv").read_text("utf-8").count("invented") >= 2
    assert "Widespread pain: required" in Path("atlas.ttl").read_text("utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.name)
def test_links_lead_to_files_that_are_there(document: Path) -> None:
    targets = [t.partition("#")[0] for t in LINK.findall(document.read_text("utf-8")) if "://" not in t]
    missing = [t for t in targets if t and not (document.parent / t).exists()]
    assert not missing, f"{document.name} points at files that are not there"


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        named = set(re.findall(r"`make ([a-z]+)", document.read_text("utf-8")))
        assert named <= targets, document.name


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_every_setting_is_documented(setting: object) -> None:
    rows = [line for line in (ROOT / "docs" / "settings.md").read_text("utf-8").splitlines() if line.startswith("| `")]
    row = next((r for r in rows if r.startswith(f"| `{setting.name}` ")), None)  # type: ignore[attr-defined]
    assert row, f"docs/settings.md has no row for {setting.name}"  # type: ignore[attr-defined]
    assert f"`{setting.variable}`" in row  # type: ignore[attr-defined]
    assert setting.default is None or f"`{setting.default}`" in row  # type: ignore[attr-defined]


def test_no_setting_is_documented_that_is_not_there() -> None:
    named = re.findall(r"^\| `([a-z]+)`", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.MULTILINE)
    assert named == [s.name for s in SETTINGS]
