"""XML records, read without DTD, entities or network; namespaces are ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from connectors.readers import content_kind, frames, text_encoding
from connectors.readers.content_kind import ContentKind
from connectors.readers.problems import shown
from connectors.readers.refusals import refuse
from schemas.message import UnreadableFileError
from schemas.raw_table import LocatorScheme, RawTable
from schemas.reader_options import XmlReader

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DECLARED_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def read_xml(path: Path, options: XmlReader, chunk_rows: int) -> Iterator[RawTable]:
    """Read the elements at ``options.records`` (``rows/row``, from the root on) as rows.

    Attributes become columns ``@name``, child elements columns named by their path; an element
    that comes again within a record gets ``#2``, ``#3`` …. Positions are 0-based indexes among
    the record elements: ``/rows/row/17/name``.

    Raises:
        UnreadableFileError: not well-formed, a DTD, or no such elements.
    """
    root, problems = _parsed(path)
    names = [part for part in options.records.strip("/").split("/") if part]
    elements = _elements(root, names)
    columns: dict[str, int] = {}
    rows: list[dict[int, str]] = []
    for element in elements:
        row: dict[int, str] = {}
        for name, text in _values(element, ""):
            row[columns.setdefault(name, len(columns))] = text
        rows.append(row)
    cells = [[row.get(index) for index in range(len(columns))] for row in rows]
    for table in frames.tables(
        "/" + "/".join(names),
        LocatorScheme.POINTER,
        tuple(columns),
        cells,
        range(len(rows)),
        problems,
        chunk_rows,
    ):
        yield frames.with_text_problems(table)


def _parsed(path: Path) -> tuple[etree._Element, list]:  # type: ignore[type-arg]
    kind = content_kind.kind_of(path)
    if kind not in (ContentKind.XML, ContentKind.XML_SPREADSHEET, ContentKind.HTML):
        raise content_kind.wrong_kind(kind, "XML", "XML")
    data = path.read_bytes()
    declared = _DECLARED_ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    text, decoding = _decoded(data, declared.group(1).decode() if declared else "auto")
    if re.match(r"\s*(<\?xml[^>]*\?>\s*)?<(!DOCTYPE\s+html|html)\b", text, re.IGNORECASE):
        raise content_kind.wrong_kind(ContentKind.HTML, "XML", "XML")
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise refuse(
            "XML 含有文档类型定义（DTD），出于安全不予读取。",
            "The XML has a document type definition (DTD), which is not read for safety.",
            "请部门提供不含 DOCTYPE 的 XML。",
            "Ask the department for XML without DOCTYPE.",
        )
    body = _DECLARATION.sub("", text).encode("utf-8", "replace")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(body, parser), list(decoding.problems)
    except etree.XMLSyntaxError as error:
        raise refuse(
            f"XML 不完整或有错：{shown(str(error))}。",
            f"The XML is cut or wrong: {shown(str(error))}.",
            "请重新获取文件，或请部门更正。",
            "Get the file again, or ask the department to correct it.",
        ) from error


def _decoded(data: bytes, declared: str) -> tuple[str, text_encoding.Decoding]:
    """The text by the encoding that the document declares, which must be right."""
    try:
        text, decoding = text_encoding.text_of(data, declared)
    except UnreadableFileError as error:
        if declared == "auto":
            raise
        raise _wrong_declaration(declared) from error
    if declared != "auto" and "\ufffd" in text and "\ufffd".encode() not in data:
        raise _wrong_declaration(declared)
    return text, decoding


def _wrong_declaration(declared: str) -> UnreadableFileError:
    return refuse(
        f"XML 声明的编码是 {declared}，内容却不能按它解码，或没有传完。",
        f"The XML declares the encoding {declared}, but is not in it, or was cut.",
        "请部门按声明的编码重新导出，或更正 encoding 声明。",
        "Ask the department to export it in the declared encoding, or to correct the declaration.",
    )


def _local(tag: object) -> str:
    return etree.QName(tag).localname if isinstance(tag, str) else ""


def _elements(root: etree._Element, names: list[str]) -> list[etree._Element]:
    if not names or _local(root.tag) != names[0]:
        raise _nothing(root, names)
    level = [root]
    for name in names[1:]:
        level = [child for element in level for child in element if _local(child.tag) == name]
    if not level and not _is_empty_list(root, names):
        raise _nothing(root, names)
    return level


def _is_empty_list(root: etree._Element, names: list[str]) -> bool:
    """Whether the parent of the records is there and has no element at all: zero records."""
    level = [root]
    for name in names[1:-1]:
        level = [child for element in level for child in element if _local(child.tag) == name]
    return bool(level) and len(names) > 1 and all(len(element) == 0 for element in level)


def _nothing(root: etree._Element, names: list[str]) -> UnreadableFileError:
    children = dict.fromkeys(f"{_local(root.tag)}/{_local(child.tag)}" for child in root)
    found = shown(", ".join(children) or _local(root.tag))
    return refuse(
        f"XML 中没有 {'/'.join(names)}；有 {found}。",
        f"The XML has no {'/'.join(names)}; it has {found}.",
        "请检查 reader.records。",
        "Check reader.records.",
    )


def _values(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    for name, text in element.attrib.items():
        yield f"{path}@{_local(name)}", str(text)
    seen: dict[str, int] = {}
    for child in element:
        name = _local(child.tag)
        seen[name] = seen.get(name, 0) + 1
        numbered = name if seen[name] == 1 else f"{name}#{seen[name]}"
        if len(child):
            yield from _values(child, f"{path}{numbered}/")
        else:
            yield f"{path}{numbered}", child.text or ""
            for attribute, text in child.attrib.items():
                yield f"{path}{numbered}/@{_local(attribute)}", str(text)
    own = "".join((element.text or "", *(child.tail or "" for child in element))).strip()
    if own and (len(element) or not path):
        yield f"{path}#text", own
