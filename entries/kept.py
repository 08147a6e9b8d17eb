"""What is worked out of an object once, and kept for as long as the object lives."""

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(WeakKeyDictionary[Key, Value]):
    """Values by what they were made of; one may also be given, where it was stored."""

    def __init__(self, make: Callable[[Key], Value]) -> None:
        super().__init__()
        self._make = make

    def of(self, key: Key) -> Value:
        """The value of an object: the one that is kept, else made now."""
        found = self.get(key)
        if found is None:
            found = self[key] = self._make(key)
        return found
