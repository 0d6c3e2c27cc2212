"""The folder of a copy: states beside each other, and a link to the one that is served.

``DIR/current`` is a link to ``DIR/state-…``; it is replaced in one step when a state is whole. What
is the same in the new state and in the one before it is one file with two names (hard links).
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from schemas.message import GongkaiError, Message, WrongUseError
from warehouse.durable_files import temporary_name

CURRENT = "current"
RECORD = "export.json"
LOCK = "export.lock"
_STATE = "state-"
_OURS = (CURRENT, RECORD, LOCK)


@dataclass
class Tree:
    """A state under construction below the folder of a copy.

    Attributes:
        folder: of the copy.
        record: what is known of the state before, {} where there is none.
        files: names of the files put in so far, with ``/`` between folders.
        size: of these, in bytes.
    """

    folder: Path
    state: Path
    before: Path | None
    record: dict[str, Any]
    files: set[str] = field(default_factory=set)
    size: int = 0

    def write(self, name: str, content: bytes) -> None:
        """Write a file."""
        path = self._new(name)
        path.write_bytes(content)
        self.size += len(content)

    def take(self, name: str, source: Path, stream: BinaryIO) -> None:
        """Take a file that is opened: by another name of it where that can be, else by a copy.

        The name is only believed where it still leads to what is opened.
        """
        path = self._new(name)
        facts = os.fstat(stream.fileno())
        try:
            path.hardlink_to(source)
            if os.path.samestat(path.stat(), facts):
                self.size += facts.st_size
                return
            path.unlink()
        except OSError:  # another file system, or one without hard links
            path.unlink(missing_ok=True)
        stream.seek(0)
        with path.open("wb") as target:
            shutil.copyfileobj(stream, target, 1 << 20)
        os.utime(path, ns=(facts.st_mtime_ns, facts.st_mtime_ns))
        self.size += facts.st_size

    def keep(self, name: str) -> bool:
        """Take a file of the state before; False where it has none of that name."""
        if self.before is None:
            return False
        earlier = self.before / name
        if not earlier.is_file() or earlier.is_symlink():
            return False
        path = self._new(name)
        path.hardlink_to(earlier)
        self.size += path.stat().st_size
        return True

    def link(self, name: str, target: str) -> None:
        """Make a relative link within the state."""
        path = self.state / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(target)

    def begin_again(self, record: dict[str, Any]) -> None:
        """Begin another state, with what was made so far as the state before."""
        self.before, self.record = self.state, record
        self.state = _new_state(self.folder)
        self.files = set()
        self.size = 0

    def switch(self, record: dict[str, Any]) -> None:
        """Serve this state from now on, and forget all others."""
        os.sync()  # the link must never lead to files that a power failure can take
        draft = temporary_name(self.folder / RECORD)
        draft.write_text(json.dumps(record | {"state": self.state.name}), encoding="utf-8")
        link = temporary_name(self.folder / CURRENT)
        link.symlink_to(self.state.name)
        link.replace(self.folder / CURRENT)
        draft.replace(self.folder / RECORD)
        _forget_states(self.folder, self.state)

    def _new(self, name: str) -> Path:
        path = self.state / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self.files.add(name)
        return path


@contextmanager
def opened_tree(folder: Path) -> Iterator[Tree]:
    """A new state in the folder of a copy; taken away again where it was not switched to.

    Raises:
        WrongUseError: the folder holds something else.
        GongkaiError: another export is at work there.
    """
    _refuse_foreign(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise GongkaiError(
            Message("另一个导出正在进行。", "Another export is at work."),
            where=str(folder),
            advice=Message("请等它结束后再试。", "Try again when it has ended."),
        ) from error
    try:
        before = (folder / CURRENT).resolve() if (folder / CURRENT).is_dir() else None
        _forget_states(folder, before)
        try:
            yield Tree(folder, _new_state(folder), before, _record(folder, before))
        finally:
            _forget_states(folder, (folder / CURRENT).resolve())
    finally:
        lock.release()


def _new_state(folder: Path) -> Path:
    state = folder / f"{_STATE}{secrets.token_hex(6)}"
    state.mkdir()
    return state


def _record(folder: Path, before: Path | None) -> dict[str, Any]:
    """What the last export wrote down of the state that is served; {} where that is not known."""
    try:
        record: dict[str, Any] = json.loads((folder / RECORD).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return record if before is not None and record.get("state") == before.name else {}


def _forget_states(folder: Path, kept: Path | None) -> None:
    for path in folder.glob(f"{_STATE}*"):
        if kept is None or path.name != kept.name:
            shutil.rmtree(path, ignore_errors=True)
    for name in (CURRENT, RECORD):
        for draft in folder.glob(f".{name}.*.tmp"):
            draft.unlink(missing_ok=True)


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        names = [folder.name]
    else:
        names = sorted(
            path.name
            for path in folder.iterdir()
            if path.name not in _OURS
            and not path.name.startswith((_STATE, *(f".{one}." for one in _OURS)))
        )
    if names:
        raise WrongUseError(
            Message(
                f"文件夹中有不属于导出的内容：{names[0]}。",
                f"The folder holds what is none of an export: {names[0]}.",
            ),
            where=str(folder),
            advice=Message("请用 --to 指定空文件夹。", "Name an empty folder with --to."),
        )
