"""What to try where nothing was found: each way out with the number of studies that wait there."""

from collections.abc import Sequence
from typing import Protocol

from entries import addresses
from explorer.links import Links
from explorer.presentation import Chosen
from explorer.presentation_search import Help
from index.direct import identifiers
from index.loosen import EVERYTHING
from index.query import SearchRequest
from index.results import Loosening, SearchResult

SHOWN = 8  # ways on the page
SHORTEST = 6  # digits of a number alone that is taken for one of PubMed: a year or an age is no paper
# What an identifier is called, and where the paper is that has it.
PAPERS = {
    "doi": ("DOI", addresses.doi_url),
    "pmid": ("PubMed number", addresses.pubmed_url),
    "pmcid": ("PubMed Central number", addresses.pmc_url),
}


class Loosens(Protocol):
    """What counts the studies behind each way out; a search engine does."""

    def loosen(self, request: SearchRequest) -> Sequence[Loosening]:
        """The same search with one thing less, and how many studies that finds."""

    def document_count(self) -> int:
        """How many studies there are."""


def ways_out(engine: Loosens, result: SearchResult, links: Links) -> Help:
    """One word or filter less, those that give most first; and no search at all, which is told once."""
    nothing = result.request.cleared().with_text("").to_args()
    ways = [way for way in engine.loosen(result.request) if way.count and way.request.to_args() != nothing]
    return Help(
        without=tuple(Chosen(_words(way), links.search(way.request.to_args()), way.count) for way in ways[:SHOWN]),
        clear=Chosen("Show all studies", links.search(), engine.document_count()),
        paper=_paper(result.request.text),
    )


def _paper(text: str) -> Chosen | None:
    """The publication whose identifier is all of the text, where its publisher or PubMed has it; None for words."""
    for kind, value in identifiers(text):
        if kind in PAPERS and not (text.strip().isdigit() and len(value) < SHORTEST):
            name, address = PAPERS[kind]
            value = value.upper() if kind == "pmcid" else value
            return Chosen(f"{name} {value}", address(value))
    return None


def _words(way: Loosening) -> str:
    """What is given up, in words."""
    if way.kind == "word":
        return f"Without “{way.label}”"
    if way.kind == "field":
        return f"“{way.label}” in any field"
    if way.kind == "years":
        return f"In all years, not only {way.label}"
    return "Without any filter" if way.label == EVERYTHING else f"Without {way.label}"
