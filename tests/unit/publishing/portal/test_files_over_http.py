"""Published files over HTTP, asked for by a real client of a real server."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import http.client
import json
import os
import shutil
from collections.abc import Iterator
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import duckdb
import httpx
import pandas as pd
import pytest
from fsspec import AbstractFileSystem
from fsspec.spec import AbstractBufferedFile
from portal_server import served
from publishing_office import Office, make_dataset, open_site, parcel

TABLE = "/datasets/parcels/2/parcels.csv"
ROWS = 8000
"""So many that files are sent in several blocks."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Two versions of one dataset."""
    folder = tmp_path_factory.mktemp("site")
    site = open_site(folder)
    office = Office(folder, make_dataset(), site)
    rows = [parcel(f"{number:05}", f"{number}.50") for number in range(ROWS)]
    office.accept([*rows, parcel("空地", None)])
    office.release()
    office.accept([*rows, parcel("空地", "7.00")])
    office.release()
    yield office
    site.warehouse.close()


@pytest.fixture(scope="module")
def base(office: Office) -> Iterator[str]:
    """The portal's address."""
    with served(office) as address:
        yield address


@pytest.fixture(scope="module")
def client(base: str) -> Iterator[httpx.Client]:
    """A client that asks for no coding unless told to."""
    with httpx.Client(
        base_url=base, trust_env=False, headers={"Accept-Encoding": "identity"}
    ) as opened:
        yield opened


@pytest.fixture(scope="module")
def table(office: Office) -> bytes:
    """The bytes of the table that the tests ask for."""
    return (office.version_folder(2) / "parcels.csv").read_bytes()


def _raw(base: str, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """A request with the path exactly as written and the body as sent."""
    address = urlsplit(base)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    content = reply.read()
    connection.close()
    return reply, content


def test_a_table_is_sent_whole_with_all_that_a_client_needs(
    client: httpx.Client, office: Office, table: bytes
) -> None:
    reply = client.get(TABLE)
    assert reply.status_code == 200
    assert reply.content == table
    assert len(table) > 1 << 18
    assert reply.headers["ETag"] == f'"{hashlib.sha256(table).hexdigest()}"'
    told = office.reader.manifest(2)["files"]["parcels.csv"]
    assert reply.headers["ETag"] == f'"{told["sha256"]}"'
    assert reply.headers["Content-Length"] == str(told["bytes"])
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Accept-Ranges"] == "bytes"
    assert reply.headers["Vary"] == "Accept-Encoding"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    modified = parsedate_to_datetime(reply.headers["Last-Modified"]).timestamp()
    assert modified == int((office.version_folder(2) / "parcels.csv").stat().st_mtime)
    disposition = reply.headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="parcels-v2.csv"; ')
    assert unquote(disposition.rpartition("''")[2]) == "地块-v2.csv"


def test_every_file_that_the_manifest_names_is_there_with_its_hash(
    client: httpx.Client, office: Office
) -> None:
    files = office.reader.manifest(2)["files"]
    for name in files:
        reply = client.get(f"/datasets/parcels/2/{name}")
        assert hashlib.sha256(reply.content).hexdigest() == files[name]["sha256"], name
        assert "octet-stream" not in reply.headers["Content-Type"], name
    for name in ("manifest.json", "SHA256SUMS"):
        reply = client.get(f"/datasets/parcels/2/{name}")
        assert reply.headers["ETag"] == f'"{hashlib.sha256(reply.content).hexdigest()}"'
        assert reply.headers["Content-Disposition"].startswith("inline; ")


@pytest.mark.parametrize(
    ("name", "media_type", "saved_as"),
    [
        ("parcels.csv.gz", "application/gzip", "地块-v1.csv.gz"),
        ("parcels.jsonl", "application/x-ndjson; charset=utf-8", "地块-v1.jsonl"),
        ("parcels.parquet", "application/vnd.apache.parquet", "地块-v1.parquet"),
        (
            "parcels.excel.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "地块-v1.xlsx",
        ),
        ("datapackage.json", "application/json; charset=utf-8", "地块-v1-datapackage.json"),
    ],
)
def test_types_and_names(client: httpx.Client, name: str, media_type: str, saved_as: str) -> None:
    reply = client.head(f"/datasets/parcels/1/{name}")
    assert reply.headers["Content-Type"] == media_type
    assert unquote(reply.headers["Content-Disposition"].rpartition("''")[2]) == saved_as


def test_head_says_what_get_says_without_a_body(client: httpx.Client) -> None:
    wanted = ("ETag", "Content-Length", "Content-Type", "Last-Modified", "Cache-Control", "Vary")
    head, got = client.head(TABLE), client.get(TABLE)
    assert head.content == b""
    assert [head.headers[name] for name in wanted] == [got.headers[name] for name in wanted]
    ranged = client.head(TABLE, headers={"Range": "bytes=0-1"})  # a range is for GET alone
    assert ranged.status_code == 200


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"If-None-Match": "{etag}"}, 304),
        ({"If-None-Match": "W/{etag}"}, 304),
        ({"If-None-Match": '"a,b" ,{etag}'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": "not quoted"}, 200),
        ({"If-Modified-Since": "{modified}"}, 304),
        ({"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": "{modified}"}, 200),
        ({"If-Match": "{etag}"}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": "W/{etag}"}, 412),
        ({"If-Match": '"other"'}, 412),
        ({"If-Unmodified-Since": "{modified}"}, 200),
        ({"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}, 412),
    ],
)
def test_conditional_requests(client: httpx.Client, condition: dict[str, str], status: int) -> None:
    first = client.head(TABLE).headers
    filled = {
        name: value.format(etag=first["ETag"], modified=first["Last-Modified"])
        for name, value in condition.items()
    }
    reply = client.get(TABLE, headers=filled)
    assert reply.status_code == status
    assert reply.headers["ETag"] == first["ETag"]
    if status == 304:
        assert reply.content == b""
        assert reply.headers["Cache-Control"] == first["Cache-Control"]
        assert "Content-Type" not in reply.headers


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-400000", 100, 400001),
        ("bytes=100-", 100, None),
        ("bytes=-7", -7, None),
        ("bytes=-99999999", 0, None),
        ("bytes=5-99999999", 5, None),
        ("Bytes= 5-9 ,", 5, 10),
        ("bytes=0-3, 99999999-", 0, 4),
    ],
)
def test_one_range(
    client: httpx.Client, table: bytes, wanted: str, start: int, end: int | None
) -> None:
    reply = client.get(TABLE, headers={"Range": wanted})
    assert reply.status_code == 206
    assert reply.content == table[start:end]
    first = start % len(table)
    told = f"bytes {first}-{first + len(reply.content) - 1}/{len(table)}"
    assert reply.headers["Content-Range"] == told
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize(
    "wanted",
    [
        "rows=0-5",
        "bytes=5-2",
        "bytes=a-b",
        "bytes=",
        "bytes=0-5,x",
        "bytes=" + "0-1," * 40,
        "bytes=0-,0-",
    ],
)
def test_ranges_that_are_ignored(client: httpx.Client, table: bytes, wanted: str) -> None:
    reply = client.get(TABLE, headers={"Range": wanted})
    assert (reply.status_code, reply.content == table) == (200, True)


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=-0", "bytes=99999998-,99999999-"])
def test_a_range_outside_is_refused(client: httpx.Client, table: bytes, wanted: str) -> None:
    reply = client.get(TABLE, headers={"Range": wanted})
    assert reply.status_code == 416
    assert reply.headers["Content-Range"] == f"bytes */{len(table)}"


def test_several_ranges_come_as_parts_in_the_order_asked_for(
    client: httpx.Client, table: bytes
) -> None:
    reply = client.get(TABLE, headers={"Range": "bytes=300000-300009,0-4,-3"})
    assert reply.status_code == 206
    kind, _, boundary = reply.headers["Content-Type"].partition("; boundary=")
    assert kind == "multipart/byteranges"
    assert int(reply.headers["Content-Length"]) == len(reply.content)
    parts = reply.content.split(f"--{boundary}".encode())
    assert parts[0] == b""
    assert parts[-1] == b"--\r\n"
    found = []
    for part in parts[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        assert b"Content-Type: text/csv; charset=utf-8" in head
        found.append((head.rpartition(b"Content-Range: ")[2].decode(), content[:-2]))
    size = len(table)
    assert found == [
        (f"bytes 300000-300009/{size}", table[300000:300010]),
        (f"bytes 0-4/{size}", table[:5]),
        (f"bytes {size - 3}-{size - 1}/{size}", table[-3:]),
    ]


def test_if_range_resumes_only_the_same_file(client: httpx.Client, table: bytes) -> None:
    etag = client.head(TABLE).headers["ETag"]
    same = client.get(TABLE, headers={"Range": "bytes=10-", "If-Range": etag})
    assert (same.status_code, same.content) == (206, table[10:])
    for other in ('"other"', f"W/{etag}", "Mon, 01 Jan 2001 00:00:00 GMT"):
        reply = client.get(TABLE, headers={"Range": "bytes=10-", "If-Range": other})
        assert (reply.status_code, reply.content == table) == (200, True), other


def test_if_range_with_a_date_needs_one_that_can_be_relied_on(
    base: str, office: Office, client: httpx.Client
) -> None:
    path = office.release_site.public / "data.json"
    old = dt.datetime(2026, 1, 1, tzinfo=dt.UTC).timestamp()
    os.utime(path, (old, old))
    dated = {"Range": "bytes=10-", "If-Range": "Thu, 01 Jan 2026 00:00:00 GMT"}
    assert client.get("/data.json", headers=dated).status_code == 206
    # begun with the gzip coding, it must not go on with the bytes of the other
    reply = client.get("/data.json", headers={**dated, "Accept-Encoding": "gzip"})
    assert reply.status_code == 200


@pytest.mark.parametrize(
    ("path", "twin"),
    [
        (TABLE, "parcels.csv.gz"),
        ("/datasets/parcels/2/parcels.jsonl", "parcels.jsonl.gz"),
        ("/datasets/parcels/2/datapackage.json", None),
        ("/catalog.ttl", None),
    ],
)
def test_the_gzip_coding_is_a_representation_of_its_own(
    base: str, office: Office, path: str, twin: str | None
) -> None:
    plain, content = _raw(base, path)
    coded, compressed = _raw(base, path, **{"Accept-Encoding": "br, gzip;q=0.5"})
    assert (coded.status, coded.headers["Content-Encoding"]) == (200, "gzip")
    assert gzip.decompress(compressed) == content
    assert len(compressed) < len(content)
    assert coded.headers["Content-Length"] == str(len(compressed))
    assert coded.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'
    assert coded.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert coded.headers["Content-Type"] == plain.headers["Content-Type"]
    if twin is not None:
        assert compressed == (office.version_folder(2) / twin).read_bytes()
    both = {"Accept-Encoding": "gzip", "If-None-Match": coded.headers["ETag"]}
    assert _raw(base, path, **both)[0].status == 304
    other = {"Accept-Encoding": "gzip", "If-None-Match": plain.headers["ETag"]}
    assert _raw(base, path, **other)[0].status == 200
    ranged = {"Accept-Encoding": "gzip", "Range": "bytes=3-8"}  # ranges are of the file itself
    reply, part = _raw(base, path, **ranged)
    assert (reply.status, part) == (206, content[3:9])
    assert reply.headers["ETag"] == plain.headers["ETag"]
    assert reply.headers["Content-Encoding"] is None


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "*;q=0", "gzip;q=0, *"])
def test_a_client_that_wants_no_coding_gets_none(base: str, accepted: str) -> None:
    reply, content = _raw(base, TABLE, **{"Accept-Encoding": accepted})
    assert reply.headers["Content-Encoding"] is None
    assert content.startswith(b"number,")


def test_compressed_formats_have_no_coding(base: str) -> None:
    reply, _ = _raw(base, "/datasets/parcels/2/parcels.parquet", **{"Accept-Encoding": "gzip"})
    assert reply.headers["Content-Encoding"] is None
    assert reply.headers["Vary"] is None


def test_latest_leads_to_the_current_version(client: httpx.Client, table: bytes) -> None:
    reply = client.get("/datasets/parcels/latest/parcels.csv")
    assert reply.status_code == 302
    assert "immutable" not in reply.headers["Cache-Control"]
    followed = client.get("/datasets/parcels/latest/parcels.csv", follow_redirects=True)
    assert urlsplit(str(followed.url)).path == TABLE
    assert followed.content == table
    assert client.get("/datasets/parcels/latest/nothing.csv").status_code == 404


def test_pointers_and_catalogue_are_asked_for_again(client: httpx.Client, office: Office) -> None:
    public = office.release_site.public
    for path in ("datasets/parcels/versions.json", "catalog.json", "feed.xml"):
        reply = client.get(f"/{path}")
        content = (public / path).read_bytes()
        assert reply.content == content
        assert reply.headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
        assert reply.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    feed = client.head("/feed.xml").headers["Content-Type"]
    assert feed == "application/atom+xml; charset=utf-8"


def test_the_delta_has_an_address_that_names_both_ends(
    client: httpx.Client, office: Office
) -> None:
    reply = client.get("/datasets/parcels/delta/1..2.jsonl")
    assert [json.loads(line)["op"] for line in reply.text.splitlines()] == ["MOD"]
    told = office.reader.manifest(2)["files"]["delta.jsonl"]
    assert reply.headers["ETag"] == f'"{told["sha256"]}"'
    for path in ("0..1", "2..3", "1..1", "0..2"):
        assert client.get(f"/datasets/parcels/delta/{path}.jsonl").status_code == 404, path


@pytest.mark.parametrize(
    "path",
    [
        "/datasets/parcels/3/parcels.csv",
        "/datasets/parcels/2/..%2Fversions.json",
        "/datasets/parcels/2/%2e%2e/%2e%2e/%2e%2e/gongkai.db",
        "/datasets/parcels/../../../gongkai.db",
        "/../gongkai.db",
        "/..%2fgongkai.db",
        "/gongkai.db",
        "/.hidden.json",
        "/link.json",
        "/datasets/parcels/.hidden.json",
        "/datasets/parcels/2/stray.csv",
        "/datasets/linked/versions.json",
        "/datasets/linked/1/parcels.csv",
        "/catalogue/current/catalog.json",
        "/no%00name.json",
        "/datasets/%00/versions.json",
        "/datasets/parcels/2/%00",
        "/folder.json",
        "/pipe.json",
    ],
)
def test_nothing_else_is_served(base: str, office: Office, path: str) -> None:
    _lay_traps(office)
    assert _raw(base, path)[0].status == 404


def _lay_traps(office: Office) -> None:
    """Files that lie below the public folder or beside it and are not published."""
    public = office.release_site.public
    secret = office.folder / "secret.json"
    if secret.exists():
        return
    secret.write_text("{}", encoding="utf-8")
    for name in (".hidden.json", "datasets/parcels/.hidden.json", "datasets/parcels/2/stray.csv"):
        (public / name).write_text("{}", encoding="utf-8")
    (public / "link.json").symlink_to(secret)
    (public / "folder.json").mkdir()
    os.mkfifo(public / "pipe.json")
    shutil.copytree(public / "datasets" / "parcels", office.folder / "elsewhere")
    (public / "datasets" / "linked").symlink_to(office.folder / "elsewhere")


def test_other_methods_are_refused_and_pages_may_ask_first(client: httpx.Client) -> None:
    refused = client.post(TABLE)
    assert refused.status_code == 405
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    asked = client.options(TABLE, headers={"Origin": "https://journal.example"})
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]


def test_pandas_and_duckdb_read_typed_values_from_the_address(base: str) -> None:
    by_pandas = pd.read_csv(f"{base}{TABLE}", dtype={"number": str}, parse_dates=["signed_on"])
    assert by_pandas["number"].iloc[0] == "00000"
    assert by_pandas["price_cny"].sum() == sum(range(ROWS)) + ROWS * 0.5 + 7
    assert by_pandas["signed_on"].iloc[0] == pd.Timestamp("2026-01-15")
    typed = pd.read_parquet(f"{base}/datasets/parcels/latest/parcels.parquet")
    assert str(typed["price_cny"].iloc[1]) == "1.50"
    assert typed["is_new"].dtype == bool
    with duckdb.connect() as database:
        database.register_filesystem(_PortalFiles(base))
        query = "select count(*), sum(price_cny), min(signed_on), bool_and(is_new) from 'portal://"
        found = database.execute(f"{query}datasets/parcels/2/parcels.parquet'").fetchone()
    total = Decimal(sum(range(ROWS))) + Decimal("0.50") * ROWS + 7
    assert found == (ROWS + 1, total, dt.date(2026, 1, 15), True)


class _PortalFiles(AbstractFileSystem):
    """Files of the portal, read range by range, as a program reads that wants only some of one."""

    protocol = "portal"
    cachable = False

    def __init__(self, base: str) -> None:
        super().__init__()
        self.client = httpx.Client(base_url=base, trust_env=False)

    def info(self, path: str, **_options: Any) -> dict[str, Any]:
        reply = self.client.head(self._strip_protocol(path)).raise_for_status()
        size = int(reply.headers["Content-Length"])
        return {"name": path, "size": size, "type": "file", "ETag": reply.headers["ETag"]}

    def glob(self, path: str, **_options: Any) -> list[str]:
        return [path]

    def modified(self, path: str) -> dt.datetime:
        reply = self.client.head(self._strip_protocol(path))
        return parsedate_to_datetime(reply.headers["Last-Modified"])

    def _open(self, path: str, mode: str = "rb", **options: Any) -> AbstractBufferedFile:
        return _PortalFile(self, path, mode, block_size=1 << 14)


class _PortalFile(AbstractBufferedFile):
    def _fetch_range(self, start: int, end: int) -> bytes:
        path = self.fs._strip_protocol(self.path)
        wanted = {"Range": f"bytes={start}-{end - 1}", "If-Range": self.details["ETag"]}
        reply = self.fs.client.get(path, headers=wanted)
        assert reply.status_code == 206
        return reply.content
