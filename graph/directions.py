"""One word for what one study found on one thing."""

from collections.abc import Iterable

from entries.study import Direction

UNDIRECTED = "none"  # the verdict of a study whose findings give no direction
# What a study found between groups or over time says more than what went with what: it decides where there are both.
COMPARED = (Direction.INCREASED, Direction.DECREASED, Direction.NO_DIFFERENCE, Direction.MIXED)
VERDICTS = (*(direction.value for direction in Direction), UNDIRECTED)


def verdict(directions: Iterable[Direction | None]) -> str:
    """One word for the findings of one study: theirs if they agree, ``mixed`` if they do not.

    Associations count only where nothing was compared; findings without a direction only where no other has one.
    """
    given = {direction for direction in directions if direction is not None}
    deciding = given & set(COMPARED) or given
    if not deciding:
        return UNDIRECTED
    return deciding.pop().value if len(deciding) == 1 else Direction.MIXED.value
