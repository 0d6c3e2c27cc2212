"""Under ``gongkai serve`` what failed is tried again by itself, in a process of its own."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from delivery_office import Desk, desk
from publishing_office import parcel
from target_servers import Receiver, receiving

from flows import delivery_service
from flows.delivery_service import deliver_while_serving, is_delivery_due


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def site(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("HOOK_SECRET", "x")
    hook = {"kind": "webhook", "name": "hook", "url": receiver.url}
    with desk(tmp_path, {**hook, "secrets": [{"variable": "HOOK_SECRET"}]}) as opened:
        yield opened


def test_what_is_due_is_served_beside_the_scheduler(
    site: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first pass is made in any case; the second because something is due."""
    monkeypatch.setattr(delivery_service, "LOOK_SECONDS", 0.05)
    passes = []
    made = delivery_service._deliver

    async def deliver(folder: Path) -> None:
        passes.append(folder)
        await made(folder)

    monkeypatch.setattr(delivery_service, "_deliver", deliver)

    async def serve() -> None:
        service = asyncio.create_task(deliver_while_serving(site.folder))
        while not passes:
            await asyncio.sleep(0.02)
        site.publish([parcel("a")])
        while not receiver.received:
            assert not service.done()
            await asyncio.sleep(0.02)
        service.cancel()
        with pytest.raises(asyncio.CancelledError):
            await service

    asyncio.run(asyncio.wait_for(serve(), 60))
    assert receiver.events() == [("release", 1)]
    assert set(passes) == {site.folder}


def test_nothing_is_started_where_nothing_is_due(site: Desk, receiver: Receiver) -> None:
    folder = site.folder
    assert not is_delivery_due(folder, whole=False)
    assert is_delivery_due(folder, whole=True)
    site.publish([parcel("a")])
    assert is_delivery_due(folder, whole=False)
    receiver.answer = lambda _request: (500, {})
    site.now = dt.datetime.now(dt.UTC)
    site.deliver(retry=True)
    assert not is_delivery_due(folder, whole=False)  # it waits for its next attempt
    site.set_targets()
    assert not is_delivery_due(folder, whole=True)
    (folder / "gongkai.yml").write_text("format: 2\n", "utf-8")
    assert not is_delivery_due(folder, whole=True)
