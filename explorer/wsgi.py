"""The site for servers that bring their own processes: ``gunicorn --workers 2 'explorer.wsgi:application()'``.

It serves the current build of the folder that ``EVIDENCE_INSTANCE`` names, and moves to a newer one by itself.
``EVIDENCE_ADDRESS`` is where readers find it, if a proxy stands in front.
"""

from flask import Flask

from explorer import settings
from explorer.app import create_app
from explorer.instance import LiveInstance
from explorer.public_address import PublicAddress


def application() -> Flask:
    """The application over the build that is there. Raises NoBuild before the first ``evidence build``."""
    given = settings.ADDRESS.value()
    address = PublicAddress.read(given) if given else None
    return create_app(LiveInstance(settings.path(settings.INSTANCE.value() or "instance")), address=address)
