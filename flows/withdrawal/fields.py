"""Which fields a withdrawal of values empties, over all versions that hold the row.

Fields come, go and get other names between versions. What is withdrawn must be gone under every
name it ever had, and nothing in a dataset file says that a field is another one renamed: where it
may be so, a person has to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from schemas.dataset import Dataset
from schemas.message import Message, WrongUseError
from warehouse.withdrawn_rows import with_computed_fields


def fields_to_empty(versions: Mapping[int, Dataset], fields: Sequence[str]) -> tuple[str, ...]:
    """The fields, and those computed from them in any version, in which the values would still
    stand.

    Args:
        versions: the dataset file of each version that holds the row.
        fields: as they were named; none: the whole row goes.

    Raises:
        WrongUseError: no version has such a field; it may not be empty in one; or the value may
            stand in a field of another name.
    """
    wanted = dict.fromkeys(fields)
    _refuse_unknown(versions, list(wanted))
    _refuse_renamed(versions, list(wanted))
    while True:
        found = dict(wanted)
        for then in versions.values():
            known = [name for name in found if name in then.field_names]
            computed = with_computed_fields(known, then)
            found |= dict.fromkeys(name for name in then.field_names if name in computed)
        if found.keys() == wanted.keys():
            break
        wanted = found
    for then in versions.values():
        _refuse_needed(then, [name for name in wanted if name in then.field_names])
    newest = versions[max(versions)]
    order = {name: place for place, name in enumerate(newest.field_names)}
    return tuple(sorted(wanted, key=lambda name: order.get(name, len(order))))


def _refuse_unknown(versions: Mapping[int, Dataset], fields: Sequence[str]) -> None:
    names = {name: None for _, then in sorted(versions.items()) for name in then.field_names}
    dataset_id = versions[max(versions)].id
    for name in fields:
        if name not in names:
            raise WrongUseError(
                Message(
                    f"数据集 {dataset_id} 没有字段 {name}。",
                    f"The dataset {dataset_id} has no field {name}.",
                ),
                advice=Message(f"可用：{'、'.join(names)}。", f"Known: {', '.join(names)}."),
            )


def _refuse_renamed(versions: Mapping[int, Dataset], fields: Sequence[str]) -> None:
    """Refuse where, from one version to the next, a named field goes and others come, or it comes
    and others go, and not as many of these are named, too."""
    for (before, old), (after, new) in pairwise(sorted(versions.items())):
        gone = [name for name in old.field_names if name not in new.field_names]
        come = [name for name in new.field_names if name not in old.field_names]
        for version, lacking, others in ((after, gone, come), (before, come, gone)):
            named = [name for name in lacking if name in fields]
            left = [name for name in others if name not in fields]
            if len(others) - len(left) < min(len(named), len(others)):
                raise _may_be_renamed(version, named, left)


def _may_be_renamed(number: int, lacking: Sequence[str], others: Sequence[str]) -> WrongUseError:
    options = " ".join(f"--field {name}" for name in others)
    return WrongUseError(
        Message(
            f"第 {number} 版没有字段 {'、'.join(lacking)}，却有其他字段：{'、'.join(others)}。"
            "字段可能改过名，被撤回的值会以另一个名称继续公开。",
            f"Version {number} has no field {', '.join(lacking)} but others: "
            f"{', '.join(others)}. A field may have been renamed: the value would stay public "
            "under its other name.",
        ),
        advice=Message(
            f"请把同一内容的字段也写上（{options}），或撤回整行（不写 --field）。",
            f"Name the field with the same content, too ({options}), or withdraw the whole row "
            "(without --field).",
        ),
    )


def _refuse_needed(dataset: Dataset, fields: Sequence[str]) -> None:
    for name in fields:
        given = dataset.field(name).constraints
        in_partition = dataset.partition is not None and dataset.partition.field == name
        required = given.required and given.severity == "error"
        if name in dataset.primary_key or in_partition or required:
            raise WrongUseError(
                Message(
                    f"字段 {name} 是主键、分区或必填字段，不能为空。",
                    f"The field {name} belongs to the key, is the partition or is required: it "
                    "cannot be empty.",
                ),
                advice=Message(
                    "请撤回整行（不写 --field）。", "Withdraw the whole row (without --field)."
                ),
            )
