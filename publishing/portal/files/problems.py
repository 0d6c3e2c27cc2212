"""Why a published file is not sent, for people and programs (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from publishing.portal.files.answering import CROSS_ORIGIN
from publishing.portal.files.finding import WithdrawnError
from publishing.portal.files.lifetime import NEVER, POINTER
from schemas.message import Message

RETRY_SECONDS = 5


def withdrawn(error: WithdrawnError) -> Response:
    """410: it was published and taken back; the reason is public."""
    said = Message(
        f"该文件已于 {error.day} 撤回：{error.reason.get('zh', '')}",
        f"This file was withdrawn on {error.day}: {error.reason.get('en', '')}",
    )
    extra = {"reason": dict(error.reason), "withdrawn_on": error.day}
    return _problem(HTTPStatus.GONE, said, {"Cache-Control": POINTER}, extra)


def being_replaced() -> Response:
    """503: what lies there is not what its manifest says."""
    said = Message(
        "该版本的文件正在更换，请稍后再取。如持续出现，请告知发布机构。",
        "The files of this version are being replaced; ask again in a moment. If this goes on, "
        "please tell the publisher.",
    )
    headers = {"Cache-Control": NEVER, "Retry-After": str(RETRY_SECONDS)}
    return _problem(HTTPStatus.SERVICE_UNAVAILABLE, said, headers, {})


def _problem(
    status: HTTPStatus, said: Message, headers: Mapping[str, str], extra: Mapping[str, object]
) -> Response:
    document = {
        "status": int(status),
        "title": status.phrase,
        "detail": said.zh,
        "detail_en": said.en,
        **extra,
    }
    return Response(
        json.dumps(document, ensure_ascii=False, indent=2) + "\n",
        status_code=int(status),
        headers={**headers, **CROSS_ORIGIN},
        media_type="application/problem+json; charset=utf-8",
    )
