"""The wording scanner: an entry in, findings out; no finding without a rule, a place and a mend.

    scanner = Scanner(load(data), atlas.vocabulary)
    for finding in scanner.scan(study, source=record.text()):
        print(finding)

A text is folded once; its words are looked up among the cues of all rules, and the patterns of a rule are compared only
with what begins with one of its cues.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from entries.policy import pem_badge
from entries.study import Study
from entries.vocabulary import Vocabulary
from entries.yamlio import Location
from intake import scan_source
from intake.scan_patterns import compiled
from intake.scan_rules import Part, Rule, Severity, When, WordingRules
from intake.scan_text import Folded, fold

REVISION = 1  # to be raised when the same rules find other things than before
MOST = 100  # findings in one entry; who has more will mend these first
_SHORT = 1_000  # characters; what is longer is read only until there are findings enough
_KEPT = 512  # texts of which the hits are kept: drafts say much in the same words
_Hits = tuple[tuple[Rule, int, int], ...]  # rules and spans, of one place
_REACH = 400  # characters before a hit in which its context is looked for


@dataclass(frozen=True, slots=True)
class Finding:
    """One wording to mend: ``text[start:end] == quote`` in the field at ``location`` of the entry."""

    rule: str
    severity: Severity
    location: Location
    start: int
    end: int
    quote: str
    reason: str
    mend: str

    @property
    def field(self) -> str:
        """The place in words, such as ``findings.2.text``."""
        return ".".join(map(str, self.location))

    def __str__(self) -> str:
        return f"{self.severity} {self.rule} {self.field}[{self.start}:{self.end}] '{self.quote}': {self.reason}"


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of an entry, its kind, and where it stands."""

    part: Part
    location: Location
    text: str


def passages(study: Study) -> Iterator[Passage]:
    """Every text of the entry that is in our own words. Titles, statistics and quotes are the paper's."""
    for part in (Part.SUMMARY, Part.WHY, Part.NOT_PROVED):
        if text := getattr(study, part):
            yield Passage(part, (str(part),), text)
    for i, finding in enumerate(study.findings):
        yield Passage(Part.FINDINGS, ("findings", i, "text"), finding.text)
        if finding.comparison:
            yield Passage(Part.NOTES, ("findings", i, "comparison"), finding.comparison)
    for part in (Part.CONCLUSIONS, Part.QUESTIONS):
        for i, text in enumerate(getattr(study, part)):
            yield Passage(part, (str(part), i), text)
    if study.participants.note:
        yield Passage(Part.NOTES, ("participants", "note"), study.participants.note)
    for i, link in enumerate(study.links):
        if link.note:
            yield Passage(Part.NOTES, ("links", i, "note"), link.note)


class Scanner:
    """The rules made ready. Many threads may share one; it keeps nothing but what rules find in texts of late."""

    def __init__(self, rules: WordingRules, vocabulary: Vocabulary) -> None:
        self.rules = rules
        self._vocabulary = vocabulary
        self._by_cue: dict[Part, dict[str, list[Rule]]] = {part: {} for part in Part}
        for part, rule, cue in ((p, r, c) for r in rules.rules for p in r.fields for c in r.cues):
            self._by_cue[part].setdefault(cue, []).append(rule)
        self._contexts = {context.id: context for context in rules.contexts}
        self._break = compiled(rules.clause_breaks)
        self._hits = lru_cache(maxsize=_KEPT)(lambda part, text: tuple(self._found(part, text)))
        self._closure = lru_cache(maxsize=4096)(lambda concept: frozenset(vocabulary.closure([concept])))

    def scan(self, study: Study, source: str | None = None) -> tuple[Finding, ...]:
        """What is wrong with the entry's wording, in the order of its fields; MOST findings at most.

        ``source``: title and abstract of the record. With it, numbers, quotes and copied words are compared, too.
        """
        found: list[Finding] = []
        for passage in passages(study):
            found += self._in_passage(study, passage, MOST - len(found))
        if source is not None:
            by_check = {rule.check: rule for rule in self.rules.rules if rule.check != "patterns"}
            for check, location, text, start, end in scan_source.compare(study, source, self._vocabulary):
                if check in by_check:
                    found.append(_finding(by_check[check], location, text, start, end))
        return tuple(found[:MOST])

    def scan_text(self, study: Study, part: Part, text: str) -> tuple[Finding, ...]:
        """What is wrong with one text, if it stood in that field of this study."""
        return tuple(self._in_passage(study, Passage(part, (str(part),), text), MOST))

    def blocks(self, study: Study, source: str | None = None) -> bool:
        """Whether the entry may not be published."""
        return any(finding.severity is Severity.CRITICAL for finding in self.scan(study, source))

    def _in_passage(self, study: Study, passage: Passage, room: int) -> list[Finding]:
        found: list[Finding] = []
        short = len(passage.text) <= _SHORT
        for hits in self._hits(passage.part, passage.text) if short else self._found(passage.part, passage.text, study):
            if len(found) >= room:
                break
            for rule, start, end in hits:
                if self.concerns(rule, study):
                    found.append(_finding(rule, passage.location, passage.text, start, end))
        return _without_overlaps(found)

    def _found(self, part: Part, text: str, study: Study | None = None) -> Iterator[_Hits]:
        """What rules find in a text of such a field, place by place; only those about the study, where one is given."""
        folded, by_cue = fold(text), self._by_cue[part]
        cues = sorted(by_cue.keys() & folded.word_set)
        places = folded.places(frozenset(cues))
        for cue in cues:
            rules = [rule for rule in by_cue[cue] if study is None or self.concerns(rule, study)]
            for place in places.get(cue, ()) if rules else ():
                if hits := tuple([(rule, *hit) for rule in rules if (hit := self._hit(rule, folded, place))]):
                    yield hits

    def _hit(self, rule: Rule, folded: Folded, place: int) -> tuple[int, int] | None:
        """The span in the original text, if the rule's words begin at ``place`` and nothing excuses them."""
        match = rule.pattern.match(folded.text, place) if rule.pattern else None
        if match is None:
            return None
        if "quoted" in rule.unless and folded.in_quotes(*match.span()):
            return None
        return None if self._excused(rule, folded, match.span()) else folded.span(*match.span())

    def _excused(self, rule: Rule, folded: Folded, hit: tuple[int, int]) -> bool:
        """Whether an exception overlaps the hit, or a context that the rule names stands before or after it."""
        text = folded.text
        start, end = folded.sentence(hit[0])
        near = max(start, hit[0] - _REACH)
        if rule.exception:
            around = rule.exception.finditer(text, near, min(end, hit[1] + _REACH))
            if any(e.start() < hit[1] and hit[0] < e.end() for e in around):
                return True
        sentence = text[near : hit[0]]
        breaks = [m.end() for m in self._break.finditer(sentence)] if self._break else []
        clause = sentence[max([sentence.rfind(";") + 1, *breaks]) :]
        last = text[max(start, end - 9) : end].rstrip()
        contexts = (self._contexts[name] for name in rule.unless if name in self._contexts)
        return any(context.holds(clause if context.scope == "clause" else sentence, last) for context in contexts)

    def concerns(self, rule: Rule, study: Study) -> bool:
        """Whether the rule is about studies such as this one."""
        return not rule.when or any(self._holds(when, study) for when in rule.when)

    def _holds(self, when: When, study: Study) -> bool:
        designs = self._closure(study.design)
        if when.designs and designs.isdisjoint(when.designs):
            return False
        if not designs.isdisjoint(when.not_designs):
            return False
        flags = study.tags.of("method-flag")
        if when.flags and all(self._closure(flag).isdisjoint(when.flags) for flag in flags):
            return False
        size = study.participants.size
        if when.fewer_than is not None and (size is None or size >= when.fewer_than):
            return False
        return not when.pem or pem_badge(study, self._vocabulary).status in when.pem


def _without_overlaps(findings: list[Finding]) -> list[Finding]:
    """In the order of the text, of overlapping findings by one rule the first."""
    ends: dict[str, int] = {}
    kept = []
    for finding in sorted(findings, key=lambda f: (f.start, f.rule)):
        if finding.start >= ends.get(finding.rule, 0):
            kept.append(finding)
            ends[finding.rule] = finding.end
    return kept


def _finding(rule: Rule, location: Location, text: str, start: int, end: int) -> Finding:
    return Finding(rule.id, rule.severity, location, start, end, text[start:end], rule.reason, rule.mend)
