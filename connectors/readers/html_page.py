"""Pages and their tables: which are data, what their cells hold, where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lxml import etree, html

from connectors.readers import content_kind, text_encoding
from connectors.readers.content_kind import ContentKind
from connectors.readers.problems import shown
from connectors.readers.refusals import refuse
from schemas.message import UnreadableFileError
from schemas.raw_table import ReadingProblem

BLOCKS = frozenset(
    {
        "address",
        "article",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
        "caption",
        "td",
        "th",
    }
)
UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "title"})
_BLANKS = re.compile(r"[ \t\r\n\f]+")
MAX_COLUMN_SPAN = 1000  # HTML standard: larger values are clipped
MAX_ROW_SPAN = 65534
NOTE_LINES = 10


@dataclass(frozen=True, slots=True)
class PageCell:
    """A cell as it stands in the page, before spans are opened out."""

    text: str
    is_header: bool
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of the page; ``number`` counts all tables in document order from 1."""

    number: int
    element: html.HtmlElement
    own_text: str

    @property
    def name(self) -> str:
        """How locators call it."""
        return f"table {self.number}"


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page."""

    root: html.HtmlElement
    tables: tuple[PageTable, ...]
    problems: tuple[ReadingProblem, ...]


class TableChoice(Protocol):
    """The options by which tables are chosen."""

    @property
    def tables(self) -> tuple[int, ...]: ...
    @property
    def containing(self) -> tuple[str, ...]: ...


def open_page(path: Path, encoding: str, *, needs_table: bool = True) -> Page:
    """Parse the page at ``path``.

    Raises:
        UnreadableFileError: it is no page, or has no table at all although it ``needs_table``.
    """
    kind = content_kind.kind_of(path)
    data = path.read_bytes()
    is_markup = kind in (ContentKind.HTML, ContentKind.XML) or b"<table" in data[: 1 << 20].lower()
    if kind in content_kind.BINARY or not is_markup:
        raise content_kind.wrong_kind(kind, "网页", "a web page")
    text, decoding = text_encoding.text_of(data, encoding)
    root = parsed(text)
    tables = tuple(
        PageTable(number, element, "".join(_own_text(element)))
        for number, element in enumerate(root.iter("table"), 1)
    )
    if not tables and needs_table:
        raise without_tables(root)
    return Page(root, tables, decoding.problems)


def parsed(text: str) -> html.HtmlElement:
    """The tree of a page's text. Raises UnreadableFileError where it is empty."""
    # lxml refuses text that still carries an encoding declaration of XML.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise refuse("网页是空的。", "The page is empty.") from error


def refuse_page(path: Path, wanted_zh: str, wanted_en: str) -> UnreadableFileError:
    """A page stands where ``wanted`` is expected: a wall, a login page, or a page with tables."""
    text, _ = text_encoding.text_of(path.read_bytes())
    root = parsed(text)
    if root.find(".//table") is None:
        return without_tables(root)
    return content_kind.wrong_kind(ContentKind.HTML, wanted_zh, wanted_en)


def without_tables(root: html.HtmlElement) -> UnreadableFileError:
    """The page holds no table: say what kind of page it seems to be."""
    title = _BLANKS.sub(" ", root.findtext(".//title") or "").strip()
    text = _BLANKS.sub(" ", cell_text(root))
    wall = re.search(
        r"验证码|安全验证|人机|请稍候|正在跳转|访问过于频繁|拦截|captcha|just a moment|challenge",
        f"{title} {text[:2000]}",
        re.IGNORECASE,
    )
    login = root.xpath("boolean(//input[@type='password'])") or re.search("登录|login", title, re.I)
    named = f"“{shown(title or text)}”" if title or text else ""
    named_en = f" ({named})" if named else ""
    if login:
        zh, en = (
            f"得到的是登录页面{named}，不是数据。",
            f"This is a login page{named_en}, not data.",
        )
    elif wall:
        zh, en = (
            f"得到的是拦截或验证页面{named}，不是数据。",
            (f"This is a blocking or checking page{named_en}, not data."),
        )
    else:
        zh, en = (
            f"网页{named}中没有表格，数据可能由脚本载入。",
            (f"The page{named_en} has no table; its data may be loaded by scripts."),
        )
    return refuse(
        zh,
        en,
        "请在浏览器中打开该地址，找到数据真正所在的地址。",
        "Open the address in a browser and find where the data really is.",
    )


def chosen(page: Page, options: TableChoice) -> list[PageTable]:
    """The tables the options name; without options the only table that holds data.

    Raises:
        UnreadableFileError: there is none, or several and none is named.
    """
    tables = list(page.tables)
    if options.tables:
        tables = [table for table in tables if table.number in options.tables]
        missing = set(options.tables) - {table.number for table in tables}
        if missing:
            raise _none(page, f"第 {min(missing)} 个表格", f"table {min(missing)}")
    if options.containing:
        tables = [
            table for table in tables if all(text in table.own_text for text in options.containing)
        ]
        if not tables:
            wanted = "、".join(options.containing)
            raise _none(page, f"含“{wanted}”的表格", f"table containing {wanted}")
    if options.tables or options.containing:
        return tables
    holding = [table for table in tables if _holds_data(table)]
    if len(holding) == 1:
        return holding
    if not holding:
        raise refuse(
            "网页中的表格都是空的，数据可能由脚本载入。",
            "All tables of the page are empty; their data may be loaded by scripts.",
            "请找到数据真正所在的地址。",
            "Find where the data really is.",
        )
    raise refuse(
        f"网页有 {len(holding)} 个表格：{_listed(holding)}。",
        f"The page has {len(holding)} tables: {_listed(holding)}.",
        "请用 reader.tables 或 reader.containing 指明要读哪个。",
        "Say with reader.tables or reader.containing which to read.",
    )


def _none(page: Page, zh: str, en: str) -> UnreadableFileError:
    listed = _listed([table for table in page.tables if table.own_text.strip()])
    return refuse(
        f"网页中没有{zh}；有：{listed}。",
        f"The page has no {en}; it has: {listed}.",
        "网页可能已改版，请核对 reader.tables / reader.containing。",
        "The page may have changed; check reader.tables / reader.containing.",
    )


def _listed(tables: list[PageTable]) -> str:
    parts = [f"{t.number} {_BLANKS.sub(' ', t.own_text).strip()[:20]}" for t in tables[:8]]
    return "; ".join(parts) + (" …" if len(tables) > 8 else "")


def _holds_data(table: PageTable) -> bool:
    """Whether the table has a row of its own with two cells, one of them filled.

    A table that only lays out other tables has no text beside them.
    """
    return any(
        len(row) > 1 and any(_visible(cell.text) for cell in row)
        for row in rows_of(table, read_inside=False)
    )


def _visible(text: str) -> bool:
    return bool(text.replace("\xa0", "").strip())


def table_rows(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The rows of a table, those of tables inside it left out."""
    for child in element:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot", "form"):
            yield from table_rows(child)


def rows_of(
    table: PageTable, *, read_inside: bool = True, leave_out: frozenset[int] = frozenset()
) -> list[list[PageCell]]:
    """The cells of each row as they stand.

    Text of tables inside a cell belongs to the cell, unless they are read themselves
    (``leave_out``: their numbers as object ids) or ``read_inside`` is False.
    """
    return [
        [
            PageCell(
                cell_text(cell, read_inside=read_inside, leave_out=leave_out),
                cell.tag == "th",
                _span(cell.get("rowspan"), MAX_ROW_SPAN, zero=MAX_ROW_SPAN),
                _span(cell.get("colspan"), MAX_COLUMN_SPAN, zero=1),
            )
            for cell in row
            if cell.tag in ("td", "th")
        ]
        for row in table_rows(table.element)
    ]


def _span(text: str | None, limit: int, *, zero: int) -> int:
    match = re.match(r"\s*\+?(\d{1,9})", text or "")
    number = int(match.group(1)) if match else 1
    return min(number, limit) if number else zero


def cell_text(
    element: html.HtmlElement,
    *,
    read_inside: bool = True,
    leave_out: frozenset[int] = frozenset(),
) -> str:
    """The text a reader sees: inline elements join (``1<a>11</a>3`` is 1113), blocks and <br>
    break the line, runs of blanks are one, no-break spaces at the ends go."""
    pieces = "".join(_pieces(element, read_inside=read_inside, leave_out=leave_out))
    lines = (_BLANKS.sub(" ", line).strip(" \xa0\u3000") for line in pieces.split("\x00"))
    return "\n".join(line for line in lines if line)


def _pieces(
    element: html.HtmlElement, *, read_inside: bool, leave_out: frozenset[int]
) -> Iterator[str]:
    if element.text:
        yield element.text.replace("\x00", "\ufffd")
    for child in element:
        tag = child.tag
        if isinstance(tag, str) and tag not in UNSEEN:
            skipped = tag == "table" and (not read_inside or id(child) in leave_out)
            if tag in BLOCKS or tag == "br":
                yield "\x00"
            if not skipped:
                yield from _pieces(child, read_inside=read_inside, leave_out=leave_out)
            if tag in BLOCKS:
                yield "\x00"
        if child.tail:
            yield child.tail.replace("\x00", "\ufffd")


def _own_text(table: html.HtmlElement) -> Iterator[str]:
    yield cell_text(table, read_inside=False)


def notes_beside(table: PageTable) -> tuple[str, ...]:
    """The caption and the lines of text just above the table, up to the table before it."""
    caption = [cell_text(child) for child in table.element if child.tag == "caption"]
    lines: list[str] = []
    element = table.element
    while element is not None and len(lines) < NOTE_LINES:
        for sibling in element.itersiblings(preceding=True):
            if sibling.tag == "table" or len(lines) >= NOTE_LINES:
                return (*reversed(lines), *caption)
            tail = _BLANKS.sub(" ", sibling.tail or "").strip()
            if tail:
                lines.append(tail)
            if isinstance(sibling.tag, str) and sibling.tag not in UNSEEN:
                if sibling.find(".//table") is not None:
                    return (*reversed(lines), *caption)
                lines.extend(reversed(cell_text(sibling).split("\n")) if cell_text(sibling) else ())
        parent = element.getparent()
        if parent is None or parent.tag in ("body", "html", "td", "th"):
            break
        if parent.text and parent.text.strip():
            lines.append(_BLANKS.sub(" ", parent.text).strip())
        element = parent
    return (*reversed(lines[:NOTE_LINES]), *caption)
