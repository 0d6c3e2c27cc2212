"""What the text of a value cell is: a number, a ratio, a dash, something else."""

from __future__ import annotations

import re
import unicodedata

from schemas.documents.budget.words import joined

_NUMBER = re.compile(r"[-+−]?[¥￥]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[-+−]?\.\d+")
_BRACKETED = re.compile(r"\((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\)")
_RATIO = re.compile(r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?[%‰]")
_DASH = re.compile(r"[-－–—−/／]+|无")
_CODE = re.compile(r"\d{3}(?:\d{2}){0,3}")
_LONGEST_CENTS = 2


def half(text: str) -> str:
    """Half-width, blanks removed."""
    return joined(unicodedata.normalize("NFKC", text))


def is_number(text: str) -> bool:
    """A plain number, grouped or not, with or without sign; brackets mean a negative one."""
    return bool(_NUMBER.fullmatch(half(text)) or _BRACKETED.fullmatch(half(text)))


def is_ratio(text: str) -> bool:
    """A number with % or ‰."""
    return bool(_RATIO.fullmatch(half(text)))


def is_dash(text: str) -> bool:
    """A dash (or 无) that stands for no amount."""
    return bool(_DASH.fullmatch(half(text)))


def one_number(text: str) -> str | None:
    """The number of a cell whose text may be wrapped; None where it is none, or several.

    A number may be cut at any digit. Pieces that are whole numbers each are taken for one only
    where the joined text cannot be two: a decimal point in the first and at most two decimals.
    """
    whole = half(text)
    if not (is_number(whole) or is_ratio(whole)):
        return None
    pieces = unicodedata.normalize("NFKC", text).split()
    if len(pieces) == 1 or not all(map(is_number, pieces)):
        return whole
    decimals = whole.rpartition(".")[2] if "." in whole else ""
    if len(pieces) == 2 and "." in pieces[0] and 0 < len(decimals) <= _LONGEST_CENTS:
        return whole
    return None


def code_digits(text: str) -> str:
    """The digits of a code or of a piece of one (201, 06, 201-06-01, 205.0), else ``""``."""
    plain = half(text).removesuffix(".0")
    digits = re.sub(r"[-_.·]", "", plain)
    return digits if re.fullmatch(r"\d{1,9}", digits) else ""


def is_code(text: str) -> bool:
    """A whole code: 3, 5, 7 or 9 digits."""
    return bool(_CODE.fullmatch(code_digits(text)))
