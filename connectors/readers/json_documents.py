"""JSON, GeoJSON, concatenated documents and NDJSON. Numbers keep the text they have in the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.readers import content_kind, frames, text_encoding
from connectors.readers.content_kind import ContentKind
from connectors.readers.problems import problem, shown
from connectors.readers.refusals import refuse
from schemas.message import UnreadableFileError
from schemas.raw_table import LocatorScheme, RawTable, ReadingProblem
from schemas.reader_options import JsonReader


class _Number(str):
    """A number as it is written in the file."""

    __slots__ = ()


class _NotANumber(str):
    """NaN or Infinity, which JSON does not know."""

    __slots__ = ()


class _Object(dict[str, Any]):
    """An object that remembers which keys it had twice."""

    __slots__ = ("repeated",)
    repeated: tuple[str, ...]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    repeated = [key for key, _ in pairs if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
    marked = _Object(found)
    marked.repeated = tuple(dict.fromkeys(repeated))
    return marked


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_Number,
    parse_int=_Number,
    parse_constant=_NotANumber,
)


@dataclass(slots=True)
class _Records:
    """Records of one container as they are collected."""

    container: str
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[dict[int, str | None]] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    problems: list[ReadingProblem] = field(default_factory=list)

    def add(self, value: Any, position: int) -> None:
        """Add one record, flattened."""
        row: dict[int, str | None] = {}
        self.rows.append(row)
        self.positions.append(position)
        if isinstance(value, dict):
            self._flatten(value, "", row, position)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self._put(str(index), item, row, position)
        else:
            self._put("", value, row, position)
            self.problems.append(problem("READ-19", position, None, _scalar(value) or "null"))

    def fail(self, position: int, text: str) -> None:
        """Add the row of a line that is no JSON."""
        self.rows.append({})
        self.positions.append(position)
        self.problems.append(problem("READ-18", position, None, text))

    def _flatten(
        self, value: dict[str, Any], path: str, row: dict[int, str | None], at: int
    ) -> None:
        for key in getattr(value, "repeated", ()):
            name = path + escaped(key)
            column = self.columns.setdefault(name, len(self.columns))
            text = _scalar(value[key]) or ""
            self.problems.append(problem("READ-16", at, column, text, key=shown(name)))
        for key, item in value.items():
            name = path + escaped(key)
            if isinstance(item, dict) and item:
                self._flatten(item, name + "/", row, at)
            else:
                self._put(name, item, row, at)

    def _put(self, name: str, item: Any, row: dict[int, str | None], at: int) -> None:
        column = self.columns.setdefault(name, len(self.columns))
        row[column] = _scalar(item)
        if isinstance(item, _NotANumber) or (isinstance(item, list) and _holds_no_number(item)):
            self.problems.append(problem("READ-17", at, column, _scalar(item) or ""))

    def tables(self, chunk_rows: int, notes: tuple[ReadingProblem, ...]) -> Iterator[RawTable]:
        """The raw tables of what was collected."""
        columns = tuple(self.columns)
        width = len(columns)
        rows = [[row.get(index) for index in range(width)] for row in self.rows]
        told = list(notes) + self.problems
        for table in frames.tables(
            self.container, LocatorScheme.POINTER, columns, rows, self.positions, told, chunk_rows
        ):
            yield frames.with_text_problems(table)


def escaped(key: str) -> str:
    """A key as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _scalar(value: Any) -> str | None:
    """The text of a value: strings and numbers as they stand, the rest as JSON."""
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _json_text(value)


def _json_text(value: Any) -> str:
    """JSON text in which numbers stay as they are in the file."""
    if isinstance(value, (_Number, _NotANumber)):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(_json_text, value)) + "]"
    if isinstance(value, dict):
        parts = (
            f"{json.dumps(key, ensure_ascii=False)}:{_json_text(v)}" for key, v in value.items()
        )
        return "{" + ",".join(parts) + "}"
    return json.dumps(value, ensure_ascii=False)


def _holds_no_number(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_holds_no_number, value))
    if isinstance(value, dict):
        return any(map(_holds_no_number, value.values()))
    return isinstance(value, _NotANumber)


def read_json(path: Path, options: JsonReader, chunk_rows: int) -> Iterator[RawTable]:
    """Read JSON; the array at ``options.records`` gives one row per element.

    An object there is one record. Positions are 0-based indexes of the array; for NDJSON they are
    1-based lines, and the container is ``line``.

    Raises:
        UnreadableFileError: not JSON, of another form than declared, or nothing at ``records``.
    """
    kind = content_kind.kind_of(path)
    if kind is ContentKind.HTML:
        from connectors.readers.html_page import refuse_page

        raise refuse_page(path, "JSON", "JSON")
    if kind not in (ContentKind.JSON, ContentKind.TEXT):
        raise content_kind.wrong_kind(kind, "JSON", "JSON")
    text, decoding = text_encoding.text_of(path.read_bytes(), options.encoding)
    try:
        for records in _collected(text, options):
            yield from records.tables(chunk_rows, decoding.problems)
    except RecursionError as error:
        raise refuse(
            "JSON 嵌套过深，不是正常的数据文件。",
            "The JSON is nested too deeply for a data file.",
        ) from error


def _collected(text: str, options: JsonReader) -> Iterator[_Records]:
    if options.form == "lines":
        yield _lines(text, options.records)
    elif options.form == "concatenated":
        for number, document in enumerate(_documents(text), 1):
            yield _array(document, options.records, f"document {number}")
    else:
        yield _array(_document(text), options.records, "")


def _decoded(text: str, start: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise _not_json(text, error) from error


def _not_json(text: str, error: json.JSONDecodeError) -> UnreadableFileError:
    near = shown(text[max(0, error.pos - 20) : error.pos + 20].replace("\n", " "))
    cut = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated string")
    return refuse(
        f"JSON 第 {error.lineno} 行第 {error.colno} 列有错（附近：{near}）"
        + ("，文件像是没有传完。" if cut else "。"),
        f"The JSON is wrong at line {error.lineno} column {error.colno} (near {near})"
        + ("; the file seems to be cut." if cut else "."),
        "请重新获取文件，或请部门更正。",
        "Get the file again, or ask the department to correct it.",
    )


def _skip_blanks(text: str, start: int) -> int:
    while start < len(text) and text[start] in " \t\r\n\x1e":
        start += 1
    return start


def _document(text: str) -> Any:
    document, end = _decoded(text, _skip_blanks(text, 0))
    end = _skip_blanks(text, end)
    if end < len(text):
        if text[end] in "[{":
            raise refuse(
                "文件中不止一个 JSON 文档。",
                "The file holds more than one JSON document.",
                "请写明 reader.form: concatenated（或 lines）。",
                "Declare reader.form: concatenated (or lines).",
            )
        raise _not_json(text, json.JSONDecodeError("extra", text, end))
    return document


def _documents(text: str) -> Iterator[Any]:
    position = _skip_blanks(text, 0)
    while position < len(text):
        document, position = _decoded(text, position)
        yield document
        position = _skip_blanks(text, position)


def _lines(text: str, pointer: str) -> _Records:
    records = _Records("line")
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value, end = _DECODER.raw_decode(line, _skip_blanks(line, 0))
        except json.JSONDecodeError:
            records.fail(number, line.strip())
            continue
        try:
            record = _at(value, pointer)
        except UnreadableFileError:
            records.fail(number, line.strip())
            continue
        if line[end:].strip():
            records.fail(number, line.strip())
        else:
            records.add(record, number)
    if records.columns.keys() <= {""}:
        raise refuse(
            "文件中没有一行是完整的 JSON。",
            "Not one line of the file is a whole JSON value.",
            "请检查 reader.form。",
            "Check reader.form.",
        )
    return records


def _array(document: Any, pointer: str, container: str) -> _Records:
    value = _at(document, pointer)
    records = _Records(container + pointer)
    if isinstance(value, list):
        for index, item in enumerate(value):
            records.add(item, index)
        return records
    if isinstance(value, dict):
        return _single(value, container + pointer)
    found, outline = shown(_scalar(value) or "null"), _outline(document)
    raise refuse(
        f"{pointer or '文档'} 处不是数组，而是 {found}；文档是 {outline}。",
        f"At {pointer or 'the document'} stands no array but {found}; the document is {outline}.",
        "如果是接口的错误答复，请稍后重试；否则检查 reader.records。",
        "If it is an error reply, try again later; otherwise check reader.records.",
    )


def _single(value: dict[str, Any], place: str) -> _Records:
    """One object is one record: the locator must not count an array that is not there."""
    records = _SingleRecord(place)
    records.add(value, 0)
    return records


class _SingleRecord(_Records):
    """An object that is the only record; each cell carries its own pointer."""

    __slots__ = ()

    def tables(self, chunk_rows: int, notes: tuple[ReadingProblem, ...]) -> Iterator[RawTable]:
        columns = tuple(self.columns)
        cells = [[self.rows[0].get(index) for index in range(len(columns))]]
        places = {(0, index): f"{self.container}/{name}" for index, name in enumerate(columns)}
        for table in frames.tables(
            self.container or "document",
            LocatorScheme.PLACES,
            columns,
            cells,
            self.positions,
            [*notes, *self.problems],
            chunk_rows,
            places=places,
        ):
            yield frames.with_text_problems(table)


def _at(document: Any, pointer: str) -> Any:
    """The value at a JSON pointer."""
    value = document
    for part in map(_unescaped, pointer.split("/")[1:]):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            raise _nothing_at(document, pointer)
    return value


def _nothing_at(document: Any, pointer: str) -> UnreadableFileError:
    outline = _outline(document)
    return refuse(
        f"文档中没有 {pointer}；文档是 {outline}。",
        f"There is nothing at {pointer}; the document is {outline}.",
        "如果是接口的错误答复，请稍后重试；否则检查 reader.records。",
        "If it is an error reply, try again later; otherwise check reader.records.",
    )


def _outline(document: Any) -> str:
    if isinstance(document, dict):
        parts = [f"{key}: {_outline_value(value)}" for key, value in document.items()]
        return shown("{" + ", ".join(parts) + "}")
    return _outline_value(document)


def _outline_value(value: Any) -> str:
    if isinstance(value, list):
        return f"[… {len(value)}]"
    return "{…}" if isinstance(value, dict) else shown(_scalar(value) or "null")
