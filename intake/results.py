"""Sentences in which an abstract tells a result of its study, with the concepts that they name: to be quoted whole."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from entries.vocabulary import Vocabulary
from intake.classify import Classification
from intake.record import Decision
from intake.rulebook import Match, Reading, Rule, Rulebook, compiled

NAME = "result"
MOST_WORDS = 25  # of a quote; a longer sentence is left out, for half of one can say the opposite
_SHORT = 4  # letters of a term that may be an abbreviation
_SCHEMES = ("symptom", "biomarker", "intervention")


def results(reading: Reading, about: Classification, vocabulary: Vocabulary, rules: Rulebook) -> tuple[Decision, ...]:
    """One decision ``result`` for each such sentence: the ids of its concepts, with the sentence as evidence.

    ``rules`` is ``results.yaml``; the concepts are those of the decisions ``tags.<scheme>``.
    """
    words = list(_words(about, vocabulary))
    return tuple(d for a, b in _sentences(reading, rules) if (d := _result(reading, a, b, words, rules)))


def _words(about: Classification, vocabulary: Vocabulary) -> Iterator[tuple[str, re.Pattern[str]]]:
    """(concept, pattern of the words for it) of every tag: those that the record used first, and the vocabulary's."""
    for scheme in _SCHEMES:
        for decision in about.all(f"tags.{scheme}"):
            ids = decision.value if isinstance(decision.value, tuple) else ()
            for concept, evidence in zip(map(str, ids), decision.evidence, strict=False):
                known = vocabulary[concept]
                yield concept, _pattern((evidence.quote, known.label, *known.synonyms))


@lru_cache(maxsize=4096)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the terms as whole words; what is short or in capitals keeps its capitals."""
    exact = [re.escape(t) for t in terms if len(t) <= _SHORT or t.isupper()]
    free = [re.escape(t) for t in terms if len(t) > _SHORT and not t.isupper()]
    parts = [f"(?-i:{'|'.join(exact)})"] if exact else []
    return re.compile(rf"(?<!\w)(?:{'|'.join([*parts, *free])})s?(?!\w)", re.IGNORECASE)


def _sentences(reading: Reading, rules: Rulebook) -> Iterator[tuple[int, int]]:
    """Short sentences of those parts of the abstract that may tell results."""
    aside = tuple(rules.patterns.get("aside_labels", ()))
    parts = [(a, b) for name, a, b in reading.record.fields() if name != "title" and not _any(aside, name)]
    for a, b in reading.sentences:
        if any(start <= a < end for start, end in parts) and len(reading.text[a:b].split()) <= MOST_WORDS:
            yield a, b


def _result(
    reading: Reading, a: int, b: int, words: Iterable[tuple[str, re.Pattern[str]]], rules: Rulebook
) -> Decision | None:
    sentence = reading.text[a:b]
    rule = next((r for r in rules.rules if _any(r.text, sentence) and _placed(reading, a, r)), None)
    if rule is None or _any(rules.patterns.get("aside", ()), sentence):
        return None
    concepts = tuple(dict.fromkeys(concept for concept, word in words if word.search(sentence)))
    return Match(rule, (reading.evidence(a, b),), rule.reason).decision(NAME, concepts) if concepts else None


def _placed(reading: Reading, start: int, rule: Rule) -> bool:
    """A sentence without a figure counts under a label or in the second half of the abstract, past what introduces."""
    return rule.confidence == "certain" or ":" in reading.record.field_at(start) or start > len(reading.text) / 2


def _any(patterns: Iterable[str], text: str) -> bool:
    return any(compiled(p).search(text) for p in patterns)
