"""``versions.json``: the only pointer to the current version of a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.json_text import json_document, read_document
from warehouse.durable_files import file_sha256, replace_file

POINTER = "versions.json"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class VersionIndex:
    """All versions of a dataset, oldest first. ``folder`` is ``public/datasets/<id>``."""

    folder: Path
    entries: tuple[dict[str, Any], ...] = ()

    @classmethod
    def read(cls, folder: Path) -> VersionIndex:
        """What the pointer says; no versions where there is none."""
        path = folder / POINTER
        if not path.exists():
            return cls(folder)
        return cls(folder, tuple(read_document(path)["versions"]))

    @property
    def current(self) -> int | None:
        """The current version: always the newest, since a rollback makes a new one."""
        return self.entries[-1]["version"] if self.entries else None

    def next_number(self) -> int:
        """The number of the next version."""
        return (self.current or 0) + 1

    def version_folder(self, version: int) -> Path:
        """Where the files of a version lie."""
        return self.folder / str(version)

    def manifest(self, version: int) -> dict[str, Any]:
        """The manifest of a version."""
        manifest: dict[str, Any] = read_document(self.version_folder(version) / MANIFEST)
        return manifest

    def with_version(self, version: int) -> VersionIndex:
        """The index with a finished version folder added."""
        manifest = self.manifest(version)
        entry = {
            "version": version,
            "content_sha256": manifest["content_sha256"],
            "created_at": manifest["created_at"],
            "rows": manifest["rows"],
            "reason": manifest["reason"],
            "rolled_back_to": manifest["rolled_back_to"],
            "manifest_sha256": file_sha256(self.version_folder(version) / MANIFEST),
        }
        return VersionIndex(self.folder, (*self.entries, entry))

    def write(self, staging: Path) -> None:
        """Switch the pointer: readers see the old or the new one. ``staging`` is the dataset's
        staging folder."""
        document = {
            "dataset": self.folder.name,
            "current": self.current,
            "versions": list(self.entries),
        }
        replace_file(self.folder / POINTER, json_document(document), staging)
