"""The ``evidence`` command line: new, fetch, import, build, check, serve, search, show, export, sparql, path, stats."""

import sys
from importlib import import_module

import click

from entries.errors import EvidenceError
from explorer import settings

# Loaded only when called: an import of every engine would slow down each `--help`.
COMMANDS = {
    "new": "explorer.commands.new",
    "fetch": "explorer.commands.fetch",
    "import": "explorer.commands.import_",
    "build": "explorer.commands.build",
    "check": "explorer.commands.check",
    "serve": "explorer.commands.serve",
    "search": "explorer.commands.search",
    "show": "explorer.commands.show",
    "export": "explorer.commands.export",
    "sparql": "explorer.commands.sparql",
    "path": "explorer.commands.path",
    "stats": "explorer.commands.stats",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return import_module(COMMANDS[name]).command if name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            from entries.problems import closest

            hint = closest(args[0], COMMANDS) or "see `evidence --help`"
            raise click.UsageError(f"there is no command '{args[0]}'; {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@settings.option(settings.DATA, metavar="FOLDER")
@settings.option(settings.INSTANCE, metavar="FOLDER")
@click.version_option(package_name="mecfs-evidence-explorer", prog_name="evidence")
@click.pass_context
def evidence(ctx: click.Context, data: str | None, instance: str) -> None:
    """Search, explore and reuse published research: an evidence atlas of your own."""
    ctx.obj = settings.Folders(settings.data_folder(data), settings.path(instance))


def main() -> None:
    """Run the command line; an error of ours is a sentence on standard error and exit status 1."""
    try:
        evidence(prog_name="evidence")
    except EvidenceError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output, `head` for instance, has gone
        sys.stderr.close()
        sys.exit(141)


if __name__ == "__main__":
    main()
