"""``evidence serve``."""

import os
import socket
import sys
from collections.abc import Callable
from functools import partial

import click

from entries import collector
from entries.errors import EvidenceError
from explorer import serving, settings
from explorer.build import build
from explorer.commands.build import told
from explorer.commands.progress import bars
from explorer.instance import LiveInstance
from explorer.layout import Layout
from explorer.public_address import PublicAddress
from explorer.supervisor import Supervisor
from intake.parallel import usable_cores

MOST = 4  # processes that are started without being asked for
ALONE, TOGETHER = 8, 4  # threads of one process, and of each of several: more of them wait for one another


class _Threads(click.ParamType):
    """A number of threads, or ``auto`` (0), which depends on how many processes there are."""

    name = "auto|number"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; 0 for ``auto``."""
        return 0 if value == settings.THREADS.default else int(click.IntRange(1, 256)(value, param, ctx))


class _Processes(click.ParamType):
    """A number of processes, or ``auto``: one a core where processes can be forked without care, which is on Linux."""

    name = "auto|number"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number. Where there is no fork it is 1, and it is said if more were asked for."""
        if value == settings.PROCESSES.default:
            return min(MOST, usable_cores()) if sys.platform == "linux" else 1
        wanted = int(click.IntRange(1, 64)(value, param, ctx))
        if wanted > 1 and not hasattr(os, "fork"):
            click.echo("This system cannot fork processes: one is started.", err=True)
            return 1
        return wanted


class _Address(click.ParamType):
    """The address that readers use; told at once where it cannot be one."""

    name = "url"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> PublicAddress:
        """The address in its parts."""
        try:
            return PublicAddress.read(value)
        except EvidenceError as error:
            self.fail(str(error), param, ctx)


@click.command("serve")
@settings.option(settings.HOST)
@settings.option(settings.PORT, type=click.IntRange(0, 65535), help=settings.PORT.help + " 0: any free one.")
@settings.option(settings.ENGINE)
@settings.option(settings.THREADS, type=_Threads())
@settings.option(settings.PROCESSES, type=_Processes())
@settings.option(settings.ADDRESS, type=_Address(), show_default=False)
@click.option("--build/--no-build", "rebuild", default=True, help="First build what has changed in the data (default).")
@click.pass_obj
def command(
    folders: settings.Folders,
    host: str,
    port: int,
    engine: str,
    threads: int,
    processes: int,
    address: PublicAddress | None,
    rebuild: bool,
) -> None:
    """Serve the atlas to browsers, after building what has changed. Stop it with Ctrl+C."""
    collector.few_arenas()
    listener = serving.listen(host, port)
    opened = partial(_opened, folders, engine, rebuild)
    threads = threads or (ALONE if processes == 1 else TOGETHER)
    if processes == 1:
        _alone(opened, listener, threads, address)
    else:
        _together(opened, folders, listener, threads, processes, address)


def _alone(
    opened: Callable[[], LiveInstance], listener: socket.socket, threads: int, address: PublicAddress | None
) -> None:
    """Serve in this process."""
    from explorer.app import create_app

    app = create_app(opened(), address=address)
    _tell(listener, address)
    serving.serve(app, listener, threads)


def _together(
    opened: Callable[[], LiveInstance],
    folders: settings.Folders,
    listener: socket.socket,
    threads: int,
    processes: int,
    address: PublicAddress | None,
) -> None:
    """Serve in processes forked from this one, which loads the program for all of them and opens nothing itself."""
    from explorer.app import create_app

    loads = serving.Loads(processes)

    def work(place: int) -> None:
        app = create_app(LiveInstance(folders.instance), processes=processes, address=address)
        app.test_client().get("/studies")  # templates are read for the first page: nobody need wait for that
        serving.serve(app, listener, threads, loads, place)

    supervisor = Supervisor(work, processes, left=loads.forget)
    collector.settle()  # so that memory stays shared
    status = supervisor.first(opened)  # a build takes memory and starts threads: not in here
    if status:
        sys.exit(status)
    supervisor.run(ready=partial(_tell, listener, address, processes))


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
    """The current build, brought up to date and open. One that is damaged is made anew, unless ``rebuild`` is off."""
    if rebuild:
        _bring_up_to_date(folders, engine)
    try:
        return LiveInstance(folders.instance)
    except EvidenceError as error:
        if not rebuild:
            raise
        click.echo(f"{error}\nMaking it anew.", err=True)
        with bars() as report:
            told(build(folders.data, folders.instance, engine, full=True, progress=report))
        return LiveInstance(folders.instance)


def _tell(listener: socket.socket, address: PublicAddress | None, processes: int = 1) -> None:
    """Say where the site is, once it listens: what comes before the first thread is there waits for it."""
    listener.listen(serving.BACKLOG)
    how = f"with {processes} processes " if processes > 1 else ""
    where = f"{serving.address(listener)}" + (f" for {address} " if address else " ")
    click.echo(f"Serving at {where}{how}(stop with Ctrl+C)")
    sys.stdout.flush()
