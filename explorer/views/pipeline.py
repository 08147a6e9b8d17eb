"""How entries are made: the stages of the intake, and what the last import counted."""

import json

from flask import Blueprint
from werkzeug.wrappers import Response

from explorer import imported, near
from explorer.forms import JSON
from explorer.negotiation import data_response, negotiated, tag
from explorer.presentation_pipeline import PipelinePage, as_data, pipeline_page
from explorer.rendering import page
from explorer.site import here

FORMS = (JSON,)

blueprint = Blueprint("pipeline", __name__)


@blueprint.get("/about/pipeline")
def pipeline() -> Response:
    """The page, or the form that the Accept header asks for."""
    form = negotiated(FORMS, here().links.pipeline())
    return page("pipeline.html", _view(), negotiable=True) if form.is_page else _data(True)


@blueprint.get("/about/pipeline.<suffix>")
def pipeline_as(suffix: str) -> Response:
    """The same, in another form."""
    near.form_of(FORMS, here().links.pipeline(), ".", suffix)
    return _data(False)


def _view() -> PipelinePage:
    site = here()
    return pipeline_page(site, imported.read(getattr(site.build, "folder", None)))


def _data(by_accept: bool) -> Response:
    body = json.dumps(as_data(_view()), ensure_ascii=False, indent=1)
    return data_response(body, JSON, "pipeline", tag(body), here().links.pipeline(JSON.suffix), by_accept)
