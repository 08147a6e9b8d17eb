"""What a search can be completed to while it is typed: concepts with their synonyms, authors, journals, titles.

Every word typed is the beginning of a word of what is offered, in any order. Words are compared as they are indexed:
``nf-kb``, ``NFkB`` and ``NF-κ`` all begin the same name. Where all words together begin nothing, the last of them are
completed and those before stay in the search.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

import numpy as np

from entries.atlas import Atlas
from index.analysis import piece_chunks
from index.fields import SCHEMES_OUT_OF_TEXT, Facet, concept_names
from index.name_spelling import with_one_letter
from index.prefixes import AUTHORS, BETWEEN, JOURNAL, TITLE, Entries, Prefixes, words_of
from index.query import clean
from index.results import Completion, CompletionKind
from index.syntax import OPERATORS
from index.table import Table
from index.values import Values
from index.wordlists import STOP_WORDS

LONGEST, MOST_WORDS = 200, 12  # of what is typed: characters, words
LOOKED_AT = 40  # candidates of a kind that are compared closely
LAST_WORDS = 4  # that are completed alone at most
SHORTEST = 3  # characters before titles are offered, or the last words alone are completed
KINDS: tuple[CompletionKind, ...] = ("concept", "author", "journal", "title")
SHARES = {"concept": 1 / 2, "author": 1 / 4, "journal": 1 / 8, "title": 1 / 8}  # of the list, while others are there
Arguments = tuple[tuple[str, str], ...]
WHOLE, BEGINS, BESIDE, ELSEWHERE = 0, 1, 2, 3  # BESIDE: begun by another name than the label, or only a title's begin
Place = tuple[int, int, int, str]  # what candidates are sorted by, the lowest first
Candidate = tuple[Place, str, Callable[[], Completion]]  # with its value, made when it is shown


@dataclass(frozen=True)
class Typed:
    """The words to be completed, and the text before them that stays."""

    words: tuple[str, ...]
    kept: str = ""

    def arguments(self, *more: tuple[str, str]) -> Arguments:
        """Arguments of a search for the text that stays and ``more``."""
        return ((("q", self.kept),) if self.kept else ()) + more


@dataclass(frozen=True)
class Names:
    """Names of one kind with the words of each and how many studies have it."""

    names: Sequence[str]
    words: Sequence[Sequence[str]]
    counts: np.ndarray

    @cached_property
    def prefixes(self) -> Prefixes:
        """The names by the beginnings of their words."""
        return Prefixes.of(self.words)


class Completing:
    """Completes for one index. What it needs is taken from the table at the first request."""

    def __init__(self, atlas: Atlas, table: Table, facets: Iterable[Facet]) -> None:
        self._atlas = atlas
        self._table = table
        self._facets = list(facets)
        self._makers: Mapping[CompletionKind, Callable[[Typed], Iterator[Candidate]]] = {
            "concept": self._concepts_for,
            "author": lambda typed: self._names_for("author", self._authors, typed),
            "journal": lambda typed: self._names_for("journal", self._journals, typed),
            "title": self._titles_for,
        }

    def of(self, text: str, limit: int) -> tuple[Completion, ...]:
        """At most ``limit`` completions: kinds together, first the kind that fits best."""
        found: dict[CompletionKind, list[Callable[[], Completion]]] = {}
        places: dict[CompletionKind, tuple[int, int]] = {}
        for typed in _readings(text):
            for kind in KINDS:
                if kind not in found and (candidates := sorted(self._makers[kind](typed), key=lambda c: c[0])):
                    found[kind] = _each_once(candidates)
                    places[kind] = candidates[0][0][0], KINDS.index(kind)
            if "concept" in found or sum(map(len, found.values())) >= limit:
                break
        taken = _shared({kind: len(found[kind]) for kind in KINDS if kind in found}, max(0, limit))
        return tuple(make() for kind in sorted(taken, key=places.__getitem__) for make in found[kind][: taken[kind]])

    def settle(self) -> None:
        """Make now what the first completion would have to wait for."""
        _ = self._concepts[0].prefixes, self._authors.prefixes, self._journals.prefixes, self._titles, self._newest

    # Concepts.

    @cached_property
    def _concepts(self) -> tuple[Names, list[tuple[str, Facet]]]:
        """All names of the concepts that studies have, and of each its concept and the facet to select it in."""
        names: list[str] = []
        owners: list[tuple[str, Facet]] = []
        counts: list[int] = []
        for facet in {f.scheme: f for f in reversed(self._facets) if f.scheme}.values():
            for concept_id, count in self._counted(facet).items():
                if count and facet.scheme not in SCHEMES_OUT_OF_TEXT and concept_id in self._atlas.vocabulary:
                    called = concept_names(self._atlas.vocabulary, concept_id)
                    names += called
                    owners += [(concept_id, facet)] * len(called)
                    counts += [count] * len(called)
        return Names(names, [_words_of(name) for name in names], np.array(counts, np.int64)), owners

    def _counted(self, facet: Facet) -> dict[str, int]:
        values = self._table.facets[facet.field]
        return dict(zip(values.names, _having(values).tolist(), strict=True))

    def _concepts_for(self, typed: Typed) -> Iterator[Candidate]:
        names, owners = self._concepts
        vocabulary = self._atlas.vocabulary
        for entry, place in _best(names, typed.words):
            concept_id, facet = owners[entry]
            label, scheme = vocabulary.label(concept_id), vocabulary.schemes[str(facet.scheme)].label
            called = names.names[entry]
            detail = scheme if called == label else f"{scheme}: {called}"
            if typed.kept and place[0] > BEGINS:  # the last words alone: only what they are the beginning of
                continue
            place = place if called == label else _beside(place)
            arguments = typed.arguments((facet.name, concept_id))
            count = int(names.counts[entry])
            yield place, concept_id, partial(Completion, "concept", label, detail, concept_id, count, arguments)

    # Authors and journals.

    @cached_property
    def _authors(self) -> Names:
        return self._spoken(AUTHORS)

    @cached_property
    def _journals(self) -> Names:
        return self._spoken(JOURNAL)

    def _spoken(self, field: str) -> Names:
        values = self._table.facets[field]
        parts = [name.split(BETWEEN, 1) for name in values.names]
        return Names([name for _, name in parts], [words.split() for words, _ in parts], _having(values))

    def _names_for(self, kind: CompletionKind, names: Names, typed: Typed) -> Iterator[Candidate]:
        source = {"author": "authors"}.get(kind, kind)
        facet = next((f.name for f in self._facets if f.source == source), None)
        words = typed.words if kind != "author" else tuple(map(with_one_letter, typed.words))
        found = list(_best(names, typed.words))
        for entry, place in (*found, *(_best(names, words) if words != typed.words else ())):
            name, count = names.names[entry], int(names.counts[entry])
            if count and not (typed.kept and place[0] > BEGINS):
                plain = name.replace('"', " ")
                arguments = (
                    typed.arguments((facet, name)) if facet else (("q", f'{typed.kept} {kind}:"{plain}"'.strip()),)
                )
                yield place, name, partial(Completion, kind, name, "", name, count, arguments)

    # Titles.

    @cached_property
    def _titles(self) -> Prefixes:
        return Prefixes.turned(self._table.facets[TITLE])

    @cached_property
    def _newest(self) -> np.ndarray:
        """What rows weigh: the year, then the place of the id."""
        columns = self._table.columns
        return columns["year"].astype(np.int64) * len(columns) + len(columns) - columns["id_rank"]

    def _titles_for(self, typed: Typed) -> Iterator[Candidate]:
        if typed.kept or sum(map(len, typed.words)) < SHORTEST:
            return
        words, weights = self._table.facets[TITLE], self._newest
        for row, exact in _fitting(self._titles, weights, typed.words):
            codes = words.lists.codes[words.lists.starts[row] : words.lists.starts[row + 1]]
            own = [words.names[code] for code in codes.tolist()]
            study_id = self._table.ids[row]
            place = _beside(_place("", own, typed.words, exact, int(weights[row])))
            yield place, study_id, partial(self._title, study_id)

    def _title(self, study_id: str) -> Completion:
        title, byline, year = self._atlas.heading(study_id)
        arguments = (("q", f"id:{study_id}"),)
        return Completion("title", title, f"{byline} {year}", study_id, 1, arguments, study_id)


def _having(values: Values) -> np.ndarray:
    """How many studies have each value."""
    return np.bincount(values.lists.codes, minlength=len(values.names))


_words_of = lru_cache(maxsize=50_000)(words_of)  # names of concepts, the same in every index of an atlas


def _readings(text: str) -> Iterator[Typed]:
    """All words as the beginnings of one name; then fewer and fewer of the last, where plain words stand before."""
    text = clean(text)[:LONGEST]
    pieces = text.split()[:MOST_WORDS]
    for at in (0, *range(max(1, len(pieces) - LAST_WORDS), len(pieces))):
        if not OPERATORS.isdisjoint(pieces[at:]) or (at and pieces[at - 1] in OPERATORS - {"AND"}):
            continue
        kept = " ".join(pieces[:at]).removesuffix(" AND")
        words = [p.word for piece in pieces[at:] for chunk in piece_chunks(piece) for p in chunk]
        words = [w for w in words[:-1] if w not in STOP_WORDS] + words[-1:]
        if words and (not at or sum(map(len, words)) >= SHORTEST):
            yield Typed(tuple(dict.fromkeys(words)), kept)
            if len(words) > 1 and words[-1] in STOP_WORDS:  # names are known without them, so it begins none
                yield Typed(tuple(dict.fromkeys(words[:-1])), kept)


def _fitting(prefixes: Prefixes, weights: np.ndarray, words: Sequence[str]) -> list[tuple[int, int]]:
    """(entry, how many of the words it has in full) of the entries that fit best: most in full, then most weight."""
    fits: np.ndarray | None = None
    for word in words:
        has: np.ndarray = np.zeros(len(weights), bool)
        has[prefixes.starting(word)] = True
        fits = has if fits is None else fits & has
    entries: Entries = np.flatnonzero(fits) if fits is not None else np.empty(0, np.int64)
    exact: np.ndarray = np.zeros(len(weights), np.int64)
    for word in words if len(entries) else ():
        whole: np.ndarray = np.zeros(len(weights), bool)
        whole[prefixes.exactly(word)] = True
        exact += whole
    keys = exact[entries] * (int(weights.max(initial=0)) + 1) + weights[entries]
    if len(entries) > LOOKED_AT:
        best = np.argpartition(-keys, LOOKED_AT)[:LOOKED_AT]
        entries = entries[best]
    return list(zip(entries.tolist(), exact[entries].tolist(), strict=True))


def _best(names: Names, words: Sequence[str]) -> Iterator[tuple[int, Place]]:
    for entry, exact in _fitting(names.prefixes, names.counts, words):
        yield entry, _place(names.names[entry], names.words[entry], words, exact, int(names.counts[entry]))


def _place(name: str, own: Sequence[str], typed: Sequence[str], exact: int, weight: int) -> Place:
    """The whole name typed comes first, then its beginning, then words in full, then weight. ``own``: its words."""
    whole = exact == len(typed) and set(typed) >= set(own[: len(typed) + 1])
    begins = bool(own) and own[0].startswith(typed[0])
    return WHOLE if whole else BEGINS if begins else ELSEWHERE, -exact, -weight, name.casefold()


def _beside(place: Place) -> Place:
    """The place of what begins so, but is not called so: behind all that is."""
    return BESIDE if place[0] == BEGINS else place[0], *place[1:]


def _each_once(candidates: Iterable[Candidate]) -> list[Callable[[], Completion]]:
    """The first candidate of each value: a concept may fit by several names."""
    found: dict[str, Callable[[], Completion]] = {}
    for _, value, make in candidates:
        found.setdefault(value, make)
    return list(found.values())


def _shared(there: Mapping[CompletionKind, int], limit: int) -> dict[CompletionKind, int]:
    """How many of each kind are shown: a share of the list each, and what others leave."""
    shown = {kind: min(number, max(1, round(limit * SHARES[kind]))) for kind, number in there.items()}
    for kind, number in there.items():
        shown[kind] += min(number - shown[kind], max(0, limit - sum(shown.values())))
    while sum(shown.values()) > limit:
        shown[max(shown, key=lambda kind: (shown[kind], KINDS.index(kind)))] -= 1
    return shown
