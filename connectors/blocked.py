"""Pages that a firewall, a login or a script challenge sends in place of the data, as if all
were well (status 200)."""

from __future__ import annotations

import re

from schemas.message import FetchError, Message

HEAD_BYTES = 64 * 1024
_HTML_START = re.compile(
    rb"^(?:\xef\xbb\xbf|\s|<\?xml[^>]*\?>|<!--.*?-->)*<(?:!doctype\s+html|html|head|body|script|title|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_OFFICE_HTML = re.compile(rb"urn:schemas-microsoft-com:office", re.IGNORECASE)
_CHALLENGE_MARKS = (
    "请稍候", "请稍后", "安全验证", "人机验证", "访问验证", "访问被拒绝", "访问过于频繁",
    "滑动验证",
    "captcha", "just a moment", "access denied", "request blocked", "enable javascript",
    "_cf_chl_opt", "__jsl_clearance", "$_ts", "acw_sc__v2", "_incapsula_resource",
)  # fmt: skip
_LOGIN = re.compile(rb"""type\s*=\s*["']?password""", re.IGNORECASE)
_HTML_READERS = frozenset({"html_tables", "html_labels"})


def is_html(head: bytes) -> bool:
    """Whether a file starts as a web page does."""
    return _HTML_START.match(head) is not None


def check_not_blocked(head: bytes, *, reader_type: str, where: str) -> None:
    """Refuse a web page that stands where data should be.

    ``head`` is the first :data:`HEAD_BYTES` bytes. Where pages are expected, only one that bears
    the marks of a challenge or login and has no table is refused. Office programs save tables as
    HTML under ``.xls``: such a file is left to the reader.

    Raises:
        FetchError: the department's site blocked the request.
    """
    if not is_html(head):
        return
    if reader_type in _HTML_READERS:
        if not is_challenge(head):
            return
    elif reader_type == "spreadsheet" and _OFFICE_HTML.search(head):
        return
    raise FetchError(
        Message(
            "网站返回的是网页（登录、验证或防火墙拦截页），不是数据（blocked）。",
            "Blocked: the site sent a web page (login, challenge, firewall) in place of the data.",
        ),
        where=where,
        advice=Message(
            "请在浏览器中打开该地址查看；必要时请部门将本服务器加入白名单。",
            "Open the address in a browser; ask the department to let this server through.",
        ),
    )


def is_challenge(head: bytes) -> bool:
    """Whether a page without a table asks for a login or a proof of being human."""
    lowered = head.lower()
    if b"<table" in lowered or lowered.count(b"<a ") > 2:
        return False
    texts = (lowered.decode("utf-8", "ignore"), lowered.decode("gb18030", "ignore"))
    return bool(_LOGIN.search(head)) or any(
        mark in text for mark in _CHALLENGE_MARKS for text in texts
    )
