"""``gongkai portal``: the public portal by itself."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.shared import (
    HERE,
    Output,
    SiteOption,
    command,
)
from schemas.message import Message


@command
def portal(
    output: Output,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口 / port")] = 8000,
    host: Annotated[str, typer.Option("--host", help="监听地址 / address")] = "127.0.0.1",
    site: SiteOption = HERE,
) -> None:
    """启动公开门户（页面、文件、接口）/ serve the public portal: pages, files, API."""
    from publishing.portal.application import Portal
    from publishing.portal.published import Published
    from publishing.portal.server import serve_portal
    from schemas.definitions import find_site, load_definitions

    definitions = load_definitions(find_site(site))
    published = Published(definitions.site, definitions.folder / definitions.site.public)
    output.say(
        Message(
            f"门户：http://{host}:{port}/（按 Ctrl+C 停止）",
            f"Portal: http://{host}:{port}/ (Ctrl+C to stop)",
        )
    )
    serve_portal(Portal(published), host=host, port=port)
