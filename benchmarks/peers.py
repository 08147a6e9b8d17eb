"""Others that search the same studies: SQLite's FTS5 with counts in SQL, and Datasette's page on the same database."""

import asyncio
import json
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette

from benchmarks.bare import SHOWN, TEXTS, Plain, PlainDocuments

TIME_LIMIT = 60_000  # ms; with its own limits Datasette leaves out what takes long
MATCHED = "SELECT rowid FROM study_fts WHERE study_fts MATCH ?"


class Sqlite:
    """One table of studies, FTS5 over its texts (Porter stemming), one table of (study, value) for each facet."""

    def __init__(self, path: Path, documents: PlainDocuments) -> None:
        self.facets = [*documents.facets, "year"]
        self.database = sqlite3.connect(path)
        texts = ", ".join(TEXTS)
        self._run(f"CREATE TABLE study (id TEXT, year INT, {texts}, {', '.join(documents.facets)})")
        self._run(f"CREATE VIRTUAL TABLE study_fts USING fts5({texts}, content='study', tokenize='porter unicode61')")
        self._fill("study", (_row(one) for one in documents), 2 + len(TEXTS) + len(documents.facets))
        for facet in self.facets:
            self._run(f"CREATE TABLE of_{facet} (row INT, value)")
            values = (_values(one, facet) for one in documents)
            self._fill(f"of_{facet}", ((row, v) for row, found in enumerate(values, start=1) for v in found), 2)
            self._run(f"CREATE INDEX by_row_{facet} ON of_{facet} (row, value)")
            self._run(f"CREATE INDEX by_value_{facet} ON of_{facet} (value, row)")
        self._run("INSERT INTO study_fts (study_fts) VALUES ('rebuild')")
        self._run("ANALYZE")
        self.database.commit()

    def _run(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        return self.database.execute(sql, values).fetchall()

    def _fill(self, table: str, rows: Iterable[Sequence[object]], width: int) -> None:
        self.database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", rows)

    def search(self, words: str, chosen: Sequence[tuple[str, str]]) -> Any:
        """Ten hits with snippets, and all counts, those of a facet without its own selection."""
        snippets = ", ".join(f"snippet(study_fts, {TEXTS.index(name)}, '<b>', '</b>', '…', 24)" for name in SHOWN)
        match, matched, values = _match(words), *_selected(chosen)
        hits = self._run(
            f"SELECT rowid, {snippets} FROM study_fts WHERE study_fts MATCH ?{matched} ORDER BY rank LIMIT 10",
            (match, *values),
        )
        self._run("DROP TABLE IF EXISTS temp.found")
        self._run(f"CREATE TEMP TABLE found AS {MATCHED}{matched}", (match, *values))
        counts = {"": self._run("SELECT count(*) FROM found")}
        own = {name for name, _ in chosen}
        for facet in self.facets:
            grouped = f"SELECT value, count(*) FROM of_{facet} WHERE row IN ({{}}) GROUP BY value ORDER BY 2 DESC"
            if facet not in own:
                counts[facet] = self._run(grouped.format("SELECT rowid FROM found"))
                continue
            others, values = _selected([c for c in chosen if c[0] != facet])
            counts[facet] = self._run(grouped.format(MATCHED + others), (match, *values))
        return hits, counts


class DatasettePage:
    """Datasette's page of the table ``study`` with the same facets, asked in the process, without its time limits."""

    def __init__(self, database: Path, facets: Sequence[str]) -> None:
        limits = {"facet_time_limit_ms": TIME_LIMIT, "sql_time_limit_ms": TIME_LIMIT, "default_facet_size": 30}
        self._datasette = Datasette([str(database)], settings=limits | {"suggest_facets": False})
        self._loop = asyncio.new_event_loop()
        self._path = f"/{database.stem}/study"
        self._facets = facets

    def search(self, words: str, chosen: Sequence[tuple[str, str]]) -> int:
        """The page; returns how many bytes it has. Raises RuntimeError where it fails."""
        facets = [("_facet" if f == "year" else "_facet_array", f) for f in self._facets]
        wanted = [(f"{name}__arraycontains", value) for name, value in chosen]
        asked = urlencode([("_search", words), ("_searchmode", "raw"), ("_size", 10), *facets, *wanted])
        answer = self._loop.run_until_complete(self._datasette.client.get(f"{self._path}?{asked}"))
        if answer.status_code != 200 or "facet-results" not in answer.text:
            raise RuntimeError(f"Datasette answered {answer.status_code} to {asked}")
        return len(answer.content)

    def close(self) -> None:
        """End its event loop."""
        self._loop.close()


def _row(one: Plain) -> tuple[object, ...]:
    facets = (json.dumps(values, ensure_ascii=False) for values in one.facets.values())
    return tuple(chain((one.id, one.year), (one.texts.get(name, "") for name in TEXTS), facets))


def _values(one: Plain, facet: str) -> Sequence[object]:
    return (one.year,) if facet == "year" else one.facets[facet]


def _match(words: str) -> str:
    return " ".join(f'"{word}"' for word in words.split())


def _selected(chosen: Iterable[tuple[str, str]]) -> tuple[str, list[str]]:
    """A condition on rows, and its parameters."""
    pairs: list[tuple[str, str]] = list(chosen)
    return "".join(f" AND rowid IN (SELECT row FROM of_{n} WHERE value = ?)" for n, _ in pairs), [v for _, v in pairs]
