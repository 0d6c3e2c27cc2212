"""``gongkai explain``: from a released value back to the cell it came from."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from flows.commands.shared import (
    HERE,
    Output,
    SiteOption,
    command,
)
from schemas.message import Message


@command
def explain(
    output: Output,
    row: Annotated[
        list[str],
        typer.Argument(
            help="行号 _row_id，或一个或多个 字段=值 / row id, or one or more field=value"
        ),
    ],
    dataset: Annotated[
        str | None, typer.Option("--dataset", help="只在此数据集中找 / look only here")
    ] = None,
    version: Annotated[int | None, typer.Option("--version", help="版本 / version")] = None,
    text: Annotated[
        bool, typer.Option("--text", help="读出文件中的原文 / read what stands in the document")
    ] = False,
    site: SiteOption = HERE,
) -> None:
    """说明一行数据的每个值来自哪个文件的哪个单元格 / which cell of which file a value came from."""
    from flows.explaining import explain_row
    from flows.opened_site import open_site

    with open_site(site) as opened:
        found = explain_row(opened, *row, dataset=dataset, version=version, with_texts=text)
    if output.as_json:
        output.document(found)
        return
    output.say(
        Message(
            f"数据集 {found['dataset']} 第 {found['version']} 版，行 {found['row_id']}",
            f"Dataset {found['dataset']} version {found['version']}, row {found['row_id']}",
        )
    )
    output.say(
        Message(
            f"来源 {found['source']}；文件 {found['file']}（取自 {found['url']}，"
            f"{found['fetched_at'][:19]}）",
            f"Source {found['source']}; file {found['file']} (from {found['url']}, "
            f"{found['fetched_at'][:19]})",
        )
    )
    output.say(
        Message(f"原始快照 sha256 {found['snapshot']}", f"Snapshot sha256 {found['snapshot']}")
    )
    if found.get("trouble_zh"):
        output.say(Message(found["trouble_zh"], found["trouble_en"]))
    columns = output.text("字段,名称,公开的值,位置", "field,title,released value,place").split(",")
    if text:
        columns.append(output.text("文件中的原文", "in the document"))
    output.table(
        columns,
        [
            [
                item["field"],
                output.text(item["title_zh"], item["title_en"]),
                item["value"],
                output.text(item["origin_zh"], item["origin_en"]),
                *([_cells(output, item)] if text else []),
            ]
            for item in found["values"]
        ],
    )


def _cells(output: Output, item: dict[str, Any]) -> str:
    """The cells of a value, one a line: headers, text, and why it is not shown."""
    lines = []
    for cell in item["cells"]:
        shown = "" if cell["text"] is None else cell["text"]
        note = output.text(cell["note_zh"], cell["note_en"])
        lines.append(" › ".join([*cell["headers"], shown]) + (f" ({note})" if note else ""))
    conversion = output.text(item["conversion_zh"], item["conversion_en"])
    return "\n".join([*lines, conversion] if conversion else lines)
