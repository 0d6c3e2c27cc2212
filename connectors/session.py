"""The polite session: one department's server asked with patience, within budgets, and only there
where the source file says."""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import os
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import quote, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception_type

from connectors import network_trouble
from connectors.archive import ArchiveWriter, LastAnswer, Origin, Stored
from connectors.blocked import HEAD_BYTES, check_not_blocked
from connectors.completeness import check_bytes, check_html_end, is_declared
from connectors.connection import ConnectionGate, GatedAdapter
from connectors.context import FetchContext
from connectors.destination import DestinationPolicy
from connectors.file_name import file_name
from connectors.redaction import Redactor
from connectors.retrying import backoff_seconds
from connectors.transfer import Transfer, TransientError
from schemas.connector_options import Completeness, NetworkOptions
from schemas.message import FetchError, IncompleteFetchError, Message

USER_AGENT = "gongkai/0.1 (open data publishing pipeline)"
MAX_REDIRECTS = 5
UNCONDITIONAL_AFTER = dt.timedelta(days=7)
_KEPT_HEADERS = (
    "Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition",
    "ETag", "Last-Modified", "Date",
)  # fmt: skip
URL_SIGNS = "%/:=&?~#+!$,;'@()*[]\\"
"""What is left alone when an address is percent-encoded; a backslash is refused later."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Ask:
    """One request.

    Attributes:
        url: complete, with its query; may hold secrets.
        reader_type: reader that the content is for.
        proves_itself: the caller parses the content and so sees whether it is whole.
        conditional: ask "only if changed".
        declared: what the source file says of this content's completeness.
    """

    url: str
    method: str = "GET"
    body: bytes | None = None
    content_type: str = ""
    reader_type: str = ""
    proves_itself: bool = False
    conditional: bool = True
    declared: Completeness = field(default_factory=Completeness)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: the stored bytes, how the end is known, and where redirects led."""

    stored: Stored
    proof: Message
    url: str


class PoliteSession:
    """Requests to the host of ``url`` and the further hosts of the source. A context manager."""

    def __init__(
        self, url: str, options: NetworkOptions, context: FetchContext, redactor: Redactor
    ) -> None:
        self._options = options
        self._limits = options.limits
        self._context = context
        self._redactor = redactor
        self._policy = DestinationPolicy(url, options, context.clock.now())
        self._gate = ConnectionGate(self._policy, context.resolver)
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, no .netrc: the address connected to is checked
        self._session.headers.clear()
        self._mount(GatedAdapter(self._gate))
        self._secrets = {
            name: redactor.secret(variable) for name, variable in options.secrets.items()
        }
        self._agent = self._user_agent()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()
        self._gate.close()

    def get(self, ask: Ask) -> Answer:
        """Ask until an answer comes or the budget is spent, and archive what came.

        Raises:
            FetchError: nothing usable came.
            IncompleteFetchError: something came that is not, or cannot be shown to be, whole.
        """
        where = self._redactor.public_url(ask.url)
        clock = self._context.clock
        end = clock.monotonic() + self._limits.total_seconds

        def is_over(state: RetryCallState) -> bool:
            return state.attempt_number >= self._limits.attempts or end - clock.monotonic() <= 0

        def pause(state: RetryCallState) -> float:
            return min(backoff_seconds(state), max(0.0, end - clock.monotonic()))

        retrying = Retrying(
            stop=is_over,
            wait=pause,
            retry=retry_if_exception_type(TransientError),
            sleep=clock.sleep,
            reraise=True,
        )
        try:
            with self._redactor.quiet_logs("urllib3.connectionpool", "urllib3.util.retry"):
                return retrying(self._attempt, ask, where, end)
        except TransientError as trouble:
            # not chained: the texts of the HTTP library hold the whole URL with its secrets
            raise trouble.error from None

    def _attempt(self, ask: Ask, where: str, end: float) -> Answer:
        url, method, body = ask.url, ask.method, ask.body
        last = self._last_answer(ask)
        for _ in range(MAX_REDIRECTS + 1):
            target = self._policy.check_url(url)
            self._context.spacing.wait_turn(
                target.host, self._limits.seconds_between_requests, self._context.clock
            )
            remaining = end - self._context.clock.monotonic()
            if remaining <= 0:
                raise network_trouble.too_slow(self._limits.total_seconds, where)
            headers = self._headers(target.host, target.scheme, ask, last)
            request = requests.Request(method, url, headers=headers, data=body)
            with self._gate.deadline(remaining):
                try:
                    response = self._send(request, target.host, where)
                    with response:
                        if response.status_code not in _REDIRECTS:
                            return self._receive(response, ask, where, last, url)
                        url, method, body = self._redirect(response, url, method, body, where)
                except (TransientError, IncompleteFetchError):
                    if self._gate.expired:
                        raise network_trouble.too_slow(self._limits.total_seconds, where) from None
                    raise
        raise network_trouble.too_many_redirects(MAX_REDIRECTS, where)

    def _send(self, request: requests.Request, host: str, where: str) -> requests.Response:
        prepared = self._session.prepare_request(request)
        try:
            return self._session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=(self._limits.connect_seconds, self._limits.read_seconds),
                verify=os.environ.get("REQUESTS_CA_BUNDLE") or True,
            )
        except requests.exceptions.SSLError as error:
            text = self._redactor.redact(str(error))
            raise network_trouble.tls(
                text, self._policy.expired("legacy_tls", host), where
            ) from None
        except requests.exceptions.RequestException as error:
            raise network_trouble.unreachable(error, self._limits, where) from None

    def _receive(
        self,
        response: requests.Response,
        ask: Ask,
        where: str,
        last: LastAnswer | None,
        final_url: str,
    ) -> Answer:
        if response.status_code == 304 and last is not None:
            shown = Message("服务器确认内容未变（304）", "the server says it is unchanged (304)")
            return Answer(Stored(last.snapshot, is_new=False), shown, final_url)
        network_trouble.check_status(response, self._context.clock.now(), where)
        transfer = Transfer(response, self._limits, where)
        with self._context.archive.writer() as writer:
            for piece in transfer.content():
                writer.write(piece)
            if self._gate.expired:
                raise network_trouble.too_slow(self._limits.total_seconds, where)
            writer.flush()
            origin = self._origin(response, ask, where, final_url)
            try:
                proof = _check(writer, transfer, ask, where)
            except FetchError:
                if writer.size:
                    writer.commit(origin, is_current=False)  # kept as evidence
                raise
            return Answer(writer.commit(origin), proof, final_url)

    def _origin(self, response: requests.Response, ask: Ask, where: str, final_url: str) -> Origin:
        kept = {
            name: self._redactor.redact(response.headers[name])
            for name in _KEPT_HEADERS
            if name in response.headers
        }
        name = file_name(response.headers.get("Content-Disposition"), final_url)
        return Origin(
            url=where,
            name=self._redactor.redact(name),
            fetched_at=self._context.clock.now(),
            status=response.status_code,
            headers=kept,
            address=self._address(ask),
        )

    def _address(self, ask: Ask) -> str:
        """What tells this request from others; secrets may change without a new address."""
        body = self._redactor.redact((ask.body or b"").decode("utf-8", "replace"))
        marks = hashlib.sha256(body.encode()).hexdigest() if body else ""
        return f"{ask.method} {self._redactor.redact(ask.url)} {marks}".rstrip()

    def _last_answer(self, ask: Ask) -> LastAnswer | None:
        """What this address gave last, where it may be asked about: at least once a week the
        content itself is fetched, since servers have been seen to keep an ETag over a change."""
        if not ask.conditional or self._context.unconditional:
            return None
        last = self._context.archive.last_answer(self._address(ask))
        if last is None or self._context.clock.now() - last.whole_at >= UNCONDITIONAL_AFTER:
            return None
        return last

    def _headers(self, host: str, scheme: str, ask: Ask, last: LastAnswer | None) -> dict[str, str]:
        headers = {
            "User-Agent": self._agent,
            "Accept": "*/*",
            "Accept-Encoding": "gzip, deflate",
            **self._options.headers,
        }
        if ask.content_type:
            headers["Content-Type"] = ask.content_type
        declared_scheme = urlsplit(ask.url).scheme
        if host == self._policy.declared_host and (scheme, declared_scheme) != ("http", "https"):
            headers |= self._secrets
        if last is not None:
            headers |= _conditions(last)
        return headers

    def _redirect(
        self, response: requests.Response, url: str, method: str, body: bytes | None, where: str
    ) -> tuple[str, str, bytes | None]:
        location = response.headers.get("Location", "")
        if not location:
            raise network_trouble.bad_status(response.status_code, where)
        sent = location.encode("latin-1")  # the bytes as sent; http.client reads them as Latin-1
        following = urljoin(url, quote(sent, safe=URL_SIGNS))
        if response.status_code == 303 or (response.status_code in (301, 302) and method == "POST"):
            return following, "GET", None
        return following, method, body

    def _user_agent(self) -> str:
        exception = self._policy.exception("user_agent")
        if exception is not None:
            return exception.value
        expired = self._policy.expired("user_agent")
        if expired.en:
            raise FetchError(
                expired,
                advice=Message(
                    "请确认是否仍然需要，并更新 expires_on 或删除该例外。",
                    "See whether it is still needed, and renew expires_on or remove the exception.",
                ),
            )
        return USER_AGENT

    def _mount(self, adapter: HTTPAdapter) -> None:
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        hosts = {self._policy.declared_host, *(host.lower() for host in self._options.hosts)}
        for host in hosts:
            if self._policy.exception("legacy_tls", host) is not None:
                self._session.mount(f"https://{host}", GatedAdapter(self._gate, legacy_tls=True))


def _check(writer: ArchiveWriter, transfer: Transfer, ask: Ask, where: str) -> Message:
    """Everything that the bytes and the transfer show, before they count as fetched."""
    with writer.path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    check_not_blocked(head, reader_type=ask.reader_type, where=where)
    shown = check_bytes(writer.path, ask.declared, reader_type=ask.reader_type, where=where)
    if transfer.proof is not None:
        return Message(f"{transfer.proof.zh}，{shown.zh}", f"{transfer.proof.en}, {shown.en}")
    if is_declared(ask.declared) or ask.proves_itself:
        return shown
    if ask.reader_type in ("html_tables", "html_labels"):
        return check_html_end(writer.path, where)
    raise network_trouble.unproven(where)


def _conditions(last: LastAnswer) -> dict[str, str]:
    """If-None-Match, and If-Modified-Since where the server's clock can be believed."""
    conditions = {}
    if etag := last.headers.get("ETag"):
        conditions["If-None-Match"] = etag
    modified = last.headers.get("Last-Modified", "")
    try:
        moment = email.utils.parsedate_to_datetime(modified)
    except ValueError:
        return conditions
    if moment.tzinfo is not None and moment.year > 1990 and moment <= last.whole_at:
        conditions["If-Modified-Since"] = modified
    return conditions
