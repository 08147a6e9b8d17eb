"""Two schemes crossed: the page, the same as CSV and JSON, and what nobody has studied."""

import json

from flask import Blueprint, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from explorer import near
from explorer.forms import CSV, JSON, Form
from explorer.negotiation import data_response, negotiated, tag
from explorer.presentation_grid import GridAnswer, GridAsked
from explorer.rendering import page
from explorer.site import Site, here
from explorer.tables import table_of

FORMS = (CSV, JSON)

blueprint = Blueprint("grid", __name__)


@blueprint.get("/grid")
def grid() -> Response:
    """The page, or the form that the Accept header asks for."""
    site = here()
    form = negotiated(FORMS, site.links.grid())
    answer = _answer(site)
    return page("grid.html", answer.page(), negotiable=True) if form.is_page else _data(site, answer, form, True)


@blueprint.get("/grid.<suffix>")
def grid_as(suffix: str) -> Response:
    """The whole grid in another form."""
    site = here()
    form = next((form for form in FORMS if form.suffix == f".{suffix.lower()}"), None)
    if form is None:
        raise near.no_form(suffix, FORMS, site.links.grid())
    return _data(site, _answer(site), form, False)


@blueprint.get("/grid/gaps.csv")
def gaps() -> Response:
    """Every pair that no study has."""
    site = here()
    return _sent(table_of(_answer(site).gap_table()), CSV, "gaps", site.links.grid(_args(), "/gaps.csv"), False)


def _answer(site: Site) -> GridAnswer:
    """The question, read. Raises NotFound where the atlas has no two schemes to cross."""
    args = request.args
    asked = GridAsked(
        rows=args.get("rows", ""),
        columns=args.get("columns", ""),
        level=args.get("level", ""),
        pem=args.get("pem", ""),
        opened=tuple(args.getlist("open")),
        row_page=args.get("row", ""),
        column_page=args.get("column", ""),
    )
    answer = GridAnswer(site, asked)
    if not answer.is_possible:
        raise NotFound("A grid crosses two schemes that studies can be searched by; this atlas has fewer.")
    return answer


def _data(site: Site, answer: GridAnswer, form: Form, by_accept: bool) -> Response:
    body = table_of(answer.table()) if form is CSV else json.dumps(answer.as_data(), ensure_ascii=False).encode()
    return _sent(body, form, "grid", site.links.grid(_args(), form.suffix), by_accept)


def _sent(body: bytes, form: Form, name: str, location: str, by_accept: bool) -> Response:
    return data_response(body, form, name, tag(form.name, body.decode()), location, by_accept)


def _args() -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))
