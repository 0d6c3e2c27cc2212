"""``feed.xml``: the newest releases as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from lxml import etree

from publishing.withdrawal.announced import NOTICES, Announced
from schemas.site import Site

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 100
_NAMES: Any = {None: ATOM}  # the stubs of lxml know no default namespace


def feed_document(
    site: Site,
    entries: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]],
    withdrawals: Sequence[Announced] = (),
) -> bytes:
    """The feed.

    Args:
        entries: the dataset's entry of ``catalog.json`` and one of its releases, in any order.
        withdrawals: what was withdrawn; announced without a value, so that whoever keeps a copy
            takes it out too.
    """
    base = site.base_url.rstrip("/")
    releases = list(entries)
    titles = {dataset["id"]: dataset["title"] for dataset, _release in releases}
    newest = [
        (
            (str(release["created_at"]), str(dataset["id"])),
            partial(_entry, base=base, dataset=dataset, release=release),
        )
        for dataset, release in releases
    ] + [
        (
            (str(one.notice["at"]), one.dataset),
            partial(_withdrawal, base=base, announced=one, titles=titles),
        )
        for one in withdrawals
    ]
    newest.sort(key=lambda one: one[0], reverse=True)
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap=_NAMES)
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", "zh-CN")
    _text(feed, "id", f"{base}/feed.xml")
    _text(feed, "title", f"{site.publisher.name.zh}公共数据更新")
    _text(feed, "subtitle", f"Releases of {site.publisher.name.en}")
    _text(feed, "updated", newest[0][0][0] if newest else "1970-01-01T00:00:00+00:00")
    _link(feed, "self", f"{base}/feed.xml", "application/atom+xml")
    _link(feed, "alternate", f"{base}/", "text/html")
    author = etree.SubElement(feed, f"{{{ATOM}}}author")
    _text(author, "name", site.publisher.name.zh)
    for _moment, write in newest[:ENTRIES]:
        write(feed)
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


def _withdrawal(
    feed: Any, base: str, announced: Announced, titles: Mapping[str, Mapping[str, str]]
) -> None:
    notice, folder = announced.notice, f"{base}/datasets/{announced.dataset}/"
    title = titles.get(announced.dataset, {"zh": announced.dataset, "en": announced.dataset})
    if notice["version"] is not None:
        what = (f"第 {notice['version']} 版", f"version {notice['version']}")
    else:
        rows = len(notice["rows"])
        fields = len(notice["fields"])
        what = (
            f"{rows} 行" + (f"的 {fields} 个字段" if fields else ""),
            (f"{fields} field(s) of " if fields else "") + f"{rows} row(s)",
        )
    entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
    _text(entry, "id", f"{folder}{NOTICES}#{notice['withdrawal']}")
    _text(entry, "title", f"撤回：{title['zh']} {what[0]}")
    _text(entry, "updated", notice["at"])
    _link(entry, "alternate", folder, "text/html")
    _link(entry, "related", f"{folder}{NOTICES}", "application/json")
    reason = notice["reason"]
    _text(
        entry,
        "summary",
        f"{title['zh']}撤回{what[0]}：{reason['zh']}。请从所存副本中删除。"
        f" Withdrawn from {title['en']}: {what[1]}. {reason['en']}. Take it out of your copies.",
    )
    etree.SubElement(entry, f"{{{ATOM}}}category", term="withdrawal")


def _text(parent: Any, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _link(parent: Any, relation: str, href: str, media_type: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}link", rel=relation, href=href, type=media_type)
