"""One example of a rule: typed rows, and which of them fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from expectations.context import RuleContext

DTYPES: dict[str, pl.DataType] = {
    "dec": pl.Decimal(38, 2),
    "int": pl.Int64(),
    "num": pl.Float64(),
    "str": pl.String(),
    "date": pl.Date(),
    "time": pl.Datetime("ms", "Asia/Shanghai"),
}
Fails = set[tuple[int, str]] | set[tuple[int, str, str]]


@dataclass(frozen=True)
class Example:
    """Rows of typed columns, given as ``{"area_m2 dec": [...]}``, and which of them fail."""

    rule: str
    columns: Mapping[str, Sequence[Any]]
    fails: Fails
    params: Mapping[str, Any] = field(default_factory=dict)
    context: RuleContext = field(default_factory=RuleContext)

    def frame(self) -> pl.DataFrame:
        """The rows, typed."""
        made = []
        for head, values in self.columns.items():
            name, kind = head.split()
            dtype = DTYPES[kind]
            if kind == "dec":
                values = [None if one is None else Decimal(str(one)) for one in values]
            if kind == "date":
                values = [None if one is None else dt.date.fromisoformat(one) for one in values]
            if kind == "time":
                local = pl.Series(name, values, dtype=pl.String).str.to_datetime(time_unit="ms")
                made.append(local.dt.replace_time_zone("Asia/Shanghai"))
                continue
            made.append(pl.Series(name, values, dtype=dtype))
        return pl.DataFrame(made)
