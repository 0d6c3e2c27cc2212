"""``gongkai serve``: scheduler, worker, run pages and the portal, watched by one process."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.shared import (
    HERE,
    Output,
    SiteOption,
    command,
)

if TYPE_CHECKING:
    from flows.serving import Serving


@command
def serve(
    output: Output,
    port: Annotated[
        int,
        typer.Option("--port", min=1, max=65535, help="运行页面的端口 / port of the run page"),
    ] = 4200,
    portal_port: Annotated[
        int,
        typer.Option("--portal-port", min=1, max=65535, help="公开门户的端口 / port of the portal"),
    ] = 8000,
    no_portal: Annotated[
        bool, typer.Option("--no-portal", help="不启动公开门户 / without the portal")
    ] = False,
    site: SiteOption = HERE,
) -> None:
    """按各来源的时间表运行，并提供公开门户 / run every source by its schedule; serve the portal."""
    from flows.commands.run import refuse_wrong_definitions
    from flows.serving import serve_site
    from schemas.definitions import find_site, load_definitions

    definitions = load_definitions(find_site(site))
    refuse_wrong_definitions(definitions)

    def ready(serving: Serving) -> None:
        if output.as_json:
            output.document(
                {
                    "url": serving.run_page,
                    "portal": serving.portal,
                    "deployments": [asdict(one) for one in serving.planned],
                }
            )

    serve_site(
        definitions,
        port=port,
        portal_port=None if no_portal else portal_port,
        tell=output.say,
        ready=ready,
    )
