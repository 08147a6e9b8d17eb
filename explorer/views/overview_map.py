"""The overview map: every group of concepts, or one of them nearer."""

import json

from flask import Blueprint, request
from werkzeug.wrappers import Response

from explorer import near
from explorer.forms import CSV, JSON, Form
from explorer.negotiation import data_response, negotiated, tag
from explorer.presentation_map import Map
from explorer.rendering import page
from explorer.site import here
from explorer.tables import table_of

FORMS = (CSV, JSON)

blueprint = Blueprint("overview_map", __name__)


@blueprint.get("/map")
def overview_map() -> Response:
    """The page, or the form that the Accept header asks for."""
    form = negotiated(FORMS, here().links.map())
    asked = Map(here(), request.args.get("community", ""), request.args.get("q", ""))
    return page("map.html", asked.page(), negotiable=True) if form.is_page else _data(asked, form, True)


@blueprint.get("/map.<suffix>")
def map_as(suffix: str) -> Response:
    """All nodes, in another form."""
    form = next((form for form in FORMS if form.suffix == f".{suffix.lower()}"), None)
    if form is None:
        raise near.no_form(suffix, FORMS, here().links.map())
    return _data(Map(here()), form, False)


def _data(asked: Map, form: Form, by_accept: bool) -> Response:
    body = table_of(asked.table()) if form is CSV else json.dumps(asked.as_data(), ensure_ascii=False).encode()
    location = here().links.map(here().remains.args, form.suffix)
    return data_response(body, form, "map", tag(form.name, body.decode()), location, by_accept)
