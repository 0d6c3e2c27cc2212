"""The cells behind the values of one row: their texts, headers, pictures and conversions."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from flows.evidence.document_places import DocumentPlace, Header, joined
from flows.evidence.row_reading import RowReading
from flows.evidence.screening import NAME_CLASSES
from flows.evidence.shelf import Shelf
from publishing.portal.evidence import CellCrop, CellEvidence, FieldEvidence, RowEvidence
from schemas.dataset import DatasetField, FieldType
from schemas.documents.document import Box
from schemas.layout import FieldMapping
from schemas.message import Message
from schemas.raw_table import LocatorScheme, locate
from schemas.raw_values import SNAPSHOT_FACTS
from schemas.reader_options import HtmlLabelReader
from schemas.units import Unit, find_unit

MASKED = Message(
    "原文含个人信息，已按规则遮盖，此处只显示公开的值。",
    "The text holds personal data and is masked by rule; only the released value is shown.",
)
REDACTED = Message("原文中的个人信息已遮盖。", "Personal data in the text was redacted.")
NOT_SHOWN = Message(
    "这一处还写有公开数据以外的内容，可能涉及个人信息，故不显示原文。",
    "This place says more than what is released and may concern persons, so its text is not shown.",
)
DIFFERS = Message(
    "按现在的读取方式，文件此处的值与公开的值不同（可能已更正，或来源设置已变），故不显示原文。",
    "Read today, this place gives another value than the released one (it may have been corrected, "
    "or the settings of the source changed), so its text is not shown.",
)
NOT_RELEASED = Message(
    "此值没有公开，故不显示原文。", "This value was not released, so its text is not shown."
)
OF_THE_WHOLE = Message(
    "由读取程序从整份文件判定，不在单独一格中",
    "found by the reader in the document as a whole, not in one cell",
)
NOT_STATED = Message("文件中没有写这一项", "the document does not say it")
CONCLUDED = Message("由读取程序根据这一处判定", "concluded by the reader from what stands here")
NO_PICTURE = Message(
    "无法确认图中没有其他信息，故只显示文字。",
    "It is not certain that a picture would show nothing else, so only the text is shown.",
)
_NO_VALUE = re.compile(r"[\W_]*|无|暂无|null|none|n/?a", re.IGNORECASE)
_MEASURED = re.compile(r"\d\s*(?P<unit>[^\d\s.,，。；;：:()（）]{1,8})")
_SEGMENT_ENDS = re.compile(r"(?<=[。；;])|\s{2,}|\t|\s+(?=[\u4e00-\u9fff（()）]{2,12}[：:])")
_OF_THE_PAGE = ("title", "head")
"""Places of a page outside its text."""
_FACT_WORDS = {
    "$file_name": Message("文件名", "the file's name"),
    "$file_stem": Message("文件名", "the file's name"),
    "$url": Message("文件的网址", "the file's address"),
    "$link_text": Message("链接的文字", "the text of the link"),
    "$fetched_on": Message("获取日期", "the day it was fetched"),
}


class RowCells:
    """Makes the evidence of one row."""

    def __init__(self, reading: RowReading, shelf: Shelf, path: Path) -> None:
        self.reading = reading
        self._shelf = shelf
        self._path = path
        self._pictures: dict[str, CellCrop | Message | None] = {}
        self._is_final = True

    def evidence(self) -> RowEvidence:
        """The evidence of all fields that come from the document or its source file."""
        fields = {
            item.name: self._field(item)
            for item in self.reading.dataset.fields
            if item.computed is None
        }
        return RowEvidence(fields=fields, is_final=self._is_final)

    def _field(self, item: DatasetField) -> FieldEvidence:
        cells = tuple(self._cells(item))
        mapping = self.reading.layout.mapping.get(item.name)
        origin = None if cells else self._origin(item, mapping)
        return FieldEvidence(cells, origin, self._conversion(item, mapping, cells))

    # -- where from -------------------------------------------------------------------------

    def _cells(self, item: DatasetField) -> Iterator[CellEvidence]:
        reading, container = self.reading, self.reading.trace.container
        if container is None:
            return
        own = reading.records.table.places
        columns = container.columns.get(item.name, ())
        if container.scheme is LocatorScheme.PLACES:
            columns = columns[:1]  # documents keep the place of a value's first cell
        for index, native in columns:
            position = reading.trace.position
            place = own.get((0, index)) or locate(
                container.name, container.scheme, position, index, native
            )
            raw = reading.records.cells.item(0, str(index)) or ""
            if reading.prepared.is_document:
                found = reading.prepared.place(place)
                if reading.trace.row.get(item.name) is None:
                    return
                if found is not None:
                    yield self._of_document(item, found)
                elif place in _OF_THE_PAGE or place.startswith("/"):
                    yield self._of_table(item, place, raw, "")
            else:
                labels = isinstance(reading.layout.reader, HtmlLabelReader)
                named = container.scheme is not LocatorScheme.PLACES or labels
                yield self._of_table(item, place, raw, native if named else "")

    def _origin(self, item: DatasetField, mapping: FieldMapping | None) -> Message | None:
        if mapping is None and self.reading.trace.row.get(item.name) is not None:
            return Message("由个人信息检查得出", "found by the check for personal data")
        if mapping is None:
            return Message("来源中没有这一项", "the source does not have it")
        if mapping.constant is not None:
            shown = mapping.constant
            return Message(f"来源文件写明的固定值“{shown}”", f"fixed in the source file: '{shown}'")
        facts = [name for name in mapping.columns() if name in SNAPSHOT_FACTS]
        if facts and self.reading.trace.row.get(item.name) is not None:
            words = _FACT_WORDS[facts[0]]
            return Message(f"取自{words.zh}", f"taken from {words.en}")
        if self.reading.prepared.is_document:
            is_said = self.reading.trace.row.get(item.name) is not None
            return OF_THE_WHOLE if is_said else NOT_STATED
        return Message("文件中没有对应的列", "the document has no such column")

    # -- one cell ---------------------------------------------------------------------------

    def _of_table(self, item: DatasetField, place: str, raw: str, name: str) -> CellEvidence:
        header = self.reading.gate.header(name) if name else None
        text, note = self._text(item, raw, is_value=True)
        return CellEvidence(place, text, (header,) if header else (), note=note)

    def _of_document(self, item: DatasetField, found: DocumentPlace) -> CellEvidence:
        raw = self._segment(item, found)
        is_value = joined(found.text) == joined(self._raw_value(item))
        text, note = self._text(item, raw, is_value=is_value)
        gate = self.reading.gate
        headers = tuple(
            header
            for one in found.headers
            if joined(one.text) not in self._unreleased
            and (header := gate.header(one.text)) is not None
        )
        crop: CellCrop | None = None
        if text is not None and note is None and found.box is not None and not found.is_line:
            drawn = self._picture(found)
            crop = drawn if isinstance(drawn, CellCrop) else None
            note = drawn if isinstance(drawn, Message) else None
        return CellEvidence(found.place, text, headers, crop, note, is_recognised=found.is_scan)

    @cached_property
    def _unreleased(self) -> frozenset[str]:
        """Texts of fields of which the release has no value, such as withdrawn ones: they must not
        be read as the header of another cell either."""
        row = self.reading.trace.row
        empty = (one for one in self.reading.dataset.fields if row.get(one.name) is None)
        return frozenset(text for one in empty if (text := joined(self._raw_value(one))))

    def _raw_value(self, item: DatasetField) -> str:
        container = self.reading.trace.container
        columns = container.columns.get(item.name, ()) if container is not None else ()
        if not columns:
            return ""
        return self.reading.records.cells.item(0, str(columns[0][0])) or ""

    def _segment(self, item: DatasetField, found: DocumentPlace) -> str:
        """Of a line of running text the part that holds the value, where one does."""
        if not found.is_line:
            return found.text
        value = joined(self._raw_value(item))
        parts = [part for part in _SEGMENT_ENDS.split(found.text) if part and part.strip()]
        holding = [part.strip() for part in parts if value and value in part]
        return holding[0] if holding else found.text

    def _text(
        self, item: DatasetField, raw: str, *, is_value: bool
    ) -> tuple[str | None, Message | None]:
        """The text as it may be shown, and why it is not, or not whole."""
        reading = self.reading
        if not reading.agrees(item.name):
            return None, DIFFERS
        is_masked = reading.typed.get(item.name) != reading.gated.get(item.name)
        if is_masked and item.privacy in NAME_CLASSES:
            return None, MASKED
        if reading.trace.row.get(item.name) is None and not self._says_nothing(raw):
            return None, NOT_RELEASED
        shown = reading.gate.cell(item, raw, is_value=is_value)
        if shown.text is None:
            return None, MASKED if is_value else NOT_SHOWN
        if is_masked and shown.is_whole:  # the gate found in the value what the cell hides
            return None, MASKED
        return shown.text, None if shown.is_whole else REDACTED

    def _says_nothing(self, raw: str) -> bool:
        text = raw.strip()
        return text in self.reading.layout.missing or bool(_NO_VALUE.fullmatch(text))

    # -- its picture ------------------------------------------------------------------------

    def _picture(self, found: DocumentPlace) -> CellCrop | Message | None:
        """The cell and those of its headers that stand on its page, all else blank."""
        if found.place not in self._pictures:
            self._pictures[found.place] = self._drawn(found)
        return self._pictures[found.place]

    def _drawn(self, found: DocumentPlace) -> CellCrop | Message | None:
        gate, page = self.reading.gate, self.reading.prepared.places_of_page(found.page)
        if found.box is None:
            return None
        if not gate.may_be_pictured(found.text, found.confidence):
            return NO_PICTURE
        shown = [found.box, *self._header_boxes(found.headers, page)]
        blanked = [one.box for one in page if one.box is not None and one.box not in shown]
        drawn = self._shelf.picture(self.reading.prepared, self._path, found.page, shown, blanked)
        if isinstance(drawn, Message):
            self._is_final = False
            return drawn
        if drawn is None:
            return NO_PICTURE
        width, height = struct.unpack(">II", drawn[16:24])
        return CellCrop(drawn, width, height)

    def _header_boxes(
        self, headers: tuple[Header, ...], page: list[DocumentPlace]
    ) -> Iterator[Box]:
        gate = self.reading.gate
        by_box = {one.box: one for one in page if one.box is not None}
        for header in headers:
            cell = by_box.get(header.box) if header.box is not None else None
            if (
                cell is not None
                and cell.box is not None
                and joined(cell.text) not in self._unreleased
                and gate.header(header.text) is not None
                and gate.may_be_pictured(cell.text, cell.confidence)
            ):
                yield cell.box

    # -- how the value was made of it -------------------------------------------------------

    def _conversion(
        self, item: DatasetField, mapping: FieldMapping | None, cells: tuple[CellEvidence, ...]
    ) -> Message | None:
        value = self.reading.trace.row.get(item.name)
        if value is None or mapping is None or not cells:
            return None
        if mapping.lookup is not None:
            return Message(
                f"按对照表 {mapping.lookup.vocabulary} 查得",
                f"looked up in the table {mapping.lookup.vocabulary}",
            )
        if item.type in (FieldType.DECIMAL, FieldType.NUMBER, FieldType.INTEGER) and item.unit:
            return self._of_unit(item, cells)
        if self.reading.prepared.is_document and self._is_concluded(item, cells):
            return CONCLUDED
        if item.code_list is not None:
            shown = next((cell.text for cell in cells if cell.text), None)
            if shown is not None and shown.strip() != str(value):
                return Message(
                    f"按代码表 {item.code_list} 编码", f"coded by the list {item.code_list}"
                )
        return None

    def _is_concluded(self, item: DatasetField, cells: tuple[CellEvidence, ...]) -> bool:
        """Whether the reader understood a place of a document rather than copied it."""
        value = "".join(self._raw_value(item).split())
        return any(cell.text and value not in "".join(cell.text.split()) for cell in cells)

    def _of_unit(self, item: DatasetField, cells: tuple[CellEvidence, ...]) -> Message | None:
        wanted = find_unit(item.unit or "")
        text = next((cell.text for cell in cells if cell.text), "")
        written = self._unit_in(text, wanted) or self._unit_of_column(item, cells)
        if wanted is None or written is None or written.dimension != wanted.dimension:
            return None
        if written.code == wanted.code:
            return Message(f"单位：{wanted.zh}", f"unit: {wanted.en}")
        factor = _plain(written.factor / wanted.factor)
        return Message(
            f"文件中的单位是{written.zh}，公开的单位是{wanted.zh}："
            f"1 {written.zh} = {factor} {wanted.zh}",
            f"written in {written.en}, released in {wanted.en}: "
            f"1 {written.en} = {factor} {wanted.en}",
        )

    def _unit_in(self, text: str, wanted: Unit | None) -> Unit | None:
        """The unit that stands behind a number in the text; None where several do."""
        found = (find_unit(match["unit"]) for match in _MEASURED.finditer(text))
        dimension = wanted.dimension if wanted is not None else ""
        same = {one for one in found if one is not None and one.dimension == dimension}
        return same.pop() if len(same) == 1 else None

    def _unit_of_column(self, item: DatasetField, cells: tuple[CellEvidence, ...]) -> Unit | None:
        """The unit of header or note. Of what a reader has converted already it says nothing."""
        if self.reading.prepared.is_document and self._is_concluded(item, cells):
            return None
        return self.reading.units.get(item.name)


def _plain(factor: Fraction) -> str:
    if factor.denominator == 1:
        return str(factor.numerator)
    decimal = factor.numerator / factor.denominator
    exact = Fraction(str(decimal)) == factor
    return f"{decimal:.12g}" if exact else f"{factor.numerator}/{factor.denominator}"
