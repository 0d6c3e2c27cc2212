"""Where the links of a page lead within the site."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urljoin, urlsplit

from lxml import html

_NAMES = ("canonical", "alternate")
"""Links that only name a page."""


def local_links(page: str, content: bytes) -> Iterator[str]:
    """Paths, without queries, that the page at the path ``page`` leads to on its own site."""
    if not content.strip():
        return
    for element in html.fromstring(content).iter():
        if element.get("rel") in _NAMES:
            continue
        given = element.get("href") or element.get("src")
        if not given:
            continue
        target = urlsplit(urljoin(f"//site{page}", given))
        if target.netloc == "site" and target.scheme in ("", "http", "https"):
            yield unquote(target.path) or "/"
