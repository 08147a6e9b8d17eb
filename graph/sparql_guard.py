"""Which SPARQL queries may run: reading only, and nothing from outside the dataset.

Two independent readings must both find the query harmless: its words, and rdflib's parse of it. The words alone are
needed because parsers differ: Oxigraph takes ``trueSERVICE <...>`` for ``true SERVICE <...>``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graph.errors import QueryRefused

MAX_QUERY = 100_000  # characters; a page of SPARQL has 3,000
UPDATES = {"insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy"}
FORMS = {"select", "ask", "construct", "describe"}
_TOKEN = re.compile(
    r"""
    (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"\"\"(?:\"{0,2}(?:[^"\\]|\\.))*\"\"\" | '''(?:'{0,2}(?:[^'\\]|\\.))*'''
      | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
  | (?P<comment>\#[^\n\r]*)
  | (?P<escape>\\.)
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<name>[\w.-]*:[\w.:%-]*)
  | (?P<word>\w+)
  | (?P<space>\s+)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """A query that may run; ``graphs`` are those that its FROM clauses name."""

    text: str
    graphs: tuple[str, ...] = ()


def check_words(text: str) -> None:
    """The quick reading, linear in the length. Raises QueryRefused with the reason."""
    if len(text) > MAX_QUERY:
        raise QueryRefused(f"the query has {len(text):,} characters; {MAX_QUERY:,} is the limit")
    if not text.strip():
        raise QueryRefused("the query is empty; try: SELECT * WHERE { ?s ?p ?o } LIMIT 10")
    if "\0" in text:
        raise QueryRefused("the query holds a NUL character; remove it")
    words = list(_words(text))
    first = next((w for w in words if w in FORMS | UPDATES), None)
    if first in UPDATES:
        raise QueryRefused(f"{str(first).upper()} would change the data; this endpoint only reads")


def _words(text: str) -> Iterator[str]:
    """The query's bare words in lower case. Raises QueryRefused for what no harmless query needs."""
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match.group().lower()
        if kind == "escape" and token == "\\u":
            raise QueryRefused("escapes such as \\u0041 are allowed only in strings; write the character itself")
        if kind == "word":
            if "service" in token:
                raise QueryRefused("SERVICE would send the query to another server; ask about this dataset alone")
            yield token
        if kind == "name" and re.search(r"(^|[.-])\w*service$", token.partition(":")[0]):
            raise QueryRefused(f"'{match.group()}' could be read as SERVICE; choose another prefix")


def check(text: str, prefixes: Mapping[str, str]) -> Allowed:
    """Both readings. Raises QueryRefused. Run it where it can be killed: rdflib's parser may take long on odd input."""
    check_words(text)
    try:
        from rdflib.plugins.sparql.algebra import translateQuery
        from rdflib.plugins.sparql.parser import parseQuery

        parsed = parseQuery(text)
        _no_service(parsed)
        if not any("datasetClause" in part for part in parsed if hasattr(part, "keys")):
            return Allowed(text)
        clauses = translateQuery(parsed, initNs=dict(prefixes)).algebra.datasetClause
        return Allowed(text, tuple(str(clause.default or clause.named) for clause in clauses))
    except QueryRefused:
        raise
    except RecursionError:
        raise QueryRefused("the query is nested too deeply; write it flatter") from None
    except Exception as error:  # pyparsing and rdflib raise a dozen kinds, some of them plain Exception
        raise QueryRefused(f"this is not a SPARQL 1.1 query: {_told(error)}") from error


def _no_service(parsed: Any) -> None:
    """Refuse a SERVICE anywhere in rdflib's tree."""
    front = [parsed]
    while front:
        node = front.pop()
        if getattr(node, "name", None) == "ServiceGraphPattern":
            raise QueryRefused("SERVICE would send the query to another server; ask about this dataset alone")
        if isinstance(node, Mapping):
            front += node.values()
        elif isinstance(node, (list, tuple)) or hasattr(node, "as_list"):
            front += list(node)


def _told(error: Exception) -> str:
    """A parser's complaint in one line, with the place where it gave up."""
    line, column = getattr(error, "lineno", None), getattr(error, "column", None)
    said = (str(error).splitlines() or [type(error).__name__])[0].partition("  (at char")[0][:300]
    return f"line {line}, column {column}: {said}" if line else said
