"""Examples of the rules on procurement: both sides of every bound, null, other datasets."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from rule_example import Example

from expectations.context import RuleContext

LAW_FIRM = "31110000567482469L"  # authority letter 3, made public by law firms
_AWARDS = {
    "project_number str": ["P-1", "p－2", "P-2", "P-3", "P-3", None],
    "supplier_name str": ["甲公司", "甲公司", "甲公司", "甲公司", "乙公司", "甲公司"],
    "lot_number str": [None, "1", "2", None, None, None],
    "amount_cny dec": ["1000", "400", "600", None, "500", "9"],
}
_FIRST_NOTICES = {
    "project str": ["P1", "P1", "P2", "P3"],
    "buyer str": ["某局", "某局", "某局", "某局"],
    "seen time": [
        "2026-01-10T09:00:00", "2026-01-01T23:00:00", "2026-01-01T00:00:00", None,
    ],
}  # fmt: skip
_INTENTIONS = {
    "purchaser_name str": ["某 局", "某局", "某局"],
    "project_name str": ["空调", "空调", "桌椅"],
    "budget_cny dec": ["90", "100", None],
}


def _dataset(name: str, rows: dict[str, list[object]]) -> RuleContext:
    def read(dataset: str, columns: Sequence[str]) -> pl.DataFrame | None:
        return Example("", rows, set()).frame().select(columns) if dataset == name else None

    return RuleContext(dataset=read)


def _previous(rows: dict[str, list[object]]) -> RuleContext:
    frame = Example("", rows, set()).frame()
    return RuleContext(previous_release=lambda columns: frame.select(columns))


def _once(**changed: list[object]) -> dict[str, list[object]]:
    """Awards that agree in everything but what is given, by column; all lists equally long."""
    size = len(next(iter(changed.values())))
    usual: dict[str, tuple[str, object]] = {
        "notice_id": ("str", "n"),
        "project_number": ("str", "P1"),
        "project_name": ("str", "空调"),
        "lot_number": ("str", None),
        "lot_name": ("str", None),
        "supplier_name": ("str", "甲公司"),
        "amount_cny": ("dec", "5"),
        "value_published": ("str", "5元"),
        "published_at": ("time", "2026-01-01T09:00:00"),
    }
    return {
        f"{name} {kind}": changed.get(name, [value] * size) for name, (kind, value) in usual.items()
    }


_RELEASED_PROJECTS = {
    "purchaser_name str": ["某局"],
    "project_number str": ["OLD"],
    "project_name str": ["旧项目"],
    "published_at time": ["2026-01-01T00:00:00"],
}
_RELEASED_CONTRACTS = {
    "contract_number str": ["R", "C1"],
    "supplements_contract_number str": [None, None],
    "amount_cny dec": ["1000", "1"],
}

PROCUREMENT_EXAMPLES = [
    Example(
        "ExpectAwardWithinLimits",
        {
            "amount_cny dec": ["100", "100.01", "100", "99", "1", None],
            "budget_cny dec": ["100", "100", "101", None, None, "1"],
            "ceiling_price_cny dec": ["100", None, "99.99", "98.99", None, "1"],
        },
        {
            (1, "amount_cny", "budget_cny"),
            (2, "amount_cny", "ceiling_price_cny"),
            (3, "amount_cny", "ceiling_price_cny"),
        },
    ),
    Example(
        "ExpectProcurementAmountPlausible",
        {"amount_cny dec": ["0", "99.99", "100", "10000000000", "10000000000.01", None]},
        {
            (0, "amount_cny", "small"),
            (1, "amount_cny", "small"),
            (4, "amount_cny", "large"),
        },
    ),
    Example(
        "ExpectItemsSumToAmount",
        {
            "amount_cny dec": ["100", "100", "100", "100", "100", "100", None, "100"],
            "items_total_cny dec": ["100", "101", "101.01", "99", "98.99", "50", "5", None],
            "amount_basis str": ["total"] * 5 + ["per_year", "total", "total"],
        },
        {(2, "amount_cny", "above"), (4, "amount_cny", "below")},
    ),
    Example(
        "ExpectCreditCodeValid",
        {
            "supplier_code str": [
                "91110000600037341L",
                "91350100M0001TGQXM",
                "12345",
                "A1110000600037341I",
                LAW_FIRM,
                None,
                "9111０000600037341l",
                "91110000600O37341L",
            ]
        },
        {
            (1, "supplier_code", "wrong_check"),
            (2, "supplier_code", "wrong_length"),
            (3, "supplier_code", "wrong_format"),
            (7, "supplier_code", "wrong_format"),
        },
    ),
    Example(
        "ExpectAwardConsistent",
        {
            "award_status str": [
                "active",
                "active",
                "unsuccessful",
                "unsuccessful",
                "unsuccessful",
                "cancelled",
                "cancelled",
                None,
            ],
            "supplier_name str": ["甲", None, None, "甲", None, "甲", None, None],
            "amount_cny dec": ["1", "1", None, None, "1", "1", None, "1"],
        },
        {
            (1, "supplier_name", "no_supplier"),
            (3, "supplier_name", "supplier"),
            (4, "amount_cny", "amount"),
        },
    ),
    Example(
        "ExpectAmountOfTotalOnly",
        {
            "amount_cny dec": ["1", "1", None, "1", None],
            "amount_basis str": ["total", "rate", "rate", None, "total"],
        },
        {(1, "amount_cny")},
    ),
    Example(
        "ExpectAmountStated",
        {
            "amount_cny dec": ["1", None, None, None, None, None],
            "amount_basis str": ["total", "total", "per_year", None, None, "total"],
            "supplier_name str": ["甲", "甲", "甲", "甲", None, "甲"],
            "value_published str": ["1元", None, None, None, None, "0元 人民币"],
        },
        {(1, "amount_cny", "missing"), (3, "amount_cny", "missing")},
    ),
    Example(
        "ExpectContractWithinAward",
        {
            "project_number str": ["P-1", " p-1", "P-1", "P-2", "P-2", "P-2", "P-3", "P-9", None],
            "supplier_name str": ["甲公司"] * 9,
            "lot_number str": [None, None, "7", None, "1", "1", None, None, None],
            "amount_cny dec": [
                "1100",
                "1100.01",
                "1100.01",
                "1100",
                "500",
                "500.01",
                "9999",
                "9999",
                "9999",
            ],
            "supplements_contract_number str": [None] * 9,
        },
        {(1, "amount_cny"), (2, "amount_cny"), (5, "amount_cny")},
        context=_dataset("procurement_awards", _AWARDS),
    ),
    Example(
        "ExpectContractWithinAward",
        {
            "project_number str": ["P-1", "P-1", "P-1"],
            "supplier_name str": ["甲公司", "甲公司", "乙公司"],
            "lot_number str": [None, None, None],
            "amount_cny dec": ["1200", "1200", "1200"],
            "supplements_contract_number str": [None, "C1", None],
        },
        {(0, "amount_cny")},
        context=_dataset("procurement_awards", _AWARDS),
    ),
    Example(
        "ExpectSupplementsWithinShare",
        {
            "contract_number str": ["C1", "C1-b", "C2", "C2-b", "C2-c", "R-b", "X-b", None],
            "supplements_contract_number str": [None, "c1", None, "C2", "C2", "R", "X", None],
            "amount_cny dec": ["1000", "100", "1000", "60", "40.01", "100.01", "5", "1"],
        },
        {(3, "amount_cny"), (4, "amount_cny"), (5, "amount_cny")},
        context=_previous(_RELEASED_CONTRACTS),
    ),
    Example(
        "ExpectSupplementsWithinShare",
        {
            "contract_number str": ["C1", "C1-b", "R-b"],
            "supplements_contract_number str": [None, "C1", "R"],
            "amount_cny dec": ["1000", "101", "101"],
        },
        {(1, "amount_cny")},
    ),
    Example(
        "ExpectAwardWithinIntention",
        {
            "purchaser_name str": ["某局", "某局", "某局", "别局", None],
            "project_name str": ["空调", "空 调", "桌椅", "空调", "空调"],
            "amount_cny dec": ["100", "100.01", "999", "999", "999"],
        },
        {(1, "amount_cny")},
        context=_dataset("procurement_intentions", _INTENTIONS),
    ),
    Example(
        "ExpectProjectNumberOfOneProject",
        {
            "purchaser_name str": ["某局"] * 8 + ["别局", None, "某局", "某局"],
            "project_number str": [
                "P1",
                "p1 ",
                "P2",
                "P2(二次)",
                "P3",
                "P3",
                "OLD",
                "OLD",
                "P1",
                "P1",
                None,
                None,
            ],
            "project_name str": [
                "空调",
                "桌椅",
                "空调",
                "空调（二次）",
                "空调",
                "空 调",
                "新项目",
                "旧项目",
                "乙",
                "丙",
                "丁",
                "戊",
            ],
            "published_at time": ["2026-01-01T00:00:00"] * 12,
        },
        {
            (0, "project_number"),
            (1, "project_number"),
            (6, "project_number"),
            (7, "project_number"),
        },
        context=_previous(_RELEASED_PROJECTS),
    ),
    Example(
        "ExpectProjectNumberOfOneProject",
        {
            "purchaser_name str": ["某局"] * 4,
            "project_number str": ["P1", "P1", "P2", "P2"],
            "project_name str": ["空调", "桌椅", "空调", "桌椅"],
            "published_at time": [
                "2025-12-31T23:59:00",
                "2026-01-01T00:00:00",
                None,
                None,
            ],
        },
        {(2, "project_number"), (3, "project_number")},
    ),
    Example(
        "ExpectNoticeOnce",
        _once(
            notice_id=["a", "b", "c", "d", "d", "e", "f", "g", "h", "i", "j"],
            lot_number=["1", "1", "2", "3", "3", None, None, None, "9", "9", None],
            supplier_name=["甲公司"] * 5 + ["乙公司", None, None, "甲公司", "甲公司", " 乙公司"],
            amount_cny=["5"] * 8 + ["5", "5.01", "5"],
            published_at=[
                "2026-01-02T09:00:00",
                "2026-01-01T09:00:00",
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                "2026-01-01T09:00:00",
            ],
        ),
        {(0, "notice_id"), (5, "notice_id")},
    ),
    Example(
        "ExpectNoticeOnce",
        _once(
            notice_id=["old", "b", "c", "z"],
            lot_number=["1", "1", "2", "4"],
            amount_cny=["5", "5", "5", None],
            value_published=["5元", "五元", "5元", "3%"],
        ),
        {(1, "notice_id"), (2, "notice_id"), (3, "notice_id")},
        context=_previous(
            _once(
                notice_id=["old", "gone", "gone", "gone"],
                lot_number=["1", "2", "3", "4"],
                amount_cny=["5", "5", "5", None],
                value_published=["5元", "5元", "5元", "3 %"],
            )
        ),
    ),
    Example(
        "ExpectNoticeOnce",
        _once(
            notice_id=["a", "b", "c", "d"],
            project_number=["P1", "P2", None, None],
            project_name=["空调", "空调", "空调", "空调（二）"],
        ),
        set(),
    ),
    Example(
        "ExpectNoticeOnce",
        {
            "notice_id str": ["a", "b", "c", "d"],
            "supplier_name str": ["甲公司"] * 4,
            "contract_name str": ["合同"] * 4,
            "signed_on date": ["2026-03-17", "2026-03-17", "2026-03-18", None],
            "amount_cny dec": [None] * 4,
            "value_published str": ["0元"] * 4,
            "published_at time": ["2026-03-17T09:00:00"] * 4,
        },
        {(1, "notice_id")},
        {"same": ["contract_name"], "days": ["signed_on"]},
    ),
    Example(
        "ExpectAmountsAgree",
        {
            "notice_id str": ["a", "b", "b", "c", "c", "d", "e", "f"],
            "amount_cny dec": ["6687920", "1", "2", "1", "2", "5", None, "5"],
            "other_amount_cny dec": ["6687900", "3", "3", "1", "2.01", "5", "5", None],
            "other_value_published str": ["￥668.790000 万元", None, None, "", "", "", "", None],
        },
        {(0, "amount_cny"), (4, "amount_cny")},
    ),
    Example(
        "ExpectIntentionInTime",
        {
            "expected_month str": ["2026-02", "2026-02", "2026-02", "2026-13", None, "2026-02"],
            "published_on date": [
                "2026-01-29",
                "2026-01-30",
                "2025-01-01",
                "2026-01-01",
                "2026-01-01",
                None,
            ],
        },
        {(1, "expected_month")},
    ),
    Example(
        "ExpectSingleSourcePublicity",
        {
            "procurement_method str": ["DYLY", "DYLY", "GKZB", None, "DYLY", "DYLY"],
            "amount_cny dec": ["5", "5", "5", "5", "5", None],
            "single_source_notice_on date": [
                "2024-09-27",
                "2024-09-27",
                "2024-09-27",
                "2024-09-27",
                None,
                "2024-09-27",
            ],
            "single_source_notice_until date": [
                "2024-10-10",
                "2024-10-09",
                "2024-10-09",
                "2024-10-09",
                "2024-10-09",
                "2024-10-09",
            ],
        },
        {(1, "single_source_notice_until"), (5, "single_source_notice_until")},
    ),
    Example(
        "ExpectSingleSourcePublicity",
        {
            "procurement_method str": ["DYLY", "DYLY", "DYLY"],
            "amount_cny dec": ["99.99", "100", None],
            "single_source_notice_on date": ["2024-09-27"] * 3,
            "single_source_notice_until date": ["2024-10-09"] * 3,
        },
        {(1, "single_source_notice_until")},
        {"minimum_amount_cny": "100"},
    ),
    Example(
        "ExpectDaysSinceOtherNotice",
        {
            "number str": ["P1", "p1", "P1", "P2", "P3", "P9", None, "P1"],
            "name str": ["某局"] * 7 + ["别局"],
            "signed date": [
                "2026-01-31",
                "2026-02-01",
                "2025-12-31",
                "2026-01-01",
                "2026-01-01",
                "2026-01-01",
                "2026-01-01",
                "2027-01-01",
            ],
        },
        {(1, "signed"), (2, "signed")},
        {
            "date": "signed",
            "match": {"number": "project", "name": "buyer"},
            "dataset": "first",
            "other_date": "seen",
            "other_title": {"zh": "结果公告", "en": "the award notice"},
            "minimum": 0,
            "maximum": 30,
        },
        _dataset("first", _FIRST_NOTICES),
    ),
    Example(
        "ExpectDaysSinceOtherNotice",
        {"number str": ["P1", "P1"], "signed date": ["2026-01-11", "2026-01-10"]},
        {(1, "signed")},
        {
            "date": "signed",
            "match": {"number": "project"},
            "dataset": "first",
            "other_date": "seen",
            "other_title": {"zh": "结果公告", "en": "the award notice"},
            "minimum": 10,
        },
        _dataset("first", _FIRST_NOTICES),
    ),
]
