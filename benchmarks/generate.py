"""Generated studies for measurement: seeded, drawn from the real vocabularies, about 2 KB each.

Words follow a Zipf-like distribution over the words of the vocabularies' own definitions, tags a skewed one over
concepts, so that posting lists and facets have the lengths that real ones have. Nothing here is a real study.
"""

import itertools
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from entries import shelving
from entries.atlas import Atlas
from entries.packed import Record
from entries.shelf import Shelf
from entries.study import Direction, Study
from entries.vocabulary import Concept, Vocabulary

SEED = 20261121
FAMILIES = tuple(
    """
    Abe Baker Castro Dietrich Ekström Fernández García Haddad Ivanov Jensen Kowalska Lindqvist Müller Nakamura Okafor
    Petrov Quinn Rossi Sørensen Tanaka Ueda Varga Weber Xu Yamada Zhang O’Neill Brown Silva Núñez
    """.split()  # noqa: SIM905
)
JOURNALS = tuple(f"Annals of Invented Research, Section {i}" for i in range(1, 41))


class _Skewed:
    """Draws from a list, early items far more often (weight 1 / rank)."""

    def __init__(self, items: Sequence[str], rng: random.Random) -> None:
        self._items = list(items)
        self._weights = list(itertools.accumulate(1 / rank for rank in range(1, len(self._items) + 1)))
        self._rng = rng

    def some(self, least: int, most: int) -> list[str]:
        count = min(self._rng.randint(least, most), len(self._items))
        return list(dict.fromkeys(self._rng.choices(self._items, cum_weights=self._weights, k=count)))

    def one(self) -> str:
        return self._rng.choices(self._items, cum_weights=self._weights)[0]


class Generator:
    """Makes studies for one vocabulary; the same seed makes the same studies."""

    def __init__(self, vocabulary: Vocabulary, tags: Sequence[str], seed: int = SEED) -> None:
        self._rng = random.Random(seed)
        self._labels = {c.id: c.label for c in vocabulary.values()}
        self._tags = {t: self._draw([c.id for c in vocabulary.of_scheme(t)]) for t in tags if vocabulary.of_scheme(t)}
        self._fields = {s: self._draw([c.id for c in vocabulary.of_scheme(s)]) for s in vocabulary.schemes}
        self._words = self._draw(_words(vocabulary.values()))

    def _draw(self, items: list[str]) -> _Skewed:
        self._rng.shuffle(items)
        return _Skewed(items, self._rng)

    def studies(self, count: int) -> Iterator[Study]:
        """``count`` valid studies with ids of their own."""
        return (self._study(number) for number in range(1, count + 1))

    def _study(self, number: int) -> Study:
        rng = self._rng
        authors = [rng.choice(FAMILIES) for _ in range(rng.randint(1, 8))]
        year = int(rng.triangular(1988, 2026, 2022))
        tags = {scheme: draw.some(1, 6) for scheme, draw in self._tags.items()}
        concepts = [c for scheme, ids in tags.items() if scheme != "method-flag" for c in ids]
        patients = int(rng.lognormvariate(4, 1)) + 4
        return Study.model_validate(
            {
                "id": f"generated-{number:07}-{year}",  # in order: studies are written to disk as they are made
                "title": f"{self._labels[rng.choice(concepts)]} and {self._text(7)}",
                "authors": [{"family": a, "given": rng.choice("ABCDEFGHJKLMNPRSTVW")} for a in authors],
                "journal": rng.choice(JOURNALS),
                "year": year,
                "pmid": str(90_000_000 + number),
                "doi": f"10.99999/generated.{number}",
                "design": self._fields["study-design"].one(),
                "peer_review": self._fields["peer-review"].one(),
                "evidence_level": self._fields["evidence-level"].one(),
                "participants": {"patients": patients, "controls": rng.choice([None, patients])},
                "case_definition": {rng.choice(["any", "all"]): self._fields["case-definition"].some(0, 2)},
                "tags": tags,
                "summary": " ".join(self._sentence(rng.choice(concepts)) for _ in range(3)),
                "why_it_matters": self._sentence(rng.choice(concepts)),
                "findings": [self._finding(concepts) for _ in range(rng.randint(2, 6))],
                "conclusions": [self._sentence(rng.choice(concepts)) for _ in range(2)],
                "questions": [self._sentence(rng.choice(concepts))],
                "does_not_prove": self._sentence(rng.choice(concepts)),
                "provenance": {"source": "generated"},
                "updated": date(2026, 1, 1).isoformat(),
            }
        )

    def _finding(self, concepts: list[str]) -> dict[str, object]:
        used = self._rng.sample(concepts, k=min(2, len(concepts)))
        return {
            "text": self._sentence(used[0]),
            "concepts": list(dict.fromkeys(used)),
            "direction": self._rng.choice(list(Direction)),
            "statistic": f"p={self._rng.random():.3f}",
        }

    def _text(self, words: int) -> str:
        return " ".join(self._words.one() for _ in range(words))

    def _sentence(self, concept: str) -> str:
        return f"{self._labels[concept]} {self._text(self._rng.randint(8, 24))}."


def _words(concepts: Iterable[Concept]) -> list[str]:
    text = " ".join(f"{c.definition} {c.plain}" for c in concepts)
    return sorted(set(re.findall(r"[^\W\d_]{3,}", text.lower())))


def shelved_atlas(base: Atlas, count: int, folder: Path, seed: int = SEED) -> Atlas:
    """As :func:`generated_atlas`, with the studies in a new folder on disk: a million fit. Raises StoreError."""
    folder.mkdir(parents=True)
    maker = Generator(base.vocabulary, base.config.tags, seed)
    shelving.write(folder, ((study, Record.of(study)) for study in maker.studies(count)), base.concepts_in)
    return Atlas.of(base.config, base.vocabulary, Shelf.open(folder))


def generated_atlas(base: Atlas, count: int, seed: int = SEED) -> Atlas:
    """The vocabularies of ``base`` with ``count`` generated studies in place of its own."""
    maker = Generator(base.vocabulary, base.config.tags, seed)
    return Atlas.of(base.config, base.vocabulary, maker.studies(count))
