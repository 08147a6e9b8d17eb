"""What a search can be completed to while it is typed, for the box with suggestions."""

import json

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from explorer.negotiation import tag
from explorer.site import Site, here
from index.query import clean
from index.results import Completion

LONGEST = 200  # characters of what was typed
MOST = 8
AGE = 300  # seconds that a browser may keep an answer

blueprint = Blueprint("complete", __name__)


@blueprint.get("/complete")
def complete() -> BaseResponse:
    """``{"q": ..., "completions": [{"kind", "label", "detail", "count", "args", "url"}, ...]}``, best first."""
    site = here()
    text = clean(request.args.get("q", ""))[:LONGEST]
    found = site.engine.complete(text, MOST) if text else ()
    body = json.dumps({"q": text, "completions": [_told(site, one) for one in found]}, ensure_ascii=False)
    response = Response(body, content_type="application/json")
    response.headers["Cache-Control"] = f"public, max-age={AGE}"
    response.set_etag(tag(site.build.built.isoformat(), text), weak=True)
    return response.make_conditional(request)


def _told(site: Site, one: Completion) -> dict[str, object]:
    """One completion: the arguments of the search that it leads to, and the address of that or of a title's study."""
    args = list(one.args)
    url = site.links.study(one.study) if one.study else site.links.search(args)
    return {
        "kind": one.kind,
        "label": one.label,
        "detail": one.detail,
        "count": one.count,
        "args": [] if one.study else args,
        "url": url,
    }
