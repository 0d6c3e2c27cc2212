"""A drop directory."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from connectors.archive import Origin, Stored
from connectors.completeness import check_bytes
from connectors.context import FetchContext
from connectors.drop_files import is_temporary, natural_key
from schemas.connector_options import FolderConnector
from schemas.message import FetchError, IncompleteFetchError, Message
from schemas.snapshot import Fetched


@dataclass(frozen=True, slots=True)
class _Selection:
    """Files of a folder: to be read, left for later, and not meant for us."""

    ready: tuple[Path, ...]
    pending: tuple[str, ...]
    skipped: tuple[str, ...]


def fetch(options: FolderConnector, context: FetchContext) -> Fetched:
    """Archive the files that match, in natural order of their paths.

    Files that are still being written are ``pending``; where all are, no snapshot comes.

    Raises:
        FetchError: no such folder, nothing matches, or a link leads out of the folder.
        IncompleteFetchError: a file is empty or cut.
    """
    root = context.site_folder / options.path
    selection = _select(root, options, context)
    stored: list[Stored] = []
    pending = list(selection.pending)
    for done, path in enumerate(selection.ready, start=1):
        name = path.relative_to(root).as_posix()
        item = _store(path, options, context, name)
        if item is None:
            pending.append(name)
        else:
            stored.append(item)
        context.progress(Message(name, name), done, len(selection.ready))
    return Fetched(
        snapshots=tuple(item.snapshot for item in stored),
        evidence=_evidence(len(stored), tuple(pending), selection.skipped),
        new_content=any(item.is_new for item in stored),
        pending=tuple(pending),
    )


def _select(root: Path, options: FolderConnector, context: FetchContext) -> _Selection:
    if not root.is_dir():
        raise FetchError(
            Message(f"没有这个目录：{options.path}。", f"There is no such folder: {options.path}."),
            where=str(root),
            advice=Message(
                "请检查来源文件的 connector.path。", "Check connector.path in the source."
            ),
        )
    if ".." in PurePosixPath(options.glob).parts or options.glob.startswith("/"):
        raise FetchError(
            Message("glob 不能离开目录。", "glob must stay within the folder."), where=options.glob
        )
    found = sorted(
        (path for path in root.glob(options.glob) if path.is_symlink() or path.is_file()),
        key=lambda path: natural_key(path.relative_to(root).as_posix()),
    )
    skipped = tuple(path.relative_to(root).as_posix() for path in found if is_temporary(path.name))
    wanted = [path for path in found if not is_temporary(path.name)]
    for path in wanted:
        _refuse_way_out(path, root)
    wanted = [path for path in wanted if path.is_file()]  # a link to a folder is no file
    if not wanted:
        told = f"（已跳过：{'、'.join(skipped)}）" if skipped else ""
        told_en = f" (skipped: {', '.join(skipped)})" if skipped else ""
        raise FetchError(
            Message(
                f"目录中没有符合“{options.glob}”的文件{told}。",
                f"No file of the folder matches “{options.glob}”{told_en}.",
            ),
            where=str(root),
            advice=Message(
                "请确认部门是否已放入文件，或检查 glob。",
                "See whether the department has delivered, or check glob.",
            ),
        )
    if options.newest_only:
        # on equal times the last in natural order: ``wanted`` is sorted, and max takes the first
        wanted = [max(reversed(wanted), key=lambda path: path.stat().st_mtime_ns)]
    young = {path for path in wanted if _is_young(path, options, context.clock.now())}
    return _Selection(
        ready=tuple(path for path in wanted if path not in young),
        pending=tuple(path.relative_to(root).as_posix() for path in wanted if path in young),
        skipped=skipped,
    )


def _refuse_way_out(path: Path, root: Path) -> None:
    """A link that leads out of the folder could publish any file of this machine."""
    if not path.resolve().is_relative_to(root.resolve()):
        raise FetchError(
            Message(
                f"“{path.name}”是指向目录之外的链接，已拒绝。",
                f"“{path.name}” is a link out of the folder and is refused.",
            ),
            where=str(path),
            advice=Message("请放入文件本身。", "Put the file itself there."),
        )


def _is_young(path: Path, options: FolderConnector, now: dt.datetime) -> bool:
    return (
        options.stable_seconds > 0
        and now.timestamp() - path.stat().st_mtime < options.stable_seconds
    )


def _store(path: Path, options: FolderConnector, context: FetchContext, name: str) -> Stored | None:
    """Copy one file into the archive; None where it changed meanwhile."""
    where = f"{options.path}/{name}"
    with context.archive.writer() as writer:
        try:
            before = path.stat()
            writer.copy_from(path)
            after = path.stat()
        except OSError as error:
            raise FetchError(
                Message(
                    f"文件无法读取：{error.strerror}。",
                    f"The file cannot be read: {error.strerror}.",
                ),
                where=where,
                advice=Message("请检查文件权限。", "Check the permissions of the file."),
            ) from error
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            return None
        writer.flush()
        origin = Origin(
            url=f"file:{where}",
            name=path.name,
            fetched_at=context.clock.now(),
            headers={
                "Last-Modified": dt.datetime.fromtimestamp(after.st_mtime, dt.UTC).isoformat()
            },
        )
        try:
            check_bytes(
                writer.path, context.completeness, reader_type=context.reader_type, where=where
            )
        except IncompleteFetchError:
            writer.commit(origin, is_current=False)
            raise
        return writer.commit(origin)


def _evidence(count: int, pending: tuple[str, ...], skipped: tuple[str, ...]) -> Message:
    zh = f"目录列表：{count} 个文件，读取前后大小和时间未变"
    en = f"listing of the folder: {count} files, size and time the same before and after reading"
    if pending:
        zh += f"；仍在写入，留待下次：{'、'.join(pending)}"
        en += f"; still being written, left for the next run: {', '.join(pending)}"
    if skipped:
        zh += f"；临时文件已跳过：{'、'.join(skipped)}"
        en += f"; temporary files skipped: {', '.join(skipped)}"
    return Message(f"{zh}。", f"{en}.")
