"""``gongkai findings``: what the last run of each source found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.shared import (
    HERE,
    Output,
    SiteOption,
    command,
)
from schemas.finding import Severity
from schemas.message import Message, joined

if TYPE_CHECKING:  # the database's library takes a while to load; other commands need none
    from flows.opened_site import OpenedSite

JSON_KEYS = {
    "finding_id": "finding_id",
    "run": "run",
    "dataset": "dataset",
    "source": "source",
    "rule": "rule",
    "severity": "severity",
    "column": "column",
    "row_key": "row_key",
    "value": "value",
    "locator": "locator",
    "snapshot": "snapshot",
    "message_zh": "what_zh",
    "message_en": "what_en",
    "action_zh": "advice_zh",
    "action_en": "advice_en",
    "count": "count",
    "file": "file",
}
SEVERITY_WORDS = {"critical": "严重", "error": "错误", "warning": "提醒"}


@command
def findings(
    output: Output,
    names: Annotated[
        list[str] | None, typer.Argument(help="来源或数据集 / sources or datasets")
    ] = None,
    run: Annotated[str | None, typer.Option("--run", help="某一次运行 / one run")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="某条规则 / one rule")] = None,
    severity: Annotated[
        Severity | None, typer.Option("--severity", help="级别 / how grave")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="逐条列出 / list each one")] = False,
    site: SiteOption = HERE,
) -> None:
    """查看问题 / show findings."""
    from flows.opened_site import open_site

    with open_site(site) as opened:
        found = [
            item
            for item in _findings(opened, names or [], run)
            if (rule is None or item["rule"] == rule)
            and (severity is None or item["severity"] == severity)
        ]
    if output.as_json:
        output.document([{key: item[name] for key, name in JSON_KEYS.items()} for item in found])
    elif not found:
        output.say(Message("没有问题。", "No findings."))
    elif every:
        _list_each(output, found)
    else:
        show_cases(output, found)


def _findings(opened: OpenedSite, names: list[str], run: str | None) -> list[dict[str, Any]]:
    from flows.reader_reports import report_findings
    from flows.run_records import RunRecords
    from flows.running import select_sources

    records = RunRecords(opened.runs_folder)
    found: list[dict[str, Any]] = []
    if run is not None:
        frame = records.findings(run)
        return frame.to_dicts() if frame is not None else []
    for source in select_sources(opened, names, with_derived=False):
        for last in opened.warehouse.runs.latest(
            dataset=source.dataset_id, source=source.id, limit=50
        ):
            frame = records.findings(last.id)
            if frame is not None:  # unchanged runs leave none: theirs are those of the run before
                found += frame.to_dicts()
                break
    return found + report_findings(opened, names)


def show_cases(output: Output, found: list[dict[str, Any]]) -> None:
    """Findings with one cause on one line, the gravest first."""
    cases: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for item in found:
        key = tuple(str(item[name]) for name in ("severity", "source", "rule", "column", "pattern"))
        cases.setdefault(key, []).append(item)
    order = ["critical", "error", "warning"]
    rows = []
    for key, items in sorted(cases.items(), key=lambda case: (order.index(case[0][0]), case[0])):
        first = items[0]
        rows.append(
            [
                output.text(SEVERITY_WORDS[key[0]], key[0]),
                key[1],
                key[2],
                str(sum(item["count"] for item in items)),
                place(first),
                told(output, first),
            ]
        )
    output.table(
        output.text(
            "级别,来源,规则,数量,例,说明与建议",
            "severity,source,rule,count,first place,what and what to do",
        ).split(","),
        rows,
    )


def _list_each(output: Output, found: list[dict[str, Any]]) -> None:
    output.table(
        output.text(
            "级别,来源,规则,位置,主键,值,说明与建议",
            "severity,source,rule,place,key,value,what and what to do",
        ).split(","),
        [
            [
                output.text(SEVERITY_WORDS[item["severity"]], item["severity"]),
                item["source"],
                item["rule"],
                place(item),
                item["row_key"],
                item["value"],
                told(output, item),
            ]
            for item in found
        ],
    )


def told(output: Output, item: dict[str, Any]) -> str:
    """What a finding says and advises, in the language of the output."""
    whole = joined(
        Message(item["what_zh"], item["what_en"]), Message(item["advice_zh"], item["advice_en"])
    )
    return whole.in_language(output.language)


def place(item: dict[str, Any]) -> str:
    """File and place of a finding, for people."""
    return " ".join(part for part in (item["file"], item["locator"]) if part)
