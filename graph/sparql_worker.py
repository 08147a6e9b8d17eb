"""The process in which queries run: started by :mod:`graph.sparql`, killed by it when a query takes too long.

Reads one JSON request a line from standard input, answers each with one JSON line and, if that says ``ok``, as many
bytes of results as it announces. It ends when its input ends; should the parent die while a query runs, a timer does.
"""

import json
import re
import signal
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, BinaryIO

import pyoxigraph as ox

from graph.errors import QueryRefused
from graph.sparql_guard import Allowed, check
from graph.sparql_jail import forbid_network, limit_memory

GRACE = 2.0  # seconds that the timer waits longer than the parent does


class TooMuch(Exception):
    """More rows or bytes than allowed."""


def main(folder: str, prefixes: dict[str, str], memory: int) -> None:
    """Serve queries on the Oxigraph store in ``folder``, with ``memory`` bytes to spare, until the input ends."""
    jailed = forbid_network()
    store = ox.Store.read_only(folder)
    check("SELECT * FROM <a:a> { ?s ?p ?o }", prefixes)  # parsers set themselves up at their first use
    limit_memory(memory)
    out = sys.stdout.buffer
    _send(out, {"status": "ready", "jailed": jailed})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _timer(request["timeout"] + GRACE)
        header, body = _answer(store, prefixes, request)
        _send(out, header, body)
        _timer(0)


def _timer(seconds: float) -> None:
    """Let the kernel end this process after so many seconds, whatever it is doing; 0 stops the timer."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _send(out: BinaryIO, header: dict[str, Any], body: bytes = b"") -> None:
    out.write(json.dumps(header | {"bytes": len(body)}).encode() + b"\n" + body)
    out.flush()


def _answer(store: ox.Store, prefixes: dict[str, str], request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        return _run(store, prefixes, request)
    except QueryRefused as error:
        return {"status": "refused", "message": str(error)}, b""
    except TooMuch as error:
        return {"status": "limit", "message": str(error)}, b""
    except MemoryError:
        return {"status": "limit", "message": "the query needs more memory than it may have"}, b""
    except (SyntaxError, ValueError) as error:
        return {"status": "refused", "message": f"this is not a SPARQL 1.1 query: {_told(error)}"}, b""
    except (OSError, RuntimeError) as error:
        return {"status": "failed", "message": f"the graph store could not answer: {error}{_mend(error)}"}, b""


def _mend(error: Exception) -> str:
    """What to do where the store itself is damaged (RocksDB says so): it shows only when the place is read."""
    return "; run `evidence build --full` to make the store anew" if "Corruption" in str(error) else ""


def _told(error: Exception) -> str:
    """Oxigraph's complaint without its list of every character that could have come next."""
    place, _, rest = str(error).partition(": expected one of ")
    if "Prefix not found" in rest:
        return f"{place}: a prefix that nothing declares; add PREFIX name: <address> at the top"
    return " ".join(str(error).split())[:300]


def _run(store: ox.Store, prefixes: dict[str, str], request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    allowed = _allowed(request["query"], tuple(prefixes.items()))
    default, named = request["graphs"] or ((), ())
    for graph in (*allowed.graphs, *default, *named):
        if not store.contains_named_graph(_named(graph)):
            raise QueryRefused(f"<{graph}>: this dataset has no such graph, and no other source is read")
    if request["graphs"]:  # the caller's choice goes before the query's
        default_graph: Any = [_named(g) for g in default]  # lists of either node, and lists are invariant
        named_graphs: Any = [_named(g) for g in named]
        found = store.query(allowed.text, prefixes=prefixes, default_graph=default_graph, named_graphs=named_graphs)
    else:  # A FROM clause chooses the graphs itself; without one a query sees the union of all.
        found = store.query(allowed.text, prefixes=prefixes, use_default_graph_as_union=not allowed.graphs)
    limits = Limits(request["max_rows"], request["max_bytes"])
    if isinstance(found, ox.QueryBoolean):
        return {"status": "ok", "kind": "ask"}, json.dumps({"head": {}, "boolean": bool(found)}).encode()
    if isinstance(found, ox.QueryTriples):
        return {"status": "ok", "kind": "graph"}, b"".join(limits.within(f"{triple} .\n" for triple in found))
    names = sorted((v.value for v in found.variables), key=lambda n: _first(n, allowed.text))
    rows = (json.dumps(_row(names, solution), ensure_ascii=False) for solution in found)
    body = b",\n".join(limits.within(rows))
    head = json.dumps({"vars": names}, ensure_ascii=False).encode()
    return {"status": "ok", "kind": "select"}, b'{"head":' + head + b',"results":{"bindings":[' + body + b"]}}"


@lru_cache(maxsize=100)
def _allowed(text: str, prefixes: tuple[tuple[str, str], ...]) -> Allowed:
    """The checked query. Who looks at an answer often takes it away, too: parsing it again would cost 10 to 20 ms."""
    return check(text, dict(prefixes))


def _named(graph: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(graph)
    except ValueError:
        raise QueryRefused(f"'{graph[:200]}' is not an address of a graph") from None


def _first(name: str, text: str) -> int:
    """Where a variable first appears: the order of columns that a person expects of ``SELECT *``."""
    found = re.search(rf"[?$]{re.escape(name)}\b", text)
    return found.start() if found else len(text)


def _row(names: list[str], solution: ox.QuerySolution) -> dict[str, Any]:
    return {name: _json(value) for name in names if (value := solution[name]) is not None}


def _json(term: Any) -> dict[str, Any]:
    """A term as SPARQL 1.1 Query Results JSON has it."""
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        return {"type": "triple", "value": dict(zip(("subject", "predicate", "object"), map(_json, term), strict=True))}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype.value == "http://www.w3.org/2001/XMLSchema#string":
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


class Limits:
    """Counts rows and bytes on the way out."""

    def __init__(self, rows: int, size: int) -> None:
        self._rows, self._size = rows, size

    def within(self, texts: Iterator[str]) -> Iterator[bytes]:
        """The texts as UTF-8, as long as they stay within the limits. Raises TooMuch."""
        size = 0
        for number, text in enumerate(texts, 1):
            if number > self._rows:
                raise TooMuch(f"the query has more than {self._rows:,} results; narrow it, or add LIMIT")
            data = text.encode()
            size += len(data)
            if size > self._size:
                raise TooMuch(f"the results have more than {self._size:,} bytes; narrow the query, or add LIMIT")
            yield data


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
