"""What the lines around a table say: which table it is and in which unit."""

from __future__ import annotations

import re

from second_extraction.page_content import Word
from second_extraction.unruled import text_lines

UNIT = re.compile(r"单位[:：]?[（(]?(?:人民币)?(亿元|万元|千元|百元|元|[^\s，。；、）)]{1,4})")
UNIT_IN_BRACKETS = re.compile(r"[（(](?:单位[:：])?(亿元|万元|千元|元)[）)]")
TITLE_END = re.compile(r"表(?:[（(][^（）()]{0,12}[）)])*$")
NOISE = re.compile(r"[“”\"'‘’《》〈〉\s]")


def lines_as_text(words: list[Word]) -> list[tuple[float, str]]:
    """Lines of text with their heights."""
    return [(line[0].middle, "".join(word.text for word in line)) for line in text_lines(words)]


def is_title(text: str) -> bool:
    """Whether a line names one of the disclosure tables."""
    bare = _bare(text)
    return (
        5 <= len(bare) <= 60
        and bool(TITLE_END.search(bare))
        and not re.search(r"[。…；]|\.{3}|^注|本表|见附|如下", bare)
        and table_of(bare) is not None
    )


def table_of(title: str) -> str | None:
    """The table that a title names: B1 to B11 of a budget, T1 to T9 of final accounts."""
    bare = _bare(title)
    letter = "T" if "决算" in bare else "B"
    for number, wanted, unwanted in (
        ("7", "三公", None),
        ("11", "政府采购|购买服务", None),
        ("10", "绩效|项目支出|项目清单|项目经费", "基本支出"),
        ("9", "国有资本", None),
        ("8", "政府性基金|基金预算", None),
        ("6", "经济分类|基本支出", None),
        ("4", "财政拨款.*(收支|收入支出|支出收入)", None),
        ("5", "一般公共预算|公共财政|财政拨款支出", None),
        ("1", "收支|收入支出", None),
        ("2", "收入", None),
        ("3", "支出", None),
    ):
        if re.search(wanted, bare) and not (unwanted and re.search(unwanted, bare)):
            return letter + number
    return None


def unit_of(texts: list[str]) -> str | None:
    """The unit that the lines around a table state, as printed."""
    for text in texts:
        found = UNIT.search(NOISE.sub("", text))
        if found:
            return found[1]
    for text in texts:
        found = UNIT_IN_BRACKETS.search(NOISE.sub("", text))
        if found:
            return found[1]
    return None


def clean_title(text: str) -> str:
    """A title without the number before it and the unit behind it."""
    bare = re.sub(r"[（(]?(?:金额)?单位[:：].*$", "", text)
    return re.sub(
        r"^(?:[（(]?[一二三四五六七八九十\d]+[）)]?[、.．]|表[一二三四五六七八九十\d]+[:：、.]?)",
        "",
        bare,
    )


def _bare(text: str) -> str:
    bare = NOISE.sub("", clean_title(text))
    return re.sub(r"公开\d+表$", "", bare)
