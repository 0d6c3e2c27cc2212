"""A snapshot must be what it was when it was fetched: discs forget bits."""

from __future__ import annotations

from schemas.message import Message, UnreadableFileError
from schemas.snapshot import Snapshot
from warehouse.durable_files import file_sha256


def check_snapshot(snapshot: Snapshot) -> None:
    """Raise UnreadableFileError where the archived bytes are gone or do not match their hash."""
    if snapshot.path.is_file():
        if file_sha256(snapshot.path) == snapshot.sha256:
            return
        what = Message(
            f"归档的原始快照 {snapshot.name} 已损坏，与其 sha256 不符。",
            f"The archived snapshot {snapshot.name} is damaged: it does not match its sha256.",
        )
    else:
        what = Message(
            f"归档的原始快照 {snapshot.name} 不见了。",
            f"The archived snapshot {snapshot.name} is gone.",
        )
    raise UnreadableFileError(
        what,
        where=str(snapshot.path),
        advice=Message(
            "没有采用任何数据。请从备份恢复这个文件；没有备份时删去它，"
            "再运行 gongkai run 重新采集。",
            "Nothing was accepted. Restore this file from its backup; without one, delete it and "
            "fetch again with gongkai run.",
        ),
    )
