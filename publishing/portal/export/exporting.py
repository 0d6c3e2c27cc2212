"""Making a copy of the whole portal: pages, files, catalogue."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

from publishing.portal.application import portal_application
from publishing.portal.export.asking import Reply, ask
from publishing.portal.export.dataset_copy import catalogue_state, copy_catalogue, copy_dataset
from publishing.portal.export.gone_pages import GONE_PAGE, perhaps_gone
from publishing.portal.export.links import local_links
from publishing.portal.export.row_pages import row_paths
from publishing.portal.export.tree import Tree, opened_tree
from publishing.portal.files.finding import (
    BeingReplacedError,
    NoSuchFileError,
    PublicFiles,
    WithdrawnError,
)
from publishing.portal.pages.assets import assets
from publishing.portal.pages.languages import LANGUAGES
from publishing.portal.pages.listing import published_state
from publishing.portal.pages.paths import page_paths
from publishing.portal.pages.rendering import templates_digest
from publishing.portal.portal import Portal
from schemas.message import GongkaiError, Message

TRIES = 5
SERVED_ONLY = ("/api/", "/health")
"""Addresses that need the program."""
MADE_WHEN_ASKED = ("/sitemap.xml", "/robots.txt")
ROWS, INDEX = "/rows/", "index.html"
Progress = Callable[[Message, int, int | None], None]


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """``rows_per_dataset``: row pages made of the current version of a dataset; those that other
    pages lead to are made besides."""

    rows_per_dataset: int = 200


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported.

    Attributes:
        folder: for the web server; a link to the newest state.
        pages: in the copy.
        pages_made: of these, rendered now; the others had not changed.
        files: in the copy, pages among them.
        bytes: of all files.
        rows_left_out: rows without a page, by dataset, where there are any.
        links_left_out: addresses that pages lead to and that the copy has not.
    """

    folder: Path
    datasets: int
    pages: int
    pages_made: int
    files: int
    bytes: int
    rows_left_out: dict[str, int]
    links_left_out: tuple[str, ...]


def export_site(
    portal: Portal, folder: Path, options: ExportOptions, progress: Progress
) -> Exported:
    """Export what is published now to ``folder`` and switch its link ``current`` to it.

    Pages and files belong together: where something is released meanwhile, what it changed is made
    again. Nothing is switched where anything fails.

    Raises:
        GongkaiError: a page cannot be made, the folder cannot be used, or releases go on and on.
    """
    portal = replace(portal, static=True, reports=None)  # nobody would take a report
    with opened_tree(folder) as tree:
        for _ in range(TRIES):
            states, catalogue = _states(portal), catalogue_state(portal.published)
            export = _Export(portal, tree, options, progress, states)
            trouble: Exception | None = None
            try:
                asyncio.run(export.make())
            except (GongkaiError, NoSuchFileError, WithdrawnError, BeingReplacedError) as error:
                trouble = error
            unchanged = (_states(portal), catalogue_state(portal.published)) == (states, catalogue)
            if unchanged and trouble is None:
                tree.switch(export.record())
                return export.told()
            if unchanged and trouble is not None:
                raise _told_plainly(trouble) from trouble
            tree.begin_again(export.record())
    raise GongkaiError(
        Message(
            f"导出期间一直有新的发布，试了 {TRIES} 次都没有完成。",
            f"Releases went on during the export; it was not done in {TRIES} tries.",
        ),
        where=str(folder),
        advice=Message(
            "已导出的旧版没有变。请在没有运行任务时再导出。",
            "The earlier copy is as it was. Export again while nothing runs.",
        ),
    )


def _states(portal: Portal) -> dict[str, str]:
    published = portal.published
    return {name: published_state(published, name) for name in published.dataset_ids()}


class _Export:
    """One try at a copy."""

    def __init__(
        self,
        portal: Portal,
        tree: Tree,
        options: ExportOptions,
        progress: Progress,
        states: dict[str, str],
    ) -> None:
        self._portal = portal
        self._application = portal_application(portal)
        self._tree = tree
        self._options = options
        self._progress = progress
        self._states = states
        self._made_with = _digest(portal, options)
        known = tree.record if tree.record.get("made_with") == self._made_with else {}
        self._known_states: dict[str, str] = known.get("datasets", {})
        self._known_pages: dict[str, dict[str, Any]] = known.get("pages", {})
        self._pages: dict[str, dict[str, Any]] = {}
        self._made = 0
        self._rows_left_out: dict[str, int] = {}
        self._links_left_out: set[str] = set()

    async def make(self) -> None:
        """Put everything into the tree."""
        self._copy_files()
        paths = [path for path in page_paths(self._portal) if ROWS not in path]
        rows = self._row_paths()
        for done, path in enumerate([*paths, *rows]):
            self._progress(Message("导出页面", "Exporting pages"), done, len(paths) + len(rows))
            await self._put_page(path)
        await self._follow_links()
        await self._put_further()
        await self._put_gone()

    def record(self) -> dict[str, Any]:
        """What the next export wants to know of this one."""
        return {"made_with": self._made_with, "datasets": self._states, "pages": self._pages}

    def told(self) -> Exported:
        """What was done."""
        return Exported(
            self._tree.folder / "current",
            len(self._states),
            len(self._pages),
            self._made,
            len(self._tree.files),
            self._tree.size,
            self._rows_left_out,
            tuple(sorted(self._links_left_out)),
        )

    def _copy_files(self) -> None:
        files = PublicFiles(self._portal.published)
        for done, (name, state) in enumerate(self._states.items()):
            self._progress(Message("导出文件", "Exporting files"), done, len(self._states))
            unchanged = self._known_states.get(name) == state
            copy_dataset(files, self._portal.published, name, self._tree, unchanged=unchanged)
        copy_catalogue(files, self._portal.published, self._tree)
        for name, content in assets().items():
            self._tree.write(f"assets/{name}", content)

    def _row_paths(self) -> list[str]:
        """The pages of rows to make; it is noted how many rows have none."""
        if not any(ROWS in str(getattr(one, "path", "")) for one in self._application.routes):
            return []
        found = []
        for name in self._states:
            version = self._portal.published.version(name)
            if version is None:
                continue
            paths, left_out = row_paths(version, self._options.rows_per_dataset)
            found += [f"{one.prefix}{path}" for path in paths for one in LANGUAGES]
            if left_out:
                self._rows_left_out[name] = left_out
        return found

    async def _put_page(self, path: str) -> None:
        """A page: that of the state before where it has not changed, else made now."""
        known = self._known_pages.get(path)
        file = page_file(path)
        if known is not None and self._is_settled(path) and self._tree.keep(file):
            self._pages[path] = known
            return
        asked = {"if-none-match": known["etag"]} if known is not None and known["etag"] else {}
        reply = await ask(self._application, path, asked)
        if reply.status == HTTPStatus.NOT_MODIFIED and known is not None:
            if self._tree.keep(file):
                self._pages[path] = known
                return
            reply = await ask(self._application, path)
        if reply.status not in (HTTPStatus.OK, HTTPStatus.GONE):
            raise _no_page(path, reply.status)
        self._write_page(path, reply)

    def _is_settled(self, path: str) -> bool:
        """Whether a page is whole and of a row of a dataset that has not changed. Others tell how
        old things are, and are asked for."""
        if ROWS not in path or not self._known_pages[path]["whole"]:
            return False
        name = path.partition("/datasets/")[2].partition("/")[0]
        return self._known_states.get(name) == self._states.get(name)

    def _write_page(self, path: str, reply: Reply) -> None:
        self._tree.write(page_file(path), reply.body)
        needs = sorted({link for link in local_links(path, reply.body) if link != path})
        self._pages[path] = {
            "etag": reply.headers.get("etag", ""),
            "whole": "no-store" not in reply.headers.get("cache-control", ""),
            "needs": needs,
        }
        self._made += 1

    async def _follow_links(self) -> None:
        """Make what pages lead to and what is not there yet: pictures, rows in a preview."""
        asked: set[str] = set()
        waiting = list(self._pages)
        while waiting:
            page = waiting.pop()
            for link in self._missing(page):
                if link in asked:
                    continue
                asked.add(link)
                if ROWS in page and ROWS in link and link.endswith("/"):
                    self._links_left_out.add(link)  # from row to row there is no end
                elif await self._put_found(link):
                    waiting.append(link)

    def _missing(self, page: str) -> list[str]:
        """Links of a page that lead to nothing in the tree; the record keeps only these."""
        needs = self._pages[page]["needs"] if page in self._pages else ()
        missing = [link for link in needs if not self._has(link)]
        if page in self._pages:
            self._pages[page]["needs"] = missing
        return missing

    def _has(self, link: str) -> bool:
        if link in self._pages:
            return True
        return (self._tree.state / page_file(link)).is_file()

    async def _put_found(self, link: str) -> bool:
        """Make what a link leads to; True where it is a page with links of its own."""
        if not link.startswith(SERVED_ONLY):
            known = self._known_pages.get(link)
            if known is not None and self._is_settled(link) and self._tree.keep(page_file(link)):
                self._pages[link] = known
                return True
            reply = await ask(self._application, link)
            is_page = reply.headers.get("content-type", "").startswith("text/html")
            if reply.status == HTTPStatus.OK and is_page == link.endswith("/"):
                if is_page:
                    self._write_page(link, reply)
                else:
                    self._tree.write(page_file(link), reply.body)
                return is_page
        self._links_left_out.add(link)
        return False

    async def _put_further(self) -> None:
        """What no page leads to."""
        for path in MADE_WHEN_ASKED:
            reply = await ask(self._application, path)
            if reply.status == HTTPStatus.OK and not self._has(path):
                self._tree.write(page_file(path), reply.body)
        for language in LANGUAGES:
            path = f"{language.prefix}/404.html"
            reply = await ask(self._application, path)
            self._tree.write(page_file(path), reply.body)

    async def _put_gone(self) -> None:
        """What is said at addresses whose content was taken back."""
        for address in perhaps_gone(self._portal.published):
            for language in LANGUAGES:
                path = f"{language.prefix}{address}"
                reply = await ask(self._application, path)
                if reply.status == HTTPStatus.GONE:
                    self._tree.write(
                        f"{page_file(path).removesuffix(INDEX)}{GONE_PAGE}", reply.body
                    )


def page_file(path: str) -> str:
    """The file of a page or of another address: ``/themes/land/`` is ``themes/land/index.html``."""
    name = path.removeprefix("/")
    return f"{name}{INDEX}" if name.endswith("/") or not name else name


def _digest(portal: Portal, options: ExportOptions) -> str:
    """Names everything that makes all pages anew where it changes."""
    site = portal.published.site.model_dump(mode="json")
    said = json.dumps([templates_digest(), site, options.rows_per_dataset], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _told_plainly(trouble: Exception) -> GongkaiError:
    """A file that the pointer or a manifest promises and that is not there, or is another."""
    if isinstance(trouble, GongkaiError):
        return trouble
    return GongkaiError(
        Message(
            "public 文件夹中有文件与清单（manifest.json）不符，没有导出。",
            "A file of the public folder is not what its manifest.json says; nothing was exported.",
        ),
        advice=Message(
            "请运行 gongkai run 修复；仍不行时从备份恢复 public 目录。",
            "Run gongkai run, which repairs; if that does not help, restore the public folder from "
            "its backup.",
        ),
    )


def _no_page(path: str, status: int) -> GongkaiError:
    return GongkaiError(
        Message(
            f"页面 {path} 无法生成（{status}）。", f"The page {path} cannot be made ({status})."
        ),
        advice=Message(
            "已导出的旧版没有变。请用 gongkai portal 打开该页面查看原因。",
            "The earlier copy is as it was. Open the page with gongkai portal to see why.",
        ),
    )


__all__ = ["ExportOptions", "Exported", "Progress", "export_site"]
