"""List pages → detail pages → attachments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from connectors.archive import Stored
from connectors.context import FetchContext
from connectors.http import complete_url
from connectors.network_trouble import StatusError
from connectors.pages import Link, WebPage
from connectors.redaction import Redactor
from connectors.session import URL_SIGNS, Ask, PoliteSession
from schemas.connector_options import ListingConnector
from schemas.message import FetchError, IncompleteFetchError, Message
from schemas.snapshot import LINK_TEXT, Fetched

_PASSES = 2
_AGAIN = Message(
    "请稍后重新运行；如果一直如此，请检查选择器。",
    "Run again later; if it stays so, check the selectors.",
)


@dataclass(slots=True)
class _Listing:
    """What the list pages said: their items in order, and the proof that these are all."""

    items: dict[str, Link] = field(default_factory=dict)
    pages: int = 0
    total: int | None = None
    end: Message = field(default_factory=lambda: Message("", ""))
    skipped: int = 0
    problem: Message | None = None


def fetch(options: ListingConnector, context: FetchContext) -> Fetched:
    """Walk the list, fetch every detail page (or its attachments) in list order.

    Raises:
        FetchError: the list itself cannot be got or read.
        IncompleteFetchError: the list does not add up, or one detail page cannot be got: a
            subset is never given for the whole.
    """
    redactor = Redactor(context.environment)
    url = complete_url(options.url, {}, context, redactor)
    with PoliteSession(url, options, context, redactor) as session:
        walk = _Walk(options, context, redactor, session)
        listing = walk.through_list(url)
        if listing.problem is not None:  # it may have changed while it was read
            listing = walk.through_list(url)
        if listing.problem is not None:
            raise IncompleteFetchError(
                listing.problem, where=redactor.public_url(url), advice=_AGAIN
            )
        wanted = _wanted(listing, options, redactor.public_url(url))
        stored = walk.through_details(wanted)
    evidence = Message(
        f"{listing.pages} 个列表页，{len(listing.items)} 项（{listing.end.zh}）；"
        f"按标题选中 {len(wanted)} 项，取得 {len(stored)} 个文件。",
        f"{listing.pages} list pages, {len(listing.items)} items ({listing.end.en}); "
        f"{len(wanted)} chosen by title, {len(stored)} files got.",
    )
    return Fetched(
        snapshots=tuple(item.snapshot for item in stored),
        evidence=evidence,
        new_content=any(item.is_new for item in stored),
    )


def _wanted(listing: _Listing, options: ListingConnector, where: str) -> list[Link]:
    pattern = re.compile(options.title_matches or "")
    wanted = [link for link in listing.items.values() if pattern.search(link.text)]
    if not wanted:
        raise FetchError(
            Message(
                f"列表 {len(listing.items)} 项中没有符合 title_matches 的。",
                f"None of the {len(listing.items)} items of the list matches title_matches.",
            ),
            where=where,
            advice=Message("请检查 items 和 title_matches。", "Check items and title_matches."),
        )
    return wanted


class _Walk:
    def __init__(
        self,
        options: ListingConnector,
        context: FetchContext,
        redactor: Redactor,
        session: PoliteSession,
    ) -> None:
        self._options = options
        self._context = context
        self._redactor = redactor
        self._session = session

    def through_list(self, url: str) -> _Listing:
        """Read list pages until their end is certain."""
        listing = _Listing()
        following: str | None = url
        seen_urls: set[str] = set()
        while following is not None and listing.problem is None:
            seen_urls.add(following)
            try:
                page, where = self._page(following)
            except StatusError as error:
                if error.status != 404 or listing.pages == 0 or self._template is None:
                    raise
                listing.end = Message("其后的列表页不存在（404）", "there is no further page (404)")
                break
            following = self._take(page, following, listing, seen_urls, where)
        self._reconcile(listing)
        return listing

    @property
    def _template(self) -> str | None:
        return self._options.pages.url if self._options.pages else None

    def _page(self, url: str) -> tuple[WebPage, str]:
        answer = self._session.get(Ask(url=url, reader_type="html_tables", conditional=False))
        snapshot = answer.stored.snapshot
        page = WebPage(snapshot.path, answer.url, self._options.encoding, snapshot.url)
        return page, snapshot.url

    def _take(
        self, page: WebPage, url: str, listing: _Listing, seen: set[str], where: str
    ) -> str | None:
        """Take the items of one page in; return the URL of the next."""
        links = page.links(self._options.items)
        if self._options.total is not None:
            total = page.number(self._options.total) if listing.pages == 0 or links else None
            if total is not None and listing.total not in (None, total):
                listing.problem = Message(
                    f"翻页过程中总数从 {listing.total} 变为 {total}。",
                    f"The total changed from {listing.total} to {total} while paging.",
                )
                return None
            listing.total = total if total is not None else listing.total
        if self._is_first_page_again(links, listing):
            listing.skipped += 1
            return self._following(page, url, links, listing, seen)
        new = {link.url: link for link in links if link.url not in listing.items}
        listing.pages += 1
        count = Message(f"列表第 {listing.pages} 页", f"list page {listing.pages}")
        self._context.progress(count, listing.pages, None)
        if listing.pages == 1 and not links and listing.total != 0:
            raise FetchError(
                Message(
                    f"列表页上找不到任何条目（{self._options.items}）。",
                    f"The list page has no items ({self._options.items}).",
                ),
                where=where,
                advice=Message(
                    "请检查 items 选择器；由脚本生成的列表请改用 api。",
                    "Check the selector items; if a script fills the list, use the connector api.",
                ),
            )
        if links and not new:
            listing.problem = Message(
                f"第 {listing.pages} 个列表页重复了前面的条目。",
                f"List page {listing.pages} repeats items of earlier ones.",
            )
            return None
        listing.items.update(new)
        return self._following(page, url, links, listing, seen)

    def _following(
        self, page: WebPage, url: str, links: list[Link], listing: _Listing, seen: set[str]
    ) -> str | None:
        pages = self._options.pages
        if pages is None:
            listing.end = Message("只有一个列表页", "a single list page")
            return None
        has_all = listing.total is not None and len(listing.items) >= listing.total
        if has_all and pages.url is not None:
            return None
        if listing.pages >= pages.max_pages:
            listing.problem = Message(
                f"已取 {listing.pages} 个列表页仍未结束（max_pages）。",
                f"There is no end after {listing.pages} list pages (max_pages).",
            )
            return None
        if pages.url is not None:
            if not links:
                listing.end = Message("最后一个列表页为空", "the last list page is empty")
                return None
            # the first page is that of ``url``, which often has no number of its own
            return self._numbered(pages.url, pages.start + listing.pages - 1 + listing.skipped)
        try:
            link = page.next_link(pages.next or "")
        except IncompleteFetchError:
            if not has_all:
                raise
            link = None  # a script behind the last page's link leads nowhere: the total is proof
        if link is None or link.url in (url, url.partition("#")[0]):
            listing.end = Message("最后一个列表页没有下一页链接", "the last page has no next link")
            return None
        following = quote(link.url, safe=URL_SIGNS)
        if following in seen:
            listing.problem = Message("下一页链接绕成了圈。", "The links to next pages go round.")
            return None
        return following

    def _numbered(self, template: str, number: int) -> str:
        filled = template.replace("{page}", str(number))
        return complete_url(filled, {}, self._context, self._redactor)

    def _is_first_page_again(self, links: list[Link], listing: _Listing) -> bool:
        """Whether the template's first number only names the first page over again."""
        return (
            self._template is not None
            and (listing.pages, listing.skipped) == (1, 0)
            and [link.url for link in links] == list(listing.items)
        )

    def _reconcile(self, listing: _Listing) -> None:
        if listing.problem is not None or listing.total is None:
            return
        if len(listing.items) != listing.total:
            listing.problem = Message(
                f"列表报告共 {listing.total} 项，实际列出 {len(listing.items)} 项。",
                f"The list says {listing.total} items, its pages hold {len(listing.items)}.",
            )
        listing.end = Message(f"与总数 {listing.total} 一致", f"its total is {listing.total}")

    def through_details(self, links: list[Link]) -> list[Stored]:
        """Fetch each item; in list order, and of each its attachments in page order."""
        stored: list[Stored] = []
        for done, link in enumerate(links, start=1):
            try:
                stored.extend(_with_link_text(item, link) for item in self._detail(link))
            except IncompleteFetchError:
                raise
            except FetchError as error:
                raise IncompleteFetchError(
                    Message(
                        f"第 {done}/{len(links)} 项“{link.text[:60]}”取不到：{error.what.zh}",
                        f"Item {done} of {len(links)} “{link.text[:60]}” cannot be got: "
                        f"{error.what.en}",
                    ),
                    where=error.where,
                    advice=error.advice,
                ) from None
            self._context.progress(Message(link.text, link.text), done, len(links))
        return stored

    def _detail(self, link: Link) -> list[Stored]:
        url = quote(link.url, safe=URL_SIGNS)
        if self._options.attachments is None:
            return [self._read(url)]
        answer = self._session.get(Ask(url=url, reader_type="html_tables"))
        snapshot = answer.stored.snapshot
        page = WebPage(snapshot.path, answer.url, self._options.encoding, snapshot.url)
        found = page.links(self._options.attachments)
        if not found:
            raise IncompleteFetchError(
                Message(
                    f"“{link.text[:60]}”的页面上没有附件（{self._options.attachments}）。",
                    f"The page of “{link.text[:60]}” has no attachment "
                    f"({self._options.attachments}).",
                ),
                where=snapshot.url,
                advice=Message(
                    "请用 title_matches 只选有附件的条目，或检查选择器。",
                    "Choose items with attachments by title_matches, or check the selector.",
                ),
            )
        unique = dict.fromkeys(attachment.url for attachment in found)
        return [self._read(quote(url, safe=URL_SIGNS)) for url in unique]

    def _read(self, url: str) -> Stored:
        ask = Ask(
            url=url, reader_type=self._context.reader_type, declared=self._context.completeness
        )
        return self._session.get(ask).stored


def _with_link_text(stored: Stored, link: Link) -> Stored:
    """Keep the text of the link beside the page it led to: titles and dates often stand only
    there. Mappings read it as ``$link_text``."""
    headers = {**stored.snapshot.headers, LINK_TEXT: link.text}
    return replace(stored, snapshot=replace(stored.snapshot, headers=headers))
