"""A concept's page as one object."""

from collections.abc import Iterator
from dataclasses import dataclass

from entries.study import Study
from entries.vocabulary import Concept, Scheme
from explorer.forms import CONCEPT_FORMS, Offered, offered
from explorer.presentation import PEM, Badge, Chosen
from explorer.presentation_balance import BalanceView, balance_view
from explorer.site import Site
from graph.cooccurrence import FoundWith, found_with_each
from graph.namespaces import expand

PER_PAGE = 10
FOUND_WITH = 6  # companions shown a scheme
PEM_RULES = {
    "required": "Requires it: every patient must have it",
    "optional": "Optional: one of several symptoms that count",
    "absent": "Does not name it",
    "ambiguous": "Leaves it open: the wording does not settle it",
}


@dataclass(frozen=True, slots=True)
class StudyLine:
    """A study in a short list."""

    url: str
    title: str
    by: str
    badges: tuple[Badge, ...]


@dataclass(frozen=True, slots=True)
class Companions:
    """Concepts of one scheme that studies name together with this one."""

    label: str
    concepts: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class ConceptPage:
    """Everything that ``concept.html`` shows."""

    concept: Concept
    scheme: Scheme
    scheme_url: str
    badge: Badge | None
    broader: tuple[Chosen, ...]
    narrower: tuple[Chosen, ...]
    matches: tuple[tuple[str, str], ...]
    pem_rule: str
    pem_label: str
    total: int
    every: int
    search_url: str
    studies: tuple[StudyLine, ...]
    page: int
    pages: int
    previous: str
    next: str
    balance: BalanceView | None
    companions: tuple[Companions, ...]
    picture_url: str
    forms: tuple[Offered, ...]


def concept_page(site: Site, concept: Concept, page: int) -> ConceptPage:
    """Put the page of one concept together; ``page`` beyond the last becomes the last."""
    vocabulary = site.atlas.vocabulary
    scheme = vocabulary.schemes[vocabulary.scheme_of(concept.id)]
    every = site.atlas.studies_with(concept.id)
    ids = site.remains.kept(every) if site.remains.is_on else every
    pages = max(1, -(-len(ids) // PER_PAGE))
    page = min(max(page, 1), pages)
    here = site.links.concept(concept.id)
    return ConceptPage(
        concept=concept,
        scheme=scheme,
        scheme_url=site.links.concepts(scheme.scheme),
        badge=site.badges.of_concept(concept.id) if scheme.scheme not in site.atlas.config.tags else None,
        broader=tuple(site.chosen(i) for i in concept.broader if i in vocabulary),
        narrower=tuple(site.chosen(i) for i in vocabulary.narrower(concept.id)),
        matches=tuple((curie, expand(curie) or "") for curie in concept.exact_match),
        pem_rule=PEM_RULES.get(concept.pem or "", ""),
        pem_label=vocabulary.schemes[PEM].label if PEM in vocabulary.schemes else "",
        total=len(ids),
        every=len(every),
        search_url=site.search_for(concept.id) if every else "",
        studies=tuple(_line(site, s) for s in _page(site, ids, page)),
        page=page,
        pages=pages,
        previous=f"{here}?page={page - 1}#studies" if page > 1 else "",
        next=f"{here}?page={page + 1}#studies" if page < pages else "",
        balance=balance_view(site, concept.id),
        companions=tuple(_companions(site, concept.id)),
        picture_url=site.links.concept_picture(concept.id),
        forms=offered(CONCEPT_FORMS, here),
    )


def _page(site: Site, ids: tuple[str, ...], page: int) -> list[Study]:
    last = page * PER_PAGE
    return [site.atlas.studies[i] for i in site.atlas.newest(ids, last)[last - PER_PAGE :]]


def _line(site: Site, study: Study) -> StudyLine:
    by = ", ".join(part for part in (study.byline, study.journal, str(study.year)) if part)
    return StudyLine(site.links.study(study.id), study.title, by, site.badges.short(study))


def _companions(site: Site, concept_id: str) -> Iterator[Companions]:
    for name, found in found_with_each(site.atlas, concept_id, FOUND_WITH).items():
        yield Companions(site.atlas.vocabulary.schemes[name].plural, tuple(_companion(site, one) for one in found))


def _companion(site: Site, found: FoundWith) -> Chosen:
    label, url = site.atlas.vocabulary.label(found.concept_id), site.links.concept(found.concept_id)
    return Chosen(label, url, (found.bits & site.remains.bits).bit_count(), found.count)
