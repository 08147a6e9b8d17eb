"""Faceted search: the page, one facet in full, and the result set in every other form."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from entries.study import Study
from explorer import near, signposting
from explorer.forms import ATOM, RESULT_FORMS, Form, by_suffix
from explorer.narrowing import narrowed
from explorer.negotiation import data_response, negotiated, tag
from explorer.own_address import missing
from explorer.presentation_facet import LONGEST_FIND, FacetAsked, facet_page
from explorer.presentation_facets import selection
from explorer.presentation_remains import set_aside
from explorer.presentation_search import page_title, search_page
from explorer.presentation_why import why_page
from explorer.remains import NAME as REMAINS
from explorer.rendering import in_full, page
from explorer.searched import Counting, searched, values_before, with_before
from explorer.site import Site, here
from explorer.takeaway import feed, studies_in
from explorer.ways_out import ways_out
from index.fields import facets
from index.query import SearchRequest, clean

blueprint = Blueprint("search", __name__)
FORMS = (*RESULT_FORMS, ATOM)
FACET_ARGS = ("find", "order", "part")


def asked(site: Site) -> SearchRequest:
    """The search that the address asks for, what a page of one facet asks besides left out."""
    args = ((key, value) for key, value in request.args.items(multi=True) if key not in (*FACET_ARGS, REMAINS))
    return SearchRequest.from_args(args, facets(site.atlas.config))


@blueprint.get("/studies")
def search() -> Response:
    """The search page, or its result set in the form that the caller accepts."""
    site = here()
    wanted = asked(site)
    form = negotiated(RESULT_FORMS, site.links.search())
    if not form.is_page:
        return _result_set(site, wanted, form, by_accept=True)
    if any(not value for _, value in request.args.items(multi=True)):  # a form sent without script: tidy its address
        return redirect(site.links.search(wanted.to_args() + site.remains.args))
    return _page(site, wanted)


@blueprint.get("/studies.<suffix>")
def result_set(suffix: str) -> Response:
    """The whole result set, not one page of it, in the form that the suffix names."""
    site = here()
    form = by_suffix(FORMS, suffix)
    if form is None:
        raise NotFound(f"Lists of studies can be had as {', '.join(f.suffix for f in FORMS)}.")
    return _result_set(site, asked(site), form, by_accept=False)


@blueprint.get("/studies/<study_id>/why")
def why(study_id: str) -> Response:
    """Why a study is among the results of the search in the address. Raises Unknown (404)."""
    site, wanted = here(), asked(here())
    study = site.atlas.studies.get(study_id)
    if study is None:
        raise near.no_study(site, study_id)
    explanation, result = site.engine.explain(wanted, study_id), site.engine.search(wanted)
    return page("why.html", why_page(site, study, wanted, result, explanation))


@blueprint.get("/facets/<name>")
def facet(name: str) -> Response:
    """All values of one facet within a search."""
    site = here()
    wanted = asked(site)
    both = searched(site, wanted.with_page(1))
    result = both.result
    found = next((f for f in result.facets if f.facet.name == name), None)
    if found is None:
        known = ", ".join(f.name for f in facets(site.atlas.config))
        raise NotFound(f"This atlas has no such filter. It has {known}.")
    own = FacetAsked(
        find=clean(request.args.get("find", ""))[:LONGEST_FIND],
        order=request.args.get("order", ""),
        part=max(1, request.args.get("part", 1, type=int)),
    )
    view = facet_page(site, result, found, own)
    before = next((f for f in both.before.facets if f.facet.name == name), None) if both.before else None
    return page("facet.html", replace(view, values=values_before(view.values, before)) if before else view)


def _page(site: Site, wanted: SearchRequest) -> Response:
    found = searched(site, wanted)
    result = found.result
    if result.direct:
        return _straight_to(site, site.atlas.studies[result.direct], wanted.text.lower())
    help = ways_out(Counting(site), result, site.links) if not result.total else None
    view = with_before(search_page(site, result, help), found, site.remains)
    response = page("search.html", view, negotiable=True)
    response.headers["Link"] = signposting.of_page(site, signposting.result_set(site, _set_args(site, wanted)))
    return response


def _straight_to(site: Site, study: Study, text: str) -> Response:
    """To the study whose identifier is all of the text; its page says how the reader came there."""
    known = {"doi": study.doi, "pmcid": study.pmcid, "pmid": study.pmid}
    kind = next((name for name, value in known.items() if value and value.lower() in text), "id")
    return redirect(f"{site.links.study(study.id)}?{urlencode([('by', kind), *site.remains.args])}", 303)


def _result_set(site: Site, wanted: SearchRequest, form: Form, by_accept: bool) -> Response:
    args = _set_args(site, wanted)
    studies = site.atlas.selection(site.engine.ids(narrowed(site, wanted.with_page(1))))
    location = site.links.search(args, form.suffix)
    search_address = site.atlas.config.base_iri.rstrip("/") + site.links.search(args).removeprefix(site.links.root)
    body = (
        _feed(site, wanted, studies.ids, args)
        if form is ATOM
        else studies_in(site.atlas, studies, form, search_address)
    )
    etag = tag(site.build.built.isoformat(), location)
    response = data_response(body, form, "studies", etag, location, by_accept)
    response.headers["Link"] = signposting.of_form(site, signposting.result_set(site, args), form)
    return response


def _set_args(site: Site, wanted: SearchRequest) -> list[tuple[str, str]]:
    """What an address says of a whole result set, whichever page of it is shown."""
    return [(key, value) for key, value in wanted.with_page(1).to_args() if key != "size"] + site.remains.args


def _feed(site: Site, wanted: SearchRequest, ids: Sequence[str], args: list[tuple[str, str]]) -> bytes:
    found = site.engine.search(wanted.with_page(1))
    chosen = page_title(wanted, (selection(f, wanted) for f in found.facets))
    title = f"{site.atlas.config.title}: {chosen}{set_aside(site.remains)}"
    note, search = missing(site.atlas.config), site.links.search(args).removeprefix(f"{site.links.root}/")
    return feed(site.atlas, ids, title, search, in_full(f"{site.links.root}/") if note else "", note)
