"""Small pictures drawn on the server: they need no script and take their colours from the style sheet."""

from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT = 240, 40


def histogram(years: Sequence[tuple[int, int]]) -> Markup:
    """Studies a year as one path of bars; the sentence beside it says the same to those who cannot see it.

    ``years``: (year, number of studies), in order. Fewer than two years give no picture.
    """
    counts = dict(years)
    if len(counts) < 2:  # nothing to compare
        return Markup("")
    first, last = min(counts), max(counts)
    step = WIDTH / (last - first + 1)
    tallest = max(max(counts.values()), 1)
    bars = "".join(
        _bar((year - first) * step, max(1.5, count / tallest * HEIGHT), step)
        for year, count in sorted(counts.items())
        if count
    )
    return Markup(
        '<svg viewBox="0 0 {w} {h}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<path fill="currentColor" d="{d}"/></svg>'
    ).format(w=WIDTH, h=HEIGHT, d=bars)


def _bar(left: float, height: float, step: float) -> str:
    width = max(min(step * 0.84, 18.0), 0.6)
    return f"M{left:.1f} {HEIGHT}v-{height:.1f}h{width:.1f}v{height:.1f}z"
