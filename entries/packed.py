"""Studies in memory as the text that they are written as: a sixth of what they take as objects.

    packed = Packed.of(studies)
    packed["see-1996-alpha-interferon"]     # made from its text; the last thousand are kept

A folder of a hundred thousand studies is loaded and checked like this, each being an object only while it is looked at.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from entries import store
from entries.digests import Digests
from entries.stored import Stored
from entries.study import Study

KEPT = 1_000  # studies that are kept after they were made: about 15 MB


class Record(NamedTuple):
    """A study as one line of JSON (UTF-8, with its line end), and its content digest (SHA-256, hex)."""

    line: bytes
    digest: str

    @classmethod
    def of(cls, study: Study) -> "Record":
        """The record of a study; :func:`entries.store.digest` gives the same digest."""
        plain = store.plain(study)
        line = json.dumps(plain, ensure_ascii=False) + "\n"
        return cls(line.encode(), hashlib.sha256(store.canonical(plain)).hexdigest())

    def study(self) -> Study:
        """The study, made anew."""
        return Study.model_validate_json(self.line)

    def links_to_any(self, ids: Collection[str]) -> bool:
        """Whether the study has a link to any of these."""
        return b'"links"' in self.line and any(link.study in ids for link in self.study().links)


class Packed(Stored):
    """Studies by id, in alphabetical order, made when they are asked for."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self._records = dict(sorted(records.items()))
        self._made = lru_cache(KEPT)(self._fresh)

    @classmethod
    def of(cls, studies: Iterable[Study]) -> "Packed":
        """Pack studies one by one; they are not kept."""
        return cls({study.id: Record.of(study) for study in studies})

    def __getitem__(self, study_id: str) -> Study:
        return self._made(study_id)

    def __contains__(self, study_id: object) -> bool:
        return study_id in self._records

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def passing(self, ids: Iterable[str]) -> Iterator[Study]:
        """These studies, each made as its turn comes. Raises KeyError."""
        return map(self._fresh, ids)

    def records(self) -> Iterator[tuple[Study, Record]]:
        """Every study with its record."""
        return ((record.study(), record) for record in self._records.values())

    @property
    def digests(self) -> Digests:
        """Content digest (SHA-256, hex) by id."""
        return Digests.of({study_id: record.digest for study_id, record in self._records.items()})

    def linking(self, ids: Collection[str]) -> set[str]:
        """Ids of the studies that have a link to any of these."""
        return {study_id for study_id, record in self._records.items() if record.links_to_any(ids)}

    def altered(self, records: Mapping[str, Record], removed: Collection[str]) -> "Packed":
        """These studies with some put in, or in the place of others, and some taken out."""
        kept = {study_id: record for study_id, record in self._records.items() if study_id not in removed}
        return Packed({**kept, **records})

    def _fresh(self, study_id: str) -> Study:
        return self._records[study_id].study()
