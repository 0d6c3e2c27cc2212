"""A bar on the terminal while pages, files and rows go by; nothing where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from flows.commands.shared import Output, tell_plainly
from schemas.message import Message

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

Told = TypeVar("Told")


class ProgressBar:
    """Shows the step under way: what it is, how far it is where its end is known, how long it
    takes. The bar goes away before anything else is printed (:meth:`clear`)."""

    def __init__(self, output: Output) -> None:
        self._shown = not output.as_json and sys.stderr.isatty()
        self._language = output.language
        self._bars: Bars | None = None
        self._task: TaskID | None = None

    def __call__(self, what: Message, done: int, total: int | None) -> None:
        """Show one step of ``total`` (None: nobody knows how many there will be)."""
        if not self._shown:
            return
        told = tell_plainly(what.in_language(self._language))
        if self._bars is None or self._task is None:
            self._bars = _bars()
            self._bars.start()
            self._task = self._bars.add_task(told, total=total)
        self._bars.update(self._task, description=told, completed=done, total=total)

    def before(self, tell: Callable[[Told], None]) -> Callable[[Told], None]:
        """``tell``, with the bar taken away first."""

        def told(said: Told) -> None:
            self.clear()
            tell(said)

        return told

    def clear(self) -> None:
        """Take the bar away."""
        if self._bars is not None:
            self._bars.stop()
        self._bars = self._task = None


def _bars() -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
