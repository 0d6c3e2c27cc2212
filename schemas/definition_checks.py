"""What can be wrong between definition files: each problem with its file, line and a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from polars.exceptions import ComputeError

from schemas.chart_checks import ChartProblem, chart_problems
from schemas.computation import ComputationProblem, computation_problems, derivation_problems
from schemas.dataset import Dataset
from schemas.definitions import Defined, Definitions
from schemas.effective_layout import as_mapping
from schemas.layout import FieldMapping, LayoutBody
from schemas.message import GongkaiError, Message
from schemas.raw_values import SNAPSHOT_FACTS
from schemas.source import Source
from schemas.target_checks import check_targets
from schemas.units import find_unit
from schemas.validation import DefinitionProblem, problem_at
from schemas.vocabulary_files import load_vocabulary
from schemas.yaml_file import YamlDocument

_CORRECT = Message("请改正。", "Correct it.")


def check_definitions(definitions: Definitions) -> list[DefinitionProblem]:
    """Everything wrong in the definition files of a site, reading problems included."""
    problems = [*definitions.problems, *check_targets(definitions)]
    for dataset in definitions.datasets.values():
        problems += _check_dataset(definitions, dataset)
    for layout in definitions.layouts.values():
        problems += _check_units(layout.document, ("mapping",), layout.model.mapping)
    for source in definitions.sources.values():
        problems += _check_source(definitions, source)
    return problems


def _check_dataset(
    definitions: Definitions, defined: Defined[Dataset]
) -> Iterator[DefinitionProblem]:
    document, dataset = defined.document, defined.model
    for index, field in enumerate(dataset.fields):
        where = ("fields", index)
        if field.unit is not None and find_unit(field.unit) is None:
            yield _unknown(document, (*where, "unit"), "单位", "unit", field.unit)
        if field.code_list is not None and not _has_vocabulary(definitions, field.code_list):
            yield _unknown(document, (*where, "code_list"), "代码表", "code list", field.code_list)
    problems: list[ComputationProblem | ChartProblem] = [*computation_problems(dataset)]
    problems += chart_problems(dataset)
    if dataset.derived is not None:
        upstream = definitions.datasets.get(dataset.derived.upstream)
        problems += derivation_problems(dataset, upstream.model if upstream else None)
        if upstream is None:
            yield _unknown(
                document, ("derived", "upstream"), "数据集", "dataset", dataset.derived.upstream
            )
    replacement = dataset.deprecated.replaced_by if dataset.deprecated else None
    if replacement is not None and replacement not in definitions.datasets:
        yield _unknown(document, ("deprecated", "replaced_by"), "数据集", "dataset", replacement)
    for problem in problems:
        yield problem_at(document, problem.path, problem.what, problem.advice)


def _check_source(
    definitions: Definitions, defined: Defined[Source]
) -> Iterator[DefinitionProblem]:
    document, source = defined.document, defined.model
    dataset = definitions.datasets.get(source.dataset_id)
    if dataset is None:
        yield _unknown(document, ("dataset",), "数据集", "dataset", source.dataset)
        return
    if "/" in source.dataset and source.dataset != f"{dataset.model.theme}/{dataset.model.id}":
        yield _unknown(document, ("dataset",), "数据集", "dataset", source.dataset)
    if source.load == "partition" and dataset.model.partition is None:
        yield problem_at(
            document,
            ("load",),
            Message(
                f"数据集 {dataset.model.id} 没有分区，不能用 load: partition",
                f"dataset {dataset.model.id} has no partitions, so load cannot be partition",
            ),
            Message("请改用 full、upsert 或 append。", "Use full, upsert or append."),
        )
    if source.connector.type == "release":
        yield from _check_derived(document, dataset.model, source)
        return
    layout = layout_of(definitions, source)
    if layout is None:
        yield _unknown(document, ("layout",), "布局", "layout", str(source.layout))
        return
    yield from _check_mapping(definitions, document, dataset.model, source, layout)


def _check_derived(
    document: YamlDocument, dataset: Dataset, source: Source
) -> Iterator[DefinitionProblem]:
    upstream = dataset.derived.upstream if dataset.derived else None
    named = source.connector.dataset if source.connector.type == "release" else None
    if upstream != named:
        yield problem_at(
            document,
            ("connector", "dataset"),
            Message(
                f"数据集 {dataset.id} 不是由 {named} 派生的",
                f"dataset {dataset.id} is not derived from {named}",
            ),
            Message(f"应为 {upstream}。", f"It must be {upstream}.") if upstream else _CORRECT,
        )


def layout_of(definitions: Definitions, source: Source) -> LayoutBody | None:
    """The layout a source refers to or carries; None where the name is unknown."""
    if isinstance(source.layout, str):
        named = definitions.layouts.get(source.layout)
        return named.model if named else None
    return source.layout


def _check_mapping(
    definitions: Definitions,
    document: YamlDocument,
    dataset: Dataset,
    source: Source,
    layout: LayoutBody,
) -> Iterator[DefinitionProblem]:
    inline: tuple[str | int, ...] = ("layout", "mapping")
    mapping: dict[str, FieldMapping | str] = {**layout.mapping, **source.mapping}
    for era in layout.eras:
        mapping = {**era.mapping, **mapping}
    yield from _check_units(document, ("mapping",), source.mapping)
    if isinstance(source.layout, LayoutBody):
        yield from _check_units(document, inline, source.layout.mapping)
    by_name = {field.name: field for field in dataset.fields}
    for name, given in mapping.items():
        where = ("mapping", name) if name in source.mapping else (*inline, name)
        if name not in by_name:
            yield problem_at(
                document,
                where,
                Message(
                    f"数据集 {dataset.id} 没有字段“{name}”",
                    f"dataset {dataset.id} has no field '{name}'",
                ),
                Message(
                    f"可用字段：{'、'.join(by_name)}。", f"Its fields are: {', '.join(by_name)}."
                ),
            )
            continue
        yield from _check_one(definitions, document, where, name, given, dataset)
    for field in dataset.fields:
        needed = field.constraints.required and field.constraints.severity == "error"
        needed = (needed or field.name in dataset.primary_key) and not field.computed
        if needed and field.name not in mapping:
            yield problem_at(
                document,
                inline if isinstance(source.layout, LayoutBody) else ("layout",),
                Message(
                    f"必填字段“{field.name}”没有对应的列",
                    f"the required field '{field.name}' is not mapped",
                ),
                Message(
                    "请在 mapping 中写明它来自哪一列。", "Say under mapping which column it is."
                ),
            )


def _check_one(
    definitions: Definitions,
    document: YamlDocument,
    where: tuple[str | int, ...],
    name: str,
    given: FieldMapping | str,
    dataset: Dataset,
) -> Iterator[DefinitionProblem]:
    field, mapping = dataset.field(name), as_mapping(given)
    if field.computed is not None:
        yield problem_at(
            document,
            where,
            Message(f"字段“{name}”由系统计算", f"the field '{name}' is computed"),
            Message("请从 mapping 中删去。", "Remove it from mapping."),
        )
    if field.hour_label is not None and mapping.hour_label is None:
        yield problem_at(
            document,
            where,
            Message(
                f"“{name}”是逐小时数据，必须写明 hour_label",
                f"'{name}' is hourly, so hour_label is required",
            ),
            Message(
                "时间标的是该小时的开始写 start，结束写 end。",
                "Write start if the time names the beginning of the hour, end if its end.",
            ),
        )
    wanted, declared = find_unit(field.unit or ""), find_unit(mapping.unit or "")
    if mapping.unit and wanted is None:
        yield problem_at(
            document,
            (*where, "unit"),
            Message(f"字段“{name}”没有单位", f"the field '{name}' has no unit"),
            Message("请删去 unit。", "Remove unit."),
        )
    elif wanted and declared and wanted.dimension != declared.dimension:
        yield problem_at(
            document,
            (*where, "unit"),
            Message(
                f"单位 {mapping.unit} 不能换算成 {field.unit}",
                f"the unit {mapping.unit} cannot be converted to {field.unit}",
            ),
            _CORRECT,
        )
    if mapping.lookup and not _has_vocabulary(definitions, mapping.lookup.vocabulary):
        yield _unknown(
            document, (*where, "lookup"), "对照表", "lookup table", mapping.lookup.vocabulary
        )
    for reference in mapping.columns():
        if reference.startswith("$") and reference not in SNAPSHOT_FACTS:
            yield problem_at(
                document,
                where,
                Message(f"不认识“{reference}”", f"'{reference}' is not known"),
                Message(
                    f"可用：{'、'.join(SNAPSHOT_FACTS)}。", f"Known: {', '.join(SNAPSHOT_FACTS)}."
                ),
            )
    if mapping.extract is not None:
        try:
            pl.Series([""]).str.extract(mapping.extract, 1)
        except ComputeError:
            yield problem_at(
                document,
                (*where, "extract"),
                Message(
                    "extract 用了不支持的正则写法（如前后断言）",
                    "extract uses a form that is not supported (such as look-around)",
                ),
                _CORRECT,
            )


def _check_units(
    document: YamlDocument,
    where: tuple[str | int, ...],
    mapping: dict[str, FieldMapping | str],
) -> Iterator[DefinitionProblem]:
    for name, given in mapping.items():
        if isinstance(given, FieldMapping) and given.unit and find_unit(given.unit) is None:
            yield _unknown(document, (*where, name, "unit"), "单位", "unit", given.unit)


def _unknown(
    document: YamlDocument, where: tuple[str | int, ...], zh: str, en: str, value: str
) -> DefinitionProblem:
    return problem_at(
        document,
        where,
        Message(f"没有名为“{value}”的{zh}", f"there is no {en} called '{value}'"),
        Message("请检查拼写。", "Check the spelling."),
    )


def _has_vocabulary(definitions: Definitions, name: str) -> bool:
    try:
        load_vocabulary(name, definitions.vocabulary_folders())
    except GongkaiError:
        return False
    return True
