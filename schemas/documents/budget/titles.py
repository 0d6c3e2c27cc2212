"""Which table of the set a title names (facts 2.2): by keywords, never by number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.documents.budget.tables import Scheme, Side, Stage
from schemas.documents.budget.words import (
    ENUMERATOR,
    joined,
    plain,
    split_enumerator,
    unit_in_brackets,
)

LONGEST_TITLE = 60
_LEADERS = re.compile(r"[.．…·•\-—_]{3,}|…|\.{3,}|表\d+$|表[(（]?第?\d+页?[)）]?$")
_TABLE_MARK = re.compile(
    r"^(?:附?表|附件|公开表?|预算公开表?)\s*[\d一二三四五六七八九十]{1,3}[:：、.\-]?(?:表)?"
)
_FORM_NUMBER = re.compile(r"(?:预算|决算)?(?:财)?公开\d{1,2}表?|表[:：]?\d{1,2}$")
_TAIL = re.compile(
    r"(?:[(（](?:续表?|[一二三四五六七八九十]|公开\d+表|单位[:：].{1,4}|[万亿千百]*元)[)）]|续表?|:)+$"
)
_SENTENCE = re.compile(r"[。；;！？]|说明$|情况$")
_UNIT_BEHIND = re.compile(r"[(\[]?(?:金额)?单位:(?:人民币)?[万亿千百]*元.*$")
_HEADING = re.compile(r"(?:部门|单位|公开|本级)(?:预算|决算|预决算)?(?:公开)?(?:报|附)?表$")
_NOT_GENERAL = re.compile(
    r"财政拨款|公共预算|公共财政|基金|国有资本|三公|基本支出|项目支出|经济|转移|专项|债务|债券|采购|购买|绩效"
    r"|社会?保险?|社保|非税|征收|专户|资产|人员|单位构成|机关运行|会议费|培训费|对比|增减|汇总情况|地区|分科目"
)


@dataclass(frozen=True, slots=True)
class TableKind:
    """A table of the set: its number (1-9 as in B1/T1, 10, 11), how its lines are classified."""

    number: int
    sides: tuple[Side, ...]
    scheme: Scheme

    def table_id(self, stage: Stage | None) -> str:
        """The code of the table in a document of that stage; ``""`` where the set has none."""
        if stage is Stage.FINAL_ACCOUNTS:
            return f"T{self.number}" if self.number <= 9 else ""
        return f"B{self.number}"


_BOTH = (Side.REVENUE, Side.EXPENDITURE)
_OUT = (Side.EXPENDITURE,)
KINDS: dict[int, TableKind] = {
    kind.number: kind
    for kind in (
        TableKind(1, _BOTH, Scheme.FUNCTION),
        TableKind(2, (Side.REVENUE,), Scheme.FUNCTION),
        TableKind(3, _OUT, Scheme.FUNCTION),
        TableKind(4, _BOTH, Scheme.FUNCTION),
        TableKind(5, _OUT, Scheme.FUNCTION),
        TableKind(6, _OUT, Scheme.DEPARTMENT_ECONOMIC),
        TableKind(7, (Side.NONE,), Scheme.THREE_PUBLIC),
        TableKind(8, _OUT, Scheme.FUNCTION),
        TableKind(9, _OUT, Scheme.FUNCTION),
        TableKind(10, _OUT, Scheme.ITEM),
        TableKind(11, _OUT, Scheme.ITEM),
    )
}


@dataclass(frozen=True, slots=True)
class Title:
    """What a line of text names, where it is the title of a table.

    Attributes:
        text: as printed, without blanks.
        kind: the table of the set; None where it is a title but of none of them.
        reason: why it is none (``performance``), or ``""``.
        is_final: True for 决算, False for 预算, None where it says neither.
        unit: the unit in its brackets, or ``""``.
    """

    text: str
    kind: TableKind | None
    reason: str = ""
    is_final: bool | None = None
    unit: str = ""


def read_title(text: str) -> Title | None:
    """Read a line as a title; None where it is none (a sentence, a line of the contents)."""
    printed = joined(text)
    core = _core(printed)
    if core is None:
        return None
    kind, reason = _kind(core)
    final: bool | None = None
    if "决算" in core:
        final = True
    elif "预算" in core.replace("一般公共预算", "").replace("基金预算", "").replace("经营预算", ""):
        final = False
    return Title(printed, kind, reason, final, unit_in_brackets(printed))


def _core(printed: str) -> str | None:
    """The words of a title without enumerators, form numbers and brackets at its end."""
    if len(printed) > LONGEST_TITLE or _SENTENCE.search(printed):
        return None
    core = plain(printed)
    core = _TABLE_MARK.sub("", core)
    core = split_enumerator(core)[1] if ENUMERATOR.match(core) else core
    core = _UNIT_BEHIND.sub("", core)
    core = _FORM_NUMBER.sub("", core)
    core = _TAIL.sub("", core)
    name, bracket = _in_bracket(core)
    if not name.endswith("表") or len(name) < 4 or _LEADERS.search(core):
        return None
    if _HEADING.search(name):
        return None
    return name + bracket


def _in_bracket(core: str) -> tuple[str, str]:
    """The words of a title and the bracket behind them: 支出总表(按经济分类)."""
    matched = re.fullmatch(r"(?P<name>.*表)(?P<bracket>[(\[].{1,20}[)\]])?", core)
    return (matched["name"], matched["bracket"] or "") if matched else (core, "")


def _kind(core: str) -> tuple[TableKind | None, str]:
    """The table of the set; the first that fits, from the most to the least special words."""
    number, reason = _number(core)
    return (KINDS[number] if number else None), reason


def _number(core: str) -> tuple[int, str]:
    if "绩效" in core or "目标表" in core:
        return 0, "performance"
    if "三公" in core or ("公务接待" in core and "出国" in core):
        return 7, ""
    if "采购" in core or "购买服务" in core:
        return 11, ""
    if re.search(r"转移支付|债务|债券|社会保险|政府经济|政府预算支出经济|资产|项目库", core):
        return 0, ""
    if "基本支出" in core:
        return 6, ""
    if "政府性基金" in core:
        return 8, ""
    if "国有资本" in core:
        return 9, ""
    if "经济分类" in core or "经济科目" in core:
        return (6, "") if "一般公共预算" in core and "部门预算" in core else (0, "")
    if "项目支出" in core or "项目经费" in core or "项目预算" in core:
        return 10, ""
    if "公共预算" in core or "公共财政" in core:
        spends = "支出" in core or core.endswith(("拨款表", "拨款预算表", "拨款决算表"))
        return (5, "") if spends and "收" not in core.replace("收入支出", "收") else (0, "")
    if "财政拨款" in core and re.search(r"收支|收入支出|收入和支出|收入与支出|收入、支出", core):
        return 4, ""
    return _general(core), ""


def _general(core: str) -> int:
    """1 收支总表, 2 收入总表, 3 支出总表, else 0."""
    core, bracket = _in_bracket(core)
    if "经济" in bracket:
        return 0
    tail = re.search(
        r"(?P<what>收支|收入支出|收入和支出|收入与支出|收入、支出|收入|支出)"
        r"(?:预决算|预算|决算|总体|情况)*(?:总|汇总)?表$",
        core,
    )
    if tail is None:
        return 0
    before = core[: tail.start()]
    if _NOT_GENERAL.search(before):
        return 0
    return {"收入": 2, "支出": 3}.get(tail["what"], 1)
