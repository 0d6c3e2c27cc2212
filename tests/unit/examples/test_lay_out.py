"""Laying out the demo site: valid files, nothing of the operator's overwritten."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from examples.qingshui.lay_out import SITE, earlier_port, lay_out
from schemas.definition_checks import check_definitions
from schemas.definitions import load_definitions

URL = "http://127.0.0.1:40123"
DATASETS = {
    "land_supply_results",
    "land_transfer_notices",
    "air_quality_hourly",
    "air_quality_daily",
    "surface_water_quality",
    "department_budget_lines",
    "three_public_expenses",
    "government_debt",
    "procurement_intentions",
    "procurement_awards",
    "procurement_contracts",
    "procurement_complaints",
}


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("laid") / "demo"
    lay_out(folder, URL)
    return folder


@pytest.fixture
def demo(laid_out: Path, tmp_path: Path) -> Path:
    shutil.copytree(laid_out, tmp_path / "demo")
    return tmp_path / "demo"


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_nothing_is_wrong_in_the_sites_files(laid_out: Path) -> None:
    definitions = load_definitions(laid_out)
    assert [problem.what.en for problem in check_definitions(definitions)] == []
    assert len(definitions.sources) == 16


def test_nothing_is_wrong_in_the_sources_in_trouble_either(demo: Path) -> None:
    for file in (demo / "troubles").glob("*.yml"):
        shutil.move(file, demo / "sources" / file.name)
    definitions = load_definitions(demo)
    assert [problem.what.en for problem in check_definitions(definitions)] == []
    assert len(definitions.sources) == 19


def test_every_dataset_and_connector_of_the_issue_is_shown(laid_out: Path) -> None:
    sources = [one.model for one in load_definitions(laid_out).sources.values()]
    assert {source.dataset_id for source in sources} == DATASETS
    connectors = {source.connector.type for source in sources}
    assert connectors == {"folder", "http", "api", "listing", "sql", "release"}
    assert all(source.schedule for source in sources)
    assert all(source.title and source.title.zh and source.title.en for source in sources)


def test_the_address_stands_in_the_files(laid_out: Path) -> None:
    texts = [file.read_text(encoding="utf-8") for file in laid_out.rglob("*.yml")]
    assert not any("{{" in text for text in texts)
    assert sum(URL in text for text in texts) == 8


def test_laying_out_again_changes_nothing(demo: Path) -> None:
    before = _bytes(demo)
    lay_out(demo, URL)
    assert _bytes(demo) == before


def test_what_an_operator_changed_stays(demo: Path) -> None:
    changed = [
        demo / "gongkai.yml",
        demo / "sources" / "air_daily.yml",
        next((demo / "inbox" / "air").glob("*.csv")),
        demo / "departments" / "tdsc" / "index.html",
    ]
    for file in changed:
        file.write_bytes(file.read_bytes() + b"# mine\n")
    (demo / "vocab" / "own.csv").write_text("a,b\n", encoding="utf-8")
    before = _bytes(demo)
    lay_out(demo, URL)
    assert _bytes(demo) == before


def test_what_is_missing_comes_back(demo: Path) -> None:
    before = _bytes(demo)
    (demo / "sources" / "air_daily.yml").unlink()
    shutil.rmtree(demo / "inbox")
    lay_out(demo, URL)
    assert _bytes(demo) == before


def test_a_new_address_is_put_into_the_files_and_nothing_else(demo: Path) -> None:
    source = demo / "sources" / "land_transfer_notices.yml"
    with source.open("a", encoding="utf-8") as text:
        text.write("# mine\n")
    old = source.read_text(encoding="utf-8")
    lay_out(demo, "http://127.0.0.1:4012/")
    assert source.read_text(encoding="utf-8") == old.replace(URL, "http://127.0.0.1:4012")
    lay_out(demo, URL)
    assert source.read_text(encoding="utf-8") == old


def test_a_port_that_begins_like_another_is_not_mistaken(demo: Path) -> None:
    lay_out(demo, "http://127.0.0.1:401")
    source = demo / "sources" / "land_transfer_notices.yml"
    own = source.read_text(encoding="utf-8") + "# see http://127.0.0.1:4012/\n"
    source.write_text(own, encoding="utf-8")
    lay_out(demo, URL)
    assert "# see http://127.0.0.1:4012/\n" in source.read_text(encoding="utf-8")


def test_the_port_of_the_last_time_is_known(demo: Path, tmp_path: Path) -> None:
    assert earlier_port(demo) == 40123
    assert earlier_port(tmp_path / "elsewhere") == 0


def test_it_takes_little_time(tmp_path: Path) -> None:
    began = time.process_time()
    lay_out(tmp_path / "demo", URL)
    assert time.process_time() - began < 10


def test_the_site_lies_in_the_package_with_all_its_files() -> None:
    suffixes = {file.suffix for file in SITE.rglob("*") if file.is_file()}
    assert suffixes == {".yml", ".csv"}  # what the wheel's package data names
    assert os.access(SITE / "gongkai.yml", os.R_OK)
