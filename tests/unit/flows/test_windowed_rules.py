"""Judging partition by partition gives what judging all rows at once gives."""

from __future__ import annotations

import datetime as dt
import json
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.workloads import SITES
from expectations.compiling import compile_rules
from expectations.context import RuleContext
from expectations.evaluating import Entry, evaluate, no_failures
from flows.batch_stage import PLACE, BuiltBatch, without
from flows.raw_records import RawRecords
from flows.windowed_rules import evaluate_by_partition, reach_of
from schemas.batch import BatchOrigin, batch_schema
from schemas.dataset import Dataset
from schemas.finding import Scope
from schemas.yaml_file import load_yaml
from warehouse.batch_spool import BatchSpool

ZONE = "Asia/Shanghai"
MONTH_END = dt.datetime(2021, 2, 1, tzinfo=ZoneInfo(ZONE))
CONTEXT = RuleContext(logical_date=dt.date(2026, 3, 1))
FILE = SITES / "hourly/datasets/environment/hourly_readings.yml"
DATASET = Dataset.model_validate_json(json.dumps(load_yaml(FILE).data))
COLUMNS = [field.name for field in DATASET.fields]
HOURS = st.tuples(
    st.sampled_from(["1001A", "1002A"]),
    st.sampled_from([*range(-9, 9), 24 * 28, 24 * 28 + 1, 24 * 100, None]),
    st.sampled_from([7.0, 7.0, 7.0, 8.0, None]),
)


def stuck_checks(dataset: Dataset = DATASET) -> list[Entry]:
    return compile_rules(dataset).of_scopes({Scope.WINDOW})


def frame_of(rows: list[tuple[str, int | None, float | None]]) -> pl.DataFrame:
    given = [
        {
            "station_code": station,
            "observed_at": None if hour is None else MONTH_END + dt.timedelta(hours=hour),
            "pm25_ug_m3": value,
            "_snapshot": 0,
            "_container": 0,
            "_position": position,
        }
        for position, (station, hour, value) in enumerate(rows)
    ]
    return pl.DataFrame(given, schema=batch_schema(DATASET, ZONE))


def built_of(frame: pl.DataFrame, spool: BatchSpool) -> BuiltBatch:
    spool.add(frame)
    return BuiltBatch(
        spool=spool,
        origin=BatchOrigin((), ()),
        empty=frame.clear(),
        rows_read=frame.height,
        rows_excluded=0,
        excluded_reasons={},
        findings=[],
        failures=no_failures(),
        broken=[],
        skipped=[],
        raw=RawRecords(),
    )


def failing(failures: pl.DataFrame) -> pl.DataFrame:
    return failures.drop("_row").sort("_check", "_position")


@settings(deadline=None)
@given(st.lists(HOURS, max_size=40), st.sets(st.integers(0, 39), max_size=3))
def test_pieces_and_the_whole_agree(
    rows: list[tuple[str, int | None, float | None]], taken_out: set[int]
) -> None:
    entries = stuck_checks()
    reach = reach_of(entries[0], DATASET)
    assert reach is not None
    frame = frame_of(rows)
    out = frame.filter(pl.col("_position").is_in(sorted(taken_out))).select(PLACE)
    with BatchSpool(DATASET, ZONE) as spool:
        built = built_of(frame, spool)
        pieces = evaluate_by_partition(entries, reach, COLUMNS, built, out, CONTEXT)
    whole = evaluate(entries, without(frame, out), CONTEXT)
    assert failing(pieces.failures).equals(failing(whole.failures))
    assert pieces.failures.get_column("_row").n_unique() == len(
        {(row["_position"]) for row in whole.failures.iter_rows(named=True)}
    )
    assert (pieces.broken, pieces.skipped) == (whole.broken, whole.skipped)


@pytest.mark.parametrize(("hours", "found"), [(3, 0), (4, 4), (5, 5)])
def test_a_value_stuck_over_the_end_of_a_month_is_found(hours: int, found: int) -> None:
    rows = [("1001A", hour - 2, 7.0) for hour in range(hours)]
    entries = stuck_checks()
    reach = reach_of(entries[0], DATASET)
    assert reach is not None
    with BatchSpool(DATASET, ZONE) as spool:
        built = built_of(frame_of(rows), spool)
        assert len(spool.partitions) == 2
        out = built.empty.select(PLACE)
        judged = evaluate_by_partition(entries, reach, COLUMNS, built, out, CONTEXT)
    assert judged.failures.height == found


def test_only_partitions_by_the_same_time_are_judged_in_pieces() -> None:
    whole = DATASET.model_copy(update={"partition": None})
    assert reach_of(stuck_checks(whole)[0], whole) is None
    assert DATASET.partition is not None
    by_city = DATASET.partition.model_copy(update={"field": "city_name", "by": "value"})
    elsewhere = DATASET.model_copy(update={"partition": by_city})
    assert reach_of(stuck_checks(elsewhere)[0], elsewhere) is None
    others = compile_rules(DATASET).of_scopes(frozenset(Scope) - {Scope.WINDOW})
    assert all(reach_of(entry, DATASET) is None for entry in others)
