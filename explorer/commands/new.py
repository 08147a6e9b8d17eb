"""``evidence new``."""

import json
import re
from pathlib import Path

import click

from entries.model import BASE_IRI_PATTERN, PATTERN_WORDS
from entries.starter import Beginning, write
from entries.text import forbidden_at

LONGEST = 150  # letters of a name
NONE = "none"


class _Line(click.ParamType):
    """A text of one line."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text without blanks around it."""
        text = value.strip()
        if not text or forbidden_at(text) is not None or len(text.splitlines()) > 1:
            self.fail("write it as one line of text", param, ctx)
        if len(text) > LONGEST:
            self.fail(f"it has {len(text)} letters; {LONGEST} is the most", param, ctx)
        if not any(map(str.isalnum, text)):
            self.fail("it holds no letter", param, ctx)
        return text


class _Address(click.ParamType):
    """What the atlas's identifiers begin with."""

    name = "url"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address with a slash at its end."""
        if not re.fullmatch(BASE_IRI_PATTERN, value):
            self.fail(f"{value!r} is none; {PATTERN_WORDS[BASE_IRI_PATTERN]}", param, ctx)
        return value if value.endswith("/") else value + "/"


@click.command("new")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--disease", metavar="NAME", type=_Line(), required=True, help="The disease, as in sentences.")
@click.option("--title", metavar="TEXT", type=_Line(), help="Default: the disease and the word Evidence.")
@click.option("--base-iri", metavar="ADDRESS", type=_Address(), help="Where it will be published.")
@click.option(
    "--needs",
    metavar="SYMPTOM",
    type=_Line(),
    default=NONE,
    show_default=True,
    help="What people must have, by good criteria, to be patients of a study.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def command(folder: Path, disease: str, title: str | None, base_iri: str | None, needs: str, as_json: bool) -> None:
    """Make an atlas of your own on another disease, in a new FOLDER: sound, commented, and without any study.

    Every study is then told whether the symptom of --needs was required for taking part; with none, there is no such
    rule. Nothing is asked, and nothing is overwritten.

    \b
    Example:
      evidence new my-atlas --disease Fibromyalgia --needs "Widespread pain"
    """
    made = write(folder, Beginning(disease, title or "", base_iri or "", None if needs.lower() == NONE else needs))
    config = made.config
    if as_json:
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        told = {"folder": str(folder), "title": config.title, "base_iri": config.base_iri, "files": files}
        click.echo(json.dumps(told | {"concepts": made.summary()["concepts"]}, indent=1, ensure_ascii=False))
        return
    vocabulary = made.vocabulary
    click.echo(f"Made {config.title} in {folder}: {len(vocabulary.schemes)} vocabularies, {len(vocabulary)} concepts.")
    if not base_iri:
        where = f"set base_iri in {folder / 'atlas.yaml'} before you publish"
        click.echo(f"Its address is {config.base_iri} for now: {where}.")
    click.echo(f"Next: cd {folder}, then evidence serve. {folder / 'README.md'} tells the first three steps.")
