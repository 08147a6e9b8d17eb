"""Why what two studies found on a concept cannot be held against each other, in words."""

from collections import Counter
from collections.abc import Iterator, Sequence

from entries.atlas import Atlas
from entries.study import Finding, Study
from explorer.presentation import in_words
from graph.agreement import agreed
from graph.comparable import of_one_design, sorting
from graph.directions import COMPARED
from graph.finding_standing import unheld

Side = tuple[Study, str, tuple[int, ...]]  # a study, what it is called here, the numbers of its findings


def names_of(studies: Sequence[Study]) -> tuple[str, ...]:
    """``See & Tilles 1996``, told apart by a letter where two would be called alike."""
    names = [f"{study.byline} {study.year}" for study in studies]
    often = Counter(names)
    letters = Counter[str]()
    told = []
    for name in names:
        letters[name] += 1
        told.append(f"{name} ({chr(96 + letters[name])})" if often[name] > 1 else name)
    return tuple(told)


def why_not(atlas: Atlas, concepts: Sequence[str], first: Side, second: Side) -> Iterator[str]:
    """The nearest miss: a heading; else other sorts; else other concepts together; else findings that say too little.

    ``concepts``: those that all these findings are on.
    """
    wide = _wide(atlas, concepts)
    if wide:
        kind = "are headings" if len(wide) > 1 else "is a heading"
        yield f"{in_words(wide)} {kind} with narrower concepts below: what is found on it all is held against nothing"
        return
    one, other = ([*_comparing(atlas, side)] for side in (first, second))
    same = [(a, b) for a in one for b in other if {*a.concepts} == {*b.concepts}]
    if same:
        yield from dict.fromkeys(_sorts_differ(atlas, first, second, *pair) for pair in same)
    elif one and other:
        said = f"{first[1]} is about {_about(atlas, one)}; {second[1]} about {_about(atlas, other)}"
        yield f"{said}: not the same things together"
    else:
        for side, comparing in ((first, one), (second, other)):
            if not comparing:
                yield from _lacking(atlas, side)


def _comparing(atlas: Atlas, side: Side) -> Iterator[Finding]:
    """The findings that could be held against others."""
    for number in side[2]:
        finding = side[0].findings[number - 1]
        if finding.direction in COMPARED and agreed(atlas).is_narrow(frozenset(finding.concepts)):
            yield finding


def _lacking(atlas: Atlas, side: Side) -> Iterator[str]:
    """What the findings of one study lack, those that lack the same together."""
    study, name, numbers = side
    told: dict[str, list[int]] = {}
    for number in numbers:
        told.setdefault(_lack(atlas, study.findings[number - 1]), []).append(number)
    for lack, which in told.items():
        yield f"{name}, finding{'s' if len(which) > 1 else ''} {in_words(map(str, which))}: {lack}"


def _lack(atlas: Atlas, finding: Finding) -> str:
    wide = _wide(atlas, finding.concepts)
    if finding.direction is None or not wide:
        return unheld(atlas, finding)
    return (
        f"it is about {in_words(wide)} as well, {'headings' if len(wide) > 1 else 'a heading'} with narrower concepts"
    )


def _wide(atlas: Atlas, concepts: Sequence[str]) -> list[str]:
    """The labels of those that are headings."""
    narrow = agreed(atlas).is_narrow
    return [atlas.vocabulary.label(concept) for concept in concepts if not narrow(frozenset([concept]))]


def _sorts_differ(atlas: Atlas, first: Side, second: Side, one: Finding, other: Finding) -> str:
    sort, against = sorting(atlas).of(first[0], one), sorting(atlas).of(second[0], other)
    if not of_one_design(sort, against):
        designs = (
            f"{side[1]} is a study of the design “{atlas.vocabulary.label(side[0].design)}”" for side in (first, second)
        )
        return f"{in_words(designs)}; what the one kind finds is not held against the other"
    compared = (f"{side[1]} with “{finding.comparison}”" for side, finding in ((first, one), (second, other)))
    return f"they compared it with different things, {in_words(compared)}"


def _about(atlas: Atlas, findings: Sequence[Finding]) -> str:
    """What findings are about, each once: ``Pain with Fever, or Pain alone``."""
    label = atlas.vocabulary.label
    subjects = {frozenset(f.concepts): [*map(label, dict.fromkeys(f.concepts))] for f in findings}
    return ", or ".join(f"{names[0]} alone" if len(names) == 1 else " with ".join(names) for names in subjects.values())
