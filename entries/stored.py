"""Studies that are not held as objects: each is made when it is asked for."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, ValuesView

from entries.study import Study


class Stored(Mapping[str, Study]):
    """Studies by id, in alphabetical order. ``[id]`` keeps those made last; ``values`` and ``passing`` keep none."""

    @property
    @abstractmethod
    def digests(self) -> Mapping[str, str]:
        """Content digest (SHA-256, hex) by id."""

    @abstractmethod
    def passing(self, ids: Iterable[str]) -> Iterator[Study]:
        """These studies, each made as its turn comes. Raises KeyError."""

    def values(self) -> ValuesView[Study]:
        """All studies, each made as its turn comes and kept by nobody."""
        return _Passing(self)


class _Passing(ValuesView[Study]):
    """The values of a mapping without filling its memory of those made last."""

    _mapping: Stored

    def __iter__(self) -> Iterator[Study]:
        return self._mapping.passing(self._mapping)
