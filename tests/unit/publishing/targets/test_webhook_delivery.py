"""Webhooks are told what happened: signed, in order, again after trouble, never elsewhere."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from delivery_office import Desk, desk
from filelock import FileLock
from publishing_office import parcel
from target_servers import Receiver, receiving

from flows import delivering
from flows.delivering import MOST_ATTEMPTS
from flows.delivery_states import target_states
from publishing.targets.contract import LONGEST_WAIT, DeliveryError, wait_before_next
from schemas.message import Message

SECRET = "geheim-7f3a&=%"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def hook(receiver: Receiver, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "webhook",
        "name": "hook",
        "url": receiver.url,
        "secrets": [{"variable": "HOOK_SECRET"}],
        "timeout_seconds": 0.5,
        **changes,
    }


@pytest.fixture
def site(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    with desk(tmp_path, hook(receiver)) as opened:
        yield opened


def test_release_rollback_and_withdrawal_are_told_in_order(site: Desk, receiver: Receiver) -> None:
    site.publish([parcel("a"), parcel("b")])
    site.publish([parcel("a", "7.00"), parcel("c")])
    site.roll_back(1)
    site.withdrawal([1, 2], ["00ff"])
    outcomes = site.deliver()
    assert [one.succeeded for one in outcomes] == [True] * 4
    assert receiver.events() == [("release", 1), ("release", 2), ("rollback", 3), ("withdrawal", 3)]
    second = receiver.received[1].json
    index = site.opened.reader("parcels").manifest(2)
    assert second["content_sha256"] == index["content_sha256"]
    assert (second["rows_added"], second["rows_changed"], second["rows_removed"]) == (1, 1, 1)
    assert second["urls"] == {
        "dataset": "https://data.county.example/datasets/parcels/",
        "versions": "https://data.county.example/datasets/parcels/versions.json",
        "manifest": "https://data.county.example/datasets/parcels/2/manifest.json",
        "delta": "https://data.county.example/datasets/parcels/delta/1..2.jsonl",
    }
    assert receiver.received[2].json["rolled_back_to"] == 1
    withdrawn = receiver.received[3].json
    assert (withdrawn["versions"], withdrawn["row_ids"]) == ([1, 2], ["00ff"])
    assert withdrawn["reason"] == "撤销"
    assert site.deliver() == []  # a second time nothing is sent
    assert len(receiver.received) == 4


def test_the_signature_is_of_moment_and_body(site: Desk, receiver: Receiver) -> None:
    site.publish([parcel("a")])
    site.deliver()
    request = receiver.received[0]
    moment, signed = request.headers["X-Gongkai-Signature"].split(",")
    assert int(moment.removeprefix("t=")) == int(site.now.timestamp())
    expected = hmac.new(
        SECRET.encode(), moment.removeprefix("t=").encode() + b"." + request.body, hashlib.sha256
    ).hexdigest()
    assert signed == f"v1={expected}"
    assert request.headers["X-Gongkai-Delivery"] == request.json["id"]
    assert request.headers["X-Gongkai-Event"] == "release"


def test_the_example_of_the_page_takes_what_is_genuine_and_nothing_else(
    site: Desk, receiver: Receiver
) -> None:
    page = (Path(__file__).parents[4] / "docs" / "targets.md").read_text("utf-8")
    names: dict[str, Any] = {}
    exec(page.partition("```python\n")[2].partition("```")[0], names)
    is_genuine = names["is_genuine"]
    site.now = dt.datetime.now(dt.UTC)
    site.publish([parcel("a")])
    site.wait(seconds=1)
    site.deliver()
    request = receiver.received[0]
    header = request.headers["X-Gongkai-Signature"]
    assert is_genuine(header, request.body, SECRET)
    assert not is_genuine(header, request.body + b" ", SECRET)
    assert not is_genuine(header, request.body, "another")
    assert not is_genuine(header.replace("t=1", "t=2"), request.body, SECRET)
    assert not is_genuine(header, request.body, SECRET, tolerance_seconds=-1)


def test_two_secrets_sign_twice(
    site: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site.folder / "next").write_text("neu\n", "utf-8")
    site.set_targets(hook(receiver, secrets=[{"variable": "HOOK_SECRET"}, {"file": "next"}]))
    site.publish([parcel("a")])
    site.deliver()
    request = receiver.received[0]
    parts = request.headers["X-Gongkai-Signature"].split(",")
    signed = parts[0].removeprefix("t=").encode() + b"." + request.body
    made = [hmac.new(key, signed, hashlib.sha256).hexdigest() for key in (SECRET.encode(), b"neu")]
    assert parts[1:] == [f"v1={one}" for one in made]


def test_what_failed_is_tried_again_later_with_the_same_id_and_in_order(
    site: Desk, receiver: Receiver
) -> None:
    receiver.answer = lambda _request: (503, {})
    site.publish([parcel("a")])
    site.publish([parcel("b")])
    (failed,) = site.deliver()  # the second waits for the first
    assert not failed.succeeded
    assert "503" in failed.error.zh
    assert "deliver --retry" in failed.error.en
    assert failed.next_attempt_at is not None
    assert dt.timedelta(seconds=30) <= failed.next_attempt_at - site.now <= dt.timedelta(minutes=1)
    receiver.answer = lambda _request: (204, {})
    assert site.deliver() == []  # not yet
    site.wait(minutes=1)
    assert [one.succeeded for one in site.deliver()] == [True, True]
    assert receiver.events() == [("release", 1), ("release", 1), ("release", 2)]
    assert receiver.received[0].json["id"] == receiver.received[1].json["id"]
    ledger = site.opened.warehouse.deliveries
    first = ledger.of_target("hook")[0]
    assert [one.succeeded for one in ledger.attempts(first.id)] == [False, True]
    assert first.done["status"] == 204


def test_a_target_that_another_process_serves_is_left_to_it(
    site: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "LOCK_SECONDS", 0.05)
    site.publish([parcel("a")])
    busy: list[str] = []
    lock = site.folder / "archive" / "locks" / "target-hook.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        found = delivering.deliver(site.opened, now=lambda: site.now, tell_busy=busy.append)
    assert (found, busy, receiver.received) == ([], ["hook"], [])
    assert [one.succeeded for one in site.deliver()] == [True]


def test_a_disk_that_is_not_mounted_is_no_withdrawal(site: Desk, receiver: Receiver) -> None:
    site.publish([parcel("a")])
    (site.folder / "public").rename(site.folder / "elsewhere")
    (outcome,) = site.deliver()
    assert "不见了" in outcome.error.zh
    assert receiver.received == []


def test_retry_does_not_wait(site: Desk, receiver: Receiver) -> None:
    receiver.answer = lambda _request: (500, {})
    site.publish([parcel("a")])
    site.deliver()
    receiver.answer = lambda _request: (200, {})
    assert [one.succeeded for one in site.deliver(retry=True)] == [True]


def test_an_event_that_is_never_taken_is_given_up_and_the_next_goes_on(
    site: Desk, receiver: Receiver
) -> None:
    receiver.answer = lambda request: (400 if request.json["version"] == 1 else 200, {})
    site.publish([parcel("a")])
    for _ in range(MOST_ATTEMPTS):
        site.deliver()
        site.wait(hours=6)
    assert len(receiver.received) == MOST_ATTEMPTS
    site.publish([parcel("b")])
    site.wait(days=1)
    assert [one.event for one in site.deliver()] == ["release:2"]
    (state,) = target_states(site.opened)
    assert (state["done"], state["failed"], state["failed_attempts"]) == (1, 1, MOST_ATTEMPTS)
    receiver.answer = lambda _request: (200, {})
    assert [one.event for one in site.deliver(retry=True)] == ["release:1"]


def test_a_redirect_is_not_followed(site: Desk, receiver: Receiver) -> None:
    with receiving() as elsewhere:
        receiver.answer = lambda _request: (307, {"Location": elsewhere.url})
        site.publish([parcel("a")])
        (outcome,) = site.deliver()
        assert elsewhere.received == []
    assert not outcome.succeeded
    assert "307" in outcome.error.zh
    assert "gongkai.yml" in outcome.error.en


def test_a_slow_receiver_is_left_after_its_time(site: Desk, receiver: Receiver) -> None:
    def slowly(_request: object) -> tuple[int, dict[str, str]]:
        time.sleep(1.0)
        return 200, {}

    receiver.answer = slowly
    site.publish([parcel("a")])
    began = time.monotonic()
    (outcome,) = site.deliver()
    assert time.monotonic() - began < 0.9
    assert "0.5 秒" in outcome.error.zh


def test_nobody_there(site: Desk, receiver: Receiver) -> None:
    site.set_targets(hook(receiver, url="http://127.0.0.1:9/hook"))
    site.publish([parcel("a")])
    (outcome,) = site.deliver()
    assert outcome.error.zh.startswith("127.0.0.1: 无法连接")


def test_a_secret_that_is_not_there_is_told_and_nothing_is_sent(
    site: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOK_SECRET")
    site.publish([parcel("a")])
    (outcome,) = site.deliver()
    assert "HOOK_SECRET" in outcome.error.zh
    assert receiver.received == []


def test_plain_http_needs_an_exception_in_force(site: Desk, receiver: Receiver) -> None:
    reason = {"zh": "内网", "en": "own network"}
    exception = {"reason": reason, "expires_on": "2020-01-01"}
    site.set_targets(hook(receiver, url="http://hooks.example/x", plain_http=exception))
    site.publish([parcel("a")])
    (outcome,) = site.deliver()
    assert "到期" in outcome.error.zh


def test_no_secret_is_kept_or_told(
    site: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", "例")  # no header can hold the text itself
    site.set_targets(hook(receiver, url=f"{receiver.url}/{'x' * 5}"))
    receiver.answer = lambda _request: (500, {})
    site.publish([parcel("a")])
    site.deliver()
    database = (site.folder / "gongkai.db").read_bytes()
    log = (site.folder / "gongkai.db-wal").read_bytes()
    assert SECRET.encode() not in database + log


def test_what_was_withdrawn_meanwhile_is_told_as_not_available(
    site: Desk, receiver: Receiver
) -> None:
    receiver.answer = lambda _request: (500, {})
    site.publish([parcel("a")])
    site.deliver()
    pointer = site.folder / "public/datasets/parcels/versions.json"
    document = pointer.read_text("utf-8").replace(
        '"version": 1', '"version": 1, "withdrawn": {"reason": "x", "on": "2026-05-02"}'
    )
    pointer.unlink()
    pointer.write_text(document, "utf-8")
    receiver.answer = lambda _request: (200, {})
    site.wait(hours=1)
    site.deliver()
    told = receiver.received[-1].json
    assert told["available"] is False
    assert "content_sha256" not in told
    assert told["urls"]["manifest"] is None


def test_waits_double_up_to_a_limit_and_heed_the_other_side() -> None:
    error = DeliveryError(Message("", ""))
    waits = [wait_before_next(n, error, chance=1.0).total_seconds() for n in range(1, 12)]
    assert waits[:4] == [60, 120, 240, 480]
    assert waits[-1] == LONGEST_WAIT.total_seconds()
    assert wait_before_next(1, error, chance=0.0).total_seconds() == 30
    asked = DeliveryError(Message("", ""), retry_after_seconds=600)
    assert wait_before_next(1, asked).total_seconds() == 600
    longer = DeliveryError(Message("", ""), retry_after_seconds=1e9)
    assert wait_before_next(1, longer) == LONGEST_WAIT


def test_whatever_time_a_receiver_asks_for_is_only_a_wait(site: Desk, receiver: Receiver) -> None:
    site.publish([parcel("a")])
    receiver.answer = lambda _request: (503, {"Retry-After": "9" * 400})
    (outcome,) = site.deliver()
    assert outcome.next_attempt_at == site.now + LONGEST_WAIT
