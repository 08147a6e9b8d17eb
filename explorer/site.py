"""What a view has to hand: the build that this request is answered from, and what is made from it once."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Protocol

import networkx as nx
from flask import current_app, g, render_template, request
from markupsafe import Markup

from entries.atlas import Atlas
from explorer.links import Links
from explorer.overview import Overview
from explorer.presentation import Badges, Chosen
from explorer.remains import NAME, Remains, kind_asked
from explorer.search_examples import Example, search_examples
from graph.store import GraphStore
from index.engine import SearchEngine

EXTENSION = "evidence"


class Build(Protocol):
    """One open build, as :class:`explorer.instance.Instance` is one."""

    atlas: Atlas
    engine: SearchEngine

    @property
    def network(self) -> nx.MultiDiGraph:
        """The networkx view of the atlas."""

    @property
    def graph_store(self) -> GraphStore:
        """The RDF store."""

    @property
    def built(self) -> datetime:
        """When this build was made."""


class Source(Protocol):
    """Gives the build to answer with: the same one always, or ever the newest."""

    def fresh(self) -> Build:
        """The build to answer the present request with."""


@dataclass(frozen=True)
class Site:
    """One build with the addresses, badges and counts that its pages share."""

    build: Build
    links: Links
    badges: Badges
    overview: Overview
    remains: Remains

    @property
    def atlas(self) -> Atlas:
        """The atlas that is served."""
        return self.build.atlas

    @property
    def engine(self) -> SearchEngine:
        """The search engine over it."""
        return self.build.engine

    @cached_property
    def search_examples(self) -> tuple[Example, ...]:
        """The query language in examples that find something here."""
        return search_examples(self.atlas, self.overview, self.engine, self.links)

    @cached_property
    def syntax_help(self) -> Markup:
        """How to write a search, as HTML: every search page of a build has the same."""
        return Markup(render_template("_syntax.html", examples=self.search_examples, links=self.links))

    def facet_of(self, scheme: str) -> str | None:
        """Name of the search facet whose values come from a scheme; None where there is none."""
        return next((f.name for f in self.atlas.config.facets if f.scheme == scheme), None)

    def chosen(self, concept_id: str) -> Chosen:
        """A concept with its page and the number of studies that have it or something narrower."""
        label, url = self.atlas.vocabulary.label(concept_id), self.links.concept(concept_id)
        if not self.remains.is_on:
            return Chosen(label, url, self.overview.counts.get(concept_id, 0))
        return Chosen(label, url, *self.remains.with_concept(concept_id))

    def search_for(self, concept_id: str) -> str:
        """Address of all studies with a concept; the concept's page where no facet holds its scheme."""
        facet = self.facet_of(self.atlas.vocabulary.scheme_of(concept_id))
        return self.links.search([(facet, concept_id)]) if facet else self.links.concept(concept_id)


class Sites:
    """Keeps the Site of the newest build, for each prefix that the site is served under and each choice of studies."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lock = Lock()
        self._made: dict[tuple[str, str], Site] = {}

    @property
    def trouble(self) -> str | None:
        """Why a newer build could not be opened; None where there is none."""
        trouble: str | None = getattr(self._source, "trouble", None)
        return trouble

    def now(self, root: str, remains: str) -> Site:
        """The Site to answer the present request with. ``remains``: which studies count, as in Remains."""
        build = self._source.fresh()
        site = self._made.get((root, remains))
        if site is None or site.build is not build:
            links = Links(root)
            counting = Remains(build.atlas, remains)
            if not counting.is_possible:
                counting = Remains(build.atlas)
            site = Site(build, links, Badges(build.atlas, links), Overview(build.atlas), counting)
            with self._lock:
                if len(self._made) > 24:  # prefixes come from the server in front; never let them pile up
                    self._made.clear()
                self._made[root, remains] = site
        return site


def here() -> Site:
    """The Site of the present request: one build from its first line to its last."""
    if "site" not in g:
        sites: Sites = current_app.extensions[EXTENSION]
        g.site = sites.now(request.script_root, kind_asked(request.args.get(NAME)))
    found: Site = g.site
    return found
