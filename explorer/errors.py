"""Errors as pages that help, and as plain lines for programs. Never a stack trace: that goes to the log."""

from dataclasses import dataclass

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from entries.errors import EvidenceError
from explorer.api.problem import is_api, problem
from explorer.negotiation import NoSuchForm
from explorer.presentation import Chosen
from explorer.rendering import page

TITLES = {
    400: "This address cannot be read",
    404: "There is no such page",
    405: "This address can only be read",
    406: "Not in that form",
    413: "Too large",
    414: "This address is too long",
    500: "Something went wrong here",
    503: "The atlas cannot answer just now",
}
MESSAGES = {
    404: "It may have moved, or the address may have a slip in it.",
    405: "The atlas answers GET and HEAD; nothing can be sent to it.",
    500: "The fault is on our side and has been noted. Searching again often works; if it does not, tell us.",
}


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Everything that ``error.html`` shows."""

    title: str
    message: str
    near: tuple[Chosen, ...] = ()
    words: str = ""


def helpful(app: Flask) -> None:
    """Register the error pages of an application."""

    @app.errorhandler(NoSuchForm)
    def no_form(error: NoSuchForm) -> Response:
        lines = [f"406: {error.description}", "There is:"]
        lines += [f"  {form.mime:<45} {address}" for form, address in error.offered]
        response = Response("\n".join(lines) + "\n", status=406, content_type="text/plain; charset=utf-8")
        response.vary.add("Accept")
        return response

    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> BaseResponse:
        if error.code is None or error.code < 400 or error.response is not None:
            return error.get_response(request.environ)
        own_words = error.description if type(error).description != error.description else None
        return answer(error, error.code, own_words or MESSAGES.get(error.code) or error.description or "")

    @app.errorhandler(EvidenceError)
    def unusable(error: EvidenceError) -> BaseResponse:
        current_app.logger.error("%s %s: %s", request.method, request.path, error)
        return answer(error, 503, str(error))

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> BaseResponse:
        current_app.logger.exception("%s %s", request.method, request.path)
        return answer(error, 500, MESSAGES[500])


def answer(error: Exception, status: int, message: str) -> BaseResponse:
    """An error as a page for people, as a problem of the API, or as a line for a caller that does not take pages."""
    if is_api(request.path):
        return problem(error, status, message)
    accepted = request.accept_mimetypes
    title = TITLES.get(status, "This did not work")
    if (not accepted or accepted.accept_html) and (response := _page(error, status, title, message)):
        return response
    return Response(f"{status} {title}. {message}\n", status, content_type="text/plain; charset=utf-8")


def _page(error: Exception, status: int, title: str, message: str) -> BaseResponse | None:
    """The page; None where not even that can be made, as when there is no build to show."""
    view = ErrorPage(title, message, getattr(error, "near", ()), getattr(error, "words", ""))
    try:
        response = page("error.html", view, status=status)
    except Exception:
        current_app.logger.exception("The error page itself failed")
        g.pop("site", None)
        return None
    if isinstance(error, HTTPException) and status == 405:
        response.headers["Allow"] = ", ".join(
            sorted(getattr(error, "valid_methods", None) or ("GET", "HEAD", "OPTIONS"))
        )
    return response
