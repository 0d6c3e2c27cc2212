"""``gongkai diff``: what one version changed against another."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.known_dataset import known_dataset
from flows.commands.shared import (
    HERE,
    Output,
    SiteOption,
    command,
)
from schemas.message import GongkaiError, Message


@command
def diff(
    output: Output,
    dataset: Annotated[str, typer.Argument(help="数据集 / dataset")],
    old: Annotated[int | None, typer.Argument(help="旧版 / old version")] = None,
    new: Annotated[int | None, typer.Argument(help="新版 / new version")] = None,
    limit: Annotated[int, typer.Option("--limit", help="最多列出多少行 / rows shown")] = 20,
    site: SiteOption = HERE,
) -> None:
    """比较两个版本 / compare two versions."""
    from flows.opened_site import open_site
    from flows.version_diff import version_diff

    with open_site(site) as opened:
        dataset_id = known_dataset(opened.definitions.datasets, dataset)
        versions = opened.reader(dataset_id).versions()
        if not versions:
            raise GongkaiError(
                Message(f"{dataset_id} 还没有发布过。", f"{dataset_id} was never released."),
                advice=Message("请先运行 gongkai run。", "Run gongkai run first."),
            )
        new = new or versions[-1]
        old = old or max((one for one in versions if one < new), default=0)
        found = version_diff(opened, dataset_id, old, new)
    if output.as_json:
        output.document(found)
        return
    output.say(
        Message(
            f"{dataset_id} 第 {old} 版 → 第 {new} 版：新增 {found['rows_added']}，"
            f"修改 {found['rows_changed']}，删除 {found['rows_removed']}，"
            f"未变 {found['rows_unchanged']}。",
            f"{dataset_id} version {old} → {new}: {found['rows_added']} added, "
            f"{found['rows_changed']} changed, {found['rows_removed']} removed, "
            f"{found['rows_unchanged']} unchanged.",
        )
    )
    rows = [
        [change["operation"], change["key"], change["field"], change["old"], change["new"]]
        for change in found["changes"][:limit]
    ]
    if rows:
        output.table(
            output.text("操作,主键,字段,旧值,新值", "operation,key,field,old,new").split(","),
            rows,
        )
    rest = len(found["changes"]) - len(rows)
    if rest > 0:
        output.say(
            Message(
                f"另有 {rest} 处，请用 --limit 或 --json。",
                f"{rest} more: use --limit or --json.",
            )
        )
