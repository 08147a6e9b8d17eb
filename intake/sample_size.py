"""How many people took part in all: every number that stands beside people is weighed by the words around it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from intake.by_word import ByWord
from intake.literals import WORDS, spaced
from intake.numerals import NUMBER, NUMERALS, Number, value
from intake.passage import Passage
from intake.reading import Part, Reading
from intake.record import Decision
from intake.rulebook import Match, Rule, Rulebook
from intake.sought import Sought, sought

NAME = "total"
MARK = "\ua66e"  # a letter that no abstract uses, in the place of the number under consideration
_COUNTED = re.compile(rf"(?<![(\[])\b[nN] ?= ?{MARK}(?= [a-z])")  # "in N = 20 people" is "in 20 people"
LEAST = 3  # points that a total needs
_WINDOW = 600  # letters on either side of a number; no sentence of an abstract needs more
_NEAR = 1000  # letters within which numbers add up to a total
_SUMS = 4  # points for a number that later numbers add up to
_MOST = 500  # numbers that are looked at; a text with more is a table, and each takes its sentence's length in time
_LONGEST = 100  # letters of a number; a longer one counts nobody
_MODIFIERS = (
    r"(?:(?: \([^)]{0,40}\))?[ -]+(?!(?:of|were|was|received|had|in|for|with|from|to|versus|vs|than|by|at|on|who|"
    r"months?|years?|mg|days?|weeks?|hours?|points?|that|is|are|studies|trials|articles|while)\b)"
    r"[\w'’/+.-]+,?){0,7}?[ -]+"
)
_NUMBERS = re.compile(
    rf"\b(?=[\dotfsenhm])(?<![\d.,·/±<>≤≥~*$€£-])(?<![a-z]-)(?<!\d:)(?<!p=)(?<!p =){NUMBER}(?![\d.·]?\d)"
    r"(?! ?[%°±×/:]\d| ?[%°±×])"
    r"(?!(?: ?[-–] ?\d)|(?:-(?:year|month|week|day|item|fold|point|hour|min)))(?! ?(?:mg|kg|ml|cm|mm|g/|years?\b|"
    r"months?\b|weeks?\b|days?\b|hours?\b|minutes?\b|min\b|Gy\b|per ?cent\b|times\b|mmol|pg\b|ng\b|IU\b))",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_NUMERALS = frozenset(NUMERALS)
WORDS.know(_NUMERALS)
_YEAR = re.compile(r"(?:19|20)\d\d$")
_DATED = re.compile(
    r"(?:\b(?:in|from|since|to|until|through|between|during|and|of|early|late|by|January|February|March|April|May|June|"
    r"July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?|[-–/(,])\s*$"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One number that might be the sample: its place, and the rules that speak for and against it."""

    value: int
    start: int
    end: int
    points: int
    rule: Rule


def candidates(reading: Reading, rules: Rulebook) -> list[Candidate]:
    """Every number that some rule finds beside people, with its points."""
    found = []
    all_numbers = numbers(reading)
    starts = [n.start for n in all_numbers]
    for number in all_numbers:
        if (weighed := _weighed(reading, number, rules)) is None:
            continue
        points, rule = weighed
        near = all_numbers[bisect_right(starts, number.end) : bisect_left(starts, number.end + _NEAR)]
        if _added_up(number.value, [n.value for n in near]):
            points += _SUMS
        found.append(Candidate(number.value, number.start, number.end, points, rule))
    return found


def total(reading: Reading, rules: Rulebook, least: int = 1) -> Decision | None:
    """The number of all participants, ``least`` or more; None where no such number has enough in its favour."""
    best: Candidate | None = None
    for candidate in candidates(reading, rules):
        if candidate.value >= least and candidate.points >= LEAST and (best is None or candidate.points > best.points):
            best = candidate
    if best is None:
        return None
    held = Match(best.rule, (reading.evidence(best.start, best.end),), f"{best.points} points; {best.rule.reason}")
    sure = "certain" if best.points >= 8 else "likely" if best.points >= 5 else "unsure"
    return held.decision(NAME, best.value).model_copy(update={"confidence": sure})


def marked(reading: Reading, number: Number) -> Passage:
    """The number's sentence with :data:`MARK` in its place, up to 600 letters each way; made once for a record."""
    if number.start not in reading.marked:
        a, b = max(number.sentence[0], number.start - _WINDOW), min(number.sentence[1], number.end + _WINDOW)
        before = ("" if a == number.sentence[0] else "… and ") + reading.text[a : number.start]
        sentence = spaced(before + MARK + reading.text[number.end : b])
        if f"={MARK}" in sentence or f"= {MARK}" in sentence:
            sentence = _COUNTED.sub(MARK, sentence)
        reading.marked[number.start] = Part(sentence, reading, a, b)
    return reading.marked[number.start]


def numbers(reading: Reading) -> tuple[Number, ...]:
    """Every number that may count people, in order, the first 500 of them; worked out once for a record."""
    if reading.numbers is None:
        reading.numbers = tuple(islice(_numbers(reading), _MOST))
    return reading.numbers


def _numbers(reading: Reading) -> Iterator[Number]:
    text, past = spaced(reading.text), 0
    for at in _beginnings(reading):
        a, b = reading.sentence_at(at)
        if at < past or not a <= at < b or (m := _NUMBERS.match(text, at, b)) is None:
            continue
        past = m.end()
        if past - m.start() > _LONGEST or (counted := value(m.group())) == 0:
            continue
        if _YEAR.match(m.group()) and _DATED.search(reading.text, max(0, m.start() - 25), m.start()):
            continue
        yield Number(counted, m.start(), m.end(), (a, b))


def _beginnings(reading: Reading) -> list[int]:
    """Every place where a number may begin, in digits or in words, in order."""
    found = [m.start() for m in _DIGITS.finditer(reading.text)]
    for word in reading.words & _NUMERALS:
        found += [m.start() for m in re.finditer(word, reading.lower)]
    return sorted(found)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A rule made ready."""

    rule: Rule
    worth: int
    title_only: bool


class _Clue(NamedTuple):
    """One pattern of a rule, and whether it asks for people behind the number."""

    of: _Ready
    pattern: Sought
    beside_people: bool


def _compiled(rules: Rulebook) -> tuple[Sought, ByWord[_Clue]]:
    """The pattern of a number with people behind it; those of every rule, the rules in favour of a number first."""
    people = "|".join(rules.words.get("people", ("patients",)))
    number = rf"{MARK}{_MODIFIERS}(?:{people})\b"

    def ready(pattern: str) -> Sought:
        return sought(pattern.replace("{n}", number).replace("{d}", MARK).replace("{people}", people))

    made = [_Ready(rule, int(rule.value or 0), bool(rule.title)) for rule in rules.rules]
    made.sort(key=lambda one: one.worth < 0)
    clues = [_Clue(one, ready(p), "{n}" in p) for one in made for p in one.rule.title or one.rule.text]
    return sought(number), ByWord((clue, clue.pattern.needs) for clue in clues)


def _weighed(reading: Reading, number: Number, rules: Rulebook) -> tuple[int, Rule] | None:
    """Points and the rule that weighs most in favour; None where none speaks for the number."""
    with_people, clues = rules.kept("sample-size", lambda: _compiled(rules))
    sentence = marked(reading, number)
    beside: bool | None = None  # whether people stand behind the number; looked for when it is asked
    points, best, held = 0, None, None
    for one, pattern, beside_people in clues.possible(sentence.words):
        if one is held:
            continue
        if one.worth < 0 and best is None:
            return None  # those in favour come first: none is
        if one.title_only and number.end > len(reading.title):
            continue
        if beside_people and beside is None:
            beside = sentence.search(with_people) is not None
        if (beside or not beside_people) and sentence.search(pattern):
            held = one
            points += one.worth
            if one.worth > 0 and (best is None or one.worth > best.worth):
                best = one
    return (points, best.rule) if best else None


def _added_up(total_: int, parts: list[int]) -> bool:
    """Whether two to four numbers in a row add up to the total: ``84 ... 40 ... 44``."""
    return total_ >= 10 and any(
        sum(parts[i : i + length]) == total_ and min(parts[i : i + length]) * 20 > total_
        for length in (2, 3, 4)
        for i in range(len(parts) - length + 1)
    )
