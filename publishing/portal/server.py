"""Serving the portal by itself."""

from __future__ import annotations

import uvicorn

from publishing.portal.application import Portal, portal_application


def serve_portal(portal: Portal, *, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    application = portal_application(portal)
    uvicorn.run(application, host=host, port=port, log_level="warning", server_header=False)
