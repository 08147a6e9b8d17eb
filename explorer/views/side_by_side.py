"""Two to four studies side by side: the page, its table, and where studies are chosen for it."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from explorer import near, signposting
from explorer.asked_studies import NAME, AskedStudies, asked_studies
from explorer.forms import CSV, Form
from explorer.near import Unknown
from explorer.negotiation import data_response, negotiated, tag
from explorer.presentation import Chosen
from explorer.presentation_choose import choose_page
from explorer.presentation_side_by_side import rows, side_by_side
from explorer.remains import NAME as REMAINS
from explorer.rendering import page
from explorer.site import Site, here
from explorer.tables import table_of
from index.fields import facets
from index.query import SearchRequest

CHOOSE, PART = "choose", "part"  # arguments that ask for the page where studies are chosen
OWN = (NAME, CHOOSE, PART, REMAINS)

blueprint = Blueprint("side_by_side", __name__)


@blueprint.get("/compare/studies")
def studies() -> Response:
    """The comparison; with fewer than two studies, or where asked for, the page where they are chosen.

    404 where a study is not here; what can be compared is compared all the same.
    """
    site = here()
    form = negotiated((CSV,), site.links.side_by_side())
    asked = asked_studies(site, request.args.getlist(NAME))
    if not form.is_page:
        return _table(site, asked, form, by_accept=True)
    if not asked.are_enough or CHOOSE in request.args or PART in request.args:
        return _choosing(site, asked)
    if any(name not in OWN for name in request.args):  # ticked among what a search found: tidy the address
        return redirect(site.links.side_by_side(request.args.getlist(NAME), more=site.remains.args))
    response = page("side_by_side.html", side_by_side(site, asked), negotiable=True, status=_status(asked))
    response.headers["Link"] = signposting.of_page(site, _resource(site, asked))
    return response


@blueprint.get("/compare/studies.<suffix>")
def studies_as(suffix: str) -> Response:
    """The comparison in another form."""
    site = here()
    if suffix.lower() != CSV.suffix[1:]:
        raise near.no_form(suffix, (CSV,), site.links.side_by_side())
    return _table(site, asked_studies(site, request.args.getlist(NAME)), CSV, by_accept=False)


def _choosing(site: Site, asked: AskedStudies) -> Response:
    args = ((name, value) for name, value in request.args.items(multi=True) if name not in OWN)
    wanted = SearchRequest.from_args(args, facets(site.atlas.config))
    view = choose_page(site, asked, wanted, request.args.get(PART, 1, type=int))
    return page("choose_studies.html", view, status=_status(asked))


def _status(asked: AskedStudies) -> int:
    return 404 if asked.unfound else 200


def _table(site: Site, asked: AskedStudies, form: Form, by_accept: bool) -> Response:
    """Raises Unknown (404) where a study is not here, and where there is nothing to compare."""
    if asked.unfound or not asked.are_enough:
        missing = "; ".join(f"“{one.asked}”" for one in asked.unfound)
        told = f"There is no study {missing} in this atlas." if missing else "A comparison needs two studies at least."
        raise Unknown(told, [Chosen("Choose the studies", site.links.side_by_side(asked.ids))])
    body = table_of(rows(site, asked))
    location = site.links.side_by_side(asked.ids, form.suffix)
    response = data_response(body, form, "studies-compared", tag(body.decode()), location, by_accept)
    response.headers["Link"] = signposting.of_form(site, _resource(site, asked), form)
    return response


def _resource(site: Site, asked: AskedStudies) -> signposting.Resource:
    return signposting.side_by_side(site, asked.ids, site.links.api("/compare/studies", [(NAME, i) for i in asked.ids]))
