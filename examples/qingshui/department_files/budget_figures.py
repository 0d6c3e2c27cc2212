"""Invented figures of one department's budget: they add up in every table."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

ORGANIZATION = "清水县文体广电和旅游局"
FISCAL_YEAR = 2026

# Basic expenditure by economic class (政府收支分类科目): code, name, from and to in 百元.
_PERSONNEL = (
    ("301", "工资福利支出", None),
    ("30101", "基本工资", (21000, 26000)),
    ("30102", "津贴补贴", (15000, 19000)),
    ("30103", "奖金", (4000, 6000)),
    ("30108", "机关事业单位基本养老保险缴费", (6000, 7000)),
    ("30109", "职业年金缴费", (3000, 3500)),
    ("30110", "职工基本医疗保险缴费", (2500, 3000)),
    ("30112", "其他社会保障缴费", (300, 400)),
    ("30113", "住房公积金", (4500, 5500)),
    ("303", "对个人和家庭的补助", None),
    ("30302", "退休费", (900, 1400)),
    ("30305", "生活补助", (200, 400)),
)
_PUBLIC = (
    ("302", "商品和服务支出", None),
    ("30201", "办公费", (700, 900)),
    ("30205", "水费", (60, 90)),
    ("30206", "电费", (160, 220)),
    ("30207", "邮电费", (200, 300)),
    ("30211", "差旅费", (500, 700)),
    ("30216", "培训费", (90, 140)),
    ("30217", "公务接待费", (60, 90)),
    ("30228", "工会经费", (700, 800)),
    ("30229", "福利费", (500, 600)),
    ("30231", "公务用车运行维护费", (250, 300)),
    ("30239", "其他交通费用", (900, 1200)),
    ("310", "资本性支出", None),
    ("31002", "办公设备购置", (100, 200)),
)
# Expenditure by function: code, name, how its basic part is found, its projects in 百元.
_FUNCTIONS: tuple[tuple[str, str, str, tuple[int, int] | None], ...] = (
    ("207", "文化旅游体育与传媒支出", "", None),
    ("20701", "文化和旅游", "", None),
    ("2070101", "行政运行", "rest", None),
    ("2070104", "图书馆", "share", (3000, 4200)),
    ("2070109", "群众文化", "", (5200, 6800)),
    ("20703", "体育", "", None),
    ("2070308", "群众体育", "", (2600, 3400)),
    ("208", "社会保障和就业支出", "", None),
    ("20805", "行政事业单位养老支出", "", None),
    ("2080501", "行政单位离退休", "30302", None),
    ("2080505", "机关事业单位基本养老保险缴费支出", "30108", None),
    ("2080506", "机关事业单位职业年金缴费支出", "30109", None),
    ("210", "卫生健康支出", "", None),
    ("21011", "行政事业单位医疗", "", None),
    ("2101101", "行政单位医疗", "30110", None),
    ("221", "住房保障支出", "", None),
    ("22102", "住房改革支出", "", None),
    ("2210201", "住房公积金", "30113", None),
)
LIBRARY_SHARE = Decimal("0.12")  # of the basic expenditure that no social item takes


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: code, name, and its two parts in 元."""

    code: str
    name: str
    first: Decimal
    second: Decimal

    @property
    def total(self) -> Decimal:
        """Both parts together."""
        return self.first + self.second


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget: lines by function (basic, project) and by economic class (personnel, public)."""

    functions: tuple[Line, ...]
    economic: tuple[Line, ...]
    last_year: Decimal

    @property
    def classes(self) -> tuple[Line, ...]:
        """The lines of the top level of the functions."""
        return tuple(line for line in self.functions if len(line.code) == len("207"))

    @property
    def total(self) -> Line:
        """The total of the functions."""
        return _sum("", "合计", self.classes)

    @property
    def basic(self) -> Line:
        """The total of the economic classes."""
        top = tuple(line for line in self.economic if len(line.code) == len("301"))
        return _sum("", "合计", top)

    def economic_amount(self, code: str) -> Decimal:
        """The amount of an economic class, 0 where it is not planned."""
        return next((line.total for line in self.economic if line.code == code), Decimal(0))


def _sum(code: str, name: str, lines: tuple[Line, ...]) -> Line:
    first = sum((line.first for line in lines), Decimal(0))
    second = sum((line.second for line in lines), Decimal(0))
    return Line(code, name, first, second)


def _with_parents(names: dict[str, str], leaves: dict[str, Line]) -> tuple[Line, ...]:
    """All lines in the order of their codes; a parent is the sum of the leaves below it."""
    lines = []
    for code, name in names.items():
        below = tuple(leaf for leaf in leaves.values() if leaf.code.startswith(code))
        lines.append(leaves[code] if code in leaves else _sum(code, name, below))
    return tuple(lines)


def _economic(rng: random.Random) -> tuple[Line, ...]:
    names: dict[str, str] = {}
    leaves: dict[str, Line] = {}
    for part, items in enumerate((_PERSONNEL, _PUBLIC)):
        for code, name, bounds in items:
            names[code] = name
            if bounds is not None:
                amount = Decimal(rng.randint(*bounds) * 100)
                pair = (amount, Decimal(0)) if part == 0 else (Decimal(0), amount)
                leaves[code] = Line(code, name, *pair)
    return _with_parents(dict(sorted(names.items())), leaves)


def _functions(rng: random.Random, economic: tuple[Line, ...]) -> tuple[Line, ...]:
    by_code = {line.code: line.total for line in economic}
    basic = sum((line.total for line in economic if len(line.code) == len("301")), Decimal(0))
    tied = sum((by_code[how] for _, _, how, _ in _FUNCTIONS if how.isdigit()), Decimal(0))
    shared = ((basic - tied) * LIBRARY_SHARE).quantize(Decimal(100))
    parts = {"": Decimal(0), "share": shared, "rest": basic - tied - shared}
    names = {code: name for code, name, _, _ in _FUNCTIONS}
    leaves = {}
    for code, name, how, projects in _FUNCTIONS:
        if len(code) == len("2070101"):
            project = Decimal(rng.randint(*projects) * 100) if projects else Decimal(0)
            leaves[code] = Line(code, name, parts.get(how, by_code.get(how, Decimal(0))), project)
    return _with_parents(names, leaves)


def invent_budget() -> Budget:
    """The budget, the same every time."""
    rng = random.Random("清水县文体广电和旅游局2026")  # noqa: S311 - made data, no secret
    economic = _economic(rng)
    functions = _functions(rng, economic)
    total = sum((line.total for line in functions if len(line.code) == len("207")), Decimal(0))
    return Budget(functions, economic, total - Decimal(rng.randint(1500, 2600) * 100))
