"""The SPARQL 1.1 Protocol: one address for programs and, as a page, for people."""

from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as BaseResponse

from explorer import near
from explorer.forms import RDF, Form, by_suffix
from explorer.negotiation import data_response, tag
from explorer.presentation_sparql import sparql_page
from explorer.rendering import page
from explorer.site import here
from explorer.sparql_pool import PoolBusy, SparqlPool
from explorer.sparql_request import (
    ALL_FORMS,
    GRAPH_FORMS,
    ROW_FORMS,
    BadQuestion,
    Question,
    accepted_form,
    question,
    wants_page,
)
from graph.errors import QueryFailed, QueryLimit, QueryRefused
from graph.service_description import dataset_description, service_description
from graph.sparql import SparqlResult

EXTENSION = "sparql"
NO_QUERY = "there is no query; send one as the parameter 'query'"
TROUBLE = (QueryRefused, QueryLimit, QueryFailed, PoolBusy)
STATUS: dict[type[Exception], int] = dict(zip(TROUBLE, (400, 422, 500, 503), strict=True))

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> BaseResponse:
    """An answer; without a query the page with its editor, or the service description where RDF is asked for."""
    try:
        asked = question()
    except BadQuestion as error:
        return _trouble(Question(""), error)
    if asked.text is None and request.method == "POST":
        return _trouble(asked, BadQuestion(400, NO_QUERY))
    if wants_page():
        return _page(asked)
    return _description() if asked.text is None else _data(asked, None)


@blueprint.get("/sparql.<suffix>")
def sparql_form(suffix: str) -> BaseResponse:
    """The answer in the form that the suffix names: what the page offers as downloads."""
    form = by_suffix(ALL_FORMS, suffix)
    if form is None:
        raise near.no_form(suffix, ALL_FORMS, f"{request.script_root}/sparql")
    try:
        asked = question()
    except BadQuestion as error:
        return _plainly(error)
    if asked.text is None:
        return _plainly(BadQuestion(400, NO_QUERY))
    return _data(asked, form)


@blueprint.get("/.well-known/void")
def void() -> BaseResponse:
    """The dataset described in RDF, where harvesters look for it (VoID, section 6.2)."""
    site = here()
    form = accepted_form(tuple(RDF.values()))
    body = dataset_description(site.atlas, site.build.graph_store.counts, form.name)
    etag = tag(site.build.built.isoformat(), "void", form.name)
    return data_response(body, form, "void", etag, f"{site.links.root}/.well-known/void", True)


@blueprint.after_request
def let_others_ask(response: Response) -> Response:
    """Pages of other sites may ask and read: nothing here is private, and nothing can be changed (CORS)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _ask(asked: Question) -> SparqlResult:
    pool: SparqlPool = current_app.extensions[EXTENSION]
    return pool.query(here().build.graph_store, asked.text or "", asked.graphs)


def _page(asked: Question) -> BaseResponse:
    if asked.text is None:
        chosen = request.args.get("example", 1, type=int)
        return page("sparql.html", sparql_page(here(), asked, None, chosen=chosen), negotiable=True)
    try:
        result = _ask(asked)
    except TROUBLE as error:
        return _trouble(asked, error)
    return page("sparql.html", sparql_page(here(), asked, result), negotiable=True)


def _data(asked: Question, wanted: Form | None) -> BaseResponse:
    """In the form wanted, or else in the one that the caller accepts. Raises NoSuchForm (406)."""
    if wanted is None:
        accepted_form(ALL_FORMS)  # who takes none of them need not wait for the answer
    try:
        result = _ask(asked)
    except TROUBLE as error:
        return _plainly(error)
    forms = GRAPH_FORMS if result.kind == "graph" else ROW_FORMS
    form = wanted or accepted_form(forms)
    if form not in forms:
        kind = "CONSTRUCT and DESCRIBE give RDF" if result.kind == "graph" else "SELECT and ASK give rows"
        offered = ", ".join(f.suffix for f in forms)
        return _plainly(BadQuestion(400, f"{kind}, which cannot be had as {form.label}; use one of {offered}"))
    return _sent(asked, result, form, by_accept=wanted is None)


def _sent(asked: Question, result: SparqlResult, form: Form, by_accept: bool) -> BaseResponse:
    body = result.content if form.name == "json" else result.serialize(form.name)
    address = asked.address() if request.method != "POST" else ""
    etag = tag(here().build.built.isoformat(), asked.address(), form.name)
    response = data_response(
        body, form, "result", etag, f"{request.script_root}/sparql{form.suffix}{address}", by_accept
    )
    if request.method == "POST":
        del response.headers["Content-Location"]
        response.headers["Cache-Control"] = "no-store"
    return response


def _description() -> BaseResponse:
    site = here()
    form = accepted_form(GRAPH_FORMS)
    body = service_description(site.atlas, site.build.graph_store.counts, form.name)
    etag = tag(site.build.built.isoformat(), "service", form.name)
    return data_response(body, form, "service", etag, f"{site.links.root}/sparql", True)


def _trouble(asked: Question, error: Exception) -> BaseResponse:
    """What went wrong: on the page beside the question, or as a line for programs."""
    if not wants_page():
        return _plainly(error)
    view = sparql_page(here(), asked, None, str(error))
    return _patiently(page("sparql.html", view, negotiable=True, status=_status(error)), error)


def _plainly(error: Exception) -> BaseResponse:
    status = _status(error)
    return _patiently(Response(f"{status}: {error}\n", status, content_type="text/plain; charset=utf-8"), error)


def _patiently(response: BaseResponse, error: Exception) -> BaseResponse:
    if isinstance(error, PoolBusy):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _status(error: Exception) -> int:
    return error.status if isinstance(error, BadQuestion) else STATUS[type(error)]
