"""``gongkai try``: look at what one source gives, without writing anything."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.shared import (
    HERE,
    ExitCode,
    Output,
    SiteOption,
    command,
    leave,
)
from schemas.message import Message

if TYPE_CHECKING:
    from flows.trial import Trial


@command
def try_source(
    output: Output,
    name: Annotated[str, typer.Argument(help="来源 / source")],
    file: Annotated[
        Path | None, typer.Option("--file", help="用这个文件代替采集 / this file, no network")
    ] = None,
    date: Annotated[
        dt.datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="逻辑日期 / the day to run for"),
    ] = None,
    site: SiteOption = HERE,
) -> None:
    """试读一个来源，不写入任何东西 / try one source; writes nothing."""
    from flows.commands.run import refuse_wrong_definitions
    from flows.opened_site import open_for_trial
    from flows.running import select_sources
    from flows.trial import try_source as run_trial

    with open_for_trial(site) as opened:
        refuse_wrong_definitions(opened.definitions)
        source = select_sources(opened, [name], with_derived=False)[0]
        trial = run_trial(
            opened,
            source,
            file=file,
            logical_date=date.date() if date else opened.today(),
        )
    if output.as_json:
        output.document(trial_as_json(trial))
    else:
        show_trial(output, trial)
    leave(ExitCode.ATTENTION if trial.is_held else ExitCode.SUCCESS)


def trial_as_json(trial: Trial) -> dict[str, object]:
    """The keys of ``gongkai try --json``."""
    from flows.commands.findings import JSON_KEYS

    return {
        "rows_read": trial.rows_read,
        "rows_good": trial.rows_good,
        "rows_quarantined": trial.rows_quarantined,
        "rows_excluded": trial.rows_excluded,
        "excluded_reasons": trial.excluded_reasons,
        "masked_names": trial.masked_names,
        "held": trial.is_held,
        "rows": trial.rows.to_dicts(),
        "unconsumed_columns": unconsumed(trial),
        "findings": [
            {key: item[name] for key, name in JSON_KEYS.items()}
            for item in trial.findings.to_dicts()
        ],
    }


def unconsumed(trial: Trial) -> list[str]:
    """Columns of the file that the layout neither maps nor ignores."""
    import polars as pl

    told = trial.findings.filter(pl.col("rule") == "LAY-01")
    return told.get_column("column").unique(maintain_order=True).to_list()


def show_trial(output: Output, trial: Trial) -> None:
    """Counts, first rows, columns nobody uses and findings, for people."""
    from flows.commands.findings import show_cases

    output.say(
        Message(
            f"读入 {trial.rows_read} 行，可用 {trial.rows_good}，隔离 {trial.rows_quarantined}，"
            f"排除 {trial.rows_excluded}；掩码姓名 {sum(trial.masked_names.values())}。",
            f"Read {trial.rows_read} rows: {trial.rows_good} good, {trial.rows_quarantined} "
            f"quarantined, {trial.rows_excluded} excluded; "
            f"{sum(trial.masked_names.values())} names masked.",
        )
    )
    for reason, count in trial.excluded_reasons.items():
        output.say(Message(f"  排除 {count} 行：{reason}", f"  excluded {count}: {reason}"))
    columns = [output.text("字段", "field")]
    columns += [output.text(f"第 {n + 1} 行", f"row {n + 1}") for n in range(trial.rows.height)]
    output.table(
        columns,
        [
            [name, *("" if value is None else str(value) for value in trial.rows.get_column(name))]
            for name in trial.rows.columns
        ],
    )
    left = unconsumed(trial)
    if left:
        output.say(
            Message(
                f"没有用到的列：{'、'.join(left)}", f"Columns that nothing uses: {', '.join(left)}"
            )
        )
    show_cases(output, trial.findings.to_dicts())
    if trial.is_held:
        output.say(
            Message("按此运行，整批会暂停。", "Run like this, the whole batch would be held.")
        )
