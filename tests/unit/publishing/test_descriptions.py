"""Descriptions of every shipped dataset, judged by the programs that are to accept them."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import csvw
import frictionless
import mlcroissant
import pytest
from jsonschema import Draft202012Validator
from made_rows import shipped_datasets
from publishing_office import Office, make_dataset, parcel

from publishing.descriptions.csvw import csvw_metadata
from publishing.rollback import roll_back
from schemas.site import Site

NAMES = [dataset.id for dataset in shipped_datasets()]


@pytest.fixture(params=NAMES)
def folder(request: pytest.FixtureRequest, every_release: dict[str, Office]) -> Path:
    """The version of one shipped dataset."""
    return every_release[request.param].version_folder(1)


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text("utf-8"))


def lines_of(folder: Path) -> list[dict[str, Any]]:
    names = [part["formats"]["jsonl"] for part in read(folder, "manifest.json")["partitions"]]
    texts = [line for name in names for line in (folder / name).read_text("utf-8").split("\n")]
    return [json.loads(text) for text in texts if text]


def test_frictionless_finds_nothing_wrong(folder: Path) -> None:
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])[:3]


def test_frictionless_would_find_a_wrong_value(office: Office, tmp_path: Path) -> None:
    office.accept([parcel("1")])
    office.release()
    copied = tmp_path / "copied"
    shutil.copytree(office.version_folder(1), copied)
    table = copied / "parcels.csv"
    table.chmod(0o644)
    table.write_text(table.read_text("utf-8").replace("100.00", "1OO.00"), "utf-8")
    report = frictionless.validate(str(copied / "datapackage.json"))
    assert {"type-error", "hash-count"} & set(report.flatten(["type"])[0])


def csvw_problems(metadata: Path) -> list[str]:
    """What csvw finds: a value of another type, a missing one, two rows with one key."""
    problems: list[str] = []

    class Log:
        def warning(self, message: str) -> None:
            problems.append(message)

    table = csvw.Table.from_file(metadata)
    for _ in table.iterdicts(log=Log()):
        pass
    table.check_primary_key(log=Log())
    return problems


def test_csvw_reads_every_table(folder: Path) -> None:
    tables = [part["formats"]["csv"] for part in read(folder, "manifest.json")["partitions"]]
    assert tables
    for table in tables:
        assert csvw_problems(folder / f"{table}-metadata.json") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("100.00", "1OO.00"),
        ("2026-01-15,", "15.01.2026,"),
        ("true", "ja"),
        (",3\n", ",drei\n"),
        ("2026-01-15T08:30:00+08:00", "2026-01-15 08:30"),
        ("\n1,", "\n,"),
        ("\n2,", "\n1,"),
        ("1.5", "-1.5"),
    ],
)
def test_csvw_would_find_a_wrong_value(
    make_office: Callable[..., Office], tmp_path: Path, old: str, new: str
) -> None:
    fields = make_dataset().model_dump(mode="json")["fields"]
    fields[2]["constraints"]["minimum"] = 0
    office = make_office(fields=tuple(fields))
    office.accept([parcel("1"), parcel("2")])
    office.release()
    copied = tmp_path / "copied"
    shutil.copytree(office.version_folder(1), copied)
    table = copied / "parcels.csv"
    text = table.read_text("utf-8")
    assert old in text
    table.chmod(0o644)
    table.write_text(text.replace(old, new, 1), "utf-8")
    assert csvw_problems(copied / "parcels.csv-metadata.json")


def test_fractions_of_seconds_are_described_as_what_they_are(
    make_office: Callable[..., Office],
) -> None:
    moment = dt.datetime(2026, 1, 1, 8, 0, 0, 5000)  # noqa: DTZ001 - zone set by the frame
    office = make_office()
    office.accept([parcel("1", seen_at=moment)])
    office.release()
    metadata = office.version_folder(1) / "parcels.csv-metadata.json"
    column = json.loads(metadata.read_text("utf-8"))["tableSchema"]["columns"][4]
    assert column["datatype"] == {"base": "datetime"}
    assert csvw_problems(metadata) == []


def test_a_compressed_table_alone_has_no_csvw(make_office: Callable[..., Office]) -> None:
    office = make_office(site={"formats": ("csv.gz", "parquet")})
    office.accept([parcel("1")])
    office.release()
    assert not list(office.version_folder(1).glob("*-metadata.json"))


def test_every_row_is_valid_by_the_json_schema(folder: Path) -> None:
    schema = read(folder, "schema.json")
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    rows = lines_of(folder)
    assert rows
    assert [error.message for row in rows for error in validator.iter_errors(row)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"price_cny": "100"},
        {"number": None},
        {"floors": 1.5},
        {"signed_on": "15.1.2026"},
        {"more": 1},
    ],
)
def test_the_json_schema_refuses_a_wrong_row(office: Office, change: dict[str, Any]) -> None:
    office.accept([parcel("1")])
    office.release()
    folder = office.version_folder(1)
    validator = Draft202012Validator(
        read(folder, "schema.json"), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    (row,) = lines_of(folder)
    assert validator.is_valid(row)
    assert not validator.is_valid(row | change)
    del row["floors"]
    assert not validator.is_valid(row)


def test_patterns_are_for_the_whole_text(make_office: Callable[..., Office]) -> None:
    fields = make_dataset().model_dump(mode="json")["fields"]
    fields[0]["constraints"]["pattern"] = "[0-9]+|甲"
    office = make_office(fields=tuple(fields))
    office.accept([parcel("12"), parcel("甲")])
    office.release()
    folder = office.version_folder(1)
    validator = Draft202012Validator(read(folder, "schema.json"))
    rows = lines_of(folder)
    assert all(validator.is_valid(row) for row in rows)
    assert not validator.is_valid(rows[0] | {"number": "甲12"})
    assert csvw_problems(folder / "parcels.csv-metadata.json") == []


@pytest.mark.parametrize("pattern", ["(?P<part>[0-9]+)甲", "(?i)甲[0-9]+", r"[0-9]+\Z"])
def test_patterns_that_only_python_knows_are_not_promised_to_others(
    make_office: Callable[..., Office], pattern: str
) -> None:
    fields = make_dataset().model_dump(mode="json")["fields"]
    fields[0]["constraints"]["pattern"] = pattern
    office = make_office(fields=tuple(fields))
    office.accept([parcel("12甲")])
    office.release()
    folder = office.version_folder(1)
    assert "pattern" not in read(folder, "schema.json")["properties"]["number"]
    columns = read(folder, "parcels.csv-metadata.json")["tableSchema"]["columns"]
    assert "format" not in columns[0]["datatype"]
    constraints = read(folder, "tableschema.json")["fields"][0]["constraints"]
    assert constraints["pattern"] == pattern


def test_the_table_schema_file_is_that_of_the_package(folder: Path) -> None:
    alone = read(folder, "tableschema.json")
    (in_package, *_) = [
        resource["schema"]
        for resource in read(folder, "datapackage.json")["resources"]
        if "schema" in resource
    ]
    assert {name: alone[name] for name in in_package} == in_package
    assert frictionless.Schema.from_descriptor(alone).field_names == [
        field["name"] for field in in_package["fields"]
    ]


def test_croissant_loads_every_record_with_its_types(folder: Path) -> None:
    described = read(folder, "croissant.json")
    files = {one["@id"]: str(folder / one["@id"]) for one in described["distribution"]}
    loaded = mlcroissant.Dataset(jsonld=described, mapping=files)
    issues = loaded.metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    schema = {one["name"]: one["type"] for one in read(folder, "tableschema.json")["fields"]}
    records = []
    for record_set in described["recordSet"]:
        prefix = f"{record_set['@id']}/"
        for record in loaded.records(record_set["@id"]):
            values = {name.removeprefix(prefix): value for name, value in record.items()}
            records.append({name: plain(value, schema[name]) for name, value in values.items()})
    expected = [
        {name: plain(value, schema[name]) for name, value in row.items()}
        for row in lines_of(folder)
    ]
    assert records == expected


def plain(value: Any, kind: str) -> Any:
    """A value as the JSON lines say it, whatever Python type carries it."""
    if value is None or value != value or str(value) == "NaT":
        return None
    if isinstance(value, bytes):
        return value.decode()
    if kind == "date":
        return str(value)[:10]
    if kind == "datetime":
        return value.isoformat() if hasattr(value, "isoformat") else value
    if kind == "number":
        return float(Decimal(str(value)))
    return value


def test_croissant_refuses_a_file_with_another_content(office: Office, tmp_path: Path) -> None:
    office.accept([parcel("1")])
    office.release()
    folder = office.version_folder(1)
    described = read(folder, "croissant.json")
    changed = tmp_path / "parcels.parquet"
    shutil.copyfile(folder / "parcels.parquet", changed)
    changed.write_bytes(changed.read_bytes() + b" ")
    files = {one["@id"]: str(folder / one["@id"]) for one in described["distribution"]}
    loaded = mlcroissant.Dataset(
        jsonld=described, mapping=files | {"parcels.parquet": str(changed)}
    )
    with pytest.raises(Exception, match="parcels"):
        list(loaded.records("rows"))


def test_ocds_is_a_resource_of_the_package(every_release: dict[str, Office]) -> None:
    folder = every_release["procurement_awards"].version_folder(1)
    manifest = read(folder, "manifest.json")
    resources = {one["path"]: one for one in read(folder, "datapackage.json")["resources"]}
    facts = manifest["files"]["ocds.json"]
    assert resources["ocds.json"]["hash"] == f"sha256:{facts['sha256']}"
    assert resources["ocds.json"]["bytes"] == facts["bytes"]


def test_the_same_description_is_made_again_by_a_rollback(office: Office) -> None:
    office.accept([parcel("1")])
    office.release()
    office.accept([parcel("1"), parcel("2")])
    office.release()
    roll_back(office.release_site, "parcels", 1, reason="试")
    first, third = office.version_folder(1), office.version_folder(3)
    for name in ("parcels.csv-metadata.json", "tableschema.json"):
        assert (first / name).read_bytes() == (third / name).read_bytes()
    assert read(third, "croissant.json")["version"] == "3"
    assert "/3/schema.json" in read(third, "schema.json")["$id"]


def test_descriptions_that_stay_the_same_are_stored_once(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(partition={"field": "signed_on", "by": "year"})
    rows = [parcel("1", signed_on=dt.date(2025, 1, 1)), parcel("2", signed_on=dt.date(2026, 1, 1))]
    office.accept(rows)
    office.release()
    office.accept([*rows, parcel("3", signed_on=dt.date(2026, 2, 1))])
    office.release()
    for name in ("parcels.2025.csv-metadata.json", "dataset.json"):
        first, second = (office.version_folder(number) / name for number in (1, 2))
        assert first.stat().st_ino == second.stat().st_ino, name


def test_names_of_columns_are_among_their_titles() -> None:
    """That is how processors tell that the metadata belong to the file."""
    site = Site.model_validate(
        {"format": 1, "id": "county", "publisher": {"name": {"zh": "县", "en": "county"}}},
        strict=False,
    )
    for dataset in shipped_datasets():
        described = csvw_metadata(dataset, site, file="x.csv", fractions={})
        for column in described["tableSchema"]["columns"]:
            assert column["name"] in column["titles"]["en"]
