"""The switch "what remains" as every page shows it, and how its choice goes along with the links of a page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from entries.policy import PemStatus
from explorer.links import urlencode
from explorer.presentation import number, shortened
from explorer.remains import ALL, DROPPED, NAME, POSSIBLE, REQUIRED, Remains

# Pages that count with the switch, below the site's root; those about one study or concept in another form do not.
_ONE = r"(?:/[^/?#.\"]+(?:/graph[\w.]*)?)"
_COUNTED = rf"(?:studies(?:\.[\w.]+)?|studies{_ONE}|concepts{_ONE}?|grid/gaps\.csv|facets/[^/?#\"]+|"
_COUNTED += r"(?:balance|grid|paths|explore|map|snapshots|compare/studies)(?:\.\w+)?)?"
_PAGES = r"(?:(?:studies|concepts)/[^/?#.\"]+/why|about(?:/pipeline)?|downloads|retractions|compare|saved|sparql|"
_PAGES += "ns|complete|snapshots/link)"
MOST = 300  # arguments that the links of the switch repeat


@dataclass(frozen=True, slots=True)
class Choice:
    """One position of the switch."""

    label: str
    url: str
    value: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class RemainsBar:
    """Everything that ``_remains.html`` shows."""

    is_on: bool
    counts_here: bool
    choices: tuple[Choice, ...]
    sentence: str
    careful: str
    problem: str


def remains_bar(remains: Remains, path: str, args: list[tuple[str, str]]) -> RemainsBar | None:
    """The switch on the page with this path (without the root) and these arguments; None where there is none."""
    if not remains.is_possible or not remains.studies.every:
        return None
    given = next((value for name, value in args if name == NAME), "")
    known = not given or given in DROPPED
    return RemainsBar(
        is_on=remains.is_on,
        counts_here=bool(re.fullmatch(rf"/{_COUNTED}", path)),
        choices=tuple(_choices(remains, [(k, v) for k, v in args if k not in (NAME, "page", "after")][:MOST])),
        sentence=_sentence(remains) if remains.is_on else "",
        careful=_careful(remains),
        problem="" if known else f"“{shortened(given, 40)}” is none of {', '.join(DROPPED)} and was left out.",
    )


def _choices(remains: Remains, args: list[tuple[str, str]]) -> Iterator[Choice]:
    """The positions of the switch, as addresses relative to the page."""
    required, not_required = (_label(remains, s) for s in (PemStatus.REQUIRED, PemStatus.NOT_REQUIRED))
    labels = {ALL: "all studies", POSSIBLE: f"leave out “{not_required}”", REQUIRED: f"only “{required}”"}
    for kind, label in labels.items():
        yield Choice(label, "?" + urlencode([*args, (NAME, kind)]), kind, kind == remains.kind)


def _sentence(remains: Remains) -> str:
    """``3 of 38 studies count; 35 with “PEM unclear” or “PEM not required” are set aside.``"""
    kept, every = remains.studies
    dropped = " or ".join(f"“{_label(remains, PemStatus(status))}”" for status in reversed(remains.dropped))
    count = f"{kept:,} of {number(every, 'study counts', 'studies count')}"
    aside = f"{every - kept:,} with {dropped} {'is' if every - kept == 1 else 'are'} set aside"
    return f"{count}; {aside}."


def set_aside(remains: Remains) -> str:
    """What a title says of the switch: ``, without “PEM not required”``; nothing where all studies count."""
    dropped = " and ".join(f"“{_label(remains, PemStatus(status))}”" for status in reversed(remains.dropped))
    return f", without {dropped}" if dropped and remains.is_possible else ""


def _careful(remains: Remains) -> str:
    """What "unclear" is and is not, under the present choice."""
    unclear = remains.with_status(PemStatus.UNCLEAR)
    if not unclear or not remains.is_on:
        return ""
    said = f"“{_label(remains, PemStatus.UNCLEAR)}” is not “{_label(remains, PemStatus.NOT_REQUIRED)}”: "
    said += "the entry does not show which."
    what = number(unclear, "such study", "such studies")
    stay = remains.kind == POSSIBLE
    verb = ("stays" if unclear == 1 else "stay") if stay else ("is" if unclear == 1 else "are")
    return f"{said} {what} {verb} {'counted' if stay else 'set aside as well'}."


def _label(remains: Remains, status: PemStatus) -> str:
    return remains.atlas.vocabulary.label(status.value)


def carried(html: str, remains: Remains, root: str) -> str:
    """A page with the choice in its links and forms, so that it goes along; as it is where nothing is chosen."""
    if not remains.is_on:
        return html
    link, form = _patterns(root)
    field = f'<input type="hidden" name="{NAME}" value="{remains.kind}">'
    says = f'name="{NAME}"'
    html = form.sub(lambda m: m[0] if says in m[0] else f"{m['tag']}{field}{m['rest']}", html)
    return link.sub(lambda m: _linked(m, remains.kind), html)


@lru_cache(maxsize=8)
def _patterns(root: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds the links and the forms of a page that lead to another page of the site."""
    base = re.escape(root)
    path = rf"(?P<path>(?:{base}/(?:{_COUNTED}|{_PAGES}))?)"
    link = rf'(?P<name>\s(?:href|data-why|data-complete|data-save))="{path}(?P<rest>(?:\?[^"#]*)?(?:#[^"]*)?)"'
    form = rf'(?s)(?P<tag><form[^>]* action="{base}/[^"]*"[^>]*>)(?P<rest>.*?</form>)'
    return re.compile(link), re.compile(form)


def _linked(match: re.Match[str], kind: str) -> str:
    query, hash_, anchor = match["rest"].partition("#")
    if not (match["path"] or query) or f"{NAME}=" in query:
        return match[0]
    return f'{match["name"]}="{match["path"]}{query + "&amp;" if query else "?"}{NAME}={kind}{hash_}{anchor}"'
