"""Dated snapshots of a search: made, kept by the reader, and compared with what the search finds later."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from explorer.changes_that_count import Counted, counted
from explorer.narrowing import narrowed
from explorer.presentation_snapshot import (
    ChangesPage,
    changes_page,
    kept_args,
    rows,
    take_page,
    title_of,
    trouble_page,
)
from explorer.remains import NAME as REMAINS
from explorer.rendering import in_full, page
from explorer.result_snapshot import SnapshotFile, SnapshotUnreadable, compared, file_of, packed
from explorer.site import Site, here
from explorer.tables import table_of
from index.fields import facets
from index.query import SearchRequest
from index.results import SearchResult

ON, OF = "on", "of"  # arguments of a snapshot's link beside those of its search
MOST_BYTES = 24_000_000  # of a file that is sent back: some 250,000 studies

blueprint = Blueprint("snapshots", __name__)
Args = Sequence[tuple[str, str]]


@blueprint.get("/snapshots")
def snapshots() -> BaseResponse:
    """What changed since the snapshot in the address; without one, the page that makes it."""
    site = here()
    if OF not in request.args:
        result = _found(site, narrowed(site, _request(site, _search_args())))
        return page("snapshot.html", take_page(site, result, _today(), _link(site, result.request)))
    try:
        result, found = _changes(site)
    except SnapshotUnreadable as error:
        return page(
            "changes.html", trouble_page(site, str(error), _search_args(), request.args.get(ON, "")), status=400
        )
    table = site.links.snapshots(list(request.args.items(multi=True)), ".csv")
    return page("changes.html", changes_page(site, result, request.args[ON], found, table))


@blueprint.post("/snapshots")
def sent_back() -> BaseResponse:
    """What changed since the snapshot in a file that the reader kept. Nothing of it is stored."""
    site = here()
    request.max_content_length = MOST_BYTES
    file = request.files.get("file")
    try:
        view = _from_file(site, file.read() if file else b"")
    except SnapshotUnreadable as error:
        return page("changes.html", trouble_page(site, str(error)), status=400)
    response = page("changes.html", view)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/snapshots.json")
def snapshot_file() -> BaseResponse:
    """The snapshot as a file: the search, the day, the atlas, and each study's id and digest.

    What the switch "what remains" sets aside is left out by the search that the file names.
    """
    site = here()
    wanted = narrowed(site, _request(site, _search_args()))
    args, config, on = kept_args(wanted), site.atlas.config, _today()
    about = {
        "atlas": {"title": config.title, "base_iri": config.base_iri, "versions": config.versions.model_dump()},
        "on": on.isoformat(),
        "search": args,
        "address": config.base_iri.rstrip("/") + site.links.search(args).removeprefix(site.links.root),
    }
    response = Response(file_of(site.engine.ids(wanted), site.atlas.digests, about), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="snapshot-{on.isoformat()}.json"'
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/snapshots.csv")
def changes_table() -> BaseResponse:
    """What changed since the snapshot in the address, as a table. Raises BadRequest for an address that has none."""
    site = here()
    try:
        _, found = _changes(site)
    except SnapshotUnreadable as error:
        raise BadRequest(str(error)) from error
    if not found.every.complete:
        raise BadRequest("More changed than this link can tell apart; a snapshot kept as a file can tell.")
    response = Response(table_of(rows(site, found.shown)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="changes.csv"'
    return response


@blueprint.get("/snapshots/link")
def snapshot_link() -> BaseResponse:
    """What a browser keeps of a search: its words, its address, how many studies it finds, and a snapshot's link.

    What the switch "what remains" sets aside is kept as a filter of the search.
    """
    site = here()
    result = site.engine.search(narrowed(site, _request(site, _search_args()).with_page(1)))
    kept = {
        "title": title_of(result.request, result),
        "search": site.links.search(kept_args(result.request)).removeprefix(site.links.search()) or "?",
        "total": result.total,
        "on": _today().isoformat(),
        "snapshot": _relative(site, result.request).removeprefix(site.links.snapshots()),
    }
    response = Response(json.dumps(kept), mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _today() -> date:
    return datetime.now(UTC).date()


def _search_args() -> list[tuple[str, str]]:
    """The address' arguments without the snapshot's own."""
    return [(key, value) for key, value in request.args.items(multi=True) if key not in (ON, OF, REMAINS) and value]


def _request(site: Site, args: Args) -> SearchRequest:
    return SearchRequest.from_args(args, facets(site.atlas.config))


def _found(site: Site, wanted: SearchRequest) -> SearchResult:
    return site.engine.search(wanted.with_page(1))


def _changes(site: Site) -> tuple[SearchResult, Counted]:
    """The search of the address as it answers now, and what changed. Raises SnapshotUnreadable."""
    try:
        on = date.fromisoformat(request.args.get(ON, ""))
    except ValueError as error:
        raise SnapshotUnreadable("The link's day cannot be read: it should look like on=2026-04-08.") from error
    args = _search_args()
    result = _found(site, _request(site, args))
    ids = site.engine.ids(result.request)
    difference = compared(request.args.get(OF, ""), on, args, ids, site.atlas.digests)
    return result, counted(site, result.request, difference)


def _from_file(site: Site, data: bytes) -> ChangesPage:
    if not data:
        raise SnapshotUnreadable("No file came with this. Choose the file that you kept, then compare.")
    kept = SnapshotFile.read(data)
    if kept.base_iri != site.atlas.config.base_iri:
        raise SnapshotUnreadable(f"This file is of another atlas: {kept.base_iri[:200]}")
    result = _found(site, _request(site, kept.args))
    difference = kept.compared(site.engine.ids(result.request), site.atlas.digests)
    return changes_page(site, result, kept.on, counted(site, result.request, difference))


def _relative(site: Site, wanted: SearchRequest) -> str:
    """The link's path and arguments."""
    args, on = kept_args(wanted), _today()
    digest = packed(site.engine.ids(wanted), site.atlas.digests, args, on)
    return site.links.snapshots([*args, *site.remains.args, (ON, on.isoformat()), (OF, digest)])


def _link(site: Site, wanted: SearchRequest) -> str:
    """The link in full, to be sent or kept."""
    return in_full(_relative(site, wanted))
