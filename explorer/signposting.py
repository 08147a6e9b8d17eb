"""Links between an entry's page and its forms, told in the ``Link`` header for programs that read no HTML.

FAIR Signposting (https://signposting.org/FAIR/) with the relations of RFC 8288, RFC 8574 and RFC 6573.
"""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote

from entries.study import Study
from explorer.forms import JSON, STUDY_FORMS, YAML, Form
from explorer.site import Site

ITEMS = (JSON, YAML)  # the entry itself; the other forms describe it
MOST_AUTHORS = 20  # servers in between refuse headers beyond some kilobytes; the RDF names everybody
_IN_ADDRESS = "!#$%&'()*+,/:;=?@[]~"


def of_page(site: Site, study: Study) -> str:
    """The header of a study's page."""
    return ", ".join(_of_page(site, study))


def of_form(site: Site, study: Study, form: Form) -> str:
    """The header of a study's form: back to its page, and whose it is."""
    relation = "collection" if form in ITEMS else "describes"
    back = _link(site.links.study(study.id), relation, "text/html")
    return ", ".join((back, _cite_as(site, study), _licence(site)))


def _of_page(site: Site, study: Study) -> Iterator[str]:
    yield _cite_as(site, study)
    yield _link("https://schema.org/AboutPage", "type")
    yield _link(f"https://schema.org/{schema_type(site, study)}", "type")
    yield _licence(site)
    people = dict.fromkeys(author.orcid for author in study.authors if author.orcid)
    yield from (_link(f"https://orcid.org/{orcid}", "author") for orcid in islice(people, MOST_AUTHORS))
    for form in STUDY_FORMS:
        relation = "item" if form in ITEMS else "describedby"
        yield _link(site.links.study(study.id, form.suffix), relation, form.mime)
    yield _link(site.links.dataset(""), "collection")


def schema_type(site: Site, study: Study) -> str:
    """The schema.org class that the study's design names; the general one where it names none."""
    design = site.atlas.vocabulary.get(study.design)
    return (design.schema_type if design else None) or "MedicalStudy"


def _cite_as(site: Site, study: Study) -> str:
    return _link(f"{site.atlas.config.base_iri}studies/{study.id}", "cite-as")


def _licence(site: Site) -> str:
    return _link(site.atlas.config.licence, "license")


def _link(address: str, relation: str, mime: str = "") -> str:
    """One link; whatever a header or an address cannot hold is percent-encoded."""
    typed = f'; type="{mime}"' if mime else ""
    return f'<{quote(address, safe=_IN_ADDRESS)}>; rel="{relation}"{typed}'
