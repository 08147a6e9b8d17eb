"""Every setting of a running atlas in one table: its name, its environment variable, its default, its help.

``docs/settings.md`` lists the same table; a test fails where one of them lacks a row.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from entries.shipped import CONFIG
from entries.shipped import shipped_data as shipped_data  # settings are where others look for it

HERE = Path()
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. ``default`` None means: worked out at run time, as ``help`` says."""

    name: str
    variable: str
    default: str | None
    help: str

    def value(self) -> str | None:
        """What the environment says, else the default."""
        return os.environ.get(self.variable) or self.default


DATA = Setting(
    "data",
    "EVIDENCE_DATA",
    None,
    "Folder with atlas.yaml, vocabulary/ and studies/. Default: the present one if it is such, else the shipped.",
)
INSTANCE = Setting(
    "instance", "EVIDENCE_INSTANCE", "instance", "Folder for what is built from the data; safe to delete."
)
ENGINE = Setting("engine", "EVIDENCE_ENGINE", "tantivy", "Search engine: tantivy, or whoosh in pure Python.")
HOST = Setting("host", "EVIDENCE_HOST", "127.0.0.1", "Address to serve on; 0.0.0.0 for every network of the machine.")
PORT = Setting("port", "EVIDENCE_PORT", "8000", "Port to serve on.")
THREADS = Setting(
    "threads",
    "EVIDENCE_THREADS",
    "auto",
    "Requests answered at the same time by one process. auto: 8, or 4 where several processes serve.",
)
PROCESSES = Setting(
    "processes", "EVIDENCE_PROCESSES", "auto", "Processes that answer. auto: one a core, at most four; one off Linux."
)
ADDRESS = Setting(
    "address",
    "EVIDENCE_ADDRESS",
    None,
    "Address that readers use, where a proxy stands in front, as in https://example.org/atlas/.",
)
EMAIL = Setting("email", "NCBI_EMAIL", None, "Whom NCBI may write to about `evidence fetch`; not sent where empty.")
APIKEY = Setting("apikey", "NCBI_API_KEY", None, "Key for NCBI: ten requests a second instead of three.")
MODEL = Setting("model", "EVIDENCE_MODEL", None, "Language model for `evidence import --model`; off where empty.")
MODEL_SERVICE = Setting(
    "modelservice", "EVIDENCE_MODEL_SERVICE", None, "Address of its service, as in http://127.0.0.1:8080/v1/."
)
MODEL_KEY = Setting("modelkey", "EVIDENCE_MODEL_KEY", None, "Key for that service.")
SETTINGS = (
    DATA,
    INSTANCE,
    ENGINE,
    HOST,
    PORT,
    THREADS,
    PROCESSES,
    ADDRESS,
    EMAIL,
    APIKEY,
    MODEL,
    MODEL_SERVICE,
    MODEL_KEY,
)


def option(setting: Setting, **more: Any) -> Callable[[Command], Command]:
    """The option of a command that goes before its variable; ``more``: as :func:`click.option`."""
    told = {"envvar": setting.variable, "default": setting.default, "show_default": True, "help": setting.help}
    return click.option(f"--{setting.name}", **(told | more))


def data_folder(given: str | Path | None) -> Path:
    """The data folder to use: the one given, that of the environment, the present one if it is such, or the shipped."""
    return path(given or DATA.value() or (HERE if (HERE / CONFIG).is_file() else shipped_data()))


@dataclass(frozen=True, slots=True)
class Folders:
    """The two folders that every command works on."""

    data: Path
    instance: Path


def path(text: str | Path) -> Path:
    """A path as people type it, with ``~`` for the home folder."""
    return Path(text).expanduser()
