"""The overview map as an SVG drawn on the server: circles of groups, dots with labels that never cover each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from explorer.picture import COLOURS, outline

CHARACTER, LINE = 8.0, 17.0  # room of a character and of a line of text, in the picture's measure
MARGIN = 24.0
CUT = 30  # characters of a label
DOT = 7.5  # half of a mark


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing on the map. ``aside``: all of its studies are set aside; ``found``: it was searched for."""

    node: str
    label: str
    title: str
    url: str
    kind: int
    x: float
    y: float
    size: float = 1.0
    aside: bool = False
    found: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """A group: its circle, what it is called, where it leads; without an address it is only a ground."""

    x: float
    y: float
    radius: float
    words: str
    url: str
    number: int


Box = tuple[float, float, float, float]  # left, top, right, bottom


def draw(
    spots: Sequence[Spot], lines: Sequence[tuple[int, int]], regions: Sequence[Region], title: str
) -> tuple[Markup, int]:
    """The picture, and how many spots have a label. ``spots``: weightiest first; ``lines``: pairs of their places."""
    boxes = _Room(spots)
    named = [_region(region, boxes) for region in regions]  # names of groups before those of nodes
    labels = {n: place for n, spot in enumerate(spots) if (place := boxes.place(spot)) is not None}
    parts = [
        f'<svg class="net map" id="map" viewBox="{_view(regions, boxes)}" role="group" aria-label="{escape(title)}">',
        *(ground for ground, _ in named),
        *(_line(spots[a], spots[b]) for a, b in lines),
        *(_spot(spot, labels.get(n)) for n, spot in enumerate(spots)),
        *(words for _, words in named),
        "</svg>",
    ]
    return Markup("".join(parts)), len(labels)  # every text in it was escaped


class _Room:
    """Knows which parts of the picture are taken."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        self.taken: list[Box] = [_around(s.x, s.y, DOT * s.size) for s in spots]

    def place(self, spot: Spot) -> tuple[float, float, str] | None:
        """Where the label of a spot can stand: (x, y, anchor); None where every side is taken."""
        reach = DOT * spot.size + 3
        width = len(_cut(spot.label)) * CHARACTER
        sides = (
            (spot.x + reach, spot.y + 5, "start"),
            (spot.x - reach, spot.y + 5, "end"),
            (spot.x, spot.y + reach + 13, "middle"),
            (spot.x, spot.y - reach - 3, "middle"),
        )
        return next((side for side in sides if self.take(_text_box(*side, width))), None)

    def take(self, box: Box) -> bool:
        """Take a part, unless something is there."""
        if any(_meet(box, other) for other in self.taken):
            return False
        self.taken.append(box)
        return True


def _around(x: float, y: float, half: float) -> Box:
    return (x - half, y - half, x + half, y + half)


def _text_box(x: float, y: float, anchor: str, width: float) -> Box:
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return (left, y - LINE + 4, left + width, y + 4)


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _view(regions: Sequence[Region], room: _Room) -> str:
    """The part of the plane that holds everything."""
    boxes = [*room.taken, *(_around(r.x, r.y, r.radius) for r in regions)] or [(0.0, 0.0, 100.0, 60.0)]
    left, top = min(b[0] for b in boxes) - MARGIN, min(b[1] for b in boxes) - MARGIN
    right, bottom = max(b[2] for b in boxes) + MARGIN, max(b[3] for b in boxes) + MARGIN
    return f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"


def _region(region: Region, room: _Room) -> tuple[str, str]:
    """A group's ground, and its name: above the circle, or as near to that as there is room."""
    ground = f'<circle class="ground" cx="{region.x:.1f}" cy="{region.y:.1f}" r="{region.radius:.1f}"/>'
    if not region.url:
        return ground, ""
    width = len(region.words) * (CHARACTER + 1.2)
    top, bottom = region.y - region.radius + 6, region.y + region.radius - 2
    heights = [top, bottom, *(top - LINE * n for n in range(1, 8)), *(bottom + LINE * n for n in range(1, 8))]
    y = next((h for h in heights if room.take(_text_box(region.x, h, "middle", width))), top)
    words = (
        f'<a class="region" href="{escape(region.url)}" data-community="{region.number}">'
        f'<text class="halo" x="{region.x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(region.words)}</text></a>'
    )
    return ground, words


def _line(a: Spot, b: Spot) -> str:
    return f'<path class="edge" d="M{a.x:.1f} {a.y:.1f}L{b.x:.1f} {b.y:.1f}"/>'


def _spot(spot: Spot, label: tuple[float, float, str] | None) -> str:
    css = f"k{spot.kind % COLOURS}{' aside' if spot.aside else ''}{' found' if spot.found else ''}"
    mark = (
        f'<path class="dot" transform="translate({spot.x:.1f} {spot.y:.1f}) scale({spot.size:.2f})" '
        f'd="{outline(spot.kind)}"/>'
    )
    text = ""
    if label is not None:
        x, y, anchor = label
        text = f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(_cut(spot.label))}</text>'
    return (
        f'<g class="{css}"><a href="{escape(spot.url)}" tabindex="-1" data-node="{escape(spot.node)}">'
        f"<title>{escape(spot.title)}</title>{mark}{text}</a></g>"
    )


def _cut(text: str) -> str:
    return text if len(text) <= CUT else text[: CUT - 1].rstrip() + "…"
