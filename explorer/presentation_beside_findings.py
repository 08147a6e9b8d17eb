"""What a few studies found, beside each other: a line a concept, a plain word whether they agree, and why not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from entries.study import Direction, Study
from explorer.lined_up import Accord, Alone, Line, LinedUp
from explorer.node_links import finding_url
from explorer.presentation import DIRECTIONS, RELATIONS, Badge, Chosen, Words, in_words, number
from explorer.presentation_standing import COLOURS
from explorer.presentation_study import fine_print
from explorer.site import Site
from graph.agreement import Subject
from graph.judgements import Judgements
from graph.standings import MEANINGS

MOST_REASONS = 8
ACCORDS = {
    Accord.AGREE: ("They agree", "good"),
    Accord.PARTLY: ("They agree in part", "care"),
    Accord.DIFFER: ("They differ", "care"),
    Accord.NOT_COMPARED: ("They cannot be compared", "unsure"),
}
NO_FINDING, ONLY_TAGGED = "no finding on this", "tagged with it, but no finding is recorded"


@dataclass(frozen=True, slots=True)
class FindingBeside:
    """One finding of one study; ``url`` leads to it, where all that it rests on stands."""

    number: int
    url: str
    direction: Words | None
    text: str
    quote: str
    location: str
    fine: tuple[str, ...]
    standing: Badge

    @property
    def plain(self) -> str:
        """All of it as a line of text."""
        quote = f"“{self.quote}”" + (f" ({self.location})" if self.location else "") if self.quote else ""
        word = self.direction.word if self.direction else "No direction"
        return "; ".join(part for part in (word, self.text, *self.fine, quote, self.standing.text) if part)


@dataclass(frozen=True, slots=True)
class FoundBy:
    """What one study found; ``lacks`` where it found nothing on it."""

    findings: tuple[FindingBeside, ...]
    lacks: str

    @property
    def plain(self) -> str:
        """All of it as a line of text."""
        return " | ".join(finding.plain for finding in self.findings) or self.lacks


@dataclass(frozen=True, slots=True)
class LineView:
    """Concepts with the findings of each study on them. ``said``: who agrees with whom; ``why``: and why some cannot be
    compared, of which ``more`` are not told."""

    concepts: tuple[Chosen, ...]
    accord: Badge
    said: tuple[str, ...]
    why: tuple[str, ...]
    more: int
    cells: tuple[FoundBy, ...]

    @property
    def label(self) -> str:
        """The concepts in one line."""
        return in_words(concept.label for concept in self.concepts)


@dataclass(frozen=True, slots=True)
class OwnView:
    """What only one study has findings on: the concepts, which way, what others have that is broader or narrower."""

    concepts: tuple[Chosen, ...]
    directions: str
    url: str
    kin: str


class Findings:
    """The findings of the studies in words."""

    def __init__(self, site: Site, studies: Sequence[Study], names: Sequence[str]) -> None:
        self._site, self._studies, self._names = site, studies, names
        self._judgements = Judgements(site.atlas)

    def line(self, line: Line) -> LineView:
        """One line."""
        text, css = ACCORDS[line.accord]
        why = tuple(dict.fromkeys(reason for pair in line.pairs for reason in pair.why))
        return LineView(
            concepts=self._chosen(line.concepts),
            accord=Badge(text, css, ""),
            said=tuple(self._said(line)),
            why=why[:MOST_REASONS],
            more=len(why[MOST_REASONS:]),
            cells=tuple(self._found(line, place) for place in range(len(self._studies))),
        )

    def own(self, alone: Alone) -> OwnView:
        """What only one study has."""
        study = self._studies[alone.place]
        given = [study.findings[n - 1].direction for n in alone.findings]
        words = dict.fromkeys(DIRECTIONS[d].word.lower() if d else "no direction" for d in given)
        label = self._site.atlas.vocabulary.label
        kin = in_words(f"{self._names[place]} has findings on {label(concept)}" for place, concept in alone.kin)
        url = finding_url(self._site, study.id, alone.findings[0])
        return OwnView(self._chosen(alone.concepts), in_words(words), url, kin)

    def _found(self, line: Line, place: int) -> FoundBy:
        study, numbers = self._studies[place], line.findings[place]
        tagged = set(line.concepts) <= set(study.tags.all())
        return FoundBy(tuple(self._finding(study, n) for n in numbers), ONLY_TAGGED if tagged else NO_FINDING)

    def _finding(self, study: Study, place: int) -> FindingBeside:
        finding, url = study.findings[place - 1], finding_url(self._site, study.id, place)
        stands = self._judgements.of(study.id, place)
        return FindingBeside(
            number=place,
            url=url,
            direction=DIRECTIONS[finding.direction] if finding.direction else None,
            text=finding.text,
            quote=finding.quote or "",
            location=finding.location or "",
            fine=tuple(fine_print(finding)),
            standing=Badge(f"{stands.value.capitalize()} finding", COLOURS[stands], MEANINGS[stands], url),
        )

    def _said(self, line: Line) -> Iterator[str]:
        """Who agrees with whom, who differs, who cannot be compared."""
        subjects = dict.fromkeys(held.subject for pair in line.pairs for held in pair.held)
        for subject in subjects:
            yield from self._on_subject(line, subject)
        apart = [" and ".join(self._names[place] for place in pair.places) for pair in line.pairs if not pair.held]
        if apart and len(apart) < len(line.pairs):
            yield f"Not to be compared: {'; '.join(apart)}."
        for said in dict.fromkeys(said for pair in line.pairs for said in pair.links):
            words = f"{self._names[said.place]} {RELATIONS[said.relation][0].lower()} {self._names[said.of]}"
            yield f"{words} by a link, which counts for how the findings stand."

    def _on_subject(self, line: Line, subject: Subject) -> Iterator[str]:
        """What was found on concepts together: in one sentence where all may be held against all, else two by two."""
        pairs = [(pair.places, held.verdicts) for pair in line.pairs for held in pair.held if held.subject == subject]
        found = dict.fromkeys(
            (place, verdict) for places, both in pairs for place, verdict in zip(places, both, strict=True)
        )
        places = sorted({place for place, _ in found})
        labels = sorted(map(self._site.atlas.vocabulary.label, subject))
        on = f" on {' with '.join(labels)}" if len(labels) > 1 else ""
        whole = len(found) == len(places) and len({pair for pair, _ in pairs}) == len([*combinations(places, 2)])
        told = [found] if whole else [dict.fromkeys(zip(pair, both, strict=True)) for pair, both in pairs]
        for one in told:
            yield self._told(one, on)

    def _told(self, found: Iterable[tuple[int, str]], on: str) -> str:
        """One sentence on studies of which each has one verdict."""
        ordered = sorted(found, key=lambda one: one[0])
        whose: dict[str, list[str]] = {}
        for place, verdict in ordered:
            whose.setdefault(verdict, []).append(self._names[place])
        names = in_words(self._names[place] for place, _ in ordered)
        if len(whose) == 1:
            ((verdict, some),) = whose.items()
            every = "both" if len(some) == 2 else "all"
            it = "" if verdict == Direction.NO_DIFFERENCE else "it "
            return f"{names} agree{on}: {every} found {it}{_verdict(verdict)}."
        said = (f"{_verdict(verdict)} in {in_words(some)}" for verdict, some in whose.items())
        return f"{names} differ{on}: {'; '.join(said)}."

    def _chosen(self, concepts: Sequence[str]) -> tuple[Chosen, ...]:
        label, links = self._site.atlas.vocabulary.label, self._site.links
        return tuple(Chosen(label(concept), links.concept(concept)) for concept in concepts)


def summary(found: LinedUp, places: Sequence[int]) -> str:
    """How many concepts the studies at these places agree on, in a sentence."""
    counts = found.counts(places)
    total = sum(counts.values())
    if not total:
        return "They have no findings on the same concept."
    common = f"They have findings on {number(total, 'concept', 'concepts')} in common"
    if counts[Accord.NOT_COMPARED] == total:
        return f"{common}, but what they found {'on it ' if total == 1 else ''}cannot be compared."
    told = {Accord.AGREE: "agree", Accord.PARTLY: "agree in part", Accord.DIFFER: "differ"}
    parts = [f"{words} on {counts[accord]:,}" for accord, words in told.items() if counts[accord]]
    if counts[Accord.NOT_COMPARED]:
        parts.append(f"cannot be compared on {counts[Accord.NOT_COMPARED]:,}")
    return f"{common}: they {in_words(parts)}."


def _verdict(verdict: str) -> str:
    """``increased``, ``no difference``."""
    return DIRECTIONS[Direction(verdict)].word.lower()
