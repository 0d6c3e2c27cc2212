"""What a sentence of a booklet speaks of: a line of the tables, told from its wording.

A wording is only recognised as a whole: a sentence about a part (下属单位的支出预算) is not taken
for one about all.
"""

from __future__ import annotations

import re
import unicodedata

from schemas.documents.budget.passages import ENUMERATOR, folded

_FISCAL = r"(?:财政)?(?:拨款)?"
_CAR = r"公务(?:用车|车用车|车辆|车)"
_SUM = r"(?:预算|决算)?(?:合计|总计|总额|数)?"
_ITEM_SUM = (
    rf"{_FISCAL}(?:总额|总计|合计|规模|支出|数|额)?(?:年初|调整)?(?:预算|决算)?"
    r"(?:总额|总计|合计|安排|数|额)?"
)
_PUBLIC = r"(?:本年|当年)?一般公共预算(?:当年|本年)?(?:财政)?(?:拨款)?"
_FUND = r"政府性基金(?:预算)?(?:财政)?(?:拨款)?"
_CAPITAL = r"国有资本经营(?:预算)?(?:财政)?(?:拨款)?"
_BOTH = r"(?:收支|收入支出|收入和支出|收入及支出)"
_TOTAL = r"(?:总预算|总计|总额|合计)"

SUBJECTS: tuple[tuple[str, str], ...] = (
    ("three_public_total", rf"(?:一般公共预算)?{_FISCAL}(?:安排的)?三公经费{_ITEM_SUM}"),
    ("three_public_overseas", rf"因公出国（?境）?(?:费用|费|经费)?{_ITEM_SUM}"),
    ("three_public_vehicles", rf"{_CAR}购置费?(?:及|和)运行(?:维护)?(?:费用|费)?{_ITEM_SUM}"),
    ("three_public_vehicle_purchase", rf"{_CAR}购置(?:费用|费)?{_ITEM_SUM}"),
    ("three_public_vehicle_running", rf"{_CAR}运行(?:维护)?(?:费用|费)?{_ITEM_SUM}"),
    ("three_public_reception", rf"公务接待(?:费用|费)?{_ITEM_SUM}"),
    ("agency_operation", rf"{_FISCAL}的?机关运行(?:经费|费){_ITEM_SUM}"),
    ("balance_total", rf"(?:部门)?{_BOTH}(?:(?:预算|决算)?{_TOTAL}|预算)"),
    ("revenue_total", rf"(?:部门)?(?:预算收入|收入预算|总收入|收入{_TOTAL}){_SUM}"),
    ("expenditure_total", rf"(?:部门)?(?:预算支出|支出预算|总支出|支出{_TOTAL}){_SUM}"),
    ("revenue_year", rf"本年(?:度)?收入{_SUM}"),
    ("expenditure_year", rf"本年(?:度)?支出{_SUM}"),
    ("fiscal_balance", rf"财政拨款{_BOTH}(?:(?:预算|决算)?{_TOTAL}|预算)"),
    ("fiscal_revenue", rf"财政拨款(?:预算)?收入{_SUM}"),
    ("fiscal_expenditure", rf"财政拨款(?:预算)?支出{_SUM}"),
    ("public_basic", rf"{_PUBLIC}(?:安排的)?基本支出{_SUM}"),
    ("public_expenditure", rf"{_PUBLIC}支出{_SUM}|一般公共预算当年(?:财政)?拨款(?:规模)?"),
    ("public_revenue", rf"{_PUBLIC}(?:资金)?收入{_SUM}"),
    ("fund_expenditure", rf"{_FUND}支出{_SUM}"),
    ("fund_revenue", rf"{_FUND}收入{_SUM}"),
    ("capital_expenditure", rf"{_CAPITAL}支出{_SUM}"),
    ("capital_revenue", rf"{_CAPITAL}收入{_SUM}"),
    ("business_revenue", rf"事业(?:预算)?收入{_SUM}"),
    ("operating_revenue", rf"(?:事业单位)?经营(?:预算)?收入{_SUM}"),
    ("superior_revenue", rf"上级补助(?:预算)?收入{_SUM}"),
    ("affiliated_revenue", rf"附属单位上缴(?:预算)?收入{_SUM}"),
    ("other_revenue", rf"其他(?:预算)?收入{_SUM}"),
    ("basic_expenditure", rf"基本支出{_SUM}"),
    ("project_expenditure", rf"项目支出{_SUM}"),
    ("personnel", rf"人员经费(?:支出)?{_SUM}"),
    ("operation", rf"(?:日常)?公用经费(?:支出)?{_SUM}"),
)
"""Code -> how it is worded, without organisation, year and closing verb."""

_SUBJECTS = tuple((name, re.compile(pattern)) for name, pattern in SUBJECTS)

_LEVEL = r"(?P<{name}>(?:[^（）“”\"]|（(?!\d*(?:类|款|项)）))+?)（(?:\d+)?{level}）(?:支出)?"
_CHAIN = re.compile(
    _LEVEL.format(name="class_name", level="类")
    + f"(?:{_LEVEL.format(name='section_name', level='款')}"
    + f"(?:{_LEVEL.format(name='item_name', level='项')})?)?"
)
_BEHIND_CHAIN = re.compile(
    r"(?:科目|(?:19|20)\d{2}年(?:度)?|当年|年初|本年|全年|支出|预算|决算|执行|安排|数|额|为|是|共|[：，,])*"
)
_QUOTES = re.compile(r"[“”\"'‘’「」『』]")
_YEARS = re.compile(r"(?:19|20)\d{2}年(?:度)?")
_OWN = re.compile(
    r"^(?:其中|分别为|具体为|[:：]|本(?:部门|单位|局|委|办|镇|乡)|我(?:部门|单位|局|委|办|镇|乡|校|院|所|厅|会|中心|街道)|全(?:局|部门|年)"
    r"|部门|单位|年度|年|（部门）|（单位）|（本级）|的|当年|安排|预计)+"
)
_BODIES = re.compile(
    r"^(?:下属|所属|及|和|\d+家|[一二三四五六七八九十]+家|机关|参公|事业|行政|单位)+(?=财政|的)"
)
_VERB = re.compile(
    r"(?:预算|决算)?(?:安排|批复|下达)?(?:总计|共计|合计|共|计)?(?:为|是|：|达|达到|约)*$"
)


def plain_label(text: str) -> str:
    """A label for comparing: one width, no blanks, quotes and enumerators; 其它 as 其他."""
    plain = re.sub(r"\s+", "", _QUOTES.sub("", text))
    plain = unicodedata.normalize("NFKC", ENUMERATOR.sub("", folded(plain)))
    plain = re.sub(r"^[(]?[一二三四五六七八九十]{1,3}[)]?[、.]", "", plain)
    return plain.replace("其它", "其他")


def chain_of(label: str) -> tuple[str, ...]:
    """The names of 类, 款, 项 in a label such as 「…（类）…（款）…（项）2025年预算数」; empty where
    it is no such chain."""
    plain = _QUOTES.sub("", ENUMERATOR.sub("", folded(re.sub(r"\s+", "", label))))
    matched = _CHAIN.match(plain)
    if matched is None or not _BEHIND_CHAIN.fullmatch(plain, matched.end()):
        return ()
    names = (matched["class_name"], matched["section_name"], matched["item_name"])
    return tuple(plain_label(name) for name in names if name is not None)


def subject_of(label: str, organization_name: str) -> str:
    """The code of what a label speaks of (:data:`SUBJECTS`), or ``""``."""
    plain = folded(_QUOTES.sub("", re.sub(r"\s+", "", label)))
    plain = ENUMERATOR.sub("", plain).replace("收、支", "收支").replace("收入、支出", "收入支出")
    for candidate in _candidates(plain, _QUOTES.sub("", organization_name)):
        for name, pattern in _SUBJECTS:
            if pattern.fullmatch(candidate):
                return name
    return ""


def _candidates(plain: str, organization: str) -> list[str]:
    """The label with and without the year, the organisation and the closing verb."""
    bare = _YEARS.sub("", plain)
    for _ in range(2):
        bare = _OWN.sub("", bare)
        if organization and bare.startswith(organization):
            bare = bare.removeprefix(organization)
    bare = re.sub(r"(?:均|各|分别)(?:为|是)?$", "", _BODIES.sub("", _OWN.sub("", bare)))
    without_verb = re.sub(r"(?:均|各|分别|为|是|：|:|达|达到|共计|合计|共|计)+$", "", bare)
    return list(dict.fromkeys((bare, without_verb, _VERB.sub("", bare))))
