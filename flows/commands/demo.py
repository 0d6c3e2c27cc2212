"""``gongkai demo``: a complete county, its departments played by a local server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.shared import (
    Output,
    command,
)


@command
def demo(
    output: Output,
    folder: Annotated[Path, typer.Option("--dir", help="放在哪里 / where to lay it out")] = Path(
        "gongkai-demo"
    ),
    serve: Annotated[
        bool, typer.Option("--serve", help="运行后保持服务 / stay up afterwards")
    ] = False,
) -> None:
    """演示：虚构的清水县，从部门文件到公开数据 / a made-up county, from files to open data."""
    from flows.demonstration import demonstrate

    demonstrate(output, folder, stay=serve)
