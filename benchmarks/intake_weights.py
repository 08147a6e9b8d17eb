"""``python -m benchmarks.intake_weights``: learns how much each cue of a design weighs, and measures what was learnt.

The model is a logistic regression over the cues of ``design-cues.yaml``, with a penalty on large weights, in which no
cue may speak against what the file says that it speaks for. The records are those of the labelled sets, each once,
parted in two by a digest of their title: what is learnt from the one half is measured on the other. Then each tenth is
measured by what the other nine teach, penalty and intercept included, with the labels of each set as they stand: what
records that nobody has seen can be expected to show. With ``--write`` the weights learnt from all become
``design-weights.yaml``.
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
PENALTIES, FOLDS, STEPS, PARTS = (0.3, 1.0, 2.5), 5, 600, 10
EASY = 1e-3  # the penalty where one weight is learnt: how scores become shares of right answers


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
    sets: dict[str, dict[str, Array]]  # for each set the labels that benchmarks.intake compares, by design

    def columns(self, balance: Balance, brief: bool = False) -> Array:
        """The rows, with the cues of one design as columns."""
        names = (*balance.speak_for, *balance.against)
        return (self.brief if brief else self.borne)[:, [self.cues.index(name) for name in names]]

    def any_of(self, cues: Sequence[str], brief: bool = False) -> Mask:
        """For each row, whether it bears one of the cues."""
        held: Mask = (self.brief if brief else self.borne)[:, [self.cues.index(name) for name in cues]].any(axis=1)
        return held

    def settled(self, balance: Balance, brief: bool = False) -> Mask:
        """For each row, whether it bears a statement that settles the design, with what must stand beside it."""
        held: Mask = np.zeros(len(self.brief if brief else self.borne), dtype=bool)
        for statement, beside in balance.settled_by.items():
            said = self.any_of([statement], brief)
            held |= said & self.any_of(beside, brief) if beside else said
        return held

    def possible(self, balance: Balance, brief: bool = False) -> Mask:
        """For each row, whether it bears what the design needs, and nothing that it can never have."""
        needed: Mask = ~self.any_of(balance.never, brief)
        return needed & self.any_of(balance.needs, brief) if balance.needs else needed


@dataclass(frozen=True, slots=True)
class Taught:
    """Rows that teach one design: its cues as columns, its labels, and whether a statement settles it anyhow."""

    borne: Array
    labels: Array
    settled: Mask


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
    rows: dict[str, list[list[float]]] = {}
    labels: dict[str, dict[str, dict[str, bool | None]]] = {}  # by title, then by set
    for name in SETS:
        for record, told in designs(_table(data, name)):
            if record.title is None or name in labels.setdefault(record.title, {}):
                continue
            labels[record.title][name] = told
            if record.title not in rows:
                parts = (record, *(cut(record, length) for length in (0, BRIEF - 1)))
                rows[record.title] = [_borne(part, names, book_and_cues) for part in parts]
    borne, *brief = (np.array([row[part] for row in rows.values()]) for part in range(3))
    of_sets = {name: _labels([labels[title].get(name, {}) for title in rows]) for name in SETS}
    known = _labels([next(iter(labels[title].values())) for title in rows])
    halves = np.array([in_first_half(title) for title in rows])
    given = Examples(names, borne, np.r_[tuple(brief)], known, halves, of_sets)
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


def _labels(rows: list[dict[str, bool | None]]) -> dict[str, Array]:
    """The labels of rows by design; nan where there is none."""
    told = {design: [row.get(name) for row in rows] for design, name in LABELS.items()}
    return {d: np.array([np.nan if one is None else float(one) for one in column]) for d, column in told.items()}


def fit(borne: Array, labels: Array, signs: Array, penalty: float = PENALTIES[0]) -> Learnt:
    """Weights that explain the labels best (accelerated gradient descent, begun anew where it overshoots)."""
    step = 1 / (0.25 * np.linalg.norm(np.c_[borne, np.ones(len(borne))], 2) ** 2 + penalty)
    weights, intercept, pace = np.zeros(borne.shape[1]), -2.0, 1.0
    ahead, ahead_intercept = weights, intercept
    for _ in range(STEPS):
        slope = 1 / (1 + np.exp(-(borne @ ahead + ahead_intercept))) - labels
        new = ahead - step * (borne.T @ slope + penalty * ahead)
        new = np.where(signs > 0, np.maximum(new, 0), np.minimum(new, 0))
        new_intercept = ahead_intercept - step * float(slope.sum())
        if (ahead - new) @ (new - weights) + (ahead_intercept - new_intercept) * (new_intercept - intercept) > 0:
            pace = 1.0
        faster = (1 + (1 + 4 * pace**2) ** 0.5) / 2
        ahead = new + (pace - 1) / faster * (new - weights)
        ahead_intercept = new_intercept + (pace - 1) / faster * (new_intercept - intercept)
        weights, intercept, pace = new, new_intercept, faster
    return Learnt(intercept, weights)


def learn(whole: Taught, brief: Taught, signs: Array) -> Learnt:
    """Weights rounded to a tenth, under the penalty that foretells rows left out in turn best.

    The intercepts are where F1 is expected to be highest, by the scores that those rows got.
    """
    borne, labels = whole.borne, whole.labels
    tried = [(left_out(borne, labels, signs, penalty), penalty) for penalty in PENALTIES]
    scores, penalty = min(tried, key=lambda one: _surprise(one[0], labels))
    fitted = fit(borne, labels, signs, penalty)
    weights = np.round(fitted.weights, 1) + 0.0
    intercept = fitted.intercept - threshold(scores, labels, whole.settled)
    return Learnt(
        round(intercept, 1), weights, round(-threshold(brief.borne @ weights, brief.labels, brief.settled), 1)
    )


def left_out(borne: Array, labels: Array, signs: Array, penalty: float) -> Array:
    """The score of each row by what the rows of other folds teach."""
    folds, scores = np.arange(len(labels)) % FOLDS, np.zeros(len(labels))
    for fold in range(FOLDS):
        inside = folds != fold
        scores[~inside] = fit(borne[inside], labels[inside], signs, penalty).scores(borne[~inside])
    return scores


def _surprise(scores: Array, labels: Array) -> float:
    """How unlikely the labels are by the scores (log loss)."""
    return float(np.logaddexp(0, np.where(labels > 0, -scores, scores)).sum())


def threshold(scores: Array, labels: Array, settled: Mask) -> float:
    """Above which score F1 is expected to be best, were the share of right answers what it is around each score.

    Steadier than the score at which F1 is highest on these very rows, where one label more or less moves it far.
    Rows that are settled are told whatever their score.
    """
    if settled.all():
        return 0.0
    eased = fit(scores[:, None], labels, np.ones(1), EASY)
    shares = 1 / (1 + np.exp(-eased.scores(scores[:, None])))
    falling, sure = np.sort(scores[~settled])[::-1], labels[settled]
    right = sure.sum() + np.cumsum(np.sort(shares[~settled])[::-1])
    told = len(sure) + np.arange(1, len(falling) + 1)
    most = int((2 * right / (told + sure.sum() + shares[~settled].sum())).argmax())
    return float(falling[most] + (falling[most + 1] if most + 1 < len(falling) else falling[most] - 1)) / 2


def learnt(given: Examples, rules: CueRules, rows: Mask) -> dict[str, Learnt]:
    """What the chosen rows teach of each design; those that can never be marked teach nothing."""
    made = {}
    for balance in rules.designs:
        labels = given.labels[balance.value]
        signs = np.r_[np.ones(len(balance.speak_for)), -np.ones(len(balance.against))]
        use = rows & ~np.isnan(labels)
        whole, brief = use & given.possible(balance), np.r_[use, use] & given.possible(balance, brief=True)
        made[balance.value] = learn(
            Taught(given.columns(balance)[whole], labels[whole], given.settled(balance)[whole]),
            Taught(
                given.columns(balance, brief=True)[brief],
                np.r_[labels, labels][brief],
                given.settled(balance, brief=True)[brief],
            ),
            signs,
        )
    return made


def marked(given: Examples, rules: CueRules, known: dict[str, Learnt]) -> dict[str, Mask]:
    """For each design the rows that it is told of; one that another of them rules out is not marked."""
    found: dict[str, Mask] = {}
    for balance in rules.designs:
        outweighs = known[balance.value].scores(given.columns(balance)) > 0
        said = (outweighs | given.settled(balance)) & given.possible(balance)
        for other in balance.unless:
            said &= ~found.get(other, np.zeros_like(said))
        found[balance.value] = said
    return found


def measured(said: dict[str, Mask], labels: dict[str, Array], rows: Mask) -> Iterator[tuple[object, ...]]:
    """A row of figures for each design on the chosen rows."""
    for design, told in said.items():
        score = Score()
        for one, label in zip(told[rows], labels[design][rows], strict=True):
            if not np.isnan(label):
                score.add(bool(one), bool(label))
        yield score.row(design)


def foretold(given: Examples, rules: CueRules, turn: int = 0) -> dict[str, Mask]:
    """For each design the rows that it is told of, each tenth of them by what the others teach.

    ``turn``: which of many ways to part them into tenths. A meta-analysis is a systematic review, too, as in the sets.
    """
    parts = np.arange(len(given.borne)) % PARTS
    parts = np.random.default_rng(turn).permutation(parts) if turn else parts
    found = {balance.value: np.zeros(len(parts), dtype=bool) for balance in rules.designs}
    for part in range(PARTS):
        for design, said in marked(given, rules, learnt(given, rules, parts != part)).items():
            found[design] |= said & (parts == part)
    found["systematic-review"] |= found["meta-analysis"]
    return found


def averaged(turns: Sequence[dict[str, Mask]], labels: dict[str, Array]) -> Iterator[tuple[object, ...]]:
    """The mean figures for each design over several ways to part the rows, then the lowest and the highest F1."""
    every = np.ones(len(next(iter(labels.values()))), dtype=bool)
    for of_design in zip(*(measured(said, labels, every) for said in turns), strict=True):
        figures = np.array([row[1:] for row in of_design], dtype=float)
        yield of_design[0][0], *map(float, figures.mean(axis=0)), figures[:, 2].min(), figures[:, 2].max()


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


def report(given: Examples, rules: CueRules, turns: int) -> Iterator[str]:
    """Figures for each half by what either taught, then for each set, a tenth at a time by what the others taught.

    The latter are means over so many ``turns``: which papers fall into one tenth moves single figures by two points.
    """
    halves: Sequence[tuple[str, Mask]] = (("first", given.first_half), ("second", ~given.first_half))
    for (name, inside), (other, outside) in (halves, halves[::-1]):
        known = learnt(given, rules, inside)
        for what, rows in ((other, outside), (name, inside)):
            yield f"## Learnt from the {name} half, measured on the {what}\n"
            yield table(HEADER, list(measured(marked(given, rules, known), given.labels, rows))) + "\n"
    every = [foretold(given, rules, turn) for turn in range(turns)]
    for name, labels in given.sets.items():
        yield f"## Learnt from nine tenths, measured on the other: {name}, every label as it stands, turns: {turns}\n"
        yield table((*HEADER, "lowest F1", "highest F1"), list(averaged(every, labels))) + "\n"


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=ROOT.parent / "shared" / "data")
@click.option("--policy", type=click.Path(path_type=Path), default=None, help="Data folder. [default: shipped]")
@click.option("--write", is_flag=True, help="Write the weights learnt from both halves.")
@click.option("--turns", type=click.IntRange(min=1), default=1, show_default=True, help="Ways to part into tenths.")
def command(data: Path, policy: Path | None, write: bool, turns: int) -> None:
    """Learn the weights of the cues from labelled sets, and measure them on records that did not teach them."""
    policy = policy or shipped_data()
    rules, book = load_policy(CueRules, policy, CUES), Rulebook.load(policy, "design")
    given = examples(data, rules, book)
    if not write:
        for part in report(given, rules, turns):
            click.echo(part)
        return
    known = learnt(given, rules, np.ones(len(given.borne), dtype=bool))
    told = f"logistic regression on {len(given.borne):,} labelled abstracts; see docs/intake.md"
    write_atomic(policy / "policy" / f"{WEIGHTS}.yaml", written(rules, known, told).encode())


if __name__ == "__main__":
    command()
