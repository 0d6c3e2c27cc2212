"""Every source and layout that ships: checked, and each layout used as its docs promise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from examples.qingshui import lay_out as laying_out
from flows.commands.check import all_problems
from schemas.definition_checks import layout_of
from schemas.definitions import BUILT_IN, Definitions, load_definitions

LAYOUTS = sorted((BUILT_IN / "layouts").glob("*.yml"))
SOURCES = sorted((Path(laying_out.__file__).parent / "site" / "sources").glob("*.yml"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Definitions:
    folder = tmp_path_factory.mktemp("demo")
    laying_out.lay_out(folder, "http://127.0.0.1:1")
    return load_definitions(folder)


def test_the_demo_site_checks(demo: Definitions) -> None:
    assert [str(item.message()) for item in all_problems(demo)] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_source_of_the_demo(demo: Definitions, path: Path) -> None:
    source = demo.sources[path.stem].model
    assert source.department.zh
    assert source.department.en
    assert source.schedule is not None
    if source.connector.type != "release":
        assert layout_of(demo, source) is not None


def test_the_demo_feeds_every_dataset_of_the_product(demo: Definitions) -> None:
    fed = {one.model.dataset_id for one in demo.sources.values()}
    assert fed == set(demo.datasets)


def test_the_demo_uses_every_way_of_reaching_a_department(demo: Definitions) -> None:
    ways = {one.model.connector.type for one in demo.sources.values()}
    assert ways >= {"folder", "http", "api", "listing", "sql", "release"}


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: path.stem)
def test_every_layout_fits_a_dataset_with_a_one_line_source(
    demo: Definitions, path: Path, tmp_path: Path
) -> None:
    fields = set(demo.layouts[path.stem].model.mapping)
    fitting = [
        dataset.model.id
        for dataset in demo.datasets.values()
        if fields <= set(dataset.model.field_names)
    ]
    assert fitting, f"{path.stem} maps fields that no dataset has"
    (tmp_path / "sources").mkdir()
    (tmp_path / "gongkai.yml").write_text(
        "format: 1\nid: one\npublisher:\n  name: {zh: 试验, en: Trial}\n", encoding="utf-8"
    )
    source = {
        "format": 1,
        "id": "one",
        "dataset": fitting[0],
        "department": {"zh": "某局", "en": "A bureau"},
        "connector": {"type": "folder", "path": "inbox"},
        "layout": path.stem,
        "load": "full",
    }
    (tmp_path / "sources" / "one.yml").write_text(json.dumps(source), encoding="utf-8")
    assert [str(item.message()) for item in all_problems(load_definitions(tmp_path))] == []
