"""The interactive explorer: every address is a picture, and every step of it another address."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from explorer import near, signposting
from explorer.drawing import Drawing
from explorer.forms import by_suffix
from explorer.negotiation import data_response, negotiated, tag
from explorer.picture_forms import FORMS, picture_in, shown_at
from explorer.presentation_explore import Explorer
from explorer.rendering import page
from explorer.scene import Scene, read
from explorer.scene_actions import act
from explorer.site import Site, here

blueprint = Blueprint("explore", __name__)


@blueprint.get("/explore")
def explore() -> Response:
    """The page; what an address asks to be done leads on to the address of what comes of it."""
    site = here()
    form = negotiated(FORMS, site.links.explore())
    scene, asked, messages = read(site, request.args)
    outcome = act(site, scene, request.args)
    if outcome and outcome.scene != scene and not outcome.messages and form.is_page:
        where = "" if "open" in request.args else "#stage"  # without script, back to where the reader was
        response = redirect(site.links.explore(outcome.scene.query()) + where, 303)
        response.vary.add("Accept")
        return response
    scene = outcome.scene if outcome else scene
    if not form.is_page:
        return _data(site, scene, form.suffix, by_accept=True)
    view = Explorer(Drawing(site, scene)).page(asked, messages, outcome, FORMS)
    response = page("explore.html", view, negotiable=True, status=view.status)
    response.headers["Link"] = signposting.of_page(site, _resource(site, scene))
    return response


@blueprint.get("/explore.<suffix>")
def explore_as(suffix: str) -> Response:
    """The picture in another form."""
    site = here()
    scene, _, _ = read(site, request.args)
    outcome = act(site, scene, request.args)
    return _data(site, outcome.scene if outcome else scene, f".{suffix}", by_accept=False)


def _data(site: Site, scene: Scene, suffix: str, by_accept: bool) -> Response:
    form = by_suffix(FORMS, suffix.removeprefix("."))
    if form is None:
        raise near.no_form(suffix.removeprefix("."), FORMS, site.links.explore())
    state = scene.query()
    shown = shown_at(site, site.links.explore(state))
    etag = tag(site.atlas.frame_digest, site.build.built.isoformat(), state, form.name)
    body = picture_in(Drawing(site, scene), form, shown)
    response = data_response(body, form, "picture", etag, site.links.explore(state, form.suffix), by_accept)
    response.headers["Link"] = signposting.of_form(site, _resource(site, scene), form)
    return response


def _resource(site: Site, scene: Scene) -> signposting.Resource:
    """The very picture that is drawn, by its permanent link."""
    state = scene.query()
    return signposting.picture(site, lambda suffix: site.links.explore(state, suffix), FORMS)
