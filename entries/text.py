"""Which characters a text of the atlas may hold: those that YAML and XML 1.0 both can carry."""

import re

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def forbidden_at(text: str) -> int | None:
    """Index of the first control character, surrogate or non-character; None where there is none."""
    if text.isprintable():  # nearly every text, and told twice as fast
        return None
    found = _FORBIDDEN.search(text)
    return found.start() if found else None


def character(text: str, index: int) -> str:
    """``U+0007``, for messages: the character itself cannot be shown."""
    return f"U+{ord(text[index]):04X}"
