"""NCBI's E-utilities, as far as a fetch needs them: esearch with the history server, efetch of whole records.

Protocol: https://www.ncbi.nlm.nih.gov/books/NBK25499/ (three requests a second, ten with a key of one's own).
"""

import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree
from pydantic import Field

from entries.model import Day, Model, Short, Text
from intake.web_service import Pace, Service, Unusable

FILE = "fetch"
KEY, EMAIL = "NCBI_API_KEY", "NCBI_EMAIL"
WITHOUT_KEY, WITH_KEY = 3.0, 10.0  # requests a second that NCBI allows
MOST = 9_999  # records that one search of PubMed hands out
_RECORDS = {"PubmedArticle": "MedlineCitation/PMID", "PubmedBookArticle": "BookDocument/PMID"}


class FetchRules(Model):
    """``policy/fetch.yaml``: what is asked for, and of whom. The query is fixed, so that a fetch can be repeated."""

    version: Short
    service: Short
    database: Short = "pubmed"
    tool: Short
    query: Text
    date_field: Short = "edat"
    earliest: Day
    batch: int = Field(default=200, ge=1, le=1_000)
    most: int = Field(default=MOST, ge=1, le=MOST)


@dataclass(frozen=True, slots=True)
class History:
    """A result that the server keeps for some hours."""

    environment: str
    key: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: how many, the PMIDs that could be had (``most`` at most), and what the server remarked."""

    count: int
    ids: tuple[str, ...]
    history: History | None
    remarks: tuple[str, ...] = ()


class Eutils:
    """The two questions. Every answer is checked before it is believed."""

    def __init__(self, rules: FetchRules, service: Service, who: Mapping[str, str]) -> None:
        self._rules, self._service = rules, service
        self._common = {"db": rules.database, "tool": rules.tool, **who}

    @classmethod
    def of(cls, rules: FetchRules, pace: Pace | None = None) -> "Eutils":
        """The service that the rules name, with key and contact address from the environment."""
        key, email = os.environ.get(KEY), os.environ.get(EMAIL)
        who = {name: value for name, value in (("api_key", key), ("email", email)) if value}
        return cls(rules, Service(rules.service, pace or Pace(WITH_KEY if key else WITHOUT_KEY)), who)

    def search(self, since: date | None = None, until: date | None = None) -> Found:
        """The records of the query, those that came in between two days (both included) where these are given.

        Raises ServiceError.
        """
        window = {}
        if since and until:
            window = {
                "datetype": self._rules.date_field,
                "mindate": f"{since:%Y/%m/%d}",
                "maxdate": f"{until:%Y/%m/%d}",
            }
        form = {"term": self._rules.query, "retmode": "json", "retmax": str(self._rules.most), "usehistory": "y"}
        return self._service.post("esearch.fcgi", {**self._common, **form, **window}, _found)

    def fetch(self, ids: Sequence[str], history: History | None, start: int = 0) -> tuple[bytes, frozenset[str]]:
        """PubMed XML of the ``ids``, and the PMIDs that are in it; from ``start`` of a ``history`` where one is given.

        Raises ServiceError.
        """
        form = {"retmode": "xml", "rettype": "abstract"}
        if history:
            form |= {"WebEnv": history.environment, "query_key": history.key}
            form |= {"retstart": str(start), "retmax": str(len(ids))}
        else:
            form["id"] = ",".join(ids)
        return self._service.post("efetch.fcgi", {**self._common, **form}, lambda body: (body, pmids(body)))


def pmids(body: bytes) -> frozenset[str]:
    """The PMIDs of the records in PubMed XML. Raises Unusable where it is no whole, well-formed set of records."""
    found = set()
    try:
        tags = (*_RECORDS, "ERROR")
        events = etree.iterparse(
            io.BytesIO(body), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        for _, element in events:
            if element.tag == "ERROR":
                raise Unusable(f"it answered: {(element.text or '')[:200]}")
            found.add((element.findtext(_RECORDS[element.tag]) or "").strip())
            element.clear()
    except etree.XMLSyntaxError as error:
        raise Unusable(f"its XML is broken or cut off ({str(error).splitlines()[0][:150]})") from None
    if not found:
        raise Unusable("its answer holds no record")
    return frozenset(found)


def _found(body: bytes) -> Found:
    """The answer of esearch. Raises Unusable where it is none."""
    try:
        result: dict[str, Any] = json.loads(body, strict=False)["esearchresult"]  # queries come back with line breaks
        if said := result.get("ERROR"):
            raise Unusable(f"it answered: {str(said)[:200]}")
        ids = tuple(str(one) for one in result["idlist"])
        if not all(one.isascii() and one.isdigit() for one in ids):
            raise Unusable("it listed identifiers that are no numbers")
        history = History(str(result["webenv"]), str(result["querykey"])) if result.get("webenv") else None
        return Found(int(result["count"]), tuple(dict.fromkeys(ids)), history, tuple(_remarks(result)))
    except Unusable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        said = body[:120].decode("utf-8", "replace")
        raise Unusable(f"its answer is none of esearch ({type(error).__name__}): {said!r}") from None


def _remarks(result: Mapping[str, Any]) -> list[str]:
    """What the server says of the query, such as a phrase that it does not know."""
    told = []
    for part in ("errorlist", "warninglist"):
        for name, values in dict(result.get(part) or {}).items():
            told += [f"{name}: {str(value)[:200]}" for value in values or ()]
    return told
