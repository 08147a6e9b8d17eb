"""Which studies count as evidence: those of at least a level, and those with one PEM status.

strict = Evidence(level="E1", pem="pem-required")
strict.bits(postings(atlas))        # bit n for study n, as in :class:`graph.postings.Postings`
"""

from dataclasses import dataclass, replace
from typing import Any

from graph.errors import GraphError
from graph.nodes import definitions
from graph.postings import LEVELS, Postings

PEM = "pem-status"
PARTS = ("level", "pem", "dropped", "alone")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A bar that studies must clear: ``level`` is the weakest evidence level allowed, ``pem`` the PEM status wanted.

    Both are concept ids; None asks for nothing. ``dropped``: PEM statuses whose studies are set aside. ``alone``: a
    case definition; studies that name it and no other are set aside.
    """

    level: str | None = None
    pem: str | None = None
    dropped: tuple[str, ...] = ()
    alone: str | None = None

    def __bool__(self) -> bool:
        return bool(self.parts)

    def without(self, part: str) -> "Evidence":
        """The same bar without one of its parts."""
        changes: dict[str, Any] = {part: () if part == "dropped" else None}
        return replace(self, **changes)

    @property
    def parts(self) -> tuple[str, ...]:
        """What is asked for: any of ``level``, ``pem``, ``dropped`` and ``alone``."""
        return tuple(part for part in PARTS if getattr(self, part) not in (None, ()))

    def levels(self, lists: Postings) -> tuple[str, ...]:
        """The evidence levels allowed, strongest first. Raises GraphError for an unknown level."""
        every = [concept.id for concept in lists.atlas.vocabulary.of_scheme(LEVELS)]
        if self.level is None:
            return tuple(every)
        if self.level not in every:
            raise GraphError(f"there is no evidence level '{self.level[:40]}'; the levels are {', '.join(every)}")
        return tuple(every[: every.index(self.level) + 1])

    def bits(self, lists: Postings) -> int:
        """The studies that clear the bar. Raises GraphError for an unknown level or status."""
        found = everything(lists)
        if self.level is not None:
            of_level = 0
            for level in self.levels(lists):
                of_level |= lists.bits(f"concept:{level}")
            found &= of_level
        if self.pem is not None:
            found &= _with_status(lists, self.pem)
        for status in self.dropped:
            found &= ~_with_status(lists, status)
        return found & ~_defined_only_by(lists, self.alone) if self.alone is not None else found


def _defined_only_by(lists: Postings, definition: str) -> int:
    """The studies that name one case definition and no other. Raises GraphError for an unknown one."""
    known = definitions(lists.atlas.vocabulary)
    if definition not in known:
        raise GraphError(f"there is no case definition '{definition[:40]}'; there is {', '.join(sorted(known))}")
    found = lists.bits(f"definition:{definition}")
    for other in known - {definition}:
        found &= ~lists.bits(f"definition:{other}")
    return found


def _with_status(lists: Postings, status: str) -> int:
    """The studies with one PEM status. Raises GraphError for an unknown one."""
    statuses = [concept.id for concept in lists.atlas.vocabulary.of_scheme(PEM)]
    if status not in statuses:
        raise GraphError(f"there is no PEM status '{status[:40]}'; there is {', '.join(statuses)}")
    return lists.bits(f"concept:{status}")


def everything(lists: Postings) -> int:
    """Every study of the atlas."""
    return (1 << len(lists.studies)) - 1
