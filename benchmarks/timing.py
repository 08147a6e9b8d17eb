"""Timing in pairs: ours and the bare engine in turn, so that a drift of the machine hits both alike."""

import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Timed:
    """Times of single calls in seconds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median, in milliseconds."""
        return statistics.median(self.seconds) * 1000

    @property
    def p99(self) -> float:
        """99th percentile (nearest rank), in milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000


def once(call: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def in_turn(
    calls: Sequence[Sequence[Callable[[], object]]], warm_up: int = 3, seconds: float = math.inf
) -> list[Timed]:
    """Time several series call by call in turn: ``calls[i]`` holds what is compared for request i.

    No further request is begun after so many seconds; the first is always timed.
    """
    for row in calls[:warm_up]:
        for call in row:
            call()
    started, times = time.perf_counter(), []
    for row in calls:
        if times and time.perf_counter() - started > seconds:
            break
        times.append([once(call) for call in row])
    return [Timed(tuple(column)) for column in zip(*times, strict=True)]


def both_clocks(calls: Sequence[Callable[[], object]], warm_up: int = 3) -> tuple[Timed, Timed]:
    """Time calls one after the other: (by the clock, by the processor). Where others work too, the latter says more."""
    for call in calls[:warm_up]:
        call()
    seconds, processor = [], []
    for call in calls:
        begun = time.process_time()
        seconds.append(once(call))
        processor.append(time.process_time() - begun)
    return Timed(tuple(seconds)), Timed(tuple(processor))


def machine() -> str:
    """Processor, cores, memory, system and the versions that matter, in one line."""
    names = ("tantivy", "whoosh-reloaded", "pyoxigraph", "rdflib", "networkx", "flask", "pydantic")
    libraries = ", ".join(f"{name} {version(name)}" for name in names)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB; {platform.system()}, "
        f"Python {platform.python_version()}; {libraries}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; numbers are given three significant figures."""
    return "\n".join(lines(header, rows))


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """As :func:`table`, line by line, each as soon as its row is there."""
    yield from (_line(header), "|" + "---|" * len(header))
    yield from map(_line, rows)


def show(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table, each row as soon as it is measured: what is stopped has told what it knew."""
    for line in lines(header, rows):
        print(line, flush=True)


def _line(values: Sequence[object]) -> str:
    return "| " + " | ".join(map(_cell, values)) + " |"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
