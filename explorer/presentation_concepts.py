"""All concepts: every scheme as a tree, and a look-up by any name."""

from dataclasses import dataclass

from entries.vocabulary import Concept, Scheme, normalise
from explorer.overview import Name
from explorer.presentation import shortened
from explorer.remains import Count
from explorer.site import Site

MOST_FOUND = 40
LONGEST = 200  # characters of what somebody looks up


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept in its tree, with the number of studies that have it or something narrower."""

    label: str
    url: str
    count: int | Count
    branches: tuple["Branch", ...]


@dataclass(frozen=True, slots=True)
class SchemeTree:
    """One scheme with its top concepts."""

    scheme: Scheme
    size: int
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class FoundConcept:
    """A concept that goes by a name; ``name`` is the synonym that fits, where the label does not."""

    id: str
    label: str
    url: str
    scheme: str
    name: str
    count: int | Count


@dataclass(frozen=True, slots=True)
class ConceptsPage:
    """Everything that ``concepts.html`` shows."""

    trees: tuple[SchemeTree, ...]
    asked: str
    found: tuple[FoundConcept, ...]
    search_url: str


def concepts_page(site: Site, asked: str) -> ConceptsPage:
    """All schemes, and above them what was looked up."""
    asked = shortened(asked.replace("\x00", " "), LONGEST)
    return ConceptsPage(scheme_trees(site), asked, find(site, asked), site.links.search([("q", asked)]))


def find(site: Site, asked: str) -> tuple[FoundConcept, ...]:
    """Concepts with the text in one of their names, whatever its case, accents, Greek letters and hyphens."""
    wanted = normalise(asked)
    if not wanted:
        return ()
    names = site.overview.names
    hits = [(c, name) for c in site.atlas.vocabulary.values() if (name := _fitting(names[c.id], wanted)) is not None]
    counts = site.overview.counts
    hits.sort(key=lambda hit: (normalise(hit[1] or hit[0].label) != wanted, -counts.get(hit[0].id, 0), hit[0].label))
    return tuple(_found(site, concept, name) for concept, name in hits[:MOST_FOUND])


def _fitting(names: tuple[Name, ...], wanted: str) -> str | None:
    """Empty where the label (the first name) fits, else the name that does; None where none does."""
    for place, name in enumerate(names):
        if name.fits(wanted):
            return name.text if place else ""
    return None


def _found(site: Site, concept: Concept, name: str) -> FoundConcept:
    vocabulary = site.atlas.vocabulary
    scheme = vocabulary.schemes[vocabulary.scheme_of(concept.id)].label
    count = _count(site, concept.id)
    return FoundConcept(concept.id, concept.label, site.links.concept(concept.id), scheme, name, count)


def scheme_trees(site: Site) -> tuple[SchemeTree, ...]:
    """All schemes, those that studies are tagged with first."""
    schemes = site.atlas.vocabulary.schemes
    tagged = [name for name in site.atlas.config.tags if name in schemes]
    order = (*tagged, *(name for name in schemes if name not in tagged))
    return tuple(_tree(site, schemes[name]) for name in order)


def _tree(site: Site, scheme: Scheme) -> SchemeTree:
    ids = {concept.id for concept in scheme.concepts}
    tops = [c for c in scheme.concepts if ids.isdisjoint(c.broader)]
    if not tops:  # the data go round in a circle; show them all the same
        tops = list(scheme.concepts)
    return SchemeTree(scheme, len(ids), tuple(_branch(site, c.id, frozenset()) for c in tops))


def _branch(site: Site, concept_id: str, above: frozenset[str]) -> Branch:
    """A concept and what is below it; ``above`` breaks a cycle in the data."""
    seen = above | {concept_id}
    below = tuple(_branch(site, i, seen) for i in site.atlas.vocabulary.narrower(concept_id) if i not in seen)
    label, count = site.atlas.vocabulary.label(concept_id), _count(site, concept_id)
    return Branch(label, site.links.concept(concept_id), count, below)


def _count(site: Site, concept_id: str) -> int | Count:
    """Studies that have a concept or something narrower; under the switch, how many of them remain."""
    if site.remains.is_on:
        return site.remains.with_concept(concept_id)
    return site.overview.counts.get(concept_id, 0)
