"""The demo gives the findings its README promises, and no others."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from examples.qingshui import make_files as making

REPOSITORY = Path(making.__file__).parent.parent.parent
PLANTED: list[dict[str, Any]] = json.loads(
    (Path(making.__file__).parent / making.FAULTS_FILE).read_text(encoding="utf-8")
)
IN_TROUBLE = {"air_hourly_wrong_unit", "air_hourly_firewall"}
SCANS = "budget_scans"
CAN_RECOGNISE = importlib.util.find_spec("rapidocr") is not None


def _gongkai(*arguments: str) -> tuple[int, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "flows.command_line", *arguments, "--json"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("demo") / "site"
    code, outcomes = _gongkai("demo", "--dir", str(folder))
    assert code == 0
    return folder, outcomes


def _findings(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _gongkai("findings", "--site", str(folder))[1]
    return found


def _promised(sources: set[str]) -> tuple[Counter[Any], Counter[Any]]:
    """Findings with their places, and those on the same records, whose columns are enough."""
    main: Counter[Any] = Counter()
    also: Counter[Any] = Counter()
    for fault in PLANTED:
        if fault["source"] not in sources:
            continue
        if fault["rule"]:
            main[
                fault["source"],
                fault["rule"],
                fault["severity"],
                fault["column"],
                fault["locator"],
            ] += 1
        for one in fault["also"]:
            also[fault["source"], *one.split()] += 1
    return main, also


def _compare(findings: list[dict[str, Any]], sources: set[str]) -> None:
    main, also = _promised(sources)
    keys = ("source", "rule", "severity", "column", "locator")
    found = Counter(tuple(one[key] or "" for key in keys) for one in findings)
    assert main - found == Counter()
    rest = Counter(key[:4] for key in (found - main).elements() if key[0] in sources)
    assert rest == also


def test_every_planted_fault_is_found_and_nothing_else(
    demo: tuple[Path, list[dict[str, Any]]],
) -> None:
    _compare(_findings(demo[0]), {fault["source"] for fault in PLANTED} - IN_TROUBLE - {SCANS})


def test_rows_are_counted_as_the_faults_say(demo: tuple[Path, list[dict[str, Any]]]) -> None:
    effects = Counter((fault["source"], fault["effect"]) for fault in PLANTED)
    for outcome in demo[1]:
        assert outcome["state"] == "released"
        for effect in ("quarantined", "duplicate", "superseded"):
            assert outcome[f"rows_{effect}"] == effects[outcome["source"], effect]


def test_personal_values_are_not_released(demo: tuple[Path, list[dict[str, Any]]]) -> None:
    from examples.qingshui.department_files import names

    secrets = (*names.PEOPLE, names.INVENTED_ID_NUMBER, names.UNASSIGNED_MOBILE)
    texts = [path.read_text(encoding="utf-8") for path in (demo[0] / "public").rglob("*.jsonl")]
    assert texts
    assert [secret for secret in secrets for text in texts if secret in text] == []
    assert any("赵*乙" in text for text in texts)


def test_a_second_run_changes_nothing_and_troubles_stay_their_own(
    demo: tuple[Path, list[dict[str, Any]]], tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    shutil.copytree(demo[0], folder)
    for name in IN_TROUBLE:
        shutil.copy(folder / "troubles" / f"{name}.yml", folder / "sources")
    code, outcomes = _gongkai("demo", "--dir", str(folder))
    assert code == 0
    states = {outcome["source"]: outcome["state"] for outcome in outcomes}
    assert states.pop("air_hourly_wrong_unit") == "held"
    assert states.pop("air_hourly_firewall") == "failed"
    assert set(states.values()) == {"no_change"}
    _compare(_findings(folder), IN_TROUBLE)


def test_a_scan_is_refused_with_its_reason_or_read_with_doubt(
    demo: tuple[Path, list[dict[str, Any]]], tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    shutil.copytree(demo[0], folder, symlinks=True)
    shutil.copy(folder / "troubles" / f"{SCANS}.yml", folder / "sources")
    code, outcomes = _gongkai("run", SCANS, "--site", str(folder))
    (outcome,) = [one for one in outcomes if one["source"] == SCANS]
    if not CAN_RECOGNISE:
        assert (code, outcome["state"]) == (1, "failed")
        assert "gongkai[ocr]" in outcome["message"]
        return
    assert outcome["state"] == "released"
    assert outcome["rows_quarantined"] == 1  # the smudged number, never repaired
    told = [one for one in _findings(folder) if one["source"] == SCANS]
    assert [one["severity"] for one in told if one["rule"] == "READ-65"] == ["error"]
