"""Single values as departments write them (kinds 33, 35, 41 to 46 and 50)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from schemas.run import RunState

HEADER = "编号,名称,金额（元）,日期\n"
GOOD = "".join(f"H-{n},某某工程队{n},{n}00.50,2026-03-{n:02d}\n" for n in range(1, 10))
LINE = 11


def row(number: str = "X", party: str = "甲", price: str = "1", day: str = "2026-01-01") -> str:
    return HEADER + GOOD + f'{number},"{party}","{price}",{day}\n'


@pytest.mark.parametrize(
    ("written", "amount", "rules"),
    [
        ("１，２３４．５　万元（不含税）", "12345000.00", {"CAST-07", "CAST-11"}),
        ("1,234.50", "1234.50", set()),
        ("−5", "-5.00", set()),
        ("(100)", "-100.00", set()),
        ("一百二十万", "1200000.00", set()),
        ("￥100元", "100.00", set()),
        ("RMB 100", "100.00", set()),
        ("100 CNY", "100.00", set()),
        ("1 234", "1234.00", {"CAST-10"}),
        ("约100", "100.00", {"CAST-12"}),
        ("2.675", "2.68", {"CAST-09"}),
        ("2.665", "2.66", {"CAST-09"}),
        ("12345678901234567890", "12345678901234567890.00", set()),
    ],
)
def test_numbers_that_can_be_read(bureau: Any, written: str, amount: str, rules: set[str]) -> None:
    ended = bureau.delivers(row(price=written))
    assert ended.row("X")[2] == Decimal(amount)
    assert ended.told() == {(rule, "warning", f"line {LINE} column 3") for rule in rules}


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        *((text, "CAST-01") for text in ("1_000", "٣", "nan", "inf", "1.2.3", "0x10", "1/3")),
        *((text, "CAST-01") for text in ("NA", "null", "-", "——", "/", "无", "N/A", "USD 100")),
        ("1e400", "CAST-15"),
        ("1,23,4", "CAST-02"),
        ("5%", "CAST-04"),
        ("100美元", "CAST-03"),
    ],
)
def test_what_is_no_certain_amount_is_held(bureau: Any, written: str, rule: str) -> None:
    ended = bureau.delivers(row(price=written))
    assert ended.state is RunState.RELEASED
    assert ended.told() == {(rule, "error", f"line {LINE} column 3")}
    assert ended.ledger.rows_quarantined == 1
    ended.assert_good(*range(1, 10))


@pytest.mark.parametrize("text", ["-", "——", "/", "无", "NA"])
def test_texts_declared_missing_are_no_value(bureau: Any, text: str) -> None:
    bureau.reads("{type: delimited}", layout={"missing": "['', '-', '——', '/', '无', 'NA']"})
    ended = bureau.delivers(row(price=text))
    assert ended.told() == set()
    assert ended.row("X")[2] is None


@pytest.mark.parametrize("text", ["NA", "null", "None", "nan", "无", "-", "（甲）公司", "(甲)公司"])
def test_names_are_never_taken_for_missing_or_folded(bureau: Any, text: str) -> None:
    """Kinds 43 and 51: NA is an abbreviation, null a surname."""
    assert bureau.delivers(row(party=text)).row("X")[1] == text


@pytest.mark.parametrize("text", ["00123", "１２３", "12345678901234567890", "-5", "+86-10-1"])
def test_codes_keep_every_character(bureau: Any, text: str) -> None:
    assert bureau.delivers(row(number=text)).row(text)[0] == text


@pytest.mark.parametrize("text", ["6.20521E+17", "9.11101990030712e+17", "1E+12"])
def test_codes_in_scientific_notation_have_lost_their_digits(bureau: Any, text: str) -> None:
    """Kind 33, saved as CSV."""
    ended = bureau.delivers(row(number=text))
    assert ("CAST-44", "error", f"line {LINE} column 1") in ended.told()
    assert "文本格式" in ended.finding("CAST-44")["advice_zh"]
    ended.assert_good(*range(1, 10))


@pytest.mark.parametrize(
    "text",
    [
        "2026.1.5",
        "2026/1/5",
        "20260105",
        "2026年1月5日",
        "２０２６－０１－０５",
        "二〇二六年一月五日",
    ],
)
def test_dates_that_can_be_read(bureau: Any, text: str) -> None:
    ended = bureau.delivers(row(day=text))
    assert ended.row("X")[3] == dt.date(2026, 1, 5)
    assert ended.told() == set()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2026年1月", "CAST-24"),
        ("20260230", "CAST-21"),
        ("2025-02-29", "CAST-21"),
        ("0000-00-00", "CAST-21"),
        ("26-01-05", "CAST-22"),
        ("民国115年3月1日", "CAST-23"),
        ("45000", "CAST-26"),
        ("03/04/2026", "CAST-20"),
    ],
)
def test_dates_that_are_not_certain_are_held(bureau: Any, text: str, rule: str) -> None:
    ended = bureau.delivers(row(day=text))
    assert ended.told() == {(rule, "error", f"line {LINE} column 4")}
    ended.assert_good(*range(1, 10))


@pytest.mark.parametrize("text", ["1900-01-01", "9999-12-31"])
def test_placeholder_dates_are_no_value(bureau: Any, text: str) -> None:
    ended = bureau.delivers(row(day=text))
    assert ended.row("X")[3] is None
    assert ended.told() == {("CAST-25", "warning", f"line {LINE} column 4")}


@pytest.mark.parametrize(
    ("note", "state"),
    [("单位：万元", "released"), ("单位：元、万元", "held"), ("单位：公顷、万元", "released")],
)
def test_a_note_that_names_two_units_of_money_says_nothing(
    bureau: Any, note: str, state: str
) -> None:
    bureau.reads("{type: delimited}", table="{header: {find: [编号, 名称]}}")
    ended = bureau.delivers(f"合同表,{note},,\n编号,名称,金额,日期\n" + GOOD)
    assert ended.state == state
    if state == "held":
        assert ended.finding("CAST-05")["severity"] == "critical"
    else:
        assert ended.row("H-1")[2] == Decimal("1005000.00")


def test_a_line_break_in_a_value_does_not_break_the_sentence(bureau: Any) -> None:
    ended = bureau.delivers(row(price="3\n\n月5\r\n日"))
    found = ended.finding("CAST-01")
    assert found["value"] == "3\n\n月5\r\n日"
    assert "“3 月5 日”" in found["what_zh"]
