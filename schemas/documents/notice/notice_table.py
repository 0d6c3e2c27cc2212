"""Tables of notices: columns by what their labels mean, rows of cells with their places."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.documents.notice.wording import Key, key_of

PRICES = frozenset(
    {
        Key.AMOUNT,
        Key.QUOTE,
        Key.OTHER_PRICE,
        Key.UNIT_PRICE,
        Key.RATE,
        Key.CONTRACT_AMOUNT,
        Key.TOTAL,
    }
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its place."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class NoticeTable:
    """A table with one row per record.

    Attributes:
        labels: the header as printed.
        keys: what each column means.
        rows: one cell per column; None where the row has none.
        loose: cells that could not be given to a column surely, row by row; they tell what the
            table holds, and that it could not be read.
        place: of its header.
    """

    labels: tuple[str, ...]
    keys: tuple[Key | None, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    place: str
    loose: tuple[tuple[Cell, ...], ...] = ()

    def column(self, *wanted: Key) -> int | None:
        """The first column of the first of these meanings that the table has."""
        for key in wanted:
            if key in self.keys:
                return self.keys.index(key)
        return None


def table_of(
    labels: list[str],
    rows: list[tuple[Cell | None, ...]],
    place: str,
    loose: list[tuple[Cell, ...]] | None = None,
) -> NoticeTable:
    """A table whose columns mean what their labels say."""
    return NoticeTable(
        tuple(labels),
        tuple(key_of(label) for label in labels),
        tuple(rows),
        place,
        tuple(loose or ()),
    )
