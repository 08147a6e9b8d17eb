"""What ``evidence import`` says of its run: a table for people, JSON for programs; both line by line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from entries.study import Notice
from intake.outcome import FATES, Intake, Outcome


def as_json_lines(intake: Intake, written: list[str]) -> Iterator[str]:
    """One JSON object: counts, files, every record with all decisions, links and notices for entries there already.

    It comes a record at a time: a whole baseline file has more to tell than fits into memory at once.
    """
    yield "{"
    yield f' "counts": {_json(intake.counts())},'
    yield f' "stages": {_json(intake.stages)},'
    yield f' "written": {_json(written)},'
    yield f' "links": {_json([p.decision.model_dump(mode="json", exclude_none=True) for p in intake.proposals])},'
    noticed = [{"study": study, **n.model_dump(mode="json", exclude_none=True)} for study, n in intake.noticed]
    yield f' "notices": {_json(noticed)},'
    yield ' "records": ['
    last = len(intake.outcomes)
    for number, outcome in enumerate(intake.outcomes, 1):
        yield _json(outcome.model_dump(mode="json", exclude_none=True)) + ("," if number < last else "")
    yield " ]"
    yield "}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def table(intake: Intake, folder: Path, dry_run: bool) -> Iterator[str]:
    """A line for each record but those on other subjects, which are counted by reason; then the counts."""
    yield from map(_line, intake.outcomes.near())
    for reason, count in intake.outcomes.astray.most_common():
        yield f"{'rejected':<11}{count:>5}  {reason}"
    for proposal in intake.proposals:
        yield f"{'link':<11}{proposal.study} {proposal.link.relation} {proposal.link.study}: add it by hand"
    for study, notice in intake.noticed:
        yield f"{'notice':<11}{study}: {notice.kind}{_where(notice)}; add it to its notices"
    yield ""
    for fate, count in intake.counts().items():
        yield f"{count:>7}  {fate:<11}{FATES[fate]}"
    done = "would be written" if dry_run else "written"
    number = len(intake.studies)
    yield f"{number:,} {'entry' if number == 1 else 'entries'} {done} to {folder}."


def _line(outcome: Outcome) -> str:
    what = outcome.study if outcome.fate == "accepted" else outcome.reason
    return f"{outcome.fate:<11}{outcome.name}: {what}"


def _where(notice: Notice) -> str:
    parts = (notice.citation, notice.pmid and f"PMID {notice.pmid}", notice.doi and f"DOI {notice.doi}")
    told = ", ".join(part for part in parts if part)
    return f" ({told})" if told else ""
