"""Which form of a thing the caller wants, and the headers that an answer in that form carries."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import cast

from flask import Response, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable
from werkzeug.wrappers import Response as BaseResponse

from explorer.forms import HTML, Form

DATA_AGE = 300  # seconds that a cache may keep a data form without asking


class NoSuchForm(NotAcceptable):
    """406 that lists what there is; ``offered`` holds (form, its address)."""

    def __init__(self, offered: Iterable[tuple[Form, str]]) -> None:
        super().__init__("None of the forms that you accept is one that this address has.")
        self.offered = tuple(offered)


def quality(accepted: MIMEAccept, form: Form) -> float:
    """How much the caller wants a form, 0 to 1: by its media type, or by another name of it that is listed itself."""
    named = [float(quality) for mime, quality in accepted if mime.lower().split(";")[0] in form.also]
    return max([float(accepted.quality(form.mime)), *named])


def choose(forms: tuple[Form, ...], accepted: MIMEAccept) -> Form | None:
    """The form wanted most; the page, then the order of ``forms``, where several are wanted alike. None: none fits."""
    candidates = (HTML, *forms)
    if not any("/" in mime for mime, _ in accepted):  # none given, or nothing that could be read
        return HTML
    if quality(accepted, HTML) == 1:  # as browsers ask: no other form can be wanted more
        return HTML
    best = max(candidates, key=lambda form: quality(accepted, form))  # max keeps the first of equals
    return best if quality(accepted, best) > 0 else None


def negotiated(forms: tuple[Form, ...], base: str) -> Form:
    """The form for the present request to ``base``. Raises NoSuchForm (406)."""
    form = choose(forms, request.accept_mimetypes)
    if form is None:
        raise NoSuchForm((f, base + f.suffix) for f in (HTML, *forms))
    return form


def tag(*parts: str) -> str:
    """An entity tag of what an answer was made from."""
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def data_response(
    body: bytes | str | Iterable[bytes],
    form: Form,
    filename: str,
    etag: str,
    location: str,
    negotiated_by_accept: bool,
) -> BaseResponse:
    """An answer in a form other than the page. ``location``: the address that has this very form.

    ``filename`` suggests a name where somebody saves it; browsers still show what they can show.
    """
    response = Response(body, content_type=form.content_type)
    response.headers["Content-Disposition"] = f'inline; filename="{filename}{form.suffix}"'
    response.headers["Content-Location"] = location
    response.headers["Access-Control-Allow-Origin"] = "*"  # public data, meant to be taken
    response.headers["Cache-Control"] = f"public, max-age={DATA_AGE}"
    if negotiated_by_accept:
        response.vary.add("Accept")
    response.set_etag(etag, weak=True)
    # To count the bytes of what is made piece by piece, all of it would be made before the first piece is sent.
    response.automatically_set_content_length = not response.is_streamed
    return begun(response.make_conditional(request))


def begun(response: BaseResponse) -> BaseResponse:
    """A streamed answer with its first piece made: what fails until then becomes an error page, and no broken 200."""
    if response.is_streamed and response.status_code == 200 and request.method == "GET":
        pieces = cast(Iterator[bytes], iter(response.response))
        response.response = _going_on(next(pieces, b""), pieces)
    return response


def _going_on(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
