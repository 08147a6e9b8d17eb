"""What the RDF's other identifiers stand for: concept schemes, and the terms of our own."""

from collections.abc import Callable

from flask import Blueprint, redirect
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from explorer import near, signposting
from explorer.forms import RDF, Form, by_suffix
from explorer.negotiation import data_response, negotiated, tag
from explorer.presentation_terms import terms_page
from explorer.rendering import page
from explorer.signposting import Resource
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
        signposting.scheme(site, scheme_id),
        suffix if dot else None,
        lambda: _sent_to(site.links.concepts(scheme_id)),
        lambda form: scheme_in(site.atlas, found, form),
    )


@blueprint.get("/ns")
@blueprint.get("/ns.<suffix>")
def ontology(suffix: str | None = None) -> Response:
    """The atlas' own terms: the page that explains them, or RDF."""
    site = here()

    def explained() -> Response:
        return page("terms.html", terms_page(site), negotiable=True)

    return _answer(signposting.ontology(site), suffix, explained, lambda form: ontology_in(site.atlas, form))


def _sent_to(address: str) -> Response:
    response = redirect(address, 303)
    response.vary.add("Accept")
    return response


def _answer(
    resource: Resource, suffix: str | None, shown: Callable[[], Response], write: Callable[[Form], bytes]
) -> Response:
    """In the form of the suffix, else as accepted; ``shown``: what people get."""
    address = resource.form("")
    form = by_suffix(FORMS, suffix) if suffix else negotiated(FORMS, address)
    if form is None:
        raise near.no_form(suffix or "", FORMS, address)
    site = here()
    if form.is_page:
        response = shown()
        response.headers["Link"] = signposting.of_page(site, resource)
        return response
    etag = tag(site.atlas.frame_digest, address, form.name)
    filename = address.rsplit("/", 1)[-1]
    response = data_response(write(form), form, filename, etag, resource.form(form.suffix), not suffix)
    response.headers["Link"] = signposting.of_form(site, resource, form)
    return response
