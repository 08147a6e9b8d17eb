"""Progress bars on standard error, for steps that report (step, done, total)."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

SHOW_FROM = 200  # fewer items than this are done before a bar could be read


@contextmanager
def bars(show: bool | None = None) -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function that draws one bar a step. ``show`` None: only where standard error is a terminal."""
    drawn: dict[str, Any] = {}
    visible = sys.stderr.isatty() if show is None else show

    def report(step: str, done: int, total: int) -> None:
        if not visible or total < SHOW_FROM:
            return
        if step not in drawn:
            drawn[step] = click.progressbar(length=total, label=f"{step:>8}", file=sys.stderr)
            drawn[step].__enter__()
        bar = drawn[step]
        bar.update(done - bar.pos)

    try:
        yield report
    finally:
        for bar in drawn.values():
            bar.render_finish()
