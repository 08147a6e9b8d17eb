"""An entry beside the record that it was drafted from: numbers, quotes and copied words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from entries.study import Basis, Study
from entries.vocabulary import Vocabulary
from entries.yamlio import Location
from intake.scan_text import Folded, fold, words

COPIED = 8  # words in a row that nobody writes twice by accident
Difference = tuple[str, Location, str, int, int]  # check, where, text, start, end

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
_ROUND = "twenty thirty forty fifty sixty seventy eighty ninety"
_ONES, _TENS = tuple(re.findall("[a-z]+", _SMALL)), tuple(re.findall("[a-z]+", _ROUND))
_VALUES = {word: n for n, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_SPELLED = re.compile(rf"\b({'|'.join(_TENS)})(?:[- ]({'|'.join(_ONES[1:10])}))?\b|\b({'|'.join(_ONES)})\b")
_SHARE = re.compile(rf"\b(?:{'|'.join(_ONES)}) (?:in|of|out of) (?:every )?(?:{'|'.join((*_TENS, *_ONES))})\b")
FEW = 6  # below this, words such as "two groups" are prose rather than figures
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?|\.\d+"
_ANY_NUMBER = re.compile(_NUMBER)
_DIGIT = re.compile(r"\d")
# A digit that belongs to a name (IL-6, CD4, p50, SF-36) is no figure of the study.
_FIGURE = re.compile(rf"(?<![\w.])(?<![^\W\d_][-/])(?:{_NUMBER})(?!\w*[^\W\d_])")
_SUM = re.compile(r"\d[\d,]*(?: [a-z]+)?(?: \+ \d[\d,]*(?: [a-z]+)?)+")  # "250 patients + 54 controls"
_GAP = re.compile(r"\s*(?:\[\.\.\.\]|\[…\]|…|\.\.\.)\s*")
_TAG = re.compile(r"</?(?:sup|sub|i|b|em|strong|u)>")


def compare(study: Study, source: str, vocabulary: Vocabulary) -> Iterator[Difference]:
    """Figures that the record does not hold, quotes that it does not say, and words copied from it."""
    source = _TAG.sub("", source)
    theirs = fold(source)
    known = _known(study, theirs, vocabulary)
    own = [(location, text) for location, text in _own(study) if text]
    figures = [(location, fold(text)) for location, text in _figures(study, own) if text]
    yield from _numbers(figures, known)
    yield from _number_words(figures, known)
    yield from _quotes(study, source)
    record = _Words(theirs.words, theirs.word_set)
    for location, text in own:
        for start, end in _copied(fold(text), record):
            yield "copied", location, text, start, end


def _value(number: str) -> Decimal:
    return Decimal(number.replace(",", "")).normalize()


@lru_cache(maxsize=512)
def numbers(folded: Folded) -> frozenset[Decimal]:
    """All numbers of a text, in digits or in words."""
    found = {_value(number) for number in _ANY_NUMBER.findall(folded.text)} if _DIGIT.search(folded.text) else set()
    spelled = () if folded.word_set.isdisjoint(_VALUES) else _SPELLED.findall(folded.text)
    return frozenset(found | {_spelled(*parts) for parts in spelled})


def _spelled(tens: str, ones: str, small: str) -> Decimal:
    return Decimal(_VALUES[tens or small] + (_VALUES[ones] if ones else 0)).normalize()


def _own(study: Study) -> Iterator[tuple[Location, str]]:
    """What ought to be in our own words."""
    for name in ("summary", "why_it_matters", "does_not_prove"):
        yield (name,), getattr(study, name) or ""
    for name in ("conclusions", "questions"):
        for i, text in enumerate(getattr(study, name)):
            yield (name, i), text
    for i, finding in enumerate(study.findings):
        yield ("findings", i, "text"), finding.text
        yield ("findings", i, "comparison"), finding.comparison or ""


def _figures(study: Study, own: Iterable[tuple[Location, str]]) -> Iterator[tuple[Location, str]]:
    """What may hold figures of the study, ``own`` texts among it, but for what was computed from them."""
    computed = {i for i, finding in enumerate(study.findings) if finding.basis is Basis.COMPUTED}
    for location, text in own:
        if location[0] != "questions" and not (location[0] == "findings" and location[1] in computed):
            yield location, text
    for i, finding in enumerate(study.findings):
        if i not in computed:
            yield ("findings", i, "statistic"), finding.statistic or ""
    people = study.participants
    yield ("participants", "note"), people.note or ""
    for name in ("patients", "controls", "total"):
        yield ("participants", name), str(value) if (value := getattr(people, name)) is not None else ""
    for i, group in enumerate(people.groups):
        yield ("participants", "groups", i, "n"), str(group.n)


def _known(study: Study, theirs: Folded, vocabulary: Vocabulary) -> set[Decimal]:
    """The numbers that the entry may use: the record's, sums of them that it shows, years of its case definitions."""
    known = set(numbers(theirs))
    known |= {Decimal(vocabulary[d].year or 0) for d in study.case_definition.ids if d in vocabulary}
    if study.design == "case-report":
        known.add(Decimal(1))
    for shown in _SUM.findall(study.participants.note or ""):  # a sum of known figures may be given
        parts = [_value(number) for number in _ANY_NUMBER.findall(shown)]
        known |= {sum(parts, Decimal(0)).normalize()} if known.issuperset(parts) else set()
    return known


def _numbers(figures: Iterable[tuple[Location, Folded]], known: set[Decimal]) -> Iterator[Difference]:
    for location, folded in figures:
        for match in _FIGURE.finditer(folded.text) if _DIGIT.search(folded.text) else ():
            if _value(match.group()) not in known:
                yield "numbers", location, folded.original, *folded.span(*match.span())


def _number_words(figures: Iterable[tuple[Location, Folded]], known: set[Decimal]) -> Iterator[Difference]:
    """Numbers in words, from FEW on, that are not known; "one in eleven" is a rounding, and a note may do sums."""
    for location, folded in figures:
        if location[0] == "participants" or folded.word_set.isdisjoint(_VALUES):
            continue
        shares = [match.span() for match in _SHARE.finditer(folded.text)]
        for match in _SPELLED.finditer(folded.text):
            inside = any(start <= match.start() < end for start, end in shares)
            if not inside and (value := _spelled(*match.groups(""))) >= FEW and value not in known:
                yield "number-words", location, folded.original, *folded.span(*match.span())


def _quotes(study: Study, source: str) -> Iterator[Difference]:
    """Quotes that are not word for word in the record; ``…`` stands for words left out."""
    said = " ".join(source.split())
    given: list[tuple[Location, str | None]] = [
        (("pem", "quote"), study.pem.quote),
        (("case_definition", "quote"), study.case_definition.quote),
    ]
    given += [(("findings", i, "quote"), finding.quote) for i, finding in enumerate(study.findings)]
    for location, quote in given:
        if quote and not all(" ".join(part.split()) in said for part in _GAP.split(quote)):
            yield "quotes", location, quote, 0, len(quote)


@dataclass(frozen=True)
class _Words:
    """The words of a record, ready to be compared with."""

    words: tuple[str, ...]
    known: frozenset[str]

    @cached_property
    def _row(self) -> str:
        return f" {' '.join(self.words)} "

    def says(self, words: Iterable[str]) -> bool:
        """Whether these words stand in the record in a row."""
        return f" {' '.join(words)} " in self._row

    def may_hold(self, ours: Folded) -> bool:
        """Whether enough words in a row are words of the record; quick. Words in quotation marks do not count."""
        row = 0
        for word in ours.words if not ours.quoted else ():
            row = row + 1 if word in self.known else 0
            if row >= COPIED:
                return True
        return bool(ours.quoted)


def _copied(ours: Folded, record: _Words) -> Iterator[tuple[int, int]]:
    """Spans of COPIED words or more that the record holds in this order, outside quotation marks."""
    if not record.may_hold(ours):
        return
    found = [m for m in words(ours.text) if not (ours.quoted and ours.in_quotes(*m.span()))]
    said = [m.group() for m in found]
    i = 0
    while i + COPIED <= len(found):
        end = i + COPIED
        if said[i] not in record.known or not record.says(said[i:end]):
            i += 1
            continue
        while end < len(found) and record.says(said[end - COPIED + 1 : end + 1]):
            end += 1
        yield ours.span(found[i].start(), found[end - 1].end())
        i = end
