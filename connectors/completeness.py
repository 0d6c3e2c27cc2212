"""Checks of completeness that need nothing but the bytes."""

from __future__ import annotations

import gzip
import json
import os
import re
import zipfile
import zlib
from pathlib import Path

from schemas.connector_options import Completeness
from schemas.message import IncompleteFetchError, Message

_TAIL_BYTES = 4096
_MARKER_ENCODINGS = ("utf-8", "gb18030", "utf-16-le")
_ADVICE = Message(
    "请稍后重新运行；如果一直如此，请联系来源部门。",
    "Run again later; if it stays so, ask the department.",
)


def is_declared(completeness: Completeness) -> bool:
    """Whether the source file says how a whole file is told from a cut one."""
    return bool(
        completeness.well_formed
        or completeness.end_marker is not None
        or completeness.serial_column is not None
        or completeness.minimum_rows is not None
    )


def check_bytes(path: Path, completeness: Completeness, *, reader_type: str, where: str) -> Message:
    """Check what can be checked on the bytes at ``path``; return what was shown.

    ``serial_column`` and ``minimum_rows`` are checked on rows, later.

    Raises:
        IncompleteFetchError: empty, cut, or without the declared end.
    """
    if path.stat().st_size == 0:
        raise _incomplete(Message("文件为空（0 字节）。", "The file is empty (0 bytes)."), where)
    shown_zh, shown_en = ["非空"], ["not empty"]
    head = _head(path)
    if head.startswith(b"PK") or completeness.well_formed:
        form = _check_form(path, head, reader_type, where)
        shown_zh.append(f"{form.zh}结构完整")
        shown_en.append(f"{form.en} is whole")
    if completeness.end_marker is not None:
        _check_end_marker(path, completeness.end_marker.text, where)
        shown_zh.append("有声明的结尾标记")
        shown_en.append("has the declared end marker")
    return Message("、".join(shown_zh), ", ".join(shown_en))


def _incomplete(what: Message, where: str) -> IncompleteFetchError:
    return IncompleteFetchError(what, where=where, advice=_ADVICE)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_TAIL_BYTES)


def _tail(path: Path, size: int = _TAIL_BYTES) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - size), os.SEEK_SET)
        return file.read()


def _check_end_marker(path: Path, marker: str, where: str) -> None:
    tail = _tail(path, _TAIL_BYTES + 4 * len(marker)).rstrip(b" \t\r\n\x00\x1a")
    if not any(
        tail.endswith(marker.encode(encoding).rstrip(b"\x00")) for encoding in _MARKER_ENCODINGS
    ):
        raise _incomplete(
            Message(
                f"文件结尾不是声明的结尾标记“{marker}”，可能被截断。",
                f"The file does not end with the declared marker “{marker}”: it may be cut.",
            ),
            where,
        )


def _check_form(path: Path, head: bytes, reader_type: str, where: str) -> Message:
    if head.startswith(b"PK"):
        return _check_zip(path, where)
    if head.startswith(b"\x1f\x8b"):
        return _check_gzip(path, where)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _check_compound_file(path, head, where)
    if head.startswith(b"%PDF"):
        return _check_tail(path, rb"%%EOF\s*$", Message("PDF", "PDF"), where)
    match reader_type:
        case "json":
            return _check_json(path, where)
        case "xml":
            return _check_xml(path, where)
        case "html_tables" | "html_labels":
            return check_html_end(path, where)
    raise _incomplete(
        Message(
            "这种文件没有自身的结尾，well_formed 不能证明它完整；"
            "请改用 end_marker、serial_column 或 minimum_rows。",
            "Such a file has no end of its own, so well_formed proves nothing; declare end_marker, "
            "serial_column or minimum_rows instead.",
        ),
        where,
    )


def _cut(form: Message, where: str) -> IncompleteFetchError:
    return _incomplete(
        Message(
            f"{form.zh} 文件不完整，可能被截断。",
            f"The {form.en} file is not whole: it may be cut.",
        ),
        where,
    )


def _check_zip(path: Path, where: str) -> Message:
    form = Message("ZIP/XLSX ", "ZIP/XLSX")
    try:
        with zipfile.ZipFile(path) as archive:
            archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise _cut(form, where) from error
    return form


def _check_gzip(path: Path, where: str) -> Message:
    form = Message("gzip ", "gzip")
    try:
        with gzip.open(path, "rb") as file:
            while file.read(1 << 20):
                pass
    except (EOFError, OSError, zlib.error) as error:
        raise _cut(form, where) from error
    return form


def _check_compound_file(path: Path, head: bytes, where: str) -> Message:
    """The file allocation table of an OLE2 file ([MS-CFB] 2.2, 2.3) names the last sector used."""
    form = Message("XLS（OLE2）", "XLS (OLE2)")
    if len(head) < 512:
        raise _cut(form, where)
    sector = 1 << int.from_bytes(head[30:32], "little")
    table_sectors = [
        number
        for offset in range(76, 512, 4)
        if (number := int.from_bytes(head[offset : offset + 4], "little")) < 0xFFFFFFFA
    ]
    size = path.stat().st_size
    last_used = -1
    with path.open("rb") as file:
        for index, number in enumerate(table_sectors):
            file.seek((number + 1) * sector)
            table = file.read(sector)
            if len(table) < sector:
                raise _cut(form, where)
            for slot in range(sector // 4):
                if table[slot * 4 : slot * 4 + 4] != b"\xff\xff\xff\xff":
                    last_used = max(last_used, index * (sector // 4) + slot)
    if last_used < 0 or size <= (last_used + 1) * sector:
        raise _cut(form, where)
    return form


def _check_tail(path: Path, pattern: bytes, form: Message, where: str) -> Message:
    if not re.search(pattern, _tail(path), re.IGNORECASE):
        raise _cut(form, where)
    return form


def check_html_end(path: Path, where: str) -> Message:
    """A page that was not cut ends with ``</html>`` (comments may follow)."""
    return _check_tail(
        path,
        rb"</html\s*>(\s|\x00|<!--.*?-->|<script.*?</script>)*$",
        Message("HTML", "HTML"),
        where,
    )


def _check_json(path: Path, where: str) -> Message:
    """Every document closed: one, several one after another, or one a line."""
    form = Message("JSON", "JSON")
    text = decode_json(path.read_bytes(), where)
    decoder = json.JSONDecoder()
    position = 0
    try:
        while position < len(text):
            _, position = decoder.raw_decode(text, position)
            while position < len(text) and text[position] in " \t\r\n":
                position += 1
    except (json.JSONDecodeError, RecursionError) as error:
        raise _cut(form, where) from error
    return form


def decode_json(data: bytes, where: str) -> str:
    """Text of JSON bytes: UTF-8, UTF-16 or UTF-32 (RFC 8259), else strictly GB18030."""
    for encoding in (json.detect_encoding(data), "gb18030"):
        try:
            return data.decode(encoding).strip().removeprefix("\ufeff").strip()
        except UnicodeDecodeError:
            continue
    raise _incomplete(
        Message(
            "JSON 既不是 UTF-8 也不是 GB18030 编码，可能在一个字的中间被截断。",
            "The JSON is neither UTF-8 nor GB18030: it may be cut within a character.",
        ),
        where,
    )


def _check_xml(path: Path, where: str) -> Message:
    from lxml import etree

    form = Message("XML", "XML")
    try:
        for _, element in etree.iterparse(
            str(path), resolve_entities=False, no_network=True, load_dtd=False
        ):
            element.clear()
    except etree.XMLSyntaxError as error:
        raise _cut(form, where) from error
    return form
