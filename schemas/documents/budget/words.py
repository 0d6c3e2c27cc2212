"""Texts of budget documents made comparable: width, blanks, quotes, enumerators, years, units."""

from __future__ import annotations

import re
import unicodedata

_BLANKS = re.compile(r"[\s\u3000\u00a0\u200b-\u200f\ufeff]+")
_QUOTES = re.compile(r"[“”\"'‘’＂＇「」『』〝〞]")
ENUMERATOR = re.compile(
    r"^(?:(?P<chinese>[一二三四五六七八九十]{1,3})[、.．,，]"
    r"|[(（](?P<bracket>[一二三四五六七八九十]{1,3})[)）]、?"
    r"|(?P<digit>\d{1,2})[.．、](?!\d)"
    r"|[(（](?P<bracket_digit>\d{1,2})[)）]、?"
    r"|(?P<circle>[①-⑳]))"
)
_ORDER = ("chinese", "bracket", "digit", "bracket_digit", "circle")
_PART_OF = re.compile(r"^(?:其中|其|含)[:：]")
YEAR = re.compile(r"(?P<year>(?:19|20)\d{2}|[二〇○零Ｏ一三四五六七八九]{4})年度?")
_YEAR_DIGITS = {sign: str(index) for index, sign in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "Ｏ": "0",
}
_UNIT = re.compile(
    r"(?:单位|金额单位|计量单位|货币单位)[:：]?(?:人民币)?(?P<unit>亿元|千万元|百万元|万元|千元|元)"
    r"(?![\u4e00-\u9fff])"
)
_UNIT_IN_BRACKETS = re.compile(
    r"[(（](?:单位[:：])?(?:人民币)?(?P<unit>亿元|百万元|万元|千元|元)[)）]"
)
_UNIT_ALONE = re.compile(r"(?:人民币)?(?P<unit>亿元|百万元|万元|千元|元)")
PLACEHOLDER = re.compile(r"[XxＸｘ×Ⅹ]{2,}|[XxＸｘ×][,，][XxＸｘ×]{3}|某某|\*{2,}")
OFFICE = re.compile(
    r"^(?:编制|填报|填制|公开|制表|预算(?:主管)?)?(?:部门|单位)(?:名称|[(（]盖章[)）])?[:：]"
    r"|^(?:部门|单位)名称[:：]"
)
TOTAL = re.compile(r"(?:合\s*计|总\s*计|共\s*计)(?:[(（].*[)）])?$|^(?:总计|合计|共计)")


def joined(text: str) -> str:
    """A text without any blanks and line breaks, otherwise as printed."""
    return _BLANKS.sub("", text)


def plain(text: str) -> str:
    """A text for comparing: half-width, no blanks, no quotes."""
    return _QUOTES.sub("", joined(unicodedata.normalize("NFKC", text)))


def is_blank(text: str) -> bool:
    """True for a text of nothing but blanks."""
    return not joined(text)


def split_enumerator(label: str) -> tuple[str, str]:
    """The kind of enumerator (``""`` for none) and the label without it."""
    matched = ENUMERATOR.match(label)
    if matched is None:
        return "", label
    kind = next(name for name in _ORDER if matched[name] is not None)
    return kind, label[matched.end() :].strip()


def split_part_of(label: str) -> tuple[bool, str]:
    """True where the label begins with 其中：, and the label without it."""
    matched = _PART_OF.match(label)
    return (True, label[matched.end() :]) if matched else (False, label)


def is_total(label: str) -> bool:
    """True for 合计, 本年收入合计, 收入总计 and the like."""
    return bool(TOTAL.search(split_enumerator(joined(label))[1]))


def years_in(text: str) -> tuple[int, ...]:
    """The years that a text names (2025年, 二〇二五年度), in order."""
    found = []
    for matched in YEAR.finditer(joined(unicodedata.normalize("NFKC", text))):
        digits = "".join(_YEAR_DIGITS.get(sign, sign) for sign in matched["year"])
        if digits.isdigit() and 1990 <= int(digits) <= 2100:
            found.append(int(digits))
    return tuple(found)


def unit_note(text: str) -> str:
    """The unit that a note states (单位：万元, 金额单位:元), or ``""``; 编制单位：某局 names an
    office."""
    found = _UNIT.findall(plain(text))
    return found[-1] if found and len(set(found)) == 1 else ""


def unit_in_brackets(text: str) -> str:
    """The unit in brackets of a header or title (预算数（万元）), or ``""``."""
    found = set(_UNIT_IN_BRACKETS.findall(plain(text)))
    return found.pop() if len(found) == 1 else ""


def unit_alone(text: str) -> str:
    """The unit where the text is nothing else, or ``""``."""
    matched = _UNIT_ALONE.fullmatch(plain(text).strip("()[]【】"))
    return matched["unit"] if matched else ""
