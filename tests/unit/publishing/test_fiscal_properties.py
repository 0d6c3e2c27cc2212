"""Fiscal Data Package properties in ``datapackage.json``."""

from __future__ import annotations

import json
import re

import pytest

from publishing.data_package import data_package, fiscal_properties, table_schema
from publishing.hashed_file import FileFacts
from schemas.dataset import Dataset
from schemas.definitions import BUILT_IN
from schemas.fiscal_types import FISCAL_TYPES, is_fiscal_type
from schemas.validation import read_model
from schemas.yaml_file import load_yaml

BUDGETS = sorted((BUILT_IN / "datasets" / "budget").glob("*.yml"))
LAND = BUILT_IN / "datasets" / "land" / "land_supply_results.yml"


def dataset(path: object) -> Dataset:
    model, problems = read_model(load_yaml(path), Dataset)  # type: ignore[arg-type]
    assert model is not None, problems
    return model


def part(label: str) -> dict[str, object]:
    return {"partition": label, "formats": {"csv": f"x.{label}.csv"}}


@pytest.mark.parametrize("path", BUDGETS, ids=lambda path: path.stem)
def test_columns_of_budgets_have_their_types(path: object) -> None:
    fields = {field["name"]: field for field in table_schema(dataset(path))["fields"]}
    typed = {name: field["columnType"] for name, field in fields.items() if "columnType" in field}
    assert "date:fiscal-year" in typed.values()
    values = [name for name, kind in typed.items() if kind == "value"]
    assert values
    assert all(fields[name]["currency"] == "CNY" for name in values)
    assert all(name.endswith("_cny") for name in values)
    assert not any("currency" in fields[name] for name in fields if name not in values)


def test_the_package_says_country_currency_and_period() -> None:
    lines = dataset(BUDGETS[0])
    package = data_package(
        lines,
        version=1,
        created="2026-01-01T00:00:00+00:00",
        partitions=[part("2024"), part("2026"), part("2025")],
        files={f"x.{year}.csv": FileFacts("0" * 64, 1) for year in (2024, 2025, 2026)},
    )
    assert package["countryCode"] == "CN"
    assert package["currency"] == "CNY"
    assert package["granularity"] == "aggregated"
    assert package["fiscalPeriod"] == {"start": "2024-01-01", "end": "2026-12-31"}


def test_no_years_no_period_and_other_datasets_say_nothing() -> None:
    assert "fiscalPeriod" not in fiscal_properties(dataset(BUDGETS[0]), [])
    assert fiscal_properties(dataset(LAND), [part("2024")]) == {}


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("value", True),
        ("functional-classification:generic:level3:code", True),
        ("administrative-classification:generic:label", True),
        ("geo:source:code", True),
        ("functional-classification:generic:level9:code", False),
        ("value:", False),
        ("amount", False),
    ],
)
def test_known_names(name: str, known: bool) -> None:
    assert is_fiscal_type(name) is known
    assert all(re.compile(one) for one in FISCAL_TYPES)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fiscal_type": "amount"}, "no column type"),
        ({"fiscal_type": "value"}, "cannot have"),
        ({"fiscal_type": "date:fiscal-year"}, "cannot have"),
    ],
)
def test_wrong_types_are_refused(change: dict[str, str], said: str) -> None:
    given = dataset(LAND).model_dump(mode="json")
    given["fields"][0] |= change
    with pytest.raises(ValueError, match=said):
        Dataset.model_validate_json(json.dumps(given))
