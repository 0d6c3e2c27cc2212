"""Workbooks of the .xlsx family, read from their XML parts.

The cells are read here and not by a library because only the parts tell what must not be lost:
the number as it is stored, formulas without a result, error cells, number formats, hidden rows
and columns, and a cell far out that would make a dense reader allocate billions of cells.
Format: ECMA-376 part 1, SpreadsheetML.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from lxml import etree

from connectors.readers import spreadsheet_values as values
from connectors.readers.problems import problem
from connectors.readers.refusals import refuse
from connectors.readers.sheet import Range, Sheet, SheetEntry, Workbook
from schemas.message import UnreadableFileError
from schemas.raw_table import ReadingProblem, column_letter

MAX_PART_BYTES = 1 << 30
MAX_STYLES_BYTES = 32 << 20
MAX_STRINGS_BYTES = 256 << 20
MAX_TOTAL_BYTES = 2 << 30
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384

_DAMAGED = (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, EOFError, KeyError, OSError)
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class _Parts:
    """The parts of the package, read within limits."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise damaged(str(error)) from error
        self.names = frozenset(self._zip.namelist())
        self._folded = {name.lower(): name for name in self.names}
        total = sum(member.file_size for member in self._zip.infolist())
        if total > MAX_TOTAL_BYTES:
            raise _too_big("", total)
        if any(member.flag_bits & 1 for member in self._zip.infolist()):
            raise encrypted()

    def has(self, name: str) -> bool:
        return name.lower() in self._folded

    def _member(self, name: str, limit: int) -> zipfile.ZipInfo:
        member = self._zip.getinfo(self._folded[name.lower()])
        if member.file_size > limit:
            raise _too_big(name, member.file_size)
        return member

    def tree(self, name: str, limit: int = MAX_STYLES_BYTES) -> etree._Element:
        """A small part, parsed whole."""
        data = self._zip.read(self._member(name, limit))
        _refuse_doctype(data[:4096])
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))

    def stream(self, name: str, tags: tuple[str, ...], limit: int) -> Iterator[etree._Element]:
        """Elements of a large part, one by one; each is emptied after use."""
        member = self._member(name, limit)
        with self._zip.open(member) as head:
            _refuse_doctype(head.read(4096))
        with self._zip.open(member) as source:
            for _, element in etree.iterparse(
                source,
                tag=[f"{{*}}{tag}" for tag in tags],
                resolve_entities=False,
                no_network=True,
                huge_tree=True,
            ):
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def _refuse_doctype(head: bytes) -> None:
    if b"<!DOCTYPE" in head.replace(b"\x00", b""):
        raise refuse(
            "工作簿内含文档类型定义（DTD），出于安全不予读取。",
            "The workbook holds a document type definition (DTD), which is not read for safety.",
        )


def _too_big(name: str, size: int) -> UnreadableFileError:
    part = name or "xlsx"
    return refuse(
        f"工作簿的 {part} 解开后有 {size} 字节，超过上限。",
        f"The workbook's {part} unpacks to {size} bytes, more than is allowed.",
        "请部门删去多余的格式和空行后重新保存，或改用 csv。",
        "Have superfluous formats and empty rows removed, or ask for csv.",
    )


def damaged(detail: str) -> UnreadableFileError:
    """The workbook is no whole workbook."""
    return refuse(
        f"工作簿已损坏或没有传完（{detail}）。",
        f"The workbook is damaged or was cut ({detail}).",
        "请重新获取文件。",
        "Get the file again.",
    )


def encrypted() -> UnreadableFileError:
    """The workbook needs a password."""
    return refuse(
        "工作簿有密码保护。",
        "The workbook is protected by a password.",
        "请部门提供没有密码的文件。",
        "Ask the department for a file without a password.",
    )


def open_xlsx(path: Path) -> Workbook:
    """List the sheets of the workbook; each is read when it is loaded.

    Raises:
        UnreadableFileError: damaged, encrypted, beyond the limits.
    """
    try:
        return _opened(_Parts(path))
    except _DAMAGED as error:
        raise damaged(str(error)) from error


def _opened(parts: _Parts) -> Workbook:
    name = _workbook_part(parts)
    tree = parts.tree(name)
    targets = _relations(parts, name)
    epoch = tree.find("{*}workbookPr")
    epoch_1904 = epoch is not None and epoch.get("date1904") in ("1", "true")
    formats = _formats(parts, targets.get("styles", ""))
    strings: list[str] | None = None

    def load(title: str, part: str) -> Sheet:
        nonlocal strings
        try:
            if strings is None:
                strings = list(_strings(parts, targets.get("sharedStrings", "")))
            return _SheetReader(title, formats, strings, epoch_1904=epoch_1904).read(parts, part)
        except _DAMAGED as error:
            raise damaged(str(error)) from error

    entries = []
    for sheet in tree.iterfind("{*}sheets/{*}sheet"):
        part = targets.get(_relation_id(sheet), "")
        if parts.has(part) and "chartsheet" not in part:
            title = sheet.get("name", "")
            hidden = sheet.get("state", "visible") != "visible"
            entries.append(SheetEntry(title, hidden, partial(load, title, part)))
    return Workbook(tuple(entries), tuple(_extras(parts)))


def _workbook_part(parts: _Parts) -> str:
    root = parts.tree("_rels/.rels")
    for relation in root:
        if relation.get("Type", "").endswith("/officeDocument"):
            return relation.get("Target", "").lstrip("/")
    return "xl/workbook.xml"


def _relation_id(element: etree._Element) -> str:
    found = (value for name, value in element.attrib.items() if str(name).endswith("}id"))
    return str(next(found, ""))


def _relations(parts: _Parts, owner: str) -> dict[str, str]:
    """Relation id -> part; also the kinds ``styles`` and ``sharedStrings`` -> part."""
    folder, file = posixpath.split(owner)
    found: dict[str, str] = {}
    for relation in parts.tree(f"{folder}/_rels/{file}.rels"):
        target = relation.get("Target", "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        found[relation.get("Id", "")] = posixpath.normpath(part)
        found[relation.get("Type", "").rpartition("/")[2]] = posixpath.normpath(part)
    return found


def _extras(parts: _Parts) -> Iterator[ReadingProblem]:
    names = {name.lower() for name in parts.names}
    if "xl/vbaproject.bin" in names:
        yield problem("READ-20", value="宏 / macros")
    if any(name.startswith("xl/externallinks/") for name in names):
        yield problem("READ-20", value="外部链接 / external links")


def _formats(parts: _Parts, part: str) -> list[str]:
    """The number format code of each cell style."""
    if not part or not parts.has(part):
        return []
    root = parts.tree(part, MAX_STYLES_BYTES)
    own = {
        int(item.get("numFmtId", "0")): item.get("formatCode", "General")
        for item in root.iterfind("{*}numFmts/{*}numFmt")
    }
    ids = (int(item.get("numFmtId", "0")) for item in root.iterfind("{*}cellXfs/{*}xf"))
    return [own.get(number) or values.builtin_format(number) for number in ids]


def _strings(parts: _Parts, part: str) -> Iterator[str]:
    if part and parts.has(part):
        for item in parts.stream(part, ("si",), MAX_STRINGS_BYTES):
            yield _rich_text(item)


def _rich_text(item: etree._Element) -> str:
    """The text of a string item without its phonetic guides."""
    only = item[0] if len(item) == 1 else None
    if only is not None and only.tag.endswith("}t"):
        text = only.text or ""
    else:
        text = "".join(map(_run_text, item))
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def _run_text(piece: etree._Element) -> str:
    """The text of a run (r) or a text (t); a phonetic guide (rPh) has none of its own."""
    kind = etree.QName(piece).localname
    if kind == "t":
        return piece.text or ""
    return "".join(map(_run_text, piece)) if kind == "r" else ""


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


class _SheetReader:
    """Reads one worksheet part."""

    def __init__(
        self, title: str, formats: list[str], strings: list[str], *, epoch_1904: bool
    ) -> None:
        self._sheet = Sheet(title)
        self._kinds = [(code, values.kind_of_format(code)) for code in formats]
        self._strings = strings
        self._epoch_1904 = epoch_1904
        self._row = -1
        self._value_tag = self._inline_tag = self._formula_tag = ""
        self._columns: dict[str, int] = {}

    def read(self, parts: _Parts, part: str) -> Sheet:
        """Read the part."""
        for element in parts.stream(part, ("row", "col", "mergeCell"), MAX_PART_BYTES):
            tag = element.tag
            if tag.endswith("}row"):
                self._read_row(element)
            elif tag.endswith("}col"):
                self._read_columns(element)
            else:
                self._read_merged(element.get("ref", ""))
        return self._sheet

    def _read_columns(self, element: etree._Element) -> None:
        if element.get("hidden") in ("1", "true"):
            first, last = int(element.get("min", "1")), int(element.get("max", "1"))
            self._sheet.hidden_columns += range(first - 1, min(last, MAX_COLUMNS))

    def _read_merged(self, reference: str) -> None:
        corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:
            (left, top), (right, bottom) = corners[0].groups(), corners[1].groups()
            found: Range = (int(top) - 1, int(bottom) - 1, _column(left), _column(right))
            self._sheet.merged.append(found)

    def _read_row(self, element: etree._Element) -> None:
        number = element.get("r")
        self._row = int(number) - 1 if number else self._row + 1
        if not 0 <= self._row < MAX_ROWS:
            raise damaged(f"row {self._row + 1}")
        if element.get("hidden") in ("1", "true"):
            self._sheet.hidden_rows.append(self._row)
        namespace = element.tag.removesuffix("row")
        self._value_tag, self._inline_tag = namespace + "v", namespace + "is"
        self._formula_tag = namespace + "f"
        cells: dict[int, str] = {}
        column = -1
        for cell in element:
            reference = cell.get("r")
            column = self._column_of(reference) if reference else column + 1
            text = self._text(cell, column)
            if text is not None:
                cells[column] = text
        if cells:
            self._sheet.rows[self._row] = cells

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            column = _column(letters) if letters.isascii() and letters.isalpha() else -1
            if not 0 <= column < MAX_COLUMNS:
                raise damaged(f"cell {reference}")
            self._columns[letters] = column
        return column

    def _text(self, cell: etree._Element, column: int) -> str | None:
        kind = cell.get("t")
        stored: str | None = None
        formula = False
        for child in cell:
            tag = child.tag
            if tag == self._value_tag:
                stored = child.text or ""
            elif tag == self._inline_tag:
                return _rich_text(child)
            elif tag == self._formula_tag:
                formula = True
        if stored is None or (stored == "" and formula and kind != "str"):
            if formula:
                self._tell("READ-12", column)
                return ""
            return None
        if kind == "s":
            return self._shared(stored, column)
        if kind is None or kind == "n":
            return self._number(stored, cell.get("s"), column)
        if kind == "b":
            return "true" if stored.strip() in ("1", "true") else "false"
        if kind == "e":
            self._tell("READ-11", column, stored)
        if kind == "d":
            return stored.replace("T", " ").removesuffix(" 00:00:00")
        return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), stored)

    def _shared(self, stored: str, column: int) -> str:
        try:
            return self._strings[int(stored)]
        except (ValueError, IndexError):
            self._tell("READ-24", column, stored)
            return stored

    def _number(self, stored: str, style: str | None, column: int) -> str | None:
        if not stored:
            return None
        try:
            value = float(stored)
            code, kind = self._kinds[int(style)] if style else ("General", "number")
        except (ValueError, IndexError):
            self._tell("READ-24", column, stored)
            return stored
        return number_cell(self._sheet, self._row, column, value, code, kind, self._epoch_1904)

    def _tell(self, rule: str, column: int, value: str = "") -> None:
        self._sheet.problems.append(problem(rule, self._row + 1, column, value))


def number_cell(
    sheet: Sheet, row: int, column: int, value: float, code: str, kind: str, epoch_1904: bool
) -> str:
    """The text of a numeric cell; what is odd about it goes to the sheet's problems."""
    if kind == "number" and abs(value) < values.LOST_DIGITS_FROM:
        return values.number_text(value)
    if kind == "date":
        text = values.date_text(value, epoch_1904=epoch_1904, code=code)
        if text is None:
            text = values.number_text(value)
            sheet.problems.append(problem("READ-15", row + 1, column, text))
        return text
    if kind == "duration":
        return values.duration_text(value)
    text = values.number_text(value)
    if values.has_lost_digits(value):
        sheet.problems.append(problem("READ-10", row + 1, column, text))
    elif kind in ("scaled", "worded") and value and (column, code) not in sheet.scaled:
        sheet.scaled.add((column, code))
        word = values.scale_word(code)
        if kind == "scaled":
            sheet.problems.append(problem("READ-14", row + 1, column, text, format=code))
        elif not word.endswith("元"):  # with a whole unit behind it the cell itself says it all
            sheet.problems.append(problem("READ-25", row + 1, column, text, format=code, word=word))
    return text + values.scale_word(code) if kind == "worded" and value else text


def cell_name(row: int, column: int) -> str:
    """``C17`` for 0-based row and column."""
    return f"{column_letter(column)}{row + 1}"
