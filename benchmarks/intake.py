"""``python -m benchmarks.intake``: how well and how fast the intake decides, on labelled sets where they are at hand.

Every figure comes with its counts: right, wrong (an answer that the label denies) and missed.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from benchmarks import intake_dedup, intake_findings, intake_stages
from benchmarks.intake_labels import TEXT_LABELS, Score, designs, facts, records, relevant, sizes
from benchmarks.timing import machine, table
from entries.atlas import Atlas
from entries.policy import pem_badge
from entries.study import Study
from explorer.settings import shipped_data
from intake.classify import Classification, Classifier
from intake.design import DesignRules, marks
from intake.record import Record
from intake.rulebook import Reading, Rulebook
from intake.sample_size import total

ROOT = Path(__file__).resolve().parent.parent
LABELS = ROOT / "tests" / "data"
HEADER = ("what", "precision", "recall", "F1", "right", "wrong", "missed")
MARKS = {
    "systematic_review": {"systematic-review", "meta-analysis", "network-meta-analysis"},
    "meta_analysis": {"meta-analysis", "network-meta-analysis"},
    "randomized_trial": {"randomised-controlled-trial", "crossover-trial", "cluster-randomised-trial"},
    "protocol": {"protocol", "named-protocol"},
    "rodent": {"rodent"},
}


def main(data: Path, policy: Path) -> None:
    """Print every table whose set is in ``data``."""
    click.echo(f"Machine: {machine()}")
    classifier = Classifier(policy, Atlas.load(policy).vocabulary)
    parts: tuple[tuple[str, str, Callable[[Path], str]], ...] = (
        ("Homonyms", "cfs-homonym/cfs_syndrome.json", lambda path: homonyms(path, classifier)),
        ("Relevance, Long COVID set", "pubmed-long-covid/records.jsonl", lambda path: relevance(path, classifier)),
        ("Design, several labels a row", "design-labels/full_labeled.dev.tsv.gz", lambda path: design(path, policy)),
        ("Design, one class a row", "design-labels/single_class.dev.tsv.gz", lambda path: design(path, policy)),
        ("Sample size", "sample-size/pico.dev.jsonl.gz", lambda path: sample_size(path, policy)),
        ("Facts of ME/CFS records", "pubmed-mecfs/records.jsonl", lambda path: inclusion(path, classifier)),
        (
            "Findings: which way, by labels of our own",
            "pubmed-mecfs/records.jsonl",
            lambda path: intake_findings.findings(path, LABELS / "labels_findings.yaml", policy),
        ),
        (
            "Findings, ME/CFS part of the Long COVID set",
            "pubmed-long-covid/records.jsonl",
            lambda path: intake_findings.findings(path, LABELS / "labels_findings_long_covid.yaml", policy),
        ),
        ("Duplicates", "dedup/asysd_labelled.csv.gz", duplicates),
        ("Speed of classification", "pubmed-mecfs/records.jsonl", lambda path: speed(path, classifier)),
        (
            "Speed, stage by stage, of records about the disease",
            "pubmed-mecfs/records.jsonl",
            lambda path: intake_stages.stages(path, policy),
        ),
    )
    for name, place, measure in parts:
        path = data / place
        click.echo(f"\n## {name}\n\n{measure(path) if path.is_file() else f'Left out: {path} is not there.'}")


def homonyms(path: Path, classifier: Classifier) -> str:
    """How many records on another CFS were let in."""
    found = records(path)
    let_in = sum(classifier.relevance(record).value == "yes" for record in found)
    return f"{let_in} of {len(found)} records on cramp-fasciculation syndrome accepted."


def relevance(path: Path, classifier: Classifier) -> str:
    """Relevance on the records that are labelled."""
    labels = relevant(LABELS / "labels_relevance.yaml")
    score, right, known = Score(), 0, 0
    for record in records(path):
        if (label := labels.get(record.pmid or "")) is not None:
            said = classifier.relevance(record).value == "yes"
            score.add(said, label)
            right, known = right + (said == label), known + 1
    return f"{right} of {known} right ({right / (known or 1):.1%}).\n\n" + table(HEADER, [score.row("relevant")])


def design(path: Path, policy: Path) -> str:
    """Each label of a design against the marks that the rules give, from text alone: the sets have no types.

    The sets call a paper a protocol whose title has the word, be it the plan of a study or a way to scan or to treat;
    so do two marks of ours together. What plans a study is measured by itself in the last row, against the same label.
    """
    rules = DesignRules.load(policy)
    scores, plans = {name: Score() for name in TEXT_LABELS}, Score()
    for record, labels in designs(path):
        found = set(marks(record, rules))
        for name, label in labels.items():
            if label is not None:
                scores[name].add(bool(found & MARKS[name]), label)
        plans.add("protocol" in found, labels["protocol"])
    rows = [score.row(name) for name, score in scores.items()]
    return table(HEADER, [*rows, plans.row("protocol, plans of a study alone")])


def sample_size(path: Path, policy: Path) -> str:
    """Totals of trial abstracts: exactly the first total that people marked, any of them, wrong, or no answer."""
    rules = Rulebook.load(policy, "sample-size")
    first = any_of = wrong = silent = 0
    for record, totals in sizes(path):
        if not totals:
            continue
        decision = total(Reading(record), rules)
        if decision is None:
            silent += 1
        elif decision.value in totals:
            any_of, first = any_of + 1, first + (decision.value == totals[0])
        else:
            wrong += 1
    stated = any_of + wrong + silent
    shares = [n / (stated or 1) for n in (any_of, first, wrong, silent)]
    header = ("abstracts", "right", "of these the first stated", "wrong", "no answer")
    return table(header, [(stated, *shares), ("counts", any_of, first, wrong, silent)])


def inclusion(path: Path, classifier: Classifier) -> str:
    """Case definition, PEM status and numbers on the records about the disease, against ``tests/data/labels.yaml``."""
    labels = facts(LABELS / "labels.yaml")
    scores = {name: Score() for name in ("case definition", "PEM settled", "patients", "controls", "total")}
    seen = 0
    for record in records(path):
        found = classifier.classify(record)
        if record.pmid not in labels or not found.relevant:
            continue
        seen += 1
        for name, said, true in _answers(found, labels[record.pmid], classifier):
            scores[name].add(said, true)
    rows = [score.row(name) for name, score in scores.items()]
    pooled = Score(*(sum(getattr(s, part) for s in scores.values()) for part in ("right", "wrong", "missed")))
    return f"{seen} records about the disease.\n\n" + table(HEADER, [*rows, pooled.row("all together")])


def _answers(
    found: Classification, label: dict[str, object], classifier: Classifier
) -> Iterator[tuple[str, object, object]]:
    """(fact, what was decided, what the label says); a total is compared where people marked one."""
    definitions = found.first("case_definition.any") or found.first("case_definition.all")
    said = {definitions.name.partition(".")[2]: definitions.value} if definitions else {}
    stated = found.first("pem")
    true = {kind: tuple(ids) for kind, ids in dict(label.get("definitions") or {}).items()}  # type: ignore[call-overload]
    yield "case definition", said or None, true or None
    yield (
        "PEM settled",
        _settled(said, stated.value if stated else None, classifier),
        _settled(true, label.get("pem"), classifier),
    )
    for name in ("patients", "controls", "total"):
        known = label.get(name)
        yield name, found.number(name), int(str(known)) if known else None


def _settled(definitions: object, stated: object, classifier: Classifier) -> object:
    """``pem-required`` or ``pem-not-required`` by the rule of the atlas; None where it stays unclear."""
    pem = {"stated": stated, "quote": "…"} if stated else {}
    study = Study.model_construct(**_parts(definitions, pem))
    status = str(pem_badge(study, classifier.vocabulary).status)
    return None if status == "pem-unclear" else status


def _parts(definitions: object, pem: dict[str, object]) -> dict[str, object]:
    fields = Study.model_fields
    return {
        "case_definition": fields["case_definition"].annotation(**definitions),  # type: ignore[misc,arg-type,operator]
        "pem": fields["pem"].annotation(**pem),
    }


def duplicates(path: Path) -> str:
    """Duplicates of a reference list in which people marked them."""
    figures = intake_dedup.measure(path)
    header = ("precision", "recall", "found", "wrong", "missed")
    return table(header, [(figures.precision, figures.recall, figures.found, figures.wrong, figures.missed)])


def speed(path: Path, classifier: Classifier) -> str:
    """Seconds of processor time for records about the disease, and for records of which most are not."""
    rows = []
    for name, place in (
        ("about the disease", path),
        ("Long COVID", path.parent.parent / "pubmed-long-covid" / path.name),
    ):
        if not place.is_file():
            continue
        found = records(place)
        _seconds(found, classifier)  # once to warm up
        seconds = min(_seconds(found, classifier) for _ in range(3))
        rows.append((name, len(found), sum(map(_length, found)) / len(found), len(found) / seconds))
    return table(("records", "number", "letters each", "records a second"), rows)


def _seconds(found: list[Record], classifier: Classifier) -> float:
    started = time.process_time()
    for record in found:
        classifier.classify(record)
    return time.process_time() - started


def _length(record: Record) -> int:
    return len(record.text())


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=ROOT.parent / "shared" / "data",
    help="Folder of labelled sets.  [default: ../shared/data]",
)
@click.option(
    "--policy", type=click.Path(path_type=Path), default=None, help="Data folder with the rules. [default: shipped]"
)
def command(data: Path, policy: Path | None) -> None:
    """Measure the intake on labelled sets; a set that is not there is left out and named."""
    main(data, policy or shipped_data())


if __name__ == "__main__":
    command()
