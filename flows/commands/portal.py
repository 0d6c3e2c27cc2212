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
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="端口 / port to listen on")
    ] = 8000,
    host: Annotated[
        str, typer.Option("--host", help="监听的地址 / address to listen on")
    ] = "127.0.0.1",
    site: SiteOption = HERE,
) -> None:
    """启动公开门户（页面、文件、接口）/ serve the public portal: pages, files, API."""
    from flows.portal_services import portal_of
    from publishing.portal.server import serve_portal
    from schemas.definitions import find_site, load_definitions

    services = portal_of(load_definitions(find_site(site)))
    url = f"http://{host}:{port}/"

    def ready() -> None:
        datasets = len(services.published.dataset_ids())
        output.say(
            Message(
                f"门户：{url}，共 {datasets} 个数据集。按 Ctrl-C 停止。",
                f"Portal: {url}, {datasets} datasets. Stop with Ctrl-C.",
            )
        )
        if not datasets:
            output.say(
                Message(
                    "还没有发布任何数据：请运行 gongkai run，门户会自动显示。",
                    "Nothing has been released yet: run gongkai run, and the portal shows it.",
                )
            )
        if output.as_json:
            output.document({"url": url, "datasets": datasets})

    serve_portal(services, host=host, port=port, ready=ready)
    output.say(Message("已停止。", "Stopped."))
