"""The values of a facet as HTML, written in Python: a search page has a hundred and fifty, and as a macro of a template
they took half of the time of all of it."""

from collections.abc import Iterable

from markupsafe import Markup

from explorer.escaping import escaped
from explorer.presentation_facets import FacetValue


def rows(values: Iterable[FacetValue], tree: bool = False) -> Markup:
    """A list of values: each selects itself, or leaves itself out; what is narrower is folded below it."""
    kind = ' class="tree-of"' if tree else ""
    return Markup(f"<ul{kind}>{''.join([_row(value, tree) for value in values])}</ul>")


def _row(value: FacetValue, tree: bool) -> str:
    _, key, label, count, selected, excluded, toggle, exclude, below, _ = value
    if selected or excluded or below or not count:
        return _particular(value, tree)
    label = escaped(label)
    link = f'<a href="{escaped(toggle)}" id="f-{escaped(key)}" rel="nofollow">{label} <b>{count:,}</b></a>'
    return f"<li>{link}{_leaving_out(exclude, label)}</li>"


def _particular(value: FacetValue, tree: bool) -> str:
    """A value that is chosen or left out, has no study, or others below it."""
    _, key, label, count, selected, excluded, toggle, exclude, below, _ = value
    key, label = escaped(key), escaped(label)
    marks = now = said = ""
    if selected or excluded:
        marks, now = " data-on" if selected else " data-off", ' aria-current="true"'
        said = f'<span class="vh"> ({"chosen, take away" if selected else "left out, take back"})</span>'
    if not count:
        marks += " data-none"
    narrower = _narrower(value, key, label, tree) if below else ""
    out = "" if excluded else _leaving_out(exclude, label)
    link = f'<a href="{escaped(toggle)}" id="f-{key}" rel="nofollow"{now}>{label}{said} <b>{count:,}</b></a>'
    return f"<li{marks}>{link}{out}{narrower}</li>"


def _leaving_out(url: str, label: str) -> str:
    return f'<a class="x" href="{escaped(url)}" rel="nofollow" aria-label="not {label}: leave it out">not</a>'


def _narrower(value: FacetValue, key: str, label: str, tree: bool) -> str:
    words = f'<summary><span class="vh">{len(value.below)} narrower than {label}</span></summary>'
    is_open = " open" if value.open else ""
    return f'<details class="below" id="below-{key}"{is_open}>{words}{rows(value.below, tree)}</details>'
