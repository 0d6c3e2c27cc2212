"""Files whose sha256 and size are known when they are closed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from isal import isal_zlib

from warehouse.durable_files import file_sha256, sync_file

GZIP_WINDOW_BITS = 31  # a gzip header with mtime 0 and no name: the same bytes every time
GZIP_LEVEL = 2


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the manifest says about a file."""

    sha256: str
    bytes: int


class Sink(Protocol):
    """Something bytes are written to, piece by piece."""

    def write(self, content: bytes) -> None:
        """Take the next piece."""

    def close(self) -> FileFacts:
        """Finish, make durable, and say what was written."""


class PlainFile:
    """A file that is hashed while it is written."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("wb")
        self._hash = hashlib.sha256()
        self._bytes = 0

    def write(self, content: bytes) -> None:
        """Take the next piece."""
        self._stream.write(content)
        self._hash.update(content)
        self._bytes += len(content)

    def close(self) -> FileFacts:
        """Finish and make durable."""
        with self._stream:
            self._stream.flush()
            os.fsync(self._stream.fileno())
        return FileFacts(self._hash.hexdigest(), self._bytes)


class GzipFile:
    """A gzip file without time and name, hashed while it is written."""

    def __init__(self, path: Path) -> None:
        self._file = PlainFile(path)
        self._compressor = isal_zlib.compressobj(GZIP_LEVEL, wbits=GZIP_WINDOW_BITS)

    def write(self, content: bytes) -> None:
        """Take the next piece."""
        self._file.write(self._compressor.compress(content))

    def close(self) -> FileFacts:
        """Finish and make durable."""
        self._file.write(self._compressor.flush())
        return self._file.close()


def finished_file(path: Path) -> FileFacts:
    """Make a file that a library has written durable, and say what is in it."""
    sync_file(path)
    return FileFacts(file_sha256(path), path.stat().st_size)
