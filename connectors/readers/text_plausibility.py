"""Is decoded text what somebody wrote? Garbled text, private-use characters, wrong encodings.

Sources: GB 18030-2022 annex (the 18 code points moved from the private-use area to standard
characters, and A8BC, moved already in 2005; Python's codec still follows the edition of 2000);
WHATWG Encoding for A3A0; the rest are the well-known marks of text decoded with a wrong codec.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import polars as pl

from connectors.readers.problems import problem
from schemas.raw_table import ReadingProblem

GB18030_2022_SWAPS = str.maketrans(
    {
        "\ue7c7": "\u1e3f",  # A8BC
        "\ue5e5": "\u3000",  # A3A0, the ideographic space of some old editors
        **{chr(0xE78D + i): chr(to) for i, to in enumerate((0xFE10, 0xFE12, 0xFE11))},  # A6D9…
        **{chr(0xE790 + i): chr(0xFE13 + i) for i in range(7)},  # A6DC…A6DF, A6EC, A6ED, A6F3
        **dict(
            zip(
                "\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",  # FE59…FEA0
                "\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb",
                strict=True,
            )
        ),
    }
)
"""Private-use character -> its standard character."""

SWAPPED = re.compile("[" + "".join(map(chr, GB18030_2022_SWAPS)) + "]")

_C1 = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
GARBLED = (
    "\ufffd|锟斤拷|烫烫烫|屯屯屯"
    f"|[\u00e3-\u00ef][{_C1}]{{2}}"  # UTF-8 read as Latin-1 or cp1252: å¸‚
    "|[ÂÃ][\u0080-\u00bf]"
    "|[\u00a1-\u00ff]{4}"  # GBK read as Latin-1: ÊÐ²ÆÕþ
)
"""Regular expression of text that was decoded wrongly before we got it."""

PRIVATE = "[\ue000-\uf8ff\U000f0000-\U0010fffd]"

# Chinese UTF-8 begins with E4…E9 and a byte 80…BF. Read as GBK that pair is one of these
# characters, most of them rare; a cell that holds one is looked at closely.
_DOUBLE_ENCODED_MARK = (
    "["
    + "".join(
        character
        for lead in range(0xE4, 0xEA)
        for trail in range(0x80, 0xC0)
        if (character := bytes((lead, trail)).decode("gbk", "ignore"))
    )
    + "]"
)
_HAN_RUN = re.compile("[\u3400-\u9fff\ue000-\uf8ff€]{3,}")

_CANDIDATE = f"{GARBLED}|{PRIVATE}|\u0000|{_DOUBLE_ENCODED_MARK}"

# What a block of UTF-8 bytes must hold before its cells need a closer look. Searching bytes is
# so quick that regular text pays next to nothing.
_BYTE_MARKS = (b"\x00", b"\xee", b"\xc2", b"\xc3", b"\xf3", b"\xf4")
_BYTE_WORDS = tuple(word.encode() for word in ("烫烫烫", "屯屯屯", "鐨"))
_BYTE_PATTERNS = (
    re.compile(rb"\xef(\xbf\xbd|[\x80-\xa3])"),  # U+FFFD, private use
    re.compile(rb"\xe9(\x94[\x9b\x9f]|\x8a\x86|\x8f\x84)"),  # 锛 锟 銆 鏄
)


def worth_a_look(utf8: bytes) -> bool:
    """Whether a block may hold garbled or private-use text or NUL.

    False is certain for all but text encoded twice, of which only the most frequent signs are
    looked for (，、。的是…); a reader looks at the first block of a file in any case.
    """
    return (
        any(mark in utf8 for mark in _BYTE_MARKS)
        or any(word in utf8 for word in _BYTE_WORDS)
        or any(pattern.search(utf8) for pattern in _BYTE_PATTERNS)
    )


def is_double_encoded(text: str) -> bool:
    """Whether Chinese text was UTF-8 once and has been read as GBK (甯傝储鏀垮眬 for 市财政局)."""
    for run in _HAN_RUN.finditer(text):
        try:
            original = run.group().encode("gb18030").decode("utf-8")
        except UnicodeError:
            continue
        if sum("\u3000" <= character <= "\u9fff" for character in original) >= 2:
            return True
    return False


def text_problems(cells: pl.DataFrame, positions: pl.Series) -> list[ReadingProblem]:
    """Problems of single cells: NUL, garbled text, private-use characters."""
    return list(_cell_problems(cells, positions))


def _cell_problems(cells: pl.DataFrame, positions: pl.Series) -> Iterator[ReadingProblem]:
    if cells.is_empty():
        return
    # All columns as one: building the pattern costs more than searching a short column.
    column_after_column = pl.concat(cells.get_columns(), rechunk=False)
    hits = column_after_column.str.contains(_CANDIDATE).fill_null(value=False).arg_true()
    for hit in hits.to_list():
        column, row = divmod(hit, cells.height)
        text = cells[row, column]
        rule = _verdict(text)
        if rule:
            yield problem(rule, int(positions[row]), column, text)


def _verdict(text: str) -> str | None:
    if "\x00" in text:
        return "READ-04"
    if re.search(GARBLED, text) or is_double_encoded(text):
        return "READ-06"
    return "READ-08" if re.search(PRIVATE, text) else None


def common_share(text: str) -> tuple[int, float]:
    """How many non-ASCII characters there are, and which share is everyday simplified Chinese.

    Four-byte characters of GB18030 (names such as 𠮷) count as good: no other encoding is
    mistaken for them.
    """
    counts = Counter(character for character in text if character > "\x7f")
    total = sum(counts.values())
    good = sum(count for character, count in counts.items() if _is_common(character))
    return total, good / total if total else 1.0


def _is_common(character: str) -> bool:
    if "\u3040" <= character <= "\u30ff" or "\u0370" <= character <= "\u04ff":
        return False  # kana, Greek and Cyrillic stand in GB 2312 too, and are marks of Big5
    if character in "￥￡·—…“”‘’±×÷°§":
        return True
    encoded = character.encode("gb18030", errors="replace")
    return len(encoded) == 4 or (len(encoded) == 2 and encoded[0] >= 0xA1 and encoded[1] >= 0xA1)


def looks_like_big5(data: bytes) -> bool:
    """Whether the bytes are Big5 text made nearly all of its frequent characters."""
    try:
        text = data.decode("big5")
    except UnicodeDecodeError:
        return False
    codes = [character.encode("big5") for character in text if character > "\x7f"]
    frequent = sum(0xA1 <= code[0] <= 0xA3 or b"\xa4\x40" <= code <= b"\xc6\x7e" for code in codes)
    return bool(codes) and frequent / len(codes) >= 0.9


_ODD_LETTER = re.compile("[\u0180-\u036f\u0460-\u07ff]|[\u0400-\u045f\u00c0-\u017f]")
_BETWEEN_LATIN = re.compile("[A-Za-z][\u00c0-\u017f]|[\u00c0-\u017f][A-Za-z]")


def is_rather_gb18030(text: str, data: bytes) -> bool:
    """Whether valid UTF-8 without any Han may as well be GB18030 (``һԪ`` is 一元).

    Two-byte GBK characters can form valid UTF-8 by chance. Symbols (°, μ, ³) and Latin words
    (AÑO) are what they seem; letters of rare scripts that read as everyday Chinese are not.
    """
    if re.search("[\u0800-\uffff\U00010000-\U0010ffff]", text) or not _ODD_LETTER.search(text):
        return False
    try:
        chinese = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    total, share = common_share(chinese)
    if not total or share < 0.9:
        return False
    rare = re.search("[\u0180-\u036f\u0400-\u07ff]", text) is not None
    return rare or not _BETWEEN_LATIN.search(text)
