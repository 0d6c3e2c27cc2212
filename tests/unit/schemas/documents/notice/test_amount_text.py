"""Amounts as notices print them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.documents.notice.amount_text import Amount, AmountBasis, AmountDoubt, read_amount

TOTALS = (
    ("￥668.790000 万元（人民币）", "", "", "6687900.00"),
    ("报价:1444851.19(元)", "", "", "1444851.19"),
    ("6687920.0元", "", "", "6687920"),
    ("21.58万元", "", "", "215800"),
    ("21.58万", "", "", "215800"),
    ("3602.5688", "中标价（万元）", "", "36025688"),
    ("1986000", "中标金额", "元", "1986000"),
    ("人民币壹佰万元整", "", "", "1000000"),
    ("大写：贰拾壹万伍仟捌佰元整 小写：￥215800.00元", "", "", "215800"),
    ("¥215,800.00", "", "", "215800"),
    ("1.5亿元", "", "", "150000000"),
    ("0.3万元（含税，税率13%）", "", "", "3000"),
    ("1986000元（服务期3年）", "", "", "1986000"),
    ("215800元（21.58万元）", "", "", "215800"),
    ("总价：300元；单价：3元", "", "", "300"),
    ("８８，０００元", "", "", "88000"),
)


@pytest.mark.parametrize(("text", "label", "unit", "yuan"), TOTALS)
def test_totals(text: str, label: str, unit: str, yuan: str) -> None:
    amount = read_amount(text, label, unit)

    assert isinstance(amount, Amount)
    assert amount.basis is AmountBasis.TOTAL
    assert amount.cny == Decimal(yuan)


@pytest.mark.parametrize(
    ("text", "label", "basis"),
    [
        ("513360.00元每年", "", AmountBasis.PER_YEAR),
        ("12.6万元/年", "", AmountBasis.PER_YEAR),
        ("每年12.6万元", "", AmountBasis.PER_YEAR),
        ("12.6", "成交金额（万元/年）", AmountBasis.PER_YEAR),
        ("单价合计：1286.50元", "", AmountBasis.UNIT_PRICE),
        ("18.5元/人/天", "", AmountBasis.UNIT_PRICE),
        ("35.5元", "单价", AmountBasis.UNIT_PRICE),
        ("8.5%", "", AmountBasis.RATE),
        ("下浮率：8.5%", "", AmountBasis.RATE),
        ("95", "折扣率（%）", AmountBasis.RATE),
        ("0.95", "折扣率", AmountBasis.RATE),
        ("9.5折", "", AmountBasis.RATE),
    ],
)
def test_what_is_no_total_has_no_yuan(text: str, label: str, basis: AmountBasis) -> None:
    amount = read_amount(text, label)

    assert isinstance(amount, Amount)
    assert (amount.basis, amount.cny) == (basis, None)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("215800", AmountDoubt.NO_UNIT),
        ("详见附件", AmountDoubt.ABSENT),
        ("", AmountDoubt.ABSENT),
        ("100000元，其中设备90000元", AmountDoubt.SEVERAL),
        ("费率：80%；暂定金额100万元", AmountDoubt.SEVERAL),
        ("壹佰万元整（￥100,000.00）", AmountDoubt.CONTRADICTION),
        ("0元 人民币", AmountDoubt.ZERO),
        ("0.00万元", AmountDoubt.ZERO),
        ("10万美元", AmountDoubt.FOREIGN),
        ("USD 120,000.00", AmountDoubt.FOREIGN),
    ],
)
def test_doubt_is_never_a_number(text: str, doubt: AmountDoubt) -> None:
    assert read_amount(text) is doubt


@given(st.decimals(min_value="0.01", max_value="99999999.99", places=2))
def test_every_way_of_printing_one_amount_is_that_amount(yuan: Decimal) -> None:
    ten_thousands = f"{yuan / 10000:.6f}"
    printed = (
        f"{yuan}元",
        f"{yuan:,}元",
        f"￥{yuan:,}",
        f"报价：{yuan}（元）",
        f"{ten_thousands}万元",
    )

    for text in printed:
        amount = read_amount(text)
        assert isinstance(amount, Amount), text
        assert amount.cny == yuan, text
    for label in ("中标金额（元）", "成交价(元)"):
        amount = read_amount(str(yuan), label)
        assert isinstance(amount, Amount)
        assert amount.cny == yuan


@given(st.text(alphabet="0123456789.,元万亿%￥()（）/年每单价率整壹佰", max_size=24))
def test_no_text_breaks_it(text: str) -> None:
    amount = read_amount(text)

    if isinstance(amount, Amount) and amount.cny is not None:
        assert amount.cny > 0
