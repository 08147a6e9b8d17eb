"""What came of reading the files of an atlas, and what a build is to remember of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from entries.atlas import Atlas
from entries.digests import Digests
from entries.sources import NONE, Listing, Sources, Told


@dataclass(frozen=True)
class Reused:
    """What was not read again. ``files``: for each file its number in ``sources``, -1 where it was read.

    ``digests``: of the studies of the build before, in which ``sources.files`` counts.
    """

    sources: Sources
    digests: Digests
    files: np.ndarray

    def rows(self) -> np.ndarray:
        """For each study of the build before the number of its file now, -1 where that was read again."""
        now: np.ndarray = np.full(len(self.sources.names) + 1, -1, np.int64)
        there = np.flatnonzero(self.files >= 0)
        now[self.files[there]] = there
        return now[np.minimum(self.sources.files.astype(np.int64), len(self.sources.names))]


@dataclass(frozen=True)
class Loaded:
    """An atlas as its files have it, and how it came about.

    ``digests``: of the bytes of each file that was read. ``origins``: for each entry that was read, sound or not, the
    number of its file and its content digest as read. ``frame``: warnings about configuration and vocabulary.
    """

    atlas: Atlas
    listing: Listing
    digests: np.ndarray
    origins: Mapping[str, tuple[int, str]]
    frame: Sequence[tuple[str, Told]]
    reused: Reused | None = None

    @property
    def read(self) -> int:
        """How many files were read."""
        return len(self.listing) - (0 if self.reused is None else int((self.reused.files >= 0).sum()))

    def remembered(self, published: Atlas) -> Sources:
        """What is to be remembered of the files in a build that publishes these studies."""
        listing, told = self.listing, published.digests
        kept: np.ndarray = np.ones(len(listing), bool)
        files: np.ndarray = np.full(len(told), NONE, np.uint32)
        digests, warnings = self.digests.copy(), self._warnings(published, kept)
        held = Digests.of(told)
        if self.reused is not None:
            self._carried(self.reused, held, digests, warnings, kept, files)
        rows = held.places(list(self.origins))
        for row, (study_id, (file, digest)) in zip(rows.tolist(), self.origins.items(), strict=True):
            if row < 0 or held[study_id] != digest:
                kept[file] = False
            if row >= 0:
                files[row] = file
        folder = str(listing.folder.resolve())
        return Sources(
            folder, listing.names, listing.sizes, listing.lasting, digests, kept, files, warnings, self.frame
        )

    def _warnings(self, published: Atlas, kept: np.ndarray) -> dict[int, list[Told]]:
        """The warnings about files that were read; one with an error is not kept."""
        was_read = list(range(len(self.listing)))
        if self.reused is not None:
            was_read = np.flatnonzero(self.reused.files < 0).tolist()
        numbers: dict[object, list[int]] = {}
        for number in was_read:
            numbers.setdefault(self.listing.path(number), []).append(number)
        warnings: dict[int, list[Told]] = {}
        for problem in published.problems:
            for number in numbers.get(problem.path, ()):
                warnings.setdefault(number, []).append(Told.of(problem))
                kept[number] &= problem.severity == "warning"
        return warnings

    @staticmethod
    def _carried(
        reused: Reused,
        published: Digests,
        digests: np.ndarray,
        warnings: dict[int, list[Told]],
        kept: np.ndarray,
        files: np.ndarray,
    ) -> None:
        """Carry over what was remembered of files that were not read; one whose study is no longer as it was goes."""
        there = np.flatnonzero(reused.files >= 0)
        before = reused.files[there]
        digests[there] = reused.sources.digests[before]
        number = {int(old): int(now) for old, now in zip(before, there, strict=True)} if reused.sources.warnings else {}
        warnings.update((number[old], [*told]) for old, told in reused.sources.warnings.items() if old in number)
        of_row = reused.rows()
        mine = np.flatnonzero(of_row >= 0)
        ids = reused.digests.ids
        places = published.places(ids if len(mine) == len(ids) else [ids[row] for row in mine.tolist()])
        same = places >= 0
        same[same] = (published.rows[places[same]] == reused.digests.rows[mine[same]]).all(axis=1)
        kept[of_row[mine[~same]]] = False
        files[places[places >= 0]] = of_row[mine[places >= 0]]
