"""Pages of the web as documents: lines of text and grids in the order in which they are read.

Scripts, menus and form controls are no text of the page. A table that lays out other tables or
whole paragraphs is no grid: what it holds is read as if it stood in the page itself. Places are
written ``line 31`` and ``table 2 row 9 cell 4`` (all tables of the page counted, layout ones too).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from lxml import html

from connectors.readers import html_page
from schemas.documents.document import Document, DocumentPage, Grid, GridCell, TextLine

_SKIPPED = html_page.UNSEEN | {
    "nav",
    "footer",
    "select",
    "option",
    "button",
    "iframe",
    "aside",
    "object",
    "svg",
}
_MENU = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|foot|footer|copyright|crumbs?|breadcrumb|sidebar)(?:$|[\s_-])"
)
_BLANKS = re.compile(r"[ \t\r\n\f\xa0\u3000]+")
_WIDE_BLANKS = re.compile(r"[\xa0\u3000]{2,}|[ \xa0\u3000]{3,}")
_PARAGRAPHS = 6
"""A cell with more paragraphs than this lays out the page, if it holds headings too."""
_HEADING_IN_CELL = re.compile(r"(?:^|[\n\s])[一二三四五六七八九十]{1,2}\s*[、.．]\s*\S{2}")
MAX_CELLS = 200_000


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says of itself outside its text; empty where it does not.

    Attributes:
        title: of the article, not of the site.
        published: as its head has it.
        url: its own address.
        filed_under: the column of the site it belongs to.
    """

    title: str = ""
    published: str = ""
    url: str = ""
    filed_under: tuple[str, ...] = ()


def read_page(path: Path, encoding: str) -> tuple[Document, PageFacts]:
    """Open a page.

    Raises:
        UnreadableFileError: it is no page, or a page of a wall or a login without any text.
    """
    page = html_page.open_page(path, encoding, needs_table=False)
    document = document_of(page.root, "")
    if not document.pages[0].blocks:
        raise html_page.without_tables(page.root)
    return Document(document.pages, page.problems), _facts(page.root)


def fragment_document(text: str, name: str) -> Document:
    """A piece of HTML, such as the content of a record, as a document of one page of that name."""
    return document_of(html_page.parsed(f"<html><body>{text}</body></html>"), name)


def text_document(text: str, name: str) -> Document:
    """Plain text as a document of one page of that name; lines are counted as they stand."""
    lines = (
        TextLine(_BLANKS.sub(" ", line).strip(), number)
        for number, line in enumerate(text.split("\n"), 1)
        if _BLANKS.sub("", line)
    )
    return Document((DocumentPage(1, name, tuple(lines)),))


def document_of(root: html.HtmlElement, name: str) -> Document:
    """The lines and grids of a parsed page."""
    # the keys keep the elements alive: lxml makes new objects for those nobody holds
    tables = {element: number for number, element in enumerate(root.iter("table"), 1)}
    body = root.find("body")
    walk = _Walk(name, tables)
    walk.through(root if body is None else body)
    walk.end_line()
    return Document((DocumentPage(1, name, tuple(walk.blocks)),))


@dataclass(slots=True)
class _Walk:
    """Goes through the tree and collects lines and grids."""

    name: str
    tables: dict[html.HtmlElement, int]
    blocks: list[TextLine | Grid] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    lines: int = 0

    def through(self, element: html.HtmlElement) -> None:
        """Take the text and the children of an element."""
        if element.text:
            self.words.append(element.text)
        for child in element:
            if isinstance(child.tag, str) and not _is_skipped(child):
                self._child(child)
            if child.tail:
                self.words.append(child.tail)

    def _child(self, child: html.HtmlElement) -> None:
        if child.tag == "table" and not _lays_out(child):
            self.end_line()
            grid = _grid(child, self.name, self.tables[child])
            if grid is not None:
                self.blocks.append(grid)
            return
        breaks = child.tag in html_page.BLOCKS or child.tag == "br"
        if breaks:
            self.end_line()
        self.through(child)
        if breaks:
            self.end_line()

    def end_line(self) -> None:
        """Close the line being read; wide blanks within it stay two blanks, as they part words."""
        joined = re.sub(r"[ \t\r\n\f]+", " ", "".join(self.words))
        text = _WIDE_BLANKS.sub("  ", joined)
        text = re.sub(r"[\xa0\u3000]", " ", text).strip()
        self.words = []
        if text:
            self.lines += 1
            self.blocks.append(TextLine(text, self.lines))


def _is_skipped(element: html.HtmlElement) -> bool:
    if element.tag in _SKIPPED:
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return bool(_MENU.search(names)) and element.find(".//table") is None


def _lays_out(table: html.HtmlElement) -> bool:
    """Whether a table only arranges the page: it holds other tables, one cell a row, or whole
    sections of text in a cell."""
    if table.find(".//table") is not None:
        return True
    widest = 0
    for row in html_page.table_rows(table):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        widest = max(widest, len(cells))
        for cell in cells:
            text = html_page.cell_text(cell)
            if text.count("\n") >= _PARAGRAPHS and len(_HEADING_IN_CELL.findall(text)) > 1:
                return True
    return widest <= 1


def _grid(table: html.HtmlElement, name: str, number: int) -> Grid | None:
    """The table with each cell where a person sees it; None for an empty one."""
    rows = html_page.rows_of(html_page.PageTable(number, table, ""))
    cells: list[GridCell] = []
    taken: set[tuple[int, int]] = set()
    for row_number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (row_number, column) in taken:
                column += 1
            height = min(cell.rows, len(rows) - row_number)
            place = f"{name} table {number} row {row_number + 1} cell {column + 1}".strip()
            cells.append(
                GridCell(
                    row_number, column, cell.text.replace("\xa0", " "), place, height, cell.columns
                )
            )
            taken |= {
                (row_number + down, column + right)
                for down in range(height)
                for right in range(cell.columns)
            }
            if len(taken) > MAX_CELLS:
                return None
            column += cell.columns
    if not any(cell.text.strip() for cell in cells):
        return None
    width = max(column for _, column in taken) + 1
    return Grid(number, tuple(cells), len(rows), width)


_NOTICE_WORD = re.compile(r"公告|公示|合同|通知书|结果|意向|决定书|更正|终止")
_NOT_A_TITLE = re.compile(r"当前位置|首页|打印|来源|信息公告$|政采公告|版权|^[^\u4e00-\u9fa5]*$")


def _facts(root: html.HtmlElement) -> PageFacts:
    return PageFacts(
        title=_title(root),
        published=_meta(root, "pubdate", "publishdate", "article:published_time"),
        url=_address(root),
        filed_under=tuple(text for text in (_meta(root, "columnname"), _trail(root)) if text),
    )


def _meta(root: html.HtmlElement, *names: str) -> str:
    for element in root.iter("meta"):
        name = (element.get("name") or element.get("property") or "").lower()
        if name in names and (element.get("content") or "").strip():
            return _BLANKS.sub(" ", element.get("content")).strip()
    return ""


def _title(root: html.HtmlElement) -> str:
    """The article's title: of its head, of its first heading, else of the page."""
    named = _meta(root, "articletitle")
    if named:
        return named
    headings = [element for tag in ("h1", "h2", "h3", "h4", "h5") for element in root.iter(tag)]
    marked = [
        element
        for element in root.iter("div", "p", "span", "td", "strong")
        if re.search(
            r"tit(?:le)?\b|bt$|biaoti", f"{element.get('class')} {element.get('id')}".lower()
        )
    ]
    for element in (*headings, *marked):
        text = _BLANKS.sub(" ", html_page.cell_text(element)).strip()
        if 6 <= len(text) <= 200 and _NOTICE_WORD.search(text) and not _NOT_A_TITLE.search(text):
            return text
    whole = _BLANKS.sub(" ", root.findtext(".//title") or "").strip()
    title = re.split(r"\s*[_|]\s*|\s[-—–]\s", whole)[0].strip()
    if _NOTICE_WORD.search(title) and len(title) >= 6:
        return title
    return _first_line(root)


def _first_line(root: html.HtmlElement) -> str:
    """The first line that reads like a title; pages of plain text have nothing else."""
    body = root.find("body")
    lines = html_page.cell_text(root if body is None else body).split("\n")[:60]
    for line in lines:
        text = _BLANKS.sub(" ", line).strip()
        if (
            8 <= len(text) <= 120
            and re.search(r"(?:公告|公示|合同|决定书)[)）]?\s*(?:[(（].{1,8}[)）])?$", text)
            and not _NOT_A_TITLE.search(text)
            and not re.match(r"[一二三四五六七八九十]+、", text)
        ):
            return text
    return ""


def _trail(root: html.HtmlElement) -> str:
    """The last step of 当前位置：首页 » 政采公告 » 中标公告."""
    for line in html_page.cell_text(root).split("\n"):
        if "当前位置" in line and len(line) < 120:
            return re.split(r"[»>›/\\]", line)[-1].strip()
    return ""


def _address(root: html.HtmlElement) -> str:
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            return str(link.get("href"))
    address = _meta(root, "url", "og:url")
    return address if re.match(r"https?://", address) else ""
