"""Small pictures drawn on the server: they need no script and take their colours from the style sheet."""

from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT = 240, 40


def histogram(
    years: Sequence[tuple[int, int]], first_chosen: int | None = None, last_chosen: int | None = None
) -> Markup:
    """Studies a year as bars; the sentence beside it says the same to those who cannot see it.

    ``years``: (year, number of studies), in order. Fewer than two years give no picture. Bars of years before
    ``first_chosen`` or after ``last_chosen`` are pale.
    """
    counts = dict(years)
    if len(counts) < 2:  # nothing to compare
        return Markup("")
    first, last = min(counts), max(counts)
    step = WIDTH / (last - first + 1)
    tallest = max(max(counts.values()), 1)
    bars: dict[bool, str] = {True: "", False: ""}
    for year, count in sorted(counts.items()):
        if count:
            within = (first_chosen is None or year >= first_chosen) and (last_chosen is None or year <= last_chosen)
            bars[within] += _bar((year - first) * step, max(1.5, count / tallest * HEIGHT), step)
    return Markup(
        '<svg viewBox="0 0 {w} {h}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<path fill="currentColor" d="{d}"/>{pale}</svg>'
    ).format(
        w=WIDTH,
        h=HEIGHT,
        d=bars[True],
        pale=Markup('<path class="pale" d="{}"/>').format(bars[False]) if bars[False] else "",
    )


def _bar(left: float, height: float, step: float) -> str:
    width = max(min(step * 0.84, 18.0), 0.6)
    return f"M{left:.1f} {HEIGHT}v-{height:.1f}h{width:.1f}v{height:.1f}z"
