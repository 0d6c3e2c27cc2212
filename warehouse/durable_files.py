"""Files that are either whole or not there, whatever is killed when.

The order is the one that was measured to survive a kill at every system call: write a temporary
file, fsync it, rename it into place, fsync the folder.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make the content of a closed file durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def temporary_name(path: Path) -> Path:
    """A name beside ``path`` that no other process uses."""
    return path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")


def replace_file(path: Path, content: bytes, staging: Path) -> None:
    """Write a small file so that readers see the old or the new content, whole.

    The temporary file is made in ``staging``, a folder of the same file system that is not
    served: a kill leaves nothing beside ``path``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    staging.mkdir(parents=True, exist_ok=True)
    temporary = temporary_name(staging / path.name)
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def file_sha256(path: Path) -> str:
    """Hex sha256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
