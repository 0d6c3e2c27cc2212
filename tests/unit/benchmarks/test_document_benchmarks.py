"""The benchmarks of documents run, and read what was made."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2

from benchmarks.booklet import write_booklet
from benchmarks.measuring import ROOT
from benchmarks.notices import write_notices
from benchmarks.workloads import BOOKLET_LINES

PAGES = 30  # at least, of the booklet that is measured


def measured(folder: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks", *arguments, "--folder", str(folder), "--json"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    (found,) = json.loads(ended.stdout)
    return found


def test_a_booklet_is_read_and_released(tmp_path: Path) -> None:
    found = measured(tmp_path, "budget", "--rows", "12")

    assert found["cpu_s"] > found["imports_cpu_s"] > 0
    told = found["told"]
    assert told["rows_new"] == told["rows_read"] > 12 * 7
    assert told["findings_error"] == told["findings_critical"] == 0
    assert found["baselines"]["pdfplumber"]["told"]["rows_read"] > 12 * 3
    assert (tmp_path / "budget-site/public/datasets/department_budget_lines/1").exists()


def test_notices_are_read_and_released(tmp_path: Path) -> None:
    found = measured(tmp_path, "notices", "--rows", "10")

    told = found["told"]
    assert told["rows_read"] == 7 + 2 * 3 + 1  # awards, two lots and a failed one, a contract
    assert told["rows_new"] == 7 + 2 * 3
    assert found["baselines"] == {}


def test_the_measured_booklet_has_thirty_pages(tmp_path: Path) -> None:
    write_booklet(tmp_path / "booklet.pdf", BOOKLET_LINES)

    assert len(pypdfium2.PdfDocument(tmp_path / "booklet.pdf")) >= PAGES


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_booklet(tmp_path / f"{name}.pdf", 8)
        write_notices(tmp_path / name, 12)

    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "other.pdf").read_bytes()
    pages = [sorted((tmp_path / name).iterdir()) for name in ("one", "other")]
    assert len(pages[0]) == 12
    for one, other in zip(*pages, strict=True):
        assert one.read_bytes() == other.read_bytes()
