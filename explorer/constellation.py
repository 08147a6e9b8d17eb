"""A picture of nodes at given places as an SVG: marks, labels of two lines below them, one line for each tied pair.

On a page its colours come from the style sheet; on its own (:func:`standalone`) it carries them.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape

from explorer.picture import COLOURS, outline
from graph.terms import clean

SIDE, ABOVE, BELOW = 104, 38, 62  # room around the outermost nodes
LEAST_WIDTH, LEAST_HEIGHT = 720, 400
WIDEST = 1_250  # what is no wider is shrunk to the page, what is wider is scrolled
CHARACTERS, LINES = 24, 2  # of a label
LINE = 17  # from one line of a label to the next
XMLNS = 'xmlns="http://www.w3.org/2000/svg"'
INK, PAPER, EDGE, SOFT, BAD = "#25292d", "#fcfbf7", "#8d8a80", "#565a5d", "#7f2b26"
FILLS = ("#1f566a", "#96502b", "#3c6b45", "#6b4f86", "#8a6f10", "#8d3f55", "#5b6066")
FONT = 'font-family="Segoe UI, Roboto, Noto Sans, Liberation Sans, Arial, sans-serif" font-size="14"'


class Frame(NamedTuple):
    """The part of the plane that a picture shows."""

    x: int
    y: int
    width: int
    height: int

    @property
    def box(self) -> str:
        """As an SVG's ``viewBox``."""
        return f"{self.x} {self.y} {self.width} {self.height}"


@dataclass(frozen=True, slots=True)
class Star:
    """One node: ``group`` chooses mark and colour, ``more`` says how many neighbours are not drawn.

    ``warning``: what a notice says of the paper, ``Retracted`` or less; ``retracted``: its label is struck through.
    ``standing``: how a study or finding stands among the others, ``contested``; empty where the warning says it.
    """

    node: str
    x: int
    y: int
    label: str
    kind: str
    group: int
    url: str
    more: int = 0
    pinned: bool = False
    chosen: bool = False
    retracted: bool = False
    warning: str = ""
    standing: str = ""

    @property
    def told(self) -> str:
        """``study, expression of concern, contested``."""
        return ", ".join(filter(None, (self.kind, self.warning.lower(), self.standing)))

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        parts = [self.label, self.told]
        parts += ["pinned"] if self.pinned else []
        return ", ".join([*parts, f"{self.more:,} more not drawn" if self.more else "nothing more to draw"])


@dataclass(frozen=True, slots=True)
class Pair:
    """Two nodes and everything that ties them; ``number`` is that of its rows in the table.

    ``against``: all of it speaks against a tie, so the line is broken. ``sign``: which way the findings went.
    """

    number: int
    source: str
    target: str
    says: str
    against: bool = False
    sign: str = ""


def frame(places: Sequence[tuple[int, int]]) -> Frame:
    """What holds all of these places, and never too small a part."""
    if not places:
        return Frame(-LEAST_WIDTH // 2, -LEAST_HEIGHT // 2, LEAST_WIDTH, LEAST_HEIGHT)
    left, right = min(x for x, _ in places) - SIDE, max(x for x, _ in places) + SIDE
    top, bottom = min(y for _, y in places) - ABOVE, max(y for _, y in places) + BELOW
    wide, high = max(LEAST_WIDTH - (right - left), 0), max(LEAST_HEIGHT - (bottom - top), 0)
    return Frame(left - wide // 2, top - high // 2, right - left + wide, bottom - top + high)


def draw(stars: Sequence[Star], pairs: Sequence[Pair], title: str) -> Markup:
    """The picture for a page; the table beside it says the same."""
    seen = frame([(s.x, s.y) for s in stars])
    at = {s.node: s for s in stars}
    fits = " fits" if seen.width <= WIDEST else ""
    parts = [
        f'<svg class="sky{fits}" id="sky" viewBox="{seen.box}" width="{seen.width}" height="{seen.height}" '
        f'role="group" aria-label="{escape(title)}">',
        "<g>",
        *(_tie(pair, at) for pair in pairs),
        "</g><g>",
        *(_star(star) for star in stars),
        "</g></svg>",
    ]
    return Markup("".join(parts))  # every text in it was escaped


def _tie(pair: Pair, at: dict[str, Star]) -> str:
    a, b = at[pair.source], at[pair.target]
    near = a.chosen or b.chosen
    css = "tie" + (" near" if near else "") + (" neg" if pair.against else "")
    css += " struck" if a.retracted or b.retracted else ""
    line = f"M{a.x} {a.y}L{b.x} {b.y}"
    sign = _sign(pair.sign, a, b, 'class="sign"') if pair.sign else ""
    return (
        f'<a class="{css}" href="#t{pair.number}" tabindex="-1" data-a="{escape(pair.source)}" '
        f'data-b="{escape(pair.target)}"><title>{escape(pair.says)}</title>'
        f'<path class="hit" d="{line}"/><path class="line" d="{line}"/>{sign}</a>'
    )


def _sign(sign: str, a: Star, b: Star, paint: str) -> str:
    return (
        f'<text {paint} x="{(a.x + b.x) / 2:g}" y="{(a.y + b.y) / 2 + 5:g}" text-anchor="middle">{escape(sign)}</text>'
    )


def _star(star: Star) -> str:
    css = f"star k{star.group % COLOURS}"
    for name in ("chosen", "pinned", "retracted", "warning"):
        css += f" {name}" if getattr(star, name) else ""
    more = f'<text class="more" x="11" y="-8">+{star.more:,}</text>' if star.more else ""
    pin = '<path class="pin" d="M-16 -13h7l-2 3v4h-3v-4z"/>' if star.pinned else ""
    now = ' aria-current="true"' if star.chosen else ""
    node = (
        f'class="{css}" href="{escape(star.url)}" tabindex="{0 if star.chosen else -1}"{now} '
        f'data-node="{escape(star.node)}" data-x="{star.x}" data-y="{star.y}" aria-label="{escape(star.spoken)}"'
    )
    return (
        f'<a {node} transform="translate({star.x} {star.y})">'
        f"<title>{escape(f'{star.label} ({star.standing})' if star.standing else star.label)}</title>"
        f'<circle class="halo" r="15"/><path class="dot" d="{outline(star.group)}"/>{pin}{more}{_label(star)}</a>'
    )


def _label(star: Star, paint: str = "") -> str:
    words = "".join(
        f'<tspan x="0" y="{26 + LINE * n}">{escape(line)}</tspan>' for n, line in enumerate(lines(star.label))
    )
    return f'<text class="name" text-anchor="middle"{paint}>{words}</text>'


def lines(label: str) -> list[str]:
    """A label in at most two short lines."""
    return textwrap.wrap(" ".join(clean(label).split()), CHARACTERS, max_lines=LINES, placeholder="…") or ["…"]


def standalone(stars: Sequence[Star], pairs: Sequence[Pair], title: str, about: str) -> Iterator[str]:
    """The picture as a file of its own, with its colours as attributes; ``about`` says where it comes from."""
    seen = frame([(s.x, s.y) for s in stars])
    at = {s.node: s for s in stars}
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<svg {XMLNS} viewBox="{seen.box}" width="{seen.width}" '
        f'height="{seen.height}" role="img" {FONT}><title>{_xml(title)}</title><desc>{_xml(about)}</desc>\n'
        f'<rect x="{seen.x}" y="{seen.y}" width="{seen.width}" height="{seen.height}" fill="{PAPER}"/>\n'
    )
    yield from (_plain_tie(pair, at) for pair in pairs)
    yield from (_plain_star(star) for star in stars)
    yield "</svg>\n"


def _plain_tie(pair: Pair, at: dict[str, Star]) -> str:
    a, b = at[pair.source], at[pair.target]
    broken = ' stroke-dasharray="5 4"' if pair.against else ""
    halo = f'fill="{SOFT}" stroke="{PAPER}" stroke-width="4" paint-order="stroke"'
    sign = _sign(pair.sign, a, b, halo) if pair.sign and (a.chosen or b.chosen) else ""
    paint = f'fill="none" stroke="{EDGE}" stroke-width="1.2" stroke-opacity=".7"{broken}'
    return f'<path d="M{a.x} {a.y}L{b.x} {b.y}" {paint}><title>{_xml(pair.says)}</title></path>{sign}\n'


def _plain_star(star: Star) -> str:
    ink = BAD if star.warning else INK
    halo = f' stroke="{PAPER}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'  # hides a struck label
    paint = f' fill="{ink}"' + (' text-decoration="line-through"' if star.retracted else halo)
    mark = f'<path d="{outline(star.group)}" fill="{FILLS[star.group % COLOURS]}" stroke="{PAPER}" stroke-width="1.5"/>'
    title = _xml(f"{star.label} ({star.told})")
    label = _label(star, paint).replace(' class="name"', "")
    return f'<g transform="translate({star.x} {star.y})"><title>{title}</title>{mark}{label}</g>\n'


def _xml(text: str) -> str:
    """Text that XML can carry, escaped."""
    return str(escape(clean(text)))
