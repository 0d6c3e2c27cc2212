"""``gongkai serve``: scheduler, worker and run pages in one process group."""

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
    from flows.deployments import PlannedDeployment


@command
def serve(
    output: Output,
    port: Annotated[
        int,
        typer.Option("--port", min=1, max=65535, help="运行页面的端口 / port of the run page"),
    ] = 4200,
    site: SiteOption = HERE,
) -> None:
    """按各来源的时间表运行 / run every source by its schedule."""
    from flows.commands.run import refuse_wrong_definitions
    from flows.serving import serve_site
    from schemas.definitions import find_site, load_definitions

    definitions = load_definitions(find_site(site))
    refuse_wrong_definitions(definitions)

    def ready(url: str, planned: list[PlannedDeployment]) -> None:
        if output.as_json:
            output.document({"url": url, "deployments": [asdict(one) for one in planned]})

    serve_site(definitions, port=port, tell=output.say, ready=ready)
