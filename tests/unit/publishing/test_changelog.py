"""The changelog and the semantic versions it proposes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from publishing_office import Office

from publishing.changelog import FieldChanges, next_semantic_version
from publishing.rollback import roll_back


def _entries(office: Office, version: int) -> list[dict[str, Any]]:
    file = office.version_folder(version) / "changelog.json"
    entries: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return entries


def _with_fields(office: Office, change: Callable[[list[dict[str, Any]]], None]) -> None:
    dumped = office.dataset.model_dump()
    dumped["fields"] = list(dumped["fields"])
    change(dumped["fields"])
    office.dataset = type(office.dataset).model_validate(dumped, strict=False)


def test_every_version_is_listed_newest_first(office: Office) -> None:
    office.accept([{"number": "1"}, {"number": "2"}])
    office.release()
    office.accept([{"number": "1", "floors": 3}, {"number": "3"}])
    office.release()
    roll_back(office.release_site, "parcels", 1, reason="wrong floors")
    newest, second, first = _entries(office, 3)
    assert [one["version"] for one in (newest, second, first)] == [3, 2, 1]
    assert [one["semantic_version"] for one in (newest, second, first)] == [
        "1.0.2",
        "1.0.1",
        "1.0.0",
    ]
    assert (second["rows_added"], second["rows_changed"], second["rows_removed"]) == (1, 1, 1)
    assert second["fields"] == {"floors": 1}
    assert first["delta"] is None
    assert second["delta"]["path"] == "delta/1..2.jsonl"
    assert (newest["rolled_back_to"], newest["reason"]) == (1, "wrong floors")


def test_a_new_field_is_minor_and_a_lost_one_breaks(office: Office) -> None:
    office.accept([{"number": "1"}])
    office.release()
    new = {"name": "remark", "type": "string", "title": {"zh": "备注", "en": "Remark"}}
    _with_fields(office, lambda fields: fields.append(new))
    office.accept([{"number": "1"}])
    office.release()
    _with_fields(office, lambda fields: fields.remove(fields[2]))
    office.accept([{"number": "1"}])
    office.release()
    newest, second, _ = _entries(office, 3)
    assert (second["semantic_version"], second["breaking"]) == ("1.1.0", False)
    assert second["schema"]["added"] == ["remark"]
    assert (newest["semantic_version"], newest["breaking"]) == ("2.0.0", True)
    assert newest["schema"]["removed"] == ["ratio"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (FieldChanges((), (), {}), "3.4.6"),
        (FieldChanges(("a",), (), {}), "3.5.0"),
        (FieldChanges((), ("a",), {}), "4.0.0"),
        (FieldChanges((), (), {"a": ("string", "integer")}), "4.0.0"),
        (FieldChanges(("b",), ("a",), {}), "4.0.0"),
    ],
)
def test_what_raises_which_number(changes: FieldChanges, expected: str) -> None:
    assert next_semantic_version("3.4.5", changes) == expected


def test_what_is_no_semantic_version_is_refused() -> None:
    with pytest.raises(ValueError, match="not a semantic version"):
        next_semantic_version("3.4", FieldChanges((), (), {}))
