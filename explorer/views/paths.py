"""How two studies, concepts or other nodes are connected."""

import json

from flask import Blueprint, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from explorer import near
from explorer.forms import JSON
from explorer.negotiation import data_response, negotiated, tag
from explorer.presentation_paths import PathsAsked, PathsPage, as_data, paths_page
from explorer.rendering import page
from explorer.site import Site, here

blueprint = Blueprint("paths", __name__)


@blueprint.get("/paths")
def paths() -> Response:
    """The page, or JSON where the Accept header asks for it."""
    site = here()
    form = negotiated((JSON,), site.links.paths())
    view = paths_page(site, _asked())
    return page("paths.html", view, negotiable=True, status=view.status) if form.is_page else _data(site, view, True)


@blueprint.get("/paths.<suffix>")
def paths_as(suffix: str) -> Response:
    """The same in another form."""
    site = here()
    if suffix != "json":
        raise near.no_form(suffix, (JSON,), site.links.paths())
    return _data(site, paths_page(site, _asked()), False)


def _asked() -> PathsAsked:
    args = request.args  # of an end given twice the last counts: a suggestion comes after what was typed
    start, end = ((args.getlist(name) or [""])[-1] for name in ("from", "to"))
    return PathsAsked(start, end, args.get("level", ""), args.get("pem", ""), tuple(args.getlist("through")))


def _data(site: Site, view: PathsPage, by_accept: bool) -> Response:
    body = json.dumps(as_data(view, site.atlas.config.base_iri), ensure_ascii=False, indent=1) + "\n"
    response = data_response(body, JSON, "paths", tag(body), view.json_url, by_accept)
    if view.status == NotFound.code and response.status_code == 200:
        response.status_code = view.status
    return response
