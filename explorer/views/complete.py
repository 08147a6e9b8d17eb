"""What a search can be completed to while it is typed, for the box with suggestions."""

import json
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from explorer.narrowing import narrowed
from explorer.negotiation import tag
from explorer.site import Site, here
from index.fields import facets
from index.query import SearchRequest, clean
from index.results import Completion

LONGEST = 200  # characters of what was typed
MOST = 8
AGE = 300  # seconds that a browser may keep an answer

blueprint = Blueprint("complete", __name__)


@blueprint.get("/complete")
def complete() -> BaseResponse:
    """``{"q": ..., "completions": [{"kind", "label", "detail", "value", "count", "kept", "args", "url"}, ...]}``, best
    first.

    ``value``: id of the concept or study, or the name. ``kept``: how many of the ``count`` studies remain under the
    switch "what remains".
    """
    site = here()
    text = clean(request.args.get("q", ""))[:LONGEST]
    found = site.engine.complete(text, MOST) if text else ()
    body = json.dumps({"q": text, "completions": [_told(site, one) for one in found]}, ensure_ascii=False)
    response = Response(body, content_type="application/json")
    response.headers["Cache-Control"] = f"public, max-age={AGE}"
    response.set_etag(tag(site.build.built.isoformat(), site.remains.kind, text), weak=True)
    return response.make_conditional(request)


def _told(site: Site, one: Completion) -> dict[str, object]:
    """One completion: the arguments of the search that it leads to, and the address of that or of a title's study."""
    args = list(one.args)
    along = site.remains.args
    own = site.links.study(one.study) + (f"?{urlencode(along)}" if along else "") if one.study else ""
    return {
        "kind": one.kind,
        "label": one.label,
        "detail": one.detail,
        "value": one.value,
        "count": one.count,
        "kept": _kept(site, one) if along else one.count,
        "args": [] if one.study else args,
        "url": own or site.links.search(args + along),
    }


def _kept(site: Site, one: Completion) -> int:
    """How many of a completion's studies remain."""
    remains = site.remains
    if one.study:
        return int(remains.keeps(one.study))
    if one.kind == "concept":
        return remains.with_concept(one.value).kept
    alone = [(key, value) for key, value in one.args if key != "q"] or one.args  # without the words before the name
    return min(one.count, site.engine.count(narrowed(site, SearchRequest.from_args(alone, facets(site.atlas.config)))))
