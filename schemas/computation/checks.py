"""What can be wrong in the ``computed`` and ``derived`` parts of a dataset file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemas.computation.contract import Input, RowComputation, read_options
from schemas.computation.registry import (
    DERIVED_COMPUTATIONS,
    ROW_COMPUTATIONS,
    in_order_of_need,
)
from schemas.dataset import Dataset, DatasetField
from schemas.message import DefinitionError, Message


@dataclass(frozen=True, slots=True)
class ComputationProblem:
    """One thing wrong in a ``computed`` or ``derived`` part; ``path`` leads to it in the file."""

    path: tuple[str | int, ...]
    what: Message
    advice: Message


def computation_problems(dataset: Dataset) -> Iterator[ComputationProblem]:
    """What is wrong in the ``computed`` parts of a dataset's fields, for ``gongkai check``."""
    for place, field in enumerate(dataset.fields):
        if field.computed is not None:
            yield from _field_problems(dataset, field, ("fields", place, "computed"))
    try:
        in_order_of_need(dataset)
    except DefinitionError as error:
        yield ComputationProblem(("fields",), error.what, error.advice)


def _field_problems(
    dataset: Dataset, field: DatasetField, path: tuple[str | int, ...]
) -> Iterator[ComputationProblem]:
    computation = field.computed
    if computation is None:
        return
    kind = ROW_COMPUTATIONS.get(computation.by)
    if kind is None:
        yield _unknown(path, computation.by, ROW_COMPUTATIONS)
        return
    if field.type not in kind.result:
        yield ComputationProblem(
            path,
            Message(
                f"{kind.name} 不能填写类型为 {field.type} 的字段“{field.name}”",
                f"{kind.name} cannot fill '{field.name}', a field of type {field.type}",
            ),
            Message(f"可用类型：{_listed(kind.result)}。", f"Use type {_listed(kind.result)}."),
        )
    yield from _input_problems(dataset, kind, computation.inputs, (*path, "inputs"))
    try:
        read_options(kind.options, computation.options)
    except DefinitionError as error:
        yield ComputationProblem((*path, "options"), error.what, error.advice)


def _input_problems(
    dataset: Dataset, kind: RowComputation, names: tuple[str, ...], path: tuple[str | int, ...]
) -> Iterator[ComputationProblem]:
    fixed, given = len(kind.inputs), len(names)
    if given < fixed or (given > fixed and kind.further is None):
        wanted: list[Input] = [*kind.inputs, *([kind.further] if kind.further else [])]
        more = Message(" …", " …") if kind.further else Message("", "")
        yield ComputationProblem(
            path,
            Message(
                f"{kind.name} 需要 {fixed} 个输入，这里有 {given} 个",
                f"{kind.name} takes {fixed} inputs; {given} are given",
            ),
            Message(
                f"依次为：{'、'.join(one.meaning.zh for one in wanted)}{more.zh}。",
                f"In this order: {', '.join(one.meaning.en for one in wanted)}{more.en}.",
            ),
        )
        return
    for place, name in enumerate(names):
        expected = kind.inputs[place] if place < fixed else kind.further
        actual = dataset.field(name).type
        if expected is not None and actual not in expected.types:
            yield ComputationProblem(
                (*path, place),
                Message(
                    f"“{name}”的类型是 {actual}，不能作为 {kind.name} 的“{expected.meaning.zh}”",
                    f"'{name}' is of type {actual} and cannot be the "
                    f"{expected.meaning.en} of {kind.name}",
                ),
                Message(
                    f"应为：{_listed(expected.types)}。", f"It must be {_listed(expected.types)}."
                ),
            )


def derivation_problems(dataset: Dataset, upstream: Dataset | None) -> Iterator[ComputationProblem]:
    """What is wrong in the ``derived`` part of a dataset, seen with its upstream dataset."""
    if dataset.derived is None:
        return
    kind = DERIVED_COMPUTATIONS.get(dataset.derived.by)
    if kind is None:
        yield _unknown(("derived",), dataset.derived.by, DERIVED_COMPUTATIONS)
        return
    try:
        read_options(kind.options, dataset.derived.options)
    except DefinitionError as error:
        yield ComputationProblem(("derived", "options"), error.what, error.advice)
    for name, types in kind.needs.items() if upstream else ():
        field = (
            next((one for one in upstream.fields if one.name == name), None) if upstream else None
        )
        if field is None or field.type not in types:
            yield ComputationProblem(
                ("derived", "upstream"),
                Message(
                    f"{kind.name} 需要上游字段“{name}”（{_listed(types)}）",
                    f"{kind.name} needs the upstream field '{name}' ({_listed(types)})",
                ),
                Message("请检查 derived.upstream。", "Check derived.upstream."),
            )
    for place, field in enumerate(dataset.fields):
        if field.computed is None and kind.gives.get(field.name) is not field.type:
            given = kind.gives.get(field.name)
            yield ComputationProblem(
                ("fields", place),
                Message(
                    f"{kind.name} 不产生类型为 {field.type} 的字段“{field.name}”",
                    f"{kind.name} gives no field '{field.name}' of type {field.type}",
                ),
                Message(f"类型应为 {given}。", f"Its type is {given}.")
                if given
                else Message(
                    f"可用字段：{'、'.join(kind.gives)}。", f"It gives {', '.join(kind.gives)}."
                ),
            )


def _unknown(
    path: tuple[str | int, ...], name: str, known: Mapping[str, object]
) -> ComputationProblem:
    return ComputationProblem(
        (*path, "by"),
        Message(f"没有名为“{name}”的计算方法", f"there is no computation called '{name}'"),
        Message(f"可用：{'、'.join(known)}。", f"Known here: {', '.join(known)}."),
    )


def _listed(types: frozenset[object]) -> str:
    return ", ".join(sorted(str(one) for one in types))
