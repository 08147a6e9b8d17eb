"""Two schemes crossed, as one object: lines that fold, cells that lead to the search, and pages of both."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from entries.vocabulary import Scheme
from explorer.asked_evidence import AskedEvidence, Option, asked_evidence, search_arguments
from explorer.presentation import Chosen, number, shortened
from explorer.remains import Count
from explorer.site import Site
from graph.grid import Grid, Line, grid

MOST_ROWS, MOST_COLUMNS = 30, 20  # drawn at once
MOST_OPENED = 60  # concepts that one address may unfold
EVERY = "*"  # in place of the concepts to unfold: all of them
SHADES = 4
LISTED = 12  # gaps named on the page; the CSV has them all


@dataclass(frozen=True, slots=True)
class GridAsked:
    """The arguments of an address, as they came."""

    rows: str = ""
    columns: str = ""
    level: str = ""
    pem: str = ""
    opened: tuple[str, ...] = ()
    row_page: str = ""
    column_page: str = ""


@dataclass(frozen=True, slots=True)
class LineView:
    """A heading of a row or column: the concept, its depth, and what folds or unfolds it."""

    concept: Chosen
    depth: int
    fold: Chosen | None
    opened: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """How many studies have both, of how many in all; ``shade`` 0 (none) to SHADES (the most on this page)."""

    count: Count
    url: str
    shade: int
    says: str


@dataclass(frozen=True, slots=True)
class Pages:
    """Which of the lines are drawn, and where the others are."""

    sentence: str
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class GapView:
    """A pair that nobody has studied here: the two concepts with their studies, and the search for both."""

    row: Chosen
    column: Chosen
    url: str


@dataclass(frozen=True, slots=True)
class GridPage:
    """Everything that ``grid.html`` shows."""

    asked: AskedEvidence
    schemes: tuple[tuple[str, str, tuple[Option, ...]], ...]  # (field, label, choices)
    kept: tuple[str, ...]
    row_scheme: Scheme
    column_scheme: Scheme
    columns: tuple[LineView, ...]
    rows: tuple[tuple[LineView, tuple[Cell, ...]], ...]
    pages: tuple[Pages, ...]
    gaps: tuple[GapView, ...]
    empty: int
    messages: tuple[str, ...]
    folded_url: str
    unfolded_url: str
    csv_url: str
    json_url: str
    gaps_url: str


def crossable(site: Site) -> tuple[str, ...]:
    """Schemes that can be crossed: those that the search can be narrowed by, tags first."""
    schemes = site.atlas.vocabulary.schemes
    order = dict.fromkeys((*site.atlas.config.tags, *schemes))
    return tuple(name for name in order if name in schemes and site.facet_of(name))


class GridAnswer:
    """Reads the question with patience; then the page, or the whole grid for a table or data."""

    def __init__(self, site: Site, given: GridAsked) -> None:
        self._site, self._messages = site, list[str]()
        self._every: dict[tuple[str, ...], int] = {}
        self._asked = asked_evidence(site, given.level, given.pem)
        self.row_scheme, self.column_scheme = self._schemes(given)
        vocabulary = site.atlas.vocabulary
        known = (name for name in dict.fromkeys(given.opened) if name in vocabulary)
        self._opened = tuple(i for i in known if vocabulary.scheme_of(i) in (self.row_scheme, self.column_scheme))
        self._opened = (EVERY,) if EVERY in given.opened else self._opened[:MOST_OPENED]
        self._pages = (_page_number(given.row_page), _page_number(given.column_page))

    def _schemes(self, given: GridAsked) -> tuple[str, str]:
        """The two schemes asked for, or the first ones that differ."""
        offered = crossable(self._site)
        for name in (given.rows, given.columns):
            if name and name not in offered:
                self._messages.append(f"“{shortened(name, 40)}” cannot be crossed; there is {', '.join(offered)}.")
        rows = given.rows if given.rows in offered else next((n for n in offered if n != given.columns), "")
        columns = given.columns if given.columns in offered else next((n for n in offered if n != rows), "")
        if rows == columns:
            self._messages.append("Rows and columns were the same; other columns were taken.")
            columns = next((n for n in offered if n != rows), "")
        return rows, columns

    @property
    def is_possible(self) -> bool:
        """Whether the atlas has two schemes to cross."""
        return bool(self.row_scheme and self.column_scheme)

    def whole(self) -> Grid:
        """Every line that is unfolded, not only those of one page."""
        opened = None if EVERY in self._opened else self._opened
        return grid(self._site.atlas, self.row_scheme, self.column_scheme, self._asked.evidence, opened)

    def _before(self) -> dict[tuple[str, ...], int]:
        """Studies of each concept and of each pair when nothing is set aside; empty where nothing is."""
        if not self._site.remains.is_on:
            return {}
        opened = None if EVERY in self._opened else self._opened
        evidence = self._asked.evidence.without("dropped")
        every = grid(self._site.atlas, self.row_scheme, self.column_scheme, evidence, opened)
        found: dict[tuple[str, ...], int] = {(line.concept,): line.count for line in (*every.rows, *every.columns)}
        for row, counts in zip(every.rows, every.counts, strict=True):
            found.update(((row.concept, c.concept), n) for c, n in zip(every.columns, counts, strict=True))
        return found

    def page(self) -> GridPage:
        """The page: of the lines that are unfolded, those of one page each way."""
        whole = self.whole()
        self._every = self._before()
        rows, row_pages = self._part(len(whole.rows), 0, MOST_ROWS)
        columns, column_pages = self._part(len(whole.columns), 1, MOST_COLUMNS)
        drawn = [counts[columns] for counts in whole.counts[rows]]
        most = max((count for counts in drawn for count in counts), default=0)
        names = self._site.atlas.vocabulary.schemes
        return GridPage(
            asked=self._asked,
            schemes=tuple(self._fields()),
            kept=self._opened,
            row_scheme=names[self.row_scheme],
            column_scheme=names[self.column_scheme],
            columns=tuple(self._line(column) for column in whole.columns[columns]),
            rows=tuple(
                (self._line(row), tuple(self._cells(row, whole.columns[columns], counts, most)))
                for row, counts in zip(whole.rows[rows], drawn, strict=True)
            ),
            pages=(row_pages, column_pages),
            gaps=tuple(self._gaps(whole)),
            empty=whole.empty,
            messages=(*self._messages, *self._asked.messages),
            folded_url=self._url(opened=()) if self._opened else "",
            unfolded_url="" if EVERY in self._opened else self._url(opened=(EVERY,)),
            csv_url=self._url(suffix=".csv"),
            json_url=self._url(suffix=".json"),
            gaps_url=self._url(suffix="/gaps.csv"),
        )

    def _fields(self) -> Iterator[tuple[str, str, tuple[Option, ...]]]:
        schemes = self._site.atlas.vocabulary.schemes
        for field, label, chosen in (("rows", "Rows", self.row_scheme), ("columns", "Columns", self.column_scheme)):
            options = (Option(name, schemes[name].plural, name == chosen) for name in crossable(self._site))
            yield field, label, tuple(options)

    def _part(self, size: int, axis: int, most: int) -> tuple[slice, Pages]:
        """Which of ``size`` lines stand on the page asked for, and the way to the others."""
        last = max(1, -(-size // most))
        page = min(self._pages[axis], last)
        part = slice((page - 1) * most, min(page * most, size))
        what = ("Rows", "Columns")[axis]
        sentence = f"{what} {part.start + 1} to {part.stop} of {size}" if last > 1 else ""
        before, after = ([*self._pages], [*self._pages])
        before[axis], after[axis] = page - 1, page + 1
        return part, Pages(
            sentence,
            self._url(pages=before) if page > 1 else "",
            self._url(pages=after) if page < last else "",
        )

    def _url(self, opened: Iterable[str] | None = None, pages: Sequence[int] | None = None, suffix: str = "") -> str:
        """The address of this grid, or of one a little different. Folding and unfolding keep the page."""
        args = [("rows", self.row_scheme), ("columns", self.column_scheme), *self._asked.args]
        args += [("open", concept) for concept in (self._opened if opened is None else opened)]
        if not suffix:
            numbers = self._pages if pages is None else pages
            args += [(k, str(v)) for k, v in zip(("row", "column"), numbers, strict=True) if v > 1]
        return self._site.links.grid(args, suffix)

    def _line(self, line: Line) -> LineView:
        label = self._site.atlas.vocabulary.label(line.concept)
        fold = None
        if line.below and EVERY not in self._opened:
            opened = [i for i in self._opened if i != line.concept] if line.opened else [*self._opened, line.concept]
            words = f"Fold {label}" if line.opened else f"Unfold {label}: {line.below} below"
            fold = Chosen(words, self._url(opened=opened))
        return LineView(
            Chosen(label, self._site.links.concept(line.concept), line.count, self._every.get((line.concept,))),
            min(line.depth, 4),
            fold,
            line.opened,
        )

    def _cells(self, row: Line, columns: Sequence[Line], counts: Sequence[int], most: int) -> Iterator[Cell]:
        label = self._site.atlas.vocabulary.label
        for column, count in zip(columns, counts, strict=True):
            found = Count(count, self._every.get((row.concept, column.concept), count))
            studies = f"{found} studies" if found.every != count else number(count, "study", "studies")
            says = f"{studies}: {label(row.concept)}, {label(column.concept)}"
            yield Cell(found, self._search(row.concept, column.concept), _shade(count, most), says)

    def _search(self, row: str, column: str) -> str:
        """The studies with both concepts that clear the bar."""
        facets = (self._site.facet_of(self.row_scheme), self._site.facet_of(self.column_scheme))
        bar = search_arguments(self._site, self._asked.evidence) or []
        return self._site.links.search([(str(facets[0]), row), (str(facets[1]), column), *bar])

    def _gaps(self, whole: Grid) -> Iterator[GapView]:
        """The pairs that are missed most, of which both are studied."""
        label = self._site.atlas.vocabulary.label
        for gap in whole.gaps(LISTED):
            row = Chosen(label(gap.row), self._site.links.concept(gap.row), gap.row_count)
            column = Chosen(label(gap.column), self._site.links.concept(gap.column), gap.column_count)
            yield GapView(row, column, self._search(gap.row, gap.column))

    def as_data(self) -> dict[str, Any]:
        """The whole grid as plain data."""
        whole, evidence = self.whole(), self._asked.evidence
        return {
            "rows": {"scheme": self.row_scheme, "concepts": [self._plain(line) for line in whole.rows]},
            "columns": {"scheme": self.column_scheme, "concepts": [self._plain(line) for line in whole.columns]},
            "level": evidence.level,
            "pem": evidence.pem,
            "messages": [*self._messages, *self._asked.messages],
            "studies": [list(counts) for counts in whole.counts],
        }

    def _plain(self, line: Line) -> dict[str, Any]:
        label = self._site.atlas.vocabulary.label(line.concept)
        return {"id": line.concept, "label": label, "studies": line.count, "depth": line.depth, "below": line.below}

    def table(self) -> Iterator[list[object]]:
        """The whole grid as rows of a table, with a heading."""
        whole, label = self.whole(), self._site.atlas.vocabulary.label
        yield [f"{self.row_scheme} by {self.column_scheme}", "studies", *(label(c.concept) for c in whole.columns)]
        for row, counts in zip(whole.rows, whole.counts, strict=True):
            yield [label(row.concept), row.count, *counts]

    def gap_table(self) -> Iterator[list[object]]:
        """Every pair without a study as rows of a table, with a heading."""
        label = self._site.atlas.vocabulary.label
        yield [self.row_scheme, "label", "studies", self.column_scheme, "label", "studies"]
        for gap in self.whole().gaps():
            yield [gap.row, label(gap.row), gap.row_count, gap.column, label(gap.column), gap.column_count]


def _shade(count: int, most: int) -> int:
    """0 for none, else 1 to SHADES by the number of digits in base two: counts are skewed."""
    if not count:
        return 0
    return max(1, round(SHADES * count.bit_length() / most.bit_length()))


def _page_number(given: str) -> int:
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) <= 6 else 1
