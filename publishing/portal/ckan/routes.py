"""Where the actions are called: by GET, or by POST with JSON or a form."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import anyio.to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from publishing.portal.ckan.actions import Actions
from publishing.portal.ckan.envelopes import (
    BASE,
    CkanError,
    failed,
    invalid,
    not_allowed,
    succeeded,
)
from publishing.portal.ckan.parameters import Parameters, json_value
from publishing.portal.cross_origin import CrossOrigin
from publishing.portal.published import Published
from publishing.portal.query_engine import query_buckets, query_engine, query_threads
from publishing.portal.rate_limits import Allowance, RateLimits
from publishing.queries.refusals import QueryRefusedError, QueryTooHeavyError, VersionChangedError
from publishing.version_index import DamagedReleaseError

MOST_BYTES = 100_000
"""Of the body of a request."""
_CHANGING = (
    "_create", "_update", "_patch", "_delete", "_purge", "_upsert", "_reorder", "_revise",
    "_upload", "_run", "_sql", "_reset",
)  # fmt: skip
_ABOUT_USERS = ("user_", "member_", "api_token_", "dashboard_", "follow", "am_following")
CACHING = "public, max-age=60"


class CkanApi:
    """The endpoints of the CKAN-compatible API."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._actions = Actions(published, query_engine(published))
        self._address = published.site.base_url.rstrip("/") + BASE

    async def action(self, request: Request) -> Response:
        """``/api/3/action/<name>``."""
        name = str(request.path_params["action"])
        help_address = f"{self._address}help_show?name={name}"
        found = self._actions.find(name)
        if found is None:
            if name.endswith(_CHANGING) or name.startswith(_ABOUT_USERS):
                return failed(help_address, not_allowed(name))
            return Response(
                json.dumps(f"Bad request - Action name not known: {name}"),
                400,
                media_type="application/json",
            )
        try:
            given = Parameters(await _parameters(request))
            result = await anyio.to_thread.run_sync(
                functools.partial(found, given), limiter=query_threads(self._published)
            )
        except CkanError as error:
            return failed(help_address, error)
        except QueryRefusedError as error:
            return failed(help_address, _refusal(error))
        except DamagedReleaseError as error:
            return failed(help_address, _unavailable(error.message().en))
        made = succeeded(help_address, result)
        if request.method != "POST":
            made.headers["Cache-Control"] = CACHING
        return made

    async def root(self, _request: Request) -> Response:
        """``/api/3``: which version of the API this is."""
        return JSONResponse({"version": 3})


async def _parameters(request: Request) -> dict[str, Any]:
    """The parameters of a call, from the URL and the body. Raises CkanError."""
    given: dict[str, Any] = dict(request.query_params)
    if request.method != "POST":
        return given
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise CkanError(413, {"__type": "Validation Error", "message": "The body is too long"})
    if not body.strip():
        return given
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise invalid("body", "Send JSON or application/x-www-form-urlencoded")
    try:
        text = body.decode()
        if text.lstrip().startswith("{"):
            named = json_value(text)
        else:
            named = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True))
    except (ValueError, RecursionError):
        error = {"__type": "Bad Request", "message": "JSON Error: Error decoding JSON data"}
        raise CkanError(400, error) from None
    if not isinstance(named, dict):
        raise invalid("body", "Request data must be in the form of a json encoded dictionary.")
    return given | named


def _refusal(error: QueryRefusedError) -> CkanError:
    sentence = f"{error.what.en} {error.advice.en} {error.what.zh}{error.advice.zh}"
    if isinstance(error, VersionChangedError):
        return _unavailable(sentence)
    if isinstance(error, QueryTooHeavyError):
        return CkanError(409, {"__type": "Search Error", "message": f"Search error: {sentence}"})
    return invalid(error.parameter, sentence)


def _unavailable(sentence: str) -> CkanError:
    return CkanError(503, {"__type": "Internal Server Error", "message": sentence})


async def _too_many(scope: Scope, receive: Receive, send: Send, allowance: Allowance) -> None:
    sentence = (
        f"Too many requests: there may be {allowance.limit} a minute. "
        f"Try again in {allowance.retry_after_s} seconds. 请求过多，请稍后重试。"
    )
    error = CkanError(429, {"__type": "Too Many Requests", "message": sentence})
    await failed(BASE, error)(scope, receive, send)


def ckan_routes(published: Published) -> Sequence[BaseRoute]:
    """The API, with its own limits. ``/api/action/`` is what ckanapi calls."""
    api = CkanApi(published)
    methods = ["GET", "HEAD", "POST"]
    application = Starlette(
        routes=[
            Route("/action/{action}", api.action, methods=methods),
            Route("/", api.root),
        ],
        middleware=[
            Middleware(CrossOrigin),
            Middleware(
                RateLimits,
                options=published.site.portal,
                refuse=_too_many,
                buckets=query_buckets(published),
            ),
        ],
    )
    return [
        Route("/api/3", api.root),
        Mount("/api/3", app=application),
        Mount("/api/action", app=_below(application)),
    ]


def _below(application: Starlette) -> Any:
    """The same application where the address leaves the version out."""

    async def moved(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            inside = str(scope["path"]).partition("/api/action")[2]
            root = str(scope.get("root_path", ""))
            scope = {**scope, "path": f"{root}/action{inside}", "raw_path": b""}
        await application(scope, receive, send)

    return moved
