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
    width = f"h{max(min(step * 0.84, 18.0), 0.6):.1f}v"
    tallest = max(max(counts.values()), 1)
    bars: dict[bool, str] = {True: "", False: ""}
    for year, count in sorted(counts.items()):
        if count:
            within = (first_chosen is None or year >= first_chosen) and (last_chosen is None or year <= last_chosen)
            height = f"{max(1.5, count / tallest * HEIGHT):.1f}"
            bars[within] += f"M{(year - first) * step:.1f} {HEIGHT}v-{height}{width}{height}z"
    pale = f'<path class="pale" d="{bars[False]}"/>' if bars[False] else ""
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<path fill="currentColor" d="{bars[True]}"/>{pale}</svg>'
    )
