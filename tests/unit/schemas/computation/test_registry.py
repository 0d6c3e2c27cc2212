from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.computation import (
    DERIVED_COMPUTATIONS,
    computation_problems,
    compute_fields,
    derivation_problems,
    known_computations,
)
from schemas.dataset import Dataset
from schemas.definitions import BUILT_IN
from schemas.message import DefinitionError
from schemas.validation import read_model
from schemas.yaml_file import load_yaml


def dataset(*fields: dict[str, Any]) -> Dataset:
    title = {"zh": "标题", "en": "title"}
    return Dataset.model_validate(
        {
            "format": 1,
            "id": "made_up",
            "title": title,
            "description": title,
            "theme": "land",
            "owner": title,
            "update_frequency": "daily",
            "primary_key": ["a"],
            "fields": [{"title": title, "type": "string", **field} for field in fields],
        },
        strict=False,
    )


def computed(by: str, *inputs: str, **options: Any) -> dict[str, Any]:
    return {"by": by, "inputs": inputs, "options": options}


def built_in() -> dict[str, Dataset]:
    found = {}
    for path in sorted((Path(BUILT_IN) / "datasets").glob("**/*.yml")):
        model, problems = read_model(load_yaml(path), Dataset)
        assert model is not None, problems
        found[model.id] = model
    return found


def test_built_in_datasets_use_computations_rightly() -> None:
    datasets = built_in()
    for one in datasets.values():
        assert not list(computation_problems(one))
        upstream = datasets[one.derived.upstream] if one.derived else None
        assert not list(derivation_problems(one, upstream))


def test_every_computation_tells_its_purpose_in_both_languages() -> None:
    for name, one in known_computations().items():
        assert one.name == name
        assert one.purpose.zh
        assert one.purpose.en


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ({"computed": computed("no_such", "a")}, "no computation called 'no_such'"),
        ({"computed": computed("air_quality_daily", "a")}, "no computation called"),
        ({"computed": computed("amendment_ordinal", "a")}, "cannot fill 'b'"),
        ({"computed": computed("code_of", "a", "a", vocabulary="x")}, "takes 1 inputs; 2"),
        ({"computed": computed("first_present")}, "takes 1 inputs; 0"),
        ({"computed": computed("code_of", "a")}, "vocabulary"),
        ({"computed": computed("constant", value="x", wrong=1)}, "wrong"),
        (
            {"type": "integer", "computed": computed("air_quality_level", "a")},
            "'a' is of type string",
        ),
        ({"computed": computed("record_key", "a", pattern="(")}, "regular expression"),
        ({"computed": computed("record_key", "a", pattern="x")}, "groups"),
    ],
)
def test_wrong_uses_are_refused_with_a_sentence(field: dict[str, Any], says: str) -> None:
    problems = list(computation_problems(dataset({"name": "a"}, {"name": "b", **field})))
    assert len(problems) == 1
    text = f"{problems[0].what.en} {problems[0].advice.en}"
    assert says in text
    assert problems[0].path[:2] == ("fields", 1)
    assert problems[0].what.zh


def test_fields_may_use_one_another_in_any_order_of_the_file() -> None:
    made = dataset(
        {"name": "a"},
        {"name": "c", "computed": computed("first_present", "b")},
        {"name": "b", "computed": computed("first_present", "a")},
    )
    frame = compute_fields(pl.DataFrame({"a": ["x", None], "_position": [1, 2]}), made)
    assert frame.get_column("c").to_list() == ["x", None]
    assert frame.columns[:2] == ["a", "_position"]


def test_a_circle_is_refused() -> None:
    made = dataset(
        {"name": "a"},
        {"name": "b", "computed": computed("first_present", "c")},
        {"name": "c", "computed": computed("first_present", "b")},
    )
    assert [problem.path for problem in computation_problems(made)] == [("fields",)]
    with pytest.raises(DefinitionError, match="circle"):
        compute_fields(pl.DataFrame({"a": ["x"]}), made)


def test_a_derivation_with_wrong_fields_is_refused() -> None:
    datasets = built_in()
    daily, hourly = datasets["air_quality_daily"], datasets["air_quality_hourly"]
    thinner = hourly.model_copy(
        update={"fields": tuple(one for one in hourly.fields if one.name != "o3_ug_m3")}
    )
    texts = [problem.what.en for problem in derivation_problems(daily, thinner)]
    assert texts == [
        "air_quality_daily needs the upstream field 'o3_ug_m3' (decimal, integer, number)"
    ]
    named = DERIVED_COMPUTATIONS["air_quality_daily"]
    assert set(daily.field_names) <= set(named.gives)
    renamed = daily.fields[4].model_copy(update={"name": "pm25"})
    wrong = daily.model_copy(update={"fields": (*daily.fields[:4], renamed)})
    assert "gives no field 'pm25'" in next(derivation_problems(wrong, hourly)).what.en
