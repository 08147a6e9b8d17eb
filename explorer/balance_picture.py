"""The balance of evidence as an SVG drawn on the server: a line a study, to the left less, to the right more.

The length of a bar is the square root of the number of people, so that one large study does not dwarf the others; the
table beside the picture says the same in words. Each verdict has a shape of its own besides its colour: a full bar on
its side for decreased and increased, a bar cut in two for mixed, an empty one for no difference, one with pointed ends
for associated (empty where not), a thin one where no direction is given.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from markupsafe import Markup, escape

WIDTH, MIDDLE, REACH = 590, 402, 100
ROW, TOP, HEADING = 24, 34, 30
LABEL = 30  # characters
LEAST = 6.0  # length of the bar of a very small study
LESS, MORE = "decreased", "increased"  # every other verdict stands across the middle
STRIP, THICK = 150, 14  # of the picture of one concept among many


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
    left = {LESS: MIDDLE - length, MORE: float(MIDDLE)}.get(bar.verdict, MIDDLE - length / 2)
    people = "n not told" if bar.size is None else f"n={bar.size:,}"
    room = LABEL - len(bar.level) - 3
    name = bar.label if len(bar.label) <= room else bar.label[: room - 1] + "…"
    told = f"{bar.label} ({bar.level}): {bar.word}, {people}"
    drawn = shape(bar.verdict, left, y + 5, length, THICK)
    drawn = f'<g class="struck">{drawn}</g>' if bar.struck else drawn
    return (
        f'<a href="{escape(bar.url)}" aria-label="{escape(told)}"><title>{escape(told)}</title>'
        f'<rect class="hit" x="0" y="{y:.0f}" width="{WIDTH}" height="{ROW}"/>'
        f'<text x="10" y="{y + 16:.0f}">{escape(name)} · {escape(bar.level)}</text>'
        f"{drawn}{_note(bar, left, length, y, people)}</a>"
    )


def _note(bar: Bar, left: float, length: float, y: float, people: str) -> str:
    """Sign of the verdict and number of people, beyond the end of the bar."""
    x, anchor = (left - 6, "end") if bar.verdict == LESS else (left + length + 6, "start")
    words = f"{people} {bar.sign}" if bar.verdict == LESS else f"{bar.sign} {people}"
    return f'<text class="cap" x="{x:.1f}" y="{y + 16:.0f}" text-anchor="{anchor}">{escape(words)}</text>'


def shape(verdict: str, left: float, top: float, width: float, height: float) -> str:
    """The bar of a verdict in a box of this place and size."""
    right, bottom, middle = left + width, top + height, top + height / 2
    tip = min(height / 2, width / 2)
    pointed = (
        f"M{left:.1f} {middle:.1f}L{left + tip:.1f} {top:.1f}H{right - tip:.1f}L{right:.1f} {middle:.1f}"
        f"L{right - tip:.1f} {bottom:.1f}H{left + tip:.1f}Z"
    )
    box = f"M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}H{left:.1f}Z"
    paths = {
        LESS: (("less", box),),
        MORE: (("more", box),),
        "mixed": (
            ("less", f"M{left:.1f} {top:.1f}V{bottom:.1f}H{right:.1f}Z"),
            ("more", f"M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}Z"),
            ("cut", f"M{left:.1f} {top:.1f}L{right:.1f} {bottom:.1f}"),
        ),
        "no-difference": (("even", box),),
        "associated": (("tied", pointed),),
        "not-associated": (("even", pointed),),
    }
    thin = (("thin", f"M{left:.1f} {middle:.1f}H{right:.1f}"),)
    return "".join(f'<path class="{css}" d="{d}"/>' for css, d in paths.get(verdict, thin))


def mark(verdict: str) -> Markup:
    """The shape of a verdict alone, for a legend."""
    return Markup(f'<svg class="bal" viewBox="0 0 24 14" aria-hidden="true">{shape(verdict, 1, 1, 22, 12)}</svg>')


def strip(counts: Mapping[str, int], largest: int) -> Markup:
    """One concept among many: a piece a verdict, as long as it has studies; ``largest``: studies of the longest strip.

    Decreased stands left of the middle, increased right of it, everything else across it. Empty where nothing counts.
    """
    across = [verdict for verdict in counts if verdict not in (LESS, MORE)]
    unit = STRIP / (2 * max(largest, 1))
    at = STRIP / 2 - unit * (sum(counts[v] for v in across) / 2 + counts.get(LESS, 0))
    pieces = []
    for verdict in (LESS, *across, MORE):
        width = unit * counts.get(verdict, 0)
        if width:
            pieces.append(shape(verdict, at + 0.5, 2, max(width - 1, 1.5), THICK - 4))
        at += width
    axis = f'<path class="axis" d="M{STRIP / 2:g} 0V{THICK}"/>'
    return Markup(
        f'<svg class="bal strip" viewBox="0 0 {STRIP} {THICK}" aria-hidden="true">{axis}{"".join(pieces)}</svg>'
    )
