"""Cross-origin use (CORS): every page in the world may read what is public, and do nothing else."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = "GET, HEAD, OPTIONS"
READ_HEADERS = (
    "Accept, Accept-Language, If-Match, If-Modified-Since, If-None-Match, If-Range, Range"
)
EXPOSED_HEADERS = (
    "Accept-Ranges, Content-Disposition, Content-Range, ETag, Last-Modified, Link, Retry-After, "
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Total-Count"
)
PREFLIGHT_SECONDS = "86400"


class CrossOrigin:
    """Lets any origin GET and HEAD what lies behind it, and answers OPTIONS.

    No credentials and no other method are ever allowed across origins: the browser refuses them,
    since the answer to its preflight names only GET, HEAD and OPTIONS.
    """

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer OPTIONS; add the header to answers of GET and HEAD."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            await self._application(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await _options(scope)(scope, receive, send)
            return

        async def send_open(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Access-Control-Allow-Origin"] = "*"
                headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
            await send(message)

        await self._application(scope, receive, send_open)


def _options(scope: Scope) -> Response:
    headers = {"Allow": METHODS, "Access-Control-Allow-Origin": "*"}
    if "access-control-request-method" in Headers(scope=scope):
        headers |= {
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": READ_HEADERS,
            "Access-Control-Max-Age": PREFLIGHT_SECONDS,
        }
    return Response(status_code=204, headers=headers)
