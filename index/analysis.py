"""The one analysis of texts and queries: from any spelling of a word to the same index terms.

A text is cut at white space; each piece is folded (case, accents, sub- and superscripts, Greek letters) and cut into
*chunks* at punctuation and *parts* at hyphens, slashes and between letters and digits: ``(IL-1β,`` is one chunk with
the parts ``il``, ``1``, ``beta``. Besides its parts a chunk yields *compounds*, its neighbouring parts joined, with
Greek names shortened to their letter: ``il1b``. So ``NF-κB``, ``NF kappa B``, ``nf-kb`` and ``NFkB`` all hold ``nfkb``.

What an index is given is a string of terms separated by blanks, the parts in order, then the compounds, each after a
gap that no phrase can cross.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from entries.vocabulary import GREEK
from index.spelling import LONGEST, term
from index.wordlists import PREFIXES, SYMBOLS, UNITS, WRITTEN_TOGETHER

VERSION = 5  # raise it when the same text yields other terms: indexes made before are then rebuilt
GAP = "|"  # a token between things that are no neighbours; engines index its position, not the token
LONGEST_CHUNK = 8  # parts of a chunk that has compounds
LONGEST_RUN = 4  # parts that one compound joins at most
REMEMBERED = 200_000  # pieces kept in memory before the table starts anew
_BETWEEN = " "  # stands among pieces where one text ends and another begins: no piece is a blank

# Names that stand for a letter wherever they occur. Those of two or three letters (mu, nu, pi, tau) are also words.
GREEK_NAMES = frozenset(name for name in GREEK.values() if len(name) > 3)
_JOINERS = frozenset("-‐‑‒–—―−﹣－/⁄∕_")
_DROPPED = frozenset("'’‘ʼʹ′`\u00ad\u200b\u200c\u200d\u2060\ufeff")
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d", "ħ": "h", "ŋ": "n"}
_PART = re.compile(r"[α-ω]{3,}|[α-ω]|\d+|[^\W\d_α-ω]+")  # three Greek letters or more are a word in Greek
_RAISED = re.compile(r"(?<=[0-9])[⁰¹²³⁴-⁹]")  # an exponent is a number of its own: 10⁹ is no 109
_NAMES = "|".join(sorted(GREEK_NAMES, key=len, reverse=True))
_SPELLED = re.compile(rf"([a-z]{{2,5}}|interferon|interleukin)({_NAMES})([a-z]?)\Z")  # nfkappab
_SPELLED_LAST = re.compile(rf"()({_NAMES})([a-z])\Z")  # the second part of nf-kappab
_PLAIN = re.compile(r"[(\[\"“]*([A-Za-z]+|[0-9]+)[\])\"”.,;:!?]*\Z")  # a word, punctuation around it: most pieces
_SEVERAL = re.compile(r"[A-Za-z]*[A-Z]{2,}['’]?s")  # RCTs, mRNA's
# With what a known abbreviation begins: most words begin none.
_BEGINNINGS = frozenset(known[:end] for known in WRITTEN_TOGETHER for end in range(1, len(known) + 1))


class Part(NamedTuple):
    """A folded word and the place it was found at: offsets into the original text, end exclusive."""

    word: str
    start: int
    end: int


Chunk = tuple[Part, ...]


class _Folded(dict[str, str]):
    """What becomes of a character: letters and digits folded, ``-`` for a joiner, a blank for what separates."""

    def __missing__(self, character: str) -> str:
        folded = "".join(map(self._one, unicodedata.normalize("NFKD", character.casefold())))
        self[character] = folded
        return folded

    @staticmethod
    def _one(c: str) -> str:
        if c in _DROPPED or unicodedata.combining(c):
            return ""
        if c in _JOINERS:
            return "-"
        if not c.isalnum():
            return " "
        digit = unicodedata.digit(c, None)
        return _LETTERS.get(c, c) if digit is None else str(digit)


_folded = _Folded()
_FOLDED_ASCII = str.maketrans({chr(code): _folded[chr(code)] for code in range(128)})


def _lettered(piece: str) -> tuple[str, Sequence[int]]:
    """A piece folded character by character, and where in the piece each character of that comes from."""
    if piece.isascii() and _DROPPED.isdisjoint(piece):
        return piece.translate(_FOLDED_ASCII), range(len(piece))
    raised = {found.start() for found in _RAISED.finditer(piece)}
    origins = [(f, i) for i, c in enumerate(piece) for f in (f" {_folded[c]}" if i in raised else _folded[c])]
    return "".join([f for f, _ in origins]), [i for _, i in origins]


def chunks(piece: str, offset: int = 0) -> tuple[Chunk, ...]:
    """The chunks of one piece of text without white space; ``offset`` is added to all places."""
    if plain := _PLAIN.match(piece):
        word = _one_of(plain[1], plain[1].lower())
        return (_opened((Part(word[:LONGEST], offset + plain.start(1), offset + plain.end(1)),)),)
    text, origins = _lettered(piece)
    found: list[list[Part]] = []
    end = 0
    for match in _PART.finditer(text):
        word, (first, after) = match.group(), match.span()
        start, stop = origins[first], origins[after - 1] + 1
        word = _one_of(piece[start:stop], GREEK.get(word, word))
        part = Part(word[:LONGEST], offset + start, offset + stop)
        if found and " " not in text[end:first]:
            found[-1].append(part)
        else:
            found.append([part])
        end = after
    return tuple(_opened(tuple(chunk)) for chunk in found)


def _one_of(written: str, word: str) -> str:
    """The word without the small ``s`` of a plural behind capitals: no stemmer takes it from ``RCTs``."""
    return word[:-1] if written[-1] == "s" and _SEVERAL.fullmatch(written) else word


def _opened(chunk: Chunk) -> Chunk:
    """Known abbreviations and spelled-out Greek (``tnfalpha``) taken apart; the parts share the whole's place."""
    opened: list[Part] = []
    at = 0
    while at < len(chunk):
        spelling, word = _SPELLED_LAST if at else _SPELLED, chunk[at].word
        if word not in _BEGINNINGS and (len(word) <= 4 or not spelling.match(word)):  # nearly all
            opened.append(chunk[at])
            at += 1
            continue
        words, used = _taken_apart(chunk[at : at + LONGEST_RUN], spelling)
        taken = chunk[at : at + used]
        same = words == tuple([p.word for p in taken])
        opened.extend(taken if same else [Part(w, taken[0].start, taken[-1].end) for w in words])
        at += used
    return tuple(opened)


def _taken_apart(chunk: Chunk, spelling: re.Pattern[str]) -> tuple[tuple[str, ...], int]:
    """The words that the beginning of a chunk stands for, and how many of its parts they replace."""
    word = chunk[0].word
    for length in range(len(chunk), 0, -1) if word in _BEGINNINGS else ():
        if known := WRITTEN_TOGETHER.get(compound([p.word for p in chunk[:length]])):
            return known, length
    spelled = spelling.match(word) if len(word) > 4 else None
    return (tuple(w for w in spelled.groups() if w) if spelled else (word,)), 1


def compound(words: Sequence[str]) -> str:
    """Words joined, Greek names after the first shortened to their letter: ``("tnf", "alpha")`` gives ``tnfa``."""
    return (words[0] + "".join(w[0] if w in GREEK_NAMES else w for w in words[1:]))[:LONGEST]


def runs(chunk: Sequence[Part]) -> Iterator[Sequence[Part]]:
    """All runs of two to four neighbouring parts that are not figures only (``10-20`` is no ``1020``).

    None in a chunk of more than eight parts: that is an address, not a word.
    """
    if len(chunk) > LONGEST_CHUNK:
        return
    for start in range(len(chunk) - 1):
        for end in range(start + 2, min(start + LONGEST_RUN, len(chunk)) + 1):
            run = chunk[start:end]
            if not all(p.word.isdigit() for p in run):
                yield run


def is_symbol(word: str) -> bool:
    """Whether a number or Greek letter after this word belongs to it: ``tnf``, ``cd``, ``il``, ``interferon``."""
    if word in SYMBOLS:
        return True
    plain = 2 <= len(word) <= 5 and word.isascii() and word.isalpha() and word not in UNITS
    return plain and not any(vowel in word for vowel in "aeiouy")


def glued(parts: Sequence[Part]) -> Iterator[Sequence[Part]]:
    """Runs that belong together across blanks: a Greek letter with the word before it, a prefix with the one after."""
    for i, part in enumerate(parts[1:], start=1):
        before = parts[i - 1]
        if part.word in GREEK_NAMES and not before.word.isdigit():
            yield from _greek_run(parts, i - 1, i)
        elif part.word in GREEK_NAMES and i > 1:
            yield from _greek_run(parts, i - 2, i)
        elif before.word in PREFIXES and len(part.word) > 2 and not part.word.isdigit():
            yield parts[i - 1 : i + 1]


def _greek_run(parts: Sequence[Part], start: int, greek: int) -> Iterator[Sequence[Part]]:
    yield parts[start : greek + 1]
    if greek + 1 < len(parts) and belongs_after_greek(parts[greek + 1].word):
        yield parts[start : greek + 2]


def belongs_after_greek(word: str) -> bool:
    """A single letter (but not the words "a" and "i") or a number of up to two digits: NF kappa *B*, TGF beta *1*."""
    return (len(word) == 1 and word not in "ai") or (word.isdigit() and len(word) <= 2)


def joined_parts(found: Sequence[Chunk]) -> Iterator[Sequence[Part]]:
    """All runs of parts that have a compound: those within chunks, and those across blanks."""
    for chunk in found:
        yield from runs(chunk)
    yield from glued([p for chunk in found for p in chunk])


class Spans(NamedTuple):
    """An analysed text with places: all parts in order, and all compounds (term, start, end)."""

    parts: tuple[Part, ...]
    compounds: tuple[Part, ...]


def spans(text: str) -> Spans:
    """Terms of a text with their places in it, for highlighting. ``word`` is the index term here."""
    found = [c for m in re.finditer(r"\S+", text) for c in chunks(m.group(), m.start())]
    parts = [p for c in found for p in c]
    compounds = {Part(term(compound([p.word for p in r])), r[0].start, r[-1].end): None for r in joined_parts(found)}
    return Spans(tuple(p._replace(word=term(p.word)) for p in parts), tuple(compounds))


class Analyser(dict[str, str]):
    """Turns texts into strings of terms, fast, and collects the words that it met.

    A mapping of pieces (text between white space) to their terms, filled on demand: after the first few thousand
    entries nearly every piece is known. One object serves one thread.
    """

    def __init__(self) -> None:
        super().__init__({_BETWEEN: GAP})
        self.words: set[str] = set()  # all folded words and compounds seen, unstemmed: the index's own vocabulary
        self._compounds: dict[str, dict[str, None]] = {}
        self._gluing: set[str] = set()
        self._joining: set[str] = set()  # pieces that have compounds, or may be part of some across blanks

    def __missing__(self, piece: str) -> str:
        if piece.isascii() and piece.isdecimal():  # a number is itself; every study brings some of its own
            self[piece] = number = piece[:LONGEST]
            self.words.add(number)
            return number
        found = piece_chunks(piece)
        words = [p.word for chunk in found for p in chunk]
        joined = [compound([p.word for p in run]) for run in joined_parts(found)] if len(words) > 1 else []
        self.words.update(words, joined)
        if joined:
            self._compounds[piece] = dict.fromkeys(map(term, joined))
            self._joining.add(piece)
        if words and (words[-1] in PREFIXES or not GREEK_NAMES.isdisjoint((words[0], words[-1]))):
            self._gluing.add(piece)
            self._joining.add(piece)
        self[piece] = terms = " ".join(map(term, words))
        return terms

    def _forget(self) -> None:
        self.clear()
        self[_BETWEEN] = GAP
        self._compounds.clear()
        self._gluing.clear()
        self._joining.clear()

    def terms(self, texts: Sequence[str]) -> str:
        """The terms of one field's texts, ready for an index that splits at blanks and drops :data:`GAP`."""
        if len(self) >= REMEMBERED:
            self._forget()
        cut = [text.split() for text in texts]
        pieces = cut[0] if len(cut) == 1 else list(chain.from_iterable((*text, _BETWEEN) for text in cut))[:-1]
        stream = " ".join(filter(None, map(self.__getitem__, pieces)))
        if self._joining.isdisjoint(pieces):
            return stream
        joined: dict[str, None] = {}
        for text in cut:
            self._join(text, joined)
        return f" {GAP} ".join((stream, *joined))

    def _join(self, pieces: Sequence[str], joined: dict[str, None]) -> None:
        """Add the compounds of one text's pieces, all of which are known."""
        for piece in filter(self._compounds.__contains__, pieces):
            joined.update(self._compounds[piece])
        if not self._gluing.isdisjoint(pieces):
            for i in [i for i, p in enumerate(pieces) if p in self._gluing]:
                joined.update(self._glued(pieces[max(0, i - 3) : i + 4]))

    def _glued(self, pieces: Iterable[str]) -> dict[str, None]:
        """Compounds across the blanks between a few neighbouring pieces."""
        parts = [p for piece in pieces for c in piece_chunks(piece) for p in c]
        joined = [compound([p.word for p in run]) for run in glued(parts)]
        self.words.update(joined)
        return dict.fromkeys(map(term, joined))


@lru_cache(maxsize=50_000)
def piece_chunks(piece: str) -> tuple[Chunk, ...]:
    """As :func:`chunks`, remembered."""
    return chunks(piece)


def fold(text: str) -> str:
    """A text as its index terms, to see what the analysis does: ``IL-6 levels`` gives ``il 6 level | il6``."""
    return Analyser().terms([text])
