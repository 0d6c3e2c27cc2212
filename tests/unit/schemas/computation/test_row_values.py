from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.computation import compute
from schemas.dataset import Computation, DatasetField, FieldType
from schemas.strict import Text


def run(
    by: str,
    columns: dict[str, pl.Series],
    kind: FieldType = FieldType.STRING,
    scale: int | None = None,
    folders: tuple[Path, ...] = (),
    **options: Any,
) -> list[Any]:
    field = DatasetField(name="out", title=Text(zh="值", en="value"), type=kind, scale=scale)
    computation = Computation(by=by, inputs=tuple(columns), options=options)
    return compute(pl.DataFrame(columns), field, computation, folders).to_list()


def text(*values: str | None) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def test_first_present() -> None:
    columns = {"a": text("x", None, None), "b": text("y", "z", None)}
    assert run("first_present", columns) == ["x", "z", None]


def test_constant_stands_in_every_row_or_where_its_inputs_are_filled() -> None:
    codes = {"code": text("0701", None)}
    assert run("constant", codes, value="GB/T 21010-2017") == ["GB/T 21010-2017", None]
    frame = pl.DataFrame(codes)
    field = DatasetField(name="out", title=Text(zh="值", en="v"), type=FieldType.INTEGER)
    everywhere = Computation(by="constant", inputs=(), options={"value": 7})
    assert compute(frame, field, everywhere).to_list() == [7, 7]


@pytest.mark.parametrize(
    ("number", "ordinal", "key"),
    [
        ("6205212020B00015", 0, "6205212020B00015"),
        ("6205212020B00015-1", 1, "6205212020B00015"),
        ("6205212020B00015-12", 12, "6205212020B00015"),
        ("a-b", 0, "a-b"),
        ("-3", 0, "-3"),
        (None, None, "page-7"),
    ],
)
def test_amendments(number: str | None, ordinal: int | None, key: str) -> None:
    assert run("amendment_ordinal", {"n": text(number)}, FieldType.INTEGER) == [ordinal]
    assert run("record_key", {"n": text(number), "r": text("page-7")}) == [key]


def test_record_key_falls_back_in_turn_and_keeps_suffixes_of_other_numbers() -> None:
    columns = {
        "n": text(None, "", None, "  "),
        "r": text("p-1", "p-2", None, None),
        "local": text("x", "y", "z-1", None),
    }
    assert run("record_key", columns) == ["p-1", "p-2", "z-1", None]


def decimals(scale: int, *values: str | None) -> pl.Series:
    return pl.Series(
        [None if one is None else Decimal(one) for one in values], dtype=pl.Decimal(38, scale)
    )


def test_unit_price() -> None:
    price = decimals(2, "8500000.00", "1.00", "0.00", None, "5.00")
    area = decimals(2, "12345.00", "0.00", "5.00", "7.00", None)
    found = run("unit_price", {"p": price, "a": area}, FieldType.DECIMAL, 2)
    assert found == [Decimal("688.54"), None, Decimal("0.00"), None, None]


@given(
    st.decimals(0, 10**12, places=2),
    st.decimals("0.01", 10**8, places=2),
    st.integers(0, 4),
)
def test_unit_price_is_exact_and_half_even(price: Decimal, area: Decimal, scale: int) -> None:
    columns = {"p": decimals(2, str(price)), "a": decimals(2, str(area))}
    (found,) = run("unit_price", columns, FieldType.DECIMAL, scale)
    exact = Fraction(price) / Fraction(area) * 10**scale
    assert found == Decimal(round(exact)).scaleb(-scale)


def test_unit_price_tie_goes_to_the_even_digit() -> None:
    columns = {"p": decimals(2, "0.01", "0.03"), "a": decimals(2, "2.00", "2.00")}
    found = run("unit_price", columns, FieldType.DECIMAL, 2)
    expected = [Decimal(x).quantize(Decimal("0.01"), ROUND_HALF_EVEN) for x in ("0.005", "0.015")]
    assert found == expected == [Decimal("0.00"), Decimal("0.02")]


@pytest.mark.parametrize(
    ("published", "area", "expected"),
    [
        ("0.415800", "4158.00", "现有建设用地"),
        ("0.415801", "4158.01", "现有建设用地"),
        ("0.415900", "4158.00", "新增建设用地(来自存量库)"),
        ("0.000000", "4158.00", "新增建设用地"),
        ("0", "0.00", "新增建设用地"),
        (None, "4158.00", "新增建设用地(来自存量库)"),
        ("  ", "4158.00", "新增建设用地(来自存量库)"),
        ("0.5", None, "新增建设用地(来自存量库)"),
        ("新增建设用地", "4158.00", "新增建设用地"),
        ("存量1号", "4158.00", "存量1号"),
    ],
)
def test_land_source_name(published: str | None, area: str | None, expected: str) -> None:
    columns = {"t": text(published), "a": decimals(2, area)}
    assert run("land_source_name", columns) == [expected]


def test_land_source_options() -> None:
    columns = {"t": text("4158", None), "a": decimals(2, "4158.00", "1.00")}
    found = run("land_source_name", columns, number_unit="m2", blank="unknown")
    assert found == ["现有建设用地", None]


def test_code_of(tmp_path: Path) -> None:
    table = "code,zh,en,aliases\n0701,城镇住宅用地,housing,住宅用地|普通商品住房用地\n"
    (tmp_path / "made_up_uses.csv").write_text(table, encoding="utf-8")
    names = {"n": text("城镇住宅用地", "住宅用地", "未知用地", None, "住宅用地")}
    found = run("code_of", names, folders=(tmp_path,), vocabulary="made_up_uses")
    assert found == ["0701", "0701", None, None, "0701"]


def test_value_where() -> None:
    columns = {"code": text("301", "201", None, "302"), "scheme": text("e", "f", "e", None)}
    assert run("value_where", columns, equals=["e"]) == ["301", None, None, None]
    assert run("value_where", columns, equals=["e", "f"]) == ["301", "201", None, None]
