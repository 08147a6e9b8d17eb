"""The values of a facet that a page shows, as the lines of a tree, before they become objects or HTML."""

from collections.abc import Iterable, Sequence

from index.results import FacetCount

Line = tuple[FacetCount, Sequence["Line"], bool]  # a value, those right below it, whether one of these is chosen


def flat(counts: Iterable[FacetCount]) -> list[Line]:
    """Values of which none stands below another."""
    return [(count, (), False) for count in counts]


def hung(counts: Iterable[FacetCount]) -> list[Line] | None:
    """Values in any order, each hung below its broader one, siblings in that order; None where one lacks its own."""
    lines: dict[str, tuple[FacetCount, list[Line], bool]] = {count.value: (count, [], False) for count in counts}
    top: list[Line] = []
    for line in lines.values():
        count = line[0]
        if count.parent is None:
            top.append(line)
            continue
        above = lines.get(count.parent)
        if above is None or above[0].depth != count.depth - 1:  # depths that rise step by step cannot go round
            return None
        above[1].append(line)
    return top


def levelled(counts: Iterable[FacetCount]) -> list[Line]:
    """Values that come each after its broader one, as their depths have them."""
    levels: list[list[Line]] = [[]]
    for count in counts:
        del levels[count.depth + 1 :]
        below: list[Line] = []
        levels[-1].append((count, below, False))
        levels.append(below)
    return levels[0]


def is_chosen(line: Line) -> bool:
    """Whether a value or one below it is selected or left out."""
    count, _, is_open = line
    return is_open or count.selected or count.excluded


def chosen_first(lines: Iterable[Line]) -> list[Line]:
    """What is chosen before the rest on every level, and what has some of it below unfolded."""
    found: list[Line] = []
    for count, below, _ in lines:
        first = chosen_first(below)
        found.append((count, first, any(map(is_chosen, first))))
    chosen = [line for line in found if is_chosen(line)]
    return [*chosen, *(line for line in found if not is_chosen(line))] if chosen else found
