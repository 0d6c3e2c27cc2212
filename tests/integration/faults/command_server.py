"""Forks the real ``gongkai`` command again and again, with faults on demand.

Importing everything takes seconds and forking none, so many processes can be killed in one test.
Reads one JSON order a line and answers with one: ``{"arguments": [...]}`` runs a command to its
end, ``{"arguments": [...], "wait": false}`` only starts it, ``{"join": pid}`` waits for one.

An order may ask for faults: ``at`` and ``mode`` (kill, full: no space left) strike before the
n-th file operation or commit below ``folder``; ``limits`` are resource limits; ``powerless``
gives up what root may do to files of others; ``clock`` shifts the clock by seconds;
``break_rule`` makes one rule raise.
Polars must not have started its threads before the fork, so nothing is computed here.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import alembic.command
import sqlalchemy
import xlsxwriter

import expectations.evaluating
import expectations.personal_data
import flows.commands.check
import flows.reopening
import flows.replaying
import publishing.rollback
from flows.command_line import app

WATCHED = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.chmod", "os.rmdir"}
PRELOADED = (alembic.command, xlsxwriter, expectations.personal_data, flows.replaying)
PRELOADED_TOO = (flows.commands.check, flows.reopening, publishing.rollback)


def watch(folder: str, mode: str, at: int, steps_file: str) -> None:
    """Strike at the n-th step; write the number of steps at the end where ``at`` is 0."""
    count = 0
    busy = False

    def step() -> None:
        nonlocal count, busy
        if busy:
            return
        busy = True
        try:
            count += 1
            if count == at and mode == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if count == at and mode == "stop":
                os.kill(os.getpid(), signal.SIGSTOP)
            if at and count >= at and mode == "full":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if not at:
                Path(steps_file).write_text(str(count), encoding="ascii")
        finally:
            busy = False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in WATCHED and arguments and str(arguments[0]).startswith(folder):
            writes = event != "open" or (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if mode != "full" or writes:
                step()

    original = os.fsync

    def fsync(handle: int) -> None:
        step()
        original(handle)

    os.fsync = fsync  # type: ignore[assignment]
    if mode != "full":
        sqlalchemy.event.listen(sqlalchemy.Engine, "commit", lambda _connection: step())
    sys.addaudithook(hook)


def shift_clock(seconds: float) -> None:
    """Move every clock that the program reads."""
    import datetime as real

    class Moved(real.datetime):
        @classmethod
        def now(cls, tz: real.tzinfo | None = None) -> Moved:
            now = super().now(tz) + real.timedelta(seconds=seconds)
            return cls.combine(now.date(), now.timetz())

    for module in list(sys.modules.values()):
        if module.__name__.startswith("flows.commands."):
            continue  # typer reads the types of its options from there
        if getattr(module, "dt", None) is real and module.__name__.split(".")[0] in (
            *("flows", "publishing", "connectors", "warehouse"),
        ):
            stand_in = type(sys)("datetime")
            stand_in.__dict__.update(real.__dict__)
            stand_in.datetime = Moved  # type: ignore[attr-defined]
            module.dt = stand_in  # type: ignore[attr-defined]


def give_up_powers() -> None:
    """Drop all capabilities, so that root too is bound by the permissions of files."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def break_rule(rule: str) -> None:
    """Make one rule raise where it is evaluated."""
    original = expectations.evaluating._failing_rows

    def failing(entries: Any, frame: Any) -> Any:
        if any(entry.rule.id == rule for entry in entries):
            raise ZeroDivisionError("broken on purpose")
        return original(entries, frame)

    expectations.evaluating._failing_rows = failing


def child(order: dict[str, Any]) -> None:
    """The forked process: prepare the faults and become the command."""
    for number, name in ((1, "out"), (2, "err")):
        handle = os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(handle, number)
    for name, value in order.get("limits", {}).items():
        resource.setrlimit(getattr(resource, name), (value, value))
    if order.get("powerless"):
        give_up_powers()
    if "clock" in order:
        shift_clock(order["clock"])
    if "break_rule" in order:
        break_rule(order["break_rule"])
    if "at" in order:
        watch(order["folder"], order.get("mode", "kill"), order["at"], order["out"] + ".steps")
    code = 0
    try:
        app(order["arguments"], standalone_mode=True)
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    except BaseException:
        traceback.print_exc()
        code = 70
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def join(pid: int) -> dict[str, Any]:
    """How a process ended, its peak memory in MB and its seconds."""
    started = time.monotonic()
    _, status, used = os.wait4(pid, 0)
    killed = os.WIFSIGNALED(status)
    code = -os.WTERMSIG(status) if killed else os.WEXITSTATUS(status)
    waited = time.monotonic() - started
    return {"pid": pid, "code": code, "peak_mb": used.ru_maxrss / 1024, "waited_s": waited}


def main() -> None:
    """Serve orders until the input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        if "join" in order:
            print(json.dumps(join(order["join"])), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            child(order)
        answer = join(pid) if order.get("wait", True) else {"pid": pid}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
