"""What ``evidence import`` says of its run: a table for people, JSON for programs; both line by line."""

import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import shorten
from typing import Any

from entries.study import Notice
from intake.outcome import FATES, Intake, Outcome, Outcomes
from intake.relevance import NAME as RELEVANCE

LONGEST = 90  # letters of a title, and of the words of a record


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
    """A line for each record; of those on other subjects the first of each reason, and how many. Then the counts."""
    yield from map(_line, intake.outcomes.near())
    yield from _astray(intake.outcomes)
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
    which = _titled(outcome) if outcome.fate in ("rejected", "blocked") else outcome.name
    return f"{outcome.fate:<11}{which}: {what}"


def _astray(outcomes: Outcomes) -> Iterator[str]:
    """Records on other subjects: how many for each reason, the first of them, and the words that it rests on."""
    for reason, count in outcomes.astray.most_common():
        yield f"{'rejected':<11}{count:>5}  {reason}"
        first = outcomes.first_astray(reason)
        for outcome in first:
            yield f"{'':<18}{_titled(outcome)}{_said(outcome)}"
        if count > len(first):
            yield f"{'':<18}and {count - len(first):,} more; --json tells each"


def _titled(outcome: Outcome) -> str:
    """``PMID 1 (its title)``; the name alone where that is the title, or where there is none."""
    return f"{outcome.name} ({_cut(outcome.title)})" if outcome.title not in (None, outcome.name) else outcome.name


def _said(outcome: Outcome) -> str:
    """The words of the record that speak for the decision, where some do."""
    quotes = (e.quote for d in outcome.decisions if d.name == RELEVANCE for e in d.evidence)
    words = next(quotes, None)
    return f", by the words: {_cut(words)}" if words else ""


def _cut(text: str | None) -> str:
    return shorten(text or "", LONGEST, placeholder=" …")


def _where(notice: Notice) -> str:
    parts = (notice.citation, notice.pmid and f"PMID {notice.pmid}", notice.doi and f"DOI {notice.doi}")
    told = ", ".join(part for part in parts if part)
    return f" ({told})" if told else ""
