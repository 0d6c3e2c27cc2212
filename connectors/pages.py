"""Reading the links of web pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from lxml import html
from lxml.cssselect import CSSSelector

from schemas.message import FetchError, IncompleteFetchError, Message

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_COUNTED = re.compile(
    r"(\d[\d,，]*)\s*(?:条|项|件|篇|个|宗|则|份|records?|items?|results?)", re.IGNORECASE
)
_NUMBER = re.compile(r"\d[\d,，]*")


@dataclass(frozen=True, slots=True)
class Link:
    """A link as found: its text (and title), where it leads, and its place on the page."""

    text: str
    url: str


class WebPage:
    """An archived page, parsed.

    Args:
        path: its bytes.
        url: where it came from in the end; relative links start there (or at its ``<base>``).
        encoding: declared, or ``auto``: byte order mark, UTF-8, GB18030, each strictly.
        where: what to name in messages.
    """

    def __init__(self, path: Path, url: str, encoding: str, where: str) -> None:
        self._text = _DECLARATION.sub("", decode_page(path.read_bytes(), encoding, where))
        self._url = url
        self._where = where

    def links(self, selector: str) -> list[Link]:
        """The links that a CSS selector finds, or that stand in what it finds.

        Raises:
            IncompleteFetchError: one of them is a script, which cannot be followed.
        """
        return [self._link(element) for element in self._find(selector)]

    def next_link(self, selector: str) -> Link | None:
        """The link to the next page; None where there is none, or it leads nowhere (``#``)."""
        for element in self._find(selector):
            anchor = _anchor(element)
            if anchor is not None and anchor.get("href", "").strip() not in ("", "#"):
                return self._link(element)
        return None

    def number(self, selector: str) -> int:
        """The number of items that the page tells in its element ``selector``.

        Raises:
            FetchError: there is no such element, or no number or several in it.
        """
        found = self._find(selector)
        text = " ".join(str(element.text_content()) for element in found)
        numbers = _COUNTED.findall(text) or _NUMBER.findall(text)
        values = {int(re.sub(r"[,，]", "", number)) for number in numbers}
        if len(values) != 1:
            raise FetchError(
                Message(
                    f"列表页 total（{selector}）处没有唯一的数字：“{text.strip()[:80]}”。",
                    f"total ({selector}) finds no single number: “{text.strip()[:80]}”.",
                ),
                where=self._where,
                advice=Message("请检查 total 选择器。", "Check the selector of total."),
            )
        return values.pop()

    @cached_property
    def _document(self) -> Any:
        parser = html.HTMLParser(encoding="utf-8")
        # bytes, so that an encoding named in the page cannot contradict the text
        return html.document_fromstring(self._text.encode("utf-8", "replace"), parser=parser)

    @cached_property
    def _base(self) -> str:
        for element in self._document.iter("base"):
            if element.get("href"):
                return urljoin(self._url, str(element.get("href")).strip())
        return self._url

    def _find(self, selector: str) -> list[Any]:
        found: Any = CSSSelector(selector, translator="html")(self._document)
        return list(found)

    def _link(self, element: Any) -> Link:
        anchor = _anchor(element)
        target = "" if anchor is None else anchor.get("href", "").strip()
        text = " ".join(str(element.text_content()).split())
        title = "" if anchor is None else anchor.get("title", "")
        scheme = re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", re.sub(r"[\x00-\x20]", "", target))
        if not target or target == "#" or (scheme and scheme[0].lower() not in ("http:", "https:")):
            raise IncompleteFetchError(
                Message(
                    f"“{text[:60]}”没有可以访问的链接（{target[:60] or '无'}）。",
                    f"“{text[:60]}” has no link that can be followed ({target[:60] or 'none'}).",
                ),
                where=self._where,
                advice=Message(
                    "由脚本打开的页面请改用其背后的接口（api）。",
                    "Where a script opens the page, use the API behind it (connector api).",
                ),
            )
        url = urljoin(self._base, re.sub(r"[\t\r\n]", "", target)).partition("#")[0]
        return Link(f"{text} {title}".strip(), url)


def _anchor(element: Any) -> Any:
    """The element itself if it is a link, else the first link in it."""
    if element.get("href") is not None:
        return element
    return next((inner for inner in element.iter("a") if inner.get("href") is not None), None)


def decode_page(data: bytes, encoding: str, where: str) -> str:
    """Text of a page by the declared encoding, else by byte order mark, UTF-8, GB18030, strictly.

    What a page says of its own encoding is not believed: ``gb2312`` over GB18030 bytes is common.
    """
    for mark, by_mark in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if encoding == "auto" and data.startswith(mark):
            encoding = by_mark
    for name in ("utf-8", "gb18030") if encoding == "auto" else (encoding,):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise FetchError(
        Message(f"网页不是 {encoding} 编码。", f"The page is not encoded in {encoding}."),
        where=where,
        advice=Message("请在来源文件中声明 encoding。", "Declare encoding in the source file."),
    )
