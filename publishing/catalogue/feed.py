"""``feed.xml``: the newest releases as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from schemas.site import Site

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 100
_NAMES: Any = {None: ATOM}  # the stubs of lxml know no default namespace


def feed_document(
    site: Site, entries: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> bytes:
    """The feed.

    Args:
        entries: the dataset's entry of ``catalog.json`` and one of its releases, in any order.
    """
    base = site.base_url.rstrip("/")
    newest = sorted(entries, key=lambda one: (one[1]["created_at"], one[0]["id"]), reverse=True)
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap=_NAMES)
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", "zh-CN")
    _text(feed, "id", f"{base}/feed.xml")
    _text(feed, "title", f"{site.publisher.name.zh}公共数据更新")
    _text(feed, "subtitle", f"Releases of {site.publisher.name.en}")
    _text(feed, "updated", newest[0][1]["created_at"] if newest else "1970-01-01T00:00:00+00:00")
    _link(feed, "self", f"{base}/feed.xml", "application/atom+xml")
    _link(feed, "alternate", f"{base}/", "text/html")
    author = etree.SubElement(feed, f"{{{ATOM}}}author")
    _text(author, "name", site.publisher.name.zh)
    for dataset, release in newest[:ENTRIES]:
        _entry(feed, base, dataset, release)
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _entry(feed: Any, base: str, dataset: Mapping[str, Any], release: Mapping[str, Any]) -> None:
    version = release["version"]
    folder = f"{base}/datasets/{dataset['id']}/{version}/"
    entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
    _text(entry, "id", folder)
    _text(entry, "title", f"{dataset['title']['zh']} 第 {version} 版")
    _text(entry, "updated", release["created_at"])
    _link(entry, "alternate", f"{base}/datasets/{dataset['id']}/", "text/html")
    _link(entry, "related", f"{folder}manifest.json", "application/json")
    reason = f"{release['reason']} " if release["reason"] else ""
    _text(
        entry,
        "summary",
        f"{reason}{dataset['title']['zh']}，{release['rows']} 行。"
        f" {dataset['title']['en']}, version {version}, {release['rows']} rows.",
    )
    etree.SubElement(entry, f"{{{ATOM}}}category", term=dataset["theme"])


def _text(parent: Any, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _link(parent: Any, relation: str, href: str, media_type: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}link", rel=relation, href=href, type=media_type)
