"""What is connected with a study or a concept: drawn and listed, and the same in every form of a picture."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from explorer import near, signposting
from explorer.drawing import Drawing
from explorer.negotiation import data_response, tag
from explorer.picture_forms import FORMS, picture_in, shown_at
from explorer.presentation_graph import graph_page, kinds_asked, near_node
from explorer.rendering import page
from explorer.scene import surroundings, written
from explorer.site import Site, here
from graph.nodes import concept_node, study_node

blueprint = Blueprint("graph", __name__)


@blueprint.get("/studies/<name>/graph")
@blueprint.get("/studies/<name>/graph.<suffix>")
def of_study(name: str, suffix: str = "") -> Response:
    """A study in the middle."""
    site = here()
    found = near.find_study(site, name)
    url = site.links.study(found.id)
    return _answer(site, study_node(found.id), found.title, url, "search", suffix)


@blueprint.get("/concepts/<name>/graph")
@blueprint.get("/concepts/<name>/graph.<suffix>")
def of_concept(name: str, suffix: str = "") -> Response:
    """A concept in the middle."""
    site = here()
    found = near.find_concept(site, name)
    url = site.links.concept(found.id)
    return _answer(site, concept_node(site.atlas.vocabulary, found.id), found.label, url, "concepts", suffix)


def _answer(site: Site, node: str, title: str, url: str, area: str, suffix: str) -> Response:
    """The page, or the form that the suffix or else the Accept header names."""
    address, kinds = f"{url}/graph", kinds_asked(request.args.getlist("kind"))
    form, by_accept = near.form_of(FORMS, address, "." if suffix else "", suffix)
    said = written([*(("kind", kind) for kind in kinds), *site.remains.args])

    def located(suffix: str) -> str:
        return f"{address}{suffix}" + (f"?{said}" if said else "")

    resource = signposting.picture(site, located, FORMS)
    if form.is_page:
        response = page("graph.html", graph_page(site, node, title, url, area, kinds, FORMS), negotiable=True)
        response.headers["Link"] = signposting.of_page(site, resource)
        return response
    scene = surroundings(site, node, (other.id for other in near_node(site, node, kinds).nodes))
    body = picture_in(Drawing(site, scene), form, shown_at(site, located("")))
    etag = tag(site.atlas.frame_digest, site.build.built.isoformat(), node, form.name, site.remains.kind, *kinds)
    data = data_response(body, form, "neighbourhood", etag, located(form.suffix), by_accept)
    data.headers["Link"] = signposting.of_form(site, resource, form)
    return data
