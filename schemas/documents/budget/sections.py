"""Sections: a title, the grids under it over all their pages, and the notes beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from schemas.documents.budget.header import header_rows, is_data_row
from schemas.documents.budget.parts import CellKey, Part, distinct, on_columns_of, texts, whole
from schemas.documents.budget.running_lines import without_running_lines
from schemas.documents.budget.tables import Note
from schemas.documents.budget.titles import Title, read_title
from schemas.documents.budget.words import OFFICE, is_blank, joined, plain, unit_alone, unit_note
from schemas.documents.document import Document, DocumentPage, Grid, TextLine, line_place

FOOTNOTE = re.compile(r"^(?:备?注|说明|附注|填表说明|编制说明)\d?[:：.、]|^[（(]?本表|^\*")
STATEMENT = re.compile(
    r"空表|无数据|本(?:部门|单位|表|镇|街道|级).{0,12}[无没]"
    r"|^.{0,30}[无没]有?.{0,40}(?:预算|支出|拨款|安排|收入|经费)"
)
_PAGE_NUMBER = re.compile(
    r"[-—－–\s]*(?:第?\s*\d{1,4}\s*页?|\d{1,4}\s*/\s*\d{1,4}|共\d+页.*)[-—－–\s]*"
)
_FORM = re.compile(
    r"(?:预算|决算|部门|单位)?公开?\s*\d{1,2}\s*表"
    r"|(?:附?表|附件)\s*[\d一二三四五六七八九十\-]{1,4}[:：]?|\d{4}年度?|金额单位.*"
)
NOTE_LINES_AFTER = 3
LINES_OF_PAGE_BEFORE = 6


@dataclass(slots=True)
class Section:
    """A table as printed, not yet interpreted.

    Attributes:
        title: None for a grid that has none.
        title_note: the title with its place.
        units: every unit that is stated for it, with its place, in order.
        offices: what stands beside 编制部门： and the like.
        footnotes: notes under it (注：…) and statements such as 本部门无… .
        used: cells that are accounted for as title, unit, office or note.
    """

    title: Title | None
    title_note: Note | None
    parts: list[Part] = field(default_factory=list)
    units: list[Note] = field(default_factory=list)
    offices: list[Note] = field(default_factory=list)
    footnotes: list[Note] = field(default_factory=list)
    used: dict[CellKey, str] = field(default_factory=dict)

    @property
    def header_count(self) -> int:
        """Number of header rows of its first part."""
        return header_rows(self.parts[0]) if self.parts else 0


@dataclass(slots=True)
class _Lines:
    """Lines since the last grid, with their pages."""

    found: list[tuple[DocumentPage, TextLine]] = field(default_factory=list)

    def here(self, page: DocumentPage) -> list[tuple[DocumentPage, TextLine]]:
        return [entry for entry in self.found if entry[0] is page]

    def before(self, page: DocumentPage) -> list[tuple[DocumentPage, TextLine]]:
        """The last lines of the page before, unless it is a list of contents."""
        lines = [entry for entry in self.found if entry[0].number == page.number - 1]
        titles = sum(1 for _, line in lines if read_title(line.text) is not None)
        return lines[-LINES_OF_PAGE_BEFORE:] if titles <= 2 else []


def sections_of(document: Document) -> list[Section]:
    """All grids of the document, each under its title, in order."""
    finder = _Finder()
    for page in without_running_lines(document.pages):
        for block in page.blocks:
            if isinstance(block, Grid):
                finder.take_grid(page, block)
            else:
                finder.take_line(page, block)
    return finder.sections


class _Finder:
    def __init__(self) -> None:
        self.sections: list[Section] = []
        self._lines = _Lines()
        self._after = 0

    def take_line(self, page: DocumentPage, line: TextLine) -> None:
        """Remember a line; one that belongs under the last grid goes to it, too."""
        last = self.sections[-1] if self.sections else None
        if last is not None and last.parts and last.parts[-1].page is page:
            self._footnote(last, page, line)
        self._lines.found.append((page, line))

    def _footnote(self, section: Section, page: DocumentPage, line: TextLine) -> None:
        text = joined(line.text)
        if self._after >= NOTE_LINES_AFTER or read_title(text) is not None or unit_note(text):
            self._after = NOTE_LINES_AFTER
            return
        known = section.footnotes
        note = Note(text, line_place(page.name, line), page.number)
        if FOOTNOTE.search(text) or STATEMENT.search(text):
            known.append(note)
        elif known and known[-1].page == page.number and not known[-1].text.endswith("。"):
            known[-1] = replace(known[-1], text=known[-1].text + text)
        elif not _PAGE_NUMBER.fullmatch(line.text):
            self._after += 1

    def take_grid(self, page: DocumentPage, grid: Grid) -> None:
        """Cut a grid at the titles within it and give each piece to its section."""
        for part in _cut_at_titles(whole(page, grid)):
            section, part = _preface(part)
            if section.title is None:
                self._title_above(section, page)
            self._notes_above(section, page)
            self._lines = _Lines()
            self._after = 0
            if part.rows:
                self._place(section, part)
            elif section.title is not None or section.used:
                self.sections.append(section)

    def _place(self, section: Section, part: Part) -> None:
        last = self.sections[-1] if self.sections else None
        if last is not None and last.parts and self._continues(last, section, part):
            moved = on_columns_of(part, last.parts[0])
            if moved is not None:
                last.parts.append(_without_header(moved, last))
                last.units += section.units
                last.offices += section.offices
                last.footnotes += section.footnotes
                last.used |= section.used
                return
        if last is not None and not last.parts and last.title is not None and section.title is None:
            section.title, section.title_note = last.title, last.title_note
            section.units = last.units + section.units
            section.offices = last.offices + section.offices
            section.used |= last.used
            self.sections.pop()
        section.parts.append(part)
        self.sections.append(section)

    def _continues(self, last: Section, section: Section, part: Part) -> bool:
        """True for a grid that goes on with the table before it."""
        before = last.parts[-1].page.number
        if part.page.number - before not in (0, 1):
            return False
        if section.title is not None:
            same = last.title is not None and _same(section.title, last.title)
            ours, theirs = _offices(section), _offices(last)
            same = same and not (ours and theirs and ours.isdisjoint(theirs))
            return same and part.page.number == before + 1
        if part.page.number == before:
            return False
        shown = [line for line in part.page.lines if not _is_beside(line.text)]
        first_grid = part.page.grids[0]
        above = [
            line
            for line in shown
            if line.box is None or first_grid.box is None or line.box.middle < first_grid.box.top
        ]
        return part.grid.number == first_grid.number and not above

    def _title_above(self, section: Section, page: DocumentPage) -> None:
        for lines in (self._lines.here(page), self._lines.before(page)):
            titles = [
                (place, line, title)
                for place, line in lines
                if (title := read_title(line.text)) is not None
            ]
            titles = [entry for entry in titles if entry[2].kind or entry[2].reason] or titles
            if titles:
                where, line, section.title = titles[-1]
                section.title_note = Note(
                    section.title.text,
                    line_place(where.name, line),
                    where.number,
                    line.confidence,
                )
                return
            if any(not _is_beside(line.text) for _, line in lines):
                return

    def _notes_above(self, section: Section, page: DocumentPage) -> None:
        lines = self._lines.here(page)
        if section.title_note is not None and section.title_note.page != page.number:
            lines = self._lines.before(page) + lines
        for where, line in lines:
            place = line_place(where.name, line)
            _take_note(section, Note(line.text, place, where.number, line.confidence))


def titles_without_table(document: Document, sections: list[Section]) -> list[Note]:
    """Titles of tables of the set that stand over no grid; lists of contents aside."""
    used = {section.title_note.place for section in sections if section.title_note is not None}
    missing = []
    for page in document.pages:
        titles = [
            (line, title)
            for line in page.lines
            if (title := read_title(line.text)) is not None and title.kind is not None
        ]
        contents = any(plain(line.text) in ("目录", "目次") for line in page.lines)
        if contents or len(titles) > len(page.grids) + 1:
            continue
        for line, title in titles:
            note = Note(title.text, line_place(page.name, line), page.number)
            if note.place not in used and not _is_repeated(note, sections):
                missing.append(note)
    return missing


def _is_repeated(note: Note, sections: list[Section]) -> bool:
    """True for the title that a table bears again on a further page."""
    return any(
        section.title is not None
        and joined(section.title.text) == note.text
        and any(part.page.number == note.page for part in section.parts)
        for section in sections
    )


def _take_note(section: Section, note: Note) -> str:
    """Keep what a line or cell beside the table says of its unit and office."""
    kind = ""
    unit = unit_note(note.text) or unit_alone(note.text)
    if unit:
        section.units.append(replace(note, text=unit))
        kind = "unit"
    if OFFICE.search(plain(note.text)):
        section.offices.append(note)
        kind = kind or "office"
    return kind


def _is_beside(text: str) -> bool:
    """True for lines that stand beside any table: page numbers, units, offices, form numbers."""
    return bool(
        _PAGE_NUMBER.fullmatch(text)
        or unit_note(text)
        or unit_alone(text)
        or OFFICE.search(plain(text))
        or _FORM.fullmatch(plain(text))
        or (read_title(text) is not None)
    )


def _offices(section: Section) -> set[str]:
    return {
        re.sub(r"(?:金额)?单位:[^:]*元.*$|\d{4}年.*$", "", plain(note.text))
        for note in section.offices
    }


def _same(one: Title, other: Title) -> bool:
    strip = re.compile(r"[(（]?续表?[)）]?|\s")
    return strip.sub("", one.text) == strip.sub("", other.text)


def _without_header(part: Part, section: Section) -> Part:
    """A further part without the header rows that repeat those of the first part."""
    first = section.parts[0]
    known = {text for _, row in first.rows[: section.header_count] for text in texts(row)}
    count = 0
    for _, row in part.rows:
        found = texts(row)
        if found and (is_data_row(row) or not set(found) <= known):
            break
        count += 1
    if count == len(part.rows):
        return part
    for _, row in part.rows[:count]:
        for cell in distinct(row):
            section.used.setdefault(part.key(cell), "header")
    return part.from_row(count)


def _cut_at_titles(part: Part) -> Iterator[Part]:
    """The pieces of a grid that hold several tables one below the other, each with its title."""
    starts = [0]
    for position, (_, row) in enumerate(part.rows):
        cells = distinct(row)
        if position and len(cells) == 1 and cells[0].columns >= 1:
            title = read_title(cells[0].text)
            if title is not None and title.kind is not None and _is_wide(part, position):
                starts.append(position)
    for start, end in zip(starts, [*starts[1:], len(part.rows)], strict=True):
        piece = replace(part, rows=part.rows[start:end])
        if any(distinct(row) for _, row in piece.rows):
            yield piece


def _is_wide(part: Part, position: int) -> bool:
    """A title spans the table or stands alone in a row behind data rows."""
    before = [row for _, row in part.rows[:position] if distinct(row)]
    return any(len(distinct(row)) > 1 for row in before)


def _preface(part: Part) -> tuple[Section, Part]:
    """Take title, unit and office rows off the top, footnote rows off the bottom of a part."""
    section = Section(None, None)
    start = 0
    for _, row in part.rows:
        if not _take_preface_row(section, part, row):
            break
        start += 1
    end = len(part.rows)
    while end > start and _take_footnote_row(section, part, part.rows[end - 1][1]):
        end -= 1
    section.footnotes.reverse()
    return section, replace(part, rows=part.rows[start:end])


def _take_preface_row(section: Section, part: Part, row: list) -> bool:  # type: ignore[type-arg]
    cells = distinct(row)
    if not cells:
        return True
    roles: dict[CellKey, str] = {}
    for cell in cells:
        title = read_title(cell.text) if section.title is None and len(cells) <= 2 else None
        note = Note(cell.text, cell.place, part.page.number, cell.confidence)
        if title is not None:
            section.title, section.title_note = title, replace(note, text=title.text)
            roles[part.key(cell)] = "title"
            if unit_note(cell.text):
                _take_note(section, note)
            continue
        kind = _take_note(section, note)
        if not kind and not (_FORM.fullmatch(plain(cell.text)) or _is_blank_office(cell.text)):
            kind = _date_or_form(cell.text)
            if not kind:
                return False
        roles[part.key(cell)] = kind or "note"
    section.used |= roles
    return True


def _is_blank_office(text: str) -> bool:
    return bool(re.fullmatch(r"(?:编制|填报)?(?:部门|单位)(?:名称)?:", plain(text)))


def _date_or_form(text: str) -> str:
    return "note" if re.fullmatch(r"(?:\d{4}年度?|公开\d+表|日期:.*)", plain(text)) else ""


def _take_footnote_row(section: Section, part: Part, row: list) -> bool:  # type: ignore[type-arg]
    cells = distinct(row)
    if not cells:
        return True
    if len(cells) != 1 or is_blank(cells[0].text):
        return False
    text = joined(cells[0].text)
    if not (FOOTNOTE.search(text) or (STATEMENT.search(text) and len(text) > 8)):
        return False
    section.footnotes.append(Note(text, cells[0].place, part.page.number))
    section.used[part.key(cells[0])] = "note"
    return True
