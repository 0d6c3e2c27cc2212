"""The findings that publishing itself makes: rules REL-01 … REL-07."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.finding import Finding, Scope, Severity
from schemas.message import Message

CONFLICT, DROP, NULLS = "REL-01", "REL-02", "REL-03"
TOTAL, NOTHING, ON_HOLD = "REL-04", "REL-05", "REL-06"
NO_COMPARISON = "REL-07"


def key_of_two_sources(dataset: str, key: str, sources: Sequence[str], count: int) -> Finding:
    """REL-01: two sources give one key with different values; the record is withheld."""
    names = "、".join(sources)
    which_zh = f"主键 {key}" if key else f"{count} 个主键"
    which_en = f"key {key}" if key else f"{count} keys"
    return Finding(
        rule=CONFLICT,
        severity=Severity.ERROR,
        what=Message(
            f"来源 {names} 对{which_zh}给出不同的值，该记录未发布。",
            f"Sources {', '.join(sources)} give different values for {which_en}; "
            "the record is withheld.",
        ),
        advice=Message(
            "请与部门核对，或在来源文件中写 precedence（数小者优先）。",
            "Ask the departments, or write precedence in the source files (the lower number wins).",
        ),
        scope=Scope.DATASET,
        row_key=key,
        count=count,
        dataset=dataset,
        source="|".join(sources),
    )


def rows_dropped(dataset: str, source: str, before: int, lost: int, limit: float) -> Finding:
    """REL-02: too many rows of the previous state are gone."""
    share = f"{lost / before:.1%}"
    return _gate(
        DROP,
        dataset,
        source,
        Message(
            f"原有 {before} 行中有 {lost} 行消失（{share}，上限 {limit:.1%}）。",
            f"{lost} of {before} rows are gone ({share}; the limit is {limit:.1%}).",
        ),
        value=str(lost),
    )


def nulls_grown(
    dataset: str, source: str, column: str, before: float, now: float, limit: float
) -> Finding:
    """REL-03: a field is empty much more often than before."""
    return _gate(
        NULLS,
        dataset,
        source,
        Message(
            f"字段 {column} 的空值比例由 {before:.1%} 升至 {now:.1%}（增幅上限 {limit:.1%}）。",
            f"The share of empty values in {column} grew from {before:.1%} to {now:.1%} "
            f"(it may grow by {limit:.1%}).",
        ),
        column=column,
    )


def total_changed(
    dataset: str, source: str, column: str, before: str, now: str, limit: float
) -> Finding:
    """REL-04: the sum of an amount changed too much, as when a unit slipped."""
    return _gate(
        TOTAL,
        dataset,
        source,
        Message(
            f"字段 {column} 的合计由 {before} 变为 {now}（变化上限 {limit:.1%}）。",
            f"The sum of {column} changed from {before} to {now} (limit {limit:.1%}).",
        ),
        column=column,
        value=now,
    )


def nothing_to_release(dataset: str) -> Finding:
    """REL-05: no source has an accepted row, so there is nothing to publish."""
    return Finding(
        rule=NOTHING,
        severity=Severity.CRITICAL,
        what=Message("没有可发布的数据。", "There is nothing to release."),
        advice=Message(
            "请看各来源的运行结果和隔离记录。",
            "See the runs of its sources and the quarantined records.",
        ),
        scope=Scope.DATASET,
        dataset=dataset,
    )


def dataset_on_hold(dataset: str, reason: str) -> Finding:
    """REL-06: the dataset was rolled back and its inputs are still the same."""
    return Finding(
        rule=ON_HOLD,
        severity=Severity.CRITICAL,
        what=Message(
            f"数据集已冻结（{reason}），且输入没有变化。",
            f"The dataset is on hold ({reason}) and its inputs have not changed.",
        ),
        advice=Message(
            f"等待部门更正，或用 gongkai rollback {dataset} --lift 解除冻结。",
            "Wait for the department's correction, or lift the hold with "
            f"gongkai rollback {dataset} --lift.",
        ),
        scope=Scope.DATASET,
        dataset=dataset,
    )


def nothing_to_compare(dataset: str, before: int, now: int) -> Finding:
    """REL-07: all earlier versions were withdrawn, so that gates have nothing to compare with."""
    return Finding(
        rule=NO_COMPARISON,
        severity=Severity.CRITICAL,
        what=Message(
            f"此前的所有版本均已撤回，除行数外没有可供比较的数据：撤回的最新版本 {before} 行，"
            f"本次 {now} 行。空值与合计的变化无法自动检查。",
            f"All earlier versions were withdrawn, and of them only the count of rows is known: "
            f"{before} in the newest, {now} now. Whether empty values or totals changed cannot be "
            "checked by itself.",
        ),
        advice=Message(
            "请人工核对这些数据（gongkai try、gongkai findings），确认无误后用 gongkai run "
            f"--accept {NO_COMPARISON} 发布。",
            "Look at the data (gongkai try, gongkai findings); where they are right, release them "
            f"with gongkai run --accept {NO_COMPARISON}.",
        ),
        scope=Scope.DATASET,
        value=str(now),
        dataset=dataset,
    )


def _gate(
    rule: str, dataset: str, source: str, what: Message, column: str = "", value: str = ""
) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.CRITICAL,
        what=what,
        advice=Message(
            f"请与部门核实：若属实，用 gongkai run --accept {rule} 放行本次变化；"
            "否则等待更正后重跑。",
            "Ask the department: if it is so, accept this change with "
            f"gongkai run --accept {rule}; else wait for the correction.",
        ),
        scope=Scope.DATASET,
        column=column,
        value=value,
        dataset=dataset,
        source=source,
    )
