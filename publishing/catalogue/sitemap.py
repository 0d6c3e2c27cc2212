"""``sitemap.xml`` and ``robots.txt``: the pages of the site for search engines.

https://www.sitemaps.org/protocol.html . Each page stands there in both languages, each pointing at
the other with ``hreflang``. A file holds at most 50 000 addresses; beyond that ``sitemap.xml`` is
an index of ``sitemap-1.xml``, ``sitemap-2.xml`` …
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

from publishing.addresses import site_address
from schemas.site import Site

MOST_ADDRESSES = 50_000
SITEMAP, ROBOTS = "sitemap.xml", "robots.txt"
_NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def sitemap_documents(
    site: Site, entries: Iterable[Mapping[str, Any]], most: int = MOST_ADDRESSES
) -> dict[str, bytes]:
    """The files by name.

    Args:
        entries: of ``catalog.json``.
        most: addresses in a file.
    """
    base = site_address(site)
    pages = list(_pages(site, list(entries)))
    together = max(1, most // 2)  # a page is two addresses
    files = [pages[start : start + together] for start in range(0, len(pages), together)]
    if len(files) <= 1:
        return {SITEMAP: _sitemap(base, pages)}
    named = {f"sitemap-{number}.xml": part for number, part in enumerate(files, start=1)}
    index = [f"{_HEAD}<sitemapindex {_NAMESPACES.split(' ')[0]}>\n"]
    for name, part in named.items():
        newest = max(changed for _, changed in part)
        index.append(f"<sitemap><loc>{escape(base + name)}</loc>{_changed(newest)}</sitemap>\n")
    index.append("</sitemapindex>\n")
    parts = {name: _sitemap(base, part) for name, part in named.items()}
    return {SITEMAP: "".join(index).encode(), **parts}


def robots_document(site: Site) -> bytes:
    """Everything may be read; programs that follow every link have nothing to find in the APIs."""
    base = site_address(site)
    return (
        "User-agent: *\n"
        "Disallow: /api/v1/\n"
        "Disallow: /api/3/\n"
        "Allow: /\n\n"
        f"Sitemap: {base}{SITEMAP}\n"
    ).encode()


def _pages(site: Site, entries: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Path of each page below the language, and when it last changed ("" = not known)."""
    newest = max((str(one["released_at"]) for one in entries), default="")
    yield "", newest
    yield "datasets/", newest
    if site.query_api:
        yield "api/", ""
    themes: dict[str, str] = {}
    for one in entries:
        themes[one["theme"]] = max(themes.get(one["theme"], ""), str(one["released_at"]))
    for theme in sorted(themes):
        yield f"themes/{theme}/", themes[theme]
    for one in entries:
        yield f"datasets/{one['id']}/", str(one["released_at"])
        yield f"datasets/{one['id']}/versions/", str(one["released_at"])


def _sitemap(base: str, pages: Iterable[tuple[str, str]]) -> bytes:
    pieces = [f"{_HEAD}<urlset {_NAMESPACES}>\n"]
    for path, changed in pages:
        zh, en = escape(f"{base}{path}"), escape(f"{base}en/{path}")
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
            for language, address in (("zh-CN", zh), ("en", en), ("x-default", zh))
        )
        pieces += [
            f"<url><loc>{address}</loc>{_changed(changed)}{others}</url>\n" for address in (zh, en)
        ]
    pieces.append("</urlset>\n")
    return "".join(pieces).encode()


def _changed(moment: str) -> str:
    return f"<lastmod>{escape(moment)}</lastmod>" if moment else ""
