"""A department's budget booklet of thirty pages: the demo's booklet with a longer budget."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import SimpleDocTemplate

from examples.qingshui.department_files.budget_booklet import story
from examples.qingshui.department_files.budget_figures import Budget, Line, invent_budget
from examples.qingshui.department_files.chinese_font import register_font

SEED = 20260301
PAGES = 30
CLASSES = {
    "201": "一般公共服务支出",
    "207": "文化旅游体育与传媒支出",
    "208": "社会保障和就业支出",
    "212": "城乡社区支出",
    "213": "农林水支出",
    "221": "住房保障支出",
}


def write_booklet(path: Path, items: int, seed: int = SEED) -> None:
    """Write a booklet with this many lines of the lowest level; the same seed, the same bytes."""
    register_font()
    document = SimpleDocTemplate(
        str(path),
        pagesize=landscape(A4),
        leftMargin=21 * mm,
        rightMargin=21 * mm,
        topMargin=18 * mm,
        bottomMargin=16 * mm,
        invariant=True,
    )
    document.build(story(_long_budget(items, seed)))


def _long_budget(items: int, seed: int) -> Budget:
    """The demo's basic expenditure, spread over many functions, with projects beside it."""
    rng = random.Random(seed)  # noqa: S311 - made data, no secret
    economic = invent_budget().economic
    basic = sum((line.total for line in economic if len(line.code) == len("301")), Decimal(0))
    codes = [
        f"{top}{section:02}{item:02}"
        for section in range(1, items)
        for top in CLASSES
        for item in range(1, 5)
    ][:items]
    share = (basic / items).quantize(Decimal("0.01"))
    parts = {code: (share, Decimal(rng.randint(100, 90_000) * 100)) for code in codes}
    parts[codes[0]] = (basic - share * (items - 1), parts[codes[0]][1])
    lines = tuple(
        _line(code, {one: pair for one, pair in parts.items() if one.startswith(code)})
        for code in sorted({code[:length] for code in codes for length in (3, 5, 7)})
    )
    total = sum((line.total for line in lines if len(line.code) == len("207")), Decimal(0))
    return Budget(lines, economic, total - Decimal(100_000))


def _line(code: str, parts: dict[str, tuple[Decimal, Decimal]]) -> Line:
    name = CLASSES.get(code) or f"第{code[3:5]}类事务" + (f"第{code[5:]}项" if code[5:] else "")
    first = sum((one for one, _ in parts.values()), Decimal(0))
    return Line(code, name, first, sum((other for _, other in parts.values()), Decimal(0)))
