"""``python -m benchmarks.intake_weights``: learns how much each cue of a design weighs, and measures what was learnt.

The model is a logistic regression over the cues of ``design-cues.yaml``, with a penalty on large weights, in which no
cue may speak against what the file says that it speaks for. The records are those of the labelled sets, each once,
parted in two by a digest of their title: what is learnt from the one half is measured on the other. With ``--write``
the weights learnt from both become ``design-weights.yaml``.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.intake import HEADER, ROOT
from benchmarks.intake_labels import Score, designs, other_trials
from benchmarks.timing import table
from entries.store import write_atomic
from explorer.settings import shipped_data
from intake.cues import BRIEF, CUES, WEIGHTS, Balance, CueRules, Cues, CueWeights, Weighing
from intake.design import DesignRules
from intake.reading import Reading
from intake.record import Record, Section
from intake.rulebook import Rulebook, load_policy

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
SETS = ("full_labeled", "single_class")
LABELS = {
    "protocol": "protocol",
    "meta-analysis": "meta_analysis",
    "systematic-review": "systematic_review",
    "randomised-controlled-trial": "randomized_trial",
    "rodent": "rodent",
}
PLANS = ("design.protocol-title", "design.protocol-text", "title-plan", "will")  # any of them: a plan, not its name
RANDOMISED = ("design.randomised-title", "design.randomised-text", "randomly-assigned")
PENALTY, FOLDS, STEPS = 0.3, 5, 2000


@dataclass(frozen=True, slots=True)
class Examples:
    """Records as rows: the cues that each bears, and its labels by design (nan where there is none).

    ``brief``: the cues of the same records cut down to their title, then to title and begin of the abstract.
    """

    cues: tuple[str, ...]
    borne: Array
    brief: Array
    labels: dict[str, Array]
    first_half: Mask

    def columns(self, balance: Balance, brief: bool = False) -> Array:
        """The rows, with the cues of one design as columns."""
        names = (*balance.speak_for, *balance.against)
        return (self.brief if brief else self.borne)[:, [self.cues.index(name) for name in names]]

    def any_of(self, cues: Sequence[str]) -> Mask:
        """For each row, whether it bears one of the cues."""
        held: Mask = self.borne[:, [self.cues.index(name) for name in cues]].any(axis=1)
        return held


@dataclass(frozen=True, slots=True)
class Learnt:
    """Intercept and weights of one design; it holds where they add up to more than nought."""

    intercept: float
    weights: Array
    brief: float = 0.0  # the intercept for records without a whole abstract

    def scores(self, borne: Array) -> Array:
        """The sum for each row."""
        total: Array = borne @ self.weights + self.intercept
        return total


def in_first_half(title: str) -> bool:
    """Which half a record is in: as good as a coin, and always the same."""
    return hashlib.sha256(title.encode()).digest()[0] % 2 == 0


def examples(data: Path, rules: CueRules, book: Rulebook) -> Examples:
    """The records of the labelled sets that are in ``data``, each once."""
    none = {b.value: Weighing(intercept=0, brief=0, weights={}) for b in rules.designs}
    book_and_cues = DesignRules(book, Cues(rules, CueWeights(version="v0", learnt="nothing", designs=none)))
    parts_of = ("speak_for", "against", "needs", "never")
    names = tuple(dict.fromkeys(name for b in rules.designs for part in parts_of for name in getattr(b, part)))
    rows: dict[str, tuple[list[list[float]], dict[str, bool | None]]] = {}
    for record, labels in (one for name in SETS for one in designs(_table(data, name))):
        if record.title is not None and record.title not in rows:
            parts = (record, *(cut(record, length) for length in (0, BRIEF - 1)))
            rows[record.title] = [_borne(part, names, book_and_cues) for part in parts], labels
    borne, *brief = (np.array([row[part] for row, _ in rows.values()]) for part in range(3))
    known = {d: np.array([_known(labels[name]) for _, labels in rows.values()]) for d, name in LABELS.items()}
    given = Examples(names, borne, np.r_[tuple(brief)], known, np.array([in_first_half(title) for title in rows]))
    trials = set().union(*(other_trials(_table(data, name)) for name in SETS))
    _unlearn(given, np.array([title in trials for title in rows]))
    return given


def _unlearn(given: Examples, other_trial: Mask) -> None:
    """Take away labels that the words of their own records deny: benchmarks.intake counts them, nothing learns of them.

    A "protocol" that only bears the word in its title is no plan; a trial whose text says that people were randomised
    is no trial without randomisation.
    """
    plan, randomised = given.labels["protocol"], given.labels["randomised-controlled-trial"]
    plan[(plan == 1) & ~given.any_of(PLANS)] = np.nan
    randomised[other_trial & given.any_of(RANDOMISED)] = np.nan


def _table(data: Path, name: str) -> Path:
    return data / "design-labels" / f"{name}.dev.tsv.gz"


def cut(record: Record, length: int) -> Record:
    """The record with the first ``length`` letters of its abstract."""
    text = "\n".join(section.text for section in record.abstract)[:length]
    return record.model_copy(update={"abstract": (Section(text=text),) if text else ()})


def _borne(record: Record, names: Sequence[str], rules: DesignRules) -> list[float]:
    reading = Reading(record)
    _, statements = rules.held(reading)
    return [float(name in statements or bool(rules.cues.borne(reading, name))) for name in names]


def _known(label: bool | None) -> float:
    return float("nan") if label is None else float(label)


def fit(borne: Array, labels: Array, signs: Array) -> Learnt:
    """Weights that explain the labels best (accelerated gradient descent); their signs are given."""
    step = 1 / (0.25 * np.linalg.norm(np.c_[borne, np.ones(len(borne))], 2) ** 2 + PENALTY)
    weights, intercept, pace = np.zeros(borne.shape[1]), -2.0, 1.0
    ahead, ahead_intercept = weights, intercept
    for _ in range(STEPS):
        slope = 1 / (1 + np.exp(-(borne @ ahead + ahead_intercept))) - labels
        new = ahead - step * (borne.T @ slope + PENALTY * ahead)
        new = np.where(signs > 0, np.maximum(new, 0), np.minimum(new, 0))
        new_intercept = ahead_intercept - step * float(slope.sum())
        faster = (1 + (1 + 4 * pace**2) ** 0.5) / 2
        ahead = new + (pace - 1) / faster * (new - weights)
        ahead_intercept = new_intercept + (pace - 1) / faster * (new_intercept - intercept)
        weights, intercept, pace = new, new_intercept, faster
    return Learnt(intercept, weights)


def learn(borne: Array, brief: Array, labels: Array, signs: Array) -> Learnt:
    """Weights rounded to a tenth; the intercepts are where F1 is best on rows that were left out in turn."""
    folds, left_out = np.arange(len(labels)) % FOLDS, np.zeros(len(labels))
    for fold in range(FOLDS):
        inside = folds != fold
        left_out[~inside] = fit(borne[inside], labels[inside], signs).scores(borne[~inside])
    whole = fit(borne, labels, signs)
    weights = np.round(whole.weights, 1) + 0.0
    intercept = whole.intercept - _threshold(left_out, labels)
    return Learnt(round(intercept, 1), weights, round(-_threshold(brief @ weights, np.r_[labels, labels]), 1))


def _threshold(scores: Array, labels: Array) -> float:
    """Above which score a label is told best: in the middle of what is as good as the best."""
    grid = np.arange(scores.min(), scores.max(), 0.05)
    f1 = np.array([_f1(scores > t, labels > 0) for t in grid])
    best = grid[f1 >= f1.max() - 0.003]
    return float(best[len(best) // 2])


def _f1(said: Mask, true: Mask) -> float:
    return float(2 * (said & true).sum() / (said.sum() + true.sum() or 1))


def learnt(given: Examples, rules: CueRules, rows: Mask) -> dict[str, Learnt]:
    """What the chosen rows teach of each design."""
    made = {}
    for balance in rules.designs:
        labels = given.labels[balance.value]
        signs = np.r_[np.ones(len(balance.speak_for)), -np.ones(len(balance.against))]
        use = rows & ~np.isnan(labels)
        brief = given.columns(balance, brief=True)[np.r_[use, use]]
        made[balance.value] = learn(given.columns(balance)[use], brief, labels[use], signs)
    return made


def measured(given: Examples, rules: CueRules, known: dict[str, Learnt], rows: Mask) -> Iterator[tuple[object, ...]]:
    """A row of figures for each design on the chosen rows; one that another of them rules out is not marked."""
    marked: dict[str, Mask] = {}
    for balance in rules.designs:
        said = (known[balance.value].scores(given.columns(balance)) > 0) & ~given.any_of(balance.never)
        said &= given.any_of(balance.needs) | (not balance.needs)
        for other in balance.unless:
            said &= ~marked.get(other, np.zeros_like(said))
        marked[balance.value] = said
        labels, score = given.labels[balance.value], Score()
        for one, label in zip(said[rows], labels[rows], strict=True):
            if not np.isnan(label):
                score.add(bool(one), bool(label))
        yield score.row(balance.value)


def written(rules: CueRules, known: dict[str, Learnt], told: str) -> str:
    """The file of weights; cues that weigh nothing are left out."""
    lines = [
        "# How much each cue of design-cues.yaml weighs (log odds). Learnt; do not edit by hand:",
        "# python -m benchmarks.intake_weights --write",
        "version: v1",
        f'learnt: "{told}"',
        "designs:",
    ]
    for balance in rules.designs:
        one = known[balance.value]
        pairs = zip((*balance.speak_for, *balance.against), one.weights, strict=True)
        weights = ", ".join(f"{name}: {weight:.1f}" for name, weight in pairs if weight)
        lines += [
            f"  {balance.value}:",
            f"    intercept: {one.intercept:.1f}",
            f"    brief: {one.brief:.1f}",
            f"    weights: {{{weights}}}",
        ]
    return "\n".join(lines) + "\n"


def report(given: Examples, rules: CueRules) -> Iterator[str]:
    """Figures for each half by what the other half taught, and for a half by its own weights."""
    halves: Sequence[tuple[str, Mask]] = (("first", given.first_half), ("second", ~given.first_half))
    for (name, inside), (other, outside) in (halves, halves[::-1]):
        known = learnt(given, rules, inside)
        for what, rows in ((other, outside), (name, inside)):
            yield f"## Learnt from the {name} half, measured on the {what}\n"
            yield table(HEADER, list(measured(given, rules, known, rows))) + "\n"


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=ROOT.parent / "shared" / "data")
@click.option("--policy", type=click.Path(path_type=Path), default=None, help="Data folder. [default: shipped]")
@click.option("--write", is_flag=True, help="Write the weights learnt from both halves.")
def command(data: Path, policy: Path | None, write: bool) -> None:
    """Learn the weights of the cues from labelled sets, and measure them on records that did not teach them."""
    policy = policy or shipped_data()
    rules, book = load_policy(CueRules, policy, CUES), Rulebook.load(policy, "design")
    given = examples(data, rules, book)
    if not write:
        for part in report(given, rules):
            click.echo(part)
        return
    known = learnt(given, rules, np.ones(len(given.borne), dtype=bool))
    told = f"logistic regression on {len(given.borne):,} labelled abstracts; see docs/intake.md"
    write_atomic(policy / "policy" / f"{WEIGHTS}.yaml", written(rules, known, told).encode())


if __name__ == "__main__":
    command()
