"""``gongkai init``: lay out a new, empty site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.shared import (
    Output,
    command,
)
from schemas.definitions import SITE_FILE
from schemas.message import GongkaiError, Message, WrongUseError

TEMPLATE = """\
# 站点文件：一个发布机构的全部设置。每一项的说明见 docs/site-file.md。
# The site file: everything one publisher sets. Each key is explained in docs/site-file.md.
format: 1
id: {id}
publisher:
  name: {{zh: {name}, en: {english}}}
{division}base_url: http://127.0.0.1:8000
timezone: Asia/Shanghai
language: zh-CN
"""


@command
def init(
    output: Output,
    folder: Annotated[Path, typer.Argument(help="新站点的目录 / folder of the new site")],
    name: Annotated[str, typer.Option("--name", help="发布机构名称 / name of the publisher")],
    identifier: Annotated[
        str | None, typer.Option("--id", help="站点代号（小写英文） / id of the site")
    ] = None,
    english_name: Annotated[
        str | None, typer.Option("--name-en", help="英文名称 / its name in English")
    ] = None,
    division: Annotated[
        str | None, typer.Option("--division", help="六位行政区划代码 / GB/T 2260 code")
    ] = None,
) -> None:
    """新建站点 / make a new site."""
    from flows.scaffolding.yaml_text import scalar
    from schemas.definitions import load_definitions

    if (folder / SITE_FILE).exists():
        raise WrongUseError(
            Message("这里已经有一个站点。", "There is a site here already."),
            where=str(folder),
            advice=Message("请换一个目录。", "Choose another folder."),
        )
    site_id = (
        identifier
        or "".join(
            letter if letter.isascii() and letter.isalnum() else "_"
            for letter in folder.resolve().name.lower()
        ).strip("_")
        or "site"
    )
    line = f'  division_code: "{division}"\n' if division else ""
    for below in ("sources", "datasets", "layouts", "vocab", "inbox"):
        (folder / below).mkdir(parents=True, exist_ok=True)
    file = folder / SITE_FILE
    file.write_text(
        TEMPLATE.format(
            id=site_id,
            name=scalar(name),
            english=scalar(english_name or name),
            division=line,
        ),
        encoding="utf-8",
    )
    try:
        load_definitions(folder)
    except GongkaiError:
        file.unlink()
        raise
    output.say(
        Message(
            f"已新建站点 {folder}。下一步：把部门文件放进 inbox/，"
            "再用 gongkai new source --from 文件 新建来源。",
            f"The site {folder} is laid out. Next: put a department's file into inbox/ and "
            "run gongkai new source --from FILE.",
        )
    )
    if output.as_json:
        output.document({"site": str(folder), "id": site_id})
