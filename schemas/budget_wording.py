"""The words of budget tables: what a line or a column is, told by what is printed there.

Wordings differ between years and places (facts 2.2), so lines and columns are told by keywords,
never by place or number. Everything here is about one text at a time and knows nothing of rows.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache

_CHINESE = "一二三四五六七八九十百〇零"
ENUMERATOR = re.compile(
    rf"^(?:[{_CHINESE}]+[、.,:]|\([{_CHINESE}\d]+\)[、.]?|\d+(?:[、,)]|\.(?!\d))|[①-⑳][、.]?)"
)
"""「一、」「（一）」「1.」「(1)」「①」 before a label. ``2025.5`` and 「一般」 are none."""
_OF_WHICH = re.compile(r"^其中[:：]?")
_MARKS = str.maketrans("", "", "“”\"'‘’「」『』:")


def plain_label(text: str) -> str:
    """A label without enumerator, 「其中：」, blanks, quotation marks and differences of width."""
    folded = re.sub(r"\s+", "", text)
    enumerated = ENUMERATOR.sub("", folded) if folded[:1] in "①②③④⑤⑥⑦⑧⑨⑩" else folded
    folded = unicodedata.normalize("NFKC", enumerated)
    folded = _OF_WHICH.sub("", ENUMERATOR.sub("", folded))
    return ENUMERATOR.sub("", folded).translate(_MARKS)


def is_of_which(text: str) -> bool:
    """Whether a label or header names a part that need not complete its parent (「其中：…」)."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return "其中" in ENUMERATOR.sub("", folded)[:3]


class LineKind(StrEnum):
    """What a line of a table that balances revenue and expenditure is."""

    GRAND_TOTAL = "grand_total"  # 收入总计, 支出总计, 总计
    YEAR_TOTAL = "year_total"  # 本年收入合计, 本年支出
    TOTAL = "total"  # 合计, 收入合计: the grand total where the table has no other
    CARRIED = "carried"  # 上年结转, 使用非财政拨款结余, 结余分配, 结转下年
    CARRIED_PART = "carried_part"  # 项目支出结转 and other parts of the above
    STAFF_TOTAL = "staff_total"  # 人员经费合计
    OPERATING_TOTAL = "operating_total"  # 公用经费合计
    OF_WHICH = "of_which"  # 其中：…
    NATURE = "nature"  # 基本支出, 项目支出, … listed as lines
    ITEM = "item"


_LINE_KINDS = (
    (LineKind.STAFF_TOTAL, r"人员(经费|支出)(合计|小计|总计)"),
    (LineKind.OPERATING_TOTAL, r"(日常)?公用(经费|支出)(合计|小计|总计)"),
    (LineKind.GRAND_TOTAL, r"(收入|支出|收支|收入支出|本年收支)?(总计|总合计)"),
    (LineKind.YEAR_TOTAL, r"(本年|当年)(预算)?(收入|支出)(合计|小计|总计)?"),
    (LineKind.TOTAL, r"(收入|支出|本年)?(合计|共计|小计)"),
    (
        LineKind.CARRIED,
        r"(年初|上年|上年度|以前年度|历年|期初)\S*(结转|结余)\S*|(使用|动用)\S*(结余|结转|基金)\S*"
        r"|用?事业基金弥补\S*|(用)?非财政拨款结余弥补\S*|(本年)?(结余|盈余)分配"
        r"|(年末|年终|期末)\S*(结转|结余)\S*|结转(到)?下年\S*|(下年|下年度)(结转|结余)\S*",
    ),
    (LineKind.CARRIED_PART, r"\S*(结转|结余)\S*|(提取|转入|交纳|缴纳)\S*(基金|所得税)\S*"),
    (
        LineKind.NATURE,
        r"基本支出|项目支出|人员(经费|支出)|(日常)?公用(经费|支出)|(事业单位)?经营支出"
        r"|上缴上级\S*支出|对附属单位补助\S*|工资福利支出|商品和服务支出|对个人和家庭的补助\S*"
        r"|债务利息及费用支出|资本性支出\S*|对企业补助\S*|对社会保障基金补助\S*",
    ),
)


@cache
def line_kind(label: str) -> LineKind:
    """What a line is, by its label as printed."""
    if is_of_which(label):
        return LineKind.OF_WHICH
    plain = re.sub(r"\([^)]*\)", "", plain_label(label))
    for kind, pattern in _LINE_KINDS:
        if re.fullmatch(pattern, plain):
            return kind
    return LineKind.ITEM


def kind_below(path: str, label: str) -> LineKind:
    """What a line is, by its label and the labels it stands under: an item under 上年结转 is a part
    of that."""
    kind = line_kind(label)
    above = {line_kind(one) for one in path.split("/")[:-1]}
    if kind in (LineKind.ITEM, LineKind.NATURE) and LineKind.CARRIED in above:
        return LineKind.CARRIED_PART
    return kind


class ColumnRole(StrEnum):
    """What a column of a table is, by its lowest header as printed."""

    TOTAL = "total"  # 合计, 本年支出合计
    SUBTOTAL = "subtotal"  # 小计: of what, only the other columns tell
    BASIC = "basic"  # 基本支出
    STAFF = "staff"  # 人员经费
    OPERATING = "operating"  # 公用经费
    PROJECT = "project"  # 项目支出
    BUSINESS = "business"  # (事业单位)经营支出
    UPWARD = "upward"  # 上缴上级支出
    AFFILIATED = "affiliated"  # 对附属单位补助支出
    FISCAL = "fiscal"  # 财政拨款(收入), where its three parts may stand beside it
    GENERAL_BUDGET = "general_budget"  # 一般公共预算
    FUND_BUDGET = "fund_budget"  # 政府性基金预算
    CAPITAL_BUDGET = "capital_budget"  # 国有资本经营预算
    OPENING = "opening"  # 年初结转和结余
    CLOSING = "closing"  # 年末结转和结余
    YEAR_REVENUE = "year_revenue"  # 本年收入
    AMOUNT = "amount"  # 预算数, 决算数, 金额: the table has one column
    OF_WHICH = "of_which"  # 其中：…
    OTHER_YEAR = "other_year"  # 上年执行数, 增减%: not this year's figure
    OTHER = "other"


_NOT_THIS_YEAR = re.compile(
    r"(上年|去年|上一年|前年|往年)(?!度?(财政拨款)?(结转|结余))|执行数|增减|增长|增幅|同比|比上|占比|比例|比重"
    r"|%|变动|完成"
)
_COLUMN_ROLES = (
    (ColumnRole.OPENING, r"(年初|上年)\S*(结转|结余)\S*"),
    (ColumnRole.CLOSING, r"(年末|年终)\S*(结转|结余)\S*|结转下年\S*"),
    (ColumnRole.STAFF, r"(基本支出)?人员(经费|支出)(小计|合计)?"),
    (ColumnRole.OPERATING, r"(基本支出)?(日常)?公用(经费|支出)(小计|合计)?"),
    (ColumnRole.BASIC, r"基本支出(小计|合计|总计)?"),
    (ColumnRole.PROJECT, r"项目支出(小计|合计|总计)?"),
    (ColumnRole.BUSINESS, r"(事业单位)?经营支出"),
    (ColumnRole.UPWARD, r"上缴上级\S*"),
    (ColumnRole.AFFILIATED, r"对附属单位\S*"),
    (ColumnRole.TOTAL, r"((本年)?(收入|支出)?(合计|总计)|本年支出(小计)?)"),
    (ColumnRole.YEAR_REVENUE, r"本年收入(小计)?"),
    (ColumnRole.SUBTOTAL, r"小计"),
    (ColumnRole.GENERAL_BUDGET, r"一般公共(预算)?\S*|公共财政预算\S*"),
    (ColumnRole.FUND_BUDGET, r"政府性基金\S*"),
    (ColumnRole.CAPITAL_BUDGET, r"国有资本经营\S*|国资\S*"),
    (ColumnRole.FISCAL, r"财政拨款(收入|补助收入)?(小计|合计)?"),
    (ColumnRole.AMOUNT, r"(年初|本年|全年|调整)?(预算数|决算数|预算|决算|金额|数额)"),
)


@cache
def column_role(measure: str, fiscal_year: int | None) -> tuple[ColumnRole, str]:
    """The role of a column, and what stands before the words that tell it.

    A table that prints two years, or 本年收入 and 上年结转 in full, repeats its lowest headers and
    tells them apart by the header above; columns belong together where that prefix is the same.
    """
    plain = plain_label(measure)
    if is_of_which(measure):
        return ColumnRole.OF_WHICH, ""
    years = {int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", plain)}
    if _NOT_THIS_YEAR.search(plain) or (years and fiscal_year not in years):
        return ColumnRole.OTHER_YEAR, ""
    bare = re.sub(r"\([^)]*\)", "", plain)
    for role, pattern in _COLUMN_ROLES:
        if re.fullmatch(pattern, bare):
            return role, ""
    for role, pattern in _COLUMN_ROLES:
        found = re.search(rf"(?:{pattern})$", bare)
        if found is not None:
            return role, bare[: found.start()]
    return ColumnRole.OTHER, ""


class ThreePublicItem(StrEnum):
    """Items of the tables of three public expenses (B7, T7): codes of the list of that name."""

    TOTAL = "total"  # “三公”经费合计
    SUBTOTAL = "subtotal"  # “三公”经费小计: the total, where 合计 adds 会议费 and 培训费 to it
    TOTAL_WITH_MEETINGS = "total_with_meetings"  # 合计 beside such a 小计
    OVERSEAS_TRAVEL = "overseas_travel"  # 因公出国（境）费
    OFFICIAL_RECEPTION = "official_reception"  # 公务接待费
    VEHICLES = "vehicles"  # 公务用车购置及运行（维护）费
    VEHICLE_PURCHASE = "vehicle_purchase"
    VEHICLE_OPERATION = "vehicle_operation"
    AGENCY_OPERATION = "agency_operation"  # 机关运行经费
    MEETINGS = "meetings"
    TRAINING = "training"


@cache
def three_public_item(line_path: str, label: str) -> ThreePublicItem | None:
    """The item of a line, by its label and, where that is only 小计, 购置费 …, by its path.

    Whether a 合计 has a 小计 beside it, only the table tells: see
    :func:`schemas.computation.three_public_expenses.resolved_item`.
    """
    names = [plain_label(one) for one in re.sub(r"#\d+$", "", line_path).split("/")]
    last = plain_label(label)
    whole = "/".join([*names, last])
    if "机关运行" in whole:
        return ThreePublicItem.AGENCY_OPERATION
    if "会议" in last:
        return ThreePublicItem.MEETINGS
    if "培训" in last:
        return ThreePublicItem.TRAINING
    if "出国" in last or "出境" in last:
        return ThreePublicItem.OVERSEAS_TRAVEL
    if "接待" in last:
        return ThreePublicItem.OFFICIAL_RECEPTION
    if "车" in whole:
        return _of_vehicles(last)
    if re.search(r"小计$", last) or re.fullmatch(r"三公经费(支出)?", last):
        return ThreePublicItem.SUBTOTAL
    return ThreePublicItem.TOTAL if re.search(r"(合计|总计)$", last) else None


def _of_vehicles(last: str) -> ThreePublicItem | None:
    purchase, operation = "购置" in last, "运行" in last or "维护" in last
    if purchase and operation:
        return ThreePublicItem.VEHICLES
    if purchase:
        return ThreePublicItem.VEHICLE_PURCHASE
    if operation:
        return ThreePublicItem.VEHICLE_OPERATION
    return ThreePublicItem.VEHICLES if re.search(r"小计|合计|用车", last) else None


CLASS_CODE_LENGTHS = {1: 3, 2: 5, 3: 7, 4: 9}
"""类 3, 款 5, 项 7, 目 9 digits (facts 1.5)."""


def decimals_of(value_published: str) -> int:
    """How many digits stand behind the point of a printed number."""
    plain = unicodedata.normalize("NFKC", value_published).strip()
    found = re.search(r"\.(\d+)", plain)
    return len(found.group(1)) if found else 0
