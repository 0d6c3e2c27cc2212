"""The commands and programs of the pages run as they stand there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fenced import DOCS, Block, blocks, pages
from starlette.testclient import TestClient

from examples.qingshui.lay_out import lay_out, make_department_files
from flows.demonstration import departments
from flows.opened_site import open_site
from flows.running import run_sources, select_sources
from flows.source_run import RunOptions
from publishing.portal.application import portal_application
from publishing.portal.portal import Portal
from publishing.portal.published import Published
from schemas.definitions import load_definitions

ROOT = Path(__file__).parents[3]
RUNNABLE = ("sh", "python")
MARKS = ("run", "run in", "not run")
AIR = "站点编码,时间,PM2.5(μg/m³),CO(mg/m³),备注\n1001,2026-02-01 01:00,38,0.7,\n"


def all_runnable() -> list[tuple[Path, Block]]:
    return [
        (page, block) for page in pages() for block in blocks(page) if block.language in RUNNABLE
    ]


def test_every_command_is_run_or_says_why_not() -> None:
    silent = [(page.name, block.text) for page, block in all_runnable() if block.mark not in MARKS]
    assert silent == []


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which ``gongkai`` is the command of this checkout."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "gongkai"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m flows.command_line "$@"\n', "utf-8")
    script.chmod(0o755)
    (folder / "python3").symlink_to(sys.executable)
    return {
        **os.environ,
        "PATH": f"{folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "GONGKAI_LANGUAGE": "en",
    }


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's site with one release of its land results."""
    folder = tmp_path_factory.mktemp("demo")
    make_department_files(folder)
    with departments(folder, 0) as url:
        lay_out(folder, url)
        with open_site(folder) as opened:
            sources = select_sources(opened, ["land_supply_results", "surface_water_quality"])
            run_sources(opened, sources, RunOptions(logical_date=opened.today()))
    return folder


def run(text: str, language: str, folder: Path, environment: dict[str, str]) -> str:
    command = ["sh", "-eu", "-c", text] if language == "sh" else [sys.executable, "-c", text]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    return done.stdout


PROGRAMS = [(page, block) for page, block in all_runnable() if block.mark == "run in"]


@pytest.mark.parametrize(
    ("page", "block"),
    PROGRAMS,
    ids=[f"{page.name}:{number}" for number, (page, _) in enumerate(PROGRAMS)],
)
def test_programs_run_in_a_released_site(
    page: Path, block: Block, demo_site: Path, commands: dict[str, str]
) -> None:
    del page
    run(block.text, block.language, demo_site / block.about, commands)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_commands_run_one_after_the_other(
    page: Path, tmp_path: Path, commands: dict[str, str]
) -> None:
    wanted = [block for block in blocks(page) if block.mark == "run"]
    if not wanted:
        return
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "station_202602.csv").write_text(AIR, "utf-8")
    told = ""
    for block in blocks(page):
        if block.site_file:
            path = tmp_path / "mycounty" / block.site_file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        elif block.mark == "run":
            told += run(block.text, block.language, tmp_path, commands)
    assert "[no_change]" in told
    assert "library_loans" in told


REQUESTS = [
    line
    for block in blocks(DOCS / "api.md")
    if block.language == "http"
    for line in block.text.splitlines()
]


def test_requests_of_the_api_page_are_answered_as_it_says(demo_site: Path) -> None:
    site = load_definitions(demo_site).site
    application = portal_application(Portal(Published(site, demo_site / site.public)))
    client = TestClient(application)
    assert len(REQUESTS) > 8
    for request in REQUESTS:
        address, _, wanted = request.removeprefix("GET ").partition(" → ")
        answer = client.get(address)
        if wanted:
            assert f"{answer.status_code} {answer.json()['code']}" == wanted, request
        else:
            assert answer.status_code == 200, f"{request}\n{answer.text}"
            assert int(answer.headers["x-total-count"]) > 0, request
