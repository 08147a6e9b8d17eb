"""An atlas read again after some of its files were changed: the studies of all others come from the build before.

A study may come from there if its file was published as it stands and nothing that the study depends on has changed:
the file itself, configuration and vocabulary (the caller sees to these), and the other studies that it names or shares
an identifier with. Where one of these has changed, its file is read again, and the same checks are made as for all.
"""

import hashlib
from collections.abc import Sequence
from itertools import chain

import numpy as np

from entries import collector
from entries.atlas import Atlas
from entries.loaded import Loaded, Reused
from entries.problems import Problem
from entries.shelf import Shelf
from entries.shelving import identifiers
from entries.sources import READ, Listing, Sources, not_read
from entries.study_files import Checked, Reader, nothing_yet, refused, sound


@collector.paused()
def reloaded(listing: Listing, before: Atlas, sources: Sources, same: np.ndarray) -> Loaded:
    """What :func:`entries.loading.loaded` would give. ``before``: the atlas of a build, its studies on a shelf.

    ``sources``: what that build remembers; ``same``: as :meth:`Sources.same` says. Raises StoreError where the shelf is
    damaged.
    """
    return _Reload(listing, before, sources, same).loaded()


class _Reload:
    """One such reading. ``_files``: for each file its number in the build before, -1 if it is read."""

    def __init__(self, listing: Listing, before: Atlas, sources: Sources, same: np.ndarray) -> None:
        if not isinstance(before.studies, Shelf):
            raise TypeError("the studies of the build before are not on a shelf")
        self._listing, self._before, self._sources = listing, before, sources
        self._shelf: Shelf = before.studies
        self._files = (
            np.where((same >= 0) & sources.kept[np.maximum(same, 0)], same, -1) if len(sources.names) else same
        )
        self._reader = Reader(listing, before.config, before.vocabulary)
        self._entries: dict[int, list[Checked]] = {}

    def loaded(self) -> Loaded:
        """Read what has to be read, and put it together with the rest."""
        fresh = self._unread()
        again = True
        while fresh or again:  # what goes away without anything coming has to be looked at, too
            for number in fresh:
                self._entries[number] = list(self._reader.checked(number))
            for number in {*self._sharing(fresh), *self._orphaned()}:
                self._files[number] = -1
            fresh, again = self._unread(), False
        entries, others = self._in_order(), self._others()
        problems = self._problems(entries)
        came = sound(entries, problems, others)
        problems.sort(key=lambda p: (p.path, p.line))
        digests = self._shelf.digests
        records = {i: record for i, record in came.items() if i not in digests or digests[i] != record.digest}
        removed = [i for i in self._shelf.ids if i not in others and i not in came] if self._some_gone(others) else []
        atlas = Atlas(self._before.config, self._before.vocabulary, self._shelf.altered(records, removed), problems)
        origins = {entry.id: (entry.file, entry.record.digest) for entry in reversed(entries)}
        reused = Reused(self._sources, digests, self._files)
        return Loaded(atlas, self._listing, self._reader.digests, origins, self._sources.frame, reused)

    def _unread(self) -> list[int]:
        """Files that have to be read and were not yet."""
        return [number for number in np.flatnonzero(self._files < 0).tolist() if number not in self._entries]

    def _in_order(self) -> list[Checked]:
        return list(chain.from_iterable(self._entries[number] for number in sorted(self._entries)))

    def _rows(self) -> np.ndarray:
        return Reused(self._sources, self._shelf.digests, self._files).rows()

    def _others(self) -> frozenset[str]:
        """Ids of the studies that come from the build before."""
        rows = np.flatnonzero(self._rows() >= 0)
        ids = self._shelf.ids
        return frozenset(ids if len(rows) == len(ids) else (ids[row] for row in rows.tolist()))

    def _some_gone(self, others: frozenset[str]) -> bool:
        return len(others) < len(self._shelf)

    def _sharing(self, numbers: Sequence[int]) -> set[int]:
        """Files of studies that come from the build before and have an identifier of one that was just read."""
        found: set[str] = set()
        for entry in chain.from_iterable(self._entries[number] for number in numbers):
            found.update((entry.id,), *map(self._shelf.identified, identifiers(entry.source.item)))
        return self._files_of(found)

    def _orphaned(self) -> set[int]:
        """Files of studies that come from the build before and link to one that is not there any more."""
        _, out = refused(entries := self._in_order())
        served = {entry.id for entry in entries if id(entry.source) not in out}
        ids = self._shelf.ids
        gone = {ids[row] for row in np.flatnonzero(self._rows() < 0).tolist()} - served
        return self._files_of(self._shelf.linking(gone)) if gone else set()

    def _files_of(self, ids: set[str]) -> set[int]:
        known = [row for i in ids if (row := self._shelf.row(i)) is not None]
        return {number for number in self._rows()[known].tolist() if number >= 0} if known else set()

    def _problems(self, entries: Sequence[Checked]) -> list[Problem]:
        """Those of the frame, of the folder, of files that were not read again, and of files that were."""
        folder = self._listing.folder
        problems = [told.problem(folder.parent / name) for name, told in self._sources.frame]
        problems += not_read(folder, READ, self._listing.others)
        for old, warnings in self._sources.warnings.items():
            for number in np.flatnonzero(self._files == old).tolist():
                problems += [told.problem(self._listing.path(number)) for told in warnings]
        problems += self._reader.told(sorted(self._entries))
        there = len(self._others()) if not entries else 1
        return problems if there or any(p.study_id for p in problems) else [*problems, nothing_yet(self._listing)]


def digest_of(listing: Listing, number: int) -> bytes:
    """The digest of the bytes of a file (SHA-256); empty where it cannot be read."""
    try:
        with listing.path(number).open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b""
