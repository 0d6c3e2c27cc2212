"""What folders and SFTP servers have in common: natural order, and files that are not ready."""

from __future__ import annotations

import re

_TEMPORARY_STARTS = ("~$", ".~", "._")
_TEMPORARY_ENDS = (
    ".tmp",
    ".temp",
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".swp",
    ".lock",
)
_SYSTEM_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".gitkeep", ".gitignore"})


def is_temporary(name: str) -> bool:
    """Whether a file name is that of an upload under way, a lock of an office program, or of an
    operating system's own file (``~$预算.xlsx``, ``a.csv.part``, ``Thumbs.db``)."""
    lowered = name.lower()
    return (
        lowered.startswith(_TEMPORARY_STARTS)
        or lowered.endswith(_TEMPORARY_ENDS)
        or lowered in _SYSTEM_FILES
    )


def natural_key(path: str) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Sort key by which ``2月`` stands before ``10月``; each folder level for itself."""
    return tuple(
        tuple(
            (0, int(part), part) if part.isdecimal() else (1, 0, part)
            for part in re.split(r"(\d+)", level)
            if part
        )
        for level in path.split("/")
    )
