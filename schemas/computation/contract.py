"""What a computation is: its inputs, options and result, so that wrong uses can be refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.message import DefinitionError, Message
from schemas.strict import StrictModel

NUMERIC = frozenset({FieldType.NUMBER, FieldType.DECIMAL, FieldType.INTEGER})
TEXT = frozenset({FieldType.STRING})
ANY_TYPE = frozenset(FieldType)


class NoOptions(StrictModel):
    """For computations that take no options."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a row-wise computation, in the order in which a dataset file names them."""

    meaning: Message
    types: frozenset[FieldType] = ANY_TYPE


@dataclass(frozen=True, slots=True)
class RowContext:
    """What a row-wise computation may look at: its inputs (in order), options and result field.

    ``absent`` names the inputs that the source does not have at all, no column of its file being
    mapped to them: a blank cell may mean something there where there are cells.
    """

    inputs: tuple[pl.Series, ...]
    field: DatasetField
    options: Any
    height: int
    vocabulary_folders: tuple[Path, ...] = ()
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RowComputation:
    """A value computed from other fields of the same row.

    ``further`` describes inputs that may follow the fixed ones, any number of them.
    """

    name: str
    purpose: Message
    result: frozenset[FieldType]
    compute: Callable[[RowContext], pl.Series]
    inputs: tuple[Input, ...] = ()
    further: Input | None = None
    options: type[StrictModel] = NoOptions


@dataclass(frozen=True, slots=True)
class Derived:
    """Rows of a derived dataset, and the account of the upstream rows they were made from.

    Attributes:
        frame: the published fields, in the order of the dataset.
        sources: one list of upstream row indexes per row of ``frame``.
        used: how many upstream rows stand in ``sources``.
        not_used: reason -> how many upstream rows were left out for it.
    """

    frame: pl.DataFrame
    sources: pl.Series
    used: int
    not_used: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DerivedComputation:
    """A dataset computed from another dataset's release.

    ``needs`` are the fields it reads there, ``gives`` the fields it fills, with their types;
    ``reasons`` says what each key of :attr:`Derived.not_used` means.
    """

    name: str
    purpose: Message
    needs: Mapping[str, frozenset[FieldType]]
    gives: Mapping[str, FieldType]
    derive: Callable[[pl.DataFrame, Dataset, Any], Derived]
    reasons: Mapping[str, Message]
    options: type[StrictModel] = NoOptions


def read_options(model: type[StrictModel], given: Mapping[str, Any]) -> StrictModel:
    """Read options as they stand in YAML. Raises DefinitionError with a sentence per problem."""
    try:
        return model.model_validate_json(json.dumps(dict(given)))
    except ValidationError as error:
        problems = [_option_problem(item) for item in error.errors()]
        allowed = ", ".join(model.model_fields) or "-"
        raise DefinitionError(
            Message(
                "；".join(problem.zh for problem in problems),
                "; ".join(problem.en for problem in problems),
            ),
            advice=Message(f"可用的选项：{allowed}。", f"Options taken here: {allowed}."),
        ) from error


def _option_problem(item: ErrorDetails) -> Message:
    name = ".".join(str(part) for part in item["loc"]) or "options"
    match item["type"]:
        case "missing":
            return Message(f"缺少选项“{name}”", f"the option '{name}' is missing")
        case "extra_forbidden":
            return Message(f"不认识的选项“{name}”", f"unknown option '{name}'")
        case _:
            value = item.get("input")
            return Message(
                f"选项“{name}”不能是“{value}”（{item['msg']}）",
                f"the option '{name}' cannot be '{value}' ({item['msg']})",
            )
