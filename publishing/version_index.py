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
MANIFEST_HASHES = ("old_manifest_sha256", "new_manifest_sha256")


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


def _mixed(folder: Path) -> DamagedReleaseError:
    return DamagedReleaseError(
        Message(
            f"第 {folder.name} 版的文件与 versions.json 所列不符"
            "（文件缺失，或只恢复了一部分备份）。",
            f"The files of version {folder.name} are not those that versions.json lists (a file is "
            "gone, or only a part was restored from a backup).",
        ),
        where=str(folder),
        advice=Message(
            f"请从同一份备份恢复整个 {folder.parent.name} 文件夹（各版本连同 versions.json）；"
            "没有备份时请移走该版本文件夹，此后不再列出该版本。然后重新运行 gongkai run。",
            f"Restore the whole folder {folder.parent.name} (all versions, with versions.json) "
            "from one backup; without one move the folder of this version away: it is then no "
            "longer listed. Then run gongkai run again.",
        ),
    )


@dataclass(frozen=True, slots=True)
class VersionIndex:
    """All versions of a dataset, oldest first. ``folder`` is ``public/datasets/<id>``.

    A version that was withdrawn keeps its entry, with ``withdrawn`` (reason and day): its files
    are gone, its number is not given again.

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
    def available(self) -> tuple[dict[str, Any], ...]:
        """The entries of the versions that have files: those that were not withdrawn."""
        return tuple(entry for entry in self.entries if not entry.get("withdrawn"))

    @property
    def current(self) -> int | None:
        """The current version: the newest that is available, since a rollback makes a new one.
        None where nothing was released, or everything was withdrawn."""
        available = self.available
        return available[-1]["version"] if available else None

    def entry(self, version: int) -> dict[str, Any] | None:
        """What the pointer says of a version, withdrawn or not; None where it names none."""
        return next((one for one in self.entries if one["version"] == version), None)

    def next_number(self) -> int:
        """The number of the next version."""
        newest = self.entries[-1]["version"] if self.entries else 0
        return max(newest, self.given) + 1

    def last_semantic_version(self) -> str:
        """Of versions of which none is left, the last proposed semantic version. Where an earlier
        program did not keep it, one that is not below it: each version raises the first number by
        one at most, from 1."""
        newest = self.entries[-1] if self.entries else {}
        is_newest = newest.get("version", 0) >= self.given
        told = newest.get("semantic_version") if is_newest else None
        return str(told or f"{self.next_number() - 1}.0.0")

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

    def has_listed_manifest(self, version: int) -> bool:
        """Whether the manifest of a version is the one that the pointer vouches for."""
        entry = self.entry(version)
        path = self._manifest_path(version)
        return entry is not None and path.exists() and file_sha256(path) == entry["manifest_sha256"]

    def refuse_mixed(self) -> None:
        """Raise DamagedReleaseError where a version is not the one that the pointer lists, as when
        one folder came back from a backup without the pointer, or has lost a file."""
        for entry in self.available:
            version = entry["version"]
            if not (self.has_listed_manifest(version) and self.is_whole(version)):
                raise _mixed(self.version_folder(version))

    def finished(self) -> list[int]:
        """Numbers of all version folders that are whole, whether the pointer names them or not."""
        if not self.folder.is_dir():
            return []
        named = {entry["version"] for entry in self.entries}
        numbers = [int(path.name) for path in self.folder.iterdir() if path.name.isdecimal()]
        return sorted(one for one in numbers if one in named or self.is_whole(one))

    def without_lost(self) -> VersionIndex:
        """The index without versions whose manifest is gone."""
        kept = [
            one
            for one in self.entries
            if one.get("withdrawn") or self._manifest_path(one["version"]).exists()
        ]
        return VersionIndex(self.folder, tuple(kept), self.given)

    def _manifest_path(self, version: int) -> Path:
        return self.version_folder(version) / MANIFEST

    def with_version(self, version: int) -> VersionIndex:
        """The index with a finished version folder added, or its entry made anew."""
        manifest = self.manifest(version)
        known = self.entry(version)
        entry = {
            "version": version,
            "content_sha256": manifest["content_sha256"],
            "created_at": manifest["created_at"],
            "rows": manifest["rows"],
            "reason": manifest["reason"],
            "rolled_back_to": manifest["rolled_back_to"],
            "manifest_sha256": file_sha256(self.version_folder(version) / MANIFEST),
        }
        if manifest.get("redactions"):
            entry["redactions"] = _redactions(manifest["redactions"], known, entry)
        others = [one for one in self.entries if one is not known]
        return self._of([*others, entry])

    def with_withdrawn(self, entry: dict[str, Any]) -> VersionIndex:
        """The index with the entry of a version whose files are gone."""
        others = [one for one in self.entries if one["version"] != entry["version"]]
        return self._of([*others, entry])

    def _of(self, entries: list[dict[str, Any]]) -> VersionIndex:
        ordered = sorted(entries, key=lambda one: int(one["version"]))
        return VersionIndex(self.folder, tuple(ordered), self.given)

    def write(self, staging: Path) -> None:
        """Switch the pointer: readers see the old or the new one. ``staging`` is the dataset's
        staging folder."""
        document = {
            "dataset": self.folder.name,
            "current": self.current,
            "versions": list(self.entries),
        }
        replace_file(self.folder / POINTER, json_document(document), staging)


def _redactions(
    told: list[dict[str, Any]], known: dict[str, Any] | None, entry: dict[str, Any]
) -> list[dict[str, Any]]:
    """The redactions of a version, with the hashes of its manifest before and after, which the
    manifest itself cannot name."""
    before = {one["withdrawal"]: one for one in (known or {}).get("redactions", ())}
    found = []
    for one in told:
        earlier = before.get(one["withdrawal"], {})
        named = {name: earlier[name] for name in MANIFEST_HASHES if name in earlier}
        if not named and known is not None:
            hashes = (known["manifest_sha256"], entry["manifest_sha256"])
            named = dict(zip(MANIFEST_HASHES, hashes, strict=True))
        found.append({**one, **named})
    return found
