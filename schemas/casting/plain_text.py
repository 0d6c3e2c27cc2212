"""Strings: published as they are, but for what cannot be seen and what cannot be right.

Stripped at both ends; line breaks and tabs become one blank; invisible characters are removed and
told. No other folding (no NFKC): names and numbers keep the characters they were written with.
"""

from __future__ import annotations

import re

from schemas.casting import rules
from schemas.casting.cell_text import (
    INVISIBLE_CLASS,
    LINE_BREAKS,
    PRIVATE_USE,
    PRIVATE_USE_CLASS,
    code_points,
)
from schemas.casting.outcome import Outcome, Told, told
from schemas.vocabulary import LIST_SUFFIX, Vocabulary

REPLACED = re.compile("\ufffd|锟斤拷|锟斤|烫烫烫|屯屯屯")
UTF8_AS_LATIN = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u02c6-\u2122]")
GBK_AS_LATIN = re.compile("[\u00a1-\u00fe]{4,}")
UTF8_AS_GBK_SIGNS = "锟锛銆鐨涓鍏鍒浜鍙鏈鐢鎴闄鍖鍘缁瀹璐灞绗鍜鍦鍩甯婊嬮"
UTF8_AS_GBK = re.compile(f"[{UTF8_AS_GBK_SIGNS}]")
SCIENTIFIC = re.compile(r"[1-9](\.[0-9]+)?[Ee]\+1[0-9]")
"""How a spreadsheet writes numbers of 11 digits and more into CSV."""
HAN = re.compile("[\u4e00-\u9fff]")
FORMULA = re.compile(
    r"[;；,，]?\s*[=＝@＠]\s*\S|[+\-＋－](?!\d{1,3}[\s\-()0-9]*$)(?:[A-Za-z]|.*[(|!+*=])"
)
SUSPECT = (
    r"^\s|\s$|[\r\n\t" + INVISIBLE_CLASS + PRIVATE_USE_CLASS + "\ufffd]"
    r"|[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u02c6-\u2122]|[\u00a1-\u00fe]{4}"
    f"|[{UTF8_AS_GBK_SIGNS}烫屯]"
    r"|^[;；,，]?\s*[=＝@＠]|^[+\-＋－]|^[1-9](\.[0-9]+)?[Ee]\+1[0-9]$"
)
"""Rust regular expression: texts without a match need nothing but to be published."""


def is_mojibake(text: str) -> bool:
    """True for text that was decoded wrongly: replacement characters, UTF-8 read as Latin-1,
    cp1252 or GBK, GBK read as Latin-1. Decided by decoding it back, not by looks alone."""
    if REPLACED.search(text):
        return True
    if UTF8_AS_LATIN.search(text):
        for encoding in ("cp1252", "latin-1"):
            if _decodes_to_han(text, encoding, "utf-8"):
                return True
    if GBK_AS_LATIN.search(text) and _decodes_to_han(text, "latin-1", "gb18030"):
        return True
    return bool(UTF8_AS_GBK.search(text)) and _decodes_to_han(text, "gb18030", "utf-8")


def _decodes_to_han(text: str, wrong: str, right: str) -> bool:
    """The letters of the text, encoded as ``wrong`` and read as ``right``, are Chinese."""
    letters = "".join(re.findall(r"[^\x00-\x7f]+", text))
    for candidate in (text, letters):
        try:
            decoded = candidate.encode(wrong).decode(right)
        except UnicodeError:
            continue
        if HAN.search(decoded) and len(decoded) < len(text):
            return True
    return False


def read_text(text: str, code_list: str | None, vocabulary: Vocabulary | None) -> Outcome:
    """The published form of one stripped, visible text."""
    if is_mojibake(text):
        return Outcome(None, (told(rules.MOJIBAKE),))
    if SCIENTIFIC.fullmatch(text):
        return Outcome(None, (told(rules.DIGITS_LOST),))
    notes: list[Told] = []
    value = LINE_BREAKS.sub(" ", text)
    private = PRIVATE_USE.findall(value)
    if private:
        notes.append(told(rules.PRIVATE_USE, characters=code_points(private)))
    if FORMULA.match(value):
        notes.append(told(rules.FORMULA_LIKE))
    if code_list is not None and vocabulary is not None:
        resolved = _resolve(value, code_list, vocabulary)
        if resolved is None:
            notes.append(told(rules.UNKNOWN_CODE, code_list=code_list.removesuffix(LIST_SUFFIX)))
        else:
            value = resolved
    return Outcome(value, tuple(notes))


def _resolve(value: str, code_list: str, vocabulary: Vocabulary) -> str | None:
    """The code, or the codes of ``name[]`` joined with a comma; None where one is unknown."""
    if code_list.endswith(LIST_SUFFIX):
        entries = vocabulary.resolve_joined(value)
        return None if entries is None else ",".join(entry.code for entry in entries)
    entry = vocabulary.resolve(value)
    return None if entry is None else entry.code
