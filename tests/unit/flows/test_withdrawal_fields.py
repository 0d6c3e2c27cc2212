"""Which fields a withdrawal empties over all versions of a dataset."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from flows.withdrawal.fields import fields_to_empty
from schemas.dataset import Dataset
from schemas.message import WrongUseError


def versions(*names: str) -> Mapping[int, Dataset]:
    """A dataset file per version, with these fields beside its key."""
    return {number: dataset(one.split()) for number, one in enumerate(names, 1)}


def dataset(names: Sequence[str]) -> Dataset:
    titled = {"title": {"zh": "一", "en": "one"}, "type": "string"}
    told = {
        "format": 1,
        "id": "contracts",
        "title": titled["title"],
        "description": titled["title"],
        "theme": "made",
        "owner": titled["title"],
        "update_frequency": "daily",
        "primary_key": ["number"],
        "fields": [titled | {"name": name} for name in ("number", *names)],
    }
    return Dataset.model_validate_json(json.dumps(told))


@pytest.mark.parametrize(
    ("history", "named", "emptied"),
    [
        (("a b", "a b"), ("b",), ("b",)),
        (("a b", "a b c"), ("b", "a"), ("a", "b")),
        (("a", "a b"), ("b",), ("b",)),  # new, in the place of none
        (("a b", "a"), ("b",), ("b",)),  # gone, and none in its place
        (("a x", "a y"), ("y", "x"), ("y", "x")),
        (("a x", "a y", "a y c", "a z c"), ("x", "y", "z"), ("z", "x", "y")),
        (("a1 b1", "a2 b2"), ("a1", "a2", "b1", "b2"), ("a2", "b2", "a1", "b1")),
        (("a b",), (), ()),
    ],
)
def test_fields_by_all_their_names(
    history: Sequence[str], named: Sequence[str], emptied: Sequence[str]
) -> None:
    assert fields_to_empty(versions(*history), named) == emptied


@pytest.mark.parametrize(
    ("history", "named", "says"),
    [
        (("a x", "a y"), ("y",), "Version 1 has no field y but others: x."),
        (("a x", "a y"), ("x",), "Version 2 has no field x but others: y."),
        (("x", "y", "z"), ("z", "y"), "Version 1 has no field y but others: x."),
        (("a1 b1", "a2 b2"), ("a1", "b1", "b2"), "Version 2 has no field a1, b1 but others: a2."),
        (("a", "b"), ("c",), "has no field c."),
        (("a", "b"), ("number",), "belongs to the key"),
    ],
)
def test_what_may_stay_public_is_refused(
    history: Sequence[str], named: Sequence[str], says: str
) -> None:
    with pytest.raises(WrongUseError) as refused:
        fields_to_empty(versions(*history), named)
    assert says in refused.value.message().en
