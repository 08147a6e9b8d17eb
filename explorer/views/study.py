"""One study: its page, and every other form of it."""

from datetime import UTC, datetime

from flask import Blueprint
from werkzeug.wrappers import Response

from entries import store
from entries.study import Study
from explorer import near, signposting
from explorer.forms import STUDY_FORMS, Form
from explorer.negotiation import data_response, tag
from explorer.presentation_study import study_page
from explorer.rendering import page
from explorer.site import Site, here
from explorer.takeaway import study_in

blueprint = Blueprint("study", __name__)


@blueprint.get("/studies/<name>")
def study(name: str) -> Response:
    """The page, or the form that the suffix or else the Accept header names."""
    site = here()
    study_id, dot, suffix = name.partition(".")
    found = near.find_study(site, study_id)
    form, by_accept = near.form_of(STUDY_FORMS, site.links.study(study_id), dot, suffix)
    return _page(site, found) if form.is_page else _data(site, found, form, by_accept)


def _page(site: Site, found: Study) -> Response:
    response = page("study.html", study_page(site, found, datetime.now(UTC).date()), negotiable=True)
    response.headers["Link"] = signposting.of_page(site, signposting.study(site, found))
    return response


def _data(site: Site, found: Study, form: Form, by_accept: bool) -> Response:
    etag = tag(store.digest(found), site.atlas.frame_digest, site.build.built.isoformat(), form.name)
    body = study_in(site.atlas, found, form)
    response = data_response(body, form, found.id, etag, site.links.study(found.id, form.suffix), by_accept)
    response.headers["Link"] = signposting.of_form(site, signposting.study(site, found), form)
    return response
