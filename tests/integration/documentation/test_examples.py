"""The examples of the pages are files that work: checked, and run where they say what they give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fenced import Expectation, blocks, expectations, pages
from page_site import lay_out

from flows.commands.check import all_problems
from flows.opened_site import open_site
from flows.running import run_sources, select_sources
from flows.source_run import RunOptions
from schemas.definitions import load_definitions

WITH_FILES = [page for page in pages() if any(block.site_file for block in blocks(page))]
EXPECTED = [(page, wanted) for page in pages() for wanted in expectations(page)]


@pytest.mark.parametrize("page", WITH_FILES, ids=lambda page: page.name)
def test_whole_files_pass_check(page: Path, tmp_path: Path) -> None:
    lay_out(tmp_path, page)

    definitions = load_definitions(tmp_path)

    assert [str(problem.message()) for problem in all_problems(definitions)] == []
    named = {block.site_file for block in blocks(page) if block.site_file}
    found = {
        one.document.path.relative_to(tmp_path).as_posix()
        for group in (definitions.sources, definitions.layouts, definitions.datasets)
        for one in group.values()
        if one.document.path.is_relative_to(tmp_path)
    }
    assert {name for name in named if name.endswith(".yml")} - {"gongkai.yml"} == found


@pytest.mark.parametrize(
    ("page", "wanted"), EXPECTED, ids=[f"{page.name}:{one.source}" for page, one in EXPECTED]
)
def test_a_source_gives_what_its_page_says(
    page: Path, wanted: Expectation, site_of: Callable[[Path], Path]
) -> None:
    folder = site_of(page)

    with open_site(folder) as opened:
        sources = select_sources(opened, [wanted.source], with_derived=False)
        day = opened.today().replace(year=2026, month=3, day=9)
        outcomes = run_sources(opened, sources, RunOptions(logical_date=day))

    assert len(outcomes) == 1
    told = outcomes[0].as_json("en")
    assert (told["state"], told["message"]) == (wanted.state, told["message"])
    assert {name: told[name] for name in wanted.counts} == wanted.counts
