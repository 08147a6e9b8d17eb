"""What a walk through the network may rest on: a bar for evidence, years, and which way findings went.

filters = Filters(Evidence(level="E1", pem="pem-required"), directions=frozenset({"increased"}), first=2005)
filters.bits(postings(atlas))       # bit n for study n, as in :class:`graph.postings.Postings`
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from graph.directions import VERDICTS
from graph.errors import GraphError
from graph.evidence import Evidence, everything
from graph.postings import LEVELS, Postings, as_bits, members
from graph.verdicts import verdicts

ANY_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True)
class Filters:
    """Only these studies, and only these ties.

    ``evidence``: the bar for studies. ``first``, ``last``: years of publication, both included. ``directions``: words
    of ``graph.balance.VERDICTS``; a study is then tied to a concept only if its verdict on it is one of them (the one
    that its findings on the concept, or on one below it, give; retracted studies have none). Empty asks for nothing.
    """

    evidence: Evidence = ANY_EVIDENCE
    directions: frozenset[str] = frozenset()
    first: int | None = None
    last: int | None = None

    def __bool__(self) -> bool:
        return bool(self.evidence or self.directions or self.has_years)

    @property
    def has_years(self) -> bool:
        """Whether the year of publication matters."""
        return self.first is not None or self.last is not None

    def bits(self, lists: Postings) -> int | None:
        """The studies that pass; None where all do. Raises GraphError for an unknown level, status or direction."""
        for direction in self.directions:
            if direction not in VERDICTS:
                raise GraphError(f"there is no direction '{direction[:40]}'; there is {', '.join(VERDICTS)}")
        found = self.evidence.bits(lists) if self.evidence else None
        if self.has_years:
            of_years = published(lists, self.first, self.last)
            found = of_years if found is None else found & of_years
        return found

    def bits_on(self, lists: Postings, concept_id: str) -> int | None:
        """The studies whose verdict on a concept is one of the directions; None where no direction is asked for."""
        if not self.directions:
            return None
        found, by_verdict = 0, verdicts(lists.atlas).get(concept_id, {})
        for direction in self.directions:
            found |= by_verdict.get(direction, 0)
        return found


def published(lists: Postings, first: int | None, last: int | None) -> int:
    """The studies published from ``first`` to ``last``.

    Studies of one evidence level are numbered newest first, so that a few looks at each level tell where years begin
    and end.
    """
    found, rest = 0, everything(lists)
    for concept in lists.atlas.vocabulary.of_scheme(LEVELS):
        node = f"concept:{concept.id}"
        rest &= ~lists.bits(node)
        found |= as_bits(_of_years(lists, lists.of(node), first, last), len(lists.studies))
    unranked = members(rest) if rest else []
    return found | as_bits(_of_years(lists, unranked, first, last), len(lists.studies))


def _of_years(lists: Postings, numbers: Sequence[int], first: int | None, last: int | None) -> Sequence[int]:
    """The part of a level's studies (newest first) that was published in these years."""

    def age(number: int) -> int:
        return -lists.atlas.year(lists.studies[number])

    start = 0 if last is None else bisect_left(numbers, -last, key=age)
    stop = len(numbers) if first is None else bisect_left(numbers, -first + 1, key=age)
    return numbers[start:stop]
