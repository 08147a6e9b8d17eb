"""How entries are made: the stages, their versions, and the counts of the last import where there was one."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT
from flask.testing import FlaskClient
from page_reading import seen, words
from site_samples import SampleBuild, atlas

from explorer import imported
from explorer.app import create_app
from explorer.build import build
from explorer.cli import evidence
from explorer.instance import Instance
from intake.tally import STAGES


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The shipped atlas with two studies, and a file of records beside it."""
    folder = Path(shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("*-2025-*")))
    shutil.copy(ROOT / "tests" / "data" / "intake" / "example.xml", tmp_path / "example.xml")
    return folder


def bring(data: Path, *options: str) -> None:
    instance = str(data.parent / "it")
    args = ["--data", str(data), "--instance", instance, "import", str(data.parent / "example.xml"), *options]
    result = CliRunner().invoke(evidence, args, catch_exceptions=False)
    assert result.exit_code == 0, result.output


def served(data: Path) -> FlaskClient:
    instance = data.parent / "it"
    build(data, instance)
    return create_app(Instance.open(instance), testing=True).test_client()


def test_the_page_tells_every_stage_and_the_last_import(data: Path) -> None:
    bring(data)
    page = seen(served(data), "/about/pipeline")
    rows = page.xpath("//tbody/tr")
    assert [row.get("id") for row in rows] == list(STAGES)
    told = {row.get("id"): words(row) for row in rows}
    assert "1 records" in told["read"]
    assert "1 relevant" in told["relevance"]
    assert "1 entries written" in told["publish"]
    assert "scanner v1" in told["scan"]
    assert "1 accepted" in words(page)
    assert "example.xml" in words(page)
    assert str(data.parent) not in words(page), "no path of the machine is told"


def test_the_same_as_json(data: Path) -> None:
    bring(data)
    told = json.loads(served(data).get("/about/pipeline.json").data)
    assert told["last_import"]["fates"]["accepted"] == 1
    assert told["last_import"]["policies"]["design"]
    assert told["stages"][0]["counts"] == {"records": 1}


def test_an_import_that_writes_nothing_new_is_told_after_the_next_build(data: Path) -> None:
    bring(data)
    served(data)
    bring(data)
    assert "1 known" in words(seen(served(data), "/about/pipeline"))


def test_a_dry_run_leaves_no_report(data: Path) -> None:
    bring(data, "--dry-run")
    assert not imported.path(data.parent / "it").exists()


def test_without_an_import_the_page_says_so(tmp_path: Path) -> None:
    client = create_app(SampleBuild(atlas(0), tmp_path), testing=True).test_client()
    page = seen(client, "/about/pipeline")
    assert "No import is on record" in words(page)
    assert [row.get("id") for row in page.xpath("//tbody/tr")] == list(STAGES)
    assert json.loads(client.get("/about/pipeline.json").data)["last_import"] is None
    assert client.get("/about/pipeline.exe").status_code == 404
    assert "/about/pipeline" in seen(client, "/about").xpath("//main//a/@href")


@pytest.mark.parametrize("held", [b"", b"{", b'{"made": 1}', b"\xff"])
def test_a_damaged_report_counts_as_none(tmp_path: Path, held: bytes) -> None:
    (tmp_path / imported.NAME).write_bytes(held)
    assert imported.read(tmp_path) is None
