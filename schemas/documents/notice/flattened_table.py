"""Tables whose cells were written one below the other, put together again.

Portals that turn a page into text lose the lines between columns, and often the empty cells too.
A row is put together only where there is exactly one way to do so; otherwise its cells are kept
``loose``, and whoever needs them must say that they could not be read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise

from schemas.documents.notice.amount_text import looks_like_amount, states_money_unit
from schemas.documents.notice.lot import lot_marker
from schemas.documents.notice.notice_table import PRICES, Cell, NoticeTable, table_of
from schemas.documents.notice.party_text import (
    USCC,
    is_address,
    is_company,
    is_nobody,
    is_organization,
    is_rest_of_name,
)
from schemas.documents.notice.pieces import Piece
from schemas.documents.notice.sections import section_of
from schemas.documents.notice.wording import NUMBERED, Key, compact, fold, key_of, looks_like_column

WIDEST = 16
_WANTED = frozenset({Key.SUPPLIER, Key.CODE, Key.LOT_NUMBER, Key.LOT_NAME, Key.REASON, *PRICES})
_CELL_LABELS = frozenset({*PRICES, Key.SCORE})
_NUMBER = re.compile(r"\d+(?:\.\d+)?\s*分?")


def header_length(parts: Sequence[object], start: int) -> int:
    """How many pieces from ``start`` on are labels of columns; 0 where no table starts."""
    length = 0
    known = 0
    while start + length < len(parts) and length <= WIDEST:
        part = parts[start + length]
        if not isinstance(part, Piece) or not _may_head(part):
            break
        known += part.key is not None
        length += 1
    if length > WIDEST or known < 2 or length < 2:
        return 0
    keys = {part.key for part in parts[start : start + length] if isinstance(part, Piece)}
    return length if keys & {*_WANTED, Key.ITEM, Key.OTHER_BIDDER, Key.SERIAL} else 0


def _may_head(piece: Piece) -> bool:
    if piece.has_colon or NUMBERED.match(piece.text) or re.fullmatch(r"[\d.,%\s]+", piece.text):
        return False
    if is_organization(piece.text) or len(compact(piece.text)) > 22:
        return False
    return piece.key is not None or looks_like_column(piece.text)


def take_table(parts: Sequence[object], start: int, length: int) -> tuple[NoticeTable, int]:
    """The table whose header has ``length`` pieces from ``start`` on, and where it ends."""
    header = [part for part in parts[start : start + length] if isinstance(part, Piece)]
    labels = [piece.text for piece in header]
    keys = [piece.key for piece in header]
    cells: list[Cell] = []
    index = start + length
    while index < len(parts):
        part = parts[index]
        if not isinstance(part, Piece) or _ends_table(parts, index, part, keys, len(cells)):
            break
        _take_cell(cells, part)
        index += 1
    rows, loose = _rows(cells, keys)
    return table_of(labels, rows, header[0].place, loose), index


def _take_cell(cells: list[Cell], part: Piece) -> None:
    """Keep a cell; the end of a name that was broken goes to its beginning."""
    before = cells[-1] if cells else None
    is_begun = before is not None and re.search(r"[\u4e00-\u9fa5]{2}$", before.text.strip())
    whole = before is not None and is_organization(before.text)
    if before is not None and is_begun and not whole and is_rest_of_name(part.text):
        cells[-1] = Cell(before.text + part.text, before.place)
    else:
        cells.append(Cell(part.text, part.place))


def _ends_table(
    parts: Sequence[object], index: int, piece: Piece, keys: Sequence[Key | None], taken: int
) -> bool:
    if section_of(piece) is not None and not piece.has_colon:
        return True
    if piece.has_colon:
        if piece.key is Key.TOTAL or (NUMBERED.match(piece.text) and section_of(piece)):
            return True
        in_row = taken % len(keys) != 0
        return not (in_row and (piece.key is None or piece.key in _CELL_LABELS))
    if lot_marker(piece.text) and Key.LOT_NUMBER not in keys and Key.LOT_NAME not in keys:
        return True
    following = parts[index + 1] if index + 1 < len(parts) else None
    return (
        piece.key is not None
        and isinstance(following, Piece)
        and not following.has_colon
        and following.key is not None
        and header_length(parts, index) > 1
    )


def fits(cell: str, key: Key | None) -> bool:
    """Whether a text can stand in a column of that meaning."""
    text = fold(cell).strip()
    if is_nobody(text) and key is not Key.SERIAL:
        return True
    match key:
        case Key.SERIAL:
            return bool(re.fullmatch(r"\d{1,3}", text))
        case Key.SUPPLIER | Key.OTHER_BIDDER:
            # among cells without lines between them three signs may be anything, not a person
            return is_company(text)
        case Key.CODE:
            return bool(USCC.fullmatch(text.upper()))
        case Key.ADDRESS:
            return not looks_like_amount(text) and not USCC.search(text) and is_address(text)
        case Key.SCORE | Key.RANK:
            return bool(
                _NUMBER.fullmatch(text) or re.fullmatch(r"第?[一二三四五六七八九十\d]+名?", text)
            )
        case Key.UNIT:
            return states_money_unit(text) or text in ("%", "项", "批", "年")
        case Key.LOT_NUMBER:
            return len(text) <= 40 and not is_organization(text)
        case _ if key in PRICES:
            return looks_like_amount(text) or _says_amount(text)
        case _:
            return not USCC.fullmatch(text.upper())


def _says_amount(text: str) -> bool:
    head, colon, rest = text.partition(":")
    return bool(colon) and key_of(head) in _CELL_LABELS and any(c.isdigit() for c in rest)


Rows = list[tuple[Cell | None, ...]]


def _rows(cells: list[Cell], keys: Sequence[Key | None]) -> tuple[Rows, list[tuple[Cell, ...]]]:
    width = len(keys)
    whole = _whole_rows(cells, keys)
    if whole is not None:
        return whole, []
    rows: Rows = []
    loose: list[tuple[Cell, ...]] = []
    for part in _segments(cells, keys):
        aligned = _aligned(part, keys) if len(part) <= width else None
        if aligned is None:
            loose.append(tuple(part))
        else:
            rows.append(aligned)
    return rows, loose


def _whole_rows(cells: list[Cell], keys: Sequence[Key | None]) -> Rows | None:
    """Rows without a missing cell: every cell fits its column. What follows them, such as the title
    of the next table, must be neither a supplier nor an amount."""
    width = len(keys)
    count, rest = divmod(len(cells), width)
    tail = cells[count * width :]
    if count == 0 or (rest and any(_matters(cell.text) for cell in tail)):
        return None if cells else []
    rows: Rows = []
    for start in range(0, count * width, width):
        row = cells[start : start + width]
        if not all(fits(cell.text, key) for cell, key in zip(row, keys, strict=True)):
            return None
        rows.append(tuple(row))
    return rows if _counts_up(rows, keys) else None


def _counts_up(rows: Rows, keys: Sequence[Key | None]) -> bool:
    if not keys or keys[0] is not Key.SERIAL:
        return True
    numbers = [int(row[0].text) for row in rows if row[0] is not None]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False


def _matters(text: str) -> bool:
    return is_organization(text) or looks_like_amount(text)


def _segments(cells: list[Cell], keys: Sequence[Key | None]) -> list[list[Cell]]:
    """The cells of each row, as far as that can be told."""
    if not cells:
        return []
    if keys[0] is Key.SERIAL:
        starts = _serial_starts(cells)
    else:
        named = [i for i, cell in enumerate(cells) if is_organization(cell.text)]
        starts = _even_starts(named, len(cells)) if len(named) > 1 else [0]
    if not starts or starts[0] != 0:
        return [cells]
    parts = [cells[a:b] for a, b in zip(starts, [*starts[1:], len(cells)], strict=True)]
    width = len(keys)
    last = parts[-1]
    if len(last) > width and not any(_matters(cell.text) for cell in last[width:]):
        parts[-1] = last[:width]
    return parts


def _serial_starts(cells: list[Cell]) -> list[int]:
    starts: list[int] = []
    for index, cell in enumerate(cells):
        if fold(cell.text) == str(len(starts) + 1) and (not starts or index - starts[-1] > 1):
            starts.append(index)
    return starts


def _even_starts(named: list[int], total: int) -> list[int]:
    step = named[1] - named[0]
    even = all(b - a == step for a, b in pairwise(named))
    if not even or total != step * len(named) or named[0] >= step:
        return []
    return list(range(0, total, step))


def _aligned(cells: list[Cell], keys: Sequence[Key | None]) -> tuple[Cell | None, ...] | None:
    """The row with each cell under its column; None where there is no way, or more than one."""
    width = len(keys)
    best: dict[tuple[Cell | None, ...], tuple[Cell | None, ...]] = {}
    most = -1
    for columns in combinations(range(width), len(cells)):
        placed = list(zip(cells, columns, strict=True))
        if not all(fits(cell.text, keys[column]) for cell, column in placed):
            continue
        row: list[Cell | None] = [None] * width
        for cell, column in placed:
            row[column] = cell
        score = _score(row, keys)
        if score > most:
            best, most = {}, score
        if score == most:
            wanted = tuple(row[i] for i in range(width) if keys[i] in _WANTED)
            best.setdefault(wanted, tuple(row))
    return next(iter(best.values())) if len(best) == 1 else None


def _score(row: Sequence[Cell | None], keys: Sequence[Key | None]) -> int:
    """How many of the columns that no award lacks are filled."""
    needed = (Key.SUPPLIER, Key.AMOUNT, Key.QUOTE, Key.CODE)
    # a row that starts with its serial number starts with it, even if its amount is missing
    score = 32 * (keys[0] is Key.SERIAL and row[0] is not None)
    for key in needed:
        columns = [index for index, found in enumerate(keys) if found is key]
        score += any(row[index] is not None for index in columns) * (8 if key is Key.AMOUNT else 4)
    # the reason of a lot without an award, and its name, go before remarks
    for key in (Key.REASON, Key.LOT_NAME):
        score += any(row[i] is not None for i, found in enumerate(keys) if found is key)
    return score
