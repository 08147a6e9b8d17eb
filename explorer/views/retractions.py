"""Every paper of the atlas that was retracted or stands in doubt."""

import json

from flask import Blueprint
from werkzeug.wrappers import Response

from explorer import near
from explorer.forms import CSV, JSON, Form
from explorer.negotiation import data_response, negotiated, tag
from explorer.presentation_warned import as_data, retractions_page, table
from explorer.rendering import page
from explorer.site import here
from explorer.tables import table_of

FORMS = (CSV, JSON)

blueprint = Blueprint("retractions", __name__)


@blueprint.get("/retractions")
def retractions() -> Response:
    """The page, or the form that the Accept header asks for."""
    form = negotiated(FORMS, here().links.retractions())
    if form.is_page:
        return page("retractions.html", retractions_page(here()), negotiable=True)
    return _data(form, True)


@blueprint.get("/retractions.<suffix>")
def retractions_as(suffix: str) -> Response:
    """Every row, in another form."""
    form, _ = near.form_of(FORMS, here().links.retractions(), ".", suffix)
    return _data(form, False)


def _data(form: Form, by_accept: bool) -> Response:
    site, view = here(), retractions_page(here())
    told = json.dumps(as_data(view, site.atlas.config.base_iri), ensure_ascii=False, indent=1).encode()
    body = table_of(table(view)) if form is CSV else told
    location = site.links.retractions(form.suffix)
    return data_response(body, form, "retractions", tag(form.name, body.decode()), location, by_accept)
