"""Opening published files, so that what is said of a file and what is sent of it are the same.

A file is opened once; its bytes, size and hash are those of that descriptor, whatever happens to
its name meanwhile. What the manifest says of it is believed only when the opened bytes have that
hash, so a version whose files are being replaced (a withdrawal) is never sent half old, half new.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

Stamp = tuple[int, int, int, int]
"""Device, inode, time of change, size: another content has another one."""

_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_KEPT_HASHES = 1 << 16
_LOCKS = 16


class NotRegularError(Exception):
    """A link, a folder, a device: nothing that is published."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A regular file, open for reading.

    Attributes:
        modified: in whole seconds since 1970.
    """

    stream: BinaryIO
    size: int
    modified: int
    stamp: Stamp

    def read(self, start: int, length: int) -> bytes:
        """Bytes from ``start``; fewer only at the end of the file."""
        return os.pread(self.stream.fileno(), length, start)

    def close(self) -> None:
        """Let the file go."""
        self.stream.close()


def open_regular(name: str | Path, folder: int | None = None) -> OpenedFile:
    """Open a file, in an opened folder where one is given.

    Raises:
        FileNotFoundError: it is not there.
        NotRegularError: it is a link, a folder or anything else but a regular file.
        OSError: it cannot be opened.
    """
    handle = _open(name, _FLAGS, folder)
    facts = os.fstat(handle)
    if not stat.S_ISREG(facts.st_mode):
        os.close(handle)
        raise NotRegularError(str(name))
    stream = os.fdopen(handle, "rb", buffering=0)
    stamp = (facts.st_dev, facts.st_ino, facts.st_mtime_ns, facts.st_size)
    return OpenedFile(stream, facts.st_size, int(facts.st_mtime), stamp)


@contextmanager
def opened_folder(root: Path, *names: str) -> Iterator[int]:
    """A folder below ``root``, each step a real folder and not a link.

    Raises:
        FileNotFoundError: a step is not there.
        NotRegularError: a step is a link or a file.
        OSError: a step cannot be opened.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY
    handle = os.open(root, flags)
    try:
        for name in names:
            below = _open(name, flags | os.O_NOFOLLOW, handle)
            os.close(handle)
            handle = below
        yield handle
    finally:
        os.close(handle)


def _open(name: str | Path, flags: int, folder: int | None) -> int:
    try:
        return os.open(name, flags, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENXIO):
            raise NotRegularError(str(name)) from error
        raise


class FileHashes:
    """sha256 of opened files, computed once per file. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[Stamp, str] = OrderedDict()
        self._lock = threading.Lock()
        self._at_work = tuple(threading.Lock() for _ in range(_LOCKS))

    def sha256(self, file: OpenedFile) -> str:
        """Hex sha256 of the bytes of the file."""
        with self._at_work[hash(file.stamp) % _LOCKS]:  # one reader hashes, the others wait
            with self._lock:
                found = self._known.get(file.stamp)
                if found is not None:
                    self._known.move_to_end(file.stamp)
                    return found
            with os.fdopen(os.dup(file.stream.fileno()), "rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
            with self._lock:
                self._known[file.stamp] = found
                while len(self._known) > _KEPT_HASHES:
                    self._known.popitem(last=False)
        return found
