"""What was found on every concept of a scheme, with and without the studies that do not clear a bar."""

import json

from flask import Blueprint, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from explorer import near
from explorer.forms import CSV, JSON, Form
from explorer.negotiation import data_response, negotiated, tag
from explorer.presentation_balances import BalancesAsked, BalancesPage, as_data, balances_page, table
from explorer.rendering import page
from explorer.site import here
from explorer.tables import table_of

FORMS = (CSV, JSON)

blueprint = Blueprint("balance", __name__)


@blueprint.get("/balance")
def balance() -> Response:
    """The page, or the form that the Accept header asks for."""
    form = negotiated(FORMS, here().links.balance())
    view = _view()
    return page("balances.html", view, negotiable=True) if form.is_page else _data(view, form, True)


@blueprint.get("/balance.<suffix>")
def balance_as(suffix: str) -> Response:
    """Every row, in another form."""
    form = next((form for form in FORMS if form.suffix == f".{suffix.lower()}"), None)
    if form is None:
        raise near.no_form(suffix, FORMS, here().links.balance())
    return _data(_view(), form, False)


def _view() -> BalancesPage:
    args = request.args
    names = ("scheme", "level", "pem", "direction", "least", "page", "without", "below")
    view = balances_page(here(), BalancesAsked(**{name: args.get(name, "") for name in names}))
    if view is None:
        raise NotFound("Studies of this atlas are tagged with nothing, so there is nothing to weigh up.")
    return view


def _data(view: BalancesPage, form: Form, by_accept: bool) -> Response:
    body = table_of(table(view)) if form is CSV else json.dumps(as_data(view), ensure_ascii=False, indent=1).encode()
    location = view.csv_url if form is CSV else view.json_url
    return data_response(body, form, "balance", tag(form.name, body.decode()), location, by_accept)
