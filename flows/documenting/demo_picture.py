"""``docs/images/demo.svg``: what ``gongkai demo --language en`` really prints, as a picture."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

WIDTH = 160  # the width of tables where the output is no terminal
SHOWN_FOLDER = "gongkai-demo"


def demo_output(width: int = WIDTH) -> str:
    """Run the demo in a folder of its own; return what it prints, the folder's path shortened."""
    root = Path(__file__).parents[2]
    with TemporaryDirectory(prefix="gongkai-picture-") as name:
        folder = Path(name).resolve() / SHOWN_FOLDER
        command = [sys.executable, "-m", "flows.command_line", "demo", "--language", "en"]
        done = subprocess.run(  # noqa: S603 - our own module, no text of others
            [*command, "--dir", str(folder)],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
            encoding="utf-8",
            env={**_environment(), "COLUMNS": str(width)},
        )
        text = done.stdout.replace(str(folder), SHOWN_FOLDER)
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:34567", text)


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONUTF8": "1"}


def picture(printed: str, width: int = WIDTH) -> str:
    """The SVG of a terminal that ran the demo."""
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ gongkai demo --language en", style="bold"))
    for line in printed.splitlines():
        console.print(_coloured(line), soft_wrap=False)
    return console.export_svg(title="gongkai demo", theme=MONOKAI, unique_id="gongkai-demo")


def _coloured(line: str) -> Text:
    """States in colour, everything else as printed."""
    text = Text(line)
    text.highlight_regex(r"^\[released\]", "green")
    text.highlight_regex(r"^\[(held|partial|refused)\]", "yellow")
    text.highlight_regex(r"^\[failed\]", "red")
    return text
