"""What is published is noted for the targets in the same step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from publishing_office import Office, parcel

from publishing.repair import repair_dataset
from publishing.rollback import roll_back
from publishing.targets.queueing import tell_targets_of_withdrawal

HOOK = {
    "kind": "webhook",
    "name": "hook",
    "url": "http://127.0.0.1:9/hook",
    "secrets": ({"variable": "HOOK_SECRET"},),
}
MIRROR = {"kind": "object_storage", "name": "mirror", "url": "memory://mirror"}


def queued(office: Office, target: str) -> list[tuple[str, dict[str, Any]]]:
    ledger = office.release_site.warehouse.deliveries
    return [(one.event, dict(one.details)) for one in ledger.undone(target)]


@pytest.fixture
def told(make_office: Callable[..., Office]) -> Office:
    """A site with two targets and two releases."""
    office = make_office(site={"targets": (HOOK, MIRROR)})
    for price in ("100.00", "200.00"):
        office.accept([parcel("a", price)])
        office.release()
    return office


def test_a_webhook_gets_each_event_and_a_mirror_the_newest_state(told: Office) -> None:
    roll_back(told.release_site, "parcels", 1, reason="测试")
    assert queued(told, "hook") == [
        ("release:1", {"event": "release", "version": 1}),
        ("release:2", {"event": "release", "version": 2}),
        ("rollback:3", {"event": "rollback", "version": 3}),
    ]
    assert queued(told, "mirror") == [("state", {"event": "rollback", "version": 3})]


def test_no_change_queues_nothing(told: Office) -> None:
    told.accept([parcel("a", "200.00")])
    told.release()
    assert len(queued(told, "hook")) == 2


def test_a_killed_release_is_told_when_it_is_adopted(told: Office) -> None:
    """Killed between the switch of the pointer and the ledger."""
    site = told.release_site
    told.accept([parcel("a", "300.00")])
    pointer = site.dataset_folder("parcels") / "versions.json"
    before = pointer.read_bytes()
    told.release()
    with site.warehouse._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM releases WHERE version = 3")
        connection.exec_driver_sql("DELETE FROM deliveries WHERE event = 'release:3'")
    pointer.write_bytes(before)
    repair_dataset(site, "parcels")
    assert queued(told, "hook")[-1] == ("release:3", {"event": "release", "version": 3})


def test_a_ledger_made_anew_does_not_tell_of_everything(told: Office) -> None:
    site = told.release_site
    with site.warehouse._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM releases")
        connection.exec_driver_sql("DELETE FROM deliveries")
    repair_dataset(site, "parcels")
    assert [event for event, _ in queued(told, "hook")] == ["release:2"]


def test_a_withdrawal_is_told_once(told: Office) -> None:
    for _ in range(2):
        names = tell_targets_of_withdrawal(
            told.release_site, "parcels", versions=[2, 1], row_ids=["ab"], reason="撤销"
        )
        assert names == ["hook", "mirror"]
    events = queued(told, "hook")
    assert len(events) == 3
    assert events[-1][0].startswith("withdrawal:")
    assert events[-1][1] == {
        "event": "withdrawal",
        "versions": [1, 2],
        "row_ids": ["ab"],
        "reason": "撤销",
    }


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"datasets": ("other",)}, []),
        ({"themes": ("land",)}, ["release:1"]),
        ({"datasets": ("other",), "themes": ("land",)}, ["release:1"]),
        ({"events": ("withdrawal",)}, []),
    ],
)
def test_targets_get_what_they_take(
    make_office: Callable[..., Office], change: dict[str, Any], expected: list[str]
) -> None:
    office = make_office(site={"targets": (HOOK | change,)})
    office.accept([parcel("a")])
    office.release()
    assert [event for event, _ in queued(office, "hook")] == expected
