"""Concepts: all schemes as trees, one concept's page, and every other form of it."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from entries.vocabulary import Concept
from explorer import near, signposting
from explorer.forms import CONCEPT_FORMS, Form
from explorer.negotiation import data_response, tag
from explorer.presentation_concept import concept_page
from explorer.presentation_concepts import concepts_page
from explorer.rendering import page
from explorer.site import Site, here
from explorer.takeaway import concept_in

blueprint = Blueprint("concept", __name__)


@blueprint.get("/concepts")
def concepts() -> Response:
    """Every scheme with its concepts and the number of studies that have them."""
    site = here()
    response = page("concepts.html", concepts_page(site, request.args.get("q", "")))
    response.headers["Link"] = signposting.of_page(site, signposting.concepts(site))
    return response


@blueprint.get("/concepts/<name>")
def concept(name: str) -> Response:
    """The page, or the form that the suffix or else the Accept header names."""
    site = here()
    concept_id, dot, suffix = name.partition(".")
    found = near.find_concept(site, concept_id)
    form, by_accept = near.form_of(CONCEPT_FORMS, site.links.concept(concept_id), dot, suffix)
    return _page(site, found) if form.is_page else _data(site, found, form, by_accept)


def _page(site: Site, found: Concept) -> Response:
    response = page("concept.html", concept_page(site, found, _page_number()), negotiable=True)
    response.headers["Link"] = signposting.of_page(site, signposting.concept(site, found))
    return response


def _page_number() -> int:
    """The page asked for; 1 where the number is none."""
    given = request.args.get("page", "1")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 9 else 1


def _data(site: Site, found: Concept, form: Form, by_accept: bool) -> Response:
    etag = tag(site.atlas.frame_digest, site.build.built.isoformat(), found.id, form.name)
    body = concept_in(site.atlas, found, form)
    response = data_response(body, form, found.id, etag, site.links.concept(found.id, form.suffix), by_accept)
    response.headers["Link"] = signposting.of_form(site, signposting.concept(site, found), form)
    return response
