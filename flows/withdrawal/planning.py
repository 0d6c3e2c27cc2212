"""What a withdrawal will change, worked out before anything is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flows.opened_site import OpenedSite
from flows.withdrawal.consequences import consequences, versions_made_from
from flows.withdrawal.fields import fields_to_empty
from flows.withdrawal.mentions import mentions
from flows.withdrawal.searching import FoundRow, find_row
from publishing.release_record import version_index
from publishing.version_forms import read_dataset_file
from publishing.withdrawal.accounted_files import accounted_files, refuse_without_dataset_file
from schemas.dataset import DatasetField
from schemas.message import Message, WrongUseError

SHORTEST_VALUE, SHORTEST_NUMBER = 2, 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What is withdrawn and what that touches.

    Attributes:
        row: the row; None where a version goes.
        version: the version; None where a row goes.
        fields: the fields that are emptied; none: the whole row goes.
        files: version -> the files that are replaced or go because of the row itself. In all later
            versions changelog, manifest and sums change with them.
        derived: derived dataset -> version -> ids of the rows made from it.
        derived_versions: derived dataset -> versions made from the version that goes.
        mentioned_in: other dataset -> versions whose findings name the row's key.
        same_content: other versions with the content of the one that goes.
        new_current: whose content becomes current; 0: there will be no current version; None: the
            current version is not touched.
        targets: names of the targets that will be told.
    """

    dataset: str
    row: FoundRow | None = None
    version: int | None = None
    fields: tuple[str, ...] = ()
    files: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    derived: Mapping[str, Mapping[int, tuple[str, ...]]] = field(default_factory=dict)
    derived_versions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    mentioned_in: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    same_content: tuple[int, ...] = ()
    new_current: int | None = None
    targets: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "dataset": self.dataset,
            "row_id": self.row.row_id if self.row else None,
            "version": self.version,
            "fields": list(self.fields),
            "versions": [
                {"version": version, "files": list(names)} for version, names in self.files.items()
            ],
            "derived": [
                {"dataset": name, "rows": {str(one): list(ids) for one, ids in rows.items()}}
                for name, rows in self.derived.items()
            ],
            "derived_versions": {name: list(one) for name, one in self.derived_versions.items()},
            "mentioned_in": {name: list(one) for name, one in self.mentioned_in.items()},
            "same_content": list(self.same_content),
            "content_that_becomes_current": self.new_current,
            "targets": list(self.targets),
        }


def plan_withdrawal(
    opened: OpenedSite, dataset_id: str, told: Sequence[str], fields: Sequence[str] = ()
) -> Plan:
    """Find what is to go and everything that holds it.

    Raises:
        WrongUseError: there is no such row, version or field, or the field cannot be empty.
        UnaccountedFileError: a version has a file of which nobody knows what stands in it.
        VersionTooOldError: a version does not say how its files can be made again.
    """
    index = version_index(opened.release_site, dataset_id)
    for entry in index.available:
        number = entry["version"]
        accounted_files(index.version_folder(number), index.manifest(number))
    if len(told) == 1 and is_version(told[0]):
        if fields:
            raise WrongUseError(
                Message("--field 只用于行，不用于版本。", "--field is for rows, not for versions.")
            )
        return _of_version(opened, dataset_id, int(told[0]))
    return _of_row(opened, dataset_id, told, fields)


def is_version(told: str) -> bool:
    """Whether a number of a version was told, not the id of a row (32 characters)."""
    return told.isdecimal() and len(told) < 10


def _of_version(opened: OpenedSite, dataset_id: str, version: int) -> Plan:
    reader = opened.reader(dataset_id)
    manifest = reader.manifest(version)
    index = version_index(opened.release_site, dataset_id)
    others = [one for one in index.available if one["version"] != version]
    same = manifest["content_sha256"]
    new_current = None
    if index.current == version:
        new_current = int(others[-1]["version"]) if others else 0
    return Plan(
        dataset=dataset_id,
        version=version,
        files={version: tuple(sorted(manifest["files"]))},
        derived_versions=versions_made_from(opened, dataset_id, version),
        same_content=tuple(one["version"] for one in others if one["content_sha256"] == same),
        new_current=new_current,
        targets=_targets(opened, dataset_id, manifest),
    )


def _of_row(
    opened: OpenedSite, dataset_id: str, told: Sequence[str], fields: Sequence[str]
) -> Plan:
    reader = opened.reader(dataset_id)
    row = find_row(reader, told)
    for version in row.values:
        refuse_without_dataset_file(reader.version_folder(version))
    newest = max(row.values, default=reader.versions()[-1])
    thens = {
        version: read_dataset_file(reader.version_folder(version))
        for version in {newest, *row.values}
    }
    emptied = fields_to_empty(thens, fields)
    rows = {version: {row.row_id: frozenset(emptied)} for version in row.values}
    files = {}
    for version, label in row.partitions.items():
        manifest = reader.manifest(version)
        accounted = accounted_files(reader.version_folder(version), manifest)
        files[version] = tuple(sorted({*accounted.of_partitions[label], *accounted.forms}))
    derived = consequences(opened, dataset_id, rows)
    return Plan(
        dataset=dataset_id,
        row=row,
        fields=emptied,
        files=files,
        derived=derived,
        mentioned_in=mentions(opened, {dataset_id, *derived}, row.keys),
        targets=_targets(opened, dataset_id, reader.manifest(newest)),
    )


def _targets(opened: OpenedSite, dataset_id: str, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    theme = str(manifest["theme"])
    return tuple(one.name for one in opened.site.targets if one.takes(dataset_id, theme))


def refuse_telling_reason(opened: OpenedSite, plan: Plan, reasons: Sequence[str]) -> None:
    """The reason is published: it must not contain what is withdrawn.

    Raises WrongUseError where it does.
    """
    if plan.row is None or not plan.row.values:
        return
    newest = max(plan.row.values)
    dataset = read_dataset_file(opened.reader(plan.dataset).version_folder(newest))
    for values in plan.row.values.values():
        for one in dataset.fields:
            if plan.fields and one.name not in (*plan.fields, *dataset.primary_key):
                continue
            text = _telling_text(one, values.get(one.name))
            if text and any(text in reason for reason in reasons):
                raise WrongUseError(
                    Message(
                        f"理由会公开，但其中含有被撤回的内容（字段 {one.name} 的值）。",
                        "The reason will be published, but it contains what is withdrawn (the "
                        f"value of the field {one.name}).",
                    ),
                    advice=Message(
                        "请换一种写法，例如“处罚决定已被撤销”。",
                        "Say it in other words, such as 'the decision was revoked'.",
                    ),
                )


def _telling_text(field: DatasetField, value: Any) -> str:
    """A value as a reason could repeat it; empty for codes and for short numbers, which say
    nothing by themselves."""
    if isinstance(value, str):
        closed = field.code_list is not None or bool(field.constraints.enum)
        return value if len(value) >= SHORTEST_VALUE and not closed else ""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return ""
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if len(text) >= SHORTEST_NUMBER else ""
