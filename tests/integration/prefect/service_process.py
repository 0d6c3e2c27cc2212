"""``gongkai serve`` as a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

import flows.serving as subject

ROOT = Path(subject.__file__).parent.parent
EVERY_MINUTE = "schedule: {cron: '* * * * *'}\n"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def command(site: Path, port: int, *more: str, portal_port: int | None = None) -> list[str]:
    """The command line; without a portal where its port is not given."""
    serve = ["serve", "--site", str(site), "--port", str(port)]
    portal = ["--no-portal"] if portal_port is None else ["--portal-port", str(portal_port)]
    return [sys.executable, "-m", "flows.command_line", *serve, *portal, *more]


def until(what: Callable[[], Any], seconds: float) -> Any:
    """Ask until the answer is true; it is returned."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.3)
    raise AssertionError(f"not within {seconds} s")


@dataclass
class Service:
    """One ``gongkai serve`` of a site."""

    site: Path
    port: int
    process: subprocess.Popen[str]
    portal_port: int | None = None

    def wait_ready(self) -> dict[str, Any]:
        """What ``--json`` prints once schedules run."""
        assert self.process.stdout is not None
        lines = ""
        while line := self.process.stdout.readline():
            lines += line
            if line == "}\n":
                ready: dict[str, Any] = json.loads(lines)
                return ready
        raise AssertionError(f"ended with {self.process.wait()}: {lines}")

    def children(self) -> list[int]:
        """Portal, server, worker, flow runs: processes that have this site's Prefect as theirs."""
        mark = f"PREFECT_HOME={self.site / 'archive/prefect'}\0".encode()
        found = []
        for environment in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in environment.read_bytes():
                    found.append(int(environment.parent.name))
            except OSError:
                continue  # it has just ended, or is not ours
        return found

    def runs(self, **states: object) -> list[dict[str, Any]]:
        """Flow runs of the scheduler, as the server tells them."""
        reply = requests.post(
            f"http://127.0.0.1:{self.port}/api/flow_runs/filter",
            json={"sort": "EXPECTED_START_TIME_ASC", "limit": 200},
            timeout=10,
        )
        runs = [run for run in reply.json() if run["auto_scheduled"]]
        return [run for run in runs if all(run[key] == value for key, value in states.items())]

    def end(self) -> None:
        """End whatever is left of it."""
        for number in (*self.children(), self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self.process.wait()


def serve(site: Path, port: int, portal_port: int | None = None) -> Service:
    """Start ``gongkai serve``; it is not waited for."""
    errors = (site / "serve.stderr").open("w")
    process = subprocess.Popen(
        command(site, port, "--json", portal_port=portal_port),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )
    return Service(site, port, process, portal_port)
