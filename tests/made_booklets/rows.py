"""Invented lines of tables, with amounts that add up."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal

FUNCTION_ITEMS = (
    ("2010301", "行政运行"),
    ("2010302", "一般行政管理事务"),
    ("2010350", "事业运行"),
    ("2010601", "行政运行"),
    ("2010607", "信息化建设"),
    ("2050202", "小学教育"),
    ("2050203", "初中教育"),
    ("2050299", "其他普通教育支出"),
    ("2080501", "行政单位离退休"),
    ("2080505", "机关事业单位基本养老保险缴费支出"),
    ("2080506", "机关事业单位职业年金缴费支出"),
    ("2082001", "临时救助支出"),
    ("2089999", "其他社会保障和就业支出"),
    ("2101101", "行政单位医疗"),
    ("2101102", "事业单位医疗"),
    ("2101103", "公务员医疗补助"),
    ("2120104", "城管执法"),
    ("2120303", "小城镇基础设施建设"),
    ("2130104", "事业运行"),
    ("2130119", "防灾救灾"),
    ("2130505", "生产发展"),
    ("2210201", "住房公积金"),
    ("2210203", "购房补贴"),
    ("2240106", "安全监管"),
)
FUNCTION_NAMES = {
    "201": "一般公共服务支出",
    "20103": "政府办公厅（室）及相关机构事务",
    "20106": "财政事务",
    "205": "教育支出",
    "20502": "普通教育",
    "208": "社会保障和就业支出",
    "20805": "行政事业单位养老支出",
    "20820": "临时救助",
    "20899": "其他社会保障和就业支出",
    "210": "卫生健康支出",
    "21011": "行政事业单位医疗",
    "212": "城乡社区支出",
    "21201": "城乡社区管理事务",
    "21203": "城乡社区公共设施",
    "213": "农林水支出",
    "21301": "农业农村",
    "21305": "巩固脱贫攻坚成果衔接乡村振兴",
    "221": "住房保障支出",
    "22102": "住房改革支出",
    "224": "灾害防治及应急管理支出",
    "22401": "应急管理事务",
}
ECONOMIC_ITEMS = (
    ("30101", "基本工资"),
    ("30102", "津贴补贴"),
    ("30103", "奖金"),
    ("30108", "机关事业单位基本养老保险缴费"),
    ("30109", "职业年金缴费"),
    ("30110", "职工基本医疗保险缴费"),
    ("30113", "住房公积金"),
    ("30201", "办公费"),
    ("30202", "印刷费"),
    ("30206", "电费"),
    ("30211", "差旅费"),
    ("30213", "维修（护）费"),
    ("30217", "公务接待费"),
    ("30228", "工会经费"),
    ("30231", "公务用车运行维护费"),
    ("30299", "其他商品和服务支出"),
    ("30302", "退休费"),
    ("30305", "生活补助"),
    ("31002", "办公设备购置"),
)
ECONOMIC_NAMES = {
    "301": "工资福利支出",
    "302": "商品和服务支出",
    "303": "对个人和家庭的补助",
    "310": "资本性支出",
}


def thousands(amount: Decimal) -> str:
    """1,234.56"""
    return f"{amount:,.2f}"


def plain(amount: Decimal) -> str:
    """1234.56"""
    return f"{amount:.2f}"


def whole(amount: Decimal) -> str:
    """1,235"""
    return f"{amount:,.0f}"


class AmountRows:
    """Lines of a classification: parents are the sums of their children."""

    def __init__(self, seed: int, written: Callable[[Decimal], str], zero: str = "") -> None:
        self._random = random.Random(seed)
        self._written = written
        self._zero = zero

    def write(self, amount: Decimal) -> str:
        """An amount as this booklet prints it."""
        return self._zero if amount == 0 else self._written(amount)

    def amount(self) -> Decimal:
        """Any amount; now and then nothing."""
        if self._random.random() < 0.12:
            return Decimal(0)
        return Decimal(self._random.randrange(101, 98_765_432)) / 100

    def lines(
        self,
        items: Sequence[tuple[str, str]],
        names: dict[str, str],
        parts: int,
        total: str = "合计",
    ) -> list[tuple[str, str, list[Decimal]]]:
        """Code, label and the parts of each line; the total (no code) comes last."""
        amounts: dict[str, list[Decimal]] = {}
        labels = dict(names) | dict(items)
        for code, _ in items:
            values = [self.amount() for _ in range(parts)]
            for length in range(3, len(code) + 1, 2):
                before = amounts.get(code[:length], [Decimal(0)] * parts)
                amounts[code[:length]] = [a + b for a, b in zip(before, values, strict=True)]
            before = amounts.get("", [Decimal(0)] * parts)
            amounts[""] = [a + b for a, b in zip(before, values, strict=True)]
        coded = [(code, labels[code], values) for code, values in sorted(amounts.items()) if code]
        return [*coded, ("", total, amounts[""])]
