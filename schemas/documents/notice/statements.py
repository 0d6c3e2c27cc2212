"""What a notice states, one statement after the other: section, lot, label and value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from schemas.documents.document import Document, Grid
from schemas.documents.notice.flattened_table import header_length, take_table
from schemas.documents.notice.grid_reading import read_grid
from schemas.documents.notice.lot import NO_LOT, Lot, lot_marker
from schemas.documents.notice.notice_table import PRICES, NoticeTable
from schemas.documents.notice.party_text import is_organization
from schemas.documents.notice.pieces import Piece, parts_of, piece
from schemas.documents.notice.sections import Section, section_of, subsection_party
from schemas.documents.notice.wording import NUMBERED, Key, fold

_MONEY_TAIL = re.compile(
    r"[\s\d.,%()（）/¥￥每年月元万亿角分整人民币圆大小写零壹贰叁肆伍陆柒捌玖拾佰仟:：]+"
)
_TEXT_KEYS = frozenset(
    {Key.PROJECT_NUMBER, Key.PROJECT_NAME, Key.CONTRACT_NAME, Key.CONTRACT_NUMBER}
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that the notice says.

    Attributes:
        section: what the part it stands in is about; None before the first heading.
        lot: the lot that the lines above it opened.
        party: of whom 名称 and 地址 speak in the section on contacts.
        key, label, value, place: the label's meaning, its words, what stands behind it and where.
            Both label and key are empty for plain text.
        table: a table, in the place of label and value.
        heading: the words of the section's heading.
    """

    section: Section | None
    lot: Lot
    party: Key | None
    key: Key | None
    label: str
    value: str
    place: str
    table: NoticeTable | None = None
    heading: str = ""


def statements_of(document: Document, title: str = "") -> list[Statement]:
    """All statements of a document in reading order. ``title`` tells where wrapped names end."""
    parts: list[Piece | NoticeTable] = []
    for part in parts_of(document):
        if isinstance(part, Grid):
            parts.extend(read_grid(part))
        else:
            parts.append(part)
    return _Walk(parts, re.sub(r"\s+", "", fold(title))).run()


@dataclass(slots=True)
class _Walk:
    parts: list[Piece | NoticeTable]
    title: str
    section: Section | None = None
    heading: str = ""
    lot: Lot = NO_LOT
    party: Key | None = None
    index: int = 0
    found: list[Statement] = field(default_factory=list)

    def run(self) -> list[Statement]:
        while self.index < len(self.parts):
            part = self.parts[self.index]
            if isinstance(part, NoticeTable):
                self._say(None, "", "", part.place, part)
                self.index += 1
            else:
                self._piece(part)
        return self.found

    def _say(
        self, key: Key | None, label: str, value: str, place: str, table: NoticeTable | None = None
    ) -> None:
        self.found.append(
            Statement(
                self.section, self.lot, self.party, key, label, value, place, table, self.heading
            )
        )

    def _piece(self, part: Piece) -> None:
        if self._opens_lot(part) or self._opens_section(part):
            return
        party = subsection_party(part)
        if party is not None and not part.value.strip() and part.has_colon:
            self.party = party
        elif party is not None and not part.has_colon:
            self.party = party
            if party is Key.OTHER or not self._names_party(self.index + 1):
                self.index += 1
                return
        if part.has_colon:
            self._pair(part)
            return
        length = header_length(self.parts, self.index)
        if length:
            self._table(length)
        elif part.key is not None and self._is_plain(self.index + 1):
            self._pair(part)
        else:
            self._say(None, "", part.text, part.place)
            self.index += 1

    def _names_party(self, index: int) -> bool:
        """Whether a name stands below 「采购人」 itself, without a label of its own."""
        part = self.parts[index] if index < len(self.parts) else None
        return isinstance(part, Piece) and not part.has_colon and is_organization(part.text)

    def _opens_lot(self, part: Piece) -> bool:
        marker = lot_marker(part.text)
        if marker is None or self.section in (Section.FEES, Section.CONTACT, Section.EXPERTS):
            return False
        lot, end = marker
        rest = part.text[end:].strip(" :：,，、\u3000\xa0")
        if len(rest) > 120 and not re.search(r"[:：]", rest[:20]):
            return False
        self.lot = replace(lot, place=part.place)
        self._say(Key.LOT_NUMBER, "", lot.number, part.place)
        if rest:
            self.parts[self.index] = piece(rest, part.place)
        else:
            self.index += 1
        return True

    def _opens_section(self, part: Piece) -> bool:
        """Take a heading; True where it is a heading and nothing else."""
        section = section_of(part)
        if section is None:
            return False
        if part.key in (Key.SUPPLIER, Key.AMOUNT) and not NUMBERED.match(part.text):
            return False
        self.section, self.lot, self.party = section, NO_LOT, None
        self.heading = part.label or part.text
        is_label = part.key is not None and part.key not in (Key.EXPERTS, Key.OUTCOME, Key.REASON)
        if part.has_colon and (part.value or is_label):
            return False
        if is_label and self._is_plain(self.index + 1):
            return False
        self.index += 1
        return True

    def _is_plain(self, index: int) -> bool:
        """Whether a value may stand there: a text that is no label, no heading, no table."""
        part = self.parts[index] if index < len(self.parts) else None
        if not isinstance(part, Piece) or part.has_colon:
            return False
        if part.key is not None or section_of(part) is not None or lot_marker(part.text):
            return False
        return not header_length(self.parts, index)

    def _pair(self, part: Piece) -> None:
        value, place = (part.value, part.place) if part.has_colon else ("", part.place)
        self.index += 1
        if not value and self._cell_amount(part):
            following = self.parts[self.index]
            if isinstance(following, Piece):
                value, place = following.text, following.place
                self.index += 1
        elif not value and self._is_plain(self.index):
            following = self.parts[self.index]
            if isinstance(following, Piece):
                value, place = following.text, following.place
                self.index += 1
                value = self._continued(part.key, value)
        elif value and part.key in (*PRICES, Key.SUPPLIER):
            value = self._continued(part.key, value)
        self._say(part.key, part.label or part.text, value, place)

    def _cell_amount(self, part: Piece) -> bool:
        """Whether 「报价：100元」 is the value of the label 「中标金额」 above it."""
        following = self.parts[self.index] if self.index < len(self.parts) else None
        return (
            part.key in (Key.AMOUNT, Key.TOTAL)
            and isinstance(following, Piece)
            and following.has_colon
            and following.key in (Key.QUOTE, Key.UNIT_PRICE, Key.RATE)
            and bool(following.value)
        )

    def _continued(self, key: Key | None, value: str) -> str:
        """The value with the fragments below it that belong to it: runs of formatted text."""
        for _ in range(8):
            if not self._is_plain(self.index):
                break
            following = self.parts[self.index]
            if not isinstance(following, Piece) or not self._belongs(key, value, following.text):
                break
            value += following.text
            self.index += 1
        return value

    def _belongs(self, key: Key | None, value: str, more: str) -> bool:
        if key in PRICES:
            return bool(_MONEY_TAIL.fullmatch(fold(more))) and len(value) < 60
        if key is Key.SUPPLIER or key in (Key.PURCHASER, Key.AGENCY, Key.NAME):
            return not is_organization(value) and is_organization(value + more)
        if key in _TEXT_KEYS:
            joined = re.sub(r"\s+", "", fold(value + more))
            return joined in self.title
        return False

    def _table(self, length: int) -> None:
        table, end = take_table(self.parts, self.index, length)
        if not table.rows and len(table.loose) == 1 and len(table.loose[0]) == 1 < length:
            # labels without values, and one value: only the last label can have it
            for _ in range(length - 1):
                empty = self.parts[self.index]
                self.index += 1
                if isinstance(empty, Piece):
                    self._say(empty.key, empty.text, "", empty.place)
            return
        self._say(None, "", "", table.place, table)
        self.index = end
