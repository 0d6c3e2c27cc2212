"""Where the links of a page lead within the site."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urljoin, urlsplit

from lxml import html

_ATTRIBUTES = ("href", "src")


def local_links(page: str, content: bytes) -> Iterator[str]:
    """Paths, without queries, that the page at the path ``page`` leads to on its own site."""
    if not content.strip():
        return
    for element, attribute, link, _position in html.fromstring(content).iterlinks():
        if attribute not in _ATTRIBUTES or element.get("rel") in ("canonical", "alternate"):
            continue
        target = urlsplit(urljoin(f"//site{page}", link))
        if target.netloc == "site" and target.scheme in ("", "http", "https"):
            yield unquote(target.path) or "/"
