"""Checks that need the whole atlas: does everything that is pointed at exist, and is everything there once?"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from entries.config import REQUIRED_SCHEMES, RESERVED_NAMES, SOURCES, TAG_SOURCE, AtlasConfig
from entries.policy import PemStatus, pem_badge
from entries.problems import Problem, closest
from entries.study import Link, Study
from entries.vocabulary import Scheme, Vocabulary, normalise
from entries.yamlio import Document, Location

T = TypeVar("T", covariant=True)
NEEDED_CONCEPTS = {"pem-status": tuple(map(str, PemStatus)), "review-status": ("machine-draft",)}


class Head(NamedTuple):
    """What the checks between entries look at: of a study that is packed, this is held beside it."""

    id: str
    pmid: str | None
    pmcid: str | None
    doi: str | None
    links: tuple[Link, ...]

    @classmethod
    def of(cls, study: Study) -> "Head":
        """That of a study."""
        return cls(study.id, study.pmid, study.pmcid, study.doi, study.links)


@dataclass(frozen=True, slots=True)
class Sourced(Generic[T]):
    """A model and where it was read."""

    item: T
    path: Path
    line_of: Callable[[Location], int]

    def problem(
        self, location: Location, reason: str, mend: str, warning: bool = False, study_id: str | None = None
    ) -> Problem:
        """A Problem at a place inside this file."""
        severity = "warning" if warning else "error"
        return Problem(self.path, self.line_of(location), reason, mend, severity, study_id)  # type: ignore[arg-type]


def check_needed(config: AtlasConfig, vocabulary: Vocabulary, path: Path, document: Document) -> Iterator[Problem]:
    """Every scheme that is needed is there."""
    here = Sourced(config, path, document.line)
    by_facets = (SOURCES[facet.source] for facet in config.facets if facet.source in SOURCES)
    for scheme in dict.fromkeys((*REQUIRED_SCHEMES, *filter(None, by_facets), *config.tags)):
        if scheme not in vocabulary.schemes:
            file = f"vocabulary/{scheme}.yaml"
            mend = f"correct {file}" if (path.parent / file).exists() else f"add {file}"
            where: Location = ("tags", config.tags.index(scheme)) if scheme in config.tags else ()
            yield here.problem(where, f"there is no scheme '{scheme}'", mend)


def check_comparing(config: AtlasConfig, vocabulary: Vocabulary, path: Path, document: Document) -> Iterator[Problem]:
    """Designs that are to be held apart are designs of the vocabulary."""
    here, known = Sourced(config, path, document.line), [c.id for c in vocabulary.of_scheme(SOURCES["design"] or "")]
    for i, design in enumerate(config.comparing.apart):
        if known and design not in known:  # a scheme that is missing has its own problem
            hint = closest(design, known) or "name a concept of that scheme"
            yield here.problem(("comparing", "apart", i), f"'{design}' is no study design", hint)


def _check_needed_concepts(source: Sourced[Scheme]) -> Iterator[Problem]:
    """Concepts whose ids the program itself gives to studies are in their scheme, whatever their labels."""
    scheme = source.item
    held = {concept.id for concept in scheme.concepts}
    missing = [f"'{i}'" for i in NEEDED_CONCEPTS.get(scheme.scheme, ()) if i not in held]
    if missing:
        reason = f"the scheme '{scheme.scheme}' lacks {', '.join(missing)}, which the program gives to studies"
        mend = f"add {'it' if len(missing) == 1 else 'them'}; the id stays as it is, the label is yours"
        yield source.problem(("concepts",), reason, mend)


def check_facets(config: AtlasConfig, path: Path, document: Document) -> Iterator[tuple[int, Problem]]:
    """Facets with known sources, each name once and not one of the words of an address: (index, Problem)."""
    here = Sourced(config, path, document.line)
    known = [*SOURCES, *(TAG_SOURCE + tag for tag in config.tags)]
    names: set[str] = set()
    for i, facet in enumerate(config.facets):
        where: Location = ("facets", i)
        if facet.source not in known:
            near = closest(facet.source, known)
            hint = f"{near} There are {', '.join(known)}" if near else f"use one of {', '.join(known)}"
            yield i, here.problem(where, f"the facet '{facet.name}' has the unknown source '{facet.source}'", hint)
        elif facet.name in RESERVED_NAMES:
            reason = f"the facet name '{facet.name}' has a meaning of its own in the address of a search"
            yield i, here.problem(where, reason, "choose another name")
        elif facet.name in names:
            yield i, here.problem(where, f"the facet name '{facet.name}' stands twice", "give each facet its own")
        names.add(facet.name)


def check_schemes(schemes: Iterable[Sourced[Scheme]]) -> Iterator[Problem]:
    """Concept ids once in the whole atlas, parents that exist, no cycles, no term for two concepts of a scheme."""
    schemes = list(schemes)
    homes: dict[str, str] = {}
    vocabulary = Vocabulary(s.item for s in schemes)
    for source in schemes:
        own = dict.fromkeys(c.id for c in source.item.concepts)
        for i, concept in enumerate(source.item.concepts):
            where: Location = ("concepts", i)
            if concept.id in homes:
                reason = f"the concept id '{concept.id}' is already used in scheme '{homes[concept.id]}'"
                yield source.problem(where, reason, "ids are unique in the whole atlas; choose another")
            homes.setdefault(concept.id, source.item.scheme)
            yield from _check_broader(source, i, own, vocabulary)
        yield from _check_terms(source)
        yield from _check_needed_concepts(source)


def _check_broader(source: Sourced[Scheme], i: int, own: Collection[str], vocabulary: Vocabulary) -> Iterator[Problem]:
    concept = source.item.concepts[i]
    for parent in concept.broader:
        if parent not in own:
            hint = closest(parent, own) or f"add the concept '{parent}' to this scheme"
            yield source.problem(
                ("concepts", i, "broader"), f"'{concept.id}' has the unknown broader concept '{parent}'", hint
            )
        elif parent == concept.id or concept.id in vocabulary.ancestors(parent):
            yield source.problem(
                ("concepts", i, "broader"),
                f"'{concept.id}' is its own ancestor through '{parent}'",
                "remove one 'broader'",
            )


def _check_terms(source: Sourced[Scheme]) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for i, concept in enumerate(source.item.concepts):
        for term in dict.fromkeys((concept.label, *concept.synonyms)):
            owner = owners.setdefault(normalise(term), concept.id)
            if owner != concept.id:
                reason = f"the term '{term}' belongs to both '{owner}' and '{concept.id}'"
                yield source.problem(("concepts", i), reason, "keep it at one of the two", warning=True)


def check_study(source: Sourced[Study], config: AtlasConfig, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Every concept id that the entry uses exists, and in the scheme where it belongs."""
    study = source.item
    uses: list[tuple[Location, str, tuple[str, ...]]] = [
        (("design",), study.design, ("study-design",)),
        (("peer_review",), study.peer_review, ("peer-review",)),
        (("evidence_level",), study.evidence_level, ("evidence-level",)),
        (("review", "status"), study.review.status, ("review-status",)),
    ]
    uses += [(("review", "fields", n, "status"), f.status, ("review-status",)) for n, f in study.review.fields.items()]
    how = "all" if study.case_definition.all else "any"
    uses += [(("case_definition", how, i), c, ("case-definition",)) for i, c in enumerate(study.case_definition.ids)]
    for scheme, ids in study.tags.root.items():
        if scheme not in config.tags:
            hint = closest(scheme, config.tags) or "use one of " + ", ".join(config.tags)
            yield source.problem(("tags", scheme), f"studies are not tagged with '{scheme}'", hint, study_id=study.id)
        else:
            uses += [(("tags", scheme, i), concept, (scheme,)) for i, concept in enumerate(ids)]
            yield from _check_repeats(source, ("tags", scheme), ids)
    for i, finding in enumerate(study.findings):
        uses += [(("findings", i, "concepts", j), c, config.tags) for j, c in enumerate(finding.concepts)]
    for location, concept, schemes in uses:
        yield from _check_concept(source, location, concept, schemes, vocabulary)
    yield from _check_field_reviews(source)
    if conflict := pem_badge(study, vocabulary).conflict:
        mend = "check 'pem' and 'case_definition'; if both are right, readers see both and the badge is unclear"
        yield source.problem(("pem",), _sentence(conflict), mend, warning=True, study_id=study.id)


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _check_repeats(source: Sourced[Study], location: Location, ids: tuple[str, ...]) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, concept in enumerate(ids):
        if concept in seen:
            reason = f"'{concept}' stands twice in {'.'.join(map(str, location))}"
            yield source.problem((*location, i), reason, "keep one", warning=True, study_id=source.item.id)
        seen.add(concept)


def _check_field_reviews(source: Sourced[Study]) -> Iterator[Problem]:
    for name, review in source.item.review.fields.items():
        where: Location = ("review", "fields", name)
        if name not in Study.model_fields:
            hint = closest(name, Study.model_fields) or "name a field of the entry"
            yield source.problem(where, f"'{name}' is no field of an entry", hint, study_id=source.item.id)
        if review.status != "machine-draft" and not (review.by and review.on):
            mend = "say who looked at it and on what day, or set 'machine-draft'"
            reason = f"the review of '{name}' claims '{review.status}' by nobody"
            yield source.problem(where, reason, mend, study_id=source.item.id)


def _check_concept(
    source: Sourced[Study], location: Location, concept: str, schemes: tuple[str, ...], vocabulary: Vocabulary
) -> Iterator[Problem]:
    study_id = source.item.id
    if concept not in vocabulary:
        if not all(scheme in vocabulary.schemes for scheme in schemes):
            return  # a scheme that may hold it is missing or broken: told once, not for every use
        same = [c.id for scheme in schemes for c in vocabulary.find(concept, scheme)]
        known = [c.id for scheme in schemes for c in vocabulary.of_scheme(scheme)]
        hint = f"use '{same[0]}'" if same else closest(concept, known)
        hint = hint or f"add it to vocabulary/{schemes[0]}.yaml, or use a concept that is there"
        yield source.problem(location, f"unknown concept '{concept}'", hint, study_id=study_id)
    elif (home := vocabulary.scheme_of(concept)) not in schemes:
        reason = f"'{concept}' belongs to the scheme '{home}', not to {' or '.join(repr(s) for s in schemes)}"
        yield source.problem(location, reason, "move it, or choose another concept", study_id=study_id)


def check_unique(studies: Iterable[Sourced[Head]]) -> Iterator[tuple[Sourced[Head], Problem]]:
    """Id, PMID and DOI once each: yields (the later entry, Problem)."""
    seen: dict[tuple[str, str], Sourced[Head]] = {}
    for source in studies:
        study = source.item
        for field, value in (
            ("id", study.id),
            ("pmid", study.pmid),
            ("pmcid", study.pmcid),
            ("doi", study.doi and study.doi.lower()),
        ):
            first = seen.setdefault((field, value), source) if value else source
            if first is not source:
                place = f"'{first.item.id}' ({first.path.name}:{first.line_of((field,))})"
                reason = f"the {field if field == 'id' else field.upper()} '{value}' is already that of {place}"
                mend = _own_id(first, source) if field == "id" else "correct it, or merge the two entries"
                yield source, source.problem((field,), reason, mend, study_id=study.id)
                break  # the same entry twice is one mistake, not three


def _own_id(first: Sourced[Head], later: Sourced[Head]) -> str:
    """What to do about one id in two entries. A copy whose id was forgotten is the one that is not named by it."""
    if first.path.suffix == ".yaml" and first.path.stem != first.item.id == later.path.stem:
        return f"give the entry in {first.path.name} an id of its own, such as '{first.path.stem}'"
    return "give each entry an id of its own"


def check_links(source: Sourced[Head], studies: Collection[str]) -> Iterator[tuple[int, Problem]]:
    """Links that lead nowhere or back to the entry itself: yields (index of the link, Problem)."""
    study = source.item
    for i, link in enumerate(study.links):
        if link.study == study.id:
            reason, mend = f"'{study.id}' {link.relation} itself", "remove this link"
        elif link.study not in studies:
            reason = f"'{study.id}' {link.relation} '{link.study}', which is not in the atlas"
            mend = closest(link.study, studies) or "add that entry, or remove this link"
        else:
            continue
        yield i, source.problem(("links", i), reason, mend, study_id=study.id)
