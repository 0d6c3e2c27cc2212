"""``gongkai run``: take sources to accepted batches, and their datasets to releases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer

from flows.commands.deliver import deliver_after
from flows.commands.progress import ProgressBar
from flows.commands.shared import (
    HERE,
    ExitCode,
    Output,
    SiteOption,
    command,
    leave,
)
from flows.outcome import RunOutcome
from schemas.definitions import Definitions
from schemas.message import DefinitionError, Message
from schemas.run import WITHDRAWN, RunState

STATE_WORDS = {
    RunState.RELEASED: "已发布",
    RunState.NO_CHANGE: "无变化",
    RunState.HELD: "已暂停",
    RunState.PARTIAL: "不完整",
    RunState.FAILED: "失败",
    RunState.REFUSED: "被拒绝",
}


@command
def run(
    output: Output,
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
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", help="放行一个发布关口，如 REL-02 / accept a gate for this run"),
    ] = None,
    great_expectations: Annotated[
        bool,
        typer.Option(
            "--great-expectations",
            help="再用 Great Expectations 判断一遍 / judge a second time with Great Expectations",
        ),
    ] = False,
    site: SiteOption = HERE,
) -> None:
    """采集、检查并发布 / fetch, check and publish."""
    from flows.opened_site import open_site
    from flows.running import run_sources, select_sources
    from flows.source_run import RunOptions

    with open_site(site) as opened:
        refuse_wrong_definitions(opened.definitions)
        sources = select_sources(opened, names or ())
        progress = ProgressBar(output)
        tell = progress.before(partial(tell_outcome, output))
        options = RunOptions(
            logical_date=date.date() if date else opened.today(),
            force=force,
            waived=frozenset(accept or ()),
            with_great_expectations=great_expectations,
            progress=progress,
        )
        outcomes = run_sources(opened, sources, options, tell)
        deliver_after(output, opened)
    if output.as_json:
        output.document([outcome.as_json(output.language) for outcome in outcomes])
    for outcome in outcomes:
        if output.debug and outcome.error is not None:
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
    """One line per source, as soon as it has ended; counts that are zero are left out."""
    state = outcome.state or RunState.FAILED
    version_zh = f" 第 {outcome.version} 版" if outcome.version else ""
    version_en = f" version {outcome.version}" if outcome.version else ""
    output.say(
        Message(
            f"[{STATE_WORDS[state]}] {outcome.source.id} → {outcome.source.dataset_id}"
            f"{version_zh}：{_counted(outcome, 0)}",
            f"[{state.value}] {outcome.source.id} → {outcome.source.dataset_id}{version_en}: "
            f"{_counted(outcome, 1)}",
        )
    )
    if not state.is_good():
        output.say(Message(f"    {outcome.message.zh}", f"    {outcome.message.en}"))


_COUNTED = (
    ("rows_new", "新增", "new"),
    ("rows_changed", "修改", "changed"),
    ("rows_unchanged", "未变", "unchanged"),
    ("rows_quarantined", "隔离", "quarantined"),
    ("rows_dropped", "删去", "dropped"),
    ("rows_duplicate", "重复", "duplicate"),
    ("rows_superseded", "被替代", "superseded"),
    ("rows_excluded", "排除", "excluded"),
    ("rows_withdrawn", "已撤回", "withdrawn"),
)
_GRADED = (
    ("critical", "严重", "critical"),
    ("error", "错误", "errors"),
    ("warning", "提醒", "warnings"),
)


def _counted(outcome: RunOutcome, language: int) -> str:
    """The ledger and the findings in words; ``language`` 0 is Chinese, 1 English."""
    withdrawn = outcome.ledger.excluded_reasons.get(WITHDRAWN, 0)
    counts = {name: getattr(outcome.ledger, name) for name, *_words in _COUNTED[:-1]}
    counts["rows_excluded"] -= withdrawn
    counts["rows_withdrawn"] = withdrawn
    rows = [
        f"{words[language]} {count}" if language == 0 else f"{count} {words[language]}"
        for name, *words in _COUNTED
        if (count := counts[name])
    ]
    found = [
        f"{words[language]} {count}" if language == 0 else f"{count} {words[language]}"
        for name, *words in _GRADED
        if (count := outcome.findings[name])
    ]
    read = outcome.ledger.rows_read
    if language == 0:
        told = f"读入 {read} 行" + (f"（{'，'.join(rows)}）" if rows else "")
        return told + (f"；问题：{'、'.join(found)}" if found else "")
    told = f"{read} rows read" + (f" ({', '.join(rows)})" if rows else "")
    return told + (f"; findings: {', '.join(found)}" if found else "")
