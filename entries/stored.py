"""Studies that are not held as objects: each is made when it is asked for."""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, ValuesView
from typing import TYPE_CHECKING

from entries.digests import Digests
from entries.glance import Glance
from entries.study import Study

if TYPE_CHECKING:
    from entries.packed import Record


class Stored(Mapping[str, Study]):
    """Studies by id, in alphabetical order. ``[id]`` keeps those made last; ``values`` and ``passing`` keep none."""

    @property
    @abstractmethod
    def digests(self) -> Digests:
        """Content digest (SHA-256, hex) by id."""

    @abstractmethod
    def passing(self, ids: Iterable[str]) -> Iterator[Study]:
        """These studies, each made as its turn comes. Raises KeyError."""

    @abstractmethod
    def linking(self, ids: Collection[str]) -> set[str]:
        """Ids of the studies that have a link to any of these."""

    @abstractmethod
    def altered(self, records: Mapping[str, "Record"], removed: Collection[str]) -> "Stored":
        """These studies with some put in, or in the place of others, and some taken out."""

    def glance(self, study_id: str) -> Glance:
        """What a list shows of a study. Raises KeyError."""
        return Glance.of(self[study_id])

    def values(self) -> ValuesView[Study]:
        """All studies, each made as its turn comes and kept by nobody."""
        return _Passing(self)


class _Passing(ValuesView[Study]):
    """The values of a mapping without filling its memory of those made last."""

    _mapping: Stored

    def __iter__(self) -> Iterator[Study]:
        return self._mapping.passing(self._mapping)
