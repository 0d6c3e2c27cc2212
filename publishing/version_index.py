"""``versions.json``: the only pointer to the current version of a dataset."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.json_text import json_document, read_document
from schemas.message import GongkaiError, Message
from warehouse.durable_files import file_sha256, replace_file

POINTER = "versions.json"
MANIFEST = "manifest.json"


class DamagedReleaseError(GongkaiError):
    """A document of a release is gone or cannot be read."""


def _damaged(path: Path) -> DamagedReleaseError:
    return DamagedReleaseError(
        Message("发布文件缺失或已损坏。", "A file of the release is gone or damaged."),
        where=str(path),
        advice=Message(
            "请从备份恢复 public 目录，然后运行 gongkai run。",
            "Restore the public folder from its backup, then run gongkai run.",
        ),
    )


@dataclass(frozen=True, slots=True)
class VersionIndex:
    """All versions of a dataset, oldest first. ``folder`` is ``public/datasets/<id>``.

    ``given`` is the highest number that was ever given to a version, as far as is known: one
    whose files are gone must not lend its number to another content.
    """

    folder: Path
    entries: tuple[dict[str, Any], ...] = ()
    given: int = 0

    @classmethod
    def read(cls, folder: Path, given: int = 0) -> VersionIndex:
        """What the pointer says; no versions where there is none.

        Raises:
            DamagedReleaseError: the pointer is cut or is none of ours.
        """
        path = folder / POINTER
        if not path.exists():
            return cls(folder, (), given)
        try:
            entries = tuple(read_document(path)["versions"])
            if any(not isinstance(entry["version"], int) for entry in entries):
                raise _damaged(path)
        except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
            raise _damaged(path) from error
        return cls(folder, entries, given)

    @property
    def current(self) -> int | None:
        """The current version: always the newest, since a rollback makes a new one."""
        return self.entries[-1]["version"] if self.entries else None

    def next_number(self) -> int:
        """The number of the next version."""
        return max(self.current or 0, self.given) + 1

    def version_folder(self, version: int) -> Path:
        """Where the files of a version lie."""
        return self.folder / str(version)

    def manifest(self, version: int) -> dict[str, Any]:
        """The manifest of a version. Raises DamagedReleaseError where it is gone or cut."""
        path = self.version_folder(version) / MANIFEST
        try:
            manifest: dict[str, Any] = read_document(path)
        except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise _damaged(path) from error
        return manifest

    def is_whole(self, version: int) -> bool:
        """Whether every file that the manifest of a version names is there with its size."""
        try:
            files = self.manifest(version)["files"]
        except (DamagedReleaseError, KeyError):
            return False
        folder = self.version_folder(version)
        paths = [(folder / name, facts["bytes"]) for name, facts in files.items()]
        return all(path.is_file() and path.stat().st_size == size for path, size in paths)

    def finished(self) -> list[int]:
        """Numbers of all version folders that are whole, whether the pointer names them or not."""
        if not self.folder.is_dir():
            return []
        named = {entry["version"] for entry in self.entries}
        numbers = [int(path.name) for path in self.folder.iterdir() if path.name.isdecimal()]
        return sorted(one for one in numbers if one in named or self.is_whole(one))

    def without_lost(self) -> VersionIndex:
        """The index without versions whose manifest is gone."""
        kept = [one for one in self.entries if self._manifest_path(one["version"]).exists()]
        return VersionIndex(self.folder, tuple(kept), self.given)

    def _manifest_path(self, version: int) -> Path:
        return self.version_folder(version) / MANIFEST

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
        entries = sorted((*self.entries, entry), key=lambda one: int(one["version"]))
        return VersionIndex(self.folder, tuple(entries), self.given)

    def write(self, staging: Path) -> None:
        """Switch the pointer: readers see the old or the new one. ``staging`` is the dataset's
        staging folder."""
        document = {
            "dataset": self.folder.name,
            "current": self.current,
            "versions": list(self.entries),
        }
        replace_file(self.folder / POINTER, json_document(document), staging)
