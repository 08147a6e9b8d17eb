"""Where the sentences of a text begin and end."""

import re

# The last sign of a sentence comes first, so that the expression is tried at few places; it belongs to the sentence.
_ENDS = re.compile(
    r"[.?!\n](?:(?<!\n)(?<![ (]vs\.)(?<!i\.e\.)(?<!e\.g\.)(?<!et al\.)[\"”)]?\s+(?=[A-Z0-9“\"(≥<])|(?<=\n)\n*)"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence; a line end ends one, a point in ``vs.``, ``i.e.`` or ``0.5`` does not."""
    spans, start = [], 0
    for border in _ENDS.finditer(text):
        end = border.start() + (border[0][0] != "\n")
        if end > start:
            spans.append((start, end))
        start = border.end()
    if start < len(text):
        spans.append((start, len(text)))
    return spans
