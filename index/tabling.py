"""Making the table of an index: for all studies, or from the table of the index before by what changed."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, count

import numpy as np

from entries.atlas import Atlas
from entries.study import Study
from index.fields import facets
from index.packed import PackedTexts
from index.prefixes import FIELDS as COMPLETED
from index.prefixes import completed
from index.table import COLUMNS, DIGEST, FREE, Table, digests_of
from index.values import Added, Mask, Rows, Values

_LAST_LEVEL = 255
_WORD = re.compile(r"[^\W_]+")


class TableMaker:
    """Gives each fresh study its row at once, and makes the table when all of them were added.

    ``fresh`` are the studies that are new or changed, ``gone`` those of ``before`` that the atlas has no longer; all
    others stay as they are in ``before`` and are not looked at. ``rows`` goes by the ids of the fresh.
    """

    def __init__(
        self, atlas: Atlas, fresh: Sequence[str], before: Table | None = None, gone: Sequence[str] = ()
    ) -> None:
        self._atlas = atlas
        self._before = before
        left = [row for i in gone if before and (row := before.row_of(i)) is not None]
        self.rows = _rows(fresh, before, left)
        taken = set(self.rows.values())
        self.changed: Rows = np.array([*self.rows.values(), *(r for r in left if r not in taken)], np.int64)
        self._levels = {c.id: rank for rank, c in enumerate(atlas.vocabulary.of_scheme("evidence-level"))}
        self._numbers: dict[str, tuple[int, int, int]] = {}  # year, level, size
        self._titles: dict[str, tuple[str, str]] = {}
        self._values = {name: Added() for name in (*(f.field for f in facets(atlas.config)), *COMPLETED)}
        self._awaited = iter(self.rows)

    def add(self, study: Study, values: Mapping[str, Sequence[str]]) -> None:
        """The next of the fresh studies, with its facet values by index field. Raises ValueError for another."""
        if (awaited := next(self._awaited, None)) != study.id:
            raise ValueError(f"{study.id} was added where {awaited} was to come")
        size, level = study.participants.size, self._levels.get(study.evidence_level, _LAST_LEVEL)
        self._numbers[study.id] = study.year, level, -1 if size is None else size
        self._titles[study.id] = title_key(study)
        for name, chosen in (*values.items(), *completed(study).items()):
            self._values[name].add(chosen)

    def table(self) -> Table:
        """The table of all studies of the atlas. Raises KeyError where a fresh study was not added."""
        number = len(self.changed)
        ids = PackedTexts.of((*self.rows, *("" for _ in range(number - len(self.rows)))))
        values = {name: Values.made(number, added) for name, added in self._values.items()}
        part = Table(ids, self._columns(number), self._digests(number), values)
        if self._before is None:
            return part
        size = max([len(self._before.ids), *(row + 1 for row in self.changed.tolist())])
        return self._before.replaced(self.changed, part, size)

    def _columns(self, number: int) -> np.ndarray:
        columns: np.ndarray = np.zeros(number, COLUMNS)
        columns["id_rank"] = FREE
        by_id, by_title = self._ranks_by_id(), self._ranks_by_title()
        rows = [(by_id[i], by_title[i], *self._numbers[i]) for i in self.rows]
        columns[: len(rows)] = rows
        return columns

    def _digests(self, number: int) -> np.ndarray:
        digests: np.ndarray = np.zeros((number, DIGEST), np.uint8)
        digests[: len(self.rows)] = digests_of([self._atlas.digests[i] for i in self.rows])
        return digests

    def _ranks_by_id(self) -> dict[str, int]:
        """Places of the fresh among all ids, which an atlas gives in order."""
        ids = list(self._atlas.studies)
        return {i: bisect_left(ids, i) for i in self.rows}

    def _ranks_by_title(self) -> dict[str, int]:
        """Places of the fresh in the order of all titles: found among the unchanged, which are in order already."""
        fresh = sorted(self._titles, key=self._titles.__getitem__)
        places = map(self._place_of_title(), (self._titles[i] for i in fresh))
        return {study_id: place + before for before, (study_id, place) in enumerate(zip(fresh, places, strict=True))}

    def _place_of_title(self) -> Callable[[tuple[str, str]], int]:
        """Tells how many unchanged studies come before a title; looks at few of them."""
        if self._before is None:
            return lambda key: 0
        table, order = self._before, self._before.in_order("title_rank")
        unchanged: Mask = np.ones(len(table.ids), bool)
        unchanged[self.changed[self.changed < len(table.ids)]] = False
        order = order[unchanged[order]]
        return lambda key: bisect_left(order, key, key=lambda row: title_key(self._atlas.studies[table.ids[row]]))


def _rows(fresh: Sequence[str], before: Table | None, left: Sequence[int]) -> dict[str, int]:
    """A row for each fresh study: the one it had, else the first that is free."""
    if before is None:
        return {study_id: row for row, study_id in enumerate(fresh)}
    had = {study_id: row for study_id in fresh if (row := before.row_of(study_id)) is not None}
    free = _free(before, left)
    return {study_id: had[study_id] if study_id in had else next(free) for study_id in fresh}


def _free(before: Table, left: Sequence[int]) -> Iterator[int]:
    """Rows that no study has any longer, then those after the last."""
    return chain(sorted({*left, *np.flatnonzero(~before.alive).tolist()}), count(len(before.ids)))


def title_key(study: Study) -> tuple[str, str]:
    """What titles are sorted by: letters and digits without accents, case and punctuation; then the id."""
    folded = study.title.casefold()
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return " ".join(_WORD.findall(folded)), study.id
