"""Prepared snapshots and pictures on disk, made when first asked for; bounded, and free to delete.

They lie below the archive's folder, never below the public one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows.evidence.prepared import PreparedSnapshot
from flows.evidence.preparing import layout_to_json
from flows.evidence.workshop import Workshop
from schemas.documents.document import Box
from schemas.effective_layout import EffectiveLayout
from schemas.message import Message
from schemas.snapshot import Snapshot

READING_VERSION = 1
"""Raised when what is prepared changes its form."""
MOST_BYTES = 2 << 30
WAIT_SECONDS = 6.0
"""A reader of a page waits so long; then the page says that the document is being read."""


class Shelf:
    """The prepared snapshots of a site. Safe to share between threads."""

    def __init__(
        self,
        folder: Path,
        workshop: Workshop,
        *,
        most_bytes: int = MOST_BYTES,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self.folder = folder
        self._workshop = workshop
        self._most_bytes = most_bytes
        self._wait = wait_seconds
        self._lock = threading.Lock()

    def snapshot(
        self, snapshot: Snapshot, layout: EffectiveLayout
    ) -> PreparedSnapshot | Message | None:
        """A snapshot as read with a layout; why it cannot be read; or None: not yet."""
        described = layout_to_json(layout)
        into = self.folder / _name(READING_VERSION, snapshot.sha256, described)
        if not into.is_dir():
            task = {
                "task": "prepare",
                "path": str(snapshot.path),
                "name": snapshot.name,
                "sha256": snapshot.sha256,
                "layout": described,
                "into": str(into),
            }
            made = self._workshop.done(into.name, task, self._wait)
            if made is None or isinstance(made, Message):
                return made
            self._tidy(into)
        os.utime(into)
        return PreparedSnapshot(into)

    def picture(
        self,
        prepared: PreparedSnapshot,
        path: Path,
        page: int,
        shown: Sequence[Box],
        blanked: Sequence[Box],
    ) -> bytes | Message | None:
        """A picture of cells; None where there is none to show; a message where it is not yet."""
        corners = [[box.left, box.top, box.right, box.bottom] for box in shown]
        others = [[box.left, box.top, box.right, box.bottom] for box in blanked]
        into = prepared.folder / f"{_name(page, corners)}.png"
        absent = into.with_suffix(".none")
        if not into.is_file() and not absent.is_file():
            task = {
                "task": "picture",
                "path": str(path),
                "page": page,
                "shown": corners,
                "blanked": others,
                "into": str(into),
            }
            made = self._workshop.done(f"{prepared.folder.name} {into.name}", task, self._wait)
            if made is None:
                return NOT_YET
            if made is False or isinstance(made, Message):
                absent.touch()
        return into.read_bytes() if into.is_file() else None

    def _tidy(self, newest: Path) -> None:
        """Remove what was not used for the longest time until the rest fits."""
        with self._lock:
            folders = [one for one in self.folder.iterdir() if one.is_dir()]
            folders.sort(key=lambda one: one.stat().st_mtime)
            sizes = {one: _bytes_in(one) for one in folders}
            total = sum(sizes.values())
            for folder in folders:
                if total <= self._most_bytes:
                    return
                if folder != newest and not folder.name.startswith("incoming-"):
                    shutil.rmtree(folder, ignore_errors=True)
                    total -= sizes[folder]


NOT_YET = Message("图片正在准备，请稍后刷新。", "The picture is being made; reload in a while.")


def _name(*parts: Any) -> str:
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _bytes_in(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
