"""Deployments as they follow from source files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from flows.deployments import last_tick, plan_deployments
from schemas.definitions import Definitions, load_definitions
from schemas.message import DefinitionError
from schemas.source import Schedule

SITE = "format: 1\nid: made\npublisher:\n  name: {zh: 试验县, en: Made county}\n"
DAILY = "schedule: {cron: '30 6 * * *'}\n"


def _definitions(folder: Path, **sources: tuple[str, str]) -> Definitions:
    """A site whose sources have the dataset and the schedule given."""
    (folder / "sources").mkdir()
    (folder / "gongkai.yml").write_text(SITE, encoding="utf-8")
    for name, (dataset, schedule) in sources.items():
        connector = "{type: folder, path: drop, glob: '*.csv'}"
        layout = "layout: {reader: {type: delimited}, mapping: {}}\n"
        if dataset == "air_quality_daily":
            connector, layout = "{type: release, dataset: air_quality_hourly}", ""
        (folder / "sources" / f"{name}.yml").write_text(
            f"format: 1\nid: {name}\ndataset: {dataset}\ndepartment: {{zh: 某局, en: A bureau}}\n"
            f"connector: {connector}\nload: full\n{layout}{schedule}",
            encoding="utf-8",
        )
    found = load_definitions(folder)
    assert not found.problems, found.problems
    return found


def test_sources_of_one_dataset_and_tick_make_one_deployment(tmp_path: Path) -> None:
    planned = plan_deployments(
        _definitions(
            tmp_path,
            east=("air_quality_hourly", DAILY),
            north=("air_quality_hourly", "schedule: {cron: '30  6 * * *'}\n"),
            west=("air_quality_hourly", "schedule: {cron: '31 6 * * *'}\n"),
            far=(
                "air_quality_hourly",
                "schedule: {cron: '30 6 * * *', timezone: Asia/Urumqi}\n",
            ),
            land=("land_supply_results", DAILY),
        )
    )
    assert [(one.name, one.sources, one.cron, one.timezone) for one in planned] == [
        ("air_quality_hourly.east", ("east", "north"), "30 6 * * *", "Asia/Shanghai"),
        ("air_quality_hourly.far", ("far",), "30 6 * * *", "Asia/Urumqi"),
        ("air_quality_hourly.west", ("west",), "31 6 * * *", "Asia/Shanghai"),
        ("land_supply_results.land", ("land",), "30 6 * * *", "Asia/Shanghai"),
    ]


def test_a_derived_source_follows_its_upstream_unless_it_has_a_schedule(tmp_path: Path) -> None:
    sources = {"hourly": ("air_quality_hourly", DAILY), "land": ("land_supply_results", DAILY)}
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    follows = plan_deployments(
        _definitions(tmp_path / "a", **sources, daily=("air_quality_daily", ""))
    )
    own = plan_deployments(
        _definitions(tmp_path / "b", **sources, daily=("air_quality_daily", DAILY))
    )
    assert [(one.sources, one.derived) for one in follows] == [
        (("hourly",), ("daily",)),
        (("land",), ()),
    ]
    assert [(one.sources, one.derived) for one in own] == [
        (("daily",), ()),
        (("hourly",), ()),
        (("land",), ()),
    ]


def test_a_source_without_a_schedule_runs_when_asked(tmp_path: Path) -> None:
    (one,) = plan_deployments(_definitions(tmp_path, land=("land_supply_results", "")))
    assert one.cron is None
    assert "没有时间表" in one.description


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (("once",), "补跑一次"),
        (("skip",), "不补跑"),
        (("skip", "once"), "补跑一次"),
    ],
)
def test_one_source_that_wants_it_is_enough_to_catch_up(
    tmp_path: Path, kinds: tuple[str, ...], said: str
) -> None:
    sources = {
        f"s{number}": (
            "air_quality_hourly",
            f"schedule: {{cron: '30 6 * * *', catch_up: {kind}}}\n",
        )
        for number, kind in enumerate(kinds)
    }
    (one,) = plan_deployments(_definitions(tmp_path, **sources))
    assert said in one.description


@pytest.mark.parametrize(
    ("schedule", "word"),
    [
        ("{cron: '61 6 * * *'}", "61 6 * * *"),
        ("{cron: '0 6 * * *', timezone: Asia/Qingshui}", "Asia/Qingshui"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_with_its_line(
    tmp_path: Path, schedule: str, word: str
) -> None:
    definitions = _definitions(tmp_path, land=("land_supply_results", f"schedule: {schedule}\n"))
    with pytest.raises(DefinitionError) as caught:
        plan_deployments(definitions)
    assert word in caught.value.message().zh
    assert "land.yml:8" in caught.value.where


@pytest.mark.parametrize(
    ("cron", "at", "tick"),
    [
        ("30 6 * * *", "2026-03-01T22:30:00+00:00", "2026-03-02T06:30:00+08:00"),
        ("30 6 * * *", "2026-03-01T22:29:59+00:00", "2026-03-01T06:30:00+08:00"),
        ("30 6 * * *", "2026-03-01T22:30:59+00:00", "2026-03-02T06:30:00+08:00"),
        ("50 23 * * *", "2026-03-01T16:05:00+00:00", "2026-03-01T23:50:00+08:00"),
        ("0 6 * * 1", "2026-03-04T00:00:00+00:00", "2026-03-02T06:00:00+08:00"),
    ],
)
def test_the_newest_tick_in_the_time_zone_of_the_schedule(cron: str, at: str, tick: str) -> None:
    found = last_tick(Schedule(cron=cron), dt.datetime.fromisoformat(at))
    assert found == dt.datetime.fromisoformat(tick)
    assert found.date() == dt.date.fromisoformat(tick[:10])
