"""The ``evidence`` command line as a person at a shell meets it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from served import served

from explorer.build import build
from explorer.cli import COMMANDS, evidence, main
from explorer.settings import shipped_data

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "instance"
    build(shipped_data(), folder)
    return folder


def run(place: Path, *args: str) -> Result:
    return CliRunner().invoke(evidence, ["--instance", str(place), *args], catch_exceptions=False)


def told(place: Path, *args: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What the whole program prints on standard error for an error of ours; it must exit with 1."""
    monkeypatch.setattr(sys, "argv", ["evidence", "--instance", str(place), *args])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    return capsys.readouterr().err


def test_help_names_every_command(place: Path) -> None:
    text = run(place, "--help").output
    assert all(re.search(rf"^  {name} ", text, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(place: Path, name: str) -> None:
    result = run(place, name, "--help")
    assert result.exit_code == 0
    assert "Usage: evidence" in result.output.replace("cli", "evidence")


def test_unknown_command_suggests_the_nearest(place: Path) -> None:
    result = CliRunner().invoke(evidence, ["serch"])
    assert result.exit_code == 2
    assert "did you mean 'search'?" in result.output


def test_search_prints_hits_counts_and_ids(place: Path) -> None:
    result = run(place, "search", "NF", "kappa", "B", "--counts")
    assert "maes-2007-nuclear-factor" in result.output
    assert "Evidence level (level)" in result.output
    assert run(place, "search", "nf-kb", "--ids").output.split() == ["maes-2007-nuclear-factor"]


def test_search_with_facets_and_years(place: Path) -> None:
    found = json.loads(run(place, "search", "--facet", "biomarker=nf-kappa-b", "--to", "2010", "--json").output)
    assert [hit["id"] for hit in found["hits"]] == ["maes-2007-nuclear-factor"]
    others = run(place, "search", "--not", "biomarker=nf-kappa-b", "--ids").output.split()
    assert others
    assert "maes-2007-nuclear-factor" not in others


def test_search_says_what_it_could_not_use(place: Path) -> None:
    result = run(place, "search", "--facet", "colour=blue")
    assert result.exit_code == 0
    assert "colour" in result.stderr
    assert run(place, "search", "--facet", "colour").exit_code == 2


def test_show_a_study_by_id_pmid_and_doi(place: Path) -> None:
    by_id = run(place, "show", "see-1996-alpha-interferon").output
    assert "WHAT THIS STUDY DOES NOT PROVE" in by_id
    assert run(place, "show", "8675231").output == by_id
    assert run(place, "show", "https://doi.org/10.3109/08820139609059298").output == by_id


def test_show_a_concept_by_synonym(place: Path) -> None:
    text = run(place, "show", "brain fog").output
    assert text.startswith("Cognitive dysfunction (symptom; cognitive-dysfunction)")


@pytest.mark.parametrize(("form", "sign"), [("yaml", "id: see-1996"), ("bib", "@article{see-1996"), ("ris", "TY  - ")])
def test_show_in_other_forms(place: Path, form: str, sign: str) -> None:
    assert sign in run(place, "show", "see-1996-alpha-interferon", "--format", form).output


def test_show_what_is_not_there(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for meant in ("see-1996-alfa-interferon", "see-1996"):
        text = told(place, "show", meant, monkeypatch=monkeypatch, capsys=capsys)
        assert "did you mean 'see-1996-alpha-interferon'" in text
    text = told(place, "show", "maes-2007-nuclear-factor", "-f", "docx", monkeypatch=monkeypatch, capsys=capsys)
    assert "turtle" in text


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("turtle", ox.RdfFormat.TURTLE),
        ("nquads", ox.RdfFormat.N_QUADS),
        ("trig", ox.RdfFormat.TRIG),
        ("ntriples", ox.RdfFormat.N_TRIPLES),
        ("rdfxml", ox.RdfFormat.RDF_XML),
        ("jsonld", ox.RdfFormat.JSON_LD),
    ],
)
def test_export_to_a_file_that_others_read(place: Path, tmp_path: Path, form: str, kind: ox.RdfFormat) -> None:
    out = tmp_path / "atlas.out"
    assert run(place, "export", "--format", form, "--output", str(out)).exit_code == 0
    triples = {quad.triple for quad in ox.parse(out.read_bytes(), format=kind)}
    assert len(triples) > 10_000
    assert [p.name for p in tmp_path.iterdir()] == ["atlas.out"]


def test_export_takes_the_form_from_the_ending(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "some.csv"
    told = run(place, "export", "-q", "nf-kb", "-o", str(out))
    lines = out.read_text("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "maes-2007-nuclear-factor" in lines[1]
    assert "sets base_iri in atlas.yaml" in told.output, "the base that is shipped is an example"


def test_export_of_the_network(place: Path, tmp_path: Path) -> None:
    import networkx as nx

    out = tmp_path / "network.graphml"
    run(place, "export", "-o", str(out))
    network = nx.read_graphml(out)
    assert "study:maes-2007-nuclear-factor" in network
    cyjs = json.loads(run(place, "export", "-f", "cytoscape").output)
    assert len(cyjs["elements"]["nodes"]) == len(network)
    some = json.loads(run(place, "export", "-f", "cyjs", "-s", "maes-2007-nuclear-factor").output)["elements"]["nodes"]
    assert [n["data"]["id"] for n in some if n["data"]["kind"] == "study"] == ["study:maes-2007-nuclear-factor"]


def test_export_that_cannot_be_written_leaves_the_old_file(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "atlas.ttl"
    out.write_text("old")
    text = told(place, "export", "-s", "nobody-1900", "-o", str(out), monkeypatch=monkeypatch, capsys=capsys)
    assert "nobody-1900" in text

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    text = told(place, "export", "-o", str(out), monkeypatch=monkeypatch, capsys=capsys)
    assert "No space left" in text
    assert out.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["atlas.ttl"]


def test_sparql(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    query = "SELECT (COUNT(?s) AS ?n) WHERE { ?s a schema:MedicalScholarlyArticle }"
    rows = json.loads(run(place, "sparql", query, "--format", "json").output)
    counted = int(rows["results"]["bindings"][0]["n"]["value"])
    assert counted == len(list((shipped_data() / "studies").glob("*.yaml")))
    refused = told(place, "sparql", "DROP ALL", monkeypatch=monkeypatch, capsys=capsys)
    assert refused.startswith("Error: ")


def test_path(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = run(place, "path", "NK cell function", "interferon alpha").output
    assert "See & Tilles (1996)" in text
    hops = json.loads(run(place, "path", "NK cell function", "interferon alpha", "--json").output)[0]["hops"]
    assert {hop["study"] for hop in hops} == {"see-1996-alpha-interferon"}
    assert "there is no" in told(place, "path", "fatigue", "unicorn", monkeypatch=monkeypatch, capsys=capsys)
    filtered = ("path", "NK cell function", "fatigue", "--through", "symptom")
    ways = json.loads(run(place, *filtered, "--level", "E2", "--limit", "5", "--json").output)
    kinds = {node.split(":")[0] for way in ways for node in way["nodes"][1:-1]}
    assert kinds == {"study", "concept"}
    cut = told(place, *filtered, "--pem", "required", monkeypatch=monkeypatch, capsys=capsys)
    assert "without the filter on the PEM status" in cut
    assert "no evidence level" in told(place, *filtered, "--level", "E9", monkeypatch=monkeypatch, capsys=capsys)


def test_stats(place: Path) -> None:
    facts = json.loads(run(place, "stats", "--json").output)
    assert facts["studies"] == len(list((shipped_data() / "studies").glob("*.yaml")))
    assert facts["concepts"]["symptom"] >= 45


def test_check_is_clean_for_what_is_shipped_and_not_for_what_is_broken(place: Path, tmp_path: Path) -> None:
    clean = run(place, "check")
    assert (clean.exit_code, "0 errors, 0 warnings" in clean.output) == (0, True)
    data = tmp_path / "data"
    shutil.copytree(shipped_data(), data, ignore=shutil.ignore_patterns("__pycache__"))
    (data / "studies" / "broken.yaml").write_text("id: broken\ntitel: x\n")
    broken = run(place, "--data", str(data), "check", "--json")
    problems = json.loads(broken.output)
    assert broken.exit_code == 1
    assert {p["path"] for p in problems} == {str(data / "studies" / "broken.yaml")}
    assert any("did you mean 'title'" in p["mend"] for p in problems)


def test_no_data_and_no_build_say_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "evidence build" in told(tmp_path, "stats", monkeypatch=monkeypatch, capsys=capsys)
    text = told(tmp_path, "--data", str(tmp_path / "none"), "check", monkeypatch=monkeypatch, capsys=capsys)
    assert "--data" in text


def test_serve_builds_and_answers_and_stops(tmp_path: Path) -> None:
    with served(tmp_path / "instance") as site:
        assert b"/studies/maes-2007-nuclear-factor" in site.get("/studies?q=nf-kb")
        port = site.address.rpartition(":")[2]
        command = [sys.executable, "-m", "explorer", "--instance", str(tmp_path / "instance"), "serve", "--port", port]
        taken = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)
        assert taken.returncode == 1
        assert "--port" in taken.stderr
        assert "Traceback" not in site.ended(signal.SIGINT)


def test_serve_mends_a_damaged_build(tmp_path: Path) -> None:
    folder = build(shipped_data(), tmp_path / "instance").folder
    (folder / "studies.jsonl").write_text("{")
    with served(tmp_path / "instance") as site:
        assert b"<main" in site.get("/")
        said = site.ended()
    assert "studies.jsonl" in said
    assert "Everything was made anew" in said


def test_serve_goes_on_with_the_last_build_when_the_data_is_broken(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(shipped_data(), data, ignore=shutil.ignore_patterns("__pycache__"))
    build(data, tmp_path / "instance")
    (data / "vocabulary" / "symptom.yaml").write_text("scheme: [")
    with served(tmp_path / "instance", data=data) as site:
        assert b"<main" in site.get("/studies?q=fatigue")
        said = site.ended()
    assert "symptom.yaml" in said
    assert "Serving the build that was there before" in said
