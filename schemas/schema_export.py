"""JSON Schemas of the file kinds, so that editors complete and check them.

``python -m schemas.schema_export`` writes ``json_schemas/<kind>.schema.json`` (JSON Schema draft
2020-12). They are made of the models, so nothing is described twice; a test keeps the files
current. What only ``gongkai check`` can tell (does the field exist, is the unit known) is not in
them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from schemas.dataset import Dataset
from schemas.layout import Layout
from schemas.site import Site
from schemas.source import Source

FOLDER = Path(__file__).with_name("json_schemas")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE_KINDS: dict[str, tuple[type[BaseModel], str]] = {
    "dataset": (Dataset, "gongkai 数据集文件 / dataset file"),
    "layout": (Layout, "gongkai 布局文件 / layout file"),
    "source": (Source, "gongkai 来源文件 / source file"),
    "site": (Site, "gongkai 站点文件 gongkai.yml / site file"),
}


def json_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of ``dataset``, ``layout``, ``source`` or ``site`` files.

    Descriptions are the models' own; unknown keys are refused everywhere. Raises KeyError for
    another kind.
    """
    model, title = FILE_KINDS[kind]
    made = model.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, **made, "title": title}


def schema_file(kind: str) -> Path:
    """Where the schema of a file kind is kept."""
    return FOLDER / f"{kind}.schema.json"


def schema_text(kind: str) -> str:
    """The schema as it stands in its file."""
    return json.dumps(json_schema(kind), ensure_ascii=False, indent=2) + "\n"


def write_schemas() -> list[Path]:
    """Write the schema of every file kind; return the files."""
    FOLDER.mkdir(exist_ok=True)
    for kind in FILE_KINDS:
        schema_file(kind).write_text(schema_text(kind), encoding="utf-8")
    return [schema_file(kind) for kind in FILE_KINDS]


if __name__ == "__main__":
    for written in write_schemas():
        print(written.name)
