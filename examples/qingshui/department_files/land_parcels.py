"""Invented results of land supply, before any department's form is put on them."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal

from examples.qingshui.department_files import names


@dataclass(frozen=True, slots=True)
class LandUse:
    """What one land use is sold for: ``price`` in 元/㎡ (0 for allocated land), term in years."""

    name: str
    industry: str
    trade: str
    method: str
    term: int | None
    price: tuple[int, int]
    plot_ratio: tuple[str, str] | None


SOLD = (
    LandUse("城镇住宅用地", "房地产业", "房地产开发", "挂牌出让", 70, (480, 720), ("1.10", "2.20")),
    LandUse("工业用地", "农副食品加工业", "食品", "挂牌出让", 50, (96, 132), ("0.80", "1.50")),
    LandUse("工业用地", "非金属矿物制品业", "建材", "挂牌出让", 50, (96, 132), ("0.80", "1.20")),
    LandUse("仓储用地", "装卸搬运和仓储业", "物流", "挂牌出让", 50, (110, 150), ("0.60", "1.20")),
    LandUse("零售商业用地", "零售业", "商贸", "拍卖出让", 40, (560, 820), ("1.00", "2.00")),
    LandUse("餐饮用地", "餐饮业", "餐饮", "挂牌出让", 40, (540, 780), ("0.80", "1.60")),
    LandUse("旅馆用地", "住宿业", "酒店管理", "挂牌出让", 40, (520, 760), ("1.00", "2.40")),
)
ALLOCATED = (
    LandUse("教育用地", "教育", "示例中学", "划拨", None, (0, 0), None),
    LandUse("医疗卫生用地", "卫生", "示例卫生院", "划拨", None, (0, 0), None),
    LandUse("公用设施用地", "公共设施管理业", "示例供水站", "划拨", None, (0, 0), None),
    LandUse("机关团体用地", "国家机构", "示例便民服务中心", "划拨", None, (0, 0), None),
    LandUse("公路用地", "道路运输业", "示例公路养护站", "划拨", None, (0, 0), None),
)
LAND_SOURCES = ("现有建设用地", "新增建设用地", "新增建设用地(来自存量库)")
PUBLISHED_UNTIL = dt.date(2026, 3, 31)  # nothing in the files happened after this day
GRADES = ("一级", "二级", "三级", "四级")


@dataclass(frozen=True, slots=True)
class LandResult:
    """One 供地结果. Area in hectares, price in 万元, as results are published."""

    number: str
    town_code: str
    town_name: str
    project: str
    location: str
    hectares: Decimal
    land_source: str
    use: str
    method: str
    term: int | None
    industry: str
    grade: str
    price: Decimal | None
    holder: str
    plot_ratio_min: str
    plot_ratio_max: str
    signed: dt.date
    handover: dt.date
    start: dt.date
    completion: dt.date
    started: dt.date | None
    completed: dt.date | None
    approved_by: str = "清水县人民政府"


def _price(rng: random.Random, use: LandUse, hectares: Decimal) -> Decimal | None:
    if use.term is None:
        return None
    # 元/㎡ and 万元/公顷 are the same number: the two factors of ten thousand cancel.
    return (rng.randint(*use.price) * hectares).quantize(Decimal("0.01"))


def _holder(rng: random.Random, use: LandUse, town: str) -> str:
    if use.term is None:
        return f"{names.COUNTY_NAME}{town}{use.trade}"
    return names.firm_name(rng, use.trade)


def invent_result(rng: random.Random, signed: dt.date, serial: int) -> LandResult:
    """One result signed on that day, right in every respect."""
    use = rng.choice(ALLOCATED if rng.random() < 0.25 else SOLD)
    code, town = rng.choice(names.TOWNS)
    hectares = Decimal(rng.randint(800, 42000)).scaleb(-4)
    holder = _holder(rng, use, town)
    handover = signed + dt.timedelta(days=rng.randint(20, 60))
    start = handover + dt.timedelta(days=rng.randint(60, 240))
    completion = start + dt.timedelta(days=rng.randint(540, 900))
    begun = rng.random() < 0.5
    started = signed + dt.timedelta(days=rng.randint(70, 200)) if begun else None
    completed = started + dt.timedelta(days=rng.randint(420, 700)) if started else None
    if completed and completed > PUBLISHED_UNTIL:
        completed = None
    letter = "A" if use.term is None else "B"
    return LandResult(
        number=f"{names.COUNTY_CODE}{signed.year}{letter}{serial:05d}",
        town_code=code,
        town_name=town,
        project=f"{holder.removeprefix(names.COUNTY_NAME).removesuffix('有限公司')}建设项目",
        location=f"{names.COUNTY_NAME}{town}{rng.choice('东西南北')}{rng.choice(('街', '路'))}"
        f"{rng.choice('东西南北')}侧",
        hectares=hectares,
        land_source=rng.choice(LAND_SOURCES),
        use=use.name,
        method=use.method,
        term=use.term,
        industry=use.industry,
        grade=rng.choice(GRADES),
        price=_price(rng, use, hectares),
        holder=holder,
        plot_ratio_min=use.plot_ratio[0] if use.plot_ratio else "",
        plot_ratio_max=use.plot_ratio[1] if use.plot_ratio else "",
        signed=signed,
        handover=handover,
        start=start,
        completion=completion,
        started=started,
        completed=completed,
    )


def invent_results(rng: random.Random, year: int, count: int) -> list[LandResult]:
    """The results of one year in order of signing, right in every respect."""
    first = dt.date(year, 1, 4)
    days = sorted(rng.randrange(355) for _ in range(count))
    return [
        invent_result(rng, first + dt.timedelta(days=day), serial)
        for serial, day in enumerate(days, start=1)
    ]


def chinese_date(day: dt.date | None) -> str:
    """``2025年03月04日``, and nothing for no day."""
    return f"{day.year}年{day.month:02d}月{day.day:02d}日" if day else ""
