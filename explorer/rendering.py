"""Pages out of templates: every one gets the atlas' configuration, the addresses, and one object to show."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from explorer.presentation_remains import carried, remains_bar
from explorer.site import here


def in_full(address: str) -> str:
    """An address of this site together with the host that was asked: to be copied, and to answer here and now."""
    return request.host_url.rstrip("/") + address


def page(template: str, view: Any, *, negotiable: bool = False, status: int = 200) -> BaseResponse:
    """Render ``template`` with ``page=view``. ``negotiable``: the address has other forms, chosen by Accept.

    Browsers ask again each time, with the tag of what they have, and mostly hear that nothing changed.
    """
    site = here()
    bar = remains_bar(site.remains, request.path, list(request.args.items(multi=True)))
    today = datetime.now(UTC).date()  # for paper: no page outlives its day
    shared = {"config": site.atlas.config, "links": site.links, "bar": bar, "today": today}
    html = render_template(template, page=view, empty=not site.atlas.studies, **shared)
    html = carried(html, site.remains, site.links.root)
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    if negotiable:
        response.vary.add("Accept")
    if status != 200:
        return response
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag(weak=True)
    return response.make_conditional(request)
