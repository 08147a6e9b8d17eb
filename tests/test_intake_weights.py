"""The learning of weights: it finds what was put there, keeps the given signs, and writes a file that loads."""

import gzip
import shutil
from pathlib import Path

import numpy as np
from click.testing import CliRunner
from conftest import ROOT

from benchmarks.intake_labels import other_trials
from benchmarks.intake_weights import (
    Examples,
    Learnt,
    Taught,
    averaged,
    command,
    fit,
    in_first_half,
    learn,
    marked,
    threshold,
)
from intake.cues import Balance, CueRules, Cues


def test_weights_explain_the_labels_with_the_signs_that_are_given() -> None:
    chance = np.random.default_rng(1)
    borne = (chance.random((400, 3)) < 0.5).astype(float)
    labels = (borne[:, 0] > 0).astype(float)  # the first cue decides; the second says nothing; the third is denied
    found = fit(borne, labels, np.array([1.0, 1.0, -1.0]))
    assert found.weights[0] > 3
    assert abs(found.weights[1]) < 0.5
    assert found.weights[2] <= 0
    assert fit(borne, labels, np.array([-1.0, 1.0, 1.0])).weights[0] == 0


def test_the_intercept_is_where_labels_are_told_best() -> None:
    borne = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1.0, 1.0]] * 30)
    labels = np.array([1.0, 0.0, 0.0, 1.0] * 30)
    rows = Taught(borne, labels, np.zeros(120, dtype=bool))
    found = learn(rows, rows, np.array([1.0, 1.0]))
    assert ((found.scores(borne) > 0) == (labels > 0)).all()


def test_a_threshold_parts_scores_where_f1_is_expected_to_be_best() -> None:
    scores = np.array([-3.0, -2.5, -2.0, 1.0, 2.0, 3.0] * 20)
    open_ones = np.zeros(120, dtype=bool)
    assert -2.0 < threshold(scores, (scores > 0).astype(float), open_ones) < 1.0
    assert threshold(np.array([1.0, 2.0]), np.array([1.0, 1.0]), open_ones[:2]) < 1.0  # all of them are told
    assert threshold(np.zeros(0), np.zeros(0), open_ones[:0]) == 0


def test_what_is_settled_is_told_whatever_its_score_and_moves_the_threshold() -> None:
    """Many right answers that are sure let the others be chosen more strictly: one wrong answer costs more."""
    scores = np.repeat([-1.0, 1.0, 3.0], 40)
    labels = np.concatenate([np.tile([1.0, 0, 0, 0], 10), np.tile([1.0, 0, 0, 1, 0], 8), np.ones(40)])
    settled = scores == 3.0
    assert threshold(scores[~settled], labels[~settled], settled[:80]) < -1.0  # all of them
    assert -1.0 < threshold(scores, labels, settled) < 1.0
    assert threshold(scores[settled], labels[settled], settled[settled]) == 0


def test_a_statement_settles_a_design_beside_what_such_a_paper_tells() -> None:
    balance = Balance.model_validate(
        {"value": "review", "reason": "r", "for": ["bases"], "settled_by": {"design.said": ["bases", "bias"]}}
    )
    borne = np.array([[1.0, 0, 1], [1, 1, 0], [1, 0, 0], [0, 1, 1]])
    given = Examples(("design.said", "bases", "bias"), borne, borne, {}, np.zeros(4, dtype=bool), {})
    assert given.settled(balance).tolist() == [True, True, False, False]
    rules = CueRules(version="v1", cues=(), designs=(balance,))
    known = {"review": Learnt(-5.0, np.array([1.0]))}
    assert marked(given, rules, known)["review"].tolist() == [True, True, False, False]


def test_halves_are_halves_and_stay_so() -> None:
    titles = [f"Study {n}" for n in range(1000)]
    first = [in_first_half(title) for title in titles]
    assert 400 < sum(first) < 600
    assert first == [in_first_half(title) for title in titles]


def test_figures_are_means_over_turns_with_the_lowest_and_the_highest() -> None:
    labels = {"review": np.array([1.0, 1.0, 0.0, np.nan])}
    turns = [{"review": np.array([True, True, False, True])}, {"review": np.array([True, False, True, False])}]
    name, precision, recall, f1, right, wrong, missed, lowest, highest = next(averaged(turns, labels))
    assert (name, precision, recall, f1) == ("review", 0.75, 0.75, 0.75)
    assert (right, wrong, missed, lowest, highest) == (1.5, 0.5, 0.5, 0.5, 1)


def write(path: Path, header: str, rows: list[str]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress("\n".join([header, *rows, ""]).encode()))


def test_weights_are_learnt_measured_and_written(tmp_path: Path) -> None:
    data, policy = tmp_path / "sets", tmp_path / "atlas"
    data.mkdir()
    shutil.copytree(ROOT / "data" / "policy", policy / "policy")
    full = "pmid\ttitle\tabstract\tsystematic_review\tmeta_analysis\trandomized_trial\ttrial\tprotocol\trodent"
    rows = [f"{n}\tSaline {n}: a randomised trial\tPeople were randomly assigned.\t0\t0\t1\t1\t0\t0" for n in range(20)]
    rows += [f"{n}\tLactate {n}\tIt was measured.\t0\t0\t0\t0\t0\t0" for n in range(20)]
    rows += [f"{n}\tSaline {n} in mice\tMice ran; mice swam; mice slept.\t0\t0\t0\t0\t0\t1" for n in range(20)]
    write(data / "design-labels" / "full_labeled.dev.tsv.gz", full, rows)
    classes = [f"{n}\tThing {n}: a systematic review and meta-analysis\tWe searched.\tmeta_analysis" for n in range(20)]
    classes += [f"{n}\tWater {n}: study protocol\tWe will recruit 40 people.\tprotocol" for n in range(20)]
    write(data / "design-labels" / "single_class.dev.tsv.gz", "pmid\ttitle\tabstract\tclass", classes)
    arguments = ["--data", str(data), "--policy", str(policy)]
    told = CliRunner().invoke(command, [*arguments, "--turns", "2"], catch_exceptions=False)
    assert told.exit_code == 0
    assert told.output.count("| randomised-controlled-trial | 1 | 1 | 1 |") == 5  # one set of the two has none
    assert CliRunner().invoke(command, [*arguments, "--write"], catch_exceptions=False).exit_code == 0
    weights = (policy / "policy" / "design-weights.yaml").read_text()
    assert "100 labelled abstracts" in weights
    assert Cues.load(policy).values >= {"protocol", "rodent"}


def test_trials_without_chance_are_known_in_both_tables(tmp_path: Path) -> None:
    write(tmp_path / "a.gz", "pmid\ttitle\tabstract\tclass", ["1\tA\tx\thuman_intervention", "2\tB\tx\tmisc"])
    write(tmp_path / "b.gz", "pmid\ttitle\tabstract\ttrial\trandomized_trial", ["1\tC\tx\t1\t0", "2\tD\tx\t1\t1"])
    assert other_trials(tmp_path / "a.gz") == {"A"}
    assert other_trials(tmp_path / "b.gz") == {"C"}
