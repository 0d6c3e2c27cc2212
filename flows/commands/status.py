"""``gongkai status``: what every source and dataset stands at."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from flows.commands.run import STATE_WORDS
from flows.commands.shared import (
    HERE,
    Output,
    SiteOption,
    command,
)
from schemas.message import Message

if TYPE_CHECKING:  # the database's library takes a while to load; other commands need none
    from flows.opened_site import OpenedSite


@command
def status(
    output: Output,
    site: SiteOption = HERE,
) -> None:
    """查看各来源的状态 / what every source stands at."""
    from flows.delivery_states import target_states
    from flows.opened_site import open_site
    from flows.withdrawal.overdue import withdrawal_states

    with open_site(site) as opened:
        rows = source_states(opened)
        targets = target_states(opened)
        withdrawals = withdrawal_states(opened)
        holds = [
            {"dataset": hold.dataset, "reason": hold.reason, "since": hold.since.isoformat()}
            for hold in opened.warehouse.holds.all()
        ]
    if output.as_json:
        output.document(
            {"sources": rows, "holds": holds, "targets": targets, "withdrawals": withdrawals}
        )
        return
    output.table(
        output.text(
            "数据集,来源,上次运行,状态,版本,已公开行数,隔离,说明",
            "dataset,source,last run,state,version,rows,held,message",
        ).split(","),
        [_row(output, item) for item in rows],
    )
    for hold in holds:
        output.say(
            Message(
                f"数据集 {hold['dataset']} 自 {hold['since'][:16]} 起暂停发布：{hold['reason']}",
                f"Dataset {hold['dataset']} is held since {hold['since'][:16]}: {hold['reason']}",
            )
        )
    for one in withdrawals:
        if one["is_recent"] or not (one["completed_at"] or one["lifted_at"]):
            _tell_withdrawal(output, one)
    if targets:
        _tell_targets(output, targets)


def _tell_withdrawal(output: Output, one: dict[str, Any]) -> None:
    """One line per withdrawal: what, when, how long it took, what is left to do."""
    what_zh = f"第 {one['version']} 版" if one["version"] else f"行 {one['row_id']}"
    what_en = f"version {one['version']}" if one["version"] else f"row {one['row_id']}"
    told_zh = f"撤回 {one['withdrawal']}：{one['dataset']} {what_zh}，{one['requested_at'][:10]}"
    told_en = (
        f"Withdrawal {one['withdrawal']}: {one['dataset']} {what_en}, {one['requested_at'][:10]}"
    )
    if one["working_days"] is not None:
        told_zh += f"，原决定撤销后 {one['working_days']} 个工作日"
        told_en += f", {one['working_days']} working days after the decision was revoked"
    if one["is_late"]:
        told_zh += "（超过法定三个工作日，行政处罚法第四十八条）"
        told_en += " (more than the three that the law allows, APL art. 48)"
    if one["lifted_at"]:
        told_zh, told_en = told_zh + "；已取消", told_en + "; lifted"
    elif not one["redacted_at"]:
        told_zh += "；公开文件尚未全部改写，请运行 gongkai run"
        told_en += "; public files are not all rewritten: run gongkai run"
    elif not one["completed_at"]:
        told_zh += "；派生数据集尚未跟上，请重新运行 gongkai withdraw"
        told_en += "; derived datasets have not followed: run gongkai withdraw again"
    output.say(Message(f"{told_zh}。", f"{told_en}."))


def _tell_targets(output: Output, targets: list[dict[str, Any]]) -> None:
    output.table(
        output.text(
            "目标,类型,已送达,等待,失败,上次送达,说明",
            "target,kind,delivered,waiting,failed,last delivery,message",
        ).split(","),
        [
            [
                one["target"],
                one["kind"],
                str(one["done"]),
                str(one["pending"]),
                str(one["failed"]),
                (one["last_success_at"] or "")[:16].replace("T", " "),
                output.text(one["message_zh"], one["message_en"]),
            ]
            for one in targets
        ],
    )


def source_states(opened: OpenedSite) -> list[dict[str, Any]]:
    """One object per source: its last run, and how old its accepted rows are."""
    rows = []
    now = dt.datetime.now(dt.UTC)
    for source in (one.model for one in opened.definitions.sources.values()):
        last = opened.warehouse.runs.last_finished(source.dataset_id, source.id)
        accepted = opened.warehouse.batches.latest(source.dataset_id, source.id)
        rows.append(
            {
                "dataset": source.dataset_id,
                "source": source.id,
                "state": last.state.value if last and last.state else None,
                "last_run": last.started_at.isoformat() if last else None,
                "version": opened.reader(source.dataset_id).current(),
                "rows_accepted": accepted.state.rows if accepted else 0,
                "accepted_at": accepted.accepted_at.isoformat() if accepted else None,
                "accepted_days_ago": (now - accepted.accepted_at).days if accepted else None,
                "rows_quarantined": last.counts.get("rows_quarantined", 0) if last else 0,
                "message_zh": last.message.zh if last else "",
                "message_en": last.message.en if last else "",
                "schedule": source.schedule.cron if source.schedule else None,
            }
        )
    return rows


def _row(output: Output, item: dict[str, Any]) -> list[str]:
    words = {state.value: word for state, word in STATE_WORDS.items()}
    state = item["state"] or ""
    never = output.text("从未运行", "never ran")
    return [
        item["dataset"],
        item["source"],
        (item["last_run"] or never)[:16].replace("T", " "),
        output.text(words.get(state, "—"), state or "-"),
        str(item["version"] or ""),
        str(item["rows_accepted"]),
        str(item["rows_quarantined"]),
        output.text(item["message_zh"], item["message_en"]),
    ]
