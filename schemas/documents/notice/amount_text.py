"""Amounts as notices print them, read exactly: 元, 万元, per year, unit prices, rates, numerals.

Nothing is guessed: a number without any unit, several different amounts in one place, or figures
that contradict the capital numerals beside them are a :class:`AmountDoubt`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from schemas.casting.chinese_numeral import chinese_money
from schemas.documents.notice.wording import Key, fold, key_of, unit_of_label
from schemas.units import find_unit


class AmountBasis(StrEnum):
    """What an amount is the price of."""

    TOTAL = "total"
    PER_YEAR = "per_year"
    UNIT_PRICE = "unit_price"
    RATE = "rate"


class AmountDoubt(StrEnum):
    """Why no amount could be read."""

    ABSENT = "absent"
    NO_UNIT = "no_unit"
    SEVERAL = "several"
    CONTRADICTION = "contradiction"
    ZERO = "zero"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount with what was printed. ``cny`` is exact yuan, None unless the basis is total."""

    published: str
    unit: str
    basis: AmountBasis
    cny: Decimal | None


@dataclass(frozen=True, slots=True)
class _Found:
    published: str
    unit: str
    basis: AmountBasis
    value: Decimal


_NUMBER = (
    r"(?<![\d.,A-Za-z])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]*\d)"
    r"|(?<![\d.,A-Za-z])\d+(?:\.\d+)?(?!\d|,\d|\.\d)"
)
_MONEY_UNIT = r"亿元|千万元|百万元|万元|千元|亿|万|元|圆"
_AMOUNT = re.compile(
    rf"(?P<sign>¥|人民币|RMB|CNY)?\s*(?P<number>{_NUMBER})\s*"
    r"(?:(?P<rate>%|％|‰|折)|"
    rf"[(\[]?\s*(?:人民币)?\s*(?P<unit>{_MONEY_UNIT})?\s*(?:人民币|RMB)?\s*[)\]]?"
    r"(?P<per>\s*[(]?\s*(?:/|每|/每)\s*[\u4e00-\u9fa5㎡²³mkgKGtT·./（(]{1,10})?)"
)
_NUMERAL = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億]{2,}[元圆](?:[零壹贰叁肆伍陆柒捌玖一二三四五六七八九]角)?"
    r"(?:零?[壹贰叁肆伍陆柒捌玖一二三四五六七八九]分)?[整正]?"
)
_NOT_AN_AMOUNT_BEFORE = re.compile(
    r"(?:税率?|增值税|含税|得分|评分|第|年|月|服务期|工期|数量)\s*:?\s*$"
)
_NOT_AN_AMOUNT_AFTER = re.compile(
    r"^\s*(?:分(?!之)|年|个|月|日|天|人|台|套|项|批|次|包|标段|号|家|辆|吨|㎡|平方|工作日|、|[-~至]\s*\d)"
)
_PER_YEAR_BEFORE = re.compile(
    r"(?:每年|/年|一年|年度?(?:服务费|租金|费用|金额)?)\s*(?:人民币)?[:¥]?\s*$"
)
_UNIT_PRICE_BEFORE = re.compile(r"单价(?:合计|总和|之和|报价)?(?:为|是)?\s*[(]?[^\d;,，。；]{0,6}$")
_TOTAL_BEFORE = re.compile(r"(?:总价|合计|总计|总报价|总金额|小写)[^\d;,，。；]{0,8}$")
_RATE_BEFORE = re.compile(r"(?:率|折扣|优惠|下浮|上浮)[^\d;,，。；]{0,6}$")
_FOREIGN = re.compile(
    r"美元|美金|欧元|日元|日圆|英镑|港币|港元|澳元|加元|瑞士法郎|卢布|\b(?:USD|EUR|JPY|GBP|HKD)|[$€£]"
)
_FACTORS = {
    "元": 1,
    "圆": 1,
    "千元": 1000,
    "万": 10_000,
    "万元": 10_000,
    "百万元": 1_000_000,
    "千万元": 10_000_000,
    "亿": 100_000_000,
    "亿元": 100_000_000,
}
_PUBLISHED_UNIT = {"万": "万元", "亿": "亿元", "圆": "元"}


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit that a label or a column states for what stands under it."""

    name: str = ""
    per: str = ""


def read_amount(text: str, label: str = "", stated_unit: str = "") -> Amount | AmountDoubt:
    """Read the amount in a text.

    Args:
        text: the cell or the words behind the label.
        label: of the column or pair: its unit in brackets counts, and 单价, 费率 in it.
        stated_unit: of a column 单位 or a note 单位：万元 beside the table.
    """
    folded = fold(text)
    if _FOREIGN.search(folded):
        return AmountDoubt.FOREIGN
    outer = _unit_stated(unit_of_label(label)) or _unit_stated(stated_unit) or _Unit()
    key = key_of(label) if label else None
    found = _figures(folded, outer, key, text)
    if isinstance(found, AmountDoubt):
        return found
    numerals = _numerals(folded)
    return _settled(found, numerals)


def _unit_stated(text: str) -> _Unit | None:
    folded = re.sub(r"\s+", "", fold(text))
    if folded in ("%", "％", "‰", "折", "百分比"):
        return _Unit(name="%" if folded == "百分比" else folded)
    matched = re.fullmatch(
        rf"(?:人民币|单位:?|¥|RMB|大写|小写|含税|不含税|[:：,，/])*(?P<unit>{_MONEY_UNIT})(?P<per>(?:/|每).{{1,8}})?(?:人民币|整)?",
        folded,
    )
    if matched is None or "%" in (matched["per"] or ""):
        return None
    return _Unit(matched["unit"], matched["per"] or "")


def _figures(text: str, outer: _Unit, key: Key | None, printed: str) -> list[_Found] | AmountDoubt:
    found: list[_Found] = []
    without_unit = False
    for match in _AMOUNT.finditer(text):
        before, after = text[: match.start()], text[match.end("number") :]
        if match["unit"] is None and match["rate"] is None:
            if _NOT_AN_AMOUNT_AFTER.match(after) or _NOT_AN_AMOUNT_BEFORE.search(before):
                continue
            if re.match(r"\s*[A-Za-z\u4e00-\u9fa5]", after) and not match["per"] and not outer.name:
                continue
        if match["rate"] and re.search(r"(?:税率?|含税|得分)\s*[(:为]?\s*$", before):
            continue
        figure = _figure(match, before, outer, key)
        if figure is not None:
            digits = printed[match.start("number") : match.end("number")]
            figure = replace(figure, published=digits)
        if figure is None:
            without_unit = True
        else:
            found.append(figure)
    if not found and without_unit:
        return AmountDoubt.NO_UNIT
    return found


def _figure(match: re.Match[str], before: str, outer: _Unit, key: Key | None) -> _Found | None:
    """One number as an amount; None where nothing says its unit."""
    number = Decimal(match["number"].replace(",", ""))
    if match["rate"]:
        return _Found(match["number"], match["rate"].replace("％", "%"), AmountBasis.RATE, number)
    unit, per = match["unit"], (match["per"] or "").strip(" (")
    if unit is None:
        if outer.name and outer.name in _FACTORS:
            unit, per = outer.name, per or outer.per
        elif outer.name:
            return _Found(match["number"], outer.name, AmountBasis.RATE, number)
        elif key is Key.RATE or _RATE_BEFORE.search(before):
            return _Found(match["number"], "", AmountBasis.RATE, number)
        elif match["sign"]:
            unit = "元"
        else:
            return None
    elif not per and outer.per:
        per = outer.per
    basis = _basis(per, before, key)
    printed = _PUBLISHED_UNIT.get(unit, unit)
    shown = f"{printed}{per}" if per else printed
    return _Found(match["number"], shown, basis, number * _FACTORS[unit])


def _basis(per: str, before: str, key: Key | None) -> AmountBasis:
    if re.fullmatch(r"(?:/|每|/每)?\s*年.{0,3}", per) or _PER_YEAR_BEFORE.search(before):
        return AmountBasis.PER_YEAR
    if per or _UNIT_PRICE_BEFORE.search(before):
        return AmountBasis.UNIT_PRICE
    if key is Key.UNIT_PRICE and not _TOTAL_BEFORE.search(before):
        return AmountBasis.UNIT_PRICE
    return AmountBasis.TOTAL


def _numerals(text: str) -> list[_Found]:
    found = []
    for match in _NUMERAL.finditer(text):
        value = chinese_money(match[0])
        if value is not None:
            found.append(_Found(match[0], "元", AmountBasis.TOTAL, value))
    return found


def _settled(figures: list[_Found], numerals: list[_Found]) -> Amount | AmountDoubt:
    """The one amount that all say, or why there is none."""
    if not figures and not numerals:
        return AmountDoubt.ABSENT
    chosen = figures or numerals
    if len({(item.basis, item.value) for item in chosen}) > 1:
        totals = [item for item in chosen if item.basis is AmountBasis.TOTAL]
        if len({item.value for item in totals}) != 1 or any(
            item.basis is AmountBasis.RATE for item in chosen
        ):
            return AmountDoubt.SEVERAL
        chosen = totals
    first = chosen[0]
    if any(item.value != first.value for item in numerals) and first.basis is not AmountBasis.RATE:
        return AmountDoubt.CONTRADICTION
    if first.value == 0 and first.basis is not AmountBasis.RATE:
        return AmountDoubt.ZERO
    cny = first.value if first.basis is AmountBasis.TOTAL else None
    return Amount(first.published, first.unit, first.basis, cny)


def money_unit_in(text: str) -> str:
    """The first unit of money in a text; empty where there is none."""
    found = re.search(_MONEY_UNIT, fold(text))
    return _PUBLISHED_UNIT.get(found[0], found[0]) if found else ""


def states_money_unit(text: str) -> bool:
    """Whether a text is a unit of money and nothing else: the cell of a column 单位."""
    unit = find_unit(text)
    return unit is not None and unit.dimension == "money"


def looks_like_amount(text: str) -> bool:
    """Whether a cell holds one amount, with or without its unit, and little else."""
    folded = fold(text).strip()
    if not folded or len(folded) > 80:
        return False
    if _NUMERAL.fullmatch(re.sub(r"\s|人民币|大写|:", "", folded)):
        return True
    bare = re.sub(
        r"(?:最终|最后|投标|中标|成交)?(?:总)?(?:报价|总价|单价|金额|合计|费率|下浮率|折扣率|优惠率|价)[^\d]{0,8}|"
        r"人民币|RMB|¥|大写|小写|整|[零一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾佰仟万亿角分]+元?整?",
        "",
        folded,
    )
    return bool(
        re.fullmatch(
            rf"[\s:(]*(?:{_NUMBER})[\s()]*(?:{_MONEY_UNIT}|%|折)?[\s()]*(?:(?:/|每)\S{{1,8}})?[\s()。;,]*",
            bare,
        )
    )
