"""What was found on every concept of a scheme, as one object: counts by verdict, before and after the bar."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from markupsafe import Markup

from entries.vocabulary import Scheme
from explorer import balance_picture
from explorer.asked_evidence import AskedEvidence, Option, asked_evidence
from explorer.presentation import Chosen, Words, shortened
from explorer.presentation_balance import marks, verdict_words
from explorer.remains import Count as Remaining
from explorer.site import Site
from graph.balance import VERDICTS
from graph.evidence import Evidence, everything
from graph.postings import postings
from graph.verdicts import verdicts

SHOWN = 50  # concepts a page
MOST_LEAST = 100_000


class Count(NamedTuple):
    """Studies that clear the bar, of all studies."""

    kept: int
    every: int


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """One concept: its counts in the order of VERDICTS.

    ``enough``: whether as many studies as asked for remain; only the switch "what remains" leaves rows with less.
    """

    id: str
    concept: Chosen
    counts: tuple[Count, ...]
    total: Count
    enough: bool

    @property
    def by_verdict(self) -> dict[str, int]:
        """The studies that clear the bar, by verdict."""
        return {verdict: count.kept for verdict, count in zip(VERDICTS, self.counts, strict=True)}


@dataclass(frozen=True, slots=True)
class BalancesAsked:
    """The arguments of an address, as they came."""

    scheme: str = ""
    level: str = ""
    pem: str = ""
    direction: str = ""
    least: str = ""
    page: str = ""
    without: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class BalancesPage:
    """Everything that ``balances.html`` shows; ``rows`` are those of this page, ``every`` all of them.

    ``enough``: the concepts that still have as many studies as asked for, of those that had before the switch.
    """

    asked: AskedEvidence
    scheme: Scheme
    schemes: tuple[Option, ...]
    directions: tuple[Option, ...]
    direction: str
    below: Chosen | None
    below_id: str
    wider_url: str
    least: int
    verdicts: tuple[Words, ...]
    rows: tuple[ConceptRow, ...]
    strips: tuple[Markup, ...]
    marks: tuple[tuple[Markup, str], ...]
    every: tuple[ConceptRow, ...]
    enough: Remaining
    messages: tuple[str, ...]
    sentence: str
    previous: str
    next: str
    csv_url: str
    json_url: str


def balances_page(site: Site, given: BalancesAsked) -> BalancesPage | None:
    """Put the page together; what cannot be used is told. None where studies are tagged with nothing."""
    offered = tuple(name for name in site.atlas.config.tags if name in site.atlas.vocabulary.schemes)
    return _Answer(site, given, offered).page() if offered else None


class _Answer:
    """Reads the question and counts."""

    def __init__(self, site: Site, given: BalancesAsked, offered: tuple[str, ...]) -> None:
        self._site, self._offered, self._messages = site, offered, list[str]()
        self._asked = asked_evidence(site, given.level, given.pem, given.without)
        told = verdicts(site.atlas)
        usual = max(offered, key=lambda name: sum(c.id in told for c in site.atlas.vocabulary.of_scheme(name)))
        self._below = self._concept(given.below, offered)
        within = site.atlas.vocabulary.scheme_of(self._below) if self._below else ""
        self._scheme = within or self._one_of(given.scheme, offered) or usual
        self._direction = self._one_of(given.direction, VERDICTS)
        self._least = min(max(1, _whole(given.least)), MOST_LEAST)
        self._page = max(1, _whole(given.page))

    def _one_of(self, given: str, known: tuple[str, ...]) -> str:
        if given and given not in known:
            self._messages.append(f"“{shortened(given, 40)}” is none of {', '.join(known)} and was left out.")
        return given if given in known else ""

    def _concept(self, given: str, offered: tuple[str, ...]) -> str:
        """The concept that the table is to begin at; empty for all of a scheme."""
        vocabulary = self._site.atlas.vocabulary
        known = given in vocabulary and vocabulary.scheme_of(given) in offered
        if given and not known:
            self._messages.append(f"“{shortened(given, 40)}” is no concept of these kinds and was left out.")
        return given if known else ""

    def page(self) -> BalancesPage:
        """The whole of it."""
        every = tuple(sorted(self._rows(), key=self._rank))
        last = max(1, -(-len(every) // SHOWN))
        page = min(self._page, last)
        links, rows = self._site.links, every[(page - 1) * SHOWN : page * SHOWN]
        largest = max((row.total.kept for row in every), default=0)
        return BalancesPage(
            asked=self._asked,
            scheme=self._site.atlas.vocabulary.schemes[self._scheme],
            schemes=tuple(self._options(self._offered)),
            directions=tuple(Option(v, verdict_words(v).word, v == self._direction) for v in VERDICTS),
            direction=verdict_words(self._direction).word.lower() if self._direction else "",
            below=self._site.chosen(self._below) if self._below else None,
            below_id=self._below,
            wider_url=links.balance([(k, v) for k, v in self._args() if k != "below"]),
            least=self._least,
            verdicts=tuple(verdict_words(v) for v in VERDICTS),
            rows=rows,
            strips=tuple(balance_picture.strip(row.by_verdict, largest) for row in rows),
            marks=tuple(marks(v for row in rows for v, kept in row.by_verdict.items() if kept)),
            every=every,
            enough=Remaining(sum(row.enough for row in every), len(every)),
            messages=(*self._messages, *self._asked.messages),
            sentence=f"Page {page} of {last}" if last > 1 else "",
            previous=links.balance(self._args(page - 1)) if page > 1 else "",
            next=links.balance(self._args(page + 1)) if page < last else "",
            csv_url=links.balance(self._args(), ".csv"),
            json_url=links.balance(self._args(), ".json"),
        )

    def _options(self, offered: tuple[str, ...]) -> Iterator[Option]:
        schemes = self._site.atlas.vocabulary.schemes
        yield from (Option(name, schemes[name].plural, name == self._scheme) for name in offered)

    def _rows(self) -> Iterator[ConceptRow]:
        """The concepts that had enough studies, of the direction asked for or any, before the switch set some aside."""
        told, evidence = verdicts(self._site.atlas), self._asked.evidence
        bar, before = self._bar(evidence), self._bar(evidence.without("dropped"))
        vocabulary = self._site.atlas.vocabulary
        within = {self._below, *vocabulary.descendants(self._below)} if self._below else None
        for concept in vocabulary.of_scheme(self._scheme):
            if within is not None and concept.id not in within:
                continue
            by_verdict = told.get(concept.id, {})
            bits = [by_verdict.get(v, 0) for v in VERDICTS]
            counts = tuple(Count((b & bar).bit_count(), b.bit_count()) for b in bits)
            total = Count(sum(c.kept for c in counts), sum(c.every for c in counts))
            asked_for = bits if not self._direction else [by_verdict.get(self._direction, 0)]
            was = sum((b & before).bit_count() for b in asked_for)
            if was >= self._least or (concept.id == self._below and total.every):
                address = f"{self._site.links.concept(concept.id)}#directions"
                enough = self._wanted(counts, total) >= self._least
                yield ConceptRow(concept.id, Chosen(concept.label, address), counts, total, enough)

    def _bar(self, evidence: Evidence) -> int:
        """The studies that clear a bar."""
        lists = postings(self._site.atlas)
        return evidence.bits(lists) if evidence else everything(lists)

    def _wanted(self, counts: tuple[Count, ...], total: Count) -> int:
        return counts[VERDICTS.index(self._direction)].kept if self._direction else total.kept

    def _rank(self, row: ConceptRow) -> tuple[bool, int, int, int, str]:
        wanted = self._wanted(row.counts, row.total)
        return row.id != self._below, -wanted, -row.total.kept, -row.total.every, row.concept.label

    def _args(self, page: int = 1) -> list[tuple[str, str]]:
        args = [("scheme", self._scheme), *self._asked.args]
        args += [("below", self._below)] if self._below else []
        args += [("direction", self._direction)] if self._direction else []
        args += [("least", str(self._least))] if self._least > 1 else []
        return args + ([("page", str(page))] if page > 1 else [])


def table(page: BalancesPage) -> Iterator[list[object]]:
    """All rows as a table with a heading: studies that clear the bar, then all studies, for each verdict."""
    yield ["id", "label", *(f"{name} {of}" for name in (*VERDICTS, "total") for of in ("counted", "of"))]
    for row in page.every:
        yield [row.id, row.concept.label, *(n for count in (*row.counts, row.total) for n in count)]


def as_data(page: BalancesPage) -> dict[str, Any]:
    """All rows as plain data."""
    return {
        "scheme": page.scheme.scheme,
        "level": page.asked.evidence.level,
        "pem": page.asked.evidence.pem,
        "without": page.asked.evidence.alone,
        "below": page.below_id or None,
        "least": page.least,
        "messages": list(page.messages),
        "concepts": [
            {
                "id": row.id,
                "label": row.concept.label,
                "studies": {v: c._asdict() for v, c in zip(VERDICTS, row.counts, strict=True) if c.every},
            }
            for row in page.every
        ],
    }


def _whole(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 9 else 0
