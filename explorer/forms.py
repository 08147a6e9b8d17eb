"""The forms that one address can be had in: page, RDF in six syntaxes, networks, and what reference managers read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from graph.export import FORMATS


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its suffix in addresses, its media type and others that mean the same, and its label on pages."""

    name: str
    suffix: str
    mime: str
    label: str
    also: tuple[str, ...] = ()

    @property
    def is_page(self) -> bool:
        """Whether this is the page for people."""
        return self.name == "html"

    @property
    def content_type(self) -> str:
        """The media type with its character set, where that is ours to say."""
        says_itself = self.mime.endswith(("json", "rdf+xml"))
        return self.mime if says_itself else f"{self.mime}; charset=utf-8"


class Offered(NamedTuple):
    """A form of one address, as pages offer it."""

    label: str
    mime: str
    url: str


def offered(forms: Iterable[Form], address: str) -> tuple[Offered, ...]:
    """The forms of one address."""
    return tuple(Offered(form.label, form.mime, address + form.suffix) for form in forms)


HTML = Form("html", "", "text/html", "Page", ("application/xhtml+xml",))
_ALSO = {"turtle": ("application/x-turtle",), "ntriples": ("text/plain",), "jsonld": (), "rdfxml": ()}
RDF = {
    f.name: Form(f.name, f.suffix, f.mime, f.label, tuple(a for a in _ALSO.get(f.name, ()) if a != "text/plain"))
    for f in FORMATS.values()
}
JSON = Form("json", ".json", "application/json", "JSON")
YAML = Form("yaml", ".yaml", "application/yaml", "YAML", ("text/yaml", "application/x-yaml", "text/x-yaml"))
CSV = Form("csv", ".csv", "text/csv", "CSV table")
BIBTEX = Form("bibtex", ".bib", "application/x-bibtex", "BibTeX", ("text/x-bibtex",))
RIS = Form("ris", ".ris", "application/x-research-info-systems", "RIS", ())
CSL = Form("csl", ".csl.json", "application/vnd.citationstyles.csl+json", "CSL-JSON")
GRAPHML = Form("graphml", ".graphml", "application/graphml+xml", "GraphML")
CYTOSCAPE = Form("cytoscape", ".cyjs", "application/json", "Cytoscape JSON")
ATOM = Form("atom", ".atom", "application/atom+xml", "Atom feed")

CITATIONS = (BIBTEX, RIS, CSL)
STUDY_FORMS = (*RDF.values(), JSON, YAML, *CITATIONS)
NETWORKS = (GRAPHML, CYTOSCAPE)
RESULT_FORMS = (CSV, JSON, *CITATIONS, *RDF.values(), *NETWORKS)
CONCEPT_FORMS = (*RDF.values(), JSON)
DATASET_FORMS = (*RDF.values(), JSON, CSV, *CITATIONS, *NETWORKS)


def by_suffix(forms: tuple[Form, ...], suffix: str) -> Form | None:
    """The form with a suffix such as ``ttl`` or ``csl.json`` (no leading dot); None where there is none."""
    return next((form for form in forms if form.suffix == f".{suffix.lower()}"), None)
