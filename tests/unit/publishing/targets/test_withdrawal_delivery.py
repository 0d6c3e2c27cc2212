"""After a withdrawal, carried out as the command does, no target holds what was withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ckan_instance import TOKEN, Instance, ckan_instance
from delivery_office import Desk, desk
from publishing_office import parcel
from target_servers import Receiver, receiving
from test_object_delivery import public_files
from test_sql_delivery import postgresql_target, select

from flows.withdrawal.carrying_out import lift, withdraw
from schemas.message import Message
from schemas.row_identity import row_id

SECRET = "geheim-4711"
PRICE = "987654.32"
REASON = Message("处罚决定被撤销", "the decision was revoked")


@pytest.fixture
def instance() -> Iterator[Instance]:
    with ckan_instance() as found:
        yield found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def site(
    tmp_path: Path,
    postgresql: str,
    instance: Instance,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    """A site with a target of every kind, which has brought two versions to all of them."""
    monkeypatch.setenv("A_SECRET", TOKEN)
    secret = {"variable": "A_SECRET"}
    folder = tmp_path / "site"
    folder.mkdir()
    targets = (
        postgresql_target(postgresql),
        {"kind": "sql", "name": "file", "url": "sqlite:///open.db"},
        {"kind": "object_storage", "name": "mirror", "url": f"file://{tmp_path}/mirror"},
        {
            "kind": "ckan",
            "name": "province",
            "url": instance.url,
            "token": secret,
            "organization": "county",
            "resources": "upload",
        },
        {"kind": "webhook", "name": "hook", "url": receiver.url, "secrets": [secret]},
    )
    with desk(folder, *targets) as opened:
        others = [parcel(f"p{n}") for n in range(20)]
        for floors in (3, 4):
            opened.publish([parcel(SECRET, PRICE, floors=floors), *others])
            assert all(one.succeeded for one in opened.deliver())
        yield opened


def holders(site: Desk, mirror: Path, instance: Instance) -> set[str]:
    """The targets that hold the key or the price of the row, wherever in them it stands."""
    found = set()
    values = (SECRET.encode(), PRICE.encode())
    kept = {
        "mirror": [path.read_bytes() for path in mirror.rglob("*") if path.is_file()],
        "province": [*instance.files.values(), str(instance.packages).encode()],
        "file": [path.read_bytes() for path in site.folder.glob("open.db*")],
        "db": [str(select(site, "SELECT * FROM parcels")).encode()],
    }
    for name, contents in kept.items():
        if any(value in content for value in values for content in contents):
            found.add(name)
    return found


def test_a_withdrawn_row_is_in_no_target(
    site: Desk, tmp_path: Path, instance: Instance, receiver: Receiver
) -> None:
    mirror = tmp_path / "mirror"
    assert holders(site, mirror, instance) == {"mirror", "province", "file", "db"}
    before = len(receiver.received)
    carried = withdraw(site.opened, "parcels", [f"number={SECRET}"], [], reason=REASON)
    assert carried.is_done
    assert [str(one.error) for one in site.deliver() if not one.succeeded] == []
    assert holders(site, mirror, instance) == set()
    assert public_files(mirror) == public_files(site.folder / "public")
    assert select(site, "SELECT count(*) FROM parcels") == [(20,)]
    told = [one.json for one in receiver.received[before:]]
    assert [one["event"] for one in told] == ["withdrawal"]
    assert told[0]["row_ids"] == [row_id("parcels", [SECRET])]
    assert told[0]["versions"] == [1, 2]
    assert told[0]["reason"] == REASON.zh
    assert not any(SECRET.encode() in one.body for one in receiver.received)
    assert site.deliver() == []

    withdrawal = site.opened.warehouse.withdrawals.get(carried.number)
    lift(site.opened, withdrawal, "决定恢复")
    site.deliver()  # the notices of withdrawals say so, and the mirror has them as they are
    assert public_files(mirror) == public_files(site.folder / "public")


def test_a_withdrawn_version_is_in_no_target(
    site: Desk, tmp_path: Path, instance: Instance, receiver: Receiver
) -> None:
    """Of the current one the content before it comes back; all that was in it alone goes."""
    site.publish([parcel("only-here", "4242.42"), parcel("p1")])
    assert all(one.succeeded for one in site.deliver())
    assert withdraw(site.opened, "parcels", ["3"], [], reason=REASON).is_done
    assert [str(one.error) for one in site.deliver() if not one.succeeded] == []
    mirror = tmp_path / "mirror"
    assert public_files(mirror) == public_files(site.folder / "public")
    assert not (mirror / "datasets/parcels/3").exists()
    assert select(site, "SELECT count(*) FROM parcels") == [(21,)]
    assert not any(b"only-here" in content for content in instance.files.values())
    told = [one.json for one in receiver.received if one.json["event"] == "withdrawal"]
    assert len(told) == 1
    assert 3 in told[0]["versions"]
    assert told[0]["row_ids"] == []
