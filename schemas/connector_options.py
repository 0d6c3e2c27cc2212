"""Options of the connectors, as they stand under ``connector:`` of a source file."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

import cssselect
from pydantic import Field, model_validator

from schemas.dataset import Identifier, IsoDate
from schemas.strict import StrictModel, Text, refuse


class NetworkException(StrictModel):
    """A departure from the rules of the polite session, with its reason and its end.

    ``value`` is the user agent to use for ``user_agent``; for the other kinds the only host that
    the exception is for (empty: every host of the source). It holds up to and including the day
    ``expires_on``.
    """

    kind: Literal["plain_http", "legacy_tls", "user_agent", "private_address"]
    value: str = ""
    reason: Text
    expires_on: IsoDate


class NetworkLimits(StrictModel):
    """Budgets of one file or page, with all attempts at it. Times in seconds, sizes in bytes.

    ``max_bytes`` is counted after decoding; ``max_expansion`` is decoded to transferred bytes.
    """

    connect_seconds: Annotated[float, Field(gt=0)] = 10.0
    read_seconds: Annotated[float, Field(gt=0)] = 60.0
    total_seconds: Annotated[float, Field(gt=0)] = 600.0
    attempts: Annotated[int, Field(ge=1, le=10)] = 4
    seconds_between_requests: Annotated[float, Field(ge=0)] = 1.0
    max_bytes: Annotated[int, Field(gt=0)] = 512 * 1024 * 1024
    max_expansion: Annotated[float, Field(gt=1)] = 100.0


class NetworkOptions(StrictModel):
    """What all connectors over HTTP share.

    ``secrets`` maps header names to environment variables; such headers go to the host of the URL
    only, never to further ``hosts``. URL, query and body may hold ``${VARIABLE}`` from the
    environment as well; its value appears in no message, log or snapshot.
    """

    headers: dict[str, str] = Field(default_factory=dict)
    secrets: dict[str, str] = Field(default_factory=dict)  # header name -> environment variable
    hosts: tuple[str, ...] = ()  # further hosts allowed beside that of the URL
    limits: NetworkLimits = NetworkLimits()
    exceptions: tuple[NetworkException, ...] = ()


class EndMarker(StrictModel):
    """Text that stands at the end of a whole file."""

    text: str


class Completeness(StrictModel):
    """How the connector knows that it has everything, beyond what the transfer itself shows.

    ``serial_column`` must run 1, 2, 3 … without a gap; ``total`` names where the file or reply
    says how many records there are; ``minimum_rows`` and ``end_marker`` as they say.
    ``well_formed`` accepts the format's own end (a closed JSON document, a ZIP directory).
    """

    well_formed: bool = False
    minimum_rows: Annotated[int, Field(ge=0)] | None = None
    serial_column: str | None = None
    end_marker: EndMarker | None = None


class HttpConnector(NetworkOptions):
    """One file behind one URL. URL, query and body may use ``{date:%Y%m}``."""

    type: Literal["http"]
    url: str
    method: Literal["GET", "POST"] = "GET"
    query: dict[str, str] = Field(default_factory=dict)
    body: dict[str, Any] | None = None


class Paging(StrictModel):
    """How the next page is asked for, and how the end is known.

    ``total`` (number of records), ``pages`` (number of pages) and ``next_cursor`` are JSON
    pointers into a reply. One of them, or ``until: empty`` with a ``total``-less reply, is needed.
    """

    by: Literal["page", "offset", "cursor"]
    parameter: str
    place: Literal["query", "body"] = "query"
    start: int = 1
    size_parameter: str | None = None
    size: Annotated[int, Field(ge=1)] = 100
    total: str | None = None
    pages: str | None = None
    next_cursor: str | None = None
    until: Literal["total", "empty"] = "total"
    max_pages: Annotated[int, Field(ge=1)] = 10_000

    @model_validator(mode="after")
    def _end_known(self) -> Self:
        told = (self.total, self.pages, self.next_cursor)
        if self.until != "empty" and all(pointer is None for pointer in told):
            refuse(
                "须写 total、pages 或 next_cursor，或 until: empty",
                "give total, pages or next_cursor, or until: empty",
            )
        if self.by == "cursor" and self.next_cursor is None:
            refuse("按 cursor 翻页须写 next_cursor", "paging by cursor needs next_cursor")
        return self


class Success(StrictModel):
    """What a good reply says of itself: errors often come with HTTP status 200."""

    pointer: str
    equals: tuple[str, ...]


class ApiConnector(NetworkOptions):
    """JSON over GET or POST, paged. ``records`` is the pointer of the array in a reply;
    ``key`` the path of a record's own id, by which repeated records are seen."""

    type: Literal["api"]
    url: str
    method: Literal["GET", "POST"] = "GET"
    query: dict[str, str] = Field(default_factory=dict)
    body: dict[str, Any] | None = None
    body_form: Literal["json", "form"] = "json"
    records: str
    key: str | None = None
    success: Success | None = None
    paging: Paging | None = None


class ListingPages(StrictModel):
    """How further list pages are reached: a CSS selector of the link to the next page, or a URL
    with ``{page}``. ``start`` is the number of the second page (the first is ``url`` itself);
    where it turns out to name the first page again, that page is skipped once."""

    next: str | None = None
    url: str | None = None
    start: int = 1
    max_pages: Annotated[int, Field(ge=1)] = 500

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.next is None) == (self.url is None):
            refuse(
                "next（CSS 选择器）与 url（含 {page}）须二选一",
                "give either next (a CSS selector) or url (with {page})",
            )
        return self


class ListingConnector(NetworkOptions):
    """List pages → detail pages → attachments. Selectors are CSS.

    ``items`` finds the links to detail pages; ``title_matches`` keeps those whose text matches;
    ``attachments`` finds links on the detail page, and then these are what is read.
    ``total`` finds the element that says how many items there are.
    """

    type: Literal["listing"]
    url: str
    items: str
    title_matches: str | None = None
    pages: ListingPages | None = None
    attachments: str | None = None
    total: str | None = None
    encoding: str = "auto"

    @model_validator(mode="after")
    def _patterns(self) -> Self:
        try:
            re.compile(self.title_matches or "")
        except re.error as error:
            refuse(
                f"title_matches 不是正则表达式：{error}",
                f"title_matches is not a regular expression: {error}",
            )
        following = self.pages.next if self.pages else None
        for selector in (self.items, self.attachments, self.total, following):
            try:
                cssselect.parse(selector or "*")
            except cssselect.SelectorError as error:
                refuse(
                    f"{selector} 不是 CSS 选择器：{error}",
                    f"{selector} is not a CSS selector: {error}",
                )
        if self.pages and self.pages.url is not None and "{page}" not in self.pages.url:
            refuse("pages.url 须含 {page}", "pages.url needs {page}")
        return self


class FolderConnector(StrictModel):
    """A drop directory. ``path`` is relative to the site; ``stable_seconds``: a file younger than
    this may still be being written and is left for the next run."""

    type: Literal["folder"]
    path: str
    glob: str = "*"
    stable_seconds: Annotated[float, Field(ge=0)] = 0.0
    newest_only: bool = False


class Incremental(StrictModel):
    """Ask only for rows whose ``column`` is beyond the greatest value accepted so far."""

    column: str
    start: str


class SqlConnector(StrictModel):
    """A database through SQLAlchemy. ``url`` may hold ``${VARIABLE}`` taken from the environment.
    Give ``table`` or ``query``; a query with an incremental column uses ``:since``."""

    type: Literal["sql"]
    url: str
    table: str | None = None
    query: str | None = None
    incremental: Incremental | None = None
    order_by: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.table is None) == (self.query is None):
            refuse("table 与 query 须二选一", "give either table or query")
        return self


class SftpConnector(StrictModel):
    """A folder on an SFTP server. ``host_key`` is the server's public key as in known_hosts;
    ``password_variable`` or ``key_file`` say how to log in."""

    type: Literal["sftp"]
    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    user: str
    host_key: str
    password_variable: str | None = None
    key_file: str | None = None
    path: str
    glob: str = "*"
    limits: NetworkLimits = NetworkLimits()


class ReleaseConnector(StrictModel):
    """The current release of another dataset, for a derived dataset."""

    type: Literal["release"]
    dataset: Identifier


ConnectorOptions = Annotated[
    HttpConnector
    | ApiConnector
    | ListingConnector
    | FolderConnector
    | SqlConnector
    | SftpConnector
    | ReleaseConnector,
    Field(discriminator="type"),
]
