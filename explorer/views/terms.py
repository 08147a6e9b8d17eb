"""What the RDF's other identifiers stand for: concept schemes, and the terms of our own."""

from collections.abc import Callable

from flask import Blueprint, redirect
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from explorer import near
from explorer.forms import RDF, Form, by_suffix
from explorer.negotiation import data_response, negotiated, tag
from explorer.site import here
from explorer.takeaway import ontology_in, scheme_in

blueprint = Blueprint("terms", __name__)
FORMS = tuple(RDF.values())


@blueprint.get("/schemes/<name>")
def scheme(name: str) -> Response:
    """A scheme in RDF; people are sent to where it is shown."""
    site = here()
    scheme_id, dot, suffix = name.partition(".")
    found = site.atlas.vocabulary.schemes.get(scheme_id)
    if found is None:
        raise NotFound(f"This atlas has no such scheme. It has {', '.join(site.atlas.vocabulary.schemes)}.")
    return _answer(
        site.links.scheme(scheme_id),
        suffix if dot else None,
        site.links.concepts(scheme_id),
        lambda form: scheme_in(site.atlas, found, form),
    )


@blueprint.get("/ns")
@blueprint.get("/ns.<suffix>")
def ontology(suffix: str | None = None) -> Response:
    """The atlas' own terms in RDF; people are sent to how it works."""
    site = here()
    return _answer(site.links.ontology(), suffix, site.links.about(), lambda form: ontology_in(site.atlas, form))


def _answer(address: str, suffix: str | None, page: str, write: Callable[[Form], bytes]) -> Response:
    """In the form of the suffix, else as accepted; ``page``: where people are sent."""
    form = by_suffix(FORMS, suffix) if suffix else negotiated(FORMS, address)
    if form is None:
        raise near.no_form(suffix or "", FORMS, address)
    if form.is_page:
        response = redirect(page, 303)
        response.vary.add("Accept")
        return response
    site = here()
    etag = tag(site.atlas.frame_digest, address, form.name)
    filename = address.rsplit("/", 1)[-1]
    return data_response(write(form), form, filename, etag, address + form.suffix, not suffix)
