"""``gongkai new``: scaffolds for datasets and sources."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="新建数据集或来源 / new dataset or source")
