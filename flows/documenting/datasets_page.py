"""``docs/datasets.md``: the datasets that come with gongkai; and lists for other pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemas.computation import known_computations
from schemas.computation.contract import RowComputation
from schemas.dataset import Dataset, DatasetField
from schemas.layout import Layout
from schemas.units import unit_codes, unit_of_code

HEAD = """\
# Datasets that come with gongkai (数据集)

*Made by `python -m flows.documenting` from `schemas/datasets/`; edit those, not this page.*

A source file maps columns to the fields named here. **Required** fields must be mapped; a row
without their value is quarantined. *Computed* fields are filled by gongkai and cannot be mapped.
A field with a unit takes numbers in any unit of the same kind, if the unit is said.
"""


def datasets_page(datasets: Sequence[Dataset]) -> str:
    """The whole page."""
    lines = [HEAD]
    for dataset in datasets:
        lines += _dataset(dataset)
    return "\n".join(lines)


def _dataset(dataset: Dataset) -> Iterator[str]:
    yield f"## {dataset.theme}/{dataset.id}\n"
    yield f"**{dataset.title.zh}** ({dataset.title.en}). {dataset.description.en}\n"
    facts = [f"key: {', '.join(f'`{name}`' for name in dataset.primary_key)}"]
    if dataset.partition:
        facts.append(f"partitioned by {dataset.partition.by} of `{dataset.partition.field}`")
    facts.append(f"deletions: `{dataset.deletions}`")
    if dataset.derived:
        facts.append(f"derived from `{dataset.derived.upstream}`")
    yield f"{'; '.join(facts)}.\n"
    yield "| field | 中文 | type | unit | |"
    yield "| --- | --- | --- | --- | --- |"
    for field in dataset.fields:
        yield _field(field, dataset)
    yield ""


def _field(field: DatasetField, dataset: Dataset) -> str:
    kind = field.type.value + (f"({field.scale})" if field.scale is not None else "")
    told = list(_remarks(field, dataset))
    unit = f"`{field.unit}`" if field.unit else ""
    return f"| `{field.name}` | {field.title.zh} | {kind} | {unit} | {'; '.join(told)} |"


def _remarks(field: DatasetField, dataset: Dataset) -> Iterator[str]:
    limits = field.constraints
    if field.computed:
        yield f"*computed* from {', '.join(field.computed.inputs)}"
    elif dataset.derived is None:
        if field.name in dataset.primary_key or (limits.required and limits.severity == "error"):
            yield "**required**"
        elif limits.required:
            yield "expected"
    if field.hour_label:
        yield f"hour labelled with its {field.hour_label}"
    if limits.enum:
        yield f"one of {', '.join(limits.enum)}"
    if field.code_list:
        yield f"code list `{field.code_list}`"
    if field.privacy.value not in ("none", "identifier"):
        yield f"privacy {field.privacy.value}"


def layout_list(layouts: Sequence[Layout]) -> str:
    """The shipped layouts."""
    lines = ["| `layout:` | reader | for |", "| --- | --- | --- |"]
    for one in sorted(layouts, key=lambda one: one.id):
        lines.append(f"| `{one.id}` | `{one.reader.type}` | {one.title.zh} ({one.title.en}) |")
    return "\n".join(lines)


def unit_list() -> str:
    """All unit codes by what they measure."""
    by_dimension: dict[str, list[str]] = {}
    for code in unit_codes():
        unit = unit_of_code(code)
        name = code if unit.zh == code else f"{code} ({unit.zh})"
        by_dimension.setdefault(unit.dimension, []).append(name.replace("|", "\\|"))
    lines = ["| measures | codes |", "| --- | --- |"]
    for dimension, codes in by_dimension.items():
        lines.append(f"| {dimension.replace('_', ' ')} | {', '.join(codes)} |")
    return "\n".join(lines)


def computation_list() -> str:
    """What ``computed.by`` and ``derived.by`` may name."""
    lines = ["| `by` | gives | inputs, in order | options |", "| --- | --- | --- | --- |"]
    for name, one in sorted(known_computations().items()):
        options = ", ".join(f"`{key}`" for key in one.options.model_fields) or "none"
        if isinstance(one, RowComputation):
            inputs = "; ".join(item.meaning.en for item in one.inputs)
            if one.further is not None:
                rest = f"any number of: {one.further.meaning.en}"
                inputs = f"{inputs}; {rest}" if inputs else rest
            lines.append(f"| `{name}` | {one.purpose.en} | {inputs or 'none'} | {options} |")
        else:
            lines.append(f"| `{name}` | {one.purpose.en} | a dataset's release | {options} |")
    return "\n".join(lines)
