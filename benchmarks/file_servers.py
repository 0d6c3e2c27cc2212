"""``python -m benchmarks.file_servers portal|bare FOLDER``: one of the servers that are compared.

``bare`` is what the web server and framework alone give: uvicorn and Starlette's ``FileResponse``.
Prints its port.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from publishing.portal.application import portal_application
from publishing.portal.portal import Portal
from publishing.portal.published import Published
from schemas.site import Site


def portal(folder: Path) -> ASGIApp:
    """The portal of the site in a folder."""
    publisher = {"name": {"zh": "测", "en": "measured"}}
    site = Site.model_validate({"format": 1, "id": "measured", "publisher": publisher})
    return portal_application(Portal(Published(site, folder)))


def bare(folder: Path) -> ASGIApp:
    """The files of the same folder by their paths."""

    async def file(request: Request) -> FileResponse:
        return FileResponse(folder / str(request.path_params["path"]))

    return Starlette(routes=[Route("/{path:path}", file)])


def main() -> None:
    """Serve until stopped."""
    kind, folder = sys.argv[1], Path(sys.argv[2])
    application = {"portal": portal, "bare": bare}[kind](folder)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        print(listener.getsockname()[1], flush=True)
        config = uvicorn.Config(application, log_level="warning")
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
