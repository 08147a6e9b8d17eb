"""Addresses of the site's own pages, made by joining text: ``url_for`` costs a search page a third of its time."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, quote_plus

STATIC = Path(__file__).parent / "static"
API = "/api/v1"


LONGEST = 100  # characters of a text that is remembered as addresses hold it
_remembered = lru_cache(maxsize=20_000)(quote_plus)  # the same few values on every page, each of them many times


def quoted(text: str) -> str:
    """A text as it stands in the query of an address."""
    return _remembered(text) if len(text) <= LONGEST else quote_plus(text)


def urlencode(args: Iterable[tuple[str, str]]) -> str:
    """Arguments as the query of an address."""
    return "&".join([f"{quoted(name)}={quoted(value)}" for name, value in args])


@lru_cache(maxsize=64)
def static_digest(name: str) -> str:
    """Twelve hex digits of a static file's SHA-256, so that browsers may keep it for good."""
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Links:
    """Paths below ``root``, which is empty or the prefix that a proxy serves the site under (``/atlas``)."""

    root: str = ""

    def home(self) -> str:
        """The start page."""
        return f"{self.root}/"

    def search(self, args: list[tuple[str, str]] | None = None, suffix: str = "") -> str:
        """The search page, or the result set in another form."""
        query = f"?{urlencode(args)}" if args else ""
        return f"{self.root}/studies{suffix}{query}"

    def facet(self, name: str, args: list[tuple[str, str]]) -> str:
        """All values of one facet within a search."""
        return f"{self.root}/facets/{name}" + (f"?{urlencode(args)}" if args else "")

    def snapshots(self, args: list[tuple[str, str]] | None = None, suffix: str = "") -> str:
        """A dated snapshot of a search, or what changed since one."""
        return f"{self.root}/snapshots{suffix}" + (f"?{urlencode(args)}" if args else "")

    def compare(self, searches: list[tuple[str, str]] | None = None, suffix: str = "") -> str:
        """Two or three searches side by side; ``searches``: (letter, address of a search from its ``?`` on)."""
        return f"{self.root}/compare{suffix}" + (f"?{urlencode(searches)}" if searches else "")

    def side_by_side(self, studies: Iterable[str] = (), suffix: str = "", more: Iterable[tuple[str, str]] = ()) -> str:
        """Studies beside each other, by id; ``more``: arguments of a search to choose others from."""
        query = urlencode([*(("s", study_id) for study_id in studies), *more])
        return f"{self.root}/compare/studies{suffix}" + (f"?{query}" if query else "")

    def saved(self, searches: list[tuple[str, str]] | None = None, suffix: str = "") -> str:
        """The searches that a reader has put by, in the browser or in the address."""
        return f"{self.root}/saved{suffix}" + (f"?{urlencode(searches)}" if searches else "")

    def study(self, study_id: str, suffix: str = "") -> str:
        """A study, or one of its other forms."""
        return f"{self.root}/studies/{study_id}{suffix}"

    def why(self, study_id: str) -> str:
        """Why a study is among the results of a search, whose arguments follow."""
        return f"{self.root}/studies/{study_id}/why"

    def complete(self) -> str:
        """What a search can be completed to while it is typed."""
        return f"{self.root}/complete"

    def concept(self, concept_id: str, suffix: str = "") -> str:
        """A concept, or one of its other forms."""
        return f"{self.root}/concepts/{quote(concept_id)}{suffix}"

    def study_picture(self, study_id: str) -> str:
        """What is connected with a study."""
        return f"{self.root}/studies/{study_id}/graph"

    def concept_picture(self, concept_id: str) -> str:
        """What is connected with a concept."""
        return f"{self.root}/concepts/{quote(concept_id)}/graph"

    def paths(self, args: list[tuple[str, str]] | None = None, suffix: str = "") -> str:
        """How two nodes are connected, or the same in another form."""
        return f"{self.root}/paths{suffix}" + (f"?{urlencode(args)}" if args else "")

    def explore(self, query: str = "", suffix: str = "") -> str:
        """The interactive explorer with a picture (``query``: its state, written), or the picture in another form."""
        return f"{self.root}/explore{suffix}" + (f"?{query}" if query else "")

    def balance(self, args: list[tuple[str, str]] | None = None, suffix: str = "") -> str:
        """What was found on every concept of a scheme, or the same in another form."""
        return f"{self.root}/balance{suffix}" + (f"?{urlencode(args)}" if args else "")

    def map(self, args: list[tuple[str, str]] | None = None, suffix: str = "") -> str:
        """The overview map, or all of its nodes in another form."""
        return f"{self.root}/map{suffix}" + (f"?{urlencode(args)}" if args else "")

    def grid(self, args: list[tuple[str, str]] | None = None, suffix: str = "") -> str:
        """Two schemes crossed, or the same in another form."""
        return f"{self.root}/grid{suffix}" + (f"?{urlencode(args)}" if args else "")

    def concepts(self, scheme: str = "") -> str:
        """All concepts, at one scheme."""
        return f"{self.root}/concepts" + (f"#{scheme}" if scheme else "")

    def scheme(self, scheme_id: str, suffix: str = "") -> str:
        """A scheme's identifier, or one of its forms."""
        return f"{self.root}/schemes/{quote(scheme_id)}{suffix}"

    def ontology(self, suffix: str = "") -> str:
        """The terms that the RDF uses, or one of their forms."""
        return f"{self.root}/ns{suffix}"

    def about(self, anchor: str = "") -> str:
        """How the atlas works."""
        return f"{self.root}/about" + (f"#{anchor}" if anchor else "")

    def pipeline(self, suffix: str = "") -> str:
        """How entries are made, or the same in another form."""
        return f"{self.root}/about/pipeline{suffix}"

    def retractions(self, suffix: str = "") -> str:
        """Every paper that was retracted or stands in doubt, or the same in another form."""
        return f"{self.root}/retractions{suffix}"

    def api(self, path: str = "", args: list[tuple[str, str]] | None = None) -> str:
        """An operation of the JSON API."""
        return f"{self.root}{API}{quote(path)}" + (f"?{urlencode(args)}" if args else "")

    def api_guide(self) -> str:
        """The documentation of the JSON API."""
        return f"{self.root}/api"

    def downloads(self) -> str:
        """Everything to take away."""
        return f"{self.root}/downloads"

    def dataset(self, suffix: str) -> str:
        """The whole atlas in one form."""
        return f"{self.root}/dataset{suffix}"

    def static(self, name: str) -> str:
        """A static file under a name that changes with its content."""
        return f"{self.root}/static/{name}?v={static_digest(name)}"
