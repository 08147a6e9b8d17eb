"""The values of a facet as HTML, written in Python: a search page has a hundred and fifty, and as a macro of a template
they took half of the time of all of it."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from markupsafe import Markup

from explorer.escaping import escaped
from explorer.facet_lines import Line
from explorer.links import quoted
from explorer.presentation_facets import FacetLines, FacetValue, Lines


def rows(values: Iterable[FacetValue], tree: bool = False) -> Markup:
    """A list of values: each selects itself, or leaves itself out; what is narrower is folded below it."""
    if isinstance(values, Lines):
        return Markup(_listed(_Writer(values.making, tree).written(values.lines), tree))
    return Markup(_listed([_row(value, tree) for value in values], tree))


def _listed(items: Iterable[str], tree: bool) -> str:
    kind = ' class="tree-of"' if tree else ""
    return f"<ul{kind}>{''.join(items)}</ul>"


class _Writer:
    """Writes the lines of one facet as :func:`_row` writes values, what they have in common made once."""

    def __init__(self, making: FacetLines, tree: bool) -> None:
        self._making, self._tree = making, tree
        with_, after, without, after_not = making.around
        self._parts = (
            f'<li><a href="{with_}',
            f'{after}" id="f-{making.name}-',
            f'</b></a><a class="x" href="{without}',
            f'{after_not}" rel="nofollow" aria-label="not ',
        )

    def written(self, lines: Iterable[Line]) -> list[str]:
        """The items of a list. What is chosen, left out or empty takes the longer way."""
        add, known_as, leave, out = self._parts
        found = []
        for line in lines:
            count, below, is_open = line
            value, name, number, selected, excluded, *_ = count
            if selected or excluded or not number:
                found.append(_particular(self._making.value(line), self._tree))
                continue
            key, label = _as_written(value, self._making.label(count) if self._making.is_level else name)
            narrower = self._narrower(below, key, label, is_open) if below else ""
            found.append(
                f'{add}{key}{known_as}{key}" rel="nofollow">{label} <b>{number:,}'
                f'{leave}{key}{out}{label}: leave it out">not</a>{narrower}</li>'
            )
        return found

    def _narrower(self, below: Sequence[Line], key: str, label: str, is_open: bool) -> str:
        listed = _listed(self.written(below), self._tree)
        return _folded(len(below), f"{self._making.name}-{key}", label, is_open, listed)


@lru_cache(maxsize=4_000)  # the same few hundred values on every page
def _as_written(value: str, label: str) -> tuple[str, str]:
    """A value as addresses hold it, and its label as HTML does."""
    return quoted(value), escaped(label)


def _row(value: FacetValue, tree: bool) -> str:
    _, key, label, count, selected, excluded, toggle, exclude, below, _ = value
    if selected or excluded or below or not count:
        return _particular(value, tree)
    label = escaped(label)
    link = f'<a href="{escaped(toggle)}" id="f-{escaped(key)}" rel="nofollow">{label} <b>{count:,}</b></a>'
    return f"<li>{link}{_leaving_out(exclude, label)}</li>"


def _particular(value: FacetValue, tree: bool) -> str:
    """A value that is chosen or left out, has no study, or others below it."""
    _, key, label, count, selected, excluded, toggle, exclude, below, is_open = value
    key, label = escaped(key), escaped(label)
    marks = now = said = ""
    if selected or excluded:
        marks, now = " data-on" if selected else " data-off", ' aria-current="true"'
        said = f'<span class="vh"> ({"chosen, take away" if selected else "left out, take back"})</span>'
    if not count:
        marks += " data-none"
    narrower = _folded(len(below), key, label, is_open, rows(below, tree)) if below else ""
    out = "" if excluded else _leaving_out(exclude, label)
    link = f'<a href="{escaped(toggle)}" id="f-{key}" rel="nofollow"{now}>{label}{said} <b>{count:,}</b></a>'
    return f"<li{marks}>{link}{out}{narrower}</li>"


def _leaving_out(url: str, label: str) -> str:
    return f'<a class="x" href="{escaped(url)}" rel="nofollow" aria-label="not {label}: leave it out">not</a>'


def _folded(count: int, key: str, label: str, is_open: bool, listed: str) -> str:
    """Narrower values below a value, all of it as HTML holds it but their number."""
    words = f'<summary><span class="vh">{count} narrower than {label}</span></summary>'
    return f'<details class="below" id="below-{key}"{" open" if is_open else ""}>{words}{listed}</details>'
