"""``gongkai reports``: what readers report as wrong, and the answers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.shared import (
    HERE,
    Output,
    SiteOption,
    command,
)
from schemas.message import Message, WrongUseError

if TYPE_CHECKING:  # the database's library takes a while to load; other commands need none
    from flows.opened_site import OpenedSite
    from warehouse.reports import ErrorReport

STATE_WORDS = {"received": "已收到", "accepted": "已采纳", "rejected": "未采纳"}


@command
def reports(
    output: Output,
    reference: Annotated[
        str | None, typer.Argument(help="编号；不写则列出 / reference; all where none is given")
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="采纳：确有错误 / accept: it is wrong")
    ] = False,
    reject: Annotated[
        bool, typer.Option("--reject", help="不采纳，须写理由 / reject, with a reason")
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", help="答复，会公开 / the answer, for everyone to see")
    ] = "",
    dataset: Annotated[
        str | None, typer.Option("--dataset", help="只看此数据集 / of this dataset")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="包括已答复的 / with those answered")
    ] = False,
    site: SiteOption = HERE,
) -> None:
    """查看和答复读者的纠错 / see and answer what readers report as wrong."""
    from flows.opened_site import open_site

    with open_site(site) as opened:
        if reference is None:
            if accept or reject:
                raise _needs_reference()
            wanted = dataset.rpartition("/")[2] if dataset else None
            found = opened.warehouse.reports.listed(wanted, unanswered_only=not every)
            _list(output, found)
            return
        if accept or reject:
            _answer(opened, reference, accept=accept, reject=reject, reason=reason)
        _show(output, opened.warehouse.reports.get(reference))


def _needs_reference() -> WrongUseError:
    return WrongUseError(
        Message("没有写要答复的编号。", "The reference to answer is missing."),
        advice=Message(
            "例如 gongkai reports ABCD-EFGH-JKMN --accept。编号见 gongkai reports。",
            "Such as gongkai reports ABCD-EFGH-JKMN --accept; gongkai reports lists them.",
        ),
    )


def _answer(opened: OpenedSite, reference: str, *, accept: bool, reject: bool, reason: str) -> None:
    from expectations.personal_data import screen_text
    from warehouse.reports import ReportState

    if accept and reject:
        raise WrongUseError(
            Message("--accept 和 --reject 只能选一个。", "Give --accept or --reject, not both."),
        )
    told = reason.strip()
    if reject and not told:
        raise WrongUseError(
            Message("不采纳须写明理由。", "A rejection needs its reason."),
            advice=Message("请加 --reason。", "Add --reason."),
        )
    if screen_text(told, office_phones=opened.site.office_phones, today=opened.today())[1]:
        raise WrongUseError(
            Message(
                "答复会公开，其中不能有个人信息。",
                "The answer is public and must hold no personal data.",
            ),
            advice=Message("请改写 --reason。", "Word --reason otherwise."),
        )
    state = ReportState.ACCEPTED if accept else ReportState.REJECTED
    opened.warehouse.reports.answer(reference, state, reason=told, at=dt.datetime.now(dt.UTC))


def _document(report: ErrorReport) -> dict[str, Any]:
    return {
        "reference": report.reference,
        "state": report.state.value,
        "dataset": report.dataset,
        "version": report.version,
        "row_id": report.row_id,
        "row_key": report.row_key,
        "source": report.source,
        "field": report.field,
        "value": report.value,
        "told": report.told,
        "wanted": report.wanted,
        "contact": report.contact,
        "received_at": report.received_at.isoformat(),
        "reason": report.reason,
        "answered_at": report.answered_at.isoformat() if report.answered_at else None,
    }


def _list(output: Output, found: list[ErrorReport]) -> None:
    if output.as_json:
        output.document([_document(one) for one in found])
    elif not found:
        output.say(Message("没有待答复的纠错。", "No report is waiting for an answer."))
    else:
        output.table(
            output.text(
                "编号,状态,收到,数据集,行号,字段,公开的值,读者说,应为",
                "reference,state,received,dataset,row,field,released value,told,would be right",
            ).split(","),
            [
                [
                    one.reference,
                    output.text(STATE_WORDS[one.state.value], one.state.value),
                    f"{one.received_at:%Y-%m-%d}",
                    one.dataset,
                    one.row_id,
                    one.field,
                    one.value,
                    one.told,
                    one.wanted,
                ]
                for one in found
            ],
        )


def _show(output: Output, report: ErrorReport) -> None:
    if output.as_json:
        output.document(_document(report))
        return
    state = STATE_WORDS[report.state.value]
    for zh, en, value in (
        ("编号", "reference", report.reference),
        ("状态", "state", output.text(state, report.state.value)),
        ("数据集", "dataset", f"{report.dataset} {report.version}"),
        ("行号", "row", report.row_id),
        ("主键", "key", report.row_key),
        ("来源", "source", report.source),
        ("字段", "field", report.field),
        ("公开的值", "released value", report.value),
        ("读者说", "told", report.told),
        ("应为", "would be right", report.wanted),
        ("联系方式", "contact", report.contact),
        ("答复", "answer", report.reason),
    ):
        if value:
            output.say(Message(f"{zh}：{value}", f"{en}: {value}"))
    if report.row_id:
        output.say(
            Message(
                f"出处：gongkai explain {report.row_id} --dataset {report.dataset}",
                f"Where it comes from: gongkai explain {report.row_id} --dataset {report.dataset}",
            )
        )
