"""The examples for nginx in ``deploy/nginx``, tried with nginx itself."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from portal_server import served
from publishing_office import NOW, Office, parcel

from publishing.portal.export import ExportOptions, export_site
from publishing.portal.portal import Portal
from publishing.portal.published import Published
from publishing.repair import repair
from schemas.message import Message
from schemas.row_identity import row_id
from warehouse.withdrawals import Withdrawal

pytestmark = pytest.mark.nginx
EXAMPLES = Path(__file__).parents[4] / "deploy" / "nginx"
TABLE = "/datasets/parcels/1/parcels.csv"
START_SECONDS = 20.0


def _nginx() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    assert found is not None, "nginx is not installed"
    return found


@contextmanager
def _served_by_nginx(example: str, folder: Path, **changes: str) -> Iterator[httpx.Client]:
    """nginx with an example in which only what the example says to change is changed."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = tried.getsockname()[1]
    folder.mkdir()
    text = (EXAMPLES / example).read_text("utf-8")
    replaced = {
        "listen      80;": f"listen 127.0.0.1:{port};",
        "/etc/nginx/gongkai-types.conf": str(EXAMPLES / "gongkai-types.conf"),
        **changes,
    }
    for old, new in replaced.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    whole = folder / "nginx.conf"
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole.write_text(
        ("user root;\n" if os.geteuid() == 0 else "")  # the test's folder is for its user alone
        + f"daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\n"
        f"error_log {folder}/error.log;\nevents {{ }}\n"
        f"http {{\naccess_log off;\n{temporary}include {folder}/site.conf;\n}}\n",
        encoding="utf-8",
    )
    command = [_nginx(), "-e", f"{folder}/error.log", "-p", str(folder), "-c", str(whole)]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr.replace("could not open error log", "")
    process = subprocess.Popen(command)
    try:
        end = time.monotonic() + START_SECONDS
        while True:
            assert process.poll() is None, (folder / "error.log").read_text("utf-8")
            assert time.monotonic() < end, "nginx did not start"
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            trust_env=False,
            headers={"Accept-Encoding": "identity"},
        ) as client:
            yield client
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def released(office: Office) -> Office:
    """Two versions."""
    for price in ("100.00", "7.00"):
        office.accept([parcel(f"{number:04}", price) for number in range(200)])
        office.release()
    return office


def test_nginx_before_the_portal(released: Office, tmp_path: Path) -> None:
    folder = released.version_folder(1)
    public = released.release_site.public
    (folder / ".hidden.csv").write_text("secret", encoding="utf-8")
    (folder / "link.csv").symlink_to(released.folder / "gongkai.db")
    with (
        served(released) as base,
        _served_by_nginx(
            "portal-proxy.conf",
            tmp_path / "nginx",
            **{
                "server 127.0.0.1:8000;": f"server {base.removeprefix('http://')};",
                "/srv/gongkai/site/public": str(public),
            },
        ) as client,
    ):
        table = client.get(TABLE)
        assert (table.status_code, table.content) == (200, (folder / "parcels.csv").read_bytes())
        assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert table.headers["Cache-Control"] == "public, max-age=3600, must-revalidate"
        assert table.headers["Access-Control-Allow-Origin"] == "*"
        same = client.get(TABLE, headers={"If-None-Match": table.headers["ETag"]})
        assert same.status_code == 304
        part = client.get(TABLE, headers={"Range": "bytes=-5"})
        assert (part.status_code, part.content) == (206, table.content[-5:])
        with client.stream("GET", TABLE, headers={"Accept-Encoding": "gzip"}) as packed:
            assert packed.headers["Content-Encoding"] == "gzip"
            content = b"".join(packed.iter_raw())
        assert content == (folder / "parcels.csv.gz").read_bytes()
        workbook = client.head("/datasets/parcels/1/parcels.excel.xlsx")
        assert "spreadsheetml" in workbook.headers["Content-Type"]
        pointer = client.get("/datasets/parcels/versions.json")
        assert len(pointer.headers["ETag"].strip('"')) == 64  # the portal's
        assert "text/html" in client.get("/en/").headers["Content-Type"]
        assert client.get("/datasets/parcels/latest/parcels.csv").status_code == 302
        here = str(client.base_url).rstrip("/")  # with a port; an old browser says no more
        report = {"told": "价格应为二百元"}
        for sender, status in ((here, 303), (f"{here}0", 403), ("http://127.0.0.1", 403)):
            sent = client.post("/datasets/parcels/report/", data=report, headers={"Origin": sender})
            assert sent.status_code == status, sender
        for path in (".hidden.csv", "link.csv", "nothing.csv", "../../../../gongkai.db"):
            assert client.get(f"/datasets/parcels/1/{path}").status_code in (403, 404), path
        withdrawal = Withdrawal(
            dataset="parcels", reason=Message("撤回", "revoked"), requested_at=NOW, version=1
        )
        released.release_site.warehouse.withdrawals.begin(withdrawal)
        repair(released.release_site)
        gone = client.get(TABLE)
        assert (gone.status_code, gone.json()["reason"]["zh"]) == (410, "撤回")


def test_nginx_alone_with_the_exported_site(released: Office, tmp_path: Path) -> None:
    site = released.release_site
    copy = tmp_path / "copy"

    def export() -> None:
        portal = Portal(Published(site.site, site.public))
        export_site(portal, copy, ExportOptions(1), lambda *_step: None)

    export()
    with _served_by_nginx(
        "static-site.conf",
        tmp_path / "nginx",
        **{"/srv/gongkai-site/current": str(copy / "current")},
    ) as client:
        for path in ("/", "/en/", "/datasets/", "/datasets/parcels/", "/en/datasets/parcels/2/"):
            page = client.get(path)
            assert page.status_code == 200, path
            assert page.headers["Content-Type"] == "text/html; charset=utf-8"
            assert "script-src" not in page.headers["Content-Security-Policy"]
            assert page.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
        assert client.get("/datasets/parcels").headers["Location"] == "/datasets/parcels/"
        table = client.get(TABLE)
        assert table.content == (released.version_folder(1) / "parcels.csv").read_bytes()
        assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert table.headers["Cache-Control"] == "public, max-age=3600, must-revalidate"
        packed = client.get(TABLE, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.content == table.content
        assert packed.headers["ETag"] != table.headers["ETag"]
        feed = client.get("/feed.xml").headers["Content-Type"]
        assert feed == "application/atom+xml; charset=utf-8"
        turtle = client.get("/catalog.ttl").headers["Content-Type"]
        assert turtle == "text/turtle; charset=utf-8"
        sums = client.get("/datasets/parcels/1/SHA256SUMS").headers["Content-Type"]
        assert sums == "text/plain; charset=utf-8"
        for path, language in (("/nothing/", "zh-CN"), ("/en/nothing/", "en")):
            missing = client.get(path)
            assert missing.status_code == 404
            assert f'lang="{language}"' in missing.text
        assert client.get("/export.json").status_code == 404
        assert client.post("/").status_code == 403
        latest = "/datasets/parcels/latest/parcels.csv"
        assert client.get(latest).text.count("7.00") == 200
        released.accept([parcel("9", "9.00")])
        released.release()
        export()
        assert "9.00" in client.get(latest).text  # nginx was not told anything


def test_nginx_alone_tells_what_was_withdrawn_as_the_portal_does(
    released: Office, tmp_path: Path
) -> None:
    site, copy = released.release_site, tmp_path / "copy"
    taken, left = (row_id("parcels", [number]) for number in ("0007", "0008"))
    ledger = site.warehouse.withdrawals
    reason = Message("处罚决定已撤销", "The decision was revoked")
    ledger.begin(Withdrawal("parcels", reason, NOW, version=1))
    ledger.begin(Withdrawal("parcels", reason, NOW, row_id=taken, keys=("0007",)))
    repair(site)
    portal = Portal(Published(site.site, site.public))
    export_site(portal, copy, ExportOptions(10), lambda *_step: None)
    with (
        served(released) as base,
        httpx.Client(base_url=base, trust_env=False) as program,
        _served_by_nginx(
            "static-site.conf",
            tmp_path / "nginx",
            **{"/srv/gongkai-site/current": str(copy / "current")},
        ) as alone,
    ):
        for path, status in (
            (TABLE, 410),
            ("/datasets/parcels/1/", 410),
            ("/en/datasets/parcels/1/", 410),
            ("/datasets/parcels/1/parcels.csv-metadata.json", 410),
            ("/datasets/parcels/2/", 200),
            ("/datasets/parcels/2/parcels.csv", 200),
            ("/datasets/parcels/delta/1..2.jsonl", 410),
            ("/datasets/parcels/3/", 404),
            ("/en/datasets/parcels/3/", 404),
            (f"/datasets/parcels/rows/{taken}/", 410),
            (f"/en/datasets/parcels/rows/{taken}/", 410),
            (f"/datasets/parcels/rows/{left}/", 200),
            ("/datasets/parcels/", 200),
            ("/datasets/parcels/versions.json", 200),
            ("/datasets/parcels/latest/parcels.csv", 200),
        ):
            told = alone.get(path)
            same = program.get(path, follow_redirects=True)
            assert (told.status_code, same.status_code) == (status, status), path
            if status == 410:
                language = "en" if path.startswith("/en/") else "zh"
                assert getattr(reason, language) in told.text, path
                assert told.headers["Cache-Control"] == "no-store"
        assert alone.get("/datasets/parcels/1").status_code == 410
        assert alone.get("/datasets/parcels/1/410.html").status_code == 404
        assert 'lang="en"' in alone.get("/en/datasets/parcels/3/").text
        ledger.begin(Withdrawal("parcels", reason, NOW, version=2))
        repair(site)
        export_site(portal, copy, ExportOptions(10), lambda *_step: None)
        for path in (
            "/datasets/parcels/",
            "/en/datasets/parcels/",
            "/datasets/parcels/2/parcels.csv",
            "/datasets/parcels/delta/1..2.jsonl",
            "/datasets/parcels/latest/parcels.csv",
        ):
            statuses = [one.get(path).status_code for one in (alone, program)]
            assert statuses == [410, 410], path
