"""What every published text goes through first: strip, fold widths, find what cannot be seen."""

from __future__ import annotations

import re

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
FULL_WIDTH[0x3000] = 0x20
FOR_NUMBERS = FULL_WIDTH | {
    0x2212: "-",  # minus sign
    0xFE63: "-",  # small hyphen-minus
    0xFFE5: "¥",
    0x00A0: " ",
    0x2002: " ",
    0x2003: " ",
    0x2009: " ",
    0x202F: " ",
}

INVISIBLE_CLASS = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb"
)
"""Control, zero-width, byte-order and text-direction characters, for use in ``[…]``; tabs and line
breaks are blanks."""
INVISIBLE = re.compile(f"[{INVISIBLE_CLASS}]")
PRIVATE_USE_CLASS = r"\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
PRIVATE_USE = re.compile(f"[{PRIVATE_USE_CLASS}]")
LINE_BREAKS = re.compile(r"[ \t]*[\r\n\t]+[ \t]*")


def half_width(text: str) -> str:
    """Full-width ASCII signs and the minus sign in their ASCII form; nothing else is folded.

    Unlike NFKC this leaves ``²``, ``①`` and ``½`` alone, which are no digits of a number.
    """
    return text.translate(FOR_NUMBERS)


def without_invisible(text: str) -> tuple[str, str]:
    """The text without invisible characters, and which they were (``U+200B U+FEFF``)."""
    found = INVISIBLE.findall(text)
    if not found:
        return text, ""
    return INVISIBLE.sub("", text), code_points(found)


def code_points(characters: list[str]) -> str:
    """``U+…`` of each character, once each, in order."""
    return " ".join(dict.fromkeys(f"U+{ord(character):04X}" for character in characters))
