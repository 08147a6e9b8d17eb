"""The JSON API: every operation at its address, the OpenAPI document, and the documentation for people."""

import json
import time
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from explorer.api.openapi import document
from explorer.api.operation import Operation
from explorer.api.operations import OPERATIONS
from explorer.api.problem import shared_headers
from explorer.api.shape import Shape
from explorer.forms import JSON, Form
from explorer.links import API
from explorer.near import Unknown
from explorer.negotiation import data_response, tag
from explorer.presentation import Chosen, shortened
from explorer.presentation_api import api_page
from explorer.rendering import in_full, page
from explorer.site import here

OPENAPI = Form("openapi", ".json", "application/vnd.oai.openapi+json;version=3.1", "OpenAPI")
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-None-Match",
    "Access-Control-Max-Age": "86400",
}

blueprint = Blueprint("api", __name__)


@blueprint.get("/api")
def guide() -> BaseResponse:
    """The documentation, made from the same declarations as the OpenAPI document."""
    response = page("api.html", api_page(here(), in_full("")))
    response.headers["Link"] = shared_headers(request.script_root)["Link"]
    return response


@blueprint.get(f"{API}/openapi.json")
def openapi() -> BaseResponse:
    """The OpenAPI document of this atlas."""
    body = json.dumps(document(here()), ensure_ascii=False)
    return _sent(body, OPENAPI, "openapi", tag(body))


@blueprint.get(f"{API}/<path:rest>")
def unknown(rest: str) -> BaseResponse:
    """404 for whatever else there is no operation at."""
    links = here().links
    near = [Chosen("The documentation", links.api_guide()), Chosen("The OpenAPI document", links.api("/openapi.json"))]
    raise Unknown(f"The API has no operation at “{shortened(rest, 60)}”.", near)


@blueprint.after_request
def readable_from_anywhere(response: Response) -> Response:
    """Any page of the web may read the answers of the API; where they are described stands in a header."""
    if request.path.startswith(f"{API}/") or request.path == API:
        response.headers.update(shared_headers(request.script_root))
        if request.method == "OPTIONS":
            response.headers.update(PREFLIGHT)
    return response


def _view(operation: Operation) -> Callable[..., BaseResponse]:
    """The view of one operation."""

    def answer(**named: str) -> BaseResponse:
        site, started = here(), time.perf_counter()
        asked = operation.read(site, named, request.args)
        body = operation.run(asked)
        location = site.links.api(operation.path.format(**named), list(request.args.items(multi=True)))
        if not isinstance(body, Shape):
            return _sent(body, JSON, operation.name, tag(site.build.built.isoformat(), location))
        told = body.model_dump_json(by_alias=True)
        response = _sent(told, JSON, operation.name, tag(told))
        response.headers["Server-Timing"] = f"answer;dur={1_000 * (time.perf_counter() - started):.1f}"
        return response

    return answer


def _sent(body: str | Iterator[bytes], form: Form, name: str, etag: str) -> BaseResponse:
    response = data_response(body, form, name, etag, "", negotiated_by_accept=False)
    del response.headers["Content-Location"]  # it would repeat the address, however long that is
    return response


for one in OPERATIONS:
    blueprint.add_url_rule(API + one.rule, endpoint=one.name, view_func=_view(one), methods=["GET"])
