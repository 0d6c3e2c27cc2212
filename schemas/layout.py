"""Layouts: what the rows of a raw table mean. Written once, named, used by many sources."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.dataset import Identifier, IsoDate
from schemas.reader_options import ReaderOptions
from schemas.strict import StrictModel, Text, refuse

ColumnReference = Annotated[str, Field(min_length=1)]
"""A column of the raw table: its header (``成交价格``; a unit in brackets at the end may be left
out), ``header#2`` for the second of that name, ``@J`` or ``@10`` for a physical column, or a path
(``properties/aqi``) in JSON and XML; under ``ignore`` also ``path/*`` for all below it."""


def _compiles(pattern: str | None, name: str) -> None:
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            refuse(
                f"{name} 不是正则表达式：{error}", f"{name} is not a regular expression: {error}"
            )


class Lookup(StrictModel):
    """Take the value from a vocabulary table of the site or of gongkai, by key columns.

    ``keys`` maps columns of the vocabulary to columns of the raw table.
    """

    vocabulary: str
    keys: Annotated[dict[str, ColumnReference], Field(min_length=1)]
    value: str


class FieldMapping(StrictModel):
    """Where a field's value comes from and how it is written there.

    Exactly one of ``from``, ``first_present``, ``template``, ``constant``, ``lookup`` is given.

    Attributes:
        from_: the column (``from`` in YAML).
        first_present: the first of these columns that is not missing.
        template: text with ``{column}`` in braces, such as ``{year}-{month}-{day} {hour}:00``.
        constant: the same text in every row.
        lookup: from a vocabulary table.
        extract: regular expression; its only group is taken. No match = missing.
        unit: unit the numbers are written in, where neither header nor cell says it.
        missing: further texts that mean "no value", beside those of the layout.
        dash_is_zero: ``-`` means 0 (accounting format). Otherwise ``-`` is not a number.
        date_format: form of the date where it is not one of the usual ones: ``MM-DD HH:mm`` has
            no year (taken from the snapshot's date or ``as_of``), ``YYMMDD`` …
        hour_label: whether an hourly value is labelled with the start or the end of its hour.
        bound: ``lower``/``upper`` of texts such as ``1.3≤容积率≤1.5``; ``only`` for ``≤50``.
        aliases: published text -> value, for this source.
        optional: the column may be missing from a file without a finding (the value is then
            empty). Otherwise a missing column holds the source.
    """

    from_: ColumnReference | None = Field(default=None, alias="from")
    first_present: tuple[ColumnReference, ...] | None = None
    template: str | None = None
    constant: str | None = None
    lookup: Lookup | None = None
    extract: str | None = None
    unit: str | None = None
    missing: tuple[str, ...] = ()
    dash_is_zero: bool = False
    date_format: str | None = None
    hour_label: Literal["start", "end"] | None = None
    bound: Literal["lower", "upper", "only"] | None = None
    aliases: dict[str, str] = Field(default_factory=dict)
    optional: bool = False

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        origins = (self.from_, self.first_present, self.template, self.constant, self.lookup)
        if sum(origin is not None for origin in origins) != 1:
            refuse(
                "from、first_present、template、constant、lookup 必须且只能写一个",
                "give exactly one of from, first_present, template, constant and lookup",
            )
        if self.lookup is not None and self.extract is not None:
            refuse("lookup 不能与 extract 同时使用", "lookup cannot be used together with extract")
        _compiles(self.extract, "extract")
        if self.extract is not None and re.compile(self.extract).groups != 1:
            refuse(
                "extract 需要恰好一个组，例如 recorderguid=([0-9a-f-]+)",
                "extract needs exactly one group, such as recorderguid=([0-9a-f-]+)",
            )
        return self

    def columns(self) -> tuple[ColumnReference, ...]:
        """All columns of the raw table that this mapping reads."""
        if self.from_ is not None:
            return (self.from_,)
        if self.first_present is not None:
            return self.first_present
        if self.template is not None:
            return tuple(dict.fromkeys(re.findall(r"\{([^{}]+)\}", self.template)))
        if self.lookup is not None:
            return tuple(self.lookup.keys.values())
        return ()


class Header(StrictModel):
    """Where the header rows are.

    ``rows: 0`` means there is none, and then ``columns`` names the columns by position.
    ``find`` lists texts that all stand in the (first) header row; the table starts there, so that
    titles and notes above it need no counting. ``starts_at`` is a fixed 1-based row instead.
    Several header rows are joined with ``/`` (``约定容积率/上限``).
    """

    rows: Annotated[int, Field(ge=0, le=9)] = 1
    find: tuple[str, ...] = ()
    starts_at: Annotated[int, Field(ge=1)] | None = None
    columns: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_given(self) -> Self:
        if self.rows == 0 and not self.columns:
            refuse(
                "没有表头的表必须用 columns 依次写出列名",
                "a table without a header needs columns, its names by position",
            )
        if self.find and self.starts_at is not None:
            refuse("find 与 starts_at 不能同时写", "give find or starts_at, not both")
        return self


class Condition(StrictModel):
    """A test of one raw row: on a column, or on how many of its cells are filled."""

    column: ColumnReference | None = None
    matches: str | None = None
    equals: tuple[str, ...] | None = None
    empty: bool | None = None
    absent: bool | None = None
    cells_at_most: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        _compiles(self.matches, "matches")
        tests = (self.matches, self.equals, self.empty, self.absent)
        given = sum(test is not None for test in tests)
        if self.cells_at_most is not None:
            if given or self.column:
                refuse("cells_at_most 须单独使用", "cells_at_most stands alone")
        elif given != 1 or self.column is None:
            refuse(
                "须写 column，以及 matches、equals、empty、absent 之一",
                "give column and exactly one of matches, equals, empty and absent",
            )
        return self


class Exclusion(StrictModel):
    """Rows that are no records of the dataset, with the reason that is counted and shown."""

    when: Condition
    reason: Text


class Table(StrictModel):
    """Where the records stand in a container."""

    header: Header = Header()
    exclude: tuple[Exclusion, ...] = ()
    ends_before: str | None = None  # regular expression on a row's first filled cell

    @model_validator(mode="after")
    def _patterns(self) -> Self:
        _compiles(self.ends_before, "ends_before")
        return self


class Era(StrictModel):
    """A time during which the layout was different. What is given here replaces what the layout
    says; ``mapping`` is merged field by field. Chosen by the snapshot's date (``as_of``)."""

    valid_from: IsoDate | None = None
    valid_to: IsoDate | None = None
    reader: ReaderOptions | None = None
    table: Table | None = None
    mapping: dict[Identifier, FieldMapping | str] = Field(default_factory=dict)
    ignore: tuple[ColumnReference, ...] | None = None
    missing: tuple[str, ...] | None = None


class LayoutBody(StrictModel):
    """What a layout says; stands in a file of its own or inside a source file."""

    reader: ReaderOptions
    members: str | None = None  # glob over the members, where the snapshot is a ZIP archive
    table: Table = Table()
    mapping: dict[Identifier, FieldMapping | str]
    ignore: tuple[ColumnReference, ...] = ()
    missing: tuple[str, ...] = ("",)
    eras: tuple[Era, ...] = ()


class Layout(LayoutBody):
    """A named layout: the file ``layouts/<id>.yml`` of gongkai or of the site."""

    format: Literal[1]
    id: Identifier
    title: Text
