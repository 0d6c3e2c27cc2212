"""Measuring a fresh process: CPU of it and its children, wall clock, peak memory.

This module and all that the measuring process imports stay free of large libraries: a child's
peak is counted from the moment it is forked, and would else begin with the parent's size.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


class FailedRunError(RuntimeError):
    """A measured process ended with an error."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one process cost.

    Attributes:
        cpu_s: user and system seconds, children included.
        wall_s: from start to end.
        peak_mb: greatest resident set (1 MB = 1 000 000 bytes).
        imports_cpu_s: of these CPU seconds, what importing libraries took; None where not told.
        told: the line of JSON the process printed last, if any.
    """

    cpu_s: float
    wall_s: float
    peak_mb: float
    imports_cpu_s: float | None = None
    told: dict[str, Any] = field(default_factory=dict)

    def without_imports(self) -> float | None:
        """CPU seconds after the imports."""
        return None if self.imports_cpu_s is None else self.cpu_s - self.imports_cpu_s

    def as_json(self) -> dict[str, Any]:
        """The figures, rounded; without what the process told."""
        figures = {name: value for name, value in asdict(self).items() if name != "told"}
        return {name: None if value is None else round(value, 2) for name, value in figures.items()}


def measure(
    module: str, arguments: Sequence[str | Path], *, good: Sequence[int] = (0,)
) -> Measurement:
    """Run ``python -m module arguments`` in a process of its own.

    Raises:
        FailedRunError: it ended with another exit code than those of ``good``.
    """
    command = [sys.executable, "-m", module, *map(str, arguments)]
    started = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own modules
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        if process.stdout is None:
            raise AssertionError("the output is piped")
        output = process.stdout.read().decode(errors="replace")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode not in good:
        raise FailedRunError(f"{' '.join(command)} ended with {process.returncode}:\n{output}")
    told = _last_json(output)
    imports = told.get("imports_cpu_s")
    return Measurement(
        cpu_s=usage.ru_utime + usage.ru_stime,
        wall_s=wall,
        peak_mb=usage.ru_maxrss * _rss_unit() / 1e6,
        imports_cpu_s=imports,
        told=told,
    )


def _rss_unit() -> int:
    """Bytes in one unit of ``ru_maxrss``: kilobytes on Linux, bytes on macOS."""
    return 1 if sys.platform == "darwin" else 1024


def _last_json(output: str) -> dict[str, Any]:
    for line in reversed(output.splitlines()):
        if line.startswith("{") and line.endswith("}"):
            found: dict[str, Any] = json.loads(line)
            return found
    return {}


def median_of(measurements: Sequence[Measurement]) -> Measurement:
    """The middle of each figure over repetitions; what was told is that of the last one."""
    imports = [one.imports_cpu_s for one in measurements if one.imports_cpu_s is not None]
    return Measurement(
        cpu_s=statistics.median(one.cpu_s for one in measurements),
        wall_s=statistics.median(one.wall_s for one in measurements),
        peak_mb=max(one.peak_mb for one in measurements),
        imports_cpu_s=statistics.median(imports) if imports else None,
        told=measurements[-1].told,
    )
