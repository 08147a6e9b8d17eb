"""For search engines: every page that there is, and what they need not fetch."""

from collections.abc import Iterator
from itertools import islice
from xml.sax.saxutils import escape

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from explorer.site import Site, here

blueprint = Blueprint("crawlers", __name__)
MOST = 50_000  # addresses in one file, as sitemaps.org has it
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PAGES = ("", "studies", "concepts", "map", "retractions", "downloads", "api", "sparql", "ns", "about", "about/pipeline")
ROBOTS = """\
User-agent: *
Disallow: {root}/sparql?
Disallow: {root}/sparql.
Disallow: {root}/facets/
Disallow: {root}/studies?
Disallow: {root}/explore?
Disallow: {root}/compare
Disallow: {root}/api/v1/
Disallow: {root}/explore.
Sitemap: {base}sitemap.xml
"""


@blueprint.get("/robots.txt")
def robots() -> BaseResponse:
    """Everything may be read; searches and questions without end need not be followed."""
    site = here()
    text = ROBOTS.format(root=site.links.root, base=site.atlas.config.base_iri)
    return Response(text, content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
def sitemap() -> BaseResponse:
    """The addresses of all pages; a list of such lists where there are too many for one."""
    site = here()
    parts = _parts(site)
    if parts == 1:
        return _xml(_listed(site, 1))
    base = escape(site.atlas.config.base_iri)
    places = (f"<sitemap><loc>{base}sitemap-{n}.xml</loc></sitemap>\n" for n in range(1, parts + 1))
    return _xml(_within("sitemapindex", places))


@blueprint.get("/sitemap-<int:part>.xml")
def sitemap_part(part: int) -> BaseResponse:
    """One of several lists. 404 where there are not so many."""
    site = here()
    if not 1 <= part <= _parts(site):
        raise NotFound(f"The sitemap has {_parts(site)} parts.")
    return _xml(_listed(site, part))


def _parts(site: Site) -> int:
    return -(-(len(PAGES) + len(site.atlas.studies) + len(site.atlas.vocabulary)) // MOST)


def _listed(site: Site, part: int) -> Iterator[str]:
    return _within("urlset", islice(_addresses(site), (part - 1) * MOST, part * MOST))


def _addresses(site: Site) -> Iterator[str]:
    base = site.atlas.config.base_iri
    for page in PAGES:
        yield f"<url><loc>{escape(base + page)}</loc></url>\n"
    for study_id in site.atlas.studies:
        day = site.atlas.updated(study_id).isoformat()
        yield f"<url><loc>{escape(f'{base}studies/{study_id}')}</loc><lastmod>{day}</lastmod></url>\n"
    for concept in site.atlas.vocabulary:
        yield f"<url><loc>{escape(f'{base}concepts/{concept}')}</loc></url>\n"


def _within(element: str, lines: Iterator[str]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{element} {_NAMESPACE}>\n'
    yield from lines
    yield f"</{element}>\n"


def _xml(lines: Iterator[str]) -> BaseResponse:
    response = Response("".join(lines), content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
