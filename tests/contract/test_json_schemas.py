"""The exported JSON Schemas are current, accept every shipped file and refuse wrong keys."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemas.schema_export import FILE_KINDS, json_schema, schema_file, schema_text
from schemas.yaml_file import load_yaml

ROOT = Path(__file__).parents[2]
BUILT_IN = ROOT / "schemas"
DEMO = ROOT / "examples" / "qingshui" / "site"
FILES: dict[str, list[Path]] = {
    "dataset": sorted((BUILT_IN / "datasets").glob("**/*.yml")),
    "layout": sorted([*(BUILT_IN / "layouts").glob("*.yml"), *(DEMO / "layouts").glob("*.yml")]),
    "source": sorted([*(DEMO / "sources").glob("*.yml"), *(DEMO / "troubles").glob("*.yml")]),
    "site": [DEMO / "gongkai.yml"],
}
EVERY_FILE = [(kind, path) for kind, paths in FILES.items() for path in paths]


def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(json_schema(kind))


@pytest.mark.parametrize("kind", FILE_KINDS)
def test_exported_file_is_current(kind: str) -> None:
    """Failing? Run: python -m schemas.schema_export"""
    assert schema_file(kind).read_text(encoding="utf-8") == schema_text(kind)


@pytest.mark.parametrize("kind", FILE_KINDS)
def test_schema_is_itself_valid_and_described(kind: str) -> None:
    schema = json_schema(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["description"]
    closed = [schema, *schema.get("$defs", {}).values()]
    models = [part for part in closed if part.get("type") == "object"]
    assert models
    assert all(part["additionalProperties"] is False for part in models)


def test_there_are_files_of_every_kind() -> None:
    assert all(FILES[kind] for kind in FILE_KINDS)


@pytest.mark.parametrize(("kind", "path"), EVERY_FILE, ids=[path.name for _, path in EVERY_FILE])
def test_shipped_file_fits(kind: str, path: Path) -> None:
    errors = [error.message for error in _validator(kind).iter_errors(load_yaml(path).data)]
    assert errors == []


def _source() -> dict[str, Any]:
    return copy.deepcopy(load_yaml(DEMO / "sources" / "land_results_bureau.yml").data)


def _wrong_key_at_the_top(source: dict[str, Any]) -> None:
    source["conector"] = {}


def _wrong_key_in_a_mapping(source: dict[str, Any]) -> None:
    source["layout"]["mapping"]["area_m2"] = {"from": "面积", "units": "ha"}


def _wrong_key_in_the_connector(source: dict[str, Any]) -> None:
    source["connector"]["pth"] = "inbox"


def _no_load(source: dict[str, Any]) -> None:
    del source["load"]


def _unknown_load(source: dict[str, Any]) -> None:
    source["load"] = "replace"


@pytest.mark.parametrize(
    "spoil",
    [
        _wrong_key_at_the_top,
        _wrong_key_in_a_mapping,
        _wrong_key_in_the_connector,
        _no_load,
        _unknown_load,
    ],
)
def test_wrong_source_is_refused(spoil: Any) -> None:
    source = _source()
    assert _validator("source").is_valid(source)
    spoil(source)
    assert not _validator("source").is_valid(source)


@pytest.mark.parametrize("kind", FILE_KINDS)
def test_wrong_key_is_refused_in_every_kind(kind: str) -> None:
    data = load_yaml(FILES[kind][0]).data
    assert _validator(kind).is_valid(data)
    assert not _validator(kind).is_valid({**data, "no_such_key": 1})
