"""The gate over a whole batch: privacy classes, findings, held rows, speed."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from decimal import Decimal

import polars as pl
import pytest

from expectations.personal_data import (
    PERSONAL_DATA_RULES,
    Screened,
    SecrecyLevel,
    scan_for_secrets,
    screen,
)
from schemas.dataset import Dataset, DatasetField, FieldType, PrivacyClass
from schemas.finding import RowPlace, Severity
from schemas.strict import Text

TODAY = dt.date(2026, 11, 23)
ID = "620521199001011234"


def _field(name: str, **options: object) -> DatasetField:
    return DatasetField.model_validate(
        {"name": name, "title": Text(zh=name, en=name), "type": FieldType.STRING, **options}
    )


def _dataset(*fields: DatasetField, key: str = "record_id") -> Dataset:
    text = Text(zh="试", en="test")
    return Dataset(
        format=1,
        id="made",
        title=text,
        description=text,
        theme="land",
        owner=text,
        update_frequency="daily",
        primary_key=(key,),
        fields=(_field("record_id", privacy=PrivacyClass.IDENTIFIER), *fields),
    )


HOLDERS = _dataset(
    _field("holder_name", privacy=PrivacyClass.PERSON_OR_ORGANIZATION, kind_field="holder_kind"),
    _field("holder_kind"),
    _field("applicant", privacy=PrivacyClass.PERSON_NAME),
    _field("remark", privacy=PrivacyClass.FREE_TEXT),
    _field("location"),
    _field("count", type=FieldType.INTEGER),
    _field("price", type=FieldType.DECIMAL, scale=2),
)
DTYPES = {
    "record_id": pl.String(),
    "holder_name": pl.String(),
    "holder_kind": pl.String(),
    "applicant": pl.String(),
    "remark": pl.String(),
    "location": pl.String(),
    "count": pl.Int64(),
    "price": pl.Decimal(38, 2),
    "_snapshot": pl.Int32(),
    "_container": pl.Int32(),
    "_position": pl.Int64(),
}


def _frame(*rows: dict[str, object]) -> pl.DataFrame:
    made = [
        {"record_id": f"r{i}", "_snapshot": 0, "_container": 1, "_position": i + 2, **row}
        for i, row in enumerate(rows)
    ]
    return pl.DataFrame(made, schema=DTYPES)


def _screen(frame: pl.DataFrame, dataset: Dataset = HOLDERS) -> Screened:
    return screen(frame, dataset, office_phones=["13900000000"], today=TODAY)


def test_persons_are_masked_typed_and_counted_without_findings() -> None:
    screened = _screen(
        _frame(
            {"holder_name": "张三、李四"},
            {"holder_name": "清水县甲有限公司"},
            {"holder_name": None, "holder_kind": "organization"},
            {"holder_name": "张三、李四", "applicant": "王小五"},
        )
    )
    assert screened.frame["holder_name"].to_list() == [
        "张*、李*",
        "清水县甲有限公司",
        None,
        "张*、李*",
    ]
    assert screened.frame["holder_kind"].to_list() == [
        "natural_person",
        "organization",
        None,
        "natural_person",
    ]
    assert screened.frame["applicant"].to_list() == [None, None, None, "王*五"]
    assert screened.masked_names == {"holder_name": 2, "applicant": 1}
    assert screened.findings == []
    assert screened.held_rows == []


def test_an_uncertain_name_is_masked_and_reported() -> None:
    screened = _screen(_frame({"holder_name": "黄金海岸"}))
    assert screened.frame["holder_name"].to_list() == ["黄*"]
    assert screened.frame["holder_kind"].to_list() == ["natural_person"]
    [finding] = screened.findings
    assert (finding.rule, finding.severity) == ("PII-11", Severity.WARNING)
    assert "黄金海岸" not in repr(finding)


def test_detected_numbers_are_redacted_and_reported_in_any_text_field() -> None:
    screened = _screen(
        _frame(
            {"remark": "好"},
            {"remark": f"身份证{ID}，电话13812345678、13900000000", "location": f"见{ID}"},
        )
    )
    assert screened.frame["remark"][1] == "身份证620521********1234，电话138****5678、13900000000"
    assert screened.frame["location"][1] == "见620521********1234"
    told = {(finding.rule, finding.column) for finding in screened.findings}
    assert told == {("PII-01", "remark"), ("PII-03", "remark"), ("PII-01", "location")}
    for finding in screened.findings:
        assert finding.severity is Severity.WARNING
        assert finding.personal
        assert finding.place == RowPlace(0, 1, 3)
        assert ID not in repr(finding)
        assert "13812345678" not in repr(finding)
        assert finding.advice.zh
        assert finding.advice.en
    assert screened.held_rows == []


def test_a_number_in_a_name_is_redacted_before_the_name_is_masked() -> None:
    screened = _screen(_frame({"holder_name": f"张三{ID}"}))
    assert screened.frame["holder_name"].to_list() == ["张*620521********1234"]
    assert [finding.rule for finding in screened.findings] == ["PII-01"]


def test_an_identifier_is_searched_only_for_an_id_number_alone() -> None:
    dataset = _dataset(_field("code", privacy=PrivacyClass.IDENTIFIER))
    codes = [ID, "13812345678", f"编号{ID}", "11620521013947121U", "6217003820001234568", f" {ID} "]
    frame = pl.DataFrame({"record_id": [str(i) for i in range(len(codes))], "code": codes})
    screened = screen(frame, dataset, office_phones=(), today=TODAY)
    redacted = "620521********1234"
    assert screened.frame["code"].to_list() == [redacted, *codes[1:5], f" {redacted} "]
    assert {finding.rule for finding in screened.findings} == {"PII-01"}
    assert screened.findings[0].place is None


def test_a_key_that_is_an_id_number_holds_the_record() -> None:
    screened = _screen(_frame({}, {"record_id": ID}, {}))
    assert screened.held_rows == [1]
    [finding] = screened.findings
    assert (finding.rule, finding.severity) == ("PII-12", Severity.ERROR)
    assert finding.value == "620521********1234"


@pytest.mark.parametrize("column", ["count", "price"])
def test_an_id_number_among_numbers_holds_the_record(column: str) -> None:
    values = [int(ID), int(ID) + 1, 13812345678, None]
    made = [Decimal(v) if v is not None and column == "price" else v for v in values]
    screened = _screen(_frame(*({column: value} for value in made)))
    assert screened.held_rows == [0]
    assert [finding.rule for finding in screened.findings] == ["PII-12"]


def test_a_secret_mark_holds_the_record() -> None:
    screened = _screen(_frame({"remark": "机密★5年"}, {"remark": "商业秘密"}))
    assert screened.held_rows == [0]
    assert [(f.rule, f.severity) for f in screened.findings] == [("PII-13", Severity.ERROR)]


def test_the_gate_is_idempotent_and_keeps_rows_and_order() -> None:
    frame = _frame(
        {"holder_name": "张三", "remark": ID, "count": 3},
        {"holder_name": "买买提·艾力", "remark": "13812345678"},
        {"holder_name": "李四（共有）", "location": "李崖村三组12号"},
    )
    once = _screen(frame)
    twice = _screen(once.frame)
    assert twice.frame.equals(once.frame)
    assert twice.findings == []
    assert once.frame.schema == frame.schema
    untouched = ["record_id", "count", "price", "_snapshot", "_container", "_position"]
    assert once.frame.select(untouched).equals(frame.select(untouched))


def test_every_rule_has_texts_in_both_languages() -> None:
    assert list(PERSONAL_DATA_RULES) == [f"PII-{number:02d}" for number in range(1, 15)]
    for rule in PERSONAL_DATA_RULES.values():
        assert all((rule.what.zh, rule.what.en, rule.advice.zh, rule.advice.en))


def test_a_million_clean_rows_cost_about_a_cpu_second() -> None:
    """The bound is wide because machines differ; a Python loop over the rows would take minutes."""
    rows = 1_000_000
    number = pl.int_range(rows, eager=True)
    frame = pl.DataFrame(
        {
            "record_id": pl.select(pl.format("620521{}B", number + 2_020_000_000)).to_series(),
            "a": pl.select(pl.format("设备校准后数据有效，第{}条", number)).to_series(),
            "b": pl.select(pl.format("2026-01-{} 08:00:00", number % 28 + 10)).to_series(),
            "c": pl.select(pl.format("清水县监测站{}", number % 97)).to_series(),
            "d": pl.select(pl.format("{}A", number % 5000)).to_series(),
        }
    )
    dataset = _dataset(*(_field(name) for name in "abcd"))
    started = time.process_time()
    screened = screen(frame, dataset, office_phones=(), today=TODAY)
    assert time.process_time() - started < 3
    assert screened.findings == []
    assert screened.frame.equals(frame)


def test_the_gate_needs_no_great_expectations() -> None:
    code = (
        "import sys, expectations.personal_data as p; sys.exit('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("秘密★10年", "密级标志"),
        ("机密 5年", "密级标志"),
        ("本件涉密", "涉密"),
        ("内部资料 注意保存", "内部资料注意保存"),
        ("内部资料，注意保存", "内部资料注意保存"),
        ("特急 秘密", "特急…密"),
    ],
)
def test_secret_marks_stop_a_release(text: str, keyword: str) -> None:
    hits = [hit for hit in scan_for_secrets(["好", text, text]) if hit.level is SecrecyLevel.STOP]
    assert [(hit.keyword, hit.count) for hit in hits] == [(keyword, 2)]
    assert text in hits[0].example


@pytest.mark.parametrize("text", ["商业秘密", "秘密", "特急", "内部资料", "1:500000地形图"])
def test_ordinary_words_are_no_secrets(text: str) -> None:
    assert scan_for_secrets([text]) == []


def test_words_to_review_do_not_stop() -> None:
    hits = scan_for_secrets(pl.Series(["（征求意见稿）", None, "1:10000地形图"]))
    assert {(hit.keyword, hit.level) for hit in hits} == {
        ("征求意见稿", SecrecyLevel.REVIEW),
        ("大比例尺地形图", SecrecyLevel.REVIEW),
    }
