"""``gongkai backfill``: run a source for each day of a span, one release at the end."""

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
from schemas.message import DefinitionError, Message


@command
def backfill(
    output: Output,
    name: Annotated[str, typer.Argument(help="来源 / source")],
    first: Annotated[
        dt.datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="第一天 / first day")
    ],
    last: Annotated[
        dt.datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="最后一天 / last day")
    ],
    again: Annotated[
        bool, typer.Option("--again", help="已完成的日子也重做 / days done already, too")
    ] = False,
    site: SiteOption = HERE,
) -> None:
    """补采一段日期，可中断后继续 / fetch a span of days; may be interrupted and resumed."""
    from flows.opened_site import open_site
    from flows.replaying import backfill_source
    from flows.running import select_sources

    if last < first:
        raise DefinitionError(
            Message("--to 早于 --from。", "--to is before --from."),
            advice=Message("请对调两个日期。", "Exchange the two dates."),
        )
    progress = ProgressBar(output)
    with open_site(site) as opened:
        refuse_wrong_definitions(opened.definitions)
        outcomes = [
            outcome
            for source in select_sources(opened, [name], with_derived=False)
            for outcome in backfill_source(
                opened,
                source,
                first.date(),
                last.date(),
                again=again,
                tell=progress.before(partial(tell_outcome, output)),
                progress=progress,
            )
        ]
        deliver_after(output, opened)
    if output.as_json:
        output.document([outcome.as_json(output.language) for outcome in outcomes])
    if not outcomes:
        output.say(
            Message(
                "这些日子都已完成；要重做请加 --again。",
                "All of these days are done; add --again to do them anew.",
            )
        )
    leave(exit_code(outcomes))
