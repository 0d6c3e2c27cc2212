"""The words before a number in running text (its lead), and what they make of it."""

from __future__ import annotations

import re

from schemas.documents.budget.passages import ENUMERATOR
from schemas.documents.budget.printed_numbers import Mark

UP, DOWN = "增加|增长|上升|提高|上涨", "减少|下降|降低|下调|压减"
GROWTH = re.compile(rf"(?P<before>.*?)(?P<word>{UP}|{DOWN})(?:了|额|率)?(?:为|约)?$")
BASE = re.compile(
    r"(?:比|较|与|同)(?P<base>.*(?:年度?|年|预算数?|决算数?|执行数|同期|年初数?))(?:相比)?"
)
SAME_BASE = re.compile(r"(?:与|比|较|同)(?P<base>[^，]*?)相比")
RELATIVE = re.compile(r"(?:同比|环比|均|各|分别)+")
BUDGET_COMPLETED = re.compile(r".*完成(?:了)?(?:年初|全年|调整)?预算数?(?:为)?")
MORE_THAN = re.compile(
    r"(?:大于|小于|高于|低于|超过|多于|少于|超)(?:年初|全年|调整)?预算数?(?:为)?$"
)
COMPARED = re.compile(r"(?:与|比|较|同)([^，。；：]*?)相比")
SHARE = re.compile(
    r"(?P<before>.*?)占(?:比|比重|比例)?(?P<whole>.*?)(?:的?比重|的?比例|的|比)*(?:为|达|约)?$"
)
COMPLETED = re.compile(r"(?P<before>.*?)(?:完成|为|占)(?P<whole>[^，。；]*?预算数?)的?(?:为)?$")
CAUSE = re.compile(r"原因|由于|因为|主要是|系|调[增减]|追加")
YEAR = re.compile(r"((?:19|20)\d{2})年")
LAST_YEAR = re.compile(r"(?:上年|上一年|去年|上年度)(?:度)?(?!结转|结余|末结转|末结余)")
OPENING = re.compile(r"(?:年初|全年|调整)?预算(?:数|安排)?(?:总额)?(?:为|是|共)*$")
OPENING_WORDS = re.compile(r"(?:年初|全年|调整)预算数?(?:为|是)*$")
ABOUT = re.compile(r"(?:约|近|超|超过|不超过|逾|低于|高于)(?:为)?$")
MEASURE = re.compile(
    r"(?:(?:19|20)\d{2}年(?:度)?)?(?:当年|年初|本年|全年)?(?:支出|收入)?"
    r"(?:预算|决算|执行)(?:执行)?(?:安排|支出|拨款)?(?:数|额)?(?:安排)?(?:为|是|共)*"
)
CHAIN = re.compile(
    r"[^（）“”\"。，；：、]{2,40}（\d*类）(?:支出)?[^（）“”\"。，；：]{2,40}（\d*款）(?:支出)?"
    r"(?:[^（）“”\"。，；：]{2,40}（\d*项）)?"
)
BOUNDARY = re.compile(r"[。；，：:;！]|(?<!收)(?<!收入)、")
SENTENCE_END = re.compile(r"[。！]")
BARE_YEAR = re.compile(r"(?:^|[。；，])(?:在)?((?:19|20)\d{2})年度?[，,]$")


def lead_of(plain: str, mark: Mark, before: Mark | None) -> str:
    """The words before a number: back to the last comma or the number before."""
    begin = before.end if before is not None else 0
    ends = [matched.end() for matched in BOUNDARY.finditer(plain, begin, mark.start)]
    return plain[ends[-1] if ends else begin : mark.start].strip()


def label_of(lead: str) -> str:
    """The lead without enumerator, quotes around it and closing verb."""
    label = ENUMERATOR.sub("", lead).strip("\"'（ ").lstrip("”").rstrip("“")
    label = label.removeprefix("其中")
    label = re.sub(r"(?:为|是|共计|合计为|总计为|共|达|达到)+$", "", label)
    if label.startswith("“") and ("”" not in label or re.fullmatch("“[^”]*”", label)):
        return label.strip("“”")
    return label.removesuffix("”") if "“" not in label else label


def label_without_relative(lead: str) -> str:
    """A label without 同比, 各 and the like."""
    return RELATIVE.sub("", label_of(lead))


def sentence_start(plain: str, offset: int) -> int:
    """Where the sentence of a character begins; clauses behind ；belong to one sentence."""
    ends = [matched.end() for matched in SENTENCE_END.finditer(plain, 0, offset)]
    return ends[-1] if ends else 0


def clause_start(plain: str, offset: int) -> int:
    """Where the sentence or the part of it behind ；begins."""
    ends = [matched.end() for matched in re.finditer("[。；！]", plain[:offset])]
    return ends[-1] if ends else 0
