"""What hangs together with a study or a concept, drawn and listed."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from explorer.presentation_graph import graph_page, kinds_asked
from explorer.rendering import page
from explorer.site import here
from explorer.views import concept, study
from graph.nodes import concept_node, study_node

blueprint = Blueprint("graph", __name__)


@blueprint.get("/studies/<name>/graph")
def of_study(name: str) -> Response:
    """A study in the middle."""
    site = here()
    found = study.find(site, name)
    url = site.links.study(found.id)
    view = graph_page(site, study_node(found.id), found.title, url, "search", _kinds())
    return page("graph.html", view)


@blueprint.get("/concepts/<name>/graph")
def of_concept(name: str) -> Response:
    """A concept in the middle."""
    site = here()
    found = concept.find(site, name)
    url = site.links.concept(found.id)
    node = concept_node(site.atlas.vocabulary, found.id)
    return page("graph.html", graph_page(site, node, found.label, url, "concepts", _kinds()))


def _kinds() -> tuple[str, ...]:
    return kinds_asked(request.args.getlist("kind"))
