"""For whoever watches the server: is it up, and what does it serve?"""

from flask import Blueprint, Response, current_app, jsonify

from explorer.site import EXTENSION, here

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def health() -> Response:
    """200 with counts while the index answers; the application's error page (503) where it cannot."""
    site = here()
    indexed = site.engine.document_count()
    answer = jsonify(
        status="ok",
        atlas=site.atlas.config.title,
        version=site.atlas.config.versions.atlas,
        studies=len(site.atlas.studies),
        indexed=indexed,
        engine=site.engine.name,
        built=site.build.built.isoformat(),
        trouble=current_app.extensions[EXTENSION].trouble,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
