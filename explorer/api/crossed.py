"""Many concepts at once: two schemes crossed, and what was found on every concept of a scheme."""

from typing import Any

from pydantic import Field
from werkzeug.exceptions import NotFound

from explorer.api.concept import Verdict
from explorer.api.operation import Asked
from explorer.api.shape import ConceptId, Count, Level, Parameters, PemWanted, Remaining, Shape
from explorer.presentation_balances import MOST_LEAST, BalancesAsked, as_data, balances_page
from explorer.presentation_grid import GridAnswer as Crossed
from explorer.presentation_grid import GridAsked as CrossedAsked


class GridAsked(Parameters):
    """Two schemes, and which studies count. What cannot be used is left out and told in `messages`."""

    rows: str = Field("", max_length=200)
    """A scheme that studies can be searched by; empty: the first one."""
    columns: str = Field("", max_length=200)
    """Another one; empty: the next."""
    level: Level = ""
    pem: PemWanted = ""
    remains: Remaining = "all"
    open: tuple[str, ...] = ()
    """Concepts to unfold into their narrower ones; `*` for all."""


class LineTold(Shape):
    """A row or column: a concept, and how deep it stands below the top."""

    id: ConceptId
    label: str
    studies: Count
    depth: Count
    below: Count
    """Narrower concepts."""


class AxisTold(Shape):
    """The rows or the columns."""

    scheme: ConceptId
    concepts: tuple[LineTold, ...]


class GridAnswer(Shape):
    """Two schemes crossed."""

    rows: AxisTold
    columns: AxisTold
    level: str | None
    pem: str | None
    messages: tuple[str, ...]
    studies: tuple[tuple[Count, ...], ...]
    """For each row, for each column: studies that have both concepts, narrower ones included."""


class BalanceAsked(Parameters):
    """A scheme, and which studies count. What cannot be used is left out and told in `messages`."""

    scheme: str = Field("", max_length=200)
    """A scheme that studies are tagged with; empty: the one with most findings."""
    level: Level = ""
    pem: PemWanted = ""
    remains: Remaining = "all"
    direction: str = Field("", max_length=200)
    """Only concepts with studies of this verdict."""
    without: str = Field("", max_length=200)
    """A case definition: studies whose only one it is are set aside."""
    below: str = Field("", max_length=200)
    """Only this concept and what is narrower; its scheme is then that of the answer."""
    least: int = Field(1, ge=1, le=MOST_LEAST)
    """Only concepts with at least so many studies (of that verdict)."""


class KeptOf(Shape):
    """Studies that clear the bar, of all."""

    kept: Count
    every: Count


class ConceptBalance(Shape):
    """What was found on one concept."""

    id: ConceptId
    label: str
    studies: dict[Verdict, KeptOf]
    """By verdict; those without a study are left out."""


class BalanceAnswer(Shape):
    """What was found on every concept of a scheme, the most studied first."""

    scheme: ConceptId
    level: str | None
    pem: str | None
    without: ConceptId | None
    """The case definition whose cohorts are set aside."""
    below: ConceptId | None
    least: int
    messages: tuple[str, ...]
    concepts: tuple[ConceptBalance, ...]


def grid(asked: Asked[GridAsked]) -> GridAnswer:
    """Two schemes crossed: how many studies have both of any two concepts, and so what nobody has studied. Folded to
    the top concepts unless some are opened."""
    own = asked.own
    crossed = Crossed(
        asked.site, CrossedAsked(rows=own.rows, columns=own.columns, level=own.level, pem=own.pem, opened=own.open)
    )
    if not crossed.is_possible:
        raise NotFound("A grid crosses two schemes that studies can be searched by; this atlas has fewer.")
    told: dict[str, Any] = crossed.as_data()
    return GridAnswer.model_validate(told)


def balance(asked: Asked[BalanceAsked]) -> BalanceAnswer:
    """For and against on every concept of a scheme: studies by verdict, retracted ones left out, those that clear the
    bar of evidence beside all of them."""
    own = asked.own
    given = BalancesAsked(
        scheme=own.scheme,
        level=own.level,
        pem=own.pem,
        direction=own.direction,
        least=str(own.least),
        without=own.without,
        below=own.below,
    )
    page = balances_page(asked.site, given)
    if page is None:
        raise NotFound("Studies of this atlas are tagged with nothing, so there is nothing to weigh up.")
    return BalanceAnswer.model_validate(as_data(page))
