"""A neighbourhood as an SVG drawn on the server: dots where the layout puts them, labels in two columns beside it.

Labels in columns never cover each other or the lines, however many there are; a thin line leads from dot to label.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

WIDTH = 980.0
LEFT, RIGHT = 265.0, 715.0  # the dots' own area; labels stand outside
GAP = 27.0  # between two lines of labels
MARGIN = 34.0
LEAST_HEIGHT = 400.0
CHARACTERS = 38  # of a label in its column
CENTRE_CHARACTERS = 44
SIZE = 6.5  # half the width of a mark
# One mark a kind, beside a colour: the marks alone tell ten kinds apart.
COLOURS = 7  # in the style sheet
SHAPES = (
    "M-{s} 0a{s} {s} 0 1 0 {d} 0a{s} {s} 0 1 0 -{d} 0z",
    "M-{t} -{t}h{u}v{u}h-{u}z",
    "M0 -{w}L{w} 0 0 {w} -{w} 0z",
    "M0 -{w}L{w} {t} -{w} {t}z",
    "M0 {w}L{w} -{t} -{w} -{t}z",
    "M-{s} -{n}h{m}v-{m}h{o}v{m}h{m}v{o}h-{m}v{m}h-{o}v-{m}h-{m}z",
    "M-{s} 0L-{n} -{s} {n} -{s} {s} 0 {n} {s} -{n} {s}z",
    "M-{w} -{n}h{x}v{o}h-{x}z",
    "M-{s} -{s}h{d}L0 0 {s} {s}h-{d}L0 0z",
    "M-{n} -{w}h{o}v{x}h-{o}z",
)


@dataclass(frozen=True, slots=True)
class Dot:
    """One thing in the picture: its place in the unit square, its text, its address, its kind's number."""

    id: str
    x: float
    y: float
    label: str
    url: str
    kind: int
    centre: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A tie between two dots, by id; ``says`` is read out when pointed at; ``against``: drawn broken."""

    source: str
    target: str
    says: str
    against: bool = False


@dataclass(frozen=True, slots=True)
class _Placed:
    dot: Dot
    x: float
    y: float
    left: bool
    line: float  # where its label stands


def mark(kind: int) -> Markup:
    """The mark of a kind alone, for a legend."""
    return Markup('<svg viewBox="-10 -10 20 20" aria-hidden="true"><path class="dot k{}" d="{}"/></svg>').format(
        kind % COLOURS, outline(kind)
    )


def draw(dots: Sequence[Dot], lines: Sequence[Line], title: str) -> Markup:
    """The picture. ``title`` names it for those who do not see it; the table beside it says the rest."""
    placed = _place(dots)
    height = _height(placed)
    at = {p.dot.id: p for p in placed}
    parts = [
        f'<svg class="net" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="group" aria-label="{escape(title)}">',
        *_ties(at, lines),
        *(_lead(p) for p in placed if not p.dot.centre),
        *(_node(p) for p in placed),
        "</svg>",
    ]
    return Markup("".join(parts))  # every text in it was escaped


def _place(dots: Sequence[Dot]) -> list[_Placed]:
    """Dots in the picture's own measure, each with its side, labels spread so that none covers another."""
    ring = sorted((d for d in dots if not d.centre), key=lambda d: (d.x, d.y, d.id))
    half = len(ring) // 2
    height = max(LEAST_HEIGHT, (len(ring) - half) * GAP + 2 * MARGIN)
    sides = [(d, n < half) for n, d in enumerate(ring)] + [(d, False) for d in dots if d.centre]
    placed = [_at(d, left, height) for d, left in sides]
    spread: list[_Placed] = [p for p in placed if p.dot.centre]
    for side in (True, False):
        column = sorted((p for p in placed if p.left is side and not p.dot.centre), key=lambda p: (p.y, p.dot.id))
        spread += [replace(p, line=y) for p, y in zip(column, _lines([p.y for p in column], height), strict=True)]
    return spread


def _at(dot: Dot, left: bool, height: float) -> _Placed:
    y = MARGIN + dot.y * (height - 2 * MARGIN)
    return _Placed(dot, LEFT + 25 + dot.x * (RIGHT - LEFT - 50), y, left, y)


def _lines(wanted: list[float], height: float) -> list[float]:
    """Heights near the wanted ones (ascending), at least GAP apart and inside the picture."""
    lines: list[float] = []
    for y in wanted:
        lines.append(max(y, lines[-1] + GAP if lines else MARGIN / 2))
    floor = height - MARGIN / 2
    for n in range(len(lines) - 1, -1, -1):
        lines[n] = min(lines[n], floor)
        floor = lines[n] - GAP
    return lines


def _height(placed: Sequence[_Placed]) -> float:
    lowest = max((max(p.line, p.y) for p in placed), default=0.0)
    return max(LEAST_HEIGHT, lowest + MARGIN)


def _ties(at: dict[str, _Placed], lines: Sequence[Line]) -> Iterator[str]:
    """One line for each two dots that are tied, however many ties there are; pointing at it tells them all."""
    pairs: dict[frozenset[str], list[Line]] = {}
    for line in lines:
        if line.source in at and line.target in at:
            pairs.setdefault(frozenset((line.source, line.target)), []).append(line)
    for ties in pairs.values():
        a, b = at[ties[0].source], at[ties[0].target]
        css = "edge neg" if all(tie.against for tie in ties) else "edge"
        says = escape("; ".join(dict.fromkeys(tie.says for tie in ties)))
        yield f'<path class="{css}" d="M{a.x:.1f} {a.y:.1f}L{b.x:.1f} {b.y:.1f}"><title>{says}</title></path>'


def _lead(p: _Placed) -> str:
    edge = LEFT - 8 if p.left else RIGHT + 8
    return f'<path class="lead" d="M{p.x:.1f} {p.y:.1f}L{edge:.1f} {p.line:.1f}"/>'


def _node(p: _Placed) -> str:
    d = p.dot
    opening, closing = (f'<a href="{escape(d.url)}" tabindex="-1">', "</a>") if d.url else ("<g>", "</g>")
    body = (
        f"<title>{escape(d.label)}</title>"
        f'<path class="dot" transform="translate({p.x:.1f} {p.y:.1f}){" scale(1.7)" if d.centre else ""}" '
        f'd="{outline(d.kind)}"/>{_text(p)}'
    )
    return f'<g class="k{d.kind % COLOURS}{" centre" if d.centre else ""}">{opening}{body}{closing}</g>'


def _text(p: _Placed) -> str:
    if p.dot.centre:
        words = escape(_cut(p.dot.label, CENTRE_CHARACTERS))
        return f'<text class="halo" x="{p.x:.1f}" y="{p.y + 28:.1f}" text-anchor="middle">{words}</text>'
    x, anchor = (LEFT - 14, "end") if p.left else (RIGHT + 14, "start")
    words = escape(_cut(p.dot.label, CHARACTERS))
    return f'<text x="{x:.1f}" y="{p.line + 4.5:.1f}" text-anchor="{anchor}">{words}</text>'


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def outline(kind: int) -> str:
    """The mark of a kind as the data of an SVG path around (0, 0)."""
    s = SIZE
    n, o = s * 0.36, s * 0.72
    values = {"s": s, "d": 2 * s, "t": s * 0.86, "u": s * 1.72, "w": s * 1.2, "n": n, "o": o, "m": s - n, "x": 2.4 * s}
    return SHAPES[kind % len(SHAPES)].format(**{k: f"{v:.2f}" for k, v in values.items()})
