"""The query language by example, in words of this very atlas: each example leads to studies that it finds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise, product

from entries.atlas import Atlas
from explorer.links import Links
from explorer.overview import Overview
from index.engine import SearchEngine
from index.naming import DIRECTIONS
from index.query import SearchRequest

TRIED = 12  # searches that one kind of example may cost; those that find nothing are not shown
LEAST = 4  # letters of a word that is worth an example
Kind = tuple[str, Iterable[str]]  # (what it finds, the texts to try)


@dataclass(frozen=True, slots=True)
class Example:
    """What to write, what that finds, and how many studies here."""

    write: str
    find: str
    url: str
    count: int


def search_examples(atlas: Atlas, overview: Overview, engine: SearchEngine, links: Links) -> tuple[Example, ...]:
    """One example of each kind that finds anything in this atlas."""
    found = (_first_that_finds(engine, links, kind) for kind in _kinds(atlas, overview))
    return tuple(example for example in found if example)


def _first_that_finds(engine: SearchEngine, links: Links, kind: Kind) -> Example | None:
    says, texts = kind
    for text in islice(texts, TRIED):
        result = engine.search(SearchRequest(text=text, per_page=1))
        if result.total and not result.messages:
            return Example(text, says, links.search(result.request.with_page(1).to_args()[:1]), result.total)
    return None


def _kinds(atlas: Atlas, overview: Overview) -> Iterator[Kind]:
    """Each kind of query with texts made of what the atlas holds, the likeliest first."""
    tops = [[w for c, _ in start.top if (w := _word(c.label))] for start in overview.starts]
    firsts, seconds = (tops[0] if tops else []), [w for words in tops[1:] for w in words]
    pairs = [(a, b) for a, b in product(firsts, seconds) if a != b]
    words = [*firsts, *seconds]
    yield "studies that have both words, anywhere", (f"{a} {b}" for a, b in pairs)
    yield "studies that have one of them", (f"{a} OR {b}" for a, b in pairs)
    yield "studies with the first and without the second", (f"{a} NOT {b}" for a, b in pairs)
    yield "exactly these words, one after the other", _phrases(overview)
    yield "words that begin so", (f"{w[:5]}*" for w in words if len(w) > 5)
    yield "words that differ by a letter", (f"{w}~" for w in words if len(w) > LEAST)
    yield (
        "only in titles; also summary, findings, conclusions, journal",
        (f"title:{w}" for w in [*words[:4], *_title_words(overview)]),
    )
    yield "by an author", _authors(overview)
    yield "tagged so; the name of every filter works like this", _facets(atlas, overview)
    yield "what a study found on something, by its direction", _claims(atlas, overview)
    yield "published in these years", _years(overview)
    yield "with more participants than that; years work like this, too", (f"size:>{n}" for n in (100, 20, 1))
    yield "by PubMed number; one pasted alone, or a DOI, goes to its study", _numbers(overview)
    yield "brackets group", (f"({a} OR {b}) NOT {c}" for (a, b), (_, c) in pairwise(pairs))
    yield "either; the first counts three times", (f"{a}^3 OR {b}" for a, b in pairs)


def _word(label: str) -> str:
    """The label's only word, or the first that says something by itself."""
    return next((w.lower() for w in label.split() if w.isalpha() and len(w) >= LEAST), "")


def _phrases(overview: Overview) -> Iterator[str]:
    for study in overview.recent:
        title = study.title.split()
        yield from (
            f'"{a.lower()} {b.lower()}"'
            for a, b in pairwise(title)
            if a.isalpha() and b.isalpha() and len(a) > LEAST and len(b) > LEAST
        )


def _title_words(overview: Overview) -> Iterator[str]:
    yield from (word for study in overview.recent if (word := _word(study.title)))


def _authors(overview: Overview) -> Iterator[str]:
    names = (study.authors[0].name.split(",")[0].split() for study in overview.recent if study.authors)
    yield from (f"author:{name[-1].lower()}" for name in names if name and name[-1].isalpha())


def _facets(atlas: Atlas, overview: Overview) -> Iterator[str]:
    named = {facet.scheme: facet.name for facet in atlas.config.facets}
    yield from (f"{named[s.scheme]}:{c.id}" for s in overview.starts if s.scheme in named for c, _ in s.top)


def _claims(atlas: Atlas, overview: Overview) -> Iterator[str]:
    """A concept with the direction of a finding on it, as the facet that combines them takes it."""
    facet = next((facet.name for facet in atlas.config.facets if facet.source == "claim"), None)
    findings = (finding for study in overview.recent for finding in study.findings if finding.direction)
    for finding in findings if facet else ():
        way = DIRECTIONS[str(finding.direction)].lower()
        yield from (f'{facet}:"{atlas.vocabulary.label(c)}: {way}"' for c in finding.concepts)


def _years(overview: Overview) -> Iterator[str]:
    if overview.years:
        first, last = overview.years
        yield f"year:{max(first, last - 10)}-{last}"


def _numbers(overview: Overview) -> Iterator[str]:
    yield from (f"pmid:{study.pmid}" for study in overview.recent if study.pmid)
