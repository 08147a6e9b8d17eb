"""Links between a page and its forms, told in the ``Link`` header for programs that read no HTML.

    response.headers["Link"] = signposting.of_page(site, signposting.concept(site, found))

FAIR Signposting (https://signposting.org/FAIR/) with the relations of RFC 8288, RFC 8574 and RFC 6573. Everything that
has an identifier of its own and forms in RDF has them: studies, concepts (case definitions among them), schemes, our
terms, the dataset; a picture's identifier is its permanent link. Lists of studies, which nobody cites by their address,
have all but ``cite-as``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

from entries.study import Study
from entries.vocabulary import Concept
from explorer.forms import CONCEPT_FORMS, CSV, DATASET_FORMS, JSON, RDF, RESULT_FORMS, STUDY_FORMS, YAML, Form
from explorer.site import Site

ITEMS = (JSON, YAML)  # the entry itself; the other forms describe it
MOST_AUTHORS = 20  # servers in between refuse headers beyond some kilobytes; the RDF names everybody
MOST_BYTES = 4_096  # for the same reason: links beyond are left out
_IN_ADDRESS = "!#$%&'()*+,/:;=?@[]~"
_DESCRIBES, _ITEM, _ALTERNATE = "describedby", "item", "alternate"
_BACK = {_DESCRIBES: "describes", _ITEM: "collection", _ALTERNATE: "alternate"}


@dataclass(frozen=True)
class Resource:
    """What a page is about. ``form``: the address by suffix, empty for the page; ``relation``: of the page to a form.

    ``cite``: its identifier, where it has one of its own; ``types``: classes of schema.org; ``more``: further
    (address, relation) pairs.
    """

    form: Callable[[str], str]
    forms: Sequence[Form]
    relation: Callable[[Form], str]
    types: tuple[str, ...]
    cite: str = ""
    more: tuple[tuple[str, str], ...] = ()


def study(site: Site, found: Study) -> Resource:
    """A study's entry."""
    people = dict.fromkeys(author.orcid for author in found.authors if author.orcid)
    authors = ((f"https://orcid.org/{orcid}", "author") for orcid in islice(people, MOST_AUTHORS))
    return Resource(
        form=lambda suffix: site.links.study(found.id, suffix),
        forms=STUDY_FORMS,
        relation=lambda form: _ITEM if form in ITEMS else _DESCRIBES,
        types=("AboutPage", schema_type(site, found)),
        cite=f"studies/{found.id}",
        more=(*authors, (site.links.dataset(""), "collection")),
    )


def concept(site: Site, found: Concept) -> Resource:
    """A concept of any scheme: a symptom, a case definition ..."""
    return Resource(
        form=lambda suffix: site.links.concept(found.id, suffix),
        forms=CONCEPT_FORMS,
        relation=lambda form: _DESCRIBES,
        types=("AboutPage", "DefinedTerm"),
        cite=f"concepts/{found.id}",
        more=((site.links.scheme(site.atlas.vocabulary.scheme_of(found.id)), "collection"),),
    )


def concepts(site: Site) -> Resource:
    """The page of all concepts, whose items are the schemes."""
    schemes = tuple((site.links.scheme(scheme), _ITEM) for scheme in site.atlas.vocabulary.schemes)
    more = (*schemes, (site.links.dataset(""), "collection"))
    return Resource(lambda suffix: site.links.concepts(), (), lambda form: _ITEM, ("CollectionPage",), more=more)


def scheme(site: Site, scheme_id: str) -> Resource:
    """A concept scheme."""
    return _terms(site, lambda suffix: site.links.scheme(scheme_id, suffix), f"schemes/{scheme_id}")


def ontology(site: Site) -> Resource:
    """The terms of our own."""
    return _terms(site, site.links.ontology, "ns")


def _terms(site: Site, form: Callable[[str], str], cite: str) -> Resource:
    types = ("AboutPage", "DefinedTermSet")
    more = ((site.links.dataset(""), "collection"),)
    return Resource(form, tuple(RDF.values()), lambda _: _DESCRIBES, types, cite, more)


def dataset(site: Site) -> Resource:
    """The atlas as a whole: each form is all of it, and VoID describes it."""
    more = ((f"{site.links.root}/.well-known/void", _DESCRIBES),)
    return Resource(site.links.dataset, DATASET_FORMS, lambda form: _ITEM, ("AboutPage", "Dataset"), "dataset", more)


def result_set(site: Site, args: list[tuple[str, str]]) -> Resource:
    """What a search finds; the same studies can be had in many forms."""
    return Resource(
        form=lambda suffix: site.links.search(args, suffix),
        forms=RESULT_FORMS,
        relation=lambda form: _ALTERNATE,
        types=("SearchResultsPage" if args else "CollectionPage",),
        more=((site.links.dataset(""), "collection"),),
    )


def picture(site: Site, form: Callable[[str], str], forms: Sequence[Form]) -> Resource:
    """A picture of some nodes and what ties them. ``form``: its address by suffix, which says all that is drawn."""
    return Resource(
        form=form,
        forms=forms,
        relation=lambda form: _ALTERNATE,
        types=("WebPage", "ImageObject"),
        cite=form("").removeprefix(f"{site.links.root}/"),
        more=((site.links.dataset(""), "collection"),),
    )


def side_by_side(site: Site, ids: Sequence[str], api: str) -> Resource:
    """Studies beside each other; ``api``: the same in the JSON API."""
    return Resource(
        form=lambda suffix: site.links.side_by_side(ids, suffix),
        forms=(CSV,),
        relation=lambda form: _ALTERNATE,
        types=("WebPage",),
        cite=site.links.side_by_side(ids).removeprefix(f"{site.links.root}/"),
        more=((api, _ALTERNATE), *((site.links.study(i), _ITEM) for i in ids), (site.links.dataset(""), "collection")),
    )


def of_page(site: Site, resource: Resource) -> str:
    """The header of a resource's page, or of what leads people there."""
    return _joined(_of_page(site, resource))


def of_form(site: Site, resource: Resource, form: Form) -> str:
    """The header of one of its forms: back to its page, and whose it is."""
    relation = _BACK[resource.relation(form)] if form in resource.forms else _ALTERNATE
    back = _link(resource.form(""), relation, "text/html")
    return _joined((back, *_cite_as(site, resource), _licence(site)))


def schema_type(site: Site, found: Study) -> str:
    """The schema.org class that the study's design names; the general one where it names none."""
    design = site.atlas.vocabulary.get(found.design)
    return (design.schema_type if design else None) or "MedicalStudy"


def _of_page(site: Site, resource: Resource) -> Iterator[str]:
    yield from _cite_as(site, resource)
    yield from (_link(f"https://schema.org/{name}", "type") for name in resource.types)
    yield _licence(site)
    yield from (_link(address, relation) for address, relation in resource.more)
    for form in resource.forms:
        yield _link(resource.form(form.suffix), resource.relation(form), form.mime)


def _joined(links: Sequence[str] | Iterator[str]) -> str:
    """As many of the links as a header may hold."""
    told, size = [], 0
    for link in links:
        size += len(link) + 2
        if size <= MOST_BYTES:
            told.append(link)
    return ", ".join(told)


def _cite_as(site: Site, resource: Resource) -> tuple[str, ...]:
    return (_link(f"{site.atlas.config.base_iri}{resource.cite}", "cite-as"),) if resource.cite else ()


def _licence(site: Site) -> str:
    return _link(site.atlas.config.licence, "license")


def _link(address: str, relation: str, mime: str = "") -> str:
    """One link; whatever a header or an address cannot hold is percent-encoded."""
    typed = f'; type="{mime}"' if mime else ""
    return f'<{quote(address, safe=_IN_ADDRESS)}>; rel="{relation}"{typed}'
