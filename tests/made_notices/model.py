"""What a made notice says, and what a reader must find in it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

TRADES = ("医疗器械", "家具", "环保", "信息技术", "图书", "物业服务", "建筑工程", "餐饮管理")
TOWNS = ("云川县", "示川市", "拟泉区", "例丰县")


@dataclass(frozen=True, slots=True)
class TrueAward:
    """A lot and its supplier; no supplier where nobody won.

    Attributes:
        amount: in 元; None where the notice gives no total.
        basis: total, per_year, unit_price or rate; ``""`` where nobody won.
    """

    file: str
    lot: str
    supplier: str
    amount: Decimal | None
    basis: str = "total"
    status: str = "active"


@dataclass(frozen=True, slots=True)
class MadeNotice:
    """A page and the truth about it."""

    file: str
    html: str
    awards: tuple[TrueAward, ...]


class Inventor:
    """Invents firms and amounts, the same every time."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def firm(self) -> str:
        """A firm; no two are named alike."""
        name = "".join(self._random.choices("示例样虚拟禾泉丰源岭润恒", k=3))
        kind = self._random.choice(("有限公司", "有限责任公司", "集团股份有限公司"))
        return self._random.choice(TOWNS) + name + self._random.choice(TRADES) + kind

    def amount(self) -> Decimal:
        """An amount with 分, sometimes round."""
        fen = self._random.randrange(3_000_000, 900_000_000)
        if self._random.random() < 0.3:
            fen -= fen % 1_000_000
        return Decimal(fen) / 100
