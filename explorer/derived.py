"""What a build works out over all studies for every process that serves it: counts, lists of the graph, its map."""

from pathlib import Path

from entries.atlas import Atlas
from explorer import counted
from graph import lists, postings, structure


def write(atlas: Atlas, folder: Path) -> None:
    """Work it out and store it in a build's folder. Raises StoreError."""
    counted.Counted.of(atlas).write(folder)
    lists.write(atlas, folder)
    structure.write(atlas, folder)


def recall(atlas: Atlas, folder: Path) -> None:
    """Give an atlas what its build stored. Raises StoreError where something is missing, damaged or outdated."""
    counted.recall(atlas, folder)
    postings.recall(atlas, folder)
    structure.recall(atlas, folder)
