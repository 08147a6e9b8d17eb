"""The worked example of docs/intake.md is what the intake makes of it today."""

import json
import re
from pathlib import Path

from click.testing import CliRunner
from conftest import ROOT

from explorer.cli import evidence

PAGE = (ROOT / "docs" / "intake.md").read_text("utf-8")
EXAMPLE = ROOT / "tests" / "data" / "intake" / "example.xml"


def block(kind: str) -> str:
    """The block of that kind in the worked example."""
    example = PAGE.partition("### A worked example")[2]
    found = re.search(rf"^```{kind}\n(.*?)^```", example, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def bring(place: Path, *options: str) -> str:
    """Standard output of the import of the example. An empty atlas has no say in it, nor has the shipped one."""
    args = ["--instance", str(place / "it"), "import", str(EXAMPLE), "--on", "2026-01-02", *options]
    done = CliRunner().invoke(evidence, args, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_record_is_the_one_in_the_file() -> None:
    assert block("xml") == EXAMPLE.read_text("utf-8")


def test_the_entry_is_the_one_that_is_written(tmp_path: Path) -> None:
    bring(tmp_path, "--into", str(tmp_path / "drafts"))
    (entry,) = (tmp_path / "drafts").iterdir()
    assert entry.name == "ek-2021-blood-lactate.yaml"
    assert block("yaml") == entry.read_text("utf-8")


def test_the_decisions_are_those_that_are_made(tmp_path: Path) -> None:
    (record,) = json.loads(bring(tmp_path, "--dry-run", "--json"))["records"]
    made = {d["name"]: d for d in record["decisions"]}
    rows = re.findall(
        r"^\| `([\w.-]+)` \| (\S+) \| `([\w.-]+)` \| (.*) \|$", PAGE.partition("### A worked")[2], re.MULTILINE
    )
    assert len(rows) >= 5
    for name, value, rule, words in rows:
        decided = made[name]["value"]
        assert value == (",".join(decided) if isinstance(decided, list) else str(decided))
        assert rule == made[name]["rule"]
        assert words == made[name]["evidence"][0]["quote"]
