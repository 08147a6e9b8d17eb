"""Studies on a shelf, and another shelf made from it by changes of every kind, again and again."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import graph_samples as samples

from entries.atlas import Atlas
from entries.overlaid import Overlaid
from entries.packed import Record
from entries.shelf import Shelf
from entries.study import Direction, Link, Notice, NoticeKind, Participants, Relation, Study


def written(atlas: Atlas, folder: Path) -> Shelf:
    """The studies of an atlas on a shelf."""
    atlas.shelve(folder)
    return Shelf.open(folder)


@dataclass(frozen=True)
class Step:
    """One change: the shelf before, what is made of it, and all studies as they are to be then."""

    atlas: Atlas
    held: Shelf
    over: Overlaid
    studies: dict[str, Study]
    edited: dict[str, Study]
    gone: set[str]
    folder: Path

    @property
    def before(self) -> Atlas:
        """The atlas before the change."""
        return Atlas.of(self.atlas.config, self.atlas.vocabulary, self.held)


def steps(folder: Path, seed: int, count: int = 5, size: int = 90) -> Iterator[Step]:
    """A chain of changes; each shelf is made from the one before in a folder of its own."""
    rng, atlas = random.Random(seed), samples.generated(size, seed=seed)
    held, studies = written(atlas, folder / "0"), dict(atlas.studies)
    for number in range(1, count + 1):
        ids = list(studies)
        edited = {i: _changed(studies[i], rng, ids) for i in rng.sample(ids, rng.choice([0, 1, 1, 4]))}
        gone = set(rng.sample(ids, rng.choice([0, 0, 2])))
        new = [f"{rng.choice('abz')}-new-{number}-{n}" for n in range(rng.choice([0, 0, 3]))]
        edited |= {i: _changed(studies[ids[0]].model_copy(update={"id": i}), rng, ids) for i in new}
        studies = dict(sorted({**{i: s for i, s in studies.items() if i not in gone}, **edited}.items()))
        over = held.altered({i: Record.of(s) for i, s in edited.items()}, gone)
        assert isinstance(over, Overlaid)
        yield Step(atlas, held, over, studies, edited, gone, folder / str(number))
        held = written(atlas.with_studies(over), folder / str(number))


def _changed(study: Study, rng: random.Random, others: list[str]) -> Study:
    """The study with another title, and perhaps other tags, identifiers, links, notices and findings."""
    changes: dict[str, object] = {"title": f"Another title {rng.random()}"}
    if rng.random() < 0.5:
        changes |= {"pmid": str(rng.randint(1, 10**8)), "doi": None, "findings": study.findings[:1]}
    if rng.random() < 0.3:
        given = tuple(f.model_copy(update={"direction": rng.choice(list(Direction))}) for f in study.findings)
        changes["findings"] = given
    if rng.random() < 0.5:
        names = rng.sample(others, 2)
        changes["links"] = tuple(Link(relation=rng.choice(list(Relation)), study=name) for name in (*names, names[0]))
    if rng.random() < 0.5:
        changes |= {"year": rng.randint(1990, 2020), "authors": study.authors[::-1], "journal": f"J. {rng.random()}"}
        changes |= {
            "evidence_level": f"E{rng.randint(0, 3)}",
            "participants": Participants(patients=rng.randint(1, 99)),
        }
    if rng.random() < 0.3:
        changes["notices"] = (Notice(kind=rng.choice(list(NoticeKind)), pmid=str(rng.randint(1, 10**8))),)
    return study.model_copy(update=changes)
