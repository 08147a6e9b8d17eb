"""What a reader asks for: one object that reads from a URL and writes to it.

``q=brain+fog&symptom=pain&symptom=fatigue&not.flag=small-sample&from=1990&to=2005&sort=newest&page=2&size=25``:
values of one facet are alternatives, facets all have to hold, ``not.`` leaves studies out. In place of ``page``,
``after`` (from :attr:`index.results.SearchResult.next_after`) goes on after a study.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from index.fields import Facet

MOST_CHARACTERS = 2_000
MOST_VALUES = 50  # of one facet
LONGEST_VALUE = 1_000
PER_PAGE, MOST_PER_PAGE = 10, 100
LAST_YEAR = 9_999
LAST_PAGE = 10**9
LONGEST_AFTER = 500  # characters
NOT = "not."
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]+")
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}\Z")


class Sort(StrEnum):
    """Orders of a result list. Ties are broken by study id; without words, relevance is newest first."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    LEVEL = "level"
    SIZE = "size"
    TITLE = "title"


Values = Mapping[str, tuple[str, ...]]


def clean(text: str) -> str:
    """Text without control characters and lone surrogates; blanks around it taken off."""
    return _CONTROL.sub(" ", text).strip()


def _canonical(values: Values) -> Values:
    """Facets and their values in alphabetical order, each once, no empty ones, within the limits."""
    kept = {name: _in_order(tuple(chosen)) for name, chosen in sorted(values.items())}
    return MappingProxyType({name: chosen for name, chosen in kept.items() if chosen})


@lru_cache(maxsize=128)  # each link of a page is a request that differs from the others in one facet
def _in_order(chosen: tuple[str, ...]) -> tuple[str, ...]:
    cleaned = {clean(value) for value in chosen}
    return tuple(sorted(value for value in cleaned if 0 < len(value) <= LONGEST_VALUE)[:MOST_VALUES])


def _written(text: str) -> str:
    """The words of a search within the limits."""
    return clean(text)[:MOST_CHARACTERS].strip()


def _possible(year: int | None) -> int | None:
    return year if year is not None and 0 <= year <= LAST_YEAR else None


@dataclass(frozen=True)
class SearchRequest:
    """A search: words, facet values wanted and unwanted, years, order, and a page or a place after which to go on.

    Whatever it is made with, it is brought within the limits of this module.
    Two requests that ask the same are equal, in whatever order the values were chosen. ``messages`` tell what could not
    be used of the arguments; they are no part of the request.
    """

    text: str = ""
    include: Values = field(default_factory=dict)
    exclude: Values = field(default_factory=dict)
    year_from: int | None = None
    year_to: int | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    per_page: int = PER_PAGE
    after: str | None = None
    messages: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _written(self.text))
        object.__setattr__(self, "include", _canonical(self.include))
        object.__setattr__(self, "exclude", _canonical(self.exclude))
        first, last = _possible(self.year_from), _possible(self.year_to)
        if first is not None and last is not None:
            first, last = min(first, last), max(first, last)
        object.__setattr__(self, "year_from", first)
        object.__setattr__(self, "year_to", last)
        object.__setattr__(self, "sort", Sort(self.sort))
        after = clean(self.after or "")
        object.__setattr__(self, "after", after if 0 < len(after) <= LONGEST_AFTER else None)
        object.__setattr__(self, "page", 1 if self.after else max(1, min(self.page, LAST_PAGE)))
        object.__setattr__(self, "per_page", max(1, min(self.per_page, MOST_PER_PAGE)))

    def __hash__(self) -> int:
        return hash(tuple(self.to_args()))

    def _with(self, **changes: object) -> "SearchRequest":
        """A copy from page 1 with fields changed to what is within the limits: a page makes a dozen."""
        made = object.__new__(SearchRequest)
        made.__dict__.update(self.__dict__, page=1, after=None, messages=())
        made.__dict__.update(changes)
        return made

    def to_args(self) -> list[tuple[str, str]]:
        """URL arguments in canonical order, defaults left out; ``from_args`` of them gives this request again."""
        args = [("q", self.text)] if self.text else []
        args += [(name, value) for name, chosen in self.include.items() for value in chosen]
        args += [(NOT + name, value) for name, chosen in self.exclude.items() for value in chosen]
        args += [("from", str(self.year_from))] if self.year_from is not None else []
        args += [("to", str(self.year_to))] if self.year_to is not None else []
        args += [("sort", self.sort.value)] if self.sort is not Sort.RELEVANCE else []
        args += [("page", str(self.page))] if self.page != 1 else []
        args += [("after", self.after)] if self.after else []
        return args + ([("size", str(self.per_page))] if self.per_page != PER_PAGE else [])

    @classmethod
    def from_args(cls, pairs: Iterable[tuple[str, str]], facets: Iterable[Facet]) -> "SearchRequest":
        """Read URL arguments. Never raises: what cannot be used is left out and told in ``messages``."""
        return _Reading({f.name: f for f in facets}).request(pairs)

    @property
    def has_years(self) -> bool:
        """Whether a year range is set."""
        return self.year_from is not None or self.year_to is not None

    def with_value(self, facet: str, value: str) -> "SearchRequest":
        """The value wanted (and not unwanted any more), from page 1."""
        return self._chosen(facet, value, wanted=True)

    def excluding(self, facet: str, value: str) -> "SearchRequest":
        """The value unwanted (and not wanted any more), from page 1."""
        return self._chosen(facet, value, wanted=False)

    def without_value(self, facet: str, value: str) -> "SearchRequest":
        """The value neither wanted nor unwanted, from page 1."""
        return self._chosen(facet, value, wanted=None)

    def without_wanted(self, facet: str) -> "SearchRequest":
        """No value of a facet wanted (those unwanted stay), from page 1."""
        return self._with(include=_canonical({name: v for name, v in self.include.items() if name != facet}))

    def _chosen(self, facet: str, value: str, wanted: bool | None) -> "SearchRequest":
        include, exclude = dict(self.include), dict(self.exclude)
        for side, adds in ((include, wanted is True), (exclude, wanted is False)):
            kept = tuple(v for v in side.get(facet, ()) if v != value)
            side[facet] = (*kept, value) if adds else kept
        return self._with(include=_canonical(include), exclude=_canonical(exclude))

    def cleared(self) -> "SearchRequest":
        """Words, order and page size kept; facets and years taken away."""
        return self._with(include=_canonical({}), exclude=_canonical({}), year_from=None, year_to=None)

    def with_page(self, page: int) -> "SearchRequest":
        """Another page of the same results."""
        if page == self.page and not (self.after or self.messages):
            return self
        return self._with(page=max(1, min(page, LAST_PAGE)))

    def going_on(self, after: str | None) -> "SearchRequest":
        """The same results after a place; None: from the first."""
        return replace(self, page=1, after=after, messages=())

    def with_text(self, text: str) -> "SearchRequest":
        """The same selection with other words, from page 1."""
        return self._with(text=_written(text))

    def with_years(self, year_from: int | None, year_to: int | None) -> "SearchRequest":
        """The same selection in other years (None: open end), from page 1."""
        return replace(self, year_from=year_from, year_to=year_to, page=1, after=None, messages=())


class _Reading:
    """Reads URL arguments one by one and notes what it could not use."""

    def __init__(self, facets: Mapping[str, Facet]) -> None:
        self._facets = facets
        self._messages: dict[str, None] = {}
        self._sides: dict[bool, dict[str, list[str]]] = {True: {}, False: {}}
        self._numbers: dict[str, int] = {}
        self._text = ""
        self._after: str | None = None
        self._sort = Sort.RELEVANCE

    def request(self, pairs: Iterable[tuple[str, str]]) -> SearchRequest:
        for key, value in pairs:
            self._read(str(key), clean(str(value)))
        years = self._years()
        text = self._text
        if len(text) > MOST_CHARACTERS:
            self._tell(f"The search text was cut after {MOST_CHARACTERS:,} characters.")
        page, size = self._numbers.get("page", 1), self._numbers.get("size", PER_PAGE)
        if not 1 <= size <= MOST_PER_PAGE:
            self._tell(f"A page shows between 1 and {MOST_PER_PAGE} studies.")
        if page < 1:
            self._tell("Pages are counted from 1.")
        if self._after and page != 1:
            self._tell("“page” and “after” exclude each other; “page” was left out.")
        include, exclude = ({name: tuple(v) for name, v in self._sides[side].items()} for side in (True, False))
        return SearchRequest(
            text, include, exclude, *years, self._sort, page, size, self._after, messages=tuple(self._messages)
        )  # fmt: skip

    def _tell(self, message: str) -> None:
        self._messages[message] = None

    def _read(self, key: str, value: str) -> None:
        if not value:
            return
        if key == "q":
            self._text = f"{self._text} {value}".strip()
        elif key == "sort":
            self._read_sort(value)
        elif key == "after":
            self._read_after(value)
        elif key in ("from", "to", "page", "size"):
            self._read_number(key, value)
        elif key.removeprefix(NOT) in self._facets:
            self._read_value(key.removeprefix(NOT), value, wanted=not key.startswith(NOT))
        else:
            names = ", ".join(self._facets)
            self._tell(f"“{_short(key)}” is no facet of this atlas and was left out; its facets are {names}.")

    def _read_sort(self, value: str) -> None:
        try:
            self._sort = Sort(value)
        except ValueError:
            self._tell(f"“{_short(value)}” is no order; the orders are {', '.join(Sort)}.")

    def _read_after(self, value: str) -> None:
        if len(value) <= LONGEST_AFTER:
            self._after = value
        else:
            self._tell("The place to go on from (“after”) is no place of a list; this is the first page.")

    def _read_number(self, key: str, value: str) -> None:
        if _WHOLE_NUMBER.match(value):
            self._numbers[key] = int(value)
        else:
            self._tell(f"“{key}” takes a whole number, not “{_short(value)}”; it was left out.")

    def _read_value(self, facet: str, value: str, wanted: bool) -> None:
        chosen = self._sides[wanted].setdefault(facet, [])
        if len(value) > LONGEST_VALUE:
            self._tell(f"A value of “{facet}” was longer than {LONGEST_VALUE:,} characters and was left out.")
        elif value in chosen:
            return
        elif len(chosen) >= MOST_VALUES:
            self._tell(f"Only the first {MOST_VALUES} values of “{facet}” were used.")
        else:
            chosen.append(value)

    def _years(self) -> tuple[int | None, int | None]:
        first, last = (self._year(key) for key in ("from", "to"))
        if first is not None and last is not None and first > last:
            self._tell(f"The years were the wrong way round; searched from {last} to {first}.")
        return first, last

    def _year(self, key: str) -> int | None:
        year = self._numbers.get(key)
        if year is not None and _possible(year) is None:
            self._tell(f"“{key}” takes a year between 0 and {LAST_YEAR}; it was left out.")
        return _possible(year)


def _short(text: str) -> str:
    """A foreign text as it fits a message."""
    text = clean(text)
    return text if len(text) <= 40 else text[:40] + "…"
