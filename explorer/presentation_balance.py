"""What was found on a concept as one object: counts by PEM status, a bar a study, and the same as a table."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from entries.study import Direction
from explorer import balance_picture
from explorer.node_links import finding_url
from explorer.presentation import DIRECTIONS, PEM, Badge, Chosen, Words, shortened
from explorer.presentation_standing import finding_badge
from explorer.site import Site
from graph.balance import UNDIRECTED, VERDICTS, Balance, Said, Weighed, balance

SHOWN = 10  # studies of one PEM status that are drawn and listed
TEXT = 160
EVERY = "All studies"
UNTOLD = Words(UNDIRECTED, "·", "No direction given")


@dataclass(frozen=True, slots=True)
class CountRow:
    """One line of the counts: a PEM status or all of them, a number for each verdict, and their sum."""

    label: str
    badge: Badge | None
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One study: its verdict, what that rests on, and how much it weighs."""

    study: Chosen
    words: Words
    badges: tuple[Badge, ...]
    size: str
    text: str
    more: int


@dataclass(frozen=True, slots=True)
class BalanceView:
    """Everything that ``_balance.html`` shows."""

    verdicts: tuple[Words, ...]
    counts: tuple[CountRow, ...]
    picture: Markup
    marks: tuple[tuple[Markup, str], ...]
    rows: tuple[StudyRow, ...]
    left_out: int
    retracted: int
    remains: str


def balance_view(site: Site, concept_id: str) -> BalanceView | None:
    """The balance of one concept; None where no study has a finding on it."""
    found = balance(site.atlas, concept_id)
    if not found.studies:
        return None
    groups = _groups(site, found)
    counting = [(status, studies) for status, studies in groups if status not in site.remains.dropped]
    drawn = [(status, tuple(studies[:SHOWN])) for status, studies in counting]
    shown = [said for _, studies in drawn for said in studies]
    every = found.counts()
    return BalanceView(
        verdicts=tuple(verdict_words(verdict) for verdict in every),
        counts=tuple(_counts(site, found, tuple(every), groups)),
        picture=_picture(site, concept_id, drawn),
        marks=tuple(marks(said.verdict for said in shown)),
        rows=tuple(_row(site, said) for said in shown),
        left_out=sum(len(studies) for _, studies in counting) - len(shown),
        retracted=found.studies.retracted,
        remains=_remains(found, groups),
    )


Groups = list[tuple[str, Weighed]]


def _groups(site: Site, found: Balance) -> Groups:
    """The studies by PEM status, in the order of its scheme; statuses without any are kept, with an empty list.

    All together where the atlas has no such scheme.
    """
    order = [concept.id for concept in site.atlas.vocabulary.of_scheme(PEM)]
    return [(status, found.studies.with_pem(status)) for status in order] or [(EVERY, found.studies)]


def verdict_words(verdict: str) -> Words:
    """A verdict as pages show it."""
    return UNTOLD if verdict == UNDIRECTED else DIRECTIONS[Direction(verdict)]


def marks(present: Iterable[str]) -> Iterator[tuple[Markup, str]]:
    """The legend of a picture with these verdicts: shape and word, in the order of VERDICTS."""
    there = frozenset(present)
    yield from ((balance_picture.mark(v), verdict_words(v).word) for v in VERDICTS if v in there)


def _counts(site: Site, found: Balance, verdicts: tuple[str, ...], groups: Groups) -> Iterator[CountRow]:
    lines: list[tuple[str, Badge | None, Mapping[str, int]]] = [(EVERY, None, found.counts())]
    for status in (status for status, _ in groups if status != EVERY):
        own = site.badges.of_concept(status)
        lines.append((own.text, own, found.counts(status)))
    if site.remains.is_on:
        kept = (found.counts(status) for status, _ in groups if status not in site.remains.dropped)
        lines.append(("What remains", None, sum(map(Counter, kept), Counter[str]())))
    for label, badge, counts in lines:
        yield CountRow(label, badge, tuple(counts.get(v, 0) for v in verdicts), sum(counts.values()))


def _remains(found: Balance, groups: Groups) -> str:
    """What is left when only the first status counts: ``increased 5 → 2, decreased 1 → 0``."""
    if groups[0][0] == EVERY:
        return ""
    before, after = found.counts(), found.counts(groups[0][0])
    return ", ".join(
        f"{verdict_words(v).word.lower()} {before[v]:,} → {after.get(v, 0):,}" for v in VERDICTS if v in before
    )


def _picture(site: Site, concept_id: str, drawn: Iterable[tuple[str, Iterable[Said]]]) -> Markup:
    vocabulary = site.atlas.vocabulary
    groups = [
        balance_picture.Group(vocabulary.label(status), tuple(_bar(site, said) for said in studies))
        for status, studies in drawn
    ]
    title = f"What studies found on {vocabulary.label(concept_id)}, a bar a study; the table below says the same"
    return balance_picture.draw(groups, title)


def _bar(site: Site, said: Said) -> balance_picture.Bar:
    study, words = site.atlas.studies[said.study], verdict_words(said.verdict)
    return balance_picture.Bar(
        label=("Retracted: " if said.retracted else "") + f"{study.byline} {study.year}",
        level=said.level,
        url=_address(site, said),
        verdict=said.verdict,
        word=words.word.lower(),
        sign=words.icon,
        size=said.size,
        struck=said.retracted,
    )


def _row(site: Site, said: Said) -> StudyRow:
    study = site.atlas.studies[said.study]
    return StudyRow(
        study=Chosen(f"{study.byline} {study.year}", _address(site, said)),
        words=verdict_words(said.verdict),
        badges=(*site.badges.evidence(study), *finding_badge(site, study, said.findings[0])),
        size="not told" if said.size is None else f"{said.size:,}",
        text=shortened(study.findings[said.findings[0] - 1].text, TEXT),
        more=len(said.findings) - 1,
    )


def _address(site: Site, said: Said) -> str:
    return finding_url(site, said.study, said.findings[0])
