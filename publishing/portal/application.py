"""The portal as one ASGI application, put together of its parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from publishing.portal.published import Published


@dataclass(frozen=True, slots=True)
class Portal:
    """What the parts of the portal work on."""

    published: Published


def health(portal: Portal) -> Sequence[BaseRoute]:
    """``/health``: for a supervisor or a load balancer."""

    def answer(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "datasets": len(portal.published.dataset_ids())})

    return [Route("/health", answer)]


PARTS: tuple[Callable[[Portal], Sequence[BaseRoute]], ...] = (health,)
"""In order: the first route that fits answers."""


def portal_application(portal: Portal) -> Starlette:
    """The application over a site's public folder."""
    return Starlette(routes=[route for part in PARTS for route in part(portal)])
