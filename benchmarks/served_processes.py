"""Servers under load, each a process of its own on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import ROOT, FailedRunError

START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A server: the port it listens on, and its process."""

    port: int
    process: int

    def cpu_seconds(self) -> float:
        """User and system seconds that it has taken so far (Linux; elsewhere 0)."""
        stat = Path(f"/proc/{self.process}/stat")
        if not stat.exists():
            return 0.0
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(command: Sequence[str | Path], log: Path) -> Iterator[Server]:
    """Run ``python -m command … --port P``; yields the server once it answers."""
    port = free_port()
    line = [sys.executable, "-m", *map(str, command), "--port", str(port)]
    with (
        log.open("wb") as output,
        subprocess.Popen(  # noqa: S603 - our own modules and the server measured beside them
            line, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            _wait(process, port, log)
            yield Server(port, process.pid)
        finally:
            process.terminate()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise FailedRunError(f"the server did not start:\n{log.read_text('utf-8', 'replace')}")
