"""JSON over GET or POST, paged by page, offset or cursor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from connectors.archive import Stored
from connectors.context import FetchContext
from connectors.http import complete_body, complete_url
from connectors.json_reply import Page, read_page
from connectors.redaction import Redactor
from connectors.session import Ask, PoliteSession
from schemas.connector_options import ApiConnector, Paging
from schemas.message import IncompleteFetchError, Message
from schemas.snapshot import Fetched

_PASSES = 2
_AGAIN = Message(
    "请稍后重新运行；如果一直如此，请联系来源部门。",
    "Run again later; if it stays so, ask the department.",
)


class _UnstableError(Exception):
    """The pages do not make one whole: something changed while paging, or the API is at fault."""

    def __init__(self, what: Message) -> None:
        super().__init__(what.en)
        self.what = what


@dataclass(slots=True)
class _Pass:
    """One walk through all pages."""

    stored: list[Stored] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    identities: set[str] = field(default_factory=set)
    records: int = 0

    def add(self, stored: Stored, page: Page) -> None:
        """Take a page in, refusing one that was seen before."""
        first = self.pages[0] if self.pages else page
        if page.identities and any(page.identities == known.identities for known in self.pages):
            number = len(self.pages) + 1
            raise _UnstableError(
                Message(
                    f"第 {number} 页与前面的一页完全相同。",
                    f"Page {number} repeats an earlier one.",
                )
            )
        if (page.total, page.pages) != (first.total, first.pages):
            raise _UnstableError(
                Message(
                    f"翻页过程中总数从 {first.count()} 变为 {page.count()}。",
                    f"The total changed from {first.count()} to {page.count()} while paging.",
                )
            )
        self.stored.append(stored)
        self.pages.append(page)
        self.identities.update(page.identities)
        self.records += len(page.identities)


def fetch(options: ApiConnector, context: FetchContext) -> Fetched:
    """Fetch all pages, each a snapshot, and prove that they are all.

    What changes while paging is asked for once more from the start.

    Raises:
        FetchError: the API reports a failure or gives no records.
        IncompleteFetchError: the pages do not add up, twice.
    """
    redactor = Redactor(context.environment)
    url = complete_url(options.url, {}, context, redactor)
    with PoliteSession(url, options, context, redactor) as session:
        walk = _Walk(options, context, redactor, session)
        for _ in range(_PASSES):
            try:
                done = walk.through_all_pages()
                evidence = _prove(done, options)
            except _UnstableError as error:
                trouble = error
                continue
            return Fetched(
                snapshots=tuple(item.snapshot for item in done.stored),
                evidence=evidence,
                new_content=any(item.is_new for item in done.stored),
            )
    raise IncompleteFetchError(trouble.what, where=redactor.public_url(url), advice=_AGAIN)


class _Walk:
    """Asks for one page after the other."""

    def __init__(
        self,
        options: ApiConnector,
        context: FetchContext,
        redactor: Redactor,
        session: PoliteSession,
    ) -> None:
        self._options = options
        self._context = context
        self._redactor = redactor
        self._session = session

    def through_all_pages(self) -> _Pass:
        done = _Pass()
        place: str | None = self._first_place()
        while True:
            ask = self._ask(place)
            stored = self._session.get(ask).stored
            where = stored.snapshot.url
            done.add(stored, read_page(stored.snapshot.path, self._options, where))
            self._tell(done)
            place = self._next_place(done)
            if place is None:
                return done
            if self._options.paging and len(done.pages) >= self._options.paging.max_pages:
                raise IncompleteFetchError(
                    Message(
                        f"已取 {len(done.pages)} 页仍未结束（max_pages）。",
                        f"There is no end after {len(done.pages)} pages (max_pages).",
                    ),
                    where=where,
                    advice=Message(
                        "如属正常，请提高 max_pages。", "If it is right, raise max_pages."
                    ),
                )

    def _first_place(self) -> str | None:
        paging = self._options.paging
        return str(paging.start) if paging and paging.by != "cursor" else None

    def _next_place(self, done: _Pass) -> str | None:
        """What asks for the page after the last one; None where that was the last."""
        paging = self._options.paging
        if paging is None:
            return None
        last = done.pages[-1]
        if paging.next_cursor is not None:
            ended = last.cursor is None
        elif last.pages is not None:
            ended = len(done.pages) >= last.pages
        elif last.total is not None:
            ended = done.records >= last.total or not last.identities
        else:
            ended = not last.identities
        if ended:
            return None
        match paging.by:
            case "page":
                return str(paging.start + len(done.pages))
            case "offset":
                return str(paging.start + done.records)
            case "cursor":
                return last.cursor

    def _ask(self, place: str | None) -> Ask:
        options, paging = self._options, self._options.paging
        query = dict(options.query)
        body = None if options.body is None else dict(options.body)
        if paging is not None:
            in_body = paging.place == "body"
            holder: dict[str, Any] = query
            if in_body:
                holder = body = body or {}
            _put(holder, paging.parameter, place, paging, in_body=in_body)
            if paging.size_parameter is not None:
                _put(holder, paging.size_parameter, str(paging.size), paging, in_body=in_body)
        return Ask(
            url=complete_url(options.url, query, self._context, self._redactor),
            method=options.method,
            body=None if body is None else self._encode(body),
            content_type="" if body is None else _CONTENT_TYPES[options.body_form],
            reader_type="json",
            proves_itself=True,
            conditional=paging is None,
        )

    def _encode(self, body: dict[str, Any]) -> bytes:
        filled = complete_body(body, self._context, self._redactor)
        if self._options.body_form == "form":
            return urlencode(filled).encode()
        return json.dumps(filled, ensure_ascii=False).encode()

    def _tell(self, done: _Pass) -> None:
        last = done.pages[-1]
        count = len(done.pages)
        total = last.pages
        if total is None and last.total is not None and done.records:
            total = -(-last.total * count // done.records)
        self._context.progress(Message(f"第 {count} 页", f"page {count}"), count, total)


_CONTENT_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


def _put(
    holder: dict[str, Any], name: str, text: str | None, paging: Paging, *, in_body: bool
) -> None:
    """Set a paging parameter; ``a/b`` reaches into a nested body. Numbers stay numbers there."""
    if text is None:
        return
    if not in_body:
        holder[name] = text
        return
    *outer, last = name.strip("/").split("/")
    for part in outer:
        holder[part] = dict(holder.get(part) or {})
        holder = holder[part]
    is_number = paging.by != "cursor" or name == paging.size_parameter
    holder[last] = int(text) if is_number else text


def _prove(done: _Pass, options: ApiConnector) -> Message:
    """Compare what came with what the API said; the sentence says how the end is known."""
    last = done.pages[-1]
    for problem in _contradictions(done, options):
        raise _UnstableError(problem)
    count = len(done.pages)
    shown = Message(f"{count} 页，{done.records} 条记录", f"{count} pages, {done.records} records")
    if last.total is not None:
        return _join(
            shown, f"与接口报告的总数 {last.total} 一致", f"the total of the API is {last.total}"
        )
    if last.pages is not None:
        return _join(
            shown, f"与接口报告的页数 {last.pages} 一致", f"the API says {last.pages} pages"
        )
    if options.paging is None:
        return _join(shown, "一次返回全部，JSON 完整", "one reply, its JSON is whole")
    if options.paging.next_cursor is not None:
        return _join(shown, "最后一页没有下一页游标", "the last page names no next one")
    return _join(shown, "最后一页为空", "the last page is empty")


def _contradictions(done: _Pass, options: ApiConnector) -> Iterator[Message]:
    last = done.pages[-1]
    if last.total is not None and done.records != last.total:
        yield Message(
            f"接口报告共 {last.total} 条，各页合计 {done.records} 条。",
            f"The API says {last.total} records, its pages give {done.records}.",
        )
    if options.key is not None and len(done.identities) != done.records:
        repeated = done.records - len(done.identities)
        yield Message(
            f"各页之间有 {repeated} 条记录重复，可能在翻页时数据有变化。",
            f"{repeated} records came twice: the data may have changed while paging.",
        )
    if last.pages is not None and any(not page.identities for page in done.pages[1:]):
        yield Message("中间有空页。", "A page in between is empty.")


def _join(first: Message, zh: str, en: str) -> Message:
    return Message(f"{first.zh}；{zh}。", f"{first.en}; {en}.")
