"""``/assets/…``: the style sheet and pictures of the pages, named by their content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from publishing.portal.portal import Portal

FOLDER = Path(__file__).with_name("assets")
MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"


@cache
def assets() -> dict[str, bytes]:
    """All assets under the names they are served by: ``pages.1a2b3c4d5e6f.css``."""
    files = sorted(path for path in FOLDER.iterdir() if path.suffix in MEDIA_TYPES)
    contents = {path: path.read_bytes() for path in files}
    return {
        f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}": content
        for path, content in contents.items()
    }


@cache
def asset_name(name: str) -> str:
    """The address of an asset. Raises KeyError where there is none of that name."""
    wanted = Path(name)
    for served in assets():
        stem, _, rest = served.partition(".")
        if stem == wanted.stem and Path(rest).suffix == wanted.suffix:
            return f"/assets/{served}"
    raise KeyError(name)


def asset_routes(_portal: Portal) -> list[Route]:
    """``/assets/<name>``: kept by readers for good, since another content has another name."""

    def asset(request: Request) -> Response:
        name = str(request.path_params["name"])
        content = assets().get(name)
        if content is None:
            raise HTTPException(404)
        return Response(
            content,
            headers={"Cache-Control": FOREVER},
            media_type=MEDIA_TYPES[Path(name).suffix],
        )

    return [Route("/assets/{name}", asset)]
