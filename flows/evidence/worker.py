"""The process that reads snapshots for the portal: one task a line in, one answer a line out.

It is a process of its own so that a document that takes too long or too much memory can be ended
without harm to the portal. It ends by itself when the portal does, or after a while without work.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import select
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from connectors.documents.cell_pictures import cell_picture
from flows.evidence.preparing import layout_from_json, prepare
from flows.snapshot_check import check_snapshot
from schemas.documents.document import Box
from schemas.message import GongkaiError, Message
from schemas.snapshot import Snapshot

IDLE_SECONDS = 120.0
MEMORY_BYTES = 4 << 30
NICENESS = 10


def perform(task: dict[str, Any]) -> dict[str, Any]:
    """Do one task; the answer holds ``made``, or ``trouble`` in both languages.

    ``prepare`` reads a snapshot into the folder ``into``; ``picture`` draws cells into the file
    ``into`` (``made`` is false where they must not be shown).
    """
    try:
        if task["task"] == "prepare":
            return {"made": _prepare(task)}
        return {"made": _picture(task)}
    except GongkaiError as error:
        return {"trouble": [error.what.zh, error.what.en]}


def _prepare(task: dict[str, Any]) -> bool:
    path, into = Path(task["path"]), Path(task["into"])
    check_snapshot(_snapshot(path, task))
    into.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=into.parent, prefix="incoming-"))
    try:
        prepare(path, task["name"], layout_from_json(task["layout"]), folder)
        if not into.exists():
            folder.rename(into)
        return True
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _snapshot(path: Path, task: dict[str, Any]) -> Snapshot:
    moment = dt.datetime.fromtimestamp(0, dt.UTC)
    return Snapshot(task["sha256"], path, task["name"], "", moment, 0)


def _picture(task: dict[str, Any]) -> bool:
    shown, blanked = ([Box(*one) for one in task[name]] for name in ("shown", "blanked"))
    drawn = cell_picture(Path(task["path"]), task["page"], shown, blanked)
    if drawn is None:
        return False
    into = Path(task["into"])
    unfinished = into.with_name(f"{into.name}.{os.getpid()}")
    unfinished.write_bytes(drawn)
    unfinished.replace(into)
    return True


def main() -> None:
    """Answer tasks until standard input ends or nothing came for a while."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
    while select.select([sys.stdin], [], [], IDLE_SECONDS)[0]:
        line = sys.stdin.readline()
        if not line:
            return
        try:
            answer = perform(json.loads(line))
        except MemoryError:
            told = Message("文件过大，无法在此显示。", "The file is too large to be shown here.")
            answer = {"trouble": [told.zh, told.en]}
        print(json.dumps(answer, ensure_ascii=False), file=answers, flush=True)


if __name__ == "__main__":
    main()
