"""Reading a request as the SPARQL 1.1 Protocol has it, and choosing the form of the answer.

Source: https://www.w3.org/TR/sparql11-protocol/, section 2.1.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from entries.errors import EvidenceError
from explorer.forms import CSV, HTML, RDF, Form
from explorer.negotiation import NoSuchForm, quality
from graph.sparql import ChosenGraphs

MAX_BODY = 1_000_000  # bytes of a request; the limit of the query itself is lower
MAX_FIELDS = 1_000  # parameters
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"

_JSON = Form("json", ".json", "application/sparql-results+json", "JSON", ("application/json",))
_XML = Form("xml", ".xml", "application/sparql-results+xml", "XML", ("application/xml", "text/xml"))
_TSV = Form("tsv", ".tsv", "text/tab-separated-values", "TSV table")
ROW_FORMS = (_JSON, _XML, CSV, _TSV)
GRAPH_FORMS = tuple(RDF[name] for name in ("turtle", "ntriples", "rdfxml", "jsonld"))
ALL_FORMS = (*ROW_FORMS, *GRAPH_FORMS)


class BadQuestion(EvidenceError):
    """A request that the protocol does not allow, with the HTTP status that says how."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Question:
    """A query and the graphs that the caller chose for it; ``text`` is None where there was no query."""

    text: str | None
    graphs: ChosenGraphs | None = None

    def address(self) -> str:
        """The parameters that ask the same with GET, beginning with ``?``."""
        default, named = self.graphs or ((), ())
        pairs = [("query", self.text or ""), *(("default-graph-uri", g) for g in default)]
        return "?" + urlencode([*pairs, *(("named-graph-uri", g) for g in named)])


def question() -> Question:
    """The present request's question, by GET or by either form of POST. Raises BadQuestion."""
    if len(request.query_string) > MAX_BODY:
        raise BadQuestion(413, _TOO_LARGE)
    in_address = _fields(request.query_string)
    if request.method != "POST":
        return _question(in_address)
    kind = request.mimetype
    if kind == FORM:
        return _question(_fields(_body()))
    if kind == QUERY:
        return _question([*(f for f in in_address if f[0] != "query"), ("query", _decoded(_body()))])
    if kind == UPDATE:
        raise BadQuestion(400, _NO_UPDATE)
    raise BadQuestion(415, f"send a query as {QUERY}, or as the field 'query' of {FORM}; not as {kind or 'nothing'}")


_TOO_LARGE = f"the request has more than {MAX_BODY:,} bytes; ask something shorter"
_NO_UPDATE = "this endpoint only reads; updates are not taken"


def _body() -> bytes:
    if (request.content_length or 0) > MAX_BODY:
        raise BadQuestion(413, _TOO_LARGE)
    try:
        return request.get_data(cache=False, parse_form_data=False)
    except RequestEntityTooLarge:
        raise BadQuestion(413, _TOO_LARGE) from None


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadQuestion(400, f"the request is not UTF-8 (byte {error.start})") from None


def _fields(data: bytes) -> list[tuple[str, str]]:
    """Name and value of each parameter. Raises BadQuestion for what is not UTF-8, or too many."""
    try:
        return parse_qsl(_decoded(data), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeDecodeError:
        raise BadQuestion(400, "the parameters are not UTF-8 behind their percent signs") from None
    except ValueError:
        raise BadQuestion(400, f"the request has more than {MAX_FIELDS:,} parameters") from None


def _question(fields: list[tuple[str, str]]) -> Question:
    def values(name: str) -> tuple[str, ...]:
        return tuple(value for key, value in fields if key == name)

    if values("update"):
        raise BadQuestion(400, _NO_UPDATE)
    queries = values("query")
    if len(queries) > 1:
        raise BadQuestion(400, f"there are {len(queries)} queries; send one at a time")
    default, named = values("default-graph-uri"), values("named-graph-uri")
    return Question(queries[0] if queries else None, ChosenGraphs(default, named) if default or named else None)


def wants_page() -> bool:
    """Whether the caller is a browser: it would rather have the page than any form of data."""
    accepted = request.accept_mimetypes
    return quality(accepted, HTML) > max(quality(accepted, form) for form in ALL_FORMS)


def accepted_form(forms: tuple[Form, ...]) -> Form:
    """The form that the caller wants most, the first of ``forms`` where nothing was said. Raises NoSuchForm."""
    accepted = request.accept_mimetypes
    if not any("/" in mime for mime, _ in accepted):
        return forms[0]
    best = max(forms, key=lambda form: quality(accepted, form))
    if quality(accepted, best) <= 0:
        raise NoSuchForm((form, f"{request.script_root}/sparql{form.suffix}?query=...") for form in forms)
    return best
