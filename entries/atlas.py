"""The atlas: configuration, vocabulary and studies together, checked as a whole.

atlas = Atlas.load(Path("data"))
for problem in atlas.problems:
    print(problem)
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from heapq import nlargest, nsmallest
from pathlib import Path
from types import MappingProxyType
from typing import Any, overload

from entries import shelving, store
from entries.config import AtlasConfig, FacetConfig
from entries.digests import Digests
from entries.glance import Glance
from entries.overlaid import Overlaid
from entries.packed import Packed, Record
from entries.policy import PemBadge, pem_badge
from entries.problems import Problem
from entries.shelf import Shelf
from entries.stored import Stored
from entries.study import Heading, Link, Study
from entries.vocabulary import Vocabulary

__all__ = ["Atlas", "AtlasConfig", "FacetConfig", "Problem", "Selection"]


class Selection(Sequence[Study]):
    """Some studies of an atlas in an order of their own, read one by one: a result set that never fills the memory."""

    def __init__(self, atlas: "Atlas", ids: Sequence[str]) -> None:
        self.ids = ids
        self._atlas = atlas

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Study]:
        return self._atlas.passing(self.ids)

    @overload
    def __getitem__(self, place: int) -> Study: ...
    @overload
    def __getitem__(self, place: slice) -> "Selection": ...
    def __getitem__(self, place: int | slice) -> "Study | Selection":
        if isinstance(place, slice):
            return Selection(self._atlas, self.ids[place])
        return self._atlas.studies[self.ids[place]]


class Atlas:
    """Everything that the floors above need to know, immutable after it was made.

    ``studies`` holds the entries without errors, by id in alphabetical order; ``problems`` says what is wrong with the
    others, and ``digests`` gives each study's content digest. Studies of a Shelf stay on disk, those of a data folder
    are held as text: both are made when they are asked for.
    """

    def __init__(
        self,
        config: AtlasConfig,
        vocabulary: Vocabulary,
        studies: Iterable[Study] | Stored,
        problems: Sequence[Problem] = (),
    ) -> None:
        self.config = config
        self.vocabulary = vocabulary
        self._shelf = studies if isinstance(studies, Shelf) else None
        self._packed = studies if isinstance(studies, Packed) else None
        self.studies: Mapping[str, Study] = studies if isinstance(studies, Stored) else _by_id(studies)
        self.problems = tuple(problems)

    @classmethod
    def of(cls, config: AtlasConfig, vocabulary: Vocabulary, studies: Iterable[Study] | Stored) -> "Atlas":
        """An atlas of entries that are known to be sound: generated ones, or those of an earlier build."""
        return cls(config, vocabulary, studies)

    @classmethod
    def load(cls, path: Path | str, jsonl: Sequence[Path] = ()) -> "Atlas":
        """Read a data folder, and further ``.jsonl`` files of studies.

        Raises AtlasError only where nothing at all can be read; everything else is in ``problems``.
        """
        from entries.loading import load  # the loader needs this class

        return load(Path(path), jsonl)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep an entry, or a part of it, out."""
        return tuple(p for p in self.problems if p.severity == "error")

    def with_studies(self, studies: Iterable[Study] | Stored) -> "Atlas":
        """The same atlas with other studies and the problems kept."""
        return Atlas(self.config, self.vocabulary, studies, self.problems)

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Content digest (SHA-256, hex) of each study by id."""
        if isinstance(self.studies, Stored):
            return self.studies.digests
        return MappingProxyType({study_id: store.digest(s) for study_id, s in self.studies.items()})

    @cached_property
    def frame_digest(self) -> str:
        """Digest of configuration and vocabulary: what every study's index and triples also depend on."""
        sha = hashlib.sha256(self.config.model_dump_json().encode())
        for scheme in self.vocabulary.schemes.values():
            sha.update(scheme.model_dump_json().encode())
        return sha.hexdigest()

    def digest(self) -> str:
        """Digest of everything: configuration, vocabulary and studies."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        return self.digest_with(self.digests)

    def digest_with(self, digests: Mapping[str, str]) -> str:
        """What :meth:`digest` is, or was, with these digests of studies, in the order of their ids."""
        held = Digests.of(digests)
        sha = hashlib.sha256(self.frame_digest.encode())
        sha.update("\n".join((*held.ids, "")).encode())
        sha.update(held.raw)
        return sha.hexdigest()

    def pem(self, study_id: str) -> PemBadge:
        """The study's PEM badge. Raises KeyError for an unknown id."""
        return self.badge(self.studies[study_id])

    def badge(self, study: Study | Glance) -> PemBadge:
        """The PEM badge of a study that is at hand."""
        return pem_badge(study, self.vocabulary)

    def concepts_of(self, study_id: str) -> tuple[str, ...]:
        """Tags and the concepts of the findings, each once. Raises KeyError for an unknown id."""
        return _named(self.studies[study_id])

    def all_concepts_of(self, study_id: str) -> tuple[str, ...]:
        """As :meth:`concepts_of`, and with case definitions, design, level, statuses. Raises KeyError."""
        return self.concepts_in(self.studies[study_id])

    def concepts_in(self, study: Study) -> tuple[str, ...]:
        """As :meth:`all_concepts_of`, of a study that is at hand."""
        fixed = (study.design, study.evidence_level, study.peer_review, study.review.status)
        status = str(self.badge(study).status)
        derived = (status,) if status in self.vocabulary else ()  # not every atlas has that scheme
        return tuple(dict.fromkeys((*_named(study), *study.case_definition.ids, *fixed, *derived)))

    @cached_property
    def _studies_by_concept(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for study in self.studies.values():
            for concept in self.concepts_in(study):
                found.setdefault(concept, []).append(study.id)
        return {concept: tuple(ids) for concept, ids in found.items()}

    def studies_with(self, concept_id: str, narrower: bool = True) -> tuple[str, ...]:
        """Ids of the studies that use a concept in any role, or (``narrower``) one below it; sorted."""
        wanted = (concept_id, *self.vocabulary.descendants(concept_id)) if narrower else (concept_id,)
        if self._shelf is not None:
            return self._shelf.with_any(wanted)
        return tuple(sorted({i for c in wanted for i in self._studies_by_concept.get(c, ())}))

    @cached_property
    def _links_to(self) -> dict[str, tuple[tuple[str, Link], ...]]:
        if self._shelf is not None:
            return self._shelf.links_to()
        found: dict[str, list[tuple[str, Link]]] = {}
        for study in self.studies.values():
            for link in study.links:
                found.setdefault(link.study, []).append((study.id, link))
        return {target: tuple(sources) for target, sources in found.items()}

    def links_to(self, study_id: str) -> tuple[tuple[str, Link], ...]:
        """(id of the linking study, its link) for every link that points at this study."""
        return self._links_to.get(study_id, ())

    def links(self) -> Mapping[str, tuple[tuple[str, Link], ...]]:
        """As :meth:`links_to`, for every study that is linked to."""
        return self._links_to

    def year(self, study_id: str) -> int:
        """A study's year of publication. Raises KeyError."""
        return self._shelf.year(study_id) if self._shelf is not None else self.studies[study_id].year

    def newest(self, ids: Iterable[str], count: int) -> list[str]:
        """So many of these studies, the newest first, of one year by id. Raises KeyError."""
        if self._shelf is not None:
            return self._shelf.newest(ids, count)
        return nsmallest(count, ids, key=lambda study_id: (-self.studies[study_id].year, study_id))

    def glance(self, study_id: str) -> Glance:
        """What a line of a list shows of a study, and a search marks in it. Raises KeyError for an unknown id."""
        return self.studies.glance(study_id) if isinstance(self.studies, Stored) else Glance.of(self.studies[study_id])

    def heading(self, study_id: str) -> Heading:
        """What a study is called in a list. Raises KeyError."""
        return self._shelf.heading(study_id) if self._shelf is not None else self.studies[study_id].heading

    def updated(self, study_id: str) -> date:
        """The day of a study's last change. Raises KeyError."""
        return self._shelf.updated(study_id) if self._shelf is not None else self.studies[study_id].updated

    def identified(self, identifier: str) -> tuple[str, ...]:
        """Ids of the studies with this PMID, PMCID or DOI; capitals do not count."""
        asked = identifier.upper() if identifier[:3].upper() == "PMC" else identifier.lower()
        if self._shelf is not None:
            return self._shelf.identified(asked)
        return tuple(s.id for s in self.studies.values() if asked in shelving.identifiers(s))

    @cached_property
    def modified(self) -> date | None:
        """The day on which any study was changed last; None without studies."""
        if self._shelf is not None:
            return self._shelf.modified
        return max((s.updated for s in self.studies.values()), default=None)

    @cached_property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year of publication; None without studies."""
        if self._shelf is not None:
            return self._shelf.years
        years = {s.year for s in self.studies.values()}
        return (min(years), max(years)) if years else None

    def latest(self, count: int) -> tuple[str, ...]:
        """Ids of the studies changed last; of one day the youngest first, of one year the last by id."""
        if self._shelf is not None:
            return self._shelf.latest(count)
        return tuple(i for *_, i in nlargest(count, ((s.updated, s.year, s.id) for s in self.studies.values())))

    @cached_property
    def findings(self) -> int:
        """How many findings all studies have together."""
        return self._shelf.findings if self._shelf is not None else sum(len(s.findings) for s in self.studies.values())

    def passing(self, ids: Iterable[str]) -> Iterator[Study]:
        """These studies one by one, to be looked at once: what stays on disk is not kept. Raises KeyError."""
        return self.studies.passing(ids) if isinstance(self.studies, Stored) else (self.studies[i] for i in ids)

    def selection(self, ids: Sequence[str]) -> Selection:
        """These studies as a sequence that reads each when its turn comes."""
        return Selection(self, ids)

    def linking(self, ids: Collection[str]) -> set[str]:
        """Ids of the studies that have a link to any of these."""
        if isinstance(self.studies, Stored):
            return self.studies.linking(ids)
        return {source for target in ids for source, _ in self.links_to(target)}

    def altered(self, records: Mapping[str, Record], removed: Collection[str], problems: Sequence[Problem]) -> "Atlas":
        """This atlas with some studies put in, or in the place of others, some taken out, and these problems."""
        stored = self.studies if isinstance(self.studies, Stored) else Packed.of(self.studies.values())
        return Atlas(self.config, self.vocabulary, stored.altered(records, removed), problems)

    def shelve(self, folder: Path) -> None:
        """Write the studies into a folder, for :meth:`Shelf.open`. Raises StoreError."""
        if isinstance(self.studies, Overlaid):
            self.studies.shelve(folder, self.concepts_in)
            return
        records = self._packed.records() if self._packed else ((s, Record.of(s)) for s in self.studies.values())
        shelving.write(folder, records, self.concepts_in)

    def __repr__(self) -> str:
        return f"<Atlas {self.config.title!r}: {len(self.studies)} studies, {len(self.vocabulary)} concepts>"

    def summary(self) -> dict[str, Any]:
        """Counts for the command line and the about page."""
        return {
            "studies": len(self.studies),
            "findings": self.findings,
            "concepts": {name: len(scheme.concepts) for name, scheme in self.vocabulary.schemes.items()},
            "errors": len(self.errors),
            "warnings": len(self.problems) - len(self.errors),
        }


def _by_id(studies: Iterable[Study]) -> Mapping[str, Study]:
    return MappingProxyType({s.id: s for s in sorted(studies, key=lambda s: s.id)})


def _named(study: Study) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*study.tags.all(), *study.finding_concepts)))
