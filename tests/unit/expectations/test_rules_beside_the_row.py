"""Rules that look beside the row: what they need, and that they say so where it is not there."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_examples import EXAMPLES, Example
from rule_running import compiled, in_chunks, whole

from expectations.compiling import CompiledRules
from expectations.context import RuleContext


def skipped(example: Example, context: RuleContext) -> list[str]:
    return [one.rule for one in compiled(example).evaluate_frame(example.frame(), context).skipped]


def first(rule: str) -> Example:
    return next(one for one in EXAMPLES if one.rule == rule)


def test_without_a_division_lnd_09_is_skipped() -> None:
    assert skipped(first("ExpectDivisionOfSite"), RuleContext()) == ["LND-09"]


def test_the_division_of_the_compiled_rules_serves_where_the_context_has_none() -> None:
    example = first("ExpectDivisionOfSite")
    rules = compiled(example)
    sited = CompiledRules(rules.dataset, rules.rules, "620521")
    assert whole(sited, example.frame(), RuleContext())


def test_without_instalments_lnd_06_is_skipped() -> None:
    assert skipped(first("ExpectInstalmentsSumToPrice"), RuleContext()) == ["LND-06"]


def test_results_without_any_notice_are_skipped_and_notices_alone_are_not() -> None:
    example = first("ExpectResultMatchesNotice")
    rules, frame = compiled(example), example.frame()
    is_notice = pl.col("notice_kind") == "transfer_notice"
    without = rules.evaluate_frame(frame.filter(~is_notice), RuleContext())
    assert [one.rule for one in without.skipped] == ["LND-10"]
    assert without.failures.is_empty()
    alone = rules.evaluate_frame(frame.filter(is_notice), RuleContext())
    assert alone.skipped == []


HOURS = st.lists(
    st.tuples(st.sampled_from(["A", "B"]), st.integers(0, 20), st.sampled_from([1.0, 2.0, None])),
    min_size=1,
    max_size=40,
    unique_by=lambda one: one[:2],
)


@settings(deadline=None)
@given(hours=HOURS, least=st.integers(2, 5), size=st.integers(1, 7))
def test_stuck_values_are_the_runs_a_plain_count_finds(
    hours: list[tuple[str, int, float | None]], least: int, size: int
) -> None:
    """Whole or in chunks of any size, in any order of rows."""
    example = Example(
        "ExpectAirValueNotStuck",
        {
            "station_code str": [station for station, _, _ in hours],
            "observed_at time": [f"2026-01-01T{hour:02}:00:00" for _, hour, _ in hours],
            "v num": [value for _, _, value in hours],
        },
        set(),
        {"items": ["v"], "hours": least},
    )
    values = {(station, hour): value for station, hour, value in hours}
    expected = set()
    for row, (station, hour, value) in enumerate(hours):
        if value is None:
            continue
        start = end = hour
        while values.get((station, start - 1)) == value:
            start -= 1
        while values.get((station, end + 1)) == value:
            end += 1
        if end - start + 1 >= least:
            expected.add((row, "v", ""))
    rules, frame = compiled(example), example.frame()
    assert whole(rules, frame, RuleContext()) == expected
    assert in_chunks(rules, frame, RuleContext(), size) == expected


@settings(deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["x", "y", None]), st.sampled_from(["1", "2", None]), st.integers(0, 2)
        ),
        min_size=1,
        max_size=12,
    ),
    size=st.integers(1, 5),
)
def test_keys_conflict_where_their_rows_differ(
    rows: list[tuple[str | None, str | None, int]], size: int
) -> None:
    example = Example(
        "ExpectKeyUnambiguous",
        {
            "a str": [one[0] for one in rows],
            "b str": [one[1] for one in rows],
            "c int": [one[2] for one in rows],
        },
        set(),
        {"key": ["a", "b"]},
    )
    expected = {
        (row, "", "")
        for row, one in enumerate(rows)
        if None not in one[:2] and any(one[:2] == two[:2] and one != two for two in rows)
    }
    rules, frame = compiled(example), example.frame()
    assert whole(rules, frame, RuleContext()) == expected
    assert in_chunks(rules, frame, RuleContext(), size) == expected
