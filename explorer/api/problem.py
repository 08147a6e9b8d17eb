"""Errors of the API as RFC 9457 has them: what is wrong, where, and how to mend it."""

from http import HTTPStatus

from flask import Response, request
from pydantic import Field

from explorer.api.operation import BadArguments
from explorer.api.shape import Link, Shape
from explorer.links import API
from explorer.presentation import shortened

MIME = "application/problem+json"
LONGEST_INSTANCE = 500  # characters of the address that are repeated
TITLES = {
    400: "Arguments that cannot be used",
    404: "Not found",
    405: "This API can only be read",
    500: "Something went wrong here",
    503: "The atlas cannot answer just now",
}
MENDS = {
    400: "Change the arguments that are named and ask again; the documentation lists what each operation takes.",
    404: "See what is near, search for it, or look the address up in the documentation.",
    405: "Ask with GET; nothing can be sent to this API.",
    500: "Ask again; if it fails again, tell whoever runs this atlas. The fault is on our side and has been noted.",
    503: "Ask again later; whoever runs this atlas has to do what the detail says.",
}


class ArgumentProblem(Shape):
    """An argument that cannot be used."""

    name: str
    detail: str


class Problem(Shape):
    """An error (RFC 9457)."""

    type: str
    """Where this kind of error is explained; relative to the server."""
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    """What is wrong with this request."""
    instance: str
    """The address that was asked for."""
    mend: str
    """What to do about it."""
    errors: tuple[ArgumentProblem, ...]
    """The arguments that cannot be used, for status 400."""
    near: tuple[Link, ...]
    """What may have been meant, for status 404."""


def is_api(path: str) -> bool:
    """Whether an address is one of the API."""
    return path == API or path.startswith(f"{API}/")


def problem(error: Exception, status: int, detail: str) -> Response:
    """The answer to a request that failed."""
    refused = error.arguments if isinstance(error, BadArguments) else ()
    told = Problem(
        type=f"{request.script_root}/api#problem-{status}",
        title=TITLES.get(status) or HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=shortened(request.script_root + request.full_path.rstrip("?"), LONGEST_INSTANCE),
        mend=MENDS.get(status, "Look the address and its arguments up in the documentation."),
        errors=tuple(ArgumentProblem(name=a.name, detail=a.detail) for a in refused),
        near=tuple(Link.of(chosen) for chosen in getattr(error, "near", ())),
    )
    response = Response(told.model_dump_json(), status, content_type=MIME)
    response.headers["Cache-Control"] = "no-store" if status >= 500 else "no-cache"
    response.headers.update(shared_headers(request.script_root))
    if status == 405:
        response.headers["Allow"] = "GET, HEAD, OPTIONS"
    return response


def shared_headers(root: str) -> dict[str, str]:
    """What every answer of the API carries: where it is described, and that any page of the web may read it."""
    return {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag, Link, Server-Timing",
        "Link": f'<{root}{API}/openapi.json>; rel="service-desc"; type="application/vnd.oai.openapi+json;version=3.1", '
        f'<{root}/api>; rel="service-doc"; type="text/html"',
    }
