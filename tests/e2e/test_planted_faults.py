"""The demo gives the findings its README promises, and no others."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from built_wheel import build_wheel, copy_sources
from evidence_checks import sampled, site_evidence, stands_there
from starlette.testclient import TestClient

from examples.qingshui import make_files as making
from publishing.portal.application import portal_application
from publishing.portal.portal import Portal
from publishing.portal.published import Published
from schemas.definitions import load_definitions

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
    """The demo, run from the wheel outside a checkout: its site and outcomes."""
    installed, elsewhere = (tmp_path_factory.mktemp(name) for name in ("installed", "elsewhere"))
    tree = copy_sources(tmp_path_factory.mktemp("source"))
    wheel = build_wheel(tree, tmp_path_factory.mktemp("wheel"))
    zipfile.ZipFile(wheel).extractall(installed)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GONGKAI_")},
        "PYTHONPATH": str(installed),
    }
    code = (
        "import sys, flows; "
        f"assert flows.__file__.startswith({str(installed)!r}), flows.__file__; "
        "from flows.command_line import main; "
        "sys.argv = ['gongkai', 'demo', '--dir', 'demo', '--json']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return elsewhere / "demo", json.loads(done.stdout)


def test_the_demo_runs_from_the_wheel_outside_a_checkout(
    demo: tuple[Path, list[dict[str, Any]]],
) -> None:
    assert (demo[0] / "public" / "catalog.json").is_file()


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


DERIVED = {"air_quality_daily", "three_public_expenses"}


def test_a_row_of_every_source_shows_what_stands_in_its_document(
    demo: tuple[Path, list[dict[str, Any]]],
) -> None:
    folder, evidence = demo[0], site_evidence(demo[0])
    compared: Counter[str] = Counter()
    for dataset in sorted(path.name for path in (folder / "public" / "datasets").iterdir()):
        for row_id, trace, found in sampled(folder, evidence, dataset, 12):
            if dataset in DERIVED:
                assert [one.dataset for one in found.upstream], row_id
                continue
            assert found.trouble is None
            assert trace.snapshot is not None
            path = folder / "archive" / trace.snapshot.sha256[:2] / trace.snapshot.sha256[2:]
            for name, field in found.fields.items():
                for cell in field.cells:
                    if cell.text is not None:
                        assert stands_there(path, cell), (trace.source, name, cell)
                        compared[trace.source] += bool(cell.text.strip())
    awards = sampled(folder, evidence, "procurement_awards", 99)
    told = {
        field.conversion.zh
        for _, _, one in awards
        if (field := one.fields["amount_cny"]).conversion
    }
    assert (
        "文件中的单位是万元，公开的单位是元：1 万元 = 10000 元" in told
    )  # of lots in running text
    evidence.close()
    sources = {one["source"] for one in demo[1]} - {"air_daily", "three_public"}
    assert {source for source in sources if compared[source] < 5} == set()


def test_pages_of_rows_name_no_person_and_the_archive_has_no_address(
    demo: tuple[Path, list[dict[str, Any]]],
) -> None:
    from examples.qingshui.department_files import names

    definitions, evidence = load_definitions(demo[0]), site_evidence(demo[0])
    published = Published(definitions.site, demo[0] / definitions.site.public)
    portal = Portal(published, evidence=evidence, row_index=evidence.row_index)
    client = TestClient(portal_application(portal))
    secrets = (*names.PEOPLE, names.INVENTED_ID_NUMBER, names.UNASSIGNED_MOBILE)
    masked = 0
    named = {
        "land_supply_results": "holder_name",
        "land_transfer_notices": "winner_name",
        "procurement_awards": "supplier_name",
    }
    for dataset, field in named.items():
        has_person = pl.col(field).str.contains("*", literal=True)
        for row_id, trace, _ in sampled(demo[0], evidence, dataset, 1000, has_person):
            text = client.get(f"/datasets/{dataset}/rows/{row_id}/").text
            assert [secret for secret in secrets if secret in text] == []
            masked += "已按规则遮盖" in text
            assert trace.snapshot is not None
            digest = trace.snapshot.sha256
    assert masked
    for address in (
        f"/archive/{digest[:2]}/{digest[2:]}",
        f"/datasets/{dataset}/../../../archive/{digest[:2]}/{digest[2:]}",
        f"/datasets/{dataset}/1/..%2f..%2f..%2f..%2farchive%2f{digest[:2]}%2f{digest[2:]}",
        f"/datasets/{dataset}/rows/{digest}/",
    ):
        assert client.get(address).status_code == 404
    evidence.close()


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
    _compare_scan(folder)
    told = [one for one in _findings(folder) if one["source"] == SCANS]
    assert [one["severity"] for one in told if one["rule"] == "READ-65"] == ["error"]


def _compare_scan(folder: Path) -> None:
    """Cells of the scan show what its maker drew there, as text and as a picture."""
    from examples.qingshui.department_files import budget_scan

    drawn = {f"{went:,.2f}": right for _, _, right, went in budget_scan.ROWS}
    drawn |= {f"{came:,.2f}": left for left, came, _, _ in budget_scan.ROWS if came}
    evidence = site_evidence(folder)
    seen = set()
    recognised = pl.col("recognition_confidence").is_not_null()
    for _, trace, found in sampled(folder, evidence, "department_budget_lines", 999, recognised):
        assert trace.source == SCANS
        (cell,) = found.fields["amount_cny"].cells
        if cell.text in drawn:
            seen.add(cell.text)
            assert cell.is_recognised
            assert cell.crop is not None
            assert (cell.headers[-2:]) == ("预算数", drawn[cell.text])
    evidence.close()
    assert len(seen) >= len(drawn) - 1  # one is smudged and quarantined
