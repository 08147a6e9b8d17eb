"""``python -m benchmarks.complete``: milliseconds of what happens while somebody types, and of what is offered after.

Texts are typed letter by letter: names of concepts, authors, beginnings of titles, a concept after another word.
"""

import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from benchmarks.generate import SEED, generated_atlas
from benchmarks.timing import in_turn, machine, once, show
from entries.atlas import Atlas
from explorer.settings import shipped_data
from index import engine as engines
from index.fields import concept_names, facets, text_concepts
from index.offers import Offers
from index.query import SearchRequest

HEADER = ("what", "median", "p99", "times")


def measure(atlas: Atlas, search: engines.SearchEngine, texts: int, seed: int = 1) -> Iterator[tuple[object, ...]]:
    """Rows of the table for an index that was just opened, from ``texts`` texts of each kind."""
    rng = random.Random(seed)
    yield "ms, made ready by a thread beside after opening", once(search.settle) * 1e3, "-", 1
    yield "ms, the first completion after that", once(lambda: search.complete("fat")) * 1e3, "-", 1
    for what, made in typed(atlas, texts, rng).items():
        begun = [text[:end] for text in made for end in range(1, len(text) + 1)]
        yield _row(f"ms, {what}, letter by letter", [lambda t=t: search.complete(t) for t in begun])
    known = asked(atlas, texts, rng)
    offers = Offers(atlas.vocabulary, facets(atlas.config))
    once(lambda: offers.mentions("pain"))
    yield _row("ms, concepts named by a search found", [lambda r=r: offers.mentions(r.text) for r in known])
    yield _row(
        "ms, the same with their counts", [lambda r=r: _anew(search, lambda: offers.of(r, search.count)) for r in known]
    )
    yield _row(
        "ms, the whole search, offers included", [lambda r=r: _anew(search, lambda: search.search(r)) for r in known]
    )
    nothing = [SearchRequest(f"{r.text} qqqqzz", include=r.include, year_from=2027) for r in known]
    yield _row("ms, what to take away from a search without results", [lambda r=r: search.loosen(r) for r in nothing])


def typed(atlas: Atlas, count: int, rng: random.Random) -> dict[str, list[str]]:
    """Texts by kind, of concepts, authors and titles that the atlas has."""
    studies = [atlas.studies[i] for i in rng.sample(list(atlas.studies), count)]
    names = [rng.choice(concept_names(atlas.vocabulary, rng.choice(text_concepts(atlas, s)))) for s in studies]
    return {
        "the name of a concept": names,
        "an author": [rng.choice(s.authors).name for s in studies],
        "the beginning of a title": [" ".join(s.title.split()[:4]) for s in studies],
        "a word and a concept": [f"{s.summary.split()[-1]} {name}" for s, name in zip(studies, names, strict=True)],
    }


def asked(atlas: Atlas, count: int, rng: random.Random) -> list[SearchRequest]:
    """Searches that name one concept or two, half of them with a design selected."""
    found = []
    facet = next((f.name for f in facets(atlas.config) if f.source == "design"), None)
    for study_id in rng.sample(list(atlas.studies), count):
        study = atlas.studies[study_id]
        concepts = rng.sample(text_concepts(atlas, study), 2)
        words = " ".join(atlas.vocabulary.label(c) for c in concepts[: rng.randint(1, 2)])
        chosen = {facet: (study.design,)} if facet and rng.random() < 0.5 else {}
        found.append(SearchRequest(words, include=chosen))
    return found


def _anew(search: engines.SearchEngine, call: Callable[[], object]) -> object:
    search.forget()  # what it remembers of earlier requests would flatter it
    return call()


def _row(what: str, calls: Sequence[Callable[[], object]]) -> tuple[object, ...]:
    [timed] = in_turn([[call] for call in calls])
    return what, timed.median, timed.p99, len(calls)


@click.command()
@click.option("--studies", default=20_000, show_default=True, help="Generated studies.")
@click.option("--texts", default=50, show_default=True, help="Texts of each kind that are typed.")
@click.option("--engine", default=engines.DEFAULT, show_default=True, help="The engine.")
def main(studies: int, texts: int, engine: str) -> None:
    """Measure completions, offers and loosening on generated studies."""
    click.echo(f"Machine: {machine()}\nCommand: python -m benchmarks.complete {' '.join(sys.argv[1:])}")
    atlas = generated_atlas(Atlas.load(shipped_data()), studies)
    click.echo(f"{studies:,} generated studies (seed {SEED})")
    with tempfile.TemporaryDirectory(prefix="evidence-bench-") as place:
        engines.build(atlas, Path(place) / "index", engine=engine)
        search = engines.open_index(Path(place) / "index", atlas)
        show(HEADER, measure(atlas, search, texts))
        search.close()


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.complete")
