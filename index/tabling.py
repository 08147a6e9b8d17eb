"""Making the table of an index: for all studies, or from the table of the index before by what changed."""

import unicodedata
from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np

from entries.atlas import Atlas
from entries.study import Study
from index.fields import facets
from index.table import COLUMNS, FREE, Table
from index.values import Mask, Values

_LAST_LEVEL = 255


class TableMaker:
    """Gives each study its row at once, and makes the table when the facet values of the fresh studies are known.

    ``fresh`` are the studies that are new or changed; the others come from ``before`` as they are.
    """

    def __init__(self, atlas: Atlas, fresh: Sequence[str], before: Table | None = None) -> None:
        self._atlas = atlas
        self._before = before
        self._fresh = fresh
        self.rows = _rows(atlas, before)
        self._size = max([len(before.ids) if before else 0, *(row + 1 for row in self.rows.values())])
        self._values: dict[str, dict[int, Sequence[str]]] = {f.field: {} for f in facets(atlas.config)}

    def add(self, study_id: str, values: Mapping[str, Sequence[str]]) -> None:
        """Facet values (by index field) of a fresh study."""
        row = self.rows[study_id]
        for name, chosen in values.items():
            self._values[name][row] = chosen

    def table(self) -> Table:
        """The table of all studies of the atlas."""
        ids = [""] * self._size
        for study_id, row in self.rows.items():
            ids[row] = study_id
        kept = self._kept()
        before = self._before.facets if self._before else {}
        values = {
            name: Values.of(self._size, chosen, before.get(name), kept) for name, chosen in self._values.items()
        }  # fmt: skip
        return Table(tuple(ids), self._columns(kept), values)

    def _kept(self) -> Mask:
        """Rows, among those of the table before, whose study did not change."""
        kept: Mask = np.zeros(len(self._before.ids) if self._before else 0, bool)
        fresh = set(self._fresh)
        kept[[row for study_id, row in self.rows.items() if study_id not in fresh]] = True
        return kept

    def _columns(self, kept: Mask) -> np.ndarray:
        columns: np.ndarray = np.zeros(self._size, COLUMNS)
        columns["id_rank"] = FREE
        if self._before:
            columns[: len(kept)][kept] = self._before.columns[kept]
        levels = {c.id: rank for rank, c in enumerate(self._atlas.vocabulary.of_scheme("evidence-level"))}
        for study_id in self._fresh:
            study = self._atlas.studies[study_id]
            size = study.participants.size
            level = levels.get(study.evidence_level, _LAST_LEVEL)
            columns[self.rows[study_id]] = (FREE, 0, study.year, level, -1 if size is None else size)
        for name, ids in (("id_rank", self._atlas.studies), ("title_rank", self._by_title(columns))):
            columns[name][[self.rows[study_id] for study_id in ids]] = np.arange(len(self.rows))
        return columns

    def _by_title(self, columns: np.ndarray) -> list[str]:
        """All ids in the order of their titles: the unchanged as they were, the fresh put in between."""
        studies, fresh = self._atlas.studies, set(self._fresh)
        unchanged = sorted((i for i in self.rows if i not in fresh), key=lambda i: columns["title_rank"][self.rows[i]])
        if not unchanged:
            return sorted(fresh, key=lambda i: title_key(studies[i]))
        for study_id in fresh:
            at = bisect_left(unchanged, title_key(studies[study_id]), key=lambda i: title_key(studies[i]))
            unchanged.insert(at, study_id)
        return unchanged


def _rows(atlas: Atlas, before: Table | None) -> dict[str, int]:
    """A row for each study: the one it had, else the first that is free."""
    had = {study_id: row for row, study_id in enumerate(before.ids)} if before else {}
    rows = {study_id: had[study_id] for study_id in atlas.studies if study_id in had}
    taken = set(rows.values())
    free = (row for row in range(len(had) + len(atlas.studies) + len(taken)) if row not in taken)
    rows.update({study_id: next(free) for study_id in atlas.studies if study_id not in rows})
    return rows


def title_key(study: Study) -> tuple[str, str]:
    """What titles are sorted by: letters and digits without accents, case and punctuation; then the id."""
    folded = unicodedata.normalize("NFKD", study.title.casefold())
    words = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c)).split()
    return " ".join(words), study.id
