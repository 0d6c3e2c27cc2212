"""The snapshot archive: exact bytes, stored once under their sha256.

Layout below the archive's folder::

    ab/cdef…          the bytes; read-only, never changed
    ab/cdef….jsonl    each fetch that brought these bytes anew: url, name, time, status, headers
    addresses/ab/….json   what one address gave last, for conditional requests
    incoming/         bytes on their way; worthless after a crash

The archive needs no database: :meth:`Archive.fetches` tells its whole history in order.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from schemas.message import FetchError, Message
from schemas.snapshot import Snapshot

CHUNK_BYTES = 1 << 20
LEFTOVER_SECONDS = 24 * 3600
_ADVICE = Message(
    "请检查归档目录的磁盘空间和权限，然后重新运行。",
    "Check disk space and permissions of the archive folder, then run again.",
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where bytes came from. ``address`` tells requests apart that share a URL (POST bodies)."""

    url: str
    name: str
    fetched_at: dt.datetime
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    address: str = ""

    def key(self) -> str:
        """What the address file is named by."""
        return self.address or self.url


@dataclass(frozen=True, slots=True)
class Stored:
    """A snapshot, and whether the archive learnt something from it."""

    snapshot: Snapshot
    is_new: bool


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """What an address gave last: the snapshot, and when its bytes last came whole (not by 304)."""

    snapshot: Snapshot
    whole_at: dt.datetime
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class ArchiveFault:
    """Bytes that are no longer what their name says, or are gone."""

    sha256: str
    path: Path
    what: Message


class Archive:
    """Exact bytes under their sha256 in ``folder``, which is made where it does not exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def writer(self) -> ArchiveWriter:
        """Bytes on their way in; use it as a context manager and end it with ``commit``."""
        return ArchiveWriter(self)

    def path_of(self, sha256: str) -> Path:
        """Where the bytes of this digest lie, or would lie."""
        return self.folder / sha256[:2] / sha256[2:]

    def has(self, sha256: str) -> bool:
        """Whether the bytes are there."""
        return self.path_of(sha256).is_file()

    def get(self, sha256: str, *, url: str | None = None, name: str | None = None) -> Snapshot:
        """The snapshot of these bytes; of several fetches the last one (from ``url``, if given).

        Raises:
            FetchError: the archive does not hold them.
        """
        path = self.path_of(sha256)
        known = [
            entry
            for entry in _lines(_log_of(path))
            if url in (None, entry["url"]) and name in (None, entry["name"])
        ]
        if not known or not path.is_file():
            raise FetchError(
                Message(f"归档中没有原始快照 {sha256}。", f"The archive holds no {sha256}."),
                where=str(self.folder),
                advice=Message(
                    "请从备份恢复归档目录，或重新采集。",
                    "Restore the archive folder from its backup, or fetch again.",
                ),
            )
        return _snapshot(known[-1], path)

    def last_answer(self, address: str) -> LastAnswer | None:
        """What ``address`` gave last, if its bytes are still there in full."""
        try:
            entry = json.loads(self._address_path(address).read_bytes())
        except (FileNotFoundError, json.JSONDecodeError):
            return None  # nothing known: the next request is simply unconditional
        path = self.path_of(entry["sha256"])
        if not path.is_file() or path.stat().st_size != entry["size"]:
            return None
        return LastAnswer(
            _snapshot(entry, path),
            dt.datetime.fromisoformat(entry["whole_at"]),
            dict(entry["validators"]),
        )

    def fetches(self) -> Iterator[Snapshot]:
        """Every recorded fetch in order of time: the archive alone can be replayed."""
        entries = [
            (entry["fetched_at"], entry["url"], entry["name"], log.with_suffix(""), entry)
            for log in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*.jsonl"))
            for entry in _lines(log)
        ]
        for _, _, _, path, entry in sorted(entries, key=lambda item: item[:3]):
            yield _snapshot(entry, path)

    def verify(self, progress: Callable[[int], None] | None = None) -> tuple[ArchiveFault, ...]:
        """Hash everything again; ``progress`` is told the number of files done.

        Finds flipped bytes, cut files, files without their log and logs without their file.
        """
        faults: list[ArchiveFault] = []
        names = {
            path.with_suffix("") if path.suffix == ".jsonl" else path
            for path in self.folder.glob("[0-9a-f][0-9a-f]/*")
        }
        for done, path in enumerate(sorted(names), start=1):
            faults.extend(_faults(path))
            if progress:
                progress(done)
        return tuple(faults)

    def record(self, digest: str, size: int, origin: Origin, *, is_current: bool) -> Snapshot:
        """Write down where bytes came from, unless that is known already."""
        path = self.path_of(digest)
        known = [
            entry
            for entry in _lines(_log_of(path))
            if (entry["url"], entry["name"]) == (origin.url, origin.name)
        ]
        answer = self.last_answer(origin.key())
        came_back = answer is not None and answer.snapshot.sha256 != digest
        if known and not came_back:
            entry = known[-1]
        else:
            entry = {
                "sha256": digest,
                "url": origin.url,
                "name": origin.name,
                "fetched_at": origin.fetched_at.isoformat(),
                "size": size,
                "status": origin.status,
                "headers": origin.headers,
            }
            _append(_log_of(path), entry)
        if is_current:
            state = {
                **entry,
                "whole_at": origin.fetched_at.isoformat(),
                "validators": origin.headers,
            }
            self._replace(self._address_path(origin.key()), state)
        return _snapshot(entry, path)

    def incoming(self) -> Path:
        """The folder of bytes on their way, cleared of what crashes left behind long ago."""
        folder = self.folder / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        oldest = dt.datetime.now(dt.UTC).timestamp() - LEFTOVER_SECONDS
        for path in folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process may clear it as well
                if path.stat().st_mtime < oldest:
                    path.unlink()
        return folder

    def _address_path(self, address: str) -> Path:
        digest = hashlib.sha256(address.encode()).hexdigest()
        return self.folder / "addresses" / digest[:2] / f"{digest[2:]}.json"

    def _replace(self, path: Path, entry: dict[str, Any]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self.incoming())
        with os.fdopen(descriptor, "wb") as file:
            file.write(_json_line(entry))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        sync_folder(path.parent)


class ArchiveWriter:
    """Bytes on their way into the archive. What is not committed is thrown away.

    Attributes:
        size: bytes written so far.
        path: where they lie meanwhile, so that they can be checked before they are committed.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._digest = hashlib.sha256()
        self.size = 0
        self.path = Path()

    def __enter__(self) -> Self:
        with _disk_trouble(self._archive.folder):
            descriptor, name = tempfile.mkstemp(dir=self._archive.incoming())
        self._file = os.fdopen(descriptor, "wb")
        self.path = Path(name)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Add bytes."""
        with _disk_trouble(self._archive.folder):
            self._file.write(data)
        self._digest.update(data)
        self.size += len(data)

    def flush(self) -> None:
        """Make what was written readable at :attr:`path`."""
        with _disk_trouble(self._archive.folder):
            self._file.flush()

    def copy_from(self, path: Path) -> None:
        """Add the bytes of a file, piece by piece."""
        with path.open("rb") as file:
            while data := file.read(CHUNK_BYTES):
                self.write(data)

    def commit(self, origin: Origin, *, is_current: bool = True) -> Stored:
        """Store the bytes and where they came from.

        ``is_current`` False keeps them as evidence only: the address is not said to have given
        them, so that no later conditional request relies on bytes that were refused.
        """
        digest = self._digest.hexdigest()
        target = self._archive.path_of(digest)
        with _disk_trouble(self._archive.folder):
            is_new = not (target.is_file() and target.stat().st_size == self.size)
            if is_new:
                self._file.flush()
                os.fsync(self._file.fileno())
                target.parent.mkdir(parents=True, exist_ok=True)
                self.path.chmod(0o444)
                self.path.replace(target)
                sync_folder(target.parent)
            snapshot = self._archive.record(digest, self.size, origin, is_current=is_current)
        return Stored(snapshot, is_new)


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` last through a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.jsonl")


def _json_line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _append(log: Path, entry: dict[str, Any]) -> None:
    """Add one line. A line that a crash cut short is closed first and skipped when read."""
    closes = log.is_file() and not log.read_bytes().endswith(b"\n")
    with log.open("ab") as file:
        file.write((b"\n" if closes else b"") + _json_line(entry))
        file.flush()
        os.fsync(file.fileno())


def _lines(log: Path) -> list[dict[str, Any]]:
    if not log.is_file():
        return []
    entries = []
    for line in log.read_bytes().splitlines():
        with contextlib.suppress(
            json.JSONDecodeError
        ):  # cut by a crash; the fetch is recorded anew
            entries.append(json.loads(line))
    return entries


def _snapshot(entry: dict[str, Any], path: Path) -> Snapshot:
    return Snapshot(
        sha256=entry["sha256"],
        path=path,
        name=entry["name"],
        url=entry["url"],
        fetched_at=dt.datetime.fromisoformat(entry["fetched_at"]),
        size=entry["size"],
        status=entry["status"],
        headers=dict(entry["headers"]),
    )


def _faults(path: Path) -> Iterator[ArchiveFault]:
    digest = path.parent.name + path.name
    if not path.is_file():
        yield ArchiveFault(digest, path, Message("字节已丢失。", "The bytes are gone."))
        return
    if not _lines(_log_of(path)):
        yield ArchiveFault(digest, path, Message("没有来源记录。", "Its origin is not recorded."))
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(CHUNK_BYTES):
            hasher.update(data)
    if hasher.hexdigest() != digest:
        yield ArchiveFault(
            digest,
            path,
            Message("内容与其 sha256 不符，可能已损坏。", "The bytes do not match their sha256."),
        )


@contextlib.contextmanager
def _disk_trouble(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise FetchError(
            Message(
                f"无法写入原始快照归档：{reason}。", f"The archive cannot be written: {reason}."
            ),
            where=str(folder),
            advice=_ADVICE,
        ) from error
