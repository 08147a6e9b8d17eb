"""``evidence search``."""

import json
import re
from html import unescape
from textwrap import shorten

import click

from entries.atlas import Atlas
from explorer import settings
from explorer.instance import Instance
from index.engine import SearchResult
from index.fields import facets
from index.query import SearchRequest, Sort

SNIPPETS, WIDTH = 2, 200  # of a hit, and characters of each
MARK = re.compile(r"</?mark>")


@click.command("search")
@click.argument("words", nargs=-1)
@click.option(
    "--facet",
    "-f",
    "chosen",
    multiple=True,
    metavar="NAME=VALUE",
    help="Only studies with this value; may be repeated.",
)
@click.option("--not", "-n", "unwanted", multiple=True, metavar="NAME=VALUE", help="Only studies without this value.")
@click.option("--from", "first", type=int, metavar="YEAR", help="Published in this year or later.")
@click.option("--to", "last", type=int, metavar="YEAR", help="Published in this year or earlier.")
@click.option("--sort", type=click.Choice([s.value for s in Sort]), default=Sort.RELEVANCE.value, show_default=True)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option(
    "--size", type=click.Choice(["10", "25", "50", "100"]), default="10", show_default=True, help="Studies a page."
)
@click.option("--counts", is_flag=True, help="Also print the facets with their counts.")
@click.option("--ids", "only_ids", is_flag=True, help="Print the ids of all matching studies, one a line.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def command(
    folders: settings.Folders,
    words: tuple[str, ...],
    chosen: tuple[str, ...],
    unwanted: tuple[str, ...],
    first: int | None,
    last: int | None,
    sort: str,
    page: int,
    size: str,
    counts: bool,
    only_ids: bool,
    as_json: bool,
) -> None:
    """Search the atlas: words, "phrases", field:word, AND OR NOT, prefix*.

    \b
    Examples:
      evidence search brain fog
      evidence search lactate --facet pem=pem-required --sort newest
      evidence search --not flag=small-sample --counts
    """
    instance = Instance.open(folders.instance)
    pairs = [("q", " ".join(words)), ("sort", sort), ("page", str(page)), ("size", size)]
    pairs += [("from", str(first))] if first is not None else []
    pairs += [("to", str(last))] if last is not None else []
    pairs += [_pair(c, "") for c in chosen] + [_pair(u, "not.") for u in unwanted]
    request = SearchRequest.from_args(pairs, facets(instance.atlas.config))
    if only_ids:
        click.echo("\n".join(instance.engine.ids(request)))
        return
    result = instance.engine.search(request)
    if as_json:
        click.echo(json.dumps(_plain(result, instance.atlas), indent=1, ensure_ascii=False))
    else:
        _print(result, instance.atlas, counts)


def _pair(text: str, prefix: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"'{text}' is not NAME=VALUE, as in pem=pem-required")
    return prefix + name.strip(), value.strip()


def _print(result: SearchResult, atlas: Atlas, counts: bool) -> None:
    for message in result.messages:
        click.echo(message, err=True)
    noun = "study" if result.total == 1 else "studies"
    click.echo(f"{result.total} {noun} ({result.seconds * 1000:.1f} ms)\n")
    for hit in result.hits:
        study = atlas.studies[hit.id]
        level = atlas.vocabulary.label(study.evidence_level)
        status = atlas.badge(study).status
        said = [f"{study.byline} {study.year}", f"{study.evidence_level} {level}"]
        said += [atlas.vocabulary.label(status)] if status in atlas.vocabulary else []
        click.echo(f"{hit.id}\n  {study.title}\n  {' | '.join(said)}")
        snippets = [f"{f}: {_unmarked(s)}" for f, s in hit.highlights.items() if f != "title"]
        for snippet in snippets[:SNIPPETS]:
            click.echo(f"  {shorten(snippet, WIDTH, placeholder=' …')}")
        click.echo()
    if counts:
        _print_facets(result)


def _unmarked(snippet: str) -> str:
    return unescape(MARK.sub("*", snippet))


def _print_facets(result: SearchResult) -> None:
    for facet in result.facets:
        click.echo(f"{facet.facet.label} ({facet.facet.name})")
        for count in facet.counts[:12]:
            sign = "+" if count.selected else "-" if count.excluded else " "
            click.echo(f" {sign}{count.count:>6}  {count.label} ({count.value})")


def _plain(result: SearchResult, atlas: Atlas) -> dict[str, object]:
    return {
        "total": result.total,
        "messages": list(result.messages),
        "hits": [
            {"id": h.id, "score": h.score, "title": atlas.studies[h.id].title, "highlights": dict(h.highlights)}
            for h in result.hits
        ],
        "facets": {
            f.facet.name: [{"value": c.value, "label": c.label, "count": c.count} for c in f.counts]
            for f in result.facets
        },
        "years": dict(result.years),
    }
