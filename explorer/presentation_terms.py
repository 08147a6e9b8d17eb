"""The atlas' own terms as a page: what each class and property means, where their addresses lead a reader."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from explorer.forms import RDF, Offered
from explorer.site import Site
from graph.namespaces import Names
from graph.ontology import (
    BASES,
    CLASSES,
    DATA_PROPERTIES,
    DIRECTIONS,
    DOMAINS,
    OBJECT_PROPERTIES,
    RANGES,
    SCHEMES,
    STANDINGS,
    SUB_PROPERTIES,
)

GROUPS: Mapping[str, Mapping[str, str]] = {
    "Classes": CLASSES,
    "Properties that lead to something": OBJECT_PROPERTIES,
    "Properties that lead to a text or a number": DATA_PROPERTIES,
    "Directions of a finding": DIRECTIONS,
    "What a finding rests on": BASES,
    "How a study stands": STANDINGS,
    "Concept schemes": SCHEMES,
}
_DOMAIN = {name: of for of, names in DOMAINS.items() for name in names}
_RANGE = {name: of for of, names in RANGES.items() for name in names}


@dataclass(frozen=True, slots=True)
class TermRow:
    """One term. ``of``, ``to``: what has the property, what it leads to, with prefix; empty where anything may."""

    name: str
    comment: str
    of: str
    to: str
    wider: str


@dataclass(frozen=True, slots=True)
class TermGroup:
    """Terms of one kind."""

    heading: str
    are_properties: bool
    rows: tuple[TermRow, ...]


@dataclass(frozen=True, slots=True)
class TermsPage:
    """Everything that ``terms.html`` shows. ``namespace``: what ``ev:`` stands for."""

    namespace: str
    groups: tuple[TermGroup, ...]
    forms: tuple[Offered, ...]


def terms_page(site: Site) -> TermsPage:
    """Every term with its meaning, and the forms in which programs get the same."""
    groups = (
        TermGroup(heading, table in (OBJECT_PROPERTIES, DATA_PROPERTIES), tuple(_rows(table)))
        for heading, table in GROUPS.items()
    )
    forms = (Offered(form.label, form.mime, site.links.ontology() + form.suffix) for form in RDF.values())
    return TermsPage(Names(site.atlas.config.base_iri).prefixes()["ev"], tuple(groups), tuple(forms))


def _rows(table: Mapping[str, str]) -> Iterator[TermRow]:
    for name, comment in table.items():
        wider = SUB_PROPERTIES.get(name, "")
        yield TermRow(str(name), comment, _DOMAIN.get(name, ""), _RANGE.get(name, ""), wider)
