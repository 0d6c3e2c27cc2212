"""Readers at work while releases are cut: each sees one version, whole."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from portal_server import served
from publishing_office import NOW, Office, make_dataset, open_site, parcel

from publishing.facts import RunFacts

RELEASES = 100
READERS = 2
PAUSE_SECONDS = 0.05  # readers, portal and releases share one process


@dataclass
class Reader:
    """Reads version after version the way the documents tell: the pointer first."""

    base: str
    stop: threading.Event
    versions: list[int] = field(default_factory=list)
    files: int = 0
    wrong: list[str] = field(default_factory=list)

    def work(self) -> None:
        """Read until told to stop, and once more after that."""
        address = urlsplit(self.base)
        connection = HTTPConnection(str(address.hostname), address.port, timeout=30)
        last = False
        while not last:
            last = self.stop.is_set()
            try:
                self.read_version(connection)
            except Exception as error:  # a thread's own error would be lost
                self.wrong.append(repr(error))
                return
            self.stop.wait(PAUSE_SECONDS)
        connection.close()

    def read_version(self, connection: HTTPConnection) -> None:
        """Resolve the pointer once, then read every file of that version."""
        _etag, content = self.read(connection, "versions.json")
        pointer = json.loads(content)
        number = pointer["current"]
        entry = next(one for one in pointer["versions"] if one["version"] == number)
        manifest = self.verified(connection, f"{number}/manifest.json", entry["manifest_sha256"])
        told = json.loads(manifest)["files"]
        for name in told:
            self.verified(connection, f"{number}/{name}", told[name]["sha256"])
        if number > 1:
            delta = f"delta/{number - 1}..{number}.jsonl"
            self.verified(connection, delta, told["delta.jsonl"]["sha256"])
        self.versions.append(number)

    def verified(self, connection: HTTPConnection, path: str, sha256: str) -> bytes:
        """The bytes must be those that the manifest vouches for, and so must the ETag."""
        etag, content = self.read(connection, path)
        if not hashlib.sha256(content).hexdigest() == sha256 == etag.strip('"'):
            self.wrong.append(f"{path}: mixed")
        return content

    def read(self, connection: HTTPConnection, path: str) -> tuple[str, bytes]:
        """ETag and bytes of a file."""
        self.files += 1
        connection.request("GET", f"/datasets/parcels/{path}")
        reply = connection.getresponse()
        content = reply.read()
        if reply.status != 200:
            self.wrong.append(f"{path}: {reply.status}")
        return reply.headers["ETag"] or "", content


def test_a_reader_never_sees_a_mixed_or_missing_file_during_releases(tmp_path: Path) -> None:
    site = open_site(tmp_path, formats=("csv", "parquet"))
    office = Office(tmp_path, make_dataset(), site)
    office.accept([parcel("1", "0.00")])
    office.release()
    stop = threading.Event()
    with served(office) as base:
        readers = [Reader(base, stop) for _ in range(READERS)]
        threads = [threading.Thread(target=reader.work) for reader in readers]
        for thread in threads:
            thread.start()
        try:
            for number in range(RELEASES):
                office.accept([parcel("1", f"{number + 1}.00"), parcel(f"new{number}")])
                assert office.release(facts=RunFacts(now=NOW)).version == number + 2
        finally:
            stop.set()
            for thread in threads:
                thread.join(60)
    site.warehouse.close()
    assert [one for reader in readers for one in reader.wrong] == []
    for reader in readers:
        assert reader.versions == sorted(reader.versions)
        assert reader.versions[-1] == RELEASES + 1
        assert len(set(reader.versions)) > 10, "the reader did not keep up with the releases"
