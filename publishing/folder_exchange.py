"""Putting a new folder in the place of an old one, so that readers see the old or the new one."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

from warehouse.durable_files import sync_folder

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM}
DISPLACED = "displaced-"


def put_in_place_of(new: Path, old: Path, staging: Path) -> None:
    """Exchange two folders of one file system in one step; ``new`` then holds the old files.

    Where the file system has no such step the old folder is first moved to ``staging`` as
    ``displaced-<name>``: for a moment there is none, and a process killed in it leaves the old
    folder there, from where :func:`put_displaced_back` fetches it.
    """
    if _exchanged(new, old):
        sync_folder(old.parent)
        return
    displaced = staging / f"{DISPLACED}{old.name}"
    old.rename(displaced)
    new.rename(old)
    sync_folder(old.parent)
    displaced.rename(new)


def put_displaced_back(staging: Path, folder: Path) -> list[str]:
    """Fetch back what a killed process had moved out of ``folder``; the names."""
    found = []
    for displaced in sorted(staging.glob(f"{DISPLACED}*")):
        place = folder / displaced.name.removeprefix(DISPLACED)
        if not place.exists():
            displaced.rename(place)
            sync_folder(folder)
            found.append(place.name)
    return found


def _exchanged(one: Path, other: Path) -> bool:
    """renameat2(2) with RENAME_EXCHANGE; False where it cannot be had."""
    if not sys.platform.startswith("linux"):
        return False
    library = ctypes.CDLL(None, use_errno=True)
    exchange = getattr(library, "renameat2", None)
    if exchange is None:
        return False
    paths = (os.fsencode(one), os.fsencode(other))
    if exchange(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))
