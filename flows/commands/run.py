"""``gongkai run``: take sources to accepted batches, and their datasets to releases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import typer

from flows.commands.shared import (
    HERE,
    DebugOption,
    ExitCode,
    JsonOption,
    LanguageOption,
    Output,
    SiteOption,
    leave,
    plain_errors,
)
from flows.outcome import RunOutcome
from schemas.definitions import Definitions
from schemas.message import DefinitionError, Message
from schemas.run import RunState

STATE_WORDS = {
    RunState.RELEASED: "已发布",
    RunState.NO_CHANGE: "无变化",
    RunState.HELD: "已暂停",
    RunState.PARTIAL: "不完整",
    RunState.FAILED: "失败",
    RunState.REFUSED: "被拒绝",
}


def run(
    names: Annotated[
        list[str] | None, typer.Argument(help="来源或数据集，不写则全部 / sources or datasets")
    ] = None,
    date: Annotated[
        dt.datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="逻辑日期 / the day to run for"),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="即使没有变化也重做 / even where nothing changed")
    ] = False,
    site: SiteOption = HERE,
    json: JsonOption = False,
    debug: DebugOption = False,
    language: LanguageOption = "zh-CN",
) -> None:
    """采集、检查并发布 / fetch, check and publish."""
    output = Output(json, language)
    with plain_errors(debug=debug, language=language):
        from flows.opened_site import open_site
        from flows.running import run_sources, select_sources
        from flows.source_run import RunOptions

        with open_site(site) as opened:
            refuse_wrong_definitions(opened.definitions)
            sources = select_sources(opened, names or ())
            options = RunOptions(
                logical_date=date.date() if date else opened.today(),
                force=force,
                progress=FetchProgress(output),
            )
            outcomes = run_sources(
                opened, sources, options, lambda outcome: tell_outcome(output, outcome)
            )
        if json:
            output.document([outcome.as_json(language) for outcome in outcomes])
        for outcome in outcomes:
            if debug and outcome.error is not None:
                raise outcome.error
        leave(exit_code(outcomes))


def refuse_wrong_definitions(definitions: Definitions) -> None:
    """Nothing runs while a definition file is wrong."""
    from flows.commands.check import all_problems

    problems = all_problems(definitions)
    if problems:
        first = problems[0]
        more = len(problems) - 1
        raise DefinitionError(
            Message(f"{first.what.zh}。", f"{first.what.en}."),
            where=first.where(),
            advice=Message(
                first.advice.zh + (f"另有 {more} 处问题，见 gongkai check。" if more else ""),
                first.advice.en + (f" {more} more problems: see gongkai check." if more else ""),
            ),
        )


def exit_code(outcomes: Sequence[RunOutcome]) -> ExitCode:
    """0 where every run was released or unchanged."""
    good = all(outcome.state is not None and outcome.state.is_good() for outcome in outcomes)
    return ExitCode.SUCCESS if good else ExitCode.ATTENTION


def tell_outcome(output: Output, outcome: RunOutcome) -> None:
    """One line per source, as soon as it has ended."""
    state = outcome.state or RunState.FAILED
    ledger, findings = outcome.ledger, outcome.findings
    zh = (
        f"[{STATE_WORDS[state]}] {outcome.source.id} → {outcome.source.dataset_id}"
        f"{f' 第 {outcome.version} 版' if outcome.version else ''}："
        f"读入 {ledger.rows_read}，新增 {ledger.rows_new}，修改 {ledger.rows_changed}，"
        f"未变 {ledger.rows_unchanged}，隔离 {ledger.rows_quarantined}，"
        f"重复 {ledger.rows_duplicate}，被替代 {ledger.rows_superseded}，"
        f"排除 {ledger.rows_excluded}；"
        f"问题：严重 {findings['critical']}、错误 {findings['error']}、提醒 {findings['warning']}。"
    )
    en = (
        f"[{state.value}] {outcome.source.id} → {outcome.source.dataset_id}"
        f"{f' version {outcome.version}' if outcome.version else ''}: "
        f"read {ledger.rows_read}, new {ledger.rows_new}, changed {ledger.rows_changed}, "
        f"unchanged {ledger.rows_unchanged}, quarantined {ledger.rows_quarantined}, "
        f"duplicate {ledger.rows_duplicate}, superseded {ledger.rows_superseded}, "
        f"excluded {ledger.rows_excluded}; findings: {findings['critical']} critical, "
        f"{findings['error']} errors, {findings['warning']} warnings."
    )
    output.say(Message(zh, en))
    if not state.is_good() or state is RunState.RELEASED:
        output.say(Message(f"    {outcome.message.zh}", f"    {outcome.message.en}"))


class FetchProgress:
    """A progress bar on the terminal while pages or files are fetched; silent elsewhere."""

    def __init__(self, output: Output) -> None:
        import sys

        self._shown = not output.as_json and sys.stderr.isatty()
        self._language = output.language

    def __call__(self, what: Message, done: int, total: int | None) -> None:
        """Show one step."""
        if self._shown:
            of = f"/{total}" if total else ""
            typer.echo(f"\r\033[K{what.in_language(self._language)} {done}{of}", err=True, nl=False)
