"""The page of the SPARQL endpoint: a question, its answer as a table, and questions to begin with."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rdflib import Literal, URIRef
from rdflib.term import Node

from explorer.forms import Offered
from explorer.presentation import number
from explorer.site import Site
from explorer.sparql_examples import Example, examples
from explorer.sparql_request import GRAPH_FORMS, ROW_FORMS, Question
from graph.namespaces import Names
from graph.sparql import MAX_BYTES, MAX_ROWS, TIMEOUT, SparqlResult
from graph.sparql_guard import MAX_QUERY

SHOWN = 500  # rows in the page; the forms beside it hold all
LONGEST = 2_000  # characters of a cell
TRIPLE = ("subject", "predicate", "object")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: its text, where it leads, its language, and whether it is a number."""

    text: str
    url: str = ""
    ours: bool = False
    language: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave: ``said`` in words, and as a table where there is something to show."""

    said: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    forms: tuple[Offered, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """An example and the address that asks it."""

    number: int
    question: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class SparqlPage:
    """Everything that ``sparql.html`` shows."""

    text: str
    graphs: tuple[tuple[str, str], ...]  # (parameter, address): kept in the form
    trouble: str
    answer: Answer | None
    examples: tuple[Sample, ...]
    prefixes: tuple[tuple[str, str], ...]
    limits: str


def sparql_page(
    site: Site, asked: Question, result: SparqlResult | None, trouble: str = "", chosen: int = 1
) -> SparqlPage:
    """Put the page together: with the answer, with what went wrong, or with neither.

    ``chosen``: number of the example that stands in the editor where nothing was asked.
    """
    names = Names(site.atlas.config.base_iri)
    samples = examples(site)
    default, named = asked.graphs or ((), ())
    return SparqlPage(
        text=asked.text if asked.text is not None else _begun(samples, chosen),
        graphs=(*(("default-graph-uri", g) for g in default), *(("named-graph-uri", g) for g in named)),
        trouble=trouble[:1].upper() + trouble[1:],
        answer=_answer(site, names, asked, result) if result else None,
        examples=tuple(_sample(site, n, s) for n, s in enumerate(samples, 1)),
        prefixes=tuple(names.prefixes().items()),
        limits=f"{TIMEOUT:g} seconds, {MAX_ROWS:,} rows, {MAX_BYTES // 1_000_000} MB of answer, "
        f"{MAX_QUERY:,} characters of question",
    )


def _begun(samples: Sequence[Example], chosen: int) -> str:
    """The text of an example; of the first where there are not so many."""
    place = chosen - 1 if 1 <= chosen <= len(samples) else 0
    return samples[place].text if samples else ""


def _sample(site: Site, place: int, example: Example) -> Sample:
    address = f"{site.links.root}/sparql{Question(example.text).address()}"
    return Sample(place, example.question, example.text, address)


def _answer(site: Site, names: Names, asked: Question, result: SparqlResult) -> Answer:
    columns, rows, total = _first(result)
    forms = GRAPH_FORMS if result.kind == "graph" else ROW_FORMS
    address = asked.address()
    return Answer(
        said=_said(result, total),
        columns=columns,
        rows=tuple(tuple(_cell(site, names, term) for term in row) for row in rows),
        forms=tuple(Offered(f.label, f.mime, f"{site.links.root}/sparql{f.suffix}{address}") for f in forms),
    )


def _said(result: SparqlResult, total: int) -> str:
    if result.kind == "ask":
        return "Yes." if result.boolean else "No."
    what = ("triple", "triples") if result.kind == "graph" else ("row", "rows")
    taken = f"in {result.seconds:.2f} s"
    if total > SHOWN:
        return f"{number(total, *what)} {taken}; the first {SHOWN} are below, the forms hold all."
    return f"{number(total, *what)} {taken}."


def _first(result: SparqlResult) -> tuple[tuple[str, ...], Sequence[Sequence[Node | None]], int]:
    """Columns, the rows to be shown, and how many there are in all."""
    if result.kind == "ask":
        return (), (), 0
    if result.kind == "graph":
        lines = result.content.split(b"\n", SHOWN)[:SHOWN]
        return TRIPLE, sorted(replace(result, content=b"\n".join(lines)).graph()), result.content.count(b"\n")
    found: dict[str, Any] = json.loads(result.content)
    bindings = found["results"]["bindings"]
    begun = json.dumps({"head": found["head"], "results": {"bindings": bindings[:SHOWN]}})
    beginning = replace(result, content=begun.encode())
    return beginning.variables, beginning.rows, len(bindings)


def _cell(site: Site, names: Names, term: Node | None) -> Cell:
    if term is None:
        return Cell("")
    if isinstance(term, URIRef):
        return _address_cell(site, names, str(term))
    text = str(term)
    if not isinstance(term, Literal):
        return Cell(f"_:{text}")
    is_number = str(term.datatype or "").endswith(("#integer", "#decimal", "#double", "#float"))
    return Cell(_cut(text), language=term.language or "", is_number=is_number)


def _address_cell(site: Site, names: Names, address: str) -> Cell:
    """An address, shortened by the prefix that leaves least of it; only web addresses lead anywhere."""
    shortened = min(_shortened(names.prefixes().items(), address), key=len, default=address)
    if address.startswith(names.base):
        return Cell(_cut(shortened), f"{site.links.root}/{address.removeprefix(names.base)}", ours=True)
    return Cell(_cut(shortened), address if address.startswith(("https://", "http://")) else "")


def _shortened(prefixes: Iterable[tuple[str, str]], address: str) -> Iterator[str]:
    for prefix, namespace in prefixes:
        if address.startswith(namespace):
            yield f"{prefix}:{address.removeprefix(namespace)}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
