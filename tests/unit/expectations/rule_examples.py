"""Examples of every rule: both sides of every bound, null, and what is looked at beside the row.

Each value is one example row. ``fails`` names (row, column) or (row, column, pattern).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from budget_examples import BUDGET_EXAMPLES
from budget_statement_examples import BUDGET_STATEMENT_EXAMPLES
from procurement_examples import PROCUREMENT_EXAMPLES
from rule_example import Example

from expectations.context import RuleContext

__all__ = ["EXAMPLES", "Example"]


def _area_notice(columns: Sequence[str]) -> pl.DataFrame:
    frame = Example(
        "",
        {
            "parcel_number str": ["old"],
            "notice_kind str": ["transfer_notice"],
            "area_m2 dec": ["100"],
            "price_cny dec": [None],
            "starting_price_cny dec": ["50"],
            "published_on date": ["2026-01-01"],
        },
        set(),
    ).frame()
    return frame.select(columns)


def _instalments(dataset: str, columns: Sequence[str]) -> pl.DataFrame | None:
    if dataset != "land_instalments":
        return None
    rows = {"of str": ["a", "a", "b", "c"], "amount dec": ["600", "400", "1000", "1000"]}
    return Example("", rows, set()).frame().select(columns)


_HOURS = [f"2026-01-01T{hour:02}:00:00" for hour in range(12)]

EXAMPLES = [
    # -- fields and keys ------------------------------------------------------------------
    Example("ExpectFieldPresent", {"a str": ["x", None, ""]}, {(1, "a")}, {"column": "a"}),
    Example(
        "ExpectFieldWithinRange",
        {"a dec": ["-0.01", "0", "0.01", "9.99", "10", "10.01", None]},
        {(0, "a"), (5, "a")},
        {"column": "a", "minimum": "0", "maximum": "10"},
    ),
    Example(
        "ExpectFieldWithinRange",
        {"a dec": ["-0.01", "0", "0.01", "9.99", "10", "10.01", None]},
        {(0, "a"), (1, "a"), (4, "a"), (5, "a")},
        {"column": "a", "exclusive_minimum": "0", "exclusive_maximum": "10"},
    ),
    Example(
        "ExpectFieldWithinRange",
        {"a num": [-0.1, 0.0, 0.1, None]},
        {(0, "a")},
        {"column": "a", "minimum": "0"},
    ),
    Example(
        "ExpectFieldWithinRange",
        {"a int": [9, 10, 11, None]},
        {(1, "a"), (2, "a")},
        {"column": "a", "exclusive_maximum": "10"},
    ),
    Example(
        "ExpectFieldLengthWithin",
        {"a str": ["", "一", "一二", "一二三", "一二三四", None]},
        {(0, "a"), (1, "a"), (4, "a")},
        {"column": "a", "minimum_length": 2, "maximum_length": 3},
    ),
    Example(
        "ExpectFieldLengthWithin",
        {"a str": ["", "一", None]},
        {(0, "a")},
        {"column": "a", "minimum_length": 1},
    ),
    Example(
        "ExpectFieldLengthWithin",
        {"a str": ["", "一", "一二", None]},
        {(2, "a")},
        {"column": "a", "maximum_length": 1},
    ),
    Example(
        "ExpectFieldInSet",
        {"a str": ["x", "y", "X", "", None]},
        {(2, "a", "X"), (3, "a", "")},
        {"column": "a", "values": ["x", "y"]},
    ),
    Example(
        "ExpectFieldMatchesPattern",
        {"a str": ["12", "123", "1234", "x123", "123\n", None]},
        {(0, "a"), (2, "a"), (3, "a"), (4, "a")},
        {"column": "a", "pattern": "[0-9]{3}"},
    ),
    Example(
        "ExpectFieldMatchesPattern",
        {"a str": ["ab", "aa", "b", None, "aab"]},
        {(0, "a"), (2, "a"), (4, "a")},
        {"column": "a", "pattern": r"(a)(?!b)\1"},
    ),
    Example(
        "ExpectFieldInCodeList",
        {"a str": ["01", "02", "1", None]},
        {(2, "a", "1")},
        {"column": "a", "code_list": "use", "codes": ["01", "02"]},
    ),
    Example(
        "ExpectFieldInCodeList",
        {"a str": ["01", "01,02", "02、01", "01,3", ",", None]},
        {(3, "a", "01,3"), (4, "a", ",")},
        {"column": "a", "code_list": "use[]", "codes": ["01", "02"]},
    ),
    Example(
        "ExpectKeyPresent",
        {"a str": ["x", None, "y", None], "b str": ["1", "2", None, None]},
        {(1, "a"), (2, "b"), (3, "a"), (3, "b")},
        {"key": ["a", "b"]},
    ),
    Example(
        "ExpectKeyUnambiguous",
        {
            "a str": ["x", "x", "y", "y", "z", None, None, "w", "w", "w"],
            "b int": [1, 2, 1, 1, 1, 1, 2, 1, 1, None],
        },
        {(0, "a"), (1, "a"), (7, "a"), (8, "a"), (9, "a")},
        {"key": ["a"]},
    ),
    Example(
        "ExpectKeyUnambiguous",
        {
            "a str": ["x", "x", "x", "x", None],
            "b str": ["1", "2", "2", "3", "3"],
            "c int": [1, 1, 2, 3, 4],
        },
        {(1, ""), (2, "")},
        {"key": ["a", "b"]},
    ),
    Example("ExpectKeyUnambiguous", {"a str": ["x", "y"], "b int": [1, 1]}, set(), {"key": ["a"]}),
    Example(
        "ExpectFieldUnique",
        {"a int": [1, 1, 2, None, None]},
        {(0, "a"), (1, "a")},
        {"column": "a"},
    ),
    # -- land ---------------------------------------------------------------------------
    Example(
        "ExpectLandAreaWithinBounds",
        {"area_m2 dec": ["-0.01", "0", "0.01", "4999999.99", "5000000", "5000000.01", None]},
        {(0, "area_m2"), (1, "area_m2"), (4, "area_m2"), (5, "area_m2")},
    ),
    Example(
        "ExpectLandAreaPlausible",
        {
            "area_m2 dec": [
                "-1",
                "499999.99",
                "500000",
                "500000.01",
                "4999999.99",
                "5000000",
                "5000000.01",
                None,
            ]
        },
        {(3, "area_m2"), (4, "area_m2")},
    ),
    Example(
        "ExpectPriceNotNegative",
        {"price_cny dec": ["-0.01", "0", "0.01", None]},
        {(0, "price_cny")},
    ),
    Example(
        "ExpectAllocatedLandWithoutPrice",
        {
            "supply_method str": ["划拨", "划拨", "划拨", "划拨", "挂牌出让", None, "划拨"],
            "price_cny dec": ["0.01", "0", None, "-0.01", "5", "5", "5"],
            "term_years int": [None, 0, 1, -1, 50, 50, 50],
        },
        {(0, "price_cny"), (2, "term_years"), (6, "price_cny"), (6, "term_years")},
    ),
    Example(
        "ExpectAllocatedLandWithoutPrice",
        {"supply_method str": ["划拨", "划拨"], "price_cny dec": ["0.01", None]},
        {(0, "price_cny")},
        {"term": None},
    ),
    Example(
        "ExpectTransferredLandWithPrice",
        {
            "supply_method str": [
                "挂牌出让",
                "协议出让",
                "出让",
                "拍卖出让",
                "划拨",
                None,
                "招标出让",
            ],
            "price_cny dec": ["0.01", "0", None, "-0.01", None, None, "9"],
            "term_years int": [1, 50, 50, 0, None, None, None],
        },
        {
            (1, "price_cny", "not_above_zero"),
            (2, "price_cny", "missing"),
            (3, "price_cny", "not_above_zero"),
            (3, "term_years", "not_above_zero"),
            (6, "term_years", "missing"),
        },
    ),
    Example(
        "ExpectTransferredLandWithPrice",
        {"supply_method str": ["挂牌出让", "挂牌出让"], "price_cny dec": ["0.01", None]},
        {(1, "price_cny")},
        {"term": None},
    ),
    Example(
        "ExpectTransferredLandWithPrice",
        {
            "supply_method str": ["挂牌出让", "挂牌出让", "挂牌出让"],
            "price_cny dec": ["1", "1", "1"],
            "term_years int": [None, None, 0],
            "term_published str": ["住宅70年;商服40年", None, "0"],
        },
        {(1, "term_years", "missing"), (2, "term_years", "not_above_zero")},
        {"term_text": "term_published"},
    ),
    Example(
        "ExpectLandTermPossible",
        {"term_years int": [-1, 0, 1, 69, 70, 71, None]},
        {(0, "term_years"), (5, "term_years")},
    ),
    Example(
        "ExpectLandTermWithinUseLimit",
        {
            "term_years int": [70, 71, 40, 41, 50, 51, 50, 51, 71, None, 60, 70],
            "land_use_name str": [
                "城镇住宅用地",
                "其他普通商品住房用地",
                "批发零售用地",
                "其他商服用地",
                "工业用地",
                "仓储用地",
                "X",
                "Y",
                None,
                "工业用地",
                "住宅、商服用地",
                "商服用地",
            ],
            "land_use_code str": [
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                "0501",
                "0701",
            ],
            "land_use_scheme str": [None] * 10 + ["GB/T 21010-2017"] * 2,
        },
        {
            (1, "term_years", "residential"),
            (3, "term_years", "commercial"),
            (5, "term_years", "other"),
            (7, "term_years", "other"),
        },
    ),
    Example(
        "ExpectLandTermWithinUseLimit",
        {
            "term_years int": [41, 41, 41, 51, 71],
            "land_use_name str": ["X", "X", None, "X", None],
            "land_use_code str": ["0501", "0501", "0501", "0601", "0701"],
            "land_use_scheme str": [
                "GB/T 21010-2017",
                "用地用海分类",
                "GB/T 21010-2017",
                "GB/T 21010-2017",
                "GB/T 21010-2017",
            ],
        },
        {
            (0, "term_years", "commercial"),
            (2, "term_years", "commercial"),
            (3, "term_years", "other"),
            (4, "term_years", "residential"),
        },
    ),
    Example(
        "ExpectLandTermWithinUseLimit",
        {
            "term_years int": [41, 40],
            "land_use_name str": [None, None],
            "land_use_code str": ["05", "05"],
        },
        {(0, "term_years")},
        {"use_scheme": None},
    ),
    Example(
        "ExpectPlotRatiosInOrder",
        {
            "plot_ratio_min dec": ["1", "1.01", "1", "15", "15.01", "-0.01", "0", None, "2", "16"],
            "plot_ratio_max dec": ["1", "1", "1.01", "15", None, "0", "0", "15.01", None, "-1"],
        },
        {
            (1, "plot_ratio_min", "exchanged"),
            (4, "plot_ratio_min", "out_of_range"),
            (5, "plot_ratio_min", "out_of_range"),
            (7, "plot_ratio_max", "out_of_range"),
            (9, "plot_ratio_min", "lower_above_upper"),
            (9, "plot_ratio_min", "out_of_range"),
            (9, "plot_ratio_max", "out_of_range"),
        },
    ),
    Example(
        "ExpectPlotRatiosInOrder",
        {
            "plot_ratio_min dec": ["15", "15.01", "1", "1"],
            "plot_ratio_max dec": ["1", "1", "0", "-0.01"],
        },
        {
            (0, "plot_ratio_min", "exchanged"),
            (1, "plot_ratio_min", "lower_above_upper"),
            (1, "plot_ratio_min", "out_of_range"),
            (2, "plot_ratio_min", "exchanged"),
            (3, "plot_ratio_min", "lower_above_upper"),
            (3, "plot_ratio_max", "out_of_range"),
        },
    ),
    Example(
        "ExpectResidentialPlotRatioAboveOne",
        {
            "plot_ratio_max dec": ["0", "0.01", "1", "1.01", None, "1", "1", "-1"],
            "land_use_name str": ["住宅用地"] * 5 + ["工业用地", None, "住宅用地"],
            "land_use_code str": [None] * 8,
            "land_use_scheme str": [None] * 8,
        },
        {(1, "plot_ratio_max"), (2, "plot_ratio_max")},
    ),
    Example(
        "ExpectResidentialPlotRatioAboveOne",
        {"plot_ratio_max dec": ["1", "1"], "land_use_name str": ["住宅用地", "X"]},
        {(0, "plot_ratio_max")},
        {"use_code": None, "use_scheme": None},
    ),
    Example(
        "ExpectDatesInOrder",
        {
            "a date": [
                "2026-01-02",
                "2026-01-02",
                "2026-01-02",
                None,
                "1901-12-31",
                "1902-01-02",
                "2100-01-01",
                "2099-12-31",
            ],
            "b date": [
                "2026-01-01",
                "2026-01-02",
                None,
                "2026-01-02",
                "2026-01-01",
                "1902-01-01",
                "2026-01-01",
                "2026-01-01",
            ],
            "c date": [
                "2026-01-03",
                "2026-01-01",
                "2026-01-01",
                "2026-01-01",
                "1901-01-02",
                "2100-01-01",
                "2026-01-01",
                None,
            ],
        },
        {
            (0, "b", "a"),
            (1, "c", "b"),
            (2, "c", "a"),
            (3, "c", "b"),
            (5, "b", "a"),
            (7, "b", "a"),
        },
        {"dates": ["a", "b", "c"]},
    ),
    Example(
        "ExpectSupervisionNumberWellFormed",
        {
            "supervision_number str": [
                "6205212020B00015",
                "6205212020B00015-1",
                "6205212020B0015",
                "6205212020B00015-123",
                "x6205212020B00015",
                None,
                "6205212020B00015",
                "6205212020B00015",
                "6205212020B00015",
                "Nah",
                "6205212020B00015",
            ],
            "contract_signed_on date": [
                "2020-06-01",
                "2020-06-01",
                "2020-06-01",
                "2020-06-01",
                "2020-06-01",
                "2020-06-01",
                "2021-12-31",
                "2022-01-01",
                "2018-12-31",
                "2020-01-01",
                None,
            ],
        },
        {
            (2, "supervision_number", "form"),
            (3, "supervision_number", "form"),
            (4, "supervision_number", "form"),
            (7, "supervision_number", "year"),
            (8, "supervision_number", "year"),
            (9, "supervision_number", "form"),
        },
    ),
    Example(
        "ExpectSupervisionNumberWellFormed",
        {"supervision_number str": ["6205212020B00015", "1"]},
        {(1, "supervision_number")},
        {"signed_on": None},
    ),
    Example(
        "ExpectSupervisionNumberUnique",
        {"supervision_number str": ["x", "x", "y", "z", None, None]},
        {(0, "supervision_number"), (1, "supervision_number")},
    ),
    Example(
        "ExpectDivisionOfSite",
        {
            "division_code str": ["620521", "620522", "620521104", None, "620500"],
            "supervision_number str": ["6205212020B00015", None, "6205222020B00015", None, "62"],
        },
        {
            (1, "division_code"),
            (2, "supervision_number"),
            (4, "division_code"),
            (4, "supervision_number"),
        },
        context=RuleContext(division_code="620521"),
    ),
    Example(
        "ExpectDivisionOfSite",
        {"division_code str": ["620521", "620500", "620601", "610521"]},
        {(2, "division_code"), (3, "division_code")},
        {"number": None},
        RuleContext(division_code="620500"),
    ),
    Example(
        "ExpectDivisionOfSite",
        {"division_code str": ["620521", "620601", "610521", "621102"]},
        {(2, "division_code")},
        {"number": None},
        RuleContext(division_code="620000"),
    ),
    Example(
        "ExpectUnitPriceNearMedian",
        {
            "unit_price_cny_per_m2 dec": ["100"] * 6 + ["1000", "1000.01", "10", "9.99", "0", None],
            "division_name str": ["清水县"] * 12,
            "land_use_name str": ["工业用地"] * 12,
            "contract_signed_on date": ["2026-01-01"] * 12,
        },
        {
            (7, "unit_price_cny_per_m2", "above"),
            (9, "unit_price_cny_per_m2", "below"),
        },
    ),
    Example(
        "ExpectUnitPriceNearMedian",
        {
            "unit_price_cny_per_m2 dec": ["100"] * 8 + ["1001"] + ["5000"] + [None, "0"],
            "division_name str": ["清水县"] * 9 + ["秦安县"] + ["清水县"] * 2,
            "land_use_name str": ["工业用地"] * 12,
            "contract_signed_on date": ["2026-01-01"] * 12,
        },
        set(),
    ),
    Example(
        "ExpectUnitPriceNearMedian",
        {
            "unit_price_cny_per_m2 dec": ["100"] * 3 + ["1001"] + ["1", "100"],
            "division_name str": ["清水县"] * 4 + [None] * 2,
            "land_use_name str": ["工业用地"] * 6,
        },
        {(3, "unit_price_cny_per_m2")},
        {"year_of": None, "minimum_rows": 4},
    ),
    Example(
        "ExpectUnitPriceNearMedian",
        {
            "unit_price_cny_per_m2 dec": ["100"] * 4 + ["1001", "1001", "1001"],
            "division_name str": ["清水县"] * 7,
            "land_use_name str": ["工业用地"] * 7,
            "contract_signed_on date": ["2026-01-01"] * 5 + ["2025-12-31", "2026-01-01"],
        },
        {(4, "unit_price_cny_per_m2"), (6, "unit_price_cny_per_m2")},
        {"minimum_rows": 6},
    ),
    Example(
        "ExpectResultMatchesNotice",
        {
            "parcel_number str": [
                "p",
                "p",
                "q",
                "q",
                "q",
                "q",
                "q",
                "old",
                "old",
                "none",
                None,
                "q",
            ],
            "notice_kind str": [
                "transfer_notice",
                "result_publicity",
                "transfer_notice",
                "result_publicity",
                "result_publicity",
                "result_publicity",
                "result_publicity",
                "result_publicity",
                "result_publicity",
                "result_publicity",
                "result_publicity",
                "transfer_notice",
            ],
            "area_m2 dec": [
                "200",
                "202",
                "200",
                "202.01",
                "197.99",
                "198",
                None,
                "101.01",
                "1",
                "5",
                "5",
                "9",
            ],
            "price_cny dec": [
                None,
                "99.99",
                None,
                "100",
                "100.01",
                "100",
                "5",
                "49.99",
                "50",
                "1",
                "1",
                None,
            ],
            "starting_price_cny dec": [
                "100",
                None,
                "100",
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                "100",
            ],
            "published_on date": [
                "2026-01-01",
                "2026-02-01",
                None,
                None,
                "2026-02-01",
                None,
                None,
                "2026-02-01",
                "2025-12-31",
                None,
                None,
                "2026-03-01",
            ],
        },
        {
            (1, "price_cny", "price"),
            (4, "area_m2", "area"),
            (3, "area_m2", "area"),
            (5, "area_m2", "area"),
            (6, "price_cny", "price"),
            (7, "area_m2", "area"),
            (7, "price_cny", "price"),
        },
        context=RuleContext(previous_release=_area_notice),
    ),
    Example(
        "ExpectResultMatchesNotice",
        {
            "parcel_number str": ["q", "q", "q", "q", "q"],
            "notice_kind str": ["transfer_notice"] + ["result_publicity"] * 4,
            "area_m2 dec": ["200", "202", "202.01", "198", "197.99"],
            "price_cny dec": [None, "100", "99.99", "100.01", "100"],
            "starting_price_cny dec": ["100", None, None, None, None],
            "published_on date": ["2026-01-01", "2026-01-01", "2026-02-01", "2026-02-01", None],
        },
        {(2, "area_m2", "area"), (2, "price_cny", "price"), (4, "area_m2", "area")},
    ),
    Example(
        "ExpectInstalmentsSumToPrice",
        {
            "k str": ["a", "b", "c", "d", None, "a"],
            "price_cny dec": ["1100", "1100.01", "900", "5", "5", "899.99"],
        },
        {(1, "price_cny"), (5, "price_cny")},
        {
            "dataset": "land_instalments",
            "key": "k",
            "instalment_key": "of",
            "instalment_amount": "amount",
        },
        RuleContext(dataset=_instalments),
    ),
    Example(
        "ExpectPeriodAtLeast",
        {
            "a date": ["2026-01-01", "2026-01-01", "2026-01-01", None, "2026-01-01"],
            "b time": [
                "2026-01-20T23:00:00",
                "2026-01-21T00:00:00",
                "2026-01-22T09:00:00",
                "2026-01-01T00:00:00",
                None,
            ],
        },
        {(0, "b")},
        {"start": "a", "end": "b", "minimum": 20},
    ),
    Example(
        "ExpectPeriodAtLeast",
        # National Day of 2024: 1–7 October off, Sunday 29 September and 12 October worked.
        {
            "a date": ["2024-09-27", "2024-09-28", "2024-09-27", "2024-10-11"],
            "b date": ["2024-10-07", "2024-10-08", "2024-10-08", "2024-10-14"],
        },
        {(0, "b"), (3, "b")},
        {"start": "a", "end": "b", "minimum": 3, "kind": "working_days"},
    ),
    Example(
        "ExpectPeriodAtMost",
        {
            "a date": ["2026-01-01", "2026-01-01", "2026-01-01", "2026-01-01", None],
            "b date": ["2026-01-10", "2026-01-11", "2026-01-12", None, "2026-01-01"],
        },
        {(2, "b")},
        {"start": "a", "end": "b", "maximum": 10},
    ),
    Example(
        "ExpectPeriodAtMost",
        {
            "a date": ["2024-09-27", "2024-09-28", "2024-09-28", "2024-09-28"],
            "b date": ["2024-10-08", "2024-10-07", "2024-10-08", "2024-10-09"],
        },
        {(0, "b"), (2, "b"), (3, "b")},
        {"start": "a", "end": "b", "maximum": 2, "kind": "working_days"},
    ),
    Example(
        "ExpectPartsSumToTotal",
        {
            "t dec": ["3", "3.01", "2.99", None, "3", "3.02"],
            "p dec": ["1", "1", "1", "1", None, "1"],
            "q dec": ["2", "2", "2", "2", "2", "2"],
        },
        {(1, "t"), (2, "t"), (5, "t")},
        {"total": "t", "parts": ["p", "q"]},
    ),
    Example(
        "ExpectPartsSumToTotal",
        {
            "t dec": ["6.01", "6.02", "5.98"],
            "p dec": ["1"] * 3,
            "q dec": ["2"] * 3,
            "r dec": ["3"] * 3,
        },
        {(1, "t"), (2, "t")},
        {"total": "t", "parts": ["p", "q", "r"], "tolerance": "0.01"},
    ),
    Example(
        "ExpectNotBelow",
        {"a dec": ["1", "0.99", "1.01", None, "1"], "b dec": ["1", "1", "1", "1", None]},
        {(1, "a")},
        {"column": "a", "other": "b"},
    ),
    # -- air ----------------------------------------------------------------------------
    Example(
        "ExpectAirConcentrationWithinRange",
        {
            "pm25_ug_m3 dec": ["-0.01", "0", "2000", "2000.01", None],
            "pm10_ug_m3 dec": ["-0.01", "0", "2000", "2000.01", None],
            "so2_ug_m3 dec": ["-0.01", "0", "2620", "2620.01", None],
            "no2_ug_m3 dec": ["-0.01", "0", "3840", "3840.01", None],
            "co_mg_m3 dec": ["-0.01", "0", "150", "150.01", None],
            "o3_ug_m3 dec": ["-0.01", "0", "1200", "1200.01", None],
        },
        {
            (row, name, pattern)
            for name in (
                "pm25_ug_m3",
                "pm10_ug_m3",
                "so2_ug_m3",
                "no2_ug_m3",
                "co_mg_m3",
                "o3_ug_m3",
            )
            for row, pattern in ((0, "negative"), (3, "too_high"))
        },
    ),
    Example(
        "ExpectAirConcentrationWithinRange",
        {"x num": [float("nan"), 1.0, float("inf")]},
        {(0, "x"), (2, "x")},
        {"limits": {"x": 10}},
    ),
    Example(
        "ExpectFineParticlesNotAboveCoarse",
        {
            "pm25_ug_m3 num": [1.0, 1.1, 0.9, None, 1.0],
            "pm10_ug_m3 num": [1.0, 1.0, 1.0, 1.0, None],
        },
        {(1, "pm25_ug_m3")},
    ),
    Example(
        "ExpectAirAveragesValid",
        {
            "v int": [1, 1, 1, None, 1],
            "n int": [19, 20, 21, 0, None],
            "o int": [160, 161, 160, 160, None],
            "m int": [13, 13, 14, None, 0],
        },
        {(0, "v"), (4, "v"), (0, "o"), (3, "o")},
        {
            "items": {
                "v": {"count": "n", "minimum": 20},
                "o": {"count": "m", "minimum": 14, "usable_above": 160},
            }
        },
    ),
    Example(
        "ExpectAirAveragesValid",
        {
            **{
                f"{code} int": [1, 1]
                for code in ("pm25_ug_m3", "pm10_ug_m3", "so2_ug_m3", "no2_ug_m3", "co_mg_m3")
            },
            **{
                f"{code}_valid_hours int": [19, 20] for code in ("pm25", "pm10", "so2", "no2", "co")
            },
            "o3_8h_max_ug_m3 dec": ["160", "160.01"],
            "o3_8h_valid_windows int": [13, 13],
        },
        {
            (0, name)
            for name in (
                "pm25_ug_m3",
                "pm10_ug_m3",
                "so2_ug_m3",
                "no2_ug_m3",
                "co_mg_m3",
                "o3_8h_max_ug_m3",
            )
        },
    ),
    Example(
        "ExpectAirAveragesValid",
        {
            **{
                f"{code} int": [None]
                for code in ("pm25_ug_m3", "pm10_ug_m3", "so2_ug_m3", "no2_ug_m3", "co_mg_m3")
            },
            **{f"{code}_valid_hours int": [0] for code in ("pm25", "pm10", "so2", "no2", "co")},
            "o3_8h_max_ug_m3 dec": ["1"],
            "o3_8h_valid_windows int": [14],
        },
        set(),
    ),
    Example(
        "ExpectAirQualityDaysAddUp",
        {
            "aqi int": [0, 50, 51, 100, 101, 150, 151, 200, 201, 300, 301, None, 50, None, 51, 301],
            "aqi_level int": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, None, None, 1, 1, 5],
        },
        {(12, "aqi_level"), (13, "aqi_level"), (14, "aqi_level"), (15, "aqi_level")},
    ),
    Example(
        "ExpectAirValueNotStuck",
        {
            "station_code str": ["A"] * 12,
            "observed_at time": _HOURS,
            "v num": [1.0, 5.0, 5.0, 5.0, 5.0, 2.0, 3.0, 3.0, 3.0, None, 3.0, 3.0],
        },
        {(1, "v"), (2, "v"), (3, "v"), (4, "v")},
        {"items": ["v"]},
    ),
    Example(
        "ExpectAirValueNotStuck",
        {
            "station_code str": ["A", "A", "B", "B", "B", "B", "B", "A", "A", "A", "A"],
            "observed_at time": [*_HOURS[:2], *_HOURS[2:7], *_HOURS[8:12]],
            "v num": [7.0] * 11,
            "w num": [7.0, 7.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 7.0, 7.0, None],
        },
        {(row, "v") for row in range(2, 11)},
        {"items": ["v", "w"]},
    ),
    Example(
        "ExpectAirValueNotStuck",
        {
            "station_code str": ["A"] * 6,
            "observed_at time": [_HOURS[one] for one in (3, 0, 1, 2, 5, 6)],
            "v num": [7.0] * 6,
        },
        {(row, "v") for row in range(6)},
        {"items": ["v"], "hours": 2},
    ),
    Example(
        "ExpectAirValueNotStuck",
        {
            "station_code str": ["A"] * 7,
            "observed_at time": [_HOURS[one] for one in (0, 1, 1, 2, 3, 4, 5)],
            "v num": [7.0] * 7,
        },
        {(row, "v") for row in range(2, 7)},
        {"items": ["v"], "hours": 5},
    ),
    Example(
        "ExpectCarbonMonoxideInMilligrams",
        {"co_mg_m3 dec": ["59.99", "60", "60.01", None]},
        {(2, "co_mg_m3")},
    ),
    Example(
        "ExpectPublishedAirQualityIndexAgrees",
        {
            "aqi_published int": [35, 36, None, 35, 100, 50, 50, 50, 52, 52, 52],
            "aqi int": [35, 35, 35, None, 100, 50, 50, 50, 52, 52, 52],
            "primary_pollutant_published str": [
                None,
                None,
                None,
                None,
                "PM10、细颗粒物(PM2.5)",
                "--",
                "不明",
                "颗粒物(PM10)",
                "颗粒物(PM10)",
                "细颗粒物(PM2.5)",
                "无",
            ],
            "primary_pollutants str": [
                None,
                None,
                None,
                None,
                "PM2.5,PM10",
                None,
                None,
                None,
                "PM2.5",
                "PM2.5",
                "PM2.5",
            ],
            "aqi_category_published str": [
                "优",
                "良",
                "优",
                "优",
                "二级",
                "良",
                "excellent",
                None,
                "良",
                "良",
                "很好",
            ],
            "aqi_level int": [1, 1, 1, 1, 2, 1, 1, 1, 2, 2, 2],
            "observed_at time": ["2026-01-01T01:00:00"] * 11,
            **{
                f"{name} num": [None] * 11
                for name in (
                    "pm25_ug_m3",
                    "pm10_ug_m3",
                    "so2_ug_m3",
                    "no2_ug_m3",
                    "co_mg_m3",
                    "o3_ug_m3",
                )
            },
        },
        {
            (1, "aqi_published"),
            (7, "primary_pollutant_published"),
            (8, "primary_pollutant_published"),
            (10, "primary_pollutant_published"),
            (5, "aqi_category_published"),
        },
    ),
    # -- water --------------------------------------------------------------------------
    Example(
        "ExpectWaterMeasurementWithinRange",
        {
            "ph dec": ["-0.01", "0", "14", "14.01", None],
            "water_temperature_c dec": ["-5.01", "-5", "60", "60.01", None],
            **{
                f"{name} dec": ["-0.01", "0", "99999", None, "1"]
                for name in (
                    "dissolved_oxygen_mg_l",
                    "conductivity_us_cm",
                    "turbidity_ntu",
                    "permanganate_index_mg_l",
                    "ammonia_nitrogen_mg_l",
                    "total_phosphorus_mg_l",
                    "total_nitrogen_mg_l",
                    "chlorophyll_a_mg_l",
                    "algae_density_cells_l",
                )
            },
        },
        {
            (0, "ph", "below"),
            (3, "ph", "above"),
            (0, "water_temperature_c", "below"),
            (3, "water_temperature_c", "above"),
            *(
                (0, name, "below")
                for name in (
                    "dissolved_oxygen_mg_l",
                    "conductivity_us_cm",
                    "turbidity_ntu",
                    "permanganate_index_mg_l",
                    "ammonia_nitrogen_mg_l",
                    "total_phosphorus_mg_l",
                    "total_nitrogen_mg_l",
                    "chlorophyll_a_mg_l",
                    "algae_density_cells_l",
                )
            ),
        },
    ),
    Example(
        "ExpectWaterMeasurementUsual",
        {
            "ph dec": ["5.99", "6", "9.5", "9.51", None],
            "dissolved_oxygen_mg_l dec": ["-1", "20", "20.01", "0", None],
        },
        {
            (0, "ph", "below"),
            (3, "ph", "above"),
            (2, "dissolved_oxygen_mg_l", "above"),
        },
    ),
    Example(
        "ExpectPublishedWaterClassAgrees",
        {"class_published str": ["Ⅰ", "Ⅱ", None, "Ⅰ"], "class_computed str": ["Ⅰ", "Ⅰ", "Ⅰ", None]},
        {(1, "class_published", "Ⅱ≠Ⅰ")},
    ),
    Example(
        "ExpectTotalNitrogenNotBelowAmmonia",
        {
            "total_nitrogen_mg_l num": [1.0, 0.9, 1.1, None, 1.0],
            "ammonia_nitrogen_mg_l num": [1.0, 1.0, 1.0, 1.0, None],
        },
        {(1, "total_nitrogen_mg_l")},
    ),
    Example(
        "ExpectUnitPriceNearMedian",
        {
            "unit_price_cny_per_m2 dec": ["0.5"] * 3 + ["6"],
            "division_name str": ["清水县"] * 4,
            "land_use_name str": ["工业用地"] * 4,
        },
        {(3, "unit_price_cny_per_m2")},
        {"year_of": None, "minimum_rows": 4},
    ),
    Example(
        "ExpectAirValueNotStuck",
        {
            "station_code str": ["A", "A", "B", "B"],
            "observed_at time": _HOURS[:4],
            "v num": [7.0] * 4,
        },
        set(),
        {"items": ["v"]},
    ),
    *PROCUREMENT_EXAMPLES,
    *BUDGET_EXAMPLES,
    *BUDGET_STATEMENT_EXAMPLES,
]
