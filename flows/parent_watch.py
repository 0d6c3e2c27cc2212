"""Ending a child process with its parent, however the parent ends."""

from __future__ import annotations

import os
import signal
import threading
import time

GRACE_SECONDS = 5.0
STANDARD_INPUT = 0


def stop_with_parent() -> None:
    """Watch standard input; at its end, end this process and the whole group it leads.

    The parent holds the other end of the pipe and never writes. The operating system closes it
    when the parent is gone, also after a ``kill -9``, so that no server is left behind on the port.
    """
    threading.Thread(target=_watch, name="parent-watch", daemon=True).start()


def _watch() -> None:
    while os.read(STANDARD_INPUT, 4096):
        pass
    group = os.getpgid(0)
    os.killpg(group, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(group, signal.SIGKILL)
