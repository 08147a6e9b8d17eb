"""The hits of a search page as HTML, written in Python: ten of them put out five hundred values."""

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup

from explorer.escaping import escaped, written
from explorer.presentation import Badge
from explorer.presentation_search import Result


def hits(results: Iterable[Result]) -> Markup:
    """Items of a list: each hit with its badges, what was found in it, and what it does not prove."""
    return Markup("".join(map(_item, results)))


def _item(hit: Result) -> str:
    url, title, journal = escaped(hit.url), written(hit.title), f" · {escaped(hit.journal)}" if hit.journal else ""
    said = "".join([f'<p class="say"><b>{escaped(name)}:</b> {written(text)}</p>' for name, text in hit.snippets])
    if hit.summary:
        said += f'<p class="say">{escaped(hit.summary)}</p>'
    return (
        f'<li><article><h3><a href="{url}">{title}</a></h3>\n'
        f'<p class="by">{escaped(hit.byline)}{journal} · {hit.year}</p>\n'
        f'<ul class="badges">{"".join(map(_badge, hit.badges))}</ul>\n'
        f'{said}<p class="caveat"><b>Does not prove:</b> {escaped(hit.caveat)}</p>\n'
        f'<p class="like small"><a href="{url}#together">More like this<span class="vh">: {title}</span></a></p>'
        f"{_why(escaped(hit.why_url), title) if hit.why_url else ''}</article></li>\n"
    )


def _why(url: str, title: str) -> str:
    return (
        f'<details class="whybox" data-why="{url}"><summary class="small">Why is this here?'
        f'<span class="vh"> {title}</span></summary><p class="small">'
        f'<a href="{url}" rel="nofollow">Which words and fields matched</a></p></details>'
    )


@lru_cache(maxsize=1_000)  # those of concepts are few; one that warns of a study is its own
def _badge(badge: Badge) -> str:
    return f'<li class="b {escaped(badge.css)}" title="{escaped(badge.title)}">{escaped(badge.text)}</li>'
