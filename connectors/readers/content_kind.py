"""What a file is, told by its bytes and never by its name."""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from pathlib import Path

from connectors.readers.refusals import refuse
from schemas.message import UnreadableFileError

HEAD_BYTES = 65536


class ContentKind(StrEnum):
    """The kinds of content that readers tell apart."""

    EMPTY = "empty"
    XLSX = "xlsx"
    XLSB = "xlsb"
    ODS = "ods"
    ZIP = "zip"
    XLS = "xls"
    PDF = "pdf"
    IMAGE = "image"
    GZIP = "gzip"
    RAR = "rar"
    SEVEN_ZIP = "7z"
    SQLITE = "sqlite"
    HTML = "html"
    XML_SPREADSHEET = "xml_spreadsheet"
    XML = "xml"
    JSON = "json"
    TEXT = "text"


_NAMES = {
    ContentKind.XLSX: ("Excel 工作簿（xlsx）", "an Excel workbook (xlsx)", "spreadsheet"),
    ContentKind.XLSB: ("Excel 二进制工作簿（xlsb）", "a binary Excel workbook (xlsb)", ""),
    ContentKind.ODS: ("OpenDocument 表格（ods）", "an OpenDocument sheet (ods)", ""),
    ContentKind.ZIP: ("ZIP 压缩包", "a ZIP archive", ""),
    ContentKind.XLS: (
        "Excel 97-2003 工作簿（xls）",
        "an Excel 97-2003 workbook (xls)",
        "spreadsheet",
    ),
    ContentKind.PDF: ("PDF 文件", "a PDF document", "budget_document"),
    ContentKind.IMAGE: ("图像", "an image", "budget_document"),
    ContentKind.GZIP: ("gzip 压缩文件", "a gzip file", ""),
    ContentKind.RAR: ("RAR 压缩包", "a RAR archive", ""),
    ContentKind.SEVEN_ZIP: ("7z 压缩包", "a 7z archive", ""),
    ContentKind.SQLITE: ("SQLite 数据库", "an SQLite database", ""),
    ContentKind.HTML: ("网页（HTML）", "a web page (HTML)", "html_tables"),
    ContentKind.XML_SPREADSHEET: (
        "XML 电子表格 2003",
        "an XML Spreadsheet 2003",
        "",
    ),
    ContentKind.XML: ("XML 文件", "an XML document", "xml"),
    ContentKind.JSON: ("JSON 文件", "a JSON document", "json"),
    ContentKind.TEXT: ("纯文本", "plain text", "delimited"),
    ContentKind.EMPTY: ("空文件", "an empty file", ""),
}

_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ContentKind.XLS),
    (b"\x09\x08", ContentKind.XLS),
    (b"%PDF", ContentKind.PDF),
    (b"\x89PNG\r\n\x1a\n", ContentKind.IMAGE),
    (b"\xff\xd8\xff", ContentKind.IMAGE),
    (b"II*\x00", ContentKind.IMAGE),
    (b"MM\x00*", ContentKind.IMAGE),
    (b"\x1f\x8b", ContentKind.GZIP),
    (b"Rar!", ContentKind.RAR),
    (b"7z\xbc\xaf\x27\x1c", ContentKind.SEVEN_ZIP),
    (b"SQLite format 3\x00", ContentKind.SQLITE),
)

_HTML = re.compile(
    rb"<(!doctype\s+html|html|head|body|table|tbody|tr|td|meta|title|script|noscript|div|style|link"
    rb"|center|font|p|span|h[1-6]|ul|ol|form|iframe|img|br|a|b|strong)\b",
    re.I,
)


def kind_of(path: Path) -> ContentKind:
    """Look at the bytes of ``path``."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        return ContentKind.EMPTY
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(path)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return _kind_of_text(head)


def _kind_of_zip(path: Path) -> ContentKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return ContentKind.ZIP
    if "xl/workbook.bin" in names:
        return ContentKind.XLSB
    if "[Content_Types].xml" in names and any(name.lower().startswith("xl/") for name in names):
        return ContentKind.XLSX
    if "content.xml" in names and "mimetype" in names:
        return ContentKind.ODS
    return ContentKind.ZIP


def _kind_of_text(head: bytes) -> ContentKind:
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x0b\x0c")
    if start.startswith(b"<"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in start[:4096]:
            return ContentKind.XML_SPREADSHEET
        # An XHTML page may begin with an XML declaration, a saved page with comments.
        without_comments = re.sub(rb"^(<\?xml[^>]*>|<!--.*?-->|\s)+", b"", start[:8192], flags=re.S)
        return ContentKind.HTML if _HTML.match(without_comments) else ContentKind.XML
    if re.match(rb"[\[{]\s*([\[{\"\]}]|-?\d|true|false|null|$)", start):
        return ContentKind.JSON
    return ContentKind.TEXT


def described(kind: ContentKind) -> tuple[str, str]:
    """The kind in Chinese and English."""
    zh, en, _ = _NAMES[kind]
    return zh, en


def wrong_kind(kind: ContentKind, wanted_zh: str, wanted_en: str) -> UnreadableFileError:
    """Refuse ``kind`` where something else is wanted, naming the reader that fits."""
    zh, en, reader = _NAMES[kind]
    if kind is ContentKind.EMPTY:
        return refuse(
            "文件是空的（0 字节）。",
            "The file is empty (0 bytes).",
            "请确认来源是否已上传完整文件。",
            "See whether the department has uploaded the whole file.",
        )
    if kind is ContentKind.ZIP:
        advice = ("请写明 members（如 *.csv）。", "Declare members, such as *.csv.")
    elif reader:
        advice = (f"请改用 reader.type: {reader}。", f"Use reader.type: {reader}.")
    else:
        advice = (
            "请部门改用 xlsx、csv 或 json 提供。",
            "Ask the department for xlsx, csv or json.",
        )
    return refuse(f"文件是{zh}，不是{wanted_zh}。", f"The file is {en}, not {wanted_en}.", *advice)


BINARY = frozenset(ContentKind) - {
    ContentKind.HTML,
    ContentKind.XML,
    ContentKind.XML_SPREADSHEET,
    ContentKind.JSON,
    ContentKind.TEXT,
}
"""Kinds that are no text at all."""
