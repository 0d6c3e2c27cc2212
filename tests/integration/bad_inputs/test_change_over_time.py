"""What a second and third delivery may do to what is public (kinds 44 and 65 to 70)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from schemas.run import RunState

HEADER = "编号,名称,金额（元）,日期"
GOOD = [f"H-{n},某某工程队{n},{n}00.50,2026-03-{n:02d}" for n in range(1, 10)]
ALL = tuple(range(1, 10))


def text(*rows: str, header: str = HEADER) -> str:
    return "".join(line + "\n" for line in (header, *rows))


def exchanged(row: str) -> str:
    """The row with its columns in another order."""
    number, party, price, day = row.split(",")
    return ",".join((day, price, number, party))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(text(*GOOD), "b.csv", id="67 the same bytes with a new name"),
        pytest.param(text(*reversed(GOOD)), "a.csv", id="68 rows in another order"),
        pytest.param(
            text(*map(exchanged, GOOD), header=exchanged(HEADER)),
            "a.csv",
            id="columns in another order",
        ),
        pytest.param(text(*GOOD).encode("gbk"), "a.csv", id="another encoding"),
    ],
)
def test_what_changes_nothing_makes_no_version(
    bureau: Any, made_site: Any, content: str, name: str
) -> None:
    bureau.delivers(text(*GOOD))
    again = bureau.delivers(content, name)
    assert again.state is RunState.NO_CHANGE
    assert (again.ledger.rows_read, again.ledger.rows_unchanged) == (9, 9)
    assert made_site.versions("contracts")["current"] == 1
    again.assert_good(*ALL)


@pytest.mark.parametrize(
    ("content", "rule", "says"),
    [
        pytest.param(text(*GOOD[:4]), "REL-02", "--accept REL-02", id="66 half of the rows"),
        pytest.param(text(), "LAY-07", "没有任何数据行", id="no row at all"),
        pytest.param(
            text(*GOOD, header=HEADER.replace("名称", "单位名称")),
            "LAY-02",
            "是否改名为“单位名称”",
            id="69 a column renamed",
        ),
        pytest.param(
            text(*GOOD, header=HEADER.replace("编号", "合同编号")),
            "LAY-02",
            "是否改名为“合同编号”",
            id="69 the key renamed",
        ),
        pytest.param(
            text(*GOOD, header=HEADER.replace("元", "万元")),
            "REL-04",
            "合计由 4504.50 变为 45045000.00",
            id="69 元 became 万元 in the header",
        ),
        pytest.param(
            text(*GOOD, header=HEADER.replace("（元）", "")), "CAST-05", "unit", id="unit gone"
        ),
        pytest.param(
            text(GOOD[0].replace("100.50", "1005000.00"), *GOOD[1:]),
            "REL-04",
            "合计",
            id="44 one amount ten thousand times as large",
        ),
        pytest.param(
            text(
                *[row.replace("某某工程队", "") for row in GOOD[:0]],
                *[",".join((row.split(",")[0], "", *row.split(",")[2:])) for row in GOOD],
            ),
            "REL-03",
            "空值比例",
            id="a column emptied",
        ),
    ],
)
def test_sudden_changes_are_held_and_the_last_release_stays(
    bureau: Any, made_site: Any, content: str, rule: str, says: str
) -> None:
    bureau.delivers(text(*GOOD))
    held = bureau.delivers(content)
    assert held.state is RunState.HELD
    found = held.findings.filter(held.findings["rule"] == rule)
    assert set(found["severity"]) == {"critical"}
    assert says in held.message
    assert made_site.versions("contracts")["current"] == 1
    held.assert_good(*ALL)
    recovered = bureau.delivers(text(*GOOD, "X,甲,1.00,2026-04-01"))
    assert recovered.state is RunState.RELEASED
    assert recovered.ledger.rows_new == 1


def test_three_old_rows_rewritten_are_the_whole_difference(bureau: Any, made_site: Any) -> None:
    """Kind 65."""
    bureau.delivers(text(*GOOD))
    changed = [row.replace("00.50", "00.60") for row in GOOD[:3]]
    ended = bureau.delivers(text(*changed, *GOOD[3:]))
    assert (ended.ledger.rows_changed, ended.ledger.rows_unchanged) == (3, 6)
    assert "修改 3" in ended.message
    assert ended.row("H-1")[2] == Decimal("100.60")
    before = made_site.released("contracts", 1)
    assert sorted(before["price_cny"])[0] == Decimal("100.50")


def test_a_row_that_disappears_leaves_a_tombstone_and_may_return(
    bureau: Any, made_site: Any
) -> None:
    """Kind 70."""
    bureau.delivers(text(*GOOD))
    gone = bureau.delivers(text(*GOOD[1:]))
    assert gone.state is RunState.RELEASED
    assert "删除 1" in gone.message
    gone.assert_good(*ALL[1:])
    back = bureau.delivers(text(*GOOD))
    assert back.ledger.rows_new == 1
    assert made_site.versions("contracts")["current"] == 3
    back.assert_good(*ALL)


def test_a_known_key_with_other_values_is_not_appended(bureau: Any) -> None:
    bureau.reads("{type: delimited}", load="append")
    bureau.delivers(text(*GOOD))
    ended = bureau.delivers(text("H-1,别家,5,2026-03-01", "N,甲,5,2026-01-01"))
    assert ended.finding("KEY-03")["locator"].startswith("line 2")
    assert (ended.ledger.rows_read, ended.ledger.rows_new) == (2, 1)
    assert ended.ledger.rows_quarantined == 1
    assert ended.row("H-1")[1] == "某某工程队1"
