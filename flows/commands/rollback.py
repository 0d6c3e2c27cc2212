"""``gongkai rollback``: a new version with the content of an old one, and a hold."""

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
from schemas.message import GongkaiError, Message, WrongUseError


@command
def rollback(
    output: Output,
    dataset: Annotated[str, typer.Argument(help="数据集 / dataset")],
    version: Annotated[
        int | None, typer.Argument(help="回到哪一版，不写则上一版 / version to go back to")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="理由 / why")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="解除暂停 / lift the hold")] = False,
    site: SiteOption = HERE,
) -> None:
    """回到旧版内容并暂停发布 / go back to an old version's content and hold the dataset."""
    from flows.commands.deliver import deliver_after
    from flows.dataset_lock import dataset_lock
    from flows.opened_site import open_site
    from flows.release_run import current_fingerprint
    from publishing.rollback import roll_back

    with open_site(site) as opened:
        dataset_id = known_dataset(opened.definitions.datasets, dataset)
        if lift:
            lifted = opened.warehouse.holds.lift(dataset_id)
            output.say(
                Message("已解除暂停。", "The hold is lifted.")
                if lifted
                else Message("没有暂停。", "There is no hold.")
            )
            if output.as_json:
                output.document({"dataset": dataset_id, "lifted": lifted})
            return
        if not reason:
            raise WrongUseError(
                Message("回退必须写明理由。", "A rollback needs a reason."),
                advice=Message('请加 --reason "…"。', 'Add --reason "…".'),
            )
        with dataset_lock(opened.folder / opened.site.archive, dataset_id):
            target = version or _version_before(opened.reader(dataset_id).versions(), dataset_id)
            outcome = roll_back(
                opened.release_site,
                dataset_id,
                target,
                reason=reason,
                fingerprint=current_fingerprint(
                    opened, opened.definitions.datasets[dataset_id].model
                ),
            )
        output.say(
            Message(
                f"{dataset_id} 第 {outcome.version} 版的内容与第 {target} 版相同；"
                "在输入变化或 gongkai rollback --lift 之前不再发布新版。",
                f"{dataset_id} version {outcome.version} has the content of version {target}; "
                "nothing new is released until its inputs change or gongkai rollback --lift.",
            )
        )
        deliver_after(output, opened)
    if output.as_json:
        output.document({"dataset": dataset_id, "version": outcome.version, "content_of": target})


def _version_before(versions: list[int], dataset_id: str) -> int:
    if len(versions) < 2:
        raise GongkaiError(
            Message(
                f"{dataset_id} 没有更早的版本。", f"{dataset_id} has no version to go back to."
            ),
            advice=Message("请用 gongkai status 查看。", "See gongkai status."),
        )
    return versions[-2]
