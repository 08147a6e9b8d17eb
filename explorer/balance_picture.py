"""The balance of evidence as an SVG drawn on the server: a line a study, to the left less, to the right more.

The length of a bar is the square root of the number of people, so that one large study does not dwarf the others; the
table beside the picture says the same in words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from markupsafe import Markup, escape

WIDTH, MIDDLE, REACH = 560, 385, 105
ROW, TOP, HEADING = 24, 34, 30
LABEL = 30  # characters
LEAST = 6.0  # length of the bar of a very small study
SIDES = {"decreased": -1, "increased": 1}  # every other verdict stands across the middle


@dataclass(frozen=True, slots=True)
class Bar:
    """One study: its name, its level, its address, its verdict in a word and as a sign, how many people or None."""

    label: str
    level: str
    url: str
    verdict: str
    word: str
    sign: str
    size: int | None
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Bars under a heading."""

    heading: str
    bars: tuple[Bar, ...]


def draw(groups: Sequence[Group], title: str) -> Markup:
    """The picture; empty where no bar is."""
    groups = [group for group in groups if group.bars]
    if not groups:
        return Markup("")
    largest = max((bar.size or 0 for group in groups for bar in group.bars), default=0) or 1
    height = TOP + sum(HEADING + ROW * len(group.bars) for group in groups) + 8
    body = "".join(_groups(groups, largest))
    return Markup(
        f'<svg class="bal" viewBox="0 0 {WIDTH} {height}" role="group" aria-label="{escape(title)}">'
        f'<text class="cap" x="{MIDDLE - 12}" y="18" text-anchor="end">← decreased</text>'
        f'<text class="cap" x="{MIDDLE + 12}" y="18">increased →</text>'
        f'<path class="axis" d="M{MIDDLE} {TOP - 8}V{height - 6}"/>{body}</svg>'
    )


def _groups(groups: Sequence[Group], largest: int) -> Iterator[str]:
    y = float(TOP)
    for group in groups:
        yield f'<text class="head" x="0" y="{y + 18:.0f}">{escape(group.heading)}</text>'
        y += HEADING
        for bar in group.bars:
            yield _row(bar, y, largest)
            y += ROW


def _row(bar: Bar, y: float, largest: int) -> str:
    """One study: the whole line is its link."""
    length = max(LEAST, REACH * sqrt((bar.size or 0) / largest))
    side = SIDES.get(bar.verdict, 0)
    left = {-1: MIDDLE - length, 0: MIDDLE - length / 2, 1: float(MIDDLE)}[side]
    people = "n not told" if bar.size is None else f"n={bar.size:,}"
    kind = {-1: "less", 0: "even", 1: "more"}[side] + (" struck" if bar.struck else "")
    room = LABEL - len(bar.level) - 3
    name = bar.label if len(bar.label) <= room else bar.label[: room - 1] + "…"
    told = f"{bar.label} ({bar.level}): {bar.word}, {people}"
    note = _note(bar, side, left, length, y, people)
    return (
        f'<a href="{escape(bar.url)}" aria-label="{escape(told)}"><title>{escape(told)}</title>'
        f'<rect class="hit" x="0" y="{y:.0f}" width="{WIDTH}" height="{ROW}"/>'
        f'<text x="10" y="{y + 16:.0f}">{escape(name)} · {escape(bar.level)}</text>'
        f'<rect class="{kind}" x="{left:.1f}" y="{y + 5:.0f}" width="{length:.1f}" height="14" rx="2"/>{note}</a>'
    )


def _note(bar: Bar, side: int, left: float, length: float, y: float, people: str) -> str:
    """Number of people, and the sign where the side does not tell the verdict, beyond the end of the bar."""
    words = people if side else f"{bar.sign} {people}"
    x, anchor = (left - 6, "end") if side < 0 else (left + length + 6, "start")
    return f'<text class="cap" x="{x:.1f}" y="{y + 16:.0f}" text-anchor="{anchor}">{escape(words)}</text>'
