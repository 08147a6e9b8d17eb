"""A server on this machine that replays the E-utilities: esearch with history, efetch, and their bad moments."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

FIRST = date(2020, 1, 1)


def pubmed_article(pmid: str) -> str:
    """One record about the disease."""
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><Journal><JournalIssue><PubDate><Year>2020</Year>"
        f"</PubDate></JournalIssue></Journal><ArticleTitle>Topic {pmid} in chronic fatigue syndrome</ArticleTitle>"
        "<Abstract><AbstractText>We studied 20 patients with ME/CFS.</AbstractText></Abstract><AuthorList><Author>"
        f"<LastName>Name{pmid}</LastName></Author></AuthorList></Article></MedlineCitation></PubmedArticle>"
    )


@dataclass
class Eutils:
    """What the server has and how it behaves. ``trouble`` is taken from the front, one for each request."""

    ids: list[str]
    most: int = 9_999
    trouble: list[str] = field(default_factory=list)
    most_answers: int | None = None  # later requests wait for as long as it says so
    never: frozenset[str] = frozenset()  # PMIDs that are found but never given
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    forgotten: bool = False  # the history
    address: str = ""

    def day(self, pmid: str) -> date:
        """When a record came in: one a day, from FIRST on."""
        return FIRST + timedelta(days=self.ids.index(pmid))

    def found(self, form: dict[str, str]) -> list[str]:
        """PMIDs of a search, within its days."""
        if "mindate" not in form:
            return self.ids
        since, until = (datetime.strptime(form[n], "%Y/%m/%d").date() for n in ("mindate", "maxdate"))
        return [one for one in self.ids if since <= self.day(one) <= until]

    def search(self, form: dict[str, str]) -> bytes:
        """The answer of esearch."""
        found = self.found(form)
        key = f"{form.get('mindate', '')}|{form.get('maxdate', '')}"
        most = min(int(form["retmax"]), self.most)
        result = {"count": str(len(found)), "idlist": found[:most], "webenv": "MCID_1", "querykey": key}
        result["warninglist"] = {"phrasesignored": [], "outputmessages": ["a remark"]}  # type: ignore[assignment]
        return json.dumps({"header": {}, "esearchresult": result}).encode()

    def fetch(self, form: dict[str, str]) -> bytes:
        """The answer of efetch."""
        if "WebEnv" in form:
            if self.forgotten:
                return b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>"
            since, until = form["query_key"].split("|")
            found = self.found({"mindate": since, "maxdate": until} if since else {})
            start = int(form["retstart"])
            wanted = found[start : start + int(form["retmax"])]
        else:
            wanted = form["id"].split(",")
        records = "".join(pubmed_article(one) for one in wanted if one not in self.never)
        return f'<?xml version="1.0"?>\n<PubmedArticleSet>{records}</PubmedArticleSet>'.encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_POST(self) -> None:
        eutils = self.server.eutils
        body = self.rfile.read(int(self.headers["Content-Length"]))
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        path = self.path.rsplit("/", 1)[-1]
        with self.server.lock:
            eutils.asked.append((path, form))
            eutils.times.append(time.monotonic())
            number = len(eutils.asked)
            trouble = eutils.trouble.pop(0) if eutils.trouble else ""
        while eutils.most_answers is not None and number > eutils.most_answers:
            time.sleep(0.01)
        answer = eutils.search(form) if path == "esearch.fcgi" else eutils.fetch(form)
        self._send(trouble, answer)

    def _send(self, trouble: str, answer: bytes) -> None:
        status, _, after = trouble.partition(":")
        if status.isdigit():
            self.send_response(int(status))
            if after:
                self.send_header("Retry-After", after)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"no\n\n")
            return
        sent = {"truncated": answer[: len(answer) // 2], "json": b'{"error":"API rate limit exceeded"}', "html": b"<p>"}
        answer = sent.get(trouble, answer)
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer[: len(answer) // 2] if trouble == "cut" else answer)
        if trouble == "cut":
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, eutils: Eutils) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.eutils, self.lock = eutils, threading.Lock()


@contextmanager
def serving(eutils: Eutils) -> Iterator[Eutils]:
    """The server at work, at ``eutils.address``."""
    server = _Server(eutils)
    eutils.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield eutils
    finally:
        server.shutdown()
        server.server_close()
