"""Booklets as rules on their statements see them: the printed amounts of one organization, year and
stage, and what the booklet says beside its tables.

Statements are the companion table ``statements``
(:class:`schemas.documents.budget.statements.Statement`).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

import polars as pl

from expectations.context import NotApplicable, RuleContext
from expectations.rule import Check, NumberColumn, RuleExpectation, TextColumn
from schemas.documents.budget.printed_numbers import YUAN
from schemas.documents.budget.statements import COMPANION
from schemas.documents.budget.subjects import plain_label
from schemas.finding import Scope
from schemas.message import Message

BookletKey = tuple[str, str, str]
NAMED_SENTENCES = 3
_CELL = ("organization", "year", "stage", "table", "side", "path", "measure")
_TOLD = {
    "_row": pl.UInt32,
    "_on_cell": pl.Boolean,
    "_zh": pl.String,
    "_en": pl.String,
    "_pattern": pl.String,
}
WITHOUT_STATEMENTS = Message(
    "这批数据的读取方式不给出表外文字，无法核对",
    "the reader of this batch gives no text beside the tables, so there is nothing to compare",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed amount.

    Attributes:
        row: its row in the frame.
        table, title, side, scheme, code, label, path, measure, value, unit: as in the dataset.
        amount: in yuan.
        page: where it stands; None where it has none.
    """

    row: int
    table: str
    title: str
    side: str
    scheme: str
    code: str
    label: str
    path: str
    measure: str
    amount: Decimal
    value: str
    unit: str
    page: int | None

    @property
    def number(self) -> int:
        """5 of B5 and T5; 0 where there is none."""
        return int(self.table[1:]) if self.table[1:].isdecimal() else 0

    @property
    def name(self) -> str:
        """The label for comparing."""
        return plain_label(self.label)

    def told(self) -> tuple[str, str]:
        """Table, line, column and number, in Chinese and English."""
        zh_page = "" if self.page is None else f"（第 {self.page} 页）"
        en_page = "" if self.page is None else f" (page {self.page})"
        title = f"{self.table} {self.title}".strip()
        return (
            f"{title}“{self.label}”行“{self.measure}”列{zh_page}为 {self.value} {self.unit}",
            f"{title}, line “{self.label}”, column “{self.measure}”{en_page} is {self.value} "
            f"{self.unit}",
        )


@dataclass(frozen=True)
class Booklet:
    """The cells and statements of one organization, year and stage; cells in the order of their
    keys."""

    year: str
    stage: str
    cells: tuple[Cell, ...]
    statements: tuple[Mapping[str, str], ...]

    def of_kind(self, kind: str) -> list[Mapping[str, str]]:
        """The statements of a kind, in reading order."""
        return [one for one in self.statements if one["statement_kind"] == kind]

    @cached_property
    def names_of_codes(self) -> dict[str, str]:
        """Functional code -> name, as its first table prints it."""
        names: dict[str, str] = {}
        for cell in self.cells:
            if cell.code and cell.scheme == "function":
                names.setdefault(cell.code, cell.name)
        return names

    @cached_property
    def _decimals(self) -> dict[tuple[str, str], int]:
        places: dict[tuple[str, str], int] = {}
        for cell in self.cells:
            printed = len(cell.value.partition(".")[2])
            places[cell.table, cell.unit] = max(places.get((cell.table, cell.unit), 0), printed)
        return places

    def step(self, cell: Cell) -> Decimal:
        """What one unit of the last printed place of a cell's table is worth, in yuan."""
        return YUAN.get(cell.unit, Decimal(1)).scaleb(-self._decimals[cell.table, cell.unit])


@dataclass(frozen=True, slots=True)
class Told:
    """Something to report: on a cell that contradicts, or on the booklet (its first cell)."""

    cell: Cell
    on_cell: bool
    zh: str
    en: str
    pattern: str


class BookletRule(RuleExpectation):
    """A rule on what booklets say beside their tables. Parameters name the columns."""

    scope: ClassVar[Scope] = Scope.DATASET
    organization: TextColumn = "organization_name"
    fiscal_year: NumberColumn = "fiscal_year"
    stage: TextColumn = "stage"
    table: TextColumn = "table_id"
    table_title: TextColumn = "table_title"
    side: TextColumn = "side"
    scheme: TextColumn = "scheme"
    code: TextColumn = "code"
    label: TextColumn = "label"
    line_path: TextColumn = "line_path"
    measure: TextColumn = "measure"
    amount: NumberColumn = "amount_cny"
    value: TextColumn = "value_published"
    unit: TextColumn = "unit_published"
    page: NumberColumn = "page"

    @abstractmethod
    def told(self, booklet: Booklet) -> Iterator[Told]:
        """What is to be reported about a booklet."""

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame | NotApplicable:
        """The frame with the sentences of what was found."""
        statements = context.companion(COMPANION)
        if statements is None:
            return NotApplicable(WITHOUT_STATEMENTS)
        found = [
            (one.cell.row, one.on_cell, one.zh, one.en, one.pattern)
            for booklet in self._booklets(frame, statements)
            for one in self.told(booklet)
        ]
        told = pl.DataFrame(found, schema=_TOLD, orient="row").unique(maintain_order=True)
        one_each = told.group_by("_row", "_on_cell", maintain_order=True).agg(
            pl.col("_zh").str.join("；"), pl.col("_en").str.join("; "), pl.col("_pattern").first()
        )
        on_cell = one_each.filter(pl.col("_on_cell")).drop("_on_cell")
        on_booklet = one_each.filter(~pl.col("_on_cell")).drop("_on_cell")
        return frame.join(on_cell, on="_row", how="left").join(
            on_booklet, on="_row", how="left", suffix="_booklet"
        )

    def checks(self) -> tuple[Check, ...]:
        """One for cells that contradict, one for the booklet as a whole."""
        return (
            Check(
                pl.col("_zh").is_not_null(),
                self.amount,
                parts={"told": (pl.col("_zh"), pl.col("_en"))},
                pattern=pl.col("_pattern"),
            ),
            Check(
                pl.col("_zh_booklet").is_not_null(),
                "",
                parts={"told": (pl.col("_zh_booklet"), pl.col("_en_booklet"))},
                pattern=pl.col("_pattern_booklet"),
            ),
        )

    def _booklets(self, frame: pl.DataFrame, statements: pl.DataFrame) -> Iterator[Booklet]:
        said: dict[BookletKey, list[Mapping[str, str]]] = {}
        for one in statements.iter_rows(named=True):
            texts = {name: "" if value is None else str(value) for name, value in one.items()}
            key = (texts["organization_name"], texts["fiscal_year"], texts["stage"])
            said.setdefault(key, []).append(texts)
        printed: dict[BookletKey, list[Cell]] = {}
        for row in self._printed(frame).iter_rows(named=True):
            key = (row.pop("organization"), row.pop("year"), row.pop("stage"))
            printed.setdefault(key, []).append(Cell(**row))
        for key, cells in sorted(printed.items()):
            if key in said:
                yield Booklet(key[1], key[2], tuple(cells), tuple(said[key]))

    def _printed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Cells that hold an amount. Cells given twice are left out: their key holds them."""
        texts: dict[str, Any] = {
            "organization": self.organization,
            "stage": self.stage,
            "table": self.table,
            "title": self.table_title,
            "side": self.side,
            "scheme": self.scheme,
            "code": self.code,
            "label": self.label,
            "path": self.line_path,
            "measure": self.measure,
            "value": self.value,
            "unit": self.unit,
        }
        renamed = frame.select(
            pl.col("_row").alias("row"),
            pl.col(self.fiscal_year).cast(pl.Int64).cast(pl.String).alias("year"),
            pl.col(self.amount).alias("amount"),
            pl.col(self.page).cast(pl.Int64).alias("page"),
            *(pl.col(column).alias(name) for name, column in texts.items()),
        )
        known = pl.all_horizontal(pl.col(name).is_not_null() for name in (*_CELL, "amount"))
        cells = renamed.filter(known).filter(~pl.struct(*_CELL).is_duplicated())
        return cells.with_columns(
            pl.col(name).fill_null("") for name in texts if name not in _CELL
        ).sort(_CELL)


def on_booklet(booklet: Booklet, zh: str, en: str, pattern: str) -> Told:
    """A report about the booklet as a whole, put on its first cell."""
    return Told(booklet.cells[0], False, zh, en, pattern)


def quoted(statement: Mapping[str, str]) -> tuple[str, str]:
    """A sentence with its place, in Chinese and English."""
    place, sentence = statement["place"].partition(" [")[0], statement["sentence"]
    return f"“{sentence}”（{place}）", f"“{sentence}” ({place})"


def listed(statements: Sequence[Mapping[str, str]]) -> tuple[str, str]:
    """The first of several sentences with their places, in Chinese and English."""
    first = [quoted(one) for one in statements[:NAMED_SENTENCES]]
    more = "" if len(statements) <= NAMED_SENTENCES else "…"
    return "；".join(zh for zh, _ in first) + more, "; ".join(en for _, en in first) + more
