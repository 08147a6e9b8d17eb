"""The address that readers use, where a proxy stands in front: links, redirects and what is printed begin with it.

What a proxy says in headers is not trusted; the person who runs the site says it once, with ``--address``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from entries.errors import EvidenceError

EXAMPLE = "https://example.org/ or https://example.org/atlas/"


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """Scheme (``https``), host with its port where it has one, and prefix (empty, or ``/atlas``)."""

    scheme: str
    host: str
    prefix: str

    @classmethod
    def read(cls, text: str) -> "PublicAddress":
        """The address in a text as people type it. Raises EvidenceError where it is none."""
        try:
            parts = urlsplit(text.strip())
            _ = parts.port  # refuses what is no number
        except ValueError as error:
            raise _not_usable(text, str(error)) from error
        if parts.scheme not in ("http", "https") or not parts.hostname or not parts.netloc.isascii():
            raise _not_usable(text, "it is no web address")
        if parts.query or parts.fragment or "@" in parts.netloc:
            raise _not_usable(text, "it has more than scheme, host and path")
        prefix = parts.path.rstrip("/")
        if not all(part and part not in (".", "..") for part in prefix.split("/")[1:]) or "%" in prefix:
            raise _not_usable(text, "its path is not plain")
        return cls(parts.scheme, parts.netloc.lower(), prefix)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}{self.prefix}/"


def _not_usable(text: str, reason: str) -> EvidenceError:
    return EvidenceError(f"'{text[:200]}' cannot be the address of the site: {reason}; write it as {EXAMPLE}")


def published(app: Flask, address: PublicAddress | None) -> None:
    """Make an application answer as what stands at an address; None: as what it was asked for.

    Raises EvidenceError where the prefix is the name of a page, so that nobody could tell the two apart.
    """
    if address is None:
        return
    first = address.prefix.split("/")[1:2]
    if first and first[0] in {rule.rule.split("/")[1].partition("<")[0] for rule in app.url_map.iter_rules()}:
        raise _not_usable(str(address), f"the site has a page of its own at /{first[0]}")
    app.wsgi_app = _Published(app.wsgi_app, address)  # type: ignore[method-assign]


class _Published:
    """Tells an application its public address. The proxy may hand on the prefix or take it off: both are understood."""

    def __init__(self, app: WSGIApplication, address: PublicAddress) -> None:
        self._app, self._address = app, address

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request, as WSGI has it."""
        prefix, path = self._address.prefix, environ.get("PATH_INFO", "")
        if prefix and (path == prefix or path.startswith(prefix + "/")):
            path = path.removeprefix(prefix)
        told = {"SCRIPT_NAME": prefix, "PATH_INFO": path or "/", "HTTP_HOST": self._address.host}
        return self._app(environ | told | {"wsgi.url_scheme": self._address.scheme}, start_response)
