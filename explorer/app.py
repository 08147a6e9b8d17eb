"""The site: ``create_app(instance)`` gives a Flask application that any WSGI server can run."""

import mimetypes
from importlib.resources import files
from pathlib import Path

from flask import Flask, Response, request, send_from_directory
from jinja2 import FileSystemLoader, StrictUndefined

from explorer import facet_rows, kept_pages, links, result_rows, sparql_pool
from explorer.compression import compress
from explorer.errors import helpful
from explorer.escaping import PageEnvironment
from explorer.kept_pages import keep_pages
from explorer.public_address import PublicAddress, published
from explorer.security import secure
from explorer.site import EXTENSION, Sites, Source
from explorer.sparql_pool import SparqlPool
from explorer.sparql_request import MAX_BODY
from explorer.views import blueprints, sparql

FOREVER = 365 * 24 * 3600  # seconds; static addresses change with their content


def create_app(
    instance: Source, *, testing: bool = False, processes: int = 1, address: PublicAddress | None = None
) -> Flask:
    """The application over an instance: ``instance.fresh()`` gives the build to answer each request with.

    ``testing``: errors that nobody foresaw are raised instead of shown. ``processes``: how many like this one serve
    together; pages in memory and queries in SPARQL are bounded for all of them. ``address``: where readers find it, if
    that is not what is asked for (a proxy stands in front).
    """
    app = Flask("explorer", static_folder=None)
    app.testing = testing
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY  # nothing but questions in SPARQL is ever sent here
    app.url_map.strict_slashes = False
    app.extensions[EXTENSION] = Sites(instance)
    app.extensions[sparql.EXTENSION] = SparqlPool(*sparql_pool.share(processes))
    _templates(app)
    _static(app)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    helpful(app)
    # after_request functions run in reverse: compression first, then the headers, then this
    keep_pages(app, kept_pages.MOST // processes)
    secure(app)
    compress(app)
    published(app, address)
    return app


def template_folder() -> Path:
    """Where the templates are: inside the installed package, or beside this folder in a checkout."""
    try:
        return Path(str(files("explorer.templates")))
    except ModuleNotFoundError:
        return Path(__file__).parent.parent / "templates"


def _templates(app: Flask) -> None:
    app.jinja_environment = PageEnvironment
    app.jinja_env.loader = FileSystemLoader(template_folder())
    app.jinja_env.undefined = StrictUndefined  # a misspelt name is a bug, not an empty string
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = False
    app.jinja_env.globals["facet_rows"] = facet_rows.rows
    app.jinja_env.globals["result_rows"] = result_rows.hits


def _static(app: Flask) -> None:
    mimetypes.add_type("text/javascript", ".js")

    @app.get("/static/<path:name>")
    def static(name: str) -> Response:
        """A file of ``explorer/static``; kept for good by browsers when its address carries its digest."""
        response = send_from_directory(links.STATIC, name, conditional=True)
        if response.status_code == 200 and request.args.get("v") == links.static_digest(name):
            response.cache_control.no_cache = None
            response.cache_control.public = True
            response.cache_control.max_age = FOREVER
            response.cache_control.immutable = True
        return response
