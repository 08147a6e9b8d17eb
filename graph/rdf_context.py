"""What every part of the description of an atlas needs to know: names, our terms, language, vocabulary."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from entries.atlas import Atlas
from entries.config import AtlasConfig
from entries.vocabulary import Vocabulary
from graph.namespaces import Names, expand, term
from graph.ontology import Ontology
from graph.terms import Term, iri, text

_LANGUAGE = re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*\Z")


@dataclass(frozen=True)
class Context:
    """Made once for an atlas and handed to the modules that describe its parts."""

    names: Names
    ev: Ontology
    config: AtlasConfig
    vocabulary: Vocabulary

    @classmethod
    def of(cls, atlas: Atlas) -> "Context":
        """The context of an atlas."""
        names = Names(atlas.config.base_iri)
        return cls(names, Ontology.of(names), atlas.config, atlas.vocabulary)

    def words(self, value: str) -> Term:
        """Text that the atlas wrote itself, in the atlas' language.

        Titles, names and quotes are somebody else's words in a language nobody recorded: those stay plain literals.
        """
        return text(value, self._language)

    @cached_property
    def _language(self) -> str:
        """The configured language where RDF can carry it: subtags have at most eight characters (BCP 47)."""
        language = self.config.language
        return language if _LANGUAGE.match(language) else language.partition("-")[0]

    def agent(self, role: str, version: str) -> Term:
        """The address of a program in one version: ``data:generator-v1``."""
        return self.names.dataset_part(slug(f"{role} {version}", keep="."))


def exact_match(curie: str) -> tuple[Term, Term]:
    """Property and object that say what equals a concept; an identifier of an unknown registry stays text."""
    address = expand(curie)
    return (term("skos:exactMatch"), iri(address)) if address else (term("schema:identifier"), text(curie))


@lru_cache(maxsize=65_536)
def slug(name: str, keep: str = "") -> str:
    """Lower-case letters and digits with single hyphens between: for addresses made from names.

    Letters of any script stay; a name without any letter or digit becomes its code points in hexadecimal.
    """
    spaced = "".join(c if c.isalnum() or c in keep else " " for c in name.casefold())
    return "-".join(spaced.split()) or "x" + "".join(f"{ord(c):x}" for c in name[:20])
