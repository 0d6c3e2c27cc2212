"""``gongkai export-site``: the portal as files that a web server serves alone."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.shared import (
    HERE,
    Output,
    SiteOption,
    command,
)
from schemas.message import Message, WrongUseError

SHOWN_LINKS = 5


@command
def export_site(
    output: Output,
    to: Annotated[
        Path,
        typer.Option("--to", help="导出到哪个文件夹 / folder to export to", show_default=False),
    ],
    rows: Annotated[
        int,
        typer.Option(
            "--rows", min=0, help="每个数据集导出多少行的来源页 / row pages for each dataset"
        ),
    ] = 200,
    site: SiteOption = HERE,
) -> None:
    """导出静态站点，由 nginx 单独提供 / export the portal as static files for nginx."""
    from flows.commands.progress import ProgressBar
    from flows.portal_services import portal_of
    from publishing.portal.export import ExportOptions
    from publishing.portal.export import export_site as export
    from schemas.definitions import find_site, load_definitions

    services = portal_of(load_definitions(find_site(site)))
    to = to.resolve()
    _refuse_overlap(to, services.published.public.resolve())
    progress = ProgressBar(output)
    try:
        done = export(services, to, ExportOptions(rows), progress)
    finally:
        progress.clear()
    output.say(
        Message(
            f"已导出到 {done.folder}：{done.datasets} 个数据集、{done.pages} 个页面"
            f"（新生成 {done.pages_made} 个）、{done.files} 个文件、{done.bytes / 1e6:.1f} MB。",
            f"Exported to {done.folder}: {done.datasets} datasets, {done.pages} pages "
            f"({done.pages_made} made now), {done.files} files, {done.bytes / 1e6:.1f} MB.",
        )
    )
    for dataset, count in done.rows_left_out.items():
        output.say(
            Message(
                f"    {dataset}：另有 {count} 行没有来源页（--rows 可增加）",
                f"    {dataset}: {count} more rows have no page (raise --rows)",
            )
        )
    if done.links_left_out:
        shown = "\n".join(f"    {link}" for link in done.links_left_out[:SHOWN_LINKS])
        output.say(
            Message(
                f"静态站点中没有的链接 {len(done.links_left_out)} 个，例如：\n{shown}",
                f"{len(done.links_left_out)} links lead to what a static site has not, such as:\n"
                f"{shown}",
            )
        )
    if output.as_json:
        output.document(asdict(done))


def _refuse_overlap(to: Path, public: Path) -> None:
    """The copy must not lie in what is copied, nor the other way round."""
    if to == public or public in to.parents or to in public.parents:
        raise WrongUseError(
            Message(
                "导出文件夹不能与 public 文件夹重叠。",
                "The folder of the export and the public folder must not lie in each other.",
            ),
            where=str(to),
            advice=Message(
                "请用 --to 指定别处的空文件夹。", "Name an empty folder elsewhere with --to."
            ),
        )
