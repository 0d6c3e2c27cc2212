"""All generated pages and parts of pages, by file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

from flows.documenting.datasets_page import (
    computation_list,
    datasets_page,
    layout_list,
    unit_list,
)
from flows.documenting.rules_page import rules_page
from schemas.dataset import Dataset
from schemas.definitions import BUILT_IN
from schemas.layout import Layout
from schemas.message import DefinitionError
from schemas.validation import read_model
from schemas.yaml_file import load_yaml

DOCS = Path(__file__).parents[2] / "docs"
Model = TypeVar("Model", Dataset, Layout)


def shipped_datasets() -> list[Dataset]:
    """The datasets that come with gongkai, by theme and id."""
    return [_read(path, Dataset) for path in sorted((BUILT_IN / "datasets").glob("*/*.yml"))]


def shipped_layouts() -> list[Layout]:
    """The layouts that come with gongkai, by id."""
    return [_read(path, Layout) for path in sorted((BUILT_IN / "layouts").glob("*.yml"))]


def _read(path: Path, model: type[Model]) -> Model:
    one, problems = read_model(load_yaml(path), model)
    if one is None:
        raise DefinitionError(problems[0].what, where=problems[0].where())
    return one


def generated_pages() -> dict[Path, str]:
    """Every file of ``docs/`` that holds something generated, as it must read."""
    datasets = shipped_datasets()
    parts = {
        "units": unit_list(),
        "layouts": layout_list(shipped_layouts()),
        "computations": computation_list(),
    }
    found = {
        DOCS / "rules.md": rules_page(datasets),
        DOCS / "datasets.md": datasets_page(datasets),
    }
    for page in (DOCS / "layout-file.md", DOCS / "dataset-file.md"):
        text = page.read_text(encoding="utf-8")
        for name, part in parts.items():
            text = _with_part(text, name, part)
        found[page] = text
    return found


def _with_part(text: str, name: str, part: str) -> str:
    """Replace what stands behind ``<!-- generated: NAME -->`` up to ``<!-- end -->``."""
    mark = f"<!-- generated: {name} -->"
    pattern = re.compile(re.escape(mark) + r"\n(?:\n.*?<!-- end -->\n)?", re.DOTALL)
    return pattern.sub(lambda _: f"{mark}\n\n{part}\n\n<!-- end -->\n", text)


def write_pages() -> list[Path]:
    """Write all generated pages; return those that changed."""
    changed = []
    for path, text in generated_pages().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
