"""Notices of procurement as pages of the web: awards, awards in lots, and others beside them."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path

from examples.qingshui.department_files import names
from examples.qingshui.department_files.procurement_notices import (
    Supply,
    award_page,
    contract_page,
    lots_page,
)

SEED = 20260301
TRADES = ("医疗器械", "家具", "环保", "信息技术", "图书")
METHODS = ("公开招标", "竞争性磋商", "竞争性谈判", "询价")
PURCHASERS = ("清水县人民医院", "清水县教育局", "清水县水务局", "清水县大数据中心")


def write_notices(folder: Path, count: int, seed: int = SEED) -> None:
    """Write this many pages: of ten, seven awards, two awards in lots and a contract."""
    rng = random.Random(seed)  # noqa: S311 - made data, no secret
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"notice_{number:05}.html").write_text(_page(rng, number), encoding="utf-8")


def _page(rng: random.Random, number: int) -> str:
    supply = _supply(rng, number)
    kind = number % 10
    if kind < 7:
        return award_page(supply)
    if kind < 9:
        firms = [
            (names.firm_name(rng, "环境服务"), names.credit_code(rng), share)
            for share in (supply.amount / 2, supply.amount / 4)
        ]
        return lots_page(supply, firms)
    return contract_page(supply, f"{supply.amount}.00元")


def _supply(rng: random.Random, number: int) -> Supply:
    trade = rng.choice(TRADES)
    return Supply(
        number=f"QSZC2026-{number:05}",
        name=f"{trade}采购项目（{number}）",
        purchaser=rng.choice(PURCHASERS),
        method=rng.choice(METHODS),
        supplier=names.firm_name(rng, trade),
        supplier_code=names.credit_code(rng),
        amount=Decimal(rng.randrange(100_000, 5_000_000, 40)),
        awarded=dt.date(2026, 1, 5) + dt.timedelta(days=number % 60),
    )
