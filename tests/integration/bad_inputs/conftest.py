"""A small dataset of contracts, deliveries of made bytes, and what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from flows.outcome import RunOutcome
from schemas.run import RunState

DATASET = """\
format: 1
id: contracts
title: {zh: 合同, en: Contracts}
description: {zh: 合同一览。, en: All contracts.}
theme: made
owner: {zh: 某局, en: A bureau}
update_frequency: daily
primary_key: [number]
gates: {drop: 0.3, null: 0.3, total: 5}
fields:
  - {name: number, title: {zh: 编号, en: Number}, type: string}
  - {name: party, title: {zh: 名称, en: Party}, type: string}
  - {name: price_cny, title: {zh: 金额, en: Price}, type: decimal, scale: 2, unit: CNY}
  - {name: signed_on, title: {zh: 日期, en: Signed on}, type: date}
"""
MAPPING = "{number: 编号, party: 名称, price_cny: 金额, signed_on: 日期}"
HEADER = "编号,名称,金额（元）,日期"
GOOD = tuple(f"H-{n},某某工程队{n},{n}00.50,2026-03-{n:02d}" for n in range(1, 10))
"""Nine rows that are right; row ``H-n`` costs ``n00.50`` and is of the ``n``-th of March."""


def good_row(n: int) -> tuple[str, str, Decimal, dt.date]:
    """What ``GOOD[n - 1]`` must be when it is released."""
    return f"H-{n}", f"某某工程队{n}", Decimal(f"{n}00.50"), dt.date(2026, 3, n)


def csv_text(*rows: str, header: str = HEADER, end: str = "\n") -> str:
    """A CSV file of these lines."""
    return "".join(line + end for line in (header, *rows))


@dataclass
class Delivery:
    """What became of one delivery."""

    outcome: RunOutcome
    findings: pl.DataFrame
    quarantine: pl.DataFrame
    released: dict[str, dict[str, Any]]

    @property
    def state(self) -> RunState | None:
        return self.outcome.state

    @property
    def ledger(self) -> Any:
        return self.outcome.ledger

    @property
    def message(self) -> str:
        return self.outcome.message.zh

    def told(self) -> set[tuple[str, str, str]]:
        """(rule, severity, locator) of every finding."""
        return set(self.findings.select("rule", "severity", "locator").iter_rows())

    def finding(self, rule: str) -> dict[str, Any]:
        """The only finding of a rule."""
        found = self.findings.filter(pl.col("rule") == rule)
        assert found.height == 1, self.findings.select("rule", "locator", "what_zh").rows()
        return found.row(0, named=True)

    def row(self, number: str) -> tuple[Any, ...]:
        """The released row with that number."""
        row = self.released[number]
        return row["number"], row["party"], row["price_cny"], row["signed_on"]

    def assert_good(self, *numbers: int) -> None:
        """Exactly these good rows are released, each with its own values."""
        assert set(self.released) == {f"H-{n}" for n in numbers}
        for n in numbers:
            assert self.row(f"H-{n}") == good_row(n)


class Bureau:
    """A bureau that delivers files for the dataset ``contracts``."""

    def __init__(self, site: Any) -> None:
        self.site = site
        site.write("datasets/made/contracts.yml", DATASET)
        self.drop = site.folder / "drop"
        self.drop.mkdir(parents=True)
        self.reads("{type: delimited}")

    def reads(
        self,
        reader: str,
        *,
        mapping: str = MAPPING,
        table: str = "{}",
        load: str = "full",
        glob: str = "*",
        layout: Mapping[str, str] | None = None,
        more: str = "",
    ) -> None:
        """How the bureau's files are read from now on."""
        further = "".join(f"  {key}: {value}\n" for key, value in (layout or {}).items())
        self.site.source(
            "bureau",
            f"dataset: contracts\nconnector: {{type: folder, path: drop, glob: '{glob}'}}\n"
            f"layout:\n  reader: {reader}\n  mapping: {mapping}\n  table: {table}\n{further}"
            f"load: {load}\n{more}",
        )

    def empties(self) -> None:
        """Take away what was delivered before."""
        for path in self.drop.iterdir():
            path.unlink()

    def delivers(
        self,
        content: bytes | str,
        name: str = "a.csv",
        *,
        day: dt.date = dt.date(2026, 11, 1),
        keep: bool = False,
    ) -> Delivery:
        """Put a file into the drop folder (in place of all others) and run the source."""
        if not keep:
            self.empties()
        data = content.encode() if isinstance(content, str) else content
        (self.drop / name).write_bytes(data)
        return self.runs(day=day)

    def runs(self, *, day: dt.date = dt.date(2026, 11, 1), force: bool = False) -> Delivery:
        """Run the source on what lies in the drop folder."""
        outcome = self.site.run("bureau", day=day, force=force)["bureau"]
        outcome.ledger.check()
        assert_speaks(outcome)
        try:
            findings, held = self.site.findings(outcome), self.site.quarantine(outcome)
        except AssertionError:  # the run ended before there were rows to judge
            findings, held = pl.DataFrame(), pl.DataFrame()
        for row in findings.iter_rows(named=True):
            for column in ("what_zh", "what_en", "advice_zh", "advice_en"):
                assert row[column], row
                assert "{" not in row[column] or "{" in row["value"], row
        return Delivery(outcome, findings, held, self.rows())

    def rows(self) -> dict[str, dict[str, Any]]:
        """The released rows by number."""
        if not (self.site.folder / "public/datasets/contracts/versions.json").exists():
            return {}
        rows = self.site.released("contracts")
        return {row["number"]: row for row in rows.iter_rows(named=True)}


def assert_speaks(outcome: RunOutcome) -> None:
    """A run says in both languages how it ended, and never with a traceback."""
    for text in (outcome.message.zh, outcome.message.en):
        assert text
        for word in ("Traceback", "Error:", 'File "', "codec", "NoneType"):
            assert word not in text, text


@pytest.fixture
def bureau(made_site: Any) -> Bureau:
    """A bureau whose CSV files the site reads."""
    return Bureau(made_site)
