"""The first reader, as a county uses it: a site, a source that points to the booklet, a run."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from flows.commands.check import all_problems
from flows.opened_site import open_site
from flows.run_records import RunRecords
from flows.running import run_sources, select_sources
from flows.source_run import RunOptions
from measured_accuracy.cells import Cell, of_row

DATASET = "department_budget_lines"
SITE = """\
format: 1
id: accuracy
publisher:
  name: {zh: 试验县, en: Made county}
"""
SOURCE = """\
format: 1
id: booklets
department: {zh: 某局, en: A bureau}
dataset: budget/department_budget_lines
connector: {type: folder, path: inbox, glob: "*.pdf"}
layout: budget_booklet
load: full
"""


@dataclass(frozen=True, slots=True)
class FirstReading:
    """What the pipeline made of a booklet.

    Attributes:
        state: how the run ended.
        rows: the released rows.
        cells: those of them that hold a number.
        findings: all findings of the run.
        quarantined: records held back.
        seconds: how long the run took.
    """

    state: str
    rows: list[dict[str, Any]]
    cells: list[Cell]
    findings: pl.DataFrame
    quarantined: pl.DataFrame
    seconds: float

    def told(self, severity: str) -> int:
        """How many findings of a severity the run told."""
        return self.findings.filter(pl.col("severity") == severity).height


def release_booklet(
    booklet: Path, folder: Path, day: dt.date = dt.date(2026, 11, 1)
) -> FirstReading:
    """Run a source over one booklet in a fresh site; nothing of the booklet is declared."""
    site = folder / "site"
    (site / "sources").mkdir(parents=True)
    (site / "inbox").mkdir()
    (site / "gongkai.yml").write_text(SITE, encoding="utf-8")
    (site / "sources" / "booklets.yml").write_text(SOURCE, encoding="utf-8")
    shutil.copyfile(booklet, site / "inbox" / booklet.name)
    started = time.perf_counter()
    with open_site(site) as opened:
        if problems := all_problems(opened.definitions):
            raise AssertionError([str(problem.message()) for problem in problems])
        (outcome,) = run_sources(opened, select_sources(opened), RunOptions(logical_date=day))
        seconds = time.perf_counter() - started
        records = RunRecords(opened.runs_folder)
        findings, quarantined = records.findings(outcome.run), records.quarantine(outcome.run)
        rows = []
        if outcome.state.value == "released":
            rows = opened.reader(DATASET).scan(None).collect().to_dicts()
    if findings is None or quarantined is None:
        raise AssertionError("a run has just ended")
    return FirstReading(
        outcome.state.value,
        rows,
        [of_row(row) for row in rows if row["value_kind"] != "text"],
        findings,
        quarantined,
        seconds,
    )
