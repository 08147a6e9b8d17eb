"""What a build works out over all studies for every process that serves it: counts, and the lists of the graph."""

from pathlib import Path

from entries.atlas import Atlas
from explorer import counted
from graph import lists, postings


def write(atlas: Atlas, folder: Path) -> None:
    """Work it out and store it in a build's folder. Raises StoreError."""
    counted.Counted.of(atlas).write(folder)
    lists.write(atlas, folder)


def recall(atlas: Atlas, folder: Path) -> None:
    """Give an atlas what its build stored. Raises StoreError where something is missing, damaged or outdated."""
    counted.recall(atlas, folder)
    postings.recall(atlas, folder)
