"""Where the atlas lies that comes with the program: its entries, its rules, and what a new atlas begins with."""

from importlib.resources import files
from pathlib import Path

CONFIG = "atlas.yaml"  # what makes a folder an atlas
TEMPLATE = "study-template.yaml"  # what a new atlas has to be filled in


def shipped_data() -> Path:
    """The data folder that comes with the package, in a checkout or installed."""
    return Path(str(files("explorer.data")))
