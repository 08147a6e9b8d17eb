"""Which studies count as evidence: those of at least a level, and those with one PEM status.

strict = Evidence(level="E1", pem="pem-required")
strict.bits(postings(atlas))        # bit n for study n, as in :class:`graph.postings.Postings`
"""

from dataclasses import dataclass, replace

from graph.errors import GraphError
from graph.postings import LEVELS, Postings

PEM = "pem-status"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A bar that studies must clear: ``level`` is the weakest evidence level allowed, ``pem`` the PEM status wanted.

    Both are concept ids; None asks for nothing. ``dropped``: PEM statuses whose studies are set aside.
    """

    level: str | None = None
    pem: str | None = None
    dropped: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.level is not None or self.pem is not None or bool(self.dropped)

    def without(self, part: str) -> "Evidence":
        """The same bar without its ``level``, its ``pem`` or what it has ``dropped``."""
        if part == "dropped":
            return replace(self, dropped=())
        return replace(self, level=None) if part == "level" else replace(self, pem=None)

    @property
    def parts(self) -> tuple[str, ...]:
        """What is asked for: any of ``level``, ``pem`` and ``dropped``."""
        asked = (("level", self.level), ("pem", self.pem), ("dropped", self.dropped or None))
        return tuple(part for part, value in asked if value is not None)

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
