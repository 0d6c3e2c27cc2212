"""Artifacts of a flow run: its summary and where its releases are, for Prefect's run page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows.commands.run import STATE_WORDS
from flows.opened_site import OpenedSite
from flows.outcome import RunOutcome
from schemas.run import RunState

COLUMNS = {
    "rows_read": "读入",
    "rows_new": "新增",
    "rows_changed": "修改",
    "rows_unchanged": "未变",
    "rows_quarantined": "隔离",
    "rows_dropped": "丢弃",
    "rows_duplicate": "重复",
    "rows_superseded": "被替代",
    "rows_excluded": "排除",
}
"""The record ledger, as on screen."""


def keep_artifacts(opened: OpenedSite, outcomes: Sequence[RunOutcome]) -> None:
    """One table and one text per flow run, kept under the first dataset so that they line up."""
    if not outcomes:
        return
    key = outcomes[0].source.dataset_id.replace("_", "-")
    create_table_artifact(
        table=summary_rows(outcomes), key=f"{key}-summary", description="运行摘要：每个来源一行"
    )
    create_markdown_artifact(
        markdown=summary_text(opened, outcomes), key=f"{key}-releases", description="发布版本与说明"
    )


def summary_rows(outcomes: Sequence[RunOutcome]) -> list[dict[str, Any]]:
    """One row per source: state, version, ledger, findings, message."""
    return [
        {
            "来源": one.source.id,
            "数据集": one.source.dataset_id,
            "状态": _state_word(one),
            "版本": one.version,
            **{word: getattr(one.ledger, name) for name, word in COLUMNS.items()},
            "严重": one.findings["critical"],
            "错误": one.findings["error"],
            "提醒": one.findings["warning"],
            "说明": one.message.zh,
            "运行": one.run,
        }
        for one in outcomes
    ]


def summary_text(opened: OpenedSite, outcomes: Sequence[RunOutcome]) -> str:
    """The current version of each dataset with its place, and what each source has to say."""
    lines = ["## 发布版本", ""]
    for dataset_id in dict.fromkeys(one.source.dataset_id for one in outcomes):
        title = opened.definitions.datasets[dataset_id].model.title.zh
        version = opened.reader(dataset_id).current()
        if version is None:
            lines.append(f"- {title}（{dataset_id}）：还没有发布过。")
            continue
        folder = opened.release_site.dataset_folder(dataset_id) / str(version)
        url = f"{opened.site.base_url}/datasets/{dataset_id}/{version}/"
        lines.append(f"- {title}（{dataset_id}）：[第 {version} 版]({url})，文件在 `{folder}`")
    lines += ["", "## 各来源", ""]
    lines += [f"- **{one.source.id}** {_state_word(one)}：{one.message.zh}" for one in outcomes]
    return "\n".join(lines)


def _state_word(outcome: RunOutcome) -> str:
    return STATE_WORDS[outcome.state or RunState.FAILED]
