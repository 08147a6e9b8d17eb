"""Stored lists brought up to date by what changed: the numbers move along, only changed studies are looked at.

What comes out is, byte for byte, what :func:`graph.lists.make` makes in a pass over all studies.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from entries.atlas import Atlas
from entries.columns import Column, Texts, pack
from entries.digests import Difference, Digests
from entries.regrouped import Regrouped, regrouped
from entries.shelf import Shelf
from entries.study import Relation, Study
from graph.lists import LINKED, Facts, facts_of, numbers_column
from graph.nodes import author_node, journal_node

_NUMBERS = {"levels": "B", "pems": "B", "sizes": "q", "retracted": "B"}


def updated(before: Mapping[str, memoryview], was: Atlas, now: Atlas, changes: Difference) -> dict[str, Column] | None:
    """The lists of ``now``, from those of ``was``, which has the same vocabulary. ``changes``: between their studies.

    None where the studies are not on shelves: nothing tells quickly who links to whom.
    """
    if not isinstance(was.studies, Shelf) or not isinstance(now.studies, Shelf):
        return None
    return _Update(before, was, now, was.studies, now.studies, changes).columns()


class _Update:
    """One bringing up to date. *Old* numbers, rows and codes are those of ``before``."""

    def __init__(
        self,
        before: Mapping[str, memoryview],
        was: Atlas,
        now: Atlas,
        had: Shelf,
        has: Shelf,
        changes: Difference,
    ) -> None:
        self._before, self._now, self._shelf, self._had = before, now, has, had
        moved = {*changes.added, *changes.removed}  # who links to these has one tie more or less
        relinked = {i for i in (*had.linking(moved), *has.linking(moved)) if i in had and i in has} if moved else set()
        self._fresh = sorted({*changes.fresh, *relinked})
        self._facts = [facts_of(now, study) for study in now.passing(self._fresh)]
        self._stale = list(was.passing(sorted({*changes.stale, *relinked})))
        self._old_order = np.asarray(before["order"], np.int64)
        self._row = self._moved_rows(had.digests, has.digests)
        self._by_row = self._of_rows()
        years = np.asarray(has.facts["years"], np.int64)
        self._order = np.lexsort((np.arange(len(has)), -years, self._by_row["levels"]))
        self._number: np.ndarray = np.empty(len(has), np.int64)
        self._number[self._order] = np.arange(len(has))
        self._fresh_rows = has.digests.places(self._fresh)
        self._renumbered = np.append(self._number, -1)[self._row][self._old_order]  # of what is gone, the last: -1
        self._kept = self._renumbered.copy()
        stale = had.digests.places([study.id for study in self._stale])
        old_number: np.ndarray = np.empty(len(had), np.int64)
        old_number[self._old_order] = np.arange(len(had))
        self._kept[old_number[stale]] = -1

    @staticmethod
    def _moved_rows(had: Digests, has: Digests) -> np.ndarray:
        """The row now of each old row; -1 where the study is gone."""
        return np.arange(len(had)) if had.ids == has.ids else has.places(list(had.ids))

    def _of_rows(self) -> dict[str, np.ndarray]:
        """Levels, PEM statuses, sizes and retractions by row."""
        there = np.flatnonzero(self._row >= 0)
        rows = self._shelf.digests.places(self._fresh)
        found = {}
        for name, kind in _NUMBERS.items():
            old: np.ndarray = np.empty(len(self._row), kind)
            old[self._old_order] = np.asarray(self._before[name])
            column: np.ndarray = np.zeros(len(self._shelf), kind)
            column[self._row[there]] = old[there]
            if name != "retracted":
                column[rows] = [getattr(facts, name) for facts in self._facts]
            found[name] = column
        self._retract(found["retracted"])
        return found

    def _retract(self, retracted: np.ndarray) -> None:
        """Settle anew which of the studies that changed, and of those that they retract, are retracted."""
        changed = [*self._stale, *self._now.passing(self._fresh)]
        targets = {link.study for study in changed for link in study.links if link.relation is Relation.RETRACTS}
        doubtful = sorted(i for i in {*targets, *self._fresh} if i in self._shelf)
        links = self._shelf.pointing(doubtful)
        for study in self._now.passing(doubtful):
            linked = any(link["relation"] == Relation.RETRACTS.value for _, link in links.get(study.id, ()))
            retracted[self._shelf.row(study.id)] = linked or study.is_noted_retracted

    def columns(self) -> dict[str, Column]:
        """All columns."""
        nodes = self._grouped("starts", "numbers", ((node, n) for n, f in self._numbered() for node in f.nodes))
        by_number = {name: column[self._order].tobytes() for name, column in self._by_row.items()}
        sizes = array("q", by_number.pop("sizes"))
        return {
            "order": numbers_column(self._order),
            "nodes": pack(nodes.keys),
            "names": self._names(nodes),
            "starts": numbers_column(nodes.starts),
            "numbers": numbers_column(nodes.values),
            **self._ties(nodes),
            **self._claims(nodes),
            "levels": by_number["levels"],
            "pems": by_number["pems"],
            "sizes": sizes,
            "retracted": by_number["retracted"],
        }

    def _numbered(self) -> Iterator[tuple[int, Facts]]:
        return zip(self._number[self._fresh_rows].tolist(), self._facts, strict=True)

    def _grouped(self, starts: str, values: str, added: Iterable[tuple[str, int]]) -> Regrouped:
        begin, held = (np.asarray(self._before[name], np.int64) for name in (starts, values))
        return regrouped(self._old_nodes, begin, held, self._kept, added)

    @property
    def _old_nodes(self) -> Sequence[str]:
        return Texts(self._before["nodes"]).many()

    def _names(self, nodes: Regrouped) -> bytes:
        """What authors and journals are called: looked up anew where a study that had or has one has changed."""
        studies = [*self._stale, *self._now.passing(self._fresh)]
        doubtful = {author_node(author) for study in studies for author in study.authors}
        doubtful |= {journal_node(study.journal) for study in studies if study.journal}
        names = [""] * len(nodes.keys)
        for old, name in enumerate(Texts(self._before["names"]).many()):
            if (at := int(nodes.moved[old])) >= 0:
                names[at] = name
        place = {node: at for at, node in enumerate(nodes.keys)}
        for node in doubtful & place.keys():
            numbers = nodes.values[nodes.starts[place[node]] : nodes.starts[place[node] + 1]]
            first = self._shelf.ids[int(self._order[numbers].min())]
            names[place[node]] = _called(node, self._now.studies[first])
        return pack(names)

    def _ties(self, nodes: Regrouped) -> dict[str, Column]:
        """What each study names, in the order of numbers."""
        starts, tied = (np.asarray(self._before[name], np.int64) for name in ("tied_starts", "tied"))
        linked = tied >= LINKED
        moved = np.where(
            linked,
            self._renumbered[np.where(linked, tied - LINKED, 0)] + LINKED,
            nodes.moved[np.where(linked, 0, tied)] if len(nodes.moved) else tied,
        )
        place = {node: at for at, node in enumerate(nodes.keys)} if self._facts else {}
        came = [[self._tie(one, place) for one in facts.tied] for facts in self._facts]
        pool = np.concatenate((moved, np.fromiter((one for ties in came for one in ties), np.int64)))
        size = len(self._order)
        begin: np.ndarray = np.zeros(size, np.int64)
        lengths: np.ndarray = np.zeros(size, np.int64)
        kept = np.flatnonzero(self._kept >= 0)
        begin[self._kept[kept]], lengths[self._kept[kept]] = starts[:-1][kept], np.diff(starts)[kept]
        fresh = self._number[self._fresh_rows]
        lengths[fresh] = [len(ties) for ties in came]
        begin[fresh] = len(moved) + np.cumsum(lengths[fresh]) - lengths[fresh]
        ends = np.cumsum(lengths)
        take = np.repeat(begin - (ends - lengths), lengths) + np.arange(int(lengths.sum()))
        return {
            "tied_starts": numbers_column(np.concatenate(([0], ends))),
            "tied": numbers_column(pool[take]),
        }

    def _tie(self, one: str, place: Mapping[str, int]) -> int:
        if not one.startswith("study:"):
            return place[one]
        row = self._shelf.row(one.partition(":")[2])
        return LINKED + int(self._number[row])

    def _claims(self, nodes: Regrouped) -> dict[str, Column]:
        """The findings by code, number and place in the entry."""
        came = sorted((claim.node, n, claim) for n, facts in self._numbered() for claim in facts.claims)
        found = self._grouped("claim_starts", "claim_numbers", ((node, n) for node, n, _ in came))
        counts: np.ndarray = np.zeros(len(nodes.keys), np.int64)
        place = {node: at for at, node in enumerate(nodes.keys)}
        counts[[place[node] for node in found.keys]] = np.diff(found.starts)

        def both(name: str, mine: list[int]) -> np.ndarray:
            held = np.asarray(self._before[name], np.int64)
            return np.concatenate((held, np.asarray(mine, np.int64)))[found.take]

        return {
            "claim_starts": numbers_column(np.concatenate(([0], np.cumsum(counts)))),
            "claim_numbers": numbers_column(found.values),
            "claim_findings": numbers_column(both("claim_findings", [claim.finding for *_, claim in came])),
            "claim_widths": numbers_column(both("claim_widths", [claim.width for *_, claim in came])),
            "claim_directions": both("claim_directions", [c.direction for *_, c in came]).astype(np.uint8).tobytes(),
            "claim_sorts": both("claim_sorts", [claim.sort for *_, claim in came]).astype(np.uint8).tobytes(),
        }


def _called(node: str, study: Study) -> str:
    """What a study calls this author or journal."""
    if study.journal and journal_node(study.journal) == node:
        return study.journal
    return next(author.name for author in study.authors if author_node(author) == node)
