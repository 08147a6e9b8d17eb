"""The measurement of the intake itself: how answers are counted, and what is told when a set is not at hand."""

import gzip
import json
from pathlib import Path

from click.testing import CliRunner

from benchmarks.intake import command
from benchmarks.intake_labels import Score, designs, sizes


def test_answers_are_counted() -> None:
    score = Score()
    for said, true in ((5, 5), (4, 5), (None, 5), (5, None), (None, None)):
        score.add(said, true)
    assert (score.right, score.wrong, score.missed) == (1, 2, 2)
    assert score.precision == score.recall == score.f1 == 1 / 3


def test_sets_that_are_not_there_are_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--data", str(tmp_path)], catch_exceptions=False)
    assert result.exit_code == 0
    assert result.output.count("Left out:") == 11


def test_sets_are_read(tmp_path: Path) -> None:
    table = tmp_path / "design-labels" / "single_class.dev.tsv.gz"
    table.parent.mkdir()
    table.write_bytes(
        gzip.compress(b"pmid\ttitle\tabstract\tclass\n1\tA\tB\tmeta_analysis\n2\tA\tB\tsystematic_review\n")
    )
    first, second = (labels for _, labels in designs(table))
    assert (first["systematic_review"], first["meta_analysis"]) == (True, True)
    assert (second["systematic_review"], second["meta_analysis"]) == (True, None)
    trials = tmp_path / "sample-size" / "pico.dev.jsonl.gz"
    trials.parent.mkdir()
    text = "Saline. A total of forty-two patients were randomised."
    spans = [["total-participants", 19, 28, "forty-two"]]
    trials.write_bytes(gzip.compress(json.dumps({"pmid": "1", "text": text, "spans": spans}).encode()))
    assert [totals for _, totals in sizes(trials)] == [(42,)]
    result = CliRunner().invoke(command, ["--data", str(tmp_path)], catch_exceptions=False)
    assert result.output.count("Left out:") == 9
    assert "| counts | 1 | 1 | 0 | 0 |" in result.output
