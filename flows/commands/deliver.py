"""``gongkai deliver``: bring targets up to date and tell webhooks, now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.known_dataset import known_dataset
from flows.commands.shared import (
    HERE,
    ExitCode,
    Output,
    SiteOption,
    command,
    leave,
)
from schemas.message import Message

if TYPE_CHECKING:  # the database's library takes a while to load; other commands need none
    from flows.delivering import DeliveryOutcome
    from flows.opened_site import OpenedSite


_DONE_WORDS = {
    "added": "新增",
    "bytes": "字节",
    "changed": "修改",
    "copied": "复制",
    "created": "新建",
    "deleted": "删除",
    "dropped": "删表",
    "new_table": "新表",
    "resources": "资源",
    "rows": "共有行",
    "sent": "发送",
    "status": "状态码",
    "unchanged": "未变",
    "updated": "更新",
    "uploaded": "上传",
    "version": "版本",
}


@command
def deliver(
    output: Output,
    target: Annotated[
        str | None, typer.Option("--target", help="只送这个目标 / only this target")
    ] = None,
    dataset: Annotated[
        str | None, typer.Option("--dataset", help="只送这个数据集 / only this dataset")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="全部重新核对 / check everything anew")
    ] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="立即重试失败的 / try failed ones again now")
    ] = False,
    site: SiteOption = HERE,
) -> None:
    """把已发布的数据送达各目标 / bring targets what is published."""
    from flows.delivering import DeliveryOptions
    from flows.delivering import deliver as deliver_due
    from flows.delivery_states import target_states
    from flows.opened_site import open_site

    with open_site(site) as opened:
        options = DeliveryOptions(
            target=target,
            dataset=known_dataset(opened.definitions.datasets, dataset) if dataset else None,
            recheck=everything,
            retry=retry,
            look=True,
        )
        busy: list[str] = []
        outcomes = deliver_due(
            opened,
            options,
            lambda outcome: tell_delivery(output, outcome),
            tell_busy=busy.append,
        )
        states = target_states(opened)
    if output.as_json:
        output.document({"deliveries": [delivery_json(one) for one in outcomes], "targets": states})
    chosen = [one for one in states if target in (None, one["target"])]
    failed = [one for one in chosen if one["failed"]]
    if not states:
        output.say(
            Message(
                "站点没有配置目标（gongkai.yml 中的 targets）。",
                "The site has no targets (targets in gongkai.yml).",
            )
        )
    for name in busy:
        output.say(
            Message(
                f"目标 {name} 正由另一个进程送达。",
                f"Another process is serving the target {name}.",
            )
        )
    if states and not outcomes and not busy:
        output.say(nothing_due(failed))
    leave(ExitCode.ATTENTION if failed else ExitCode.SUCCESS)


def nothing_due(failed: Sequence[dict[str, Any]]) -> Message:
    """What is said where no attempt was made."""
    if not failed:
        return Message("各目标都是最新的。", "Every target is up to date.")
    when = min((str(one["next_attempt_at"] or "") for one in failed), default="")[:16]
    return Message(
        f"有失败的送达在等待重试（{when.replace('T', ' ')} UTC）；立即重试请加 --retry。",
        f"Failed deliveries wait for their next attempt ({when.replace('T', ' ')} UTC); add "
        "--retry to try now.",
    )


def deliver_after(output: Output, opened: OpenedSite) -> None:
    """Serve what a command has queued. A target that fails is told of; the command is not."""
    if not opened.site.targets:
        return
    from flows.attempt import WHATEVER_HAPPENS
    from flows.delivering import deliver as deliver_due
    from flows.failures import sentence_of

    try:
        deliver_due(opened, tell=lambda outcome: tell_delivery(output, outcome))
    except WHATEVER_HAPPENS as error:  # what the command did is done, and is still to be told
        output.say(sentence_of(error))


def tell_delivery(output: Output, outcome: DeliveryOutcome) -> None:
    """One line per attempt; what went wrong and when it is tried again below it."""
    what = outcome.dataset or output.text("目录", "catalogue")
    event = "" if outcome.event == "state" else f" {outcome.event.partition(':')[0]}"
    if outcome.succeeded:
        done = {key: value for key, value in outcome.done.items() if value}
        done_zh = "，".join(f"{_DONE_WORDS.get(key, key)} {value}" for key, value in done.items())
        done_en = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in done.items())
        output.say(
            Message(
                f"[已送达] {outcome.target} ← {what}{event}：{done_zh or '没有变化'}",
                f"[delivered] {outcome.target} <- {what}{event}: {done_en or 'nothing to change'}",
            )
        )
        return
    again = outcome.next_attempt_at
    when = f"{again:%Y-%m-%d %H:%M} UTC" if again else ""
    output.say(
        Message(
            f"[未送达] {outcome.target} ← {what}{event}：{outcome.error.zh}"
            + (f"下次重试：{when}。" if again else "不再自动重试：gongkai deliver --retry。"),
            f"[not delivered] {outcome.target} <- {what}{event}: {outcome.error.en} "
            + (f"Next attempt: {when}." if again else "Given up: gongkai deliver --retry."),
        )
    )


def delivery_json(outcome: DeliveryOutcome) -> dict[str, Any]:
    """An attempt as JSON."""
    return {
        "target": outcome.target,
        "dataset": outcome.dataset,
        "event": outcome.event,
        "succeeded": outcome.succeeded,
        "done": dict(outcome.done),
        "message_zh": outcome.error.zh,
        "message_en": outcome.error.en,
        "next_attempt_at": (
            outcome.next_attempt_at.isoformat() if outcome.next_attempt_at else None
        ),
    }
