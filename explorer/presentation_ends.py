"""The two ends that a path was asked for: what each of them is, or what it may have meant."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from explorer.node_links import node_url
from explorer.presentation import Chosen, shortened
from explorer.presentation_concepts import find
from explorer.site import Site
from graph.errors import UnknownNode
from graph.neighbourhood import find_node, label
from graph.nodes import name_of, study_label
from graph.postings import postings

LONGEST = 200  # characters of an end
SUGGESTED = 6


@dataclass(frozen=True, slots=True)
class End:
    """One field of the form: what was asked, what that is, and what it might have meant."""

    name: str
    asked: str
    found: Chosen | None
    node: str
    problem: str
    suggestions: tuple[Chosen, ...]


def end_asked(site: Site, name: str, asked: str) -> End:
    """Look one end up: by id, label or synonym, else what begins so or looks like it."""
    asked = " ".join(asked.replace("\x00", " ").split())[:LONGEST]
    if not asked:
        return End(name, "", None, "", "", ())
    try:
        node = find_node(site.atlas, asked)
    except UnknownNode as unknown:
        near = tuple(_near(site, asked, unknown.suggestions))
        return End(name, asked, None, "", f"There is no study and no concept “{shortened(asked, 60)}” here.", near)
    called = label(postings(site.atlas), node)
    return End(name, asked, Chosen(called, node_url(site, node, called)), node, "", ())


def _near(site: Site, asked: str, ids: Iterable[str]) -> Iterator[Chosen]:
    """What an unknown name may have meant; ``url`` is the text to put into the field."""
    studies = site.atlas.studies
    known = {i: studies[name_of(i) if ":" in i else i] for i in ids if (name_of(i) if ":" in i else i) in studies}
    names = {found.label: found.label for found in find(site, asked)[:SUGGESTED]}
    for i in ids:
        study = known.get(i)
        names.setdefault(study_label(study) if study else site.atlas.vocabulary.label(i), i)
    yield from (Chosen(words, text) for words, text in list(names.items())[:SUGGESTED])
