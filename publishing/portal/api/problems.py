"""Answers that say what is wrong: problem details (RFC 9457), in Chinese and English."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from publishing.portal.rate_limits import Allowance
from publishing.queries.refusals import QueryRefusedError, VersionChangedError
from publishing.version_index import DamagedReleaseError
from schemas.message import Message, joined

MEDIA_TYPE = "application/problem+json"
TYPE = "/api/#"  # the human page of the API explains each code
CONFLICTS = frozenset(
    {"wrong_cursor", "conflict", "doubled_column", "too_many_groups", "sum_too_large"}
)
"""Codes of queries whose parts are right by themselves but contradict each other or the rows."""


class ProblemError(Exception):
    """An answer other than the one asked for."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        message: Message,
        *,
        parameter: str = "",
        allowed: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message.en)
        self.status = status
        self.code = code
        self.message = message
        self.parameter = parameter
        self.allowed = tuple(allowed)
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """The answer."""
        told: dict[str, object] = {
            "type": f"{TYPE}{self.code}",
            "title": self.status.phrase,
            "status": self.status.value,
            "code": self.code,
            "detail": self.message.zh,
            "detail_en": self.message.en,
        }
        if self.parameter:
            told["parameter"] = self.parameter
        if self.allowed:
            told["allowed"] = list(self.allowed)
        return Response(
            json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"),
            self.status.value,
            {"Cache-Control": "no-store", **self.headers},
            MEDIA_TYPE,
        )


def refused(error: QueryRefusedError) -> ProblemError:
    """The answer to a query that cannot be answered."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    headers = {}
    if error.code in CONFLICTS:
        status = HTTPStatus.CONFLICT
    if isinstance(error, VersionChangedError):
        status, headers = HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "2"}
    return ProblemError(
        status,
        error.code,
        joined(error.what, error.advice),
        parameter=error.parameter,
        allowed=error.allowed,
        headers=headers,
    )


def not_found(what: Message, code: str = "not_found") -> ProblemError:
    """There is no such thing."""
    return ProblemError(HTTPStatus.NOT_FOUND, code, what)


_KNOWN = {
    HTTPStatus.NOT_FOUND: (
        "not_found",
        Message(
            "没有这个地址。接口说明见 /api/v1/openapi.json。",
            "There is nothing at this address. The API is described in /api/v1/openapi.json.",
        ),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "method_not_allowed",
        Message("只能用 GET 或 HEAD 读取。", "It can only be read, with GET or HEAD."),
    ),
}


def on_http_exception(_request: Request, error: Exception) -> Response:
    """404 and 405 of the routing."""
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    code, message = _KNOWN.get(status, ("error", Message(status.phrase, status.phrase)))
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = "GET, HEAD, OPTIONS"
    return ProblemError(status, code, message, headers=headers).response()


def on_problem(_request: Request, error: Exception) -> Response:
    """What the endpoints raise."""
    if isinstance(error, QueryRefusedError):
        return refused(error).response()
    if isinstance(error, ProblemError):
        return error.response()
    raise error


def on_damaged_release(_request: Request, error: Exception) -> Response:
    """A file of a release is gone or cut: the publisher must act, the reader can only wait."""
    if not isinstance(error, DamagedReleaseError):
        raise error
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "release_damaged",
        Message(
            "这个版本的文件暂时无法读取。请稍后重试，或告知发布机构。",
            "The files of this version cannot be read at the moment. Try again later, or tell "
            "the publisher.",
        ),
        headers={"Retry-After": "60"},
    ).response()


def on_fault(_request: Request, _error: Exception) -> Response:
    """A fault of ours: the server's log tells which."""
    return ProblemError(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "fault",
        Message(
            "服务器内部出错。请稍后重试；一再出现时请告知发布机构。",
            "The server made an error. Try again later; if it happens again, tell the publisher.",
        ),
    ).response()


async def refuse_too_many(scope: Scope, receive: Receive, send: Send, allowance: Allowance) -> None:
    """429, of a client that made too many requests."""
    seconds = allowance.retry_after_s
    problem = ProblemError(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too_many_requests",
        Message(
            f"请求过多，每分钟最多 {allowance.limit} 次。请在 {seconds} 秒后重试；"
            "需要全部数据时请下载文件。",
            f"Too many requests: there may be {allowance.limit} a minute. Try again in {seconds} "
            "seconds; for all data download the files.",
        ),
    )
    await problem.response()(scope, receive, send)
