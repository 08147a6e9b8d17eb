"""Searches that a reader keeps: two or three of them side by side, and lists of them in an address."""

import json
from dataclasses import dataclass

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from explorer.comparison import LETTERS, read_search, sides
from explorer.presentation_compare import compare_page, rows
from explorer.presentation_snapshot import kept_args, title_of
from explorer.rendering import page
from explorer.site import Site, here
from explorer.tables import table_in_pieces
from index.fields import facets

MOST_SAVED = 50  # searches in one address
LONGEST_NAME = 120

blueprint = Blueprint("compare", __name__)


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search by name: where it leads, the same from its ``?`` on, and how many studies it finds now."""

    name: str
    url: str
    search: str
    total: int


@dataclass(frozen=True, slots=True)
class SavedPage:
    """Everything that ``saved.html`` shows; the browser adds what it has kept itself."""

    searches: tuple[SavedSearch, ...]
    compare_url: str
    left_out: int


@blueprint.get("/compare")
def compare() -> BaseResponse:
    """What the searches have in common, and what only one finds; with fewer than two, the form."""
    site, asked = here(), _asked()
    compared = sides(site.atlas, site.engine, asked)
    part = max(1, request.args.get("part", 1, type=int))
    return page("compare.html", compare_page(site, asked, compared, request.args.get("only", ""), part))


@blueprint.get("/compare.csv")
def compare_table() -> BaseResponse:
    """Every study that any of the searches finds, and which of them find it."""
    site = here()
    table = table_in_pieces(rows(site, sides(site.atlas, site.engine, _asked())))
    response = Response(table, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="comparison.csv"'
    return response


@blueprint.get("/saved")
def saved() -> BaseResponse:
    """The searches that the address lists (``s=name|?q=words``), and those that this browser has kept."""
    site = here()
    searches = _saved(site)
    compared = [(letter, s.search) for letter, s in zip(LETTERS, searches, strict=False)]
    left_out = max(0, len(request.args.getlist("s")) - MOST_SAVED)
    url = site.links.compare(compared) if len(compared) > 1 else ""
    return page("saved.html", SavedPage(searches, url, left_out))


@blueprint.get("/saved.json")
def saved_counts() -> BaseResponse:
    """The same list for the browser's own: how many studies each search finds now."""
    searches = [{"name": s.name, "search": s.search, "total": s.total} for s in _saved(here())]
    response = Response(json.dumps(searches), mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _asked() -> list[tuple[str, str]]:
    """(letter, what was written) of the searches to compare."""
    written = [(letter, request.args.get(letter, "")) for letter in LETTERS]
    return [(letter, text) for letter, text in written if text.strip()]


def _saved(site: Site) -> tuple[SavedSearch, ...]:
    return tuple(_one(site, text) for text in request.args.getlist("s")[:MOST_SAVED])


def _one(site: Site, text: str) -> SavedSearch:
    name, bar, search = text.partition("|")
    wanted = read_search(search if bar else text, facets(site.atlas.config))
    result = site.engine.search(wanted)
    url = site.links.search(kept_args(wanted))
    name = " ".join(name.split())[:LONGEST_NAME] if bar else ""
    short = url.removeprefix(site.links.search()) or "?"
    return SavedSearch(name or title_of(wanted, result), url, short, result.total)
