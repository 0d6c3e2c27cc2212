"""Rows that a department no longer delivers stay for the dataset's grace period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from flows.commands.check import all_problems
from flows.opened_site import open_site
from schemas.run import RunState

DATASET = """\
format: 1
id: permits
title: {zh: 许可, en: Permits}
description: {zh: 许可一览。, en: All permits.}
theme: made
owner: {zh: 某局, en: A bureau}
update_frequency: daily
primary_key: [number]
gates: {drop: 0.5}
grace_days: 7
fields:
  - {name: number, title: {zh: 编号, en: Number}, type: string}
  - {name: town, title: {zh: 乡镇, en: Town}, type: string}
"""
SOURCE = """\
dataset: permits
connector: {type: folder, path: drop, glob: "*.csv"}
layout: {reader: {type: delimited}, mapping: {number: 编号, town: 乡镇}}
load: full
"""
Deliver = Callable[..., Any]


@pytest.fixture(params=["", "partition: {field: town, by: value}\n"], ids=["whole", "partitioned"])
def deliver(request: pytest.FixtureRequest, made_site: Any) -> Deliver:
    """Deliver rows ``number town`` on a day of May; the outcome of the run."""
    made_site.write("datasets/made/permits.yml", DATASET + request.param)
    made_site.source("bureau", SOURCE)

    def delivers(day: int, *rows: str) -> Any:
        lines = "".join(row.replace(" ", ",") + "\n" for row in rows)
        if rows:
            made_site.write("drop/a.csv", "编号,乡镇\n" + lines)
        return made_site.run("bureau", day=dt.date(2026, 5, day))["bureau"]

    return delivers


def numbers(site: Any) -> list[str]:
    return sorted(site.released("permits").get_column("number"))


def deleted(site: Any) -> list[str]:
    version = site.versions("permits")["current"]
    path = site.folder / f"public/datasets/permits/{version}/permits.tombstones.jsonl"
    return path.read_text("utf-8").splitlines() if path.exists() else []


def test_a_missing_row_stays_until_its_grace_is_over(deliver: Deliver, made_site: Any) -> None:
    deliver(1, "A 甲", "B 甲", "C 乙")
    outcome = deliver(2, "A 甲", "B 甲")
    told = made_site.findings(outcome).row(0, named=True)
    assert (told["rule"], told["severity"], told["count"]) == ("DEL-01", "warning", 1)
    assert "2026-05-09" in told["what_zh"]
    assert numbers(made_site) == ["A", "B", "C"]
    assert deliver(8).state is RunState.NO_CHANGE  # the same file, the last day of grace
    assert numbers(made_site) == ["A", "B", "C"]
    outcome = deliver(9)
    assert outcome.state is RunState.RELEASED
    assert numbers(made_site) == ["A", "B"]
    assert len(deleted(made_site)) == 1
    assert deliver(10).state is RunState.NO_CHANGE


def test_a_row_that_comes_back_has_never_gone(deliver: Deliver, made_site: Any) -> None:
    deliver(1, "A 甲", "B 甲", "C 乙")
    deliver(2, "A 甲", "B 甲")
    outcome = deliver(5, "A 甲", "B 甲", "C 乙")
    assert (outcome.state, outcome.ledger.rows_unchanged) == (RunState.NO_CHANGE, 3)
    deliver(8, "A 甲", "B 甲")
    deliver(12, "A 甲", "B 甲")
    assert numbers(made_site) == ["A", "B", "C"]  # missed anew since the 8th
    assert deleted(made_site) == []


def test_a_row_that_moves_is_not_missed(deliver: Deliver, made_site: Any) -> None:
    deliver(1, "A 甲", "B 甲", "C 乙")
    outcome = deliver(2, "A 甲", "B 甲", "C 丙")
    assert made_site.findings(outcome).is_empty()
    assert outcome.ledger.rows_changed == 1
    rows = made_site.released("permits").sort("number").rows()
    assert rows == [("A", "甲"), ("B", "甲"), ("C", "丙")]


def test_a_sudden_drop_is_held_and_not_kept_silently(deliver: Deliver, made_site: Any) -> None:
    deliver(1, "A 甲", "B 甲", "C 乙")
    outcome = deliver(2, "A 甲")
    assert outcome.state is RunState.HELD
    assert "REL-02" in outcome.message.zh
    assert numbers(made_site) == ["A", "B", "C"]


def test_days_of_grace_for_what_is_never_deleted_are_refused(made_site: Any) -> None:
    made_site.write("datasets/made/permits.yml", DATASET + "deletions: keep\n")
    made_site.source("bureau", SOURCE)
    with open_site(made_site.folder) as opened:
        told = [str(problem.what.en) for problem in all_problems(opened.definitions)]
    assert any("with deletions: keep nothing is ever deleted" in text for text in told), told
