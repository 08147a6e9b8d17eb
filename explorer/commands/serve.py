"""``evidence serve``."""

import socket
import sys

import click

from entries.errors import EvidenceError
from explorer import settings
from explorer.build import build
from explorer.commands.build import told
from explorer.commands.progress import bars
from explorer.instance import LiveInstance
from explorer.layout import Layout


@click.command("serve")
@click.option(
    "--host", envvar=settings.HOST.variable, default=settings.HOST.default, show_default=True, help=settings.HOST.help
)
@click.option(
    "--port",
    envvar=settings.PORT.variable,
    default=settings.PORT.default,
    show_default=True,
    type=click.IntRange(0, 65535),
    help=settings.PORT.help + " 0: any free one.",
)
@click.option("--engine", default=settings.ENGINE.value, show_default="tantivy", help=settings.ENGINE.help)
@click.option(
    "--threads",
    envvar=settings.THREADS.variable,
    default=settings.THREADS.default,
    show_default=True,
    type=click.IntRange(1, 256),
    help=settings.THREADS.help,
)
@click.option("--build/--no-build", "rebuild", default=True, help="First build what has changed in the data (default).")
@click.pass_obj
def command(folders: settings.Folders, host: str, port: int, engine: str, threads: int, rebuild: bool) -> None:
    """Serve the atlas to browsers, after building what has changed. Stop it with Ctrl+C."""
    listener = _listen(host, port)
    if rebuild:
        _bring_up_to_date(folders, engine)
    from explorer.app import create_app

    _run(create_app(_opened(folders, engine, rebuild)), listener, threads)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before any work is done. Raises EvidenceError where it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EvidenceError(f"cannot serve on {host}, port {port}: {reason}; choose another with --port") from error
    return listener


def _bring_up_to_date(folders: settings.Folders, engine: str) -> None:
    """Build; where the data cannot be built but an earlier build is there, go on with that one."""
    try:
        with bars() as report:
            told(build(folders.data, folders.instance, engine, progress=report))
    except EvidenceError as error:
        if Layout(folders.instance).current() is None:
            raise
        click.echo(f"Error: {error}\nServing the build that was there before.", err=True)


def _opened(folders: settings.Folders, engine: str, rebuild: bool) -> LiveInstance:
    """The current build, open. One that turns out to be damaged is made anew, unless building was forbidden."""
    try:
        return LiveInstance(folders.instance)
    except EvidenceError as error:
        if not rebuild:
            raise
        click.echo(f"{error}\nMaking it anew.", err=True)
        with bars() as report:
            told(build(folders.data, folders.instance, engine, full=True, progress=report))
        return LiveInstance(folders.instance)


def _run(app: object, listener: socket.socket, threads: int) -> None:
    import waitress

    listener.listen(1024)  # before anybody is told: what comes now waits for the first thread
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Serving at http://{shown}:{port}/ (stop with Ctrl+C)")
    sys.stdout.flush()
    waitress.serve(app, sockets=[listener], threads=threads, ident=None, channel_timeout=60, _quiet=True)
