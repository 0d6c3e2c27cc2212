"""Members of a ZIP archive, read one by one within limits."""

from __future__ import annotations

import fnmatch
import stat
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from connectors.readers import content_kind
from connectors.readers.content_kind import ContentKind
from connectors.readers.refusals import refuse
from schemas.message import UnreadableFileError
from schemas.raw_table import RawTable
from schemas.reader_options import ReaderOptions

MAX_MEMBERS = 10_000
MAX_TOTAL_BYTES = 4 << 30
MAX_RATIO = 200.0
RATIO_COUNTS_FROM_BYTES = 10 << 20
"""Small members may compress to nothing; the ratio is looked at from this size on."""

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_COPY_BYTES = 1 << 20

ReadPlain = Callable[[Path, ReaderOptions, int], Iterator[RawTable]]


def read_members(
    path: Path, options: ReaderOptions, pattern: str, chunk_rows: int, read_plain: ReadPlain
) -> Iterator[RawTable]:
    """Read the members whose name matches ``pattern``, in the order of their names.

    Containers are prefixed ``member!``. ``__MACOSX`` and ``.DS_Store`` are no members. Names are
    UTF-8 where the archive says so, else GB18030.

    Raises:
        UnreadableFileError: no archive, damaged, encrypted, unsafe or doubled names, an archive
            within, or contents beyond the limits.
    """
    kind = content_kind.kind_of(path)
    if kind is not ContentKind.ZIP:
        raise content_kind.wrong_kind(kind, "ZIP 压缩包", "a ZIP archive")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _damaged(str(error)) from error
    with archive, tempfile.TemporaryDirectory(prefix="gongkai-zip-") as folder:
        members = _chosen(archive, pattern)
        _check_sizes([member for _, member in members], path.stat().st_size)
        budget = MAX_TOTAL_BYTES
        for name, member in members:
            target = Path(folder) / "member"
            budget -= _extract(archive, name, member, target, budget)
            yield from _tables(target, options, name, chunk_rows, read_plain)
            target.unlink()


def _tables(
    target: Path, options: ReaderOptions, name: str, chunk_rows: int, read_plain: ReadPlain
) -> Iterator[RawTable]:
    if content_kind.kind_of(target) in (ContentKind.ZIP, ContentKind.RAR, ContentKind.SEVEN_ZIP):
        raise refuse(
            f"压缩包里的“{name}”也是压缩包。",
            f'The member "{name}" is an archive itself.',
            "请部门只压缩一层。",
            "Ask the department to pack only once.",
        )
    try:
        for table in read_plain(target, options, chunk_rows):
            places = {cell: f"{name}!{place}" for cell, place in table.places.items()}
            yield replace(table, container=f"{name}!{table.container}", places=places)
    except UnreadableFileError as error:
        where = f"{name} {error.where}".rstrip()
        raise UnreadableFileError(error.what, where=where, advice=error.advice) from error


def member_name(member: zipfile.ZipInfo) -> str:
    """The member's name: UTF-8 where flagged, else GB18030 (Windows in China), else cp437."""
    if member.flag_bits & _UTF8_FLAG:
        return member.filename.replace("\\", "/")
    try:
        raw = member.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return member.filename


def _is_side_file(name: str) -> bool:
    parts = name.split("/")
    return "__MACOSX" in parts or parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")


def _chosen(archive: zipfile.ZipFile, pattern: str) -> list[tuple[str, zipfile.ZipInfo]]:
    everything = archive.infolist()
    if len(everything) > MAX_MEMBERS:
        raise refuse(
            f"压缩包有 {len(everything)} 个文件，超过上限 {MAX_MEMBERS}。",
            f"The archive has {len(everything)} members; the limit is {MAX_MEMBERS}.",
        )
    named = [(member_name(member), member) for member in everything if not member.is_dir()]
    named = [(name, member) for name, member in named if not _is_side_file(name)]
    for name, member in named:
        _check_member(name, member)
    doubled = [name for name, count in Counter(name for name, _ in named).items() if count > 1]
    if doubled:
        raise refuse(
            f"压缩包中有两个同名文件“{doubled[0]}”，不知以哪个为准。",
            f'Two members of the archive are called "{doubled[0]}"; which is meant is unknown.',
            "请部门重新打包。",
            "Ask the department to pack it again.",
        )
    found = sorted((pair for pair in named if _matches(pair[0], pattern)), key=lambda pair: pair[0])
    if not found:
        listed = "、".join(name for name, _ in named[:10]) or "–"
        raise refuse(
            f"压缩包中没有与“{pattern}”相符的文件；有：{listed}。",
            f'No member of the archive matches "{pattern}"; it has: {listed}.',
            "请检查 members。",
            "Check members.",
        )
    return found


def _matches(name: str, pattern: str) -> bool:
    """A pattern without a slash is held against the last part of the name."""
    whole = "/" in pattern
    return fnmatch.fnmatchcase(name if whole else name.rpartition("/")[2], pattern)


def _check_member(name: str, member: zipfile.ZipInfo) -> None:
    parts = name.split("/")
    if (
        ".." in parts
        or name.startswith("/")
        or (len(name) > 1 and name[1] == ":")
        or "\x00" in name
    ):
        raise refuse(
            f"压缩包内的文件名“{name}”指向包外，可能有恶意。",
            f'The member name "{name}" points outside the archive, which may be an attack.',
            "请与部门核实。",
            "Ask the department about it.",
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise refuse(
            f"压缩包内的“{name}”是链接，不是文件。",
            f'The member "{name}" is a link, not a file.',
            "请部门重新打包。",
            "Ask the department to pack it again.",
        )
    if member.flag_bits & _ENCRYPTED_FLAG:
        raise refuse(
            f"压缩包内的“{name}”有密码。",
            f'The member "{name}" is encrypted.',
            "请部门提供没有密码的文件。",
            "Ask the department for a file without a password.",
        )


def _check_sizes(members: list[zipfile.ZipInfo], archive_bytes: int) -> None:
    total = sum(member.file_size for member in members)
    too_much = total > MAX_TOTAL_BYTES
    # Members may overlap in a bomb, so the archive's own size counts, not the declared ones.
    if too_much or (total > RATIO_COUNTS_FROM_BYTES and total > MAX_RATIO * archive_bytes):
        raise _bomb(total)


def _bomb(total: int) -> UnreadableFileError:
    return refuse(
        f"压缩包解开后至少有 {total} 字节，膨胀过大，可能是压缩炸弹。",
        f"The archive unpacks to {total} bytes or more, which is out of proportion (a bomb?).",
        "请与部门核实。",
        "Ask the department about it.",
    )


def _damaged(detail: str) -> UnreadableFileError:
    return refuse(
        f"压缩包已损坏或没有传完（{detail}）。",
        f"The archive is damaged or was cut ({detail}).",
        "请重新获取文件。",
        "Get the file again.",
    )


def _extract(
    archive: zipfile.ZipFile, name: str, member: zipfile.ZipInfo, target: Path, budget: int
) -> int:
    written = 0
    try:
        with archive.open(member) as source, target.open("wb") as out:
            while data := source.read(_COPY_BYTES):
                written += len(data)
                if written > budget:
                    raise _bomb(written)
                out.write(data)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise _damaged(f"{name}: {error}") from error
    return written
