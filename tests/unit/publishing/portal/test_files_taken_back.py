"""Files that are withdrawn or replaced while they are asked for."""

from __future__ import annotations

import hashlib
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from portal_server import served
from publishing_office import NOW, Office, make_dataset, parcel

from publishing.portal.files.lifetime import IMMUTABLE, WITHDRAWABLE, version_lifetime
from publishing.repair import repair
from schemas.message import Message
from schemas.row_identity import row_id
from warehouse.withdrawals import Withdrawal

REASON = {"zh": "处罚决定已撤销", "en": "the penalty was revoked"}
TABLE = "/datasets/parcels/1/parcels.csv"


def _released(office: Office) -> None:
    for price in ("100.00", "7.00"):
        office.accept([parcel("1", price), parcel("2", price)])
        office.release()


def _released_large(make_office: Callable[..., Office]) -> tuple[Office, bytes]:
    """A site, and its table, which is more than the buffers of both ends of a connection hold."""
    office = make_office(site={"formats": ("csv", "parquet")})
    office.accept([parcel(f"{number:05}{'地' * 300}") for number in range(6000)])
    office.release()
    whole = (office.version_folder(1) / "parcels.csv").read_bytes()
    assert len(whole) > 5 << 20
    return office, whole


def _withdraw(office: Office, **what: Any) -> None:
    """Write a withdrawal down and carry it out."""
    reason = Message(REASON["zh"], REASON["en"])
    given: dict[str, Any] = {"dataset": "parcels", "reason": reason, "requested_at": NOW}
    office.release_site.warehouse.withdrawals.begin(Withdrawal(**(given | what)))
    repair(office.release_site)


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.write_bytes(content)
    draft.replace(path)


def test_a_withdrawn_version_says_why_it_is_gone(office: Office) -> None:
    _released(office)
    with served(office) as base, httpx.Client(base_url=base, trust_env=False) as client:
        assert client.get(TABLE).status_code == 200
        _withdraw(office, version=1)
        reply = client.get(TABLE)
        assert reply.status_code == 410
        assert reply.headers["Content-Type"].startswith("application/problem+json")
        told = reply.json()
        assert (told["status"], told["reason"], told["withdrawn_on"]) == (410, REASON, "2026-05-01")
        assert "处罚决定已撤销" in told["detail"]
        assert "immutable" not in reply.headers["Cache-Control"]
        page = client.get(TABLE, headers={"Accept": "text/html,*/*"})
        assert page.status_code == 410
        assert page.headers["Content-Type"].startswith("text/html")
        assert "处罚决定已撤销" in page.text
        assert client.get("/datasets/parcels/delta/1..2.jsonl").status_code == 410
        assert client.get("/datasets/parcels/2/parcels.csv").status_code == 200
        _withdraw(office, version=2)
        assert client.get("/datasets/parcels/latest/parcels.csv").status_code == 410
        notices = client.get("/datasets/parcels/withdrawals.json")
        assert [one["version"] for one in notices.json()["withdrawals"]] == [1, 2]
        assert notices.headers["Cache-Control"] == "public, max-age=60, must-revalidate"


def test_a_withdrawn_row_is_in_no_file_that_is_sent_afterwards(office: Office) -> None:
    _released(office)
    office.accept([parcel("3")])
    office.release()
    with served(office) as base, httpx.Client(base_url=base, trust_env=False) as client:
        before = client.get(TABLE)
        assert (
            client.get(f"{TABLE}.gz").content
            == (office.version_folder(1) / "parcels.csv.gz").read_bytes()
        )
        _withdraw(office, row_id=row_id("parcels", ["1"]), keys=("1",))
        for number in (1, 2):
            for name, told in office.reader.manifest(number)["files"].items():
                reply = client.get(
                    f"/datasets/parcels/{number}/{name}", headers={"Accept-Encoding": "identity"}
                )
                assert hashlib.sha256(reply.content).hexdigest() == told["sha256"], name
        after = client.get(TABLE, headers={"If-None-Match": before.headers["ETag"]})
        assert after.status_code == 200
        assert "\n1," in before.text
        assert "\n1," not in after.text
        delta = client.get("/datasets/parcels/delta/1..2.jsonl").text
        assert '"number":"2"' in delta
        assert '"number":"1"' not in delta


def test_a_file_that_is_not_what_the_manifest_says_is_not_sent(office: Office) -> None:
    _released(office)
    file = office.version_folder(1) / "parcels.csv"
    whole = file.read_bytes()
    redacted = whole.replace(b"100.00", b"******")
    assert len(redacted) == len(whole)
    with served(office) as base, httpx.Client(base_url=base, trust_env=False) as client:
        assert client.get(TABLE).content == whole
        _replace(file, redacted)
        reply = client.get(TABLE)
        assert reply.status_code == 503
        assert int(reply.headers["Retry-After"]) > 0
        assert reply.headers["Cache-Control"] == "no-store"
        manifest = office.reader.manifest(1)
        manifest["files"]["parcels.csv"]["sha256"] = hashlib.sha256(redacted).hexdigest()
        _replace(office.version_folder(1) / "manifest.json", json.dumps(manifest).encode())
        again = client.get(TABLE, headers={"Accept-Encoding": "identity"})
        assert (again.status_code, again.content) == (200, redacted)
        assert again.headers["ETag"] == f'"{hashlib.sha256(redacted).hexdigest()}"'


def test_a_download_under_way_ends_with_the_file_it_began_with(
    make_office: Callable[..., Office],
) -> None:
    office, whole = _released_large(make_office)
    file = office.version_folder(1) / "parcels.csv"
    with served(office) as base:
        address = urlsplit(base)
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
            slow.connect((address.hostname, address.port))
            slow.sendall(f"GET {TABLE} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            received = slow.recv(1 << 14)
            _replace(file, b"other\n")
            while block := slow.recv(1 << 20):
                received += block
    head, _, content = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert hashlib.sha256(content).hexdigest().encode() in head
    assert content == whole


def test_the_portal_lives_on_after_clients_that_go_away(
    make_office: Callable[..., Office],
) -> None:
    office, _whole = _released_large(make_office)
    with served(office) as base:
        address = urlsplit(base)
        for _ in range(5):
            with socket.create_connection((address.hostname, address.port)) as rude:
                rude.sendall(f"GET {TABLE} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                rude.recv(100)
        assert httpx.get(f"{base}/health", trust_env=False).status_code == 200
        end = time.monotonic() + 10
        while opened := [link for link in _opened_files() if f"{office.folder}/public" in link]:
            assert time.monotonic() < end, opened
            time.sleep(0.02)


def _opened_files() -> list[str]:
    found = []
    for path in Path("/proc/self/fd").iterdir():
        try:
            found.append(str(path.readlink()))
        except FileNotFoundError:  # the descriptor of the listing itself
            continue
    return found


@pytest.mark.parametrize(
    ("changes", "lifetime"),
    [
        ({}, IMMUTABLE),
        ({"privacy": "identifier"}, IMMUTABLE),
        ({"privacy": "person_name"}, WITHDRAWABLE),
        ({"privacy": "free_text"}, WITHDRAWABLE),
        ({"theme": "penalties"}, WITHDRAWABLE),
        ({"law": "中华人民共和国行政处罚法"}, WITHDRAWABLE),
        ({"law": "中华人民共和国土地管理法"}, IMMUTABLE),
    ],
)
def test_only_what_is_never_taken_back_may_be_kept_for_good(
    changes: dict[str, str], lifetime: str
) -> None:
    dataset = make_dataset(theme=changes.get("theme", "land"))
    fields = [field.model_dump() for field in dataset.fields]
    fields[0]["privacy"] = changes.get("privacy", "none")
    basis = [{"title": changes["law"]}] if "law" in changes else []
    made = make_dataset(theme=dataset.theme, fields=fields, legal_basis=basis)
    assert version_lifetime(made) == lifetime
    assert version_lifetime(None) == WITHDRAWABLE


def test_the_lifetime_is_that_of_the_version_s_own_dataset_file(
    make_office: Callable[..., Office],
) -> None:
    fields = [field.model_dump() for field in make_dataset().fields]
    named = [*fields, {**fields[0], "name": "holder", "privacy": "person_name"}]
    for given, lifetime in ((fields, IMMUTABLE), (named, WITHDRAWABLE)):
        office = make_office(fields=given)
        office.accept([parcel("1")])
        office.release()
        with served(office) as base:
            reply = httpx.head(f"{base}{TABLE}", trust_env=False)
        assert reply.headers["Cache-Control"] == lifetime
