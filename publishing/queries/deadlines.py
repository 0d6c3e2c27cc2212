"""Stopping queries that take too long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

INTERVAL_S = 0.1


class Interruptible(Protocol):
    """What runs a query."""

    def interrupt(self) -> None:
        """Stop the query that is running."""


class Deadlines:
    """Interrupts queries at their deadline, from one thread that lives while queries run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, tuple[float, Interruptible]] = {}
        self._watching = False

    @contextmanager
    def limit(self, running: Interruptible, seconds: float) -> Iterator[None]:
        """Interrupt what runs in the block once the seconds are over."""
        key = id(running)
        with self._lock:
            self._running[key] = (time.monotonic() + seconds, running)
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._watch, name="query deadlines", daemon=True).start()
        try:
            yield
        finally:
            with self._lock:  # never interrupted once this is over
                del self._running[key]

    def _watch(self) -> None:
        idle = 0
        while True:
            time.sleep(INTERVAL_S)
            with self._lock:
                now = time.monotonic()
                for deadline, running in self._running.values():
                    if deadline <= now:
                        running.interrupt()
                idle = 0 if self._running else idle + 1
                if idle > 50:
                    self._watching = False
                    return
