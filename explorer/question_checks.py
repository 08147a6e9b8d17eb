"""Can the site answer the questions in ``atlas.yaml``? Their pages are there, and their SPARQL can be read."""

from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from rdflib.plugins.sparql import prepareQuery
from werkzeug.exceptions import HTTPException

from entries import store
from entries.atlas import Atlas
from entries.problems import Problem, closest
from entries.shipped import CONFIG
from graph.errors import QueryRefused
from graph.namespaces import Names
from graph.sparql_guard import check_words


def check_questions(atlas: Atlas, folder: Path) -> Iterator[Problem]:
    """A problem for each page that the site does not have and each query that is none."""
    questions = atlas.config.questions
    if not questions:
        return
    path = folder / CONFIG
    line = store.read_yaml(path).line
    pages = _Pages()
    for i, question in enumerate(questions):
        if not pages.has(question.page):
            reason = f"the question {question.text!r} has the page '{question.page}', which the site does not have"
            yield Problem(path, line(("questions", i, "page")), reason, pages.mend(question.page))
        if wrong := _wrong(question.sparql, Names(atlas.config.base_iri).prefixes()):
            mend = "correct its 'sparql'; the site has a page to try it on, /sparql"
            yield Problem(path, line(("questions", i, "sparql")), f"the question {question.text!r}: {wrong}", mend)


def _wrong(query: str, prefixes: dict[str, str]) -> str:
    """What is wrong with a query as far as it can be told without running it; empty where nothing is."""
    try:
        check_words(query)
        prepareQuery(query, initNs=prefixes)
    except QueryRefused as error:
        return str(error)
    except Exception as error:  # rdflib tells of an unknown prefix with a plain Exception
        said = (str(error).splitlines() or [type(error).__name__])[0][:300]
        return f"this is not a SPARQL 1.1 query: {said}"
    return ""


class _Pages:
    """The addresses that the site answers."""

    def __init__(self) -> None:
        from explorer.views import blueprints

        app = Flask("pages", static_folder=None)
        for blueprint in blueprints():
            app.register_blueprint(blueprint)
        self._map = app.url_map.bind("localhost")
        self._first = sorted({rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {""})

    def has(self, address: str) -> bool:
        """Whether there is a page at an address below the base."""
        try:
            self._map.match("/" + address.partition("?")[0])
        except HTTPException:
            return False
        return True

    def mend(self, address: str) -> str:
        """What to do about an address without a page."""
        first = address.partition("?")[0]
        near = closest(first, self._first)
        return near or "open the page in a browser and copy what follows the host and the first slash"
