"""A field or dataset that will go is announced wherever a reader may look."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from publishing_office import Office, make_dataset, parcel
from pydantic import ValidationError

from publishing.rollback import roll_back
from schemas.dataset import Dataset
from schemas.definition_checks import check_definitions
from schemas.definitions import load_definitions

NOTICE = {
    "since": "2026-05-01",
    "removed_after": "2026-12-31",
    "replaced_by": "floors",
    "reason": {"zh": "口径调整", "en": "Counted otherwise"},
}


def with_notice(field: str = "ratio", **changes: Any) -> Dataset:
    fields = make_dataset().model_dump(mode="json")["fields"]
    for one in fields:
        if one["name"] == field:
            one["deprecated"] = NOTICE | changes
    return make_dataset(fields=tuple(fields))


def read(office: Office, version: int, name: str) -> Any:
    return json.loads((office.version_folder(version) / name).read_text("utf-8"))


@pytest.fixture
def announced(office: Office) -> Office:
    """Version 1 without, version 2 with the notice; the rows are the same."""
    office.accept([parcel("1")])
    office.release()
    office.dataset = with_notice()
    office.release()
    return office


def test_the_notice_alone_makes_a_version_that_says_so(announced: Office) -> None:
    newest, first = read(announced, 2, "changelog.json")
    assert newest["schema"]["announced"] == [{"field": "ratio", **NOTICE}]
    assert newest["semantic_version"] == "1.1.0"
    assert newest["breaking"] is False
    assert newest["rows_changed"] == 0
    assert first["schema"]["announced"] == []


def test_the_notice_stands_in_every_description(announced: Office) -> None:
    fields = {one["name"]: one for one in read(announced, 2, "tableschema.json")["fields"]}
    assert fields["ratio"]["deprecated"] == NOTICE
    assert "deprecated" not in fields["floors"]
    (table,) = read(announced, 2, "datapackage.json")["resources"]
    assert table["schema"]["fields"] == list(fields.values())
    schema = read(announced, 2, "schema.json")["properties"]["ratio"]
    assert (schema["deprecated"], schema["x-deprecation"]) == (True, NOTICE)
    columns = read(announced, 2, "parcels.csv-metadata.json")["tableSchema"]["columns"]
    (column,) = [one for one in columns if "owl:deprecated" in one]
    assert column["name"] == "ratio"
    assert column["dc:isReplacedBy"] == "floors"
    croissant = json.dumps(read(announced, 2, "croissant.json"), ensure_ascii=False)
    assert "Deprecated: Counted otherwise" in croissant
    assert read(announced, 2, "manifest.json")["deprecated_fields"] == {"ratio": NOTICE}
    catalogue = json.loads((announced.folder / "public/catalog.json").read_text("utf-8"))
    assert catalogue["datasets"][0]["deprecated_fields"] == {"ratio": NOTICE}


def test_taking_it_back_and_keeping_the_word_are_told(announced: Office) -> None:
    announced.dataset = make_dataset()
    announced.release()
    assert read(announced, 3, "changelog.json")[0]["schema"]["retracted"] == ["ratio"]
    announced.dataset = with_notice()
    announced.release()
    fields = make_dataset().model_dump(mode="json")["fields"]
    announced.dataset = make_dataset(fields=tuple(one for one in fields if one["name"] != "ratio"))
    announced.accept([{**parcel("1"), "ratio": None}])
    announced.release()
    newest = read(announced, 5, "changelog.json")[0]
    assert newest["schema"]["removed"] == ["ratio"]
    assert newest["schema"]["retracted"] == []
    assert newest["breaking"] is True


def test_without_csv_the_notice_is_told_too(make_office: Callable[..., Office]) -> None:
    office = make_office(site={"formats": ("parquet",)})
    office.accept([parcel("1")])
    office.release()
    office.dataset = with_notice()
    office.release()
    assert read(office, 2, "changelog.json")[0]["schema"]["announced"][0]["field"] == "ratio"


def test_a_whole_dataset_can_be_announced_to_go(office: Office) -> None:
    office.accept([parcel("1")])
    office.release()
    notice = NOTICE | {"replaced_by": "new_parcels", "removed_after": None}
    office.dataset = make_dataset(deprecated=notice)
    office.release()
    assert read(office, 2, "changelog.json")[0]["schema"]["announced"] == [
        {"field": None, **notice}
    ]
    assert read(office, 2, "datapackage.json")["deprecated"] == notice
    assert read(office, 2, "schema.json")["deprecated"] is True
    assert read(office, 2, "manifest.json")["deprecated"] == notice
    roll_back(office.release_site, "parcels", 1, reason="试")
    assert read(office, 3, "manifest.json")["deprecated"] is None


@pytest.mark.parametrize(
    ("field", "changes", "told"),
    [
        ("ratio", {"replaced_by": "nowhere"}, "nowhere"),
        ("ratio", {"replaced_by": "ratio"}, "itself deprecated"),
        ("ratio", {"removed_after": "2026-04-30"}, "before since"),
        ("ratio", {"since": "1. Mai"}, "must be a date"),
    ],
)
def test_notices_that_cannot_be_are_refused(field: str, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        with_notice(field, **changes)


def test_a_dataset_must_be_replaced_by_another_that_exists(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="by itself"):
        make_dataset(deprecated=NOTICE | {"replaced_by": "parcels"})
    (tmp_path / "gongkai.yml").write_text(
        "format: 1\nid: county\npublisher: {name: {zh: 县, en: County}}\n", "utf-8"
    )
    file = tmp_path / "datasets" / "land" / "parcels.yml"
    file.parent.mkdir(parents=True)
    file.write_text(
        "format: 1\nid: parcels\ntitle: {zh: 地块, en: Parcels}\n"
        "description: {zh: 地块, en: Parcels}\ntheme: land\nowner: {zh: 局, en: Bureau}\n"
        "update_frequency: monthly\nprimary_key: [number]\n"
        "deprecated:\n"
        "  since: 2026-05-01\n"
        "  replaced_by: land_supply\n"
        "  reason: {zh: 合并, en: merged}\n"
        "fields:\n  - {name: number, title: {zh: 编号, en: Number}, type: string}\n",
        "utf-8",
    )
    (problem,) = check_definitions(load_definitions(tmp_path))
    assert "parcels.yml:11" in problem.where()
    assert "land_supply" in problem.what.en
    file.write_text(file.read_text("utf-8").replace("land_supply\n", "land_supply_results\n"))
    assert check_definitions(load_definitions(tmp_path)) == []
