"""From the body rows of a table to its lines: code, label, path, level, values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from schemas.documents.budget.header import LEVEL_HEADERS, Column, Role, Segment, lowest
from schemas.documents.budget.numbers import (
    code_digits,
    half,
    is_dash,
    is_number,
    is_ratio,
    one_number,
)
from schemas.documents.budget.parts import CellKey, Part, Row
from schemas.documents.budget.paths import LabelChain, Ordinals
from schemas.documents.budget.tables import Line, Scheme, Side, Value, ValueKind
from schemas.documents.budget.words import PLACEHOLDER, is_blank, is_total, joined, plain
from schemas.documents.document import GridCell

_CODE_IN_LABEL = re.compile(
    r"^[\[【(]?(?P<code>\d{3}(?:[-.]?\d{2}){0,3})[\]】)]?[-—:：]?\s*(?P<label>[\u4e00-\u9fff].*)$"
)
_ELLIPSIS = re.compile(r"[….．·]{1,6}")
_ROW_COUNT = re.compile(
    r"[(（](?:个|人|辆|台|套|次|批|批次|人次|台/套|台、套|户|项|所|%|％)[)）]|数[(（].{1,3}[)）]$"
)
_ITEM_NAME = re.compile(r"项目名称|^项目$|采购项目|项目内容|(?<!单位)(?<!部门)名称$")
_OPENING = re.compile(r"[(（]")
_CLOSING = re.compile(r"[)）]")


@dataclass(slots=True)
class Body:
    """What reading the rows needs to know and remembers: filled row by row."""

    unit: str
    side: Side
    scheme: Scheme
    used: dict[CellKey, str]
    ordinals: Ordinals
    chain: LabelChain = field(default_factory=LabelChain)
    pieces: list[str] = field(default_factory=list)  # codes of the line before, by column
    lines: list[Line] = field(default_factory=list)
    has_codes: bool = False
    labels: list[str] = field(default_factory=list)  # names of the columns left of the label


@dataclass(slots=True)
class _Keys:
    code: str = ""
    label: str = ""
    place: str = ""
    parents: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    confidence: float | None = None


def read_row(part: Part, row: Row, segment: Segment, body: Body, *, first_of_part: bool) -> None:
    """Add the line of one row of one segment, unless it is blank there."""
    keys = _keys(part, row, segment, body)
    values = tuple(_values(part, row, segment, body, keys))
    if not (keys.code or keys.label or values):
        return
    if first_of_part and _goes_on(keys, values, body):
        return
    if not keys.place and values:
        keys.place = values[0].place
    path, level = _path_and_level(keys, body)
    body.lines.append(
        Line(
            side=body.side,
            scheme=body.scheme,
            code=keys.code,
            label=keys.label,
            path=body.ordinals.unique(body.side, path),
            level=level,
            values=values,
            place=keys.place,
            page=part.page.number,
            notices=keys.notices,
        )
    )


def _path_and_level(keys: _Keys, body: Body) -> tuple[str, int]:
    if keys.code:
        return keys.code, (len(keys.code) - 1) // 2
    path, level = body.chain.take(keys.label)
    if keys.parents:
        return "/".join((*keys.parents, path)), level if level == 0 else level + len(keys.parents)
    return path, level


def _goes_on(keys: _Keys, values: tuple[Value, ...], body: Body) -> bool:
    """True where the first row of a page is the rest of the last line of the page before, which is
    then completed: a name without code or numbers in a table of codes, or one behind an open
    bracket."""
    if not body.lines or keys.code or not keys.label or is_total(keys.label):
        return False
    last = body.lines[-1]
    opened = len(_OPENING.findall(last.label)) > len(_CLOSING.findall(last.label))
    whole = bool(last.code) and body.has_codes
    if not (opened or whole) or (values and last.values):
        return False
    path = last.path
    if not last.code:
        path = last.path + keys.label
    body.lines[-1] = replace(
        last, label=last.label + keys.label, path=path, values=last.values or values
    )
    return True


# -- keys -------------------------------------------------------------------------------------


def _keys(part: Part, row: Row, segment: Segment, body: Body) -> _Keys:
    pieces: list[str] = []
    labels: list[GridCell] = []
    code_columns = [column for column in segment.keys if column.role is Role.CODE]
    end = max(column.index for column in (*segment.keys, *segment.values))
    for column in segment.keys:
        cell = row[column.index]
        if cell is not None and row[min(end + 1, len(row) - 1)] is cell and end + 1 < len(row):
            cell = None  # it reaches into the next half and names that half's numbers
        if cell is None or is_blank(cell.text):
            if column.role is Role.CODE:
                pieces.append("")
            continue
        text = joined(cell.text)
        if column.role is Role.CODE:
            digits = code_digits(cell.text)
            pieces.append(digits)
            if digits:
                body.used.setdefault(part.key(cell), "code")
            elif text in LEVEL_HEADERS:
                body.used.setdefault(part.key(cell), "header")
            elif cell not in labels:
                labels.append(cell)
        elif column.role is Role.LABEL:
            if cell not in labels:
                labels.append(cell)
        else:
            body.used.setdefault(part.key(cell), "row_number")
    for cell in labels:
        body.used.setdefault(part.key(cell), "label")
    names = [joined(cell.text) for cell in labels]
    shown = [name for name in names if not _ELLIPSIS.fullmatch(plain(name))]
    keys = _Keys(place=labels[-1].place if labels else "")
    keys.confidence = lowest(
        cell.confidence for column in segment.keys if (cell := row[column.index]) is not None
    )
    if shown and body.scheme is Scheme.ITEM:
        keys.label = _name_of_item(row, segment) or shown[0]
    elif shown:
        keys.label, keys.parents = shown[-1], tuple(shown[:-1])
    if any(pieces):
        body.has_codes = True
        keys.code, keys.notices = _code(pieces, body, several=len(code_columns) > 1)
        keys.parents = ()
        if not keys.place:
            keys.place = _place_of_code(row, code_columns)
    elif not code_columns and keys.label:
        _split_code(keys, body)
    return keys


def _name_of_item(row: Row, segment: Segment) -> str:
    """The name of a project or purchase among the columns that say of what kind and whose it is."""
    for column in segment.keys:
        cell = row[column.index]
        if cell is not None and _ITEM_NAME.search(column.leaf) and not is_blank(cell.text):
            return joined(cell.text)
    return ""


def _place_of_code(row: Row, columns: list[Column]) -> str:
    for column in reversed(columns):
        cell = row[column.index]
        if cell is not None and not is_blank(cell.text):
            return cell.place
    return ""


def _split_code(keys: _Keys, body: Body) -> None:
    """A code that stands before the name in one cell: 2010601 行政运行, [30101]基本工资."""
    matched = _CODE_IN_LABEL.match(half(keys.label))
    if matched is not None:
        body.has_codes = True
        keys.code = re.sub(r"[-.]", "", matched["code"])
        keys.label = keys.label[len(keys.label) - len(matched["label"]) :]
        keys.parents = ()


def _code(pieces: list[str], body: Body, *, several: bool) -> tuple[str, tuple[str, ...]]:
    """Put 类, 款 and 项 together. What stands left of the first printed piece is that of the line
    before, where forms print it once."""
    notices: list[str] = []
    last = max(index for index, piece in enumerate(pieces) if piece)
    filled = list(pieces[: last + 1])
    if several and not any(len(piece) > 3 for piece in filled):
        for index in range(len(filled)):
            if not filled[index] and index < len(body.pieces):
                filled[index] = body.pieces[index]
                if not filled[index]:
                    break
            elif pieces[index]:
                break
        for index in range(1, len(filled)):
            if len(filled[index]) == 1:
                notices.append(filled[index])
                filled[index] = filled[index].zfill(2)
    code = ""
    for piece in filled:
        code = piece if piece.startswith(code) and len(piece) > len(code) >= 3 else code + piece
    body.pieces = filled
    return code, tuple(notices)


# -- values -----------------------------------------------------------------------------------


def _values(part: Part, row: Row, segment: Segment, body: Body, keys: _Keys) -> list[Value]:
    found = []
    own = {column.index for column in segment.values}
    for column in segment.values:
        cell = row[column.index]
        if cell is None or is_blank(cell.text):
            continue
        if cell.columns > 1 and any(
            other is cell and index not in own for index, other in enumerate(row)
        ):
            continue  # a name that spans names and numbers
        key = part.key(cell)
        if key in body.used:
            continue
        value = value_of(part, cell, column, body.unit, keys.label)
        body.used[key] = "value"
        if value is not None:
            found.append(replace(value, confidence=lowest((value.confidence, keys.confidence))))
    return found


def value_of(part: Part, cell: GridCell, column: Column, unit: str, label: str) -> Value | None:
    """The value of a cell; None for the dots of an unfilled form."""
    text = joined(cell.text)
    if _ELLIPSIS.fullmatch(plain(text)):
        return None
    kind = _kind_of(cell, column, label)
    if kind is ValueKind.AMOUNT and one_number(cell.text) is None:
        # several numbers in one cell, or no number: never joined to one that is not printed
        text = " / ".join(cell.text.split())
    return Value(
        measure=column.measure,
        text=text,
        kind=kind,
        unit=(column.unit or unit) if kind is ValueKind.AMOUNT else "",
        place=cell.place,
        page=part.page.number,
        confidence=lowest((cell.confidence, column.confidence)),
    )


def _kind_of(cell: GridCell, column: Column, label: str) -> ValueKind:
    if is_ratio(cell.text):
        return ValueKind.RATIO
    if joined(cell.text).startswith("#") or PLACEHOLDER.fullmatch(joined(cell.text)):
        return ValueKind.AMOUNT  # an error of the sheet, a blank of the form: no text to publish
    if is_dash(cell.text):
        return ValueKind.TEXT
    if column.kind is not ValueKind.AMOUNT:
        numeric = is_number(cell.text)
        return column.kind if numeric or column.kind is ValueKind.TEXT else ValueKind.TEXT
    if _ROW_COUNT.search(label):
        return ValueKind.COUNT
    return ValueKind.AMOUNT
