"""Whatever goes wrong in a run, as a sentence: what happened and what to do."""

from __future__ import annotations

import errno

from schemas.message import GongkaiError, Message, joined

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_TOO_MANY = (errno.EMFILE, errno.ENFILE)


def sentence_of(error: BaseException) -> Message:
    """The sentence for an error that ends a run or a command."""
    if isinstance(error, GongkaiError):
        return error.message()
    if isinstance(error, OSError):
        return _of_system(error)
    if isinstance(error, MemoryError):
        return Message(
            "内存不足。请增加内存，或把文件分成几份。",
            "There is not enough memory. Add memory, or split the file.",
        )
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    return Message(
        f"程序内部错误（{what}）。请加 --debug 重新运行并把输出报告给维护者。",
        f"Internal error ({what}). Run again with --debug and report the output to the "
        "maintainers.",
    )


def _of_system(error: OSError) -> Message:
    """Trouble of the file system: libraries tell it without a number now and then."""
    text = str(error).lower()
    where = str(error.filename) if error.filename else ""
    place = Message(f"{where}: " if where else "", f"{where}: " if where else "")
    if error.errno in _FULL or "no space left" in text or "file too large" in text:
        told = joined(
            Message("磁盘空间不足，写不下去。", "The disk is full: writing failed."),
            Message("请腾出空间后重新运行。", "Free some space, then run again."),
        )
    elif error.errno in _FORBIDDEN or "read-only file system" in text:
        told = joined(
            Message("没有写入（或读取）的权限。", "Writing (or reading) is not permitted."),
            Message(
                "请检查目录的权限，或磁盘是否被挂载为只读。",
                "Check the permissions of the folder, or whether the disk is mounted read-only.",
            ),
        )
    elif error.errno in _TOO_MANY or "too many open files" in text:
        told = joined(
            Message("打开的文件太多。", "Too many files are open."),
            Message(
                "请提高 ulimit -n（建议不少于 1024）后重新运行。",
                "Raise ulimit -n (1024 or more), then run again.",
            ),
        )
    else:
        reason = error.strerror or str(error)
        told = joined(
            Message(f"系统错误：{reason}。", f"The system reports: {reason}."),
            Message("请检查磁盘和权限后重新运行。", "Check disk and permissions, then run again."),
        )
    return Message(place.zh + told.zh, place.en + told.en)
