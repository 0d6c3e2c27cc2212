"""Lines of text no wider than a drawing, by the usual widths of letters."""

from __future__ import annotations

import re
import unicodedata

NARROW = 0.56
"""Mean width of a Latin letter in em, on the wide side."""


def width(text: str) -> float:
    """How wide a text is, in em."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else NARROW for sign in text)


def wrapped(text: str, widest: float) -> list[str]:
    """The text in lines: broken at blanks, and between Chinese characters."""
    lines, line = [], ""
    for piece in re.findall(r"[\u3000-\uffef]|[^\s\u3000-\uffef]+|\s+", text):
        if (
            line
            and width(line + piece) > widest
            and not piece.isspace()
            and piece not in "，。）、"
        ):
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]
