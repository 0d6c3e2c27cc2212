"""``gongkai replay``: run sources again from the archived snapshots of their last fetch."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated

import typer

from flows.commands.deliver import deliver_after
from flows.commands.progress import ProgressBar
from flows.commands.run import exit_code, refuse_wrong_definitions, tell_outcome
from flows.commands.shared import (
    HERE,
    Output,
    SiteOption,
    command,
    leave,
)


@command
def replay(
    output: Output,
    names: Annotated[
        list[str] | None, typer.Argument(help="来源或数据集 / sources or datasets")
    ] = None,
    run: Annotated[
        str | None, typer.Option("--run", help="用哪次运行的快照 / snapshots of this run")
    ] = None,
    date: Annotated[
        dt.datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="逻辑日期 / the day to run for"),
    ] = None,
    site: SiteOption = HERE,
) -> None:
    """用归档的原始快照重做，不联网 / work again from archived snapshots, without the network."""
    from flows.opened_site import open_site
    from flows.replaying import replay_sources
    from flows.running import select_sources

    progress = ProgressBar(output)
    with open_site(site) as opened:
        refuse_wrong_definitions(opened.definitions)
        sources = select_sources(opened, names or ())
        outcomes = replay_sources(
            opened,
            sources,
            run=run,
            logical_date=date.date() if date else None,
            tell=progress.before(partial(tell_outcome, output)),
            progress=progress,
        )
        deliver_after(output, opened)
    if output.as_json:
        output.document([outcome.as_json(output.language) for outcome in outcomes])
    leave(exit_code(outcomes))
