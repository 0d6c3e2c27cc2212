"""Deltas: applied to one version they give the next, to the byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from publishing_office import Office

from publishing.delta import Rows, apply_delta, content_sha256, rows_of
from publishing.rollback import roll_back

KEY = ["number"]


def _rows(office: Office, version: int) -> Rows:
    folder = office.version_folder(version)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return rows_of(
        (
            (part["partition"], (folder / part["formats"]["jsonl"]).read_text("utf-8").splitlines())
            for part in manifest["partitions"]
        ),
        manifest["primary_key"],
    )


def _delta(office: Office, old: int, new: int) -> list[str]:
    file = office.folder / f"public/datasets/parcels/delta/{old}..{new}.jsonl"
    assert file.read_bytes() == (office.version_folder(new) / "delta.jsonl").read_bytes()
    return file.read_text("utf-8").splitlines()


def _check(office: Office, old: int, new: int) -> list[tuple[str, str]]:
    """Apply, compare hashes, and say what the lines did."""
    lines = _delta(office, old, new)
    manifest = json.loads((office.version_folder(new) / "manifest.json").read_text("utf-8"))
    after = apply_delta(_rows(office, old), lines, manifest["primary_key"])
    assert content_sha256(after) == manifest["content_sha256"]
    return [
        (said["op"], (said.get("key") or said["row"])["number"]) for said in map(json.loads, lines)
    ]


def test_rows_that_come_change_and_go(office: Office) -> None:
    office.accept([{"number": "1", "price_cny": "1.50"}, {"number": "2"}, {"number": "3"}])
    office.release()
    office.accept([{"number": "1", "price_cny": "2.50"}, {"number": "3"}, {"number": "4"}])
    office.release()
    assert _check(office, 1, 2) == [("DEL", "2"), ("MOD", "1"), ("ADD", "4")]
    assert not (office.version_folder(1) / "delta.jsonl").exists()


def test_a_mere_reordering_makes_no_version(office: Office) -> None:
    office.accept([{"number": "1"}, {"number": "2"}])
    office.release()
    office.accept([{"number": "2"}, {"number": "1"}])
    assert office.release().version == 1


def test_a_new_field_rewrites_every_row(make_office: Callable[..., Office]) -> None:
    office = make_office()
    office.accept([{"number": "1"}, {"number": "2"}])
    office.release()
    fields = [item.model_dump() for item in office.dataset.fields]
    more = {"name": "remark", "type": "string", "title": {"zh": "备注", "en": "Remark"}}
    office.dataset = type(office.dataset).model_validate(
        {**office.dataset.model_dump(), "fields": [*fields, more]}, strict=False
    )
    office.accept([{"number": "1"}, {"number": "2"}, {"number": "3"}])
    office.release()
    assert _check(office, 1, 2) == [("MOD", "1"), ("MOD", "2"), ("ADD", "3")]


def test_partitions_that_come_and_go(make_office: Callable[..., Office]) -> None:
    office = make_office(partition={"field": "signed_on", "by": "month"})

    def day(number: str, on: str) -> dict[str, Any]:
        import datetime as dt

        return {"number": number, "signed_on": dt.date.fromisoformat(on)}

    office.accept([day("1", "2026-01-05"), day("2", "2026-02-05"), day("5", "2026-03-01")])
    office.release()
    office.accept([day("2", "2026-02-06"), day("3", "2026-04-05"), day("5", "2026-04-02")])
    office.release()
    assert _check(office, 1, 2) == [
        ("DEL", "1"),
        ("MOD", "2"),
        ("DEL", "5"),
        ("ADD", "3"),
        ("ADD", "5"),
    ]


def test_a_rollback_has_its_delta(office: Office) -> None:
    office.accept([{"number": "1"}])
    office.release()
    office.accept([{"number": "1"}, {"number": "2"}])
    office.release()
    roll_back(office.release_site, "parcels", 1, reason="test")
    assert _check(office, 2, 3) == [("DEL", "2")]


def test_a_delta_that_does_not_fit_is_refused(office: Office) -> None:
    office.accept([{"number": "1"}])
    office.release()
    office.accept([{"number": "1"}, {"number": "2"}])
    office.release()
    lines = _delta(office, 1, 2)
    with pytest.raises(ValueError, match="does not fit"):
        apply_delta(_rows(office, 2), lines, KEY)
    with pytest.raises(ValueError, match="does not fit"):
        apply_delta({"": {}}, ['{"op":"DEL","partition":"","key":{"number":"9"}}'], KEY)


_ROW = st.fixed_dictionaries(
    {
        "price_cny": st.none() | st.decimals(-(10**9), 10**12, places=2).map(str),
        "floors": st.none() | st.integers(-5, 10**9),
        "is_new": st.none() | st.booleans(),
        "ratio": st.none() | st.floats(-1e6, 1e6),
    }
)
_STATE = st.dictionaries(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=4),
    _ROW,
    min_size=1,
    max_size=8,
)


@given(st.lists(_STATE, min_size=2, max_size=3))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_two_versions(make_office: Callable[..., Office], states: list[Any]) -> None:
    office = make_office()
    versions = []
    for state in states:
        office.accept([{"number": number, **row} for number, row in state.items()])
        versions.append(office.release().version)
    for old, new in zip(sorted(set(versions)), sorted(set(versions))[1:], strict=False):
        _check(office, old, new)
