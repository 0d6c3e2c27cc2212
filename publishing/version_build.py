"""Building a version out of sight and putting it in place with one rename."""

from __future__ import annotations

import gzip
import hashlib
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from publishing.canonical_text import chunks, json_lines
from publishing.changelog import (
    CHANGELOG,
    NOTHING_BEFORE_LOST,
    NOTHING_BEFORE_WITHDRAWN,
    NothingBefore,
    changelog,
    field_changes,
)
from publishing.delta import DELTA, delta_lines
from publishing.delta_links import link_delta
from publishing.hashed_file import FileFacts, PlainFile
from publishing.json_text import json_document, read_document
from publishing.release_site import ReleaseSite
from publishing.version_index import MANIFEST, VersionIndex
from schemas.message import GongkaiError, Message
from warehouse.durable_files import sync_folder, temporary_name

SUMS = "SHA256SUMS"
DATASET_FILE = "dataset.json"
PACKAGE = "datapackage.json"
TABLE_SCHEMA = "tableschema.json"
READ_ONLY = 0o444
BLOCK = 1 << 20


class ReleaseFolderError(GongkaiError):
    """The folders of releases are not as they must be."""


def check_folders(site: ReleaseSite) -> None:
    """Staging and public must be on one file system, or a rename is not atomic."""
    for folder in (site.public, site.staging, site.objects):
        folder.mkdir(parents=True, exist_ok=True)
    if len({folder.stat().st_dev for folder in (site.public, site.staging, site.objects)}) > 1:
        raise ReleaseFolderError(
            Message(
                "public 文件夹与其上级文件夹不在同一文件系统，无法原子发布。",
                "The public folder and its parent are on different file systems, so that "
                "a release could not be put in place at once.",
            ),
            where="gongkai.yml: public",
            advice=Message(
                "请把 public 设为挂载点之下的子文件夹。",
                "Make public a folder below the mount point.",
            ),
        )


def _package(folder: Path) -> dict[str, Any]:
    """``datapackage.json`` of a version, with its fields where they have a file of their own."""
    package: dict[str, Any] = read_document(folder / PACKAGE)
    if (folder / TABLE_SCHEMA).exists():
        package["fields"] = read_document(folder / TABLE_SCHEMA)["fields"]
    return package


class VersionBuild:
    """A version under construction in the staging folder.

    ``number``: of a version that exists and is made anew; without it the next one.
    """

    def __init__(self, site: ReleaseSite, index: VersionIndex, number: int | None = None) -> None:
        check_folders(site)
        self.number = index.next_number() if number is None else number
        self.files: dict[str, FileFacts] = {}
        self._site = site
        self._index = index
        name = f"{self.number}-{os.getpid()}-{secrets.token_hex(4)}"
        self.folder = site.staging / index.folder.name / name
        self.folder.mkdir(parents=True)

    @property
    def vocabulary_folders(self) -> tuple[Path, ...]:
        """Where the site's own vocabularies stand."""
        return (self._site.folder / "vocab",)

    def keep(self, files: Mapping[str, FileFacts]) -> None:
        """Take files that were written into :attr:`folder` into the object store, so that later
        versions share them."""
        for name, facts in files.items():
            staged, stored = self.folder / name, self._object(facts.sha256)
            staged.chmod(READ_ONLY)
            stored.parent.mkdir(parents=True, exist_ok=True)
            while not _shared(staged, stored):
                pass  # swept between two looks: it is given again
            self.files[name] = facts

    def share(self, files: Mapping[str, FileFacts], version: int) -> None:
        """Link files of an earlier version; nothing is copied."""
        earlier = self._index.version_folder(version)
        for name, facts in files.items():
            (self.folder / name).hardlink_to(earlier / name)
            self.files[name] = facts

    def write(self, name: str, content: bytes) -> None:
        """Write a file that belongs to this version alone."""
        file = PlainFile(self.folder / name)
        file.write(content)
        self.files[name] = file.close()

    def content_sha256(self, partitions: list[dict[str, Any]]) -> str:
        """sha256 over the canonical JSON lines of all rows, partitions in order.

        For one partition that is the hash known from writing it. For several the lines are read
        again, from the cheapest file there is: untouched partitions were not written now.
        """
        if len(partitions) == 1:
            return str(partitions[0]["rows_sha256"])
        digest = hashlib.sha256()
        for part in partitions:
            formats = part["formats"]
            if "jsonl" in formats:
                with (self.folder / formats["jsonl"]).open("rb") as stream:
                    while block := stream.read(BLOCK):
                        digest.update(block)
            elif "jsonl.gz" in formats:
                with gzip.open(self.folder / formats["jsonl.gz"], "rb") as stream:
                    while block := stream.read(BLOCK):
                        digest.update(block)
            else:
                for chunk in chunks(pl.read_parquet(self.folder / formats["parquet"])):
                    digest.update(json_lines(chunk))
        return digest.hexdigest()

    def put_in_place(self, manifest: dict[str, Any]) -> VersionIndex:
        """Write delta, changelog, manifest and sums, rename the folder, switch the pointer.

        Killed before the rename, nothing happened; killed after it, ``repair`` adopts the
        version, which is whole.
        """
        manifest["previous_version"] = self._index.current
        self._write_delta(manifest)
        self._write_changelog(manifest)
        self.seal(manifest)
        final = self._index.version_folder(self.number)
        final.parent.mkdir(parents=True, exist_ok=True)
        self.folder.rename(final)
        sync_folder(final.parent)
        link_delta(self._index.folder, manifest)
        index = self._index.with_version(self.number)
        index.write(self.folder.parent)
        return index

    def seal(self, manifest: dict[str, Any]) -> None:
        """Write manifest and sums over all files there are, and make the folder durable."""
        manifest["files"] = self.facts()
        self.write(MANIFEST, json_document(manifest))
        sums = "".join(f"{facts.sha256}  {name}\n" for name, facts in sorted(self.files.items()))
        self.write(SUMS, sums.encode())
        sync_folder(self.folder)

    def facts(self) -> dict[str, Any]:
        """Hash and size per file, as the manifest names them."""
        return {
            name: {"sha256": facts.sha256, "bytes": facts.bytes}
            for name, facts in sorted(self.files.items())
        }

    def _write_delta(self, manifest: dict[str, Any]) -> None:
        """What changes against the version before this one; a first version has none."""
        if self._index.current is None:
            return
        previous = self._index.manifest(self._index.current)
        file = PlainFile(self.folder / DELTA)
        earlier = self._index.version_folder(self._index.current)
        for line in delta_lines(previous, earlier, manifest, self.folder):
            file.write(line)
        self.files[DELTA] = file.close()

    def _write_changelog(self, manifest: dict[str, Any]) -> None:
        package = _package(self.folder)
        earlier: list[dict[str, Any]] = []
        before = package
        if self._index.current is not None:
            folder = self._index.version_folder(self._index.current)
            before = _package(folder)
            if (folder / CHANGELOG).exists():
                earlier = read_document(folder / CHANGELOG)
        changes = field_changes(before, package)
        delta = self.files.get(DELTA)
        entries = changelog(earlier, manifest, changes, delta, self._nothing_before())
        self.write(CHANGELOG, json_document(entries))

    def _nothing_before(self) -> NothingBefore | None:
        """What is known of earlier versions where none is left."""
        index = self._index
        if index.current is not None or self.number == 1:
            return None
        note = NOTHING_BEFORE_WITHDRAWN if index.entries else NOTHING_BEFORE_LOST
        return NothingBefore(index.last_semantic_version(), note)

    def discard(self) -> None:
        """Remove what was staged, where it has not been put in place."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _object(self, sha256: str) -> Path:
        return self._site.objects / "sha256" / sha256[:2] / sha256


def _shared(staged: Path, stored: Path) -> bool:
    """Make both one file; False where the stored one was there and went away meanwhile."""
    try:
        stored.hardlink_to(staged)
        sync_folder(stored.parent)
    except FileExistsError:  # an earlier version has it, or another dataset just gave it
        beside = temporary_name(staged)
        try:
            beside.hardlink_to(stored)
        except FileNotFoundError:
            return False
        beside.replace(staged)
    return True
