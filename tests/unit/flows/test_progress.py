"""The progress bar: seen on a terminal, gone before anything else is said, silent elsewhere."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from flows.commands.progress import ProgressBar
from flows.commands.shared import Output
from schemas.message import Message

SCRIPT = """
import sys, time
from flows.commands.progress import ProgressBar
from flows.commands.shared import Output
from schemas.message import Message

bar = ProgressBar(Output({as_json}, "zh-CN"))
tell = bar.before(print)
for done in range(1, 4):
    bar(Message("第 [1] 页", "page"), done, 3)
    time.sleep(0.15)
tell("已发布")
"""


def _on_a_terminal(*, as_json: bool) -> str:
    """What the script writes to a terminal's standard error."""
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(as_json=as_json)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", "PYTHONPATH": str(Path.cwd())},
        check=True,
    )
    os.close(theirs)
    assert done.stdout.decode() == "已发布\n"
    seen = b""
    try:
        while block := os.read(ours, 4096):
            seen += block
    except OSError:  # Linux: the other end is closed and all was read
        pass
    finally:
        os.close(ours)
    return seen.decode()


def test_a_terminal_sees_a_bar_with_its_numbers() -> None:
    seen = _on_a_terminal(as_json=False)
    assert "第 [1] 页" in seen
    assert "3/3" in seen


def test_nothing_beside_json() -> None:
    assert _on_a_terminal(as_json=True) == ""


def test_nothing_where_nobody_watches(capsys: object) -> None:
    bar = ProgressBar(Output(as_json=False))
    bar(Message("页", "page"), 1, None)
    told: list[str] = []
    bar.before(told.append)("已发布")
    assert told == ["已发布"]
