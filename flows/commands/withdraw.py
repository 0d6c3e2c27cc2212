"""``gongkai withdraw``: take a row or a version out of everything that is published."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.deliver import deliver_after
from flows.commands.known_dataset import known_dataset
from flows.commands.run import tell_outcome
from flows.commands.shared import (
    HERE,
    ExitCode,
    Output,
    SiteOption,
    command,
    leave,
)
from schemas.message import GongkaiError, Message, WrongUseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.opened_site import OpenedSite
    from flows.withdrawal.carrying_out import Carried
    from flows.withdrawal.planning import Plan
    from warehouse.withdrawals import Withdrawal


@command
def withdraw(
    output: Output,
    dataset: Annotated[str, typer.Argument(help="数据集 / dataset")],
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="ROW_OR_VERSION",
            help="行号，或 字段=值，或版本号 / row id, field=value …, or version",
        ),
    ],
    reason: Annotated[
        str, typer.Option("--reason", help="理由，将公开 / why; it is published")
    ] = "",
    reason_en: Annotated[
        str, typer.Option("--reason-en", help="英文理由 / the reason in English")
    ] = "",
    field: Annotated[
        list[str] | None,
        typer.Option("--field", help="只清空此字段，可重复 / empty only this field; repeatable"),
    ] = None,
    revoked_on: Annotated[
        dt.datetime | None,
        typer.Option(
            "--revoked-on",
            formats=["%Y-%m-%d"],
            help="原决定被撤销之日 / the day on which the decision was revoked",
        ),
    ] = None,
    lift: Annotated[
        bool, typer.Option("--lift", help="取消撤回，以后可再发布 / let the row come back")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只显示会改动什么 / show what would change")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 / do not ask")] = False,
    site: SiteOption = HERE,
) -> None:
    """从所有已公开的版本中撤回一行或一个版本 / take a row or version out of all that is public."""
    from flows.opened_site import open_site
    from publishing.repair import datasets_on_disk

    if not reason.strip() and not dry_run:
        raise WrongUseError(
            Message("撤回必须写明理由。", "A withdrawal needs a reason; it is published."),
            advice=Message('请加 --reason "…"。', 'Add --reason "…".'),
        )
    if output.as_json and not (dry_run or yes or lift):
        raise WrongUseError(
            Message("--json 不能询问。", "With --json nothing can be asked."),
            advice=Message("请加 --dry-run 或 --yes。", "Add --dry-run or --yes."),
        )
    told = Message(reason.strip(), reason_en.strip() or reason.strip())
    with open_site(site) as opened:
        known = dict.fromkeys(
            [*opened.definitions.datasets, *datasets_on_disk(opened.release_site)]
        )
        dataset_id = known_dataset(known, dataset)
        before = _withdrawn_before(opened, dataset_id, what)
        if lift:
            _lift(output, opened, before, told)
            return
        day = revoked_on.date() if revoked_on else None
        if before is not None and _is_kept_out(opened, before, field or []):
            _complete(output, opened, before)
            return
        asked = (dataset_id, what, field or [])
        _withdraw(output, opened, asked, told, day, dry_run=dry_run, yes=yes)


def _withdraw(
    output: Output,
    opened: OpenedSite,
    asked: tuple[str, Sequence[str], Sequence[str]],
    reason: Message,
    revoked_on: dt.date | None,
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    from flows.withdrawal.carrying_out import withdraw as carry_out
    from flows.withdrawal.planning import plan_withdrawal, refuse_telling_reason

    if revoked_on is not None and revoked_on > opened.today():
        raise WrongUseError(
            Message("--revoked-on 是将来的日期。", "--revoked-on is a day to come.")
        )
    plan = plan_withdrawal(opened, *asked)
    refuse_telling_reason(opened, plan, [reason.zh, reason.en])
    _tell_plan(output, plan)
    if dry_run:
        if output.as_json:
            output.document({**plan.to_json(), "withdrawal": None, "done": False})
        return
    if not (yes or _agreed(output)):
        output.say(Message("没有改动任何内容。", "Nothing was changed."))
        leave(ExitCode.ATTENTION)
    carried = carry_out(opened, *asked, reason=reason, revoked_on=revoked_on)
    _tell_end(output, opened, carried)
    deliver_after(output, opened)
    if output.as_json:
        output.document({**plan.to_json(), **_end_json(carried)})
    if not carried.is_done:
        leave(ExitCode.ATTENTION)


def _agreed(output: Output) -> bool:
    """Ask; no answer (input has ended) is a no."""
    try:
        return typer.confirm(output.text("继续吗？", "Go on?"))
    except typer.Abort:
        output.say(Message("没有回答；可加 --yes。", "No answer; --yes does not ask."))
        return False


def _tell_plan(output: Output, plan: Plan) -> None:
    if plan.version is not None:
        output.say(
            Message(
                f"将撤回 {plan.dataset} 第 {plan.version} 版的全部文件"
                f"（{len(plan.files[plan.version])} 个）；地址返回 410 和理由。",
                f"All {len(plan.files[plan.version])} files of {plan.dataset} version "
                f"{plan.version} go; their addresses answer 410 with the reason.",
            )
        )
    elif plan.row is not None:
        what_zh = f"的字段 {'、'.join(plan.fields)}" if plan.fields else ""
        what_en = f"the fields {', '.join(plan.fields)} of " if plan.fields else ""
        numbers = ", ".join(map(str, plan.files)) or "–"
        count = sum(map(len, plan.files.values()))
        output.say(
            Message(
                f"将撤回 {plan.dataset} 行 {plan.row.row_id}{what_zh}：版本 {numbers}，"
                f"重写 {count} 个文件，以及其后各版的变更记录、差异文件和清单。",
                f"To be withdrawn: {what_en}row {plan.row.row_id} of {plan.dataset}, from "
                f"versions {numbers}: {count} files are rewritten, and the changelogs, deltas and "
                "manifests after them.",
            )
        )
    _tell_around(output, plan)


def _tell_around(output: Output, plan: Plan) -> None:
    for name, rows in plan.derived.items():
        count = len({one for ids in rows.values() for one in ids})
        numbers = ", ".join(map(str, rows))
        output.say(
            Message(
                f"派生数据集 {name} 有 {count} 行由它算得（版本 {numbers}）：先移除，再重新计算。",
                f"The derived dataset {name} has {count} row(s) computed from it (versions "
                f"{numbers}): they are taken out, then computed anew.",
            )
        )
    for name, versions in plan.derived_versions.items():
        numbers = ", ".join(map(str, versions))
        output.say(
            Message(
                f"派生数据集 {name} 的版本 {numbers} 由该版算得，不会随之撤回；"
                f"请另用 gongkai withdraw {name} <版本>。",
                f"Versions {numbers} of the derived dataset {name} were computed from it and stay; "
                f"withdraw them with gongkai withdraw {name} <version>.",
            )
        )
    for name, versions in plan.mentioned_in.items():
        numbers = ", ".join(map(str, versions))
        output.say(
            Message(
                f"注意：数据集 {name}（版本 {numbers}）的问题清单中出现同一主键，"
                "可能说的是它自己的行；请查看，确需撤回的请另行撤回。",
                f"Note: findings of the dataset {name} (versions {numbers}) name the same key, "
                "perhaps of a row of its own. Look, and withdraw there too where that is needed.",
            )
        )
    if plan.same_content:
        numbers = ", ".join(map(str, plan.same_content))
        output.say(
            Message(
                f"注意：版本 {numbers} 的内容与它完全相同，仍然公开。",
                f"Note: versions {numbers} have the very same content and stay public.",
            )
        )
    if plan.new_current is not None:
        output.say(
            Message(
                f"它是当前版本：将以第 {plan.new_current} 版的内容发布新版并暂停该数据集。"
                if plan.new_current
                else "它是唯一的版本：该数据集将没有当前版本，并暂停发布。",
                f"It is the current version: a new one with the content of version "
                f"{plan.new_current} follows, and the dataset is held."
                if plan.new_current
                else "It is the only version: the dataset will have no current version, and is "
                "held.",
            )
        )
    if plan.targets:
        names = ", ".join(plan.targets)
        output.say(Message(f"将通知目标：{names}。", f"Targets that will be told: {names}."))


def _tell_end(output: Output, opened: OpenedSite, carried: Carried) -> None:
    for outcome in carried.outcomes:
        tell_outcome(output, outcome)
    if carried.is_done:
        output.say(
            Message(
                f"已撤回（第 {carried.number} 号）：公开文件夹、目录和订阅中不再含有它。"
                "归档（原始快照、已采用批次）不公开，未改动。",
                f"Withdrawn (number {carried.number}): the public folder, catalogue and feed no "
                "longer hold it. The archive (snapshots, accepted batches) is not public and was "
                "not changed.",
            )
        )
        output.say(
            Message(
                "若用 gongkai export-site 导出过静态站点，其中在再次导出之前仍含有它："
                "请现在用同一 --to 再导出一次（用 gongkai-export.path 自动导出的不必）。",
                "A static site made with gongkai export-site holds it until the next export: run "
                "it again now with the same --to (gongkai-export.path does so by itself).",
            )
        )
        return
    output.say(
        Message(
            f"第 {carried.number} 号撤回尚未完成：该数据集的公开文件已不含它，"
            "但派生数据集还没有全部跟上（见上）。处理后请重新运行同一命令。",
            f"Withdrawal {carried.number} is not complete: the public files of the dataset no "
            "longer hold it, but derived datasets have not all followed (see above). Put that "
            "right and run the same command again.",
        )
    )


def _end_json(carried: Carried) -> dict[str, Any]:
    return {
        "withdrawal": carried.number,
        "done": carried.is_done,
        "derived_runs": [one.as_json("en") for one in carried.outcomes],
    }


def _withdrawn_before(
    opened: OpenedSite, dataset_id: str, what: Sequence[str]
) -> Withdrawal | None:
    """The last withdrawal of what is told, lifted ones left aside."""
    from flows.withdrawal.planning import is_version
    from flows.withdrawal.searching import ids_of_accepted_rows, look_for_row

    known = [
        one
        for one in opened.warehouse.withdrawals.of_dataset(dataset_id)
        if one.lifted_at is None and one.cause is None
    ]
    if len(what) == 1 and is_version(what[0]):
        found = [one for one in known if one.version == int(what[0])]
        return found[-1] if found else None
    row = look_for_row(opened.reader(dataset_id), what)
    defined = opened.definitions.datasets.get(dataset_id)
    ids = frozenset({row.row_id}) if row else frozenset(what)
    if row is None and known and defined is not None:
        ids = ids_of_accepted_rows(opened, defined.model, what)
    found = [one for one in known if one.row_id and one.row_id in ids]
    return found[-1] if found else None


def _is_kept_out(opened: OpenedSite, before: Withdrawal, fields: Sequence[str]) -> bool:
    """Whether what is told now was withdrawn already, as far as it is told."""
    if before.version is not None or not before.fields:
        return True
    return bool(fields) and set(fields) <= set(before.fields)


def _complete(output: Output, opened: OpenedSite, before: Withdrawal) -> None:
    from flows.withdrawal.carrying_out import complete

    day = before.requested_at.date().isoformat()
    output.say(
        Message(
            f"已于 {day} 撤回（第 {before.number} 号）：{before.reason.zh}",
            f"Withdrawn already on {day} (number {before.number}): {before.reason.en}",
        )
    )
    carried = complete(opened, before.number)
    _tell_end(output, opened, carried)
    deliver_after(output, opened)
    if output.as_json:
        output.document(
            {
                "dataset": before.dataset,
                "row_id": before.row_id or None,
                "version": before.version,
                "fields": list(before.fields),
                **_end_json(carried),
            }
        )
    if not carried.is_done:
        leave(ExitCode.ATTENTION)


def _lift(output: Output, opened: OpenedSite, before: Withdrawal | None, reason: Message) -> None:
    from flows.withdrawal.carrying_out import lift as lift_withdrawal

    if before is None:
        raise GongkaiError(
            Message("没有这样的撤回。", "There is no such withdrawal."),
            advice=Message("请用 gongkai status 查看。", "See gongkai status."),
        )
    lift_withdrawal(opened, before, reason.zh)
    output.say(
        Message(
            f"第 {before.number} 号撤回已取消：下次运行起可再发布；过去的版本保持不变。",
            f"Withdrawal {before.number} is lifted: the next run may publish it again; past "
            "versions stay as they are.",
        )
    )
    if output.as_json:
        output.document({"dataset": before.dataset, "withdrawal": before.number, "lifted": True})
