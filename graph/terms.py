"""RDF terms and triples as text.

A term is a string in N-Triples form: ``<https://example.org/a>``, ``"text"@en``, ``"30"^^<...#integer>``. That makes
one place decide what is valid, costs a fifth of objects, and every syntax can be written from it. There are no
blank nodes: everything has an IRI, so that two readers of the same file can be compared exactly.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import quote

from rdflib import Literal, URIRef
from rdflib.term import Node

Term = str
Triple = tuple[Term, Term, Term]
Quad = tuple[Term, Term, Term, Term]


@dataclass(frozen=True, slots=True)
class NamedGraph:
    """A graph's name and its triples, each once, in an order that reads well."""

    name: Term
    triples: tuple[Triple, ...]

    def by_subject(self) -> dict[Term, dict[Term, list[Term]]]:
        """Subject -> predicate -> objects, each in the order of first mention."""
        found: dict[Term, dict[Term, list[Term]]] = {}
        for s, p, o in self.triples:
            found.setdefault(s, {}).setdefault(p, []).append(o)
        return found


XSD = "http://www.w3.org/2001/XMLSchema#"
INTEGER, DATE, YEAR, BOOLEAN = (f"<{XSD}{name}>" for name in ("integer", "date", "gYear", "boolean"))

_LETTERS = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"  # of the first plane, as RFC 3987 lets IRIs have them
_PLAIN_IRI = re.compile(f"[!$&-;=?-Z_a-z~{_LETTERS}]+(#[!$&-;=?-Z_a-z~{_LETTERS}]*)?")
_NOT_IN_IRI = re.compile(f"[^!$&-;=?-Z_a-z~%{_LETTERS}]|%(?![0-9A-Fa-f]{{2}})")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(\[[0-9A-Fa-f:.]+\])?")
_SPECIAL = re.compile(r'["\\\n\r\t]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNESCAPES = {escape[1]: char for char, escape in _ESCAPES.items()} | {"b": "\b", "f": "\f", "'": "'"}
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LITERAL = re.compile(r'"(.*)"(?:@([a-zA-Z0-9-]+)|\^\^<([^>]*)>)?\Z', re.DOTALL)


def iri(address: str) -> Term:
    """The IRI as a term; what no IRI may hold is percent-encoded, whatever somebody typed."""
    if _PLAIN_IRI.fullmatch(address):
        return f"<{address}>"
    host = _AUTHORITY.match(address)
    kept = host.group() if host else ""
    path, hash_, fragment = address[len(kept) :].partition("#")
    return f"<{kept}{_encoded(path)}{hash_}{_encoded(fragment)}>"


def _encoded(piece: str) -> str:
    return _NOT_IN_IRI.sub(lambda m: quote(m.group().encode(errors="replace"), safe=""), piece)


def clean(text: str) -> str:
    """Line ends as ``\\n``, and characters that XML 1.0 cannot carry as U+FFFD.

    Done for every syntax alike: RDF/XML could not hold them, and a graph must not depend on the file it came in.
    """
    return _NOT_IN_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def text(value: str, language: str | None = None) -> Term:
    """A plain literal, or one in a language (lower case, as every parser here compares it)."""
    body = clean(value)
    if _SPECIAL.search(body):
        body = _SPECIAL.sub(lambda m: _ESCAPES[m.group()], body)
    return f'"{body}"@{language.lower()}' if language else f'"{body}"'


def integer(value: int) -> Term:
    """An ``xsd:integer``."""
    return f'"{value}"^^{INTEGER}'


def day(value: date) -> Term:
    """An ``xsd:date``."""
    return f'"{value.isoformat()}"^^{DATE}'


def year(value: int) -> Term:
    """An ``xsd:gYear``."""
    return f'"{value:04d}"^^{YEAR}'


def n_triples(triples: Iterable[Triple]) -> str:
    """N-Triples, a line each."""
    return "".join([f"{s} {p} {o} .\n" for s, p, o in triples])


def n_quads(triples: Iterable[Triple], graph: Term) -> str:
    """N-Quads of one named graph, a line each."""
    return "".join([f"{s} {p} {o} {graph} .\n" for s, p, o in triples])


def parse_line(line: str) -> list[Term]:
    """The terms of an N-Triples or N-Quads line as this module or Oxigraph writes it: three, or four with a graph."""
    s, p, rest = line.rstrip(" .\n").split(" ", 2)
    if rest.startswith("<"):
        return [s, p, *rest.split(" ")]
    cut = rest.rfind(" <")
    if cut > rest.rfind('"'):  # a graph name follows the literal
        return [s, p, rest[:cut], rest[cut + 1 :]]
    return [s, p, rest]


def parts(term: Term) -> tuple[str, str | None, str | None]:
    """(text, language, datatype IRI) of a literal. Raises ValueError for anything else."""
    match = _LITERAL.match(term)
    if match is None:
        raise ValueError(f"not a literal: {term[:80]}")
    body, language, datatype = match.groups()
    if "\\" in body:
        body = _ESCAPED.sub(_unescape, body)
    return body, language, datatype


def _unescape(match: re.Match[str]) -> str:
    short, long, letter = match.groups()
    return _UNESCAPES[letter] if letter else chr(int(short or long, 16))


@lru_cache(maxsize=20_000)
def _uri(term: Term) -> URIRef:
    return URIRef(term[1:-1])


def to_rdflib(term: Term) -> Node:
    """The same term as rdflib's URIRef or Literal."""
    if term.startswith("<"):
        return _uri(term)
    body, language, datatype = parts(term)
    return Literal(body, lang=language, datatype=datatype and _uri(f"<{datatype}>"))
