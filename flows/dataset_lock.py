"""One run per dataset at a time on this machine: a lock file, until leases come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from schemas.message import GongkaiError, Message

WAIT_SECONDS = 10.0


class DatasetBusyError(GongkaiError):
    """Another run of the same dataset is under way."""


@contextmanager
def dataset_lock(archive: Path, dataset_id: str, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the dataset; raise DatasetBusyError where another run does not end within ``wait`` s."""
    folder = archive / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{dataset_id}.lock", timeout=wait)
    try:
        lock.acquire()
    except Timeout as error:
        raise DatasetBusyError(
            Message(
                f"数据集 {dataset_id} 正在被另一次运行处理。",
                f"Another run is working on the dataset {dataset_id}.",
            ),
            advice=Message("请等它结束后再运行。", "Run again when it has ended."),
        ) from error
    try:
        yield
    finally:
        lock.release()
