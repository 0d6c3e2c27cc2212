"""Places of a template that nobody filled in: ``XX``, ``x,xxx``, ``某某``, ``#REF!``,
``增加（减少）`` (BUD-13)."""

from __future__ import annotations

import re

_EXCEL_ERRORS = r"#(?:REF!|DIV/0!|N/A|VALUE!|NAME\?|NUM!|NULL!)"
_CROSSES = r"(?<![A-Za-z0-9./:@_-])[XxＸｘ×✕]{2,}(?![A-Za-z0-9._@-])"
_LETTER_NUMBER = r"(?<![A-Za-z0-9])[XxＸｘ×]{1,3}(?:[,，.][XxＸｘ×]{2,3})+(?![A-Za-z0-9])"
_YEAR = r"(?:19|20)[XxＸｘ×*○]{2}(?=年)|(?<![A-Za-z0-9])[XxＸｘ×](?=(?:万|亿)?元|家|个|年|月)"
_CIRCLES = r"(?<![一二三四五六七八九○〇])[○〇]{2,}(?![○〇一二三四五六七八九十年])"
_STARS = r"[*＊]{2,}(?=(?:万|亿)?元|年|局|单位|部门|个|家|%|％)"
_UP_OR_DOWN = (
    r"(?:增加|增长|上升|增)[（(/／]+(?:减少|下降|降低|减)[）)]?"
    r"|(?:减少|下降|降低)[（(/／]+(?:增加|增长|上升)[）)]?"
)
_SOMEBODY = (
    r"(?:^|(?<=[：:，。“]))某某+"
    r"|某某+(?=局|委|办|处|单位|部门|镇|乡|街道|中心|学校|公司|项目|科目|县|区|市|省|年|(?:万|亿)?元)"
)
"""Not behind a surname: 张某某 is a masked person."""
PLACEHOLDER = "|".join(
    (
        _EXCEL_ERRORS,
        _LETTER_NUMBER,
        _CROSSES,
        _SOMEBODY,
        _YEAR,
        _CIRCLES,
        _STARS,
        _UP_OR_DOWN,
    )
)
"""As it stands within a text."""
ALONE = r"[.…。·]{1,6}|[-—]*[xXＸ×]+[-—]*"
"""As the whole text of a label or value."""

_WITHIN = re.compile(PLACEHOLDER)


def placeholders_in(text: str) -> tuple[str, ...]:
    """Each kind of placeholder in a text, in order, once."""
    return tuple(dict.fromkeys(_WITHIN.findall(text)))


def is_placeholder(text: str) -> bool:
    """Whether a label or value holds a placeholder, or is nothing but dots or crosses."""
    bare = re.sub(r"[\s\u3000]+", "", text)
    return bool(_WITHIN.search(bare) or re.fullmatch(ALONE, bare))
