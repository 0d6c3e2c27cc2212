"""``gongkai new dataset``: skeletons, and fields proposed from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import department_files as files
import openpyxl
import pytest
from typer.testing import CliRunner

from flows.command_line import app
from schemas.definitions import load_definitions

SITE = "format: 1\nid: qs\npublisher:\n  name: {zh: 清水县, en: Qingshui}\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "gongkai.yml").write_text(SITE, encoding="utf-8")
    return folder


def run(site: Path, *given: str, code: int = 0) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["new", "dataset", "--site", str(site), "--json", *given])
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def checks(site: Path) -> int:
    return CliRunner().invoke(app, ["check", "--site", str(site)]).exit_code


def by_column(made: dict[str, Any]) -> dict[str, tuple[str, str, str | None, bool]]:
    return {
        one["column"]: (one["name"], one["type"], one["unit"], one["required"])
        for one in made["fields"]
    }


def test_skeleton_passes_the_check(site: Path) -> None:
    made = run(site, "market_fees", "--theme", "finance")
    assert Path(made["path"]) == site / "datasets" / "finance" / "market_fees.yml"
    assert made["problems"] == []
    assert load_definitions(site).datasets["market_fees"].model.theme == "finance"
    assert checks(site) == 0


def test_fields_of_a_file(site: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["农贸市场收费一览表"])
    titles = ["编号", "市场名称", "坐落", "摊位数", "月租(元)", "占地(亩)", "比重"]
    sheet.append([*titles, "开业日期", "备注"])
    for n in range(1, 7):
        row = [f"00{n}", f"第{n}市场", "永清镇", n * 3, f"{n}50.50", f"{n}.25", f"0.{n}"]
        sheet.append([*row, "2024-01-02", "" if n % 2 else "停业"])
    path = tmp_path / "fees.xlsx"
    book.save(path)
    made = run(site, "market_fees", "--theme", "finance", "--from", str(path))
    assert by_column(made) == {
        "编号": ("field_1", "string", None, True),
        "市场名称": ("field_2", "string", None, True),
        "坐落": ("location", "string", None, True),
        "摊位数": ("field_4", "integer", None, True),
        "月租": ("field_5", "decimal", "CNY", True),
        "占地": ("field_6", "decimal", "mu", True),
        "比重": ("field_7", "number", None, True),
        "开业日期": ("field_8", "date", None, True),
        "备注": ("field_9", "string", None, False),
    }
    dataset = load_definitions(site).datasets["market_fees"].model
    assert dataset.primary_key == ("field_1",)
    assert dataset.field("field_5").scale == 2
    assert dataset.field("field_2").title.zh == "市场名称"
    assert checks(site) == 0


def test_known_columns_keep_name_type_and_unit(site: Path, tmp_path: Path) -> None:
    file = files.land_csv(tmp_path / "land.csv", "gb18030")
    made = run(site, "our_land", "--theme", "land", "--from", str(file))
    assert by_column(made)["供地面积"] == ("area_m2", "decimal", "m2", True)
    assert by_column(made)["电子监管号"][0] == "supervision_number"
    assert checks(site) == 0


def test_source_for_the_new_dataset(site: Path, tmp_path: Path) -> None:
    """The way a steward goes: no dataset fits, so one is made, and then the source runs."""
    file = tmp_path / "colours.csv"
    rows = "".join(f"C{n:03d},颜色{n},{n}.5\n" for n in range(20))
    file.write_text("色号,颜色名,光泽(%)\n" + rows, encoding="utf-8")
    given = ["new", "source", "--from", str(file), "--site", str(site), "--json"]
    assert CliRunner().invoke(app, given).exit_code == 1
    run(site, "paint_colours", "--theme", "trade", "--from", str(file))
    result = CliRunner().invoke(app, [*given, "--dataset", "paint_colours"])
    assert result.exit_code == 0, result.output
    made = json.loads(result.stdout)
    assert made["trial"]["rows_good"] == 20
    assert made["unused_columns"] == []
    assert checks(site) == 0


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("land_supply_results", "--theme", "land"), 2),
        (("Market", "--theme", "finance"), 2),
        (("market", "--theme", "Fin/ance"), 2),
        (("market", "--theme", "finance", "--from", "nowhere.csv"), 2),
        (("market", "--theme", "finance", "--from", "{empty}"), 1),
    ],
)
def test_refusals_are_sentences(
    site: Path, tmp_path: Path, given: tuple[str, ...], code: int
) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    filled = [text.format(empty=empty) for text in given]
    result = CliRunner().invoke(app, ["new", "dataset", "--site", str(site), *filled])
    assert result.exit_code == code, result.output
    assert result.output.strip()
    assert "Traceback" not in result.output
    assert not (site / "datasets").exists()


def test_nothing_is_overwritten(site: Path) -> None:
    made = run(site, "market", "--theme", "finance")
    path = Path(made["path"])
    path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    again = CliRunner().invoke(
        app, ["new", "dataset", "market", "--theme", "finance", "--site", str(site)]
    )
    assert again.exit_code == 2
    assert path.read_text(encoding="utf-8").endswith("# mine\n")


def test_dry_run_writes_nothing(site: Path) -> None:
    made = run(site, "market", "--theme", "finance", "--dry-run")
    assert made["written"] is False
    assert "id: market" in made["yaml"]
    assert not (site / "datasets").exists()
