"""What a reader is told when something is not there or fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publishing.portal.pages.gone import GoneError
from publishing.portal.pages.rendering import page_path, render
from publishing.portal.pages.texts import catalogue

PROGRAMS = ("/api/v1/", "/api/3/", "/health")


def error_response(request: Request, error: Exception) -> Response:
    """A page for people; JSON for programs and below ``/api/``. Both say what to do."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    kind = str(status) if f"errors.title_{status}" in catalogue() else _general(status)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    reason, on = _reason(error)
    if page_path(request).startswith(PROGRAMS) or not _wants_page(request):
        texts = catalogue()
        what, advice = texts[f"errors.title_{kind}"], texts[f"errors.advice_{kind}"]
        told = {
            "status": status,
            "message_zh": what.zh,
            "message_en": what.en,
            "advice_zh": advice.zh,
            "advice_en": advice.en,
        }
        if reason:
            told |= {"reason_zh": reason["zh"], "reason_en": reason["en"], "withdrawn_on": on}
        return JSONResponse({"error": told}, status, headers)
    made = render(request, "error.html", status=status, kind=kind, reason=reason, on=on)
    for name, value in headers.items():
        made.headers[name] = value
    return made


def _reason(error: Exception) -> tuple[Mapping[str, str] | None, str]:
    """Why and when something was taken back. The details of other errors only repeat the
    status."""
    if isinstance(error, GoneError):
        return error.reason, error.on
    if isinstance(error, HTTPException) and error.status_code == 410:
        return {"zh": str(error.detail), "en": str(error.detail)}, ""
    return None, ""


def _general(status: int) -> str:
    return "500" if status >= 500 else "400"


def _wants_page(request: Request) -> bool:
    accepted = request.headers.get("accept", "*/*")
    return "text/html" in accepted or "*/*" in accepted


HANDLERS: dict[Any, Any] = {HTTPException: error_response, 500: error_response}
"""For the application: 404, 405, 410 … and whatever was not foreseen."""
