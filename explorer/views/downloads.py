"""The whole atlas to take away, and the page that lists its forms."""

from dataclasses import dataclass

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from explorer import near, signposting
from explorer.forms import DATASET_FORMS, RDF, STUDY_FORMS, Form, by_suffix
from explorer.negotiation import data_response, negotiated, tag
from explorer.own_address import missing
from explorer.presentation import number
from explorer.rendering import in_full, page
from explorer.site import Site, here
from explorer.takeaway import dataset_in

blueprint = Blueprint("downloads", __name__)
USES = {
    "turtle": "RDF that people can read, too",
    "trig": "RDF with every study in its own named graph",
    "ntriples": "RDF for line-by-line tools",
    "nquads": "RDF with named graphs, for loading into a triple store",
    "rdfxml": "RDF for XML tools",
    "jsonld": "RDF for programs that speak JSON",
    "json": "The entries as data, with what is derived from them",
    "csv": "Spreadsheets and statistics",
    "bibtex": "LaTeX and reference managers: the papers",
    "ris": "EndNote, Zotero and the like: the papers",
    "csl": "Citation processors: the papers",
    "graphml": "Gephi, yEd, igraph, networkx: studies, findings and concepts as a network",
    "cytoscape": "Cytoscape: the same network",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One form of the whole atlas."""

    label: str
    url: str
    use: str
    holds: str


@dataclass(frozen=True, slots=True)
class DownloadsPage:
    """Everything that ``downloads.html`` shows."""

    total: int
    built: str
    rows: tuple[Row, ...]
    examples: tuple[str, ...]
    forms: tuple[Form, ...]
    no_address: str


@blueprint.get("/downloads")
def downloads() -> Response:
    """All forms, what each is good for and how much it holds."""
    site = here()
    first = next(iter(site.atlas.studies), "some-study")
    address = in_full(site.links.study(first))
    response = page(
        "downloads.html",
        DownloadsPage(
            total=len(site.atlas.studies),
            built=site.build.built.strftime("%Y-%m-%d %H:%M UTC"),
            rows=tuple(_row(site, form) for form in DATASET_FORMS),
            examples=(f"{address}.ttl", f'curl -H "Accept: text/turtle" {address}'),
            forms=STUDY_FORMS,
            no_address=missing(site.atlas.config),
        ),
    )
    response.headers["Link"] = signposting.of_page(site, signposting.dataset(site))
    return response


@blueprint.get("/dataset")
def dataset() -> Response:
    """The dataset's identifier: the page of downloads, or the form that the caller accepts."""
    site = here()
    form = negotiated(DATASET_FORMS, site.links.dataset(""))
    if form.is_page:
        response = redirect(site.links.downloads(), 303)
        response.vary.add("Accept")
        response.headers["Link"] = signposting.of_page(site, signposting.dataset(site))
        return response
    return _data(site, form, by_accept=True)


@blueprint.get("/dataset.<suffix>")
def dataset_form(suffix: str) -> Response:
    """The whole atlas in the form that the suffix names."""
    site = here()
    form = by_suffix(DATASET_FORMS, suffix)
    if form is None:
        raise near.no_form(suffix, DATASET_FORMS, site.links.dataset(""))
    return _data(site, form, by_accept=False)


def _data(site: Site, form: Form, by_accept: bool) -> Response:
    etag = tag(site.build.built.isoformat(), form.name)
    location = site.links.dataset(form.suffix)
    response = data_response(dataset_in(site.atlas, form), form, "dataset", etag, location, by_accept)
    response.headers["Link"] = signposting.of_form(site, signposting.dataset(site), form)
    return response


def _row(site: Site, form: Form) -> Row:
    if form.name in RDF:
        counts = site.build.graph_store.counts
        holds = f"{counts['quads']:,} statements"
    else:
        holds = number(len(site.atlas.studies), "entry", "entries")
    return Row(form.label, site.links.dataset(form.suffix), USES[form.name], holds)
