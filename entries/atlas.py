"""The atlas: configuration, vocabulary and studies together, checked as a whole.

atlas = Atlas.load(Path("data"))
for problem in atlas.problems:
    print(problem)
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from entries import store
from entries.config import AtlasConfig, FacetConfig
from entries.policy import PemBadge, pem_badge
from entries.problems import Problem
from entries.study import Link, Study
from entries.vocabulary import Vocabulary

__all__ = ["Atlas", "AtlasConfig", "FacetConfig", "Problem"]


class Atlas:
    """Everything that the floors above need to know, immutable after it was made.

    ``studies`` holds the entries without errors, by id in alphabetical order; ``problems`` says what is wrong with the
    others, and ``digests`` gives each study's content digest.
    """

    def __init__(
        self,
        config: AtlasConfig,
        vocabulary: Vocabulary,
        studies: Iterable[Study],
        problems: Sequence[Problem] = (),
    ) -> None:
        self.config = config
        self.vocabulary = vocabulary
        self.studies: Mapping[str, Study] = MappingProxyType({s.id: s for s in sorted(studies, key=lambda s: s.id)})
        self.problems = tuple(problems)
        self._badges: dict[str, PemBadge] = {}

    @classmethod
    def of(cls, config: AtlasConfig, vocabulary: Vocabulary, studies: Iterable[Study]) -> "Atlas":
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

    def with_studies(self, studies: Iterable[Study]) -> "Atlas":
        """The same atlas with other studies and the problems kept."""
        return Atlas(self.config, self.vocabulary, studies, self.problems)

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Content digest (SHA-256, hex) of each study by id."""
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
        sha = hashlib.sha256(self.frame_digest.encode())
        for study_id, digest in self.digests.items():
            sha.update(f"{study_id}={digest}\n".encode())
        return sha.hexdigest()

    def pem(self, study_id: str) -> PemBadge:
        """The study's PEM badge. Raises KeyError for an unknown id."""
        if study_id not in self._badges:
            self._badges[study_id] = pem_badge(self.studies[study_id], self.vocabulary)
        return self._badges[study_id]

    def concepts_of(self, study_id: str) -> tuple[str, ...]:
        """Tags and the concepts of the findings, each once. Raises KeyError for an unknown id."""
        study = self.studies[study_id]
        return tuple(dict.fromkeys((*study.tags.all(), *study.finding_concepts)))

    def all_concepts_of(self, study_id: str) -> tuple[str, ...]:
        """As :meth:`concepts_of`, and with case definitions, design, level, statuses. Raises KeyError."""
        study = self.studies[study_id]
        fixed = (study.design, study.evidence_level, study.peer_review, study.review.status)
        badge = str(self.pem(study_id).status)
        return tuple(dict.fromkeys((*self.concepts_of(study_id), *study.case_definition.ids, *fixed, badge)))

    @cached_property
    def _studies_by_concept(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for study_id in self.studies:
            for concept in self.all_concepts_of(study_id):
                found.setdefault(concept, []).append(study_id)
        return {concept: tuple(ids) for concept, ids in found.items()}

    def studies_with(self, concept_id: str, narrower: bool = True) -> tuple[str, ...]:
        """Ids of the studies that use a concept in any role, or (``narrower``) one below it; sorted."""
        wanted = (concept_id, *self.vocabulary.descendants(concept_id)) if narrower else (concept_id,)
        return tuple(sorted({i for c in wanted for i in self._studies_by_concept.get(c, ())}))

    @cached_property
    def _links_to(self) -> dict[str, tuple[tuple[str, Link], ...]]:
        found: dict[str, list[tuple[str, Link]]] = {}
        for study in self.studies.values():
            for link in study.links:
                found.setdefault(link.study, []).append((study.id, link))
        return {target: tuple(sources) for target, sources in found.items()}

    def links_to(self, study_id: str) -> tuple[tuple[str, Link], ...]:
        """(id of the linking study, its link) for every link that points at this study."""
        return self._links_to.get(study_id, ())

    def __repr__(self) -> str:
        return f"<Atlas {self.config.title!r}: {len(self.studies)} studies, {len(self.vocabulary)} concepts>"

    def summary(self) -> dict[str, Any]:
        """Counts for the command line and the about page."""
        return {
            "studies": len(self.studies),
            "findings": sum(len(s.findings) for s in self.studies.values()),
            "concepts": {name: len(scheme.concepts) for name, scheme in self.vocabulary.schemes.items()},
            "errors": len(self.errors),
            "warnings": len(self.problems) - len(self.errors),
        }
